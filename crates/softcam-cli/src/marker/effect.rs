//! What a marker does to one model's answers and maps.

use crate::eval::subject::Subject;
use softcam::Explanation;
use softcam::preprocess::{Placement, Rect};
use softcam_eval::ranking::auc;
use softcam_eval::{Bootstrap, Decision, Estimate};

/// What a model made of one picture, read as evidence for the positive class over the other.
pub struct Reading {
    /// Difference of the logits: the mean of the map.
    pub logit: f64,
    pub yes: bool,
    /// What the marker's box adds to `logit`: its share of the map's sum over the number of cells.
    pub on_marker: f64,
    /// The box's share of all positive evidence; none where there is none.
    pub share: Option<f64>,
}

/// A picture without and with the marker.
pub struct Pair {
    pub positive: bool,
    pub unit: usize,
    /// The marker's share of what the network sees.
    pub area: f64,
    pub plain: Reading,
    pub marked: Reading,
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

/// The class whose evidence is read, and the one that it is held against.
pub fn sides(subject: &Subject) -> [usize; 2] {
    let positive = subject.decision().positive().unwrap_or(1);
    let other = usize::from(positive == 0);
    [positive, other]
}

/// Reads `explanation` where `covered` is the marker, in pixels of the photo.
pub fn reading(
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

/// All pictures together.
pub fn effect(subject: &Subject, pairs: &[&Pair]) -> Effect {
    let bootstrap = Bootstrap::default();
    let units: Vec<usize> = pairs.iter().map(|pair| pair.unit).collect();
    // Mean of `of` over the pictures where it is defined.
    let mean = |of: &dyn Fn(&Pair) -> Option<f64>| {
        bootstrap.estimate(&units, |weights| {
            let (mut sum, mut count) = (0.0, 0.0);
            for (&pair, weight) in pairs.iter().zip(weights) {
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
        let scores: Vec<f64> = pairs.iter().map(|&pair| of(pair)).collect();
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
