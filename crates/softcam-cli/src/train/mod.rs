//! `softcam train`: a pretrained network learns the classes of one's own pictures.

mod arguments;
mod curves;
mod device;
mod finish;
mod history;
mod loading;
mod sources;

pub use arguments::Arguments;

use crate::failure::{Context, Failure};
use crate::options::check_bits;
use crate::output::{self, note, write_whole};
use crate::source::{self, Source};
use history::{Epoch, History, Tuned};
use indicatif::{ProgressBar, ProgressStyle};
use loading::load;
use softcam::Device;
use softcam::conversion::Precision;
use softcam::conversion::{Card, convert};
use softcam::weights::{Model, file, fold};
use softcam_train::initial::initial;
use softcam_train::{Pictures, Trainer};
use sources::{Part, read_sources};
use std::fs;
use std::io::Write;
use std::time::Instant;

const CHECKPOINT: &str = "checkpoint.safetensors";
const BEST: &str = "best.safetensors";
const HISTORY: &str = "training.json";

/// Runs the command.
pub fn run(arguments: &Arguments, out: &mut impl Write) -> crate::failure::Result<()> {
    let directory = &arguments.out;
    check_bits(arguments.bits, arguments.precision())?;
    prepare_directory(arguments)?;
    let device = arguments.device.open()?;
    let settings = arguments.settings()?;
    let model = starting_model(arguments)?;
    let default_classes = model.card.classes.clone();
    let sources = read_sources(arguments, settings.classes.clone())?;
    let settings = softcam::conversion::Settings {
        classes: Some(sources.classes.clone()),
        ..settings
    };
    let keep_head = arguments.keep_head && default_classes == sources.classes;
    let model = initial(model, &settings, keep_head, arguments.seed)?;
    let config = arguments.config(&model)?;
    sources.write(directory)?;
    sources.describe();

    let largest = config.sizes.iter().copied().max().unwrap_or(0);
    let size = model.card.input.size.max(largest);
    let train = load(&sources, Part::Train, &model.card, size)?;
    let tune = load(&sources, Part::Tune, &model.card, model.card.input.size)?;

    let mut trainer =
        Trainer::new(model, config.clone(), &device)?.with_cache_limit(arguments.cache_limit());
    let (body, head) = trainer.counts();
    note(format_args!(
        "{body} weights of the backbone and {head} of the class-evidence layer learn."
    ));
    let mut history = History::new(&arguments.command_line(), &config);
    if arguments.resume {
        let path = directory.join(CHECKPOINT);
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        history = serde_json::from_value(trainer.resume(&bytes)?)
            .context("the checkpoint's history cannot be read")?;
        note(format_args!(
            "Going on after epoch {}.",
            trainer.epochs_done()
        ));
    }
    while trainer.epochs_done() < config.epochs {
        let start = Instant::now();
        let bar = epoch_bar(trainer.epochs_done() + 1, config.epochs);
        let loss = trainer.epoch(&train, |progress| {
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
        let tuned = tuned(&model, &tune)?;
        let better = history.push(
            Epoch {
                loss,
                tuned,
                seconds: start.elapsed().as_secs_f64(),
            },
            arguments.select,
        );
        note(format_args!("{}", history.line()));
        if better {
            write_whole(&directory.join(BEST), &sealed(model)?)?;
        }
        let notes = serde_json::to_value(&history)?;
        write_whole(&directory.join(CHECKPOINT), &trainer.checkpoint(&notes)?)?;
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
    finish::finish(file::read(&best)?, &train, &tune, arguments, out)
}

/// The directory for everything that a run leaves, empty unless the run is taken up again.
fn prepare_directory(arguments: &Arguments) -> crate::failure::Result<()> {
    let directory = &arguments.out;
    let there = directory.join(CHECKPOINT).exists();
    match (arguments.resume, there) {
        (true, false) => Err(Failure::new(
            format!("There is no checkpoint in {}.", directory.display()),
            "Start without --resume.",
        )),
        (false, true) if !arguments.overwrite => Err(Failure::new(
            format!("{} holds another run.", directory.display()),
            "Go on with it with --resume, or replace it with --overwrite.",
        )),
        _ => fs::create_dir_all(directory)
            .with_context(|| format!("cannot create {}", directory.display())),
    }
}

/// A finished model, or whatever float checkpoint convert reads.
fn starting_model(arguments: &Arguments) -> crate::failure::Result<Model> {
    let path = &arguments.init;
    let tensors = match source::open(path)? {
        Source::Model(model) => return Ok(*model),
        Source::Tensors(tensors) => tensors,
    };
    let settings = softcam::conversion::Settings {
        architecture: arguments.arch,
        source: Some(
            path.file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
        ),
        ..Default::default()
    };
    let conversion = convert(
        tensors,
        Card::Made(Box::new(settings)),
        Precision::Float32,
        |_| {},
    )?;
    Ok(conversion.float)
}

fn epoch_bar(epoch: usize, epochs: usize) -> ProgressBar {
    let style = ProgressStyle::with_template(
        "epoch {prefix} {wide_bar} {pos}/{len}, {eta} left in it, {msg}",
    );
    let bar = ProgressBar::new(0).with_prefix(format!("{epoch}/{epochs}"));
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
