//! One run: epoch by epoch, with everything that is needed to take it up again.

use super::arguments::Select;
use super::curves;
use super::history::{Epoch, History, Tuned};
use crate::failure::Context;
use crate::output::{self, note, write_whole};
use indicatif::{ProgressBar, ProgressStyle};
use softcam::Device;
use softcam::weights::{Model, file, fold};
use softcam_train::renormalise::renormalised;
use softcam_train::{Balance, Config, Head, Pictures, Trainer};
use std::fs;
use std::path::Path;
use std::time::Instant;

/// A run between two epochs.
pub const CHECKPOINT: &str = "checkpoint.safetensors";
/// The float model of the best epoch.
const BEST: &str = "best.safetensors";
/// What was measured on the way.
pub const HISTORY: &str = "training.json";

/// What a run needs.
pub struct Job<'a> {
    /// What it leaves goes here.
    pub directory: &'a Path,
    /// To start from.
    pub model: Model,
    /// How it goes.
    pub config: &'a Config,
    /// Who computes.
    pub device: &'a Device,
    /// What makes an epoch the best.
    pub select: Select,
    /// As it was typed.
    pub command: &'a str,
    /// To learn from.
    pub train: &'a Pictures,
    /// To measure epochs on.
    pub tune: Option<&'a Pictures>,
    /// Most bytes that the cache may take.
    pub cache_limit: u64,
    /// Go on after the last whole epoch.
    pub resume: bool,
    /// Which run this is, in front of what is told about it; empty where there is one.
    pub name: &'a str,
}

/// Runs it and leaves checkpoint, history and curves; `told` hears the seconds of
/// every epoch and how many are left. Returns the best epoch's model.
pub fn learn(job: Job, mut told: impl FnMut(f64, usize)) -> crate::failure::Result<Model> {
    let Job {
        directory,
        config,
        name,
        ..
    } = job;
    let model = match config.renormalise {
        Some(count) => renormalised(&job.model, job.train, count, config)?,
        None => job.model,
    };
    let warning = too_sparse(&model, job.train.size, config);
    let mut trainer =
        Trainer::new(model, config.clone(), job.device)?.with_cache_limit(job.cache_limit);
    let (body, head) = trainer.counts();
    note(format_args!(
        "{name}{body} weights of the backbone and {head} of the class-evidence layer learn."
    ));
    if let Some(warning) = warning {
        note(format_args!("{name}{warning}"));
    }
    let mut history = History::new(job.command, config);
    let checkpoint = directory.join(CHECKPOINT);
    if job.resume {
        let bytes = fs::read(&checkpoint)
            .with_context(|| format!("cannot read {}", checkpoint.display()))?;
        history = serde_json::from_value(trainer.resume(&bytes)?)
            .context("the checkpoint's history cannot be read")?;
        note(format_args!(
            "{name}Going on after epoch {}.",
            trainer.epochs_done()
        ));
    }
    while trainer.epochs_done() < config.epochs {
        let start = Instant::now();
        let bar = epoch_bar(name, trainer.epochs_done() + 1, config.epochs);
        let loss = trainer.epoch(job.train, |progress| {
            bar.set_length(progress.steps as u64);
            bar.set_position(progress.step as u64);
            let caching = if progress.caching {
                ", filling the cache"
            } else {
                ""
            };
            bar.set_message(format!("loss {:.4}{caching}", progress.loss.cross_entropy));
        })?;
        bar.finish_and_clear();
        let model = trainer.model()?;
        let tuned = job.tune.map(|tune| tuned(&model, tune)).transpose()?;
        let epoch = Epoch {
            loss,
            tuned,
            seconds: start.elapsed().as_secs_f64(),
        };
        let better = history.push(epoch, job.select);
        note(format_args!("{name}{}", history.line()));
        // Only the last one is kept where the last one is the best.
        let kept = job.select != Select::Last || trainer.epochs_done() == config.epochs;
        if better && kept {
            write_whole(&directory.join(BEST), &sealed(model)?)?;
        }
        let notes = serde_json::to_value(&history)?;
        write_whole(&checkpoint, &trainer.checkpoint(&notes)?)?;
        told(epoch.seconds, config.epochs - trainer.epochs_done());
    }
    drop(trainer);

    let path = directory.join(BEST);
    let best = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    history.peak_memory = output::peak_memory();
    write_whole(
        &directory.join(HISTORY),
        serde_json::to_string_pretty(&history)?.as_bytes(),
    )?;
    write_whole(
        &directory.join("curves.html"),
        curves::page(&history)?.as_bytes(),
    )?;
    Ok(file::read(&best)?)
}

/// What to say where λ1 is so large that empty maps cost least, whatever the network learns.
fn too_sparse(model: &Model, size: usize, config: &Config) -> Option<String> {
    // Weights of classes in the loss move the limit, and a black box has no maps.
    if config.balance == Balance::Loss || config.head == Head::Pooled {
        return None;
    }
    let side = model.backbone().map_size(size);
    let classes = model.card.classes.len();
    let limit = (config.penalty).emptying_lasso(classes, side * side, config.label_smoothing);
    (config.penalty.lasso >= limit).then(|| {
        format!(
            "warning: λ1 = {} will empty the maps: with {side} x {side} cells and {classes} classes, evidence of 1 in a cell lowers the cross-entropy by {limit:.1e} at most, and costs λ1.\n  \
             help: Choose --lasso between a twentieth and four fifths of {limit:.1e}.",
            config.penalty.lasso
        )
    })
}

fn epoch_bar(name: &str, epoch: usize, epochs: usize) -> ProgressBar {
    let style =
        ProgressStyle::with_template("{prefix} {wide_bar} {pos}/{len}, {eta} left in it, {msg}");
    let bar = ProgressBar::new(0).with_prefix(format!("{name}epoch {epoch}/{epochs}"));
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// The float model as a file.
fn sealed(model: Model) -> crate::failure::Result<Vec<u8>> {
    let model = fold::fold(model)?;
    Ok(pollster::block_on(softcam::conversion::seal(
        model,
        &Device::flex(),
    ))?)
}

fn tuned(model: &Model, tune: &Pictures) -> crate::failure::Result<Tuned> {
    let model = fold::fold(model.clone())?;
    let outputs = softcam_train::predict::predict(&model, tune, &Device::flex(), None, || {})?;
    Tuned::of(&outputs, tune)
}
