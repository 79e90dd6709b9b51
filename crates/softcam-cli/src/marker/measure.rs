//! `softcam marker measure`: what a marker does to networks' answers and maps.

use super::position::Drawn;
use super::table;
use crate::eval::answers::open;
use crate::eval::data::{self, Data};
use crate::eval::subject::Subject;
use crate::failure::{Context, Result};
use crate::options::{request, share};
use crate::output::{check_place, progress_bar, write_whole};
use softcam::edit::apply;
use softcam::preprocess::{Placement, Rect, place};
use softcam::{Explainer, Explanation};
use softcam_eval::ranking::auc;
use softcam_eval::{Bootstrap, Decision, Estimate};
use std::io::Write;
use std::path::PathBuf;

/// Show networks every picture twice, as it is and with a marker pasted in, and compare: how many answers turn, what the
/// marker adds to the logit, and how much evidence lies on its box before and after. The pictures should have none yet.
#[derive(clap::Args)]
pub struct Arguments {
    /// Model files with the same two classes, such as the ones that learned without, with random and with tied markers.
    #[arg(long, value_name = "FILE", required = true)]
    model: Vec<PathBuf>,
    #[command(flatten)]
    data: data::Arguments,
    /// Height of the marker as a share of the picture's side.
    #[arg(long, value_name = "SHARE", value_parser = share, default_value = "0.1")]
    size: f32,
    /// Of the marker's places.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Write all figures to this file.
    #[arg(long, value_name = "OUT")]
    json: Option<PathBuf>,
}

/// What a model made of one picture, read as evidence for the positive class over the other.
struct Reading {
    /// Difference of the logits: the mean of the map.
    logit: f64,
    yes: bool,
    /// What the marker's box adds to `logit`: its share of the map's sum over the number of cells.
    on_marker: f64,
    /// The box's share of all positive evidence; none where there is none.
    share: Option<f64>,
}

/// A picture without and with the marker.
struct Pair {
    positive: bool,
    unit: usize,
    /// The marker's share of what the network sees.
    area: f64,
    plain: Reading,
    marked: Reading,
}

/// A model's figures. Intervals are bootstrapped over patients.
pub struct Effect {
    pub file: String,
    pub positive: String,
    pub pictures: usize,
    pub auc: [Option<f64>; 2],
    /// Share of "yes" without and with the marker.
    pub yes: [Option<Estimate>; 2],
    /// Of the answers "no", the share that the marker turns into "yes"; and the other way round.
    pub turned: [Option<Estimate>; 2],
    /// Mean change of the difference of the logits.
    pub logit: Option<Estimate>,
    /// Mean contribution of the marker's box to it, without and with the marker.
    pub on_marker: [Option<Estimate>; 2],
    /// Mean share of the positive evidence in the marker's box, without and with it.
    pub share: [Option<Estimate>; 2],
    /// Mean share of the picture that the box covers: what a map that knows nothing would have there.
    pub area: f64,
}

/// Runs the command.
pub fn run(arguments: &Arguments, out: &mut impl Write) -> Result<()> {
    if let Some(path) = &arguments.json {
        check_place(path)?;
    }
    let subjects = arguments.model.iter().map(|path| Subject::read(path));
    let subjects = subjects.collect::<Result<Vec<_>>>()?;
    for other in &subjects[1..] {
        subjects[0].check_same_classes(other)?;
    }
    let classes = subjects[0].model.card.classes.clone();
    let data = data::load(&arguments.data, &classes)?;
    let bar = progress_bar(subjects.len() * data.set.items.len());
    let mut effects = Vec::with_capacity(subjects.len());
    for subject in &subjects {
        let explainer = subject.explainer()?;
        let mut pairs = Vec::with_capacity(data.set.items.len());
        for index in 0..data.set.items.len() {
            pairs.push(pair(arguments, subject, &explainer, &data, index)?);
            bar.inc(1);
        }
        effects.push(effect(subject, &pairs));
    }
    bar.finish_and_clear();
    if let Some(path) = &arguments.json {
        let text = serde_json::to_string_pretty(&table::document(&effects))?;
        write_whole(path, format!("{text}\n").as_bytes())?;
    }
    table::print(&effects, data.unit, out)
}

/// The class whose evidence is read, and the one that it is held against.
fn sides(subject: &Subject) -> [usize; 2] {
    let positive = subject.decision().positive().unwrap_or(1);
    let other = usize::from(positive == 0);
    [positive, other]
}

fn pair(
    arguments: &Arguments,
    subject: &Subject,
    explainer: &Explainer,
    data: &Data,
    index: usize,
) -> Result<Pair> {
    let item = &data.set.items[index];
    let request = request(None, None, &subject.model.card)?;
    let drawn = Drawn::new(arguments.seed, &item.file, f64::from(arguments.size));
    let photo = open(item).with_context(|| format!("cannot read {}", item.file))?;
    let placement = place(&photo, request.fit, request.size)?;
    let marked = apply(&photo, &[drawn.position.edit()], &placement)?;
    let covered = drawn.position.covers(&placement);
    let sides = sides(subject);
    let read = |photo| -> Result<Reading> {
        let explanation = pollster::block_on(explainer.explain(photo, request))?;
        Ok(reading(
            &explanation,
            sides,
            subject.decision(),
            &placement,
            &covered,
        ))
    };
    Ok(Pair {
        positive: item.class == sides[0],
        unit: data.units[index],
        area: covered.area() / placement.region.area(),
        plain: read(&photo)?,
        marked: read(&marked)?,
    })
}

fn reading(
    explanation: &Explanation,
    [class, other]: [usize; 2],
    decision: Decision,
    placement: &Placement,
    covered: &Rect,
) -> Reading {
    let Explanation { maps, answer } = explanation;
    let (rows, columns) = (maps.height(), maps.width());
    let (mut inside, mut inside_for, mut all_for) = (0.0, 0.0, 0.0);
    for (cell, value) in maps.difference(class, other).into_iter().enumerate() {
        let value = f64::from(value);
        let square = placement.cell(cell / columns, cell % columns, rows, columns);
        let part = square
            .intersection(covered)
            .map_or(0.0, |part| part.area() / square.area());
        inside += part * value;
        inside_for += part * value.max(0.0);
        all_for += value.max(0.0);
    }
    Reading {
        logit: f64::from(answer.logits[class]) - f64::from(answer.logits[other]),
        yes: decision.class(&answer.probabilities) == class,
        on_marker: inside / maps.cells() as f64,
        share: (all_for > 0.0).then(|| inside_for / all_for),
    }
}

fn effect(subject: &Subject, pairs: &[Pair]) -> Effect {
    let bootstrap = Bootstrap::default();
    let units: Vec<usize> = pairs.iter().map(|pair| pair.unit).collect();
    // Mean of `of` over the pictures where it is defined.
    let mean = |of: &dyn Fn(&Pair) -> Option<f64>| {
        bootstrap.estimate(&units, |weights| {
            let (mut sum, mut count) = (0.0, 0.0);
            for (pair, weight) in pairs.iter().zip(weights) {
                if let Some(value) = of(pair) {
                    sum += weight * value;
                    count += weight;
                }
            }
            (count > 0.0).then(|| sum / count)
        })
    };
    let both = |of: fn(&Reading) -> Option<f64>| {
        [
            mean(&|pair| of(&pair.plain)),
            mean(&|pair| of(&pair.marked)),
        ]
    };
    let flag = |flag: bool| f64::from(u8::from(flag));
    let turned =
        |from: bool| mean(&|pair| (pair.plain.yes == from).then(|| flag(pair.marked.yes != from)));
    let positive: Vec<bool> = pairs.iter().map(|pair| pair.positive).collect();
    let ranked = |of: fn(&Pair) -> f64| {
        let scores: Vec<f64> = pairs.iter().map(of).collect();
        auc(&scores, &positive)
    };
    Effect {
        file: subject.file.clone(),
        positive: subject.model.card.classes[sides(subject)[0]].clone(),
        pictures: pairs.len(),
        auc: [
            ranked(|pair| pair.plain.logit),
            ranked(|pair| pair.marked.logit),
        ],
        yes: both(|reading| Some(f64::from(u8::from(reading.yes)))),
        turned: [turned(false), turned(true)],
        logit: mean(&|pair| Some(pair.marked.logit - pair.plain.logit)),
        on_marker: both(|reading| Some(reading.on_marker)),
        share: both(|reading| reading.share),
        area: pairs.iter().map(|pair| pair.area).sum::<f64>() / pairs.len() as f64,
    }
}
