//! Whether probabilities mean what they say, and the temperature that makes them.

use crate::error::{Error, Result};

/// Bins of the expected calibration error.
pub const BINS: usize = 15;

/// Temperatures that are tried lie between this, in units of the logits, and [`HIGHEST_TEMPERATURE`]. A network that separates
/// its data perfectly would ask for 0, which is no temperature.
const LOWEST_TEMPERATURE: f64 = 0.05;
const HIGHEST_TEMPERATURE: f64 = 20.0;

/// Of a picture, for every class: a class without any would ask for an offset of minus infinity.
const HALF: f64 = 0.5;

/// Steps towards offsets, and by how much the last may still move one.
const MOST_STEPS: usize = 500;
const STILL: f64 = 1e-6;

/// The pictures whose top class has a probability in one range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    /// The range, exclusive below, inclusive above.
    pub range: (f64, f64),
    /// Weight of the pictures in it.
    pub count: f64,
    /// Their mean probability of the top class; 0 where there are none.
    pub confidence: f64,
    /// The share of them where the top class is the true one; 0 where there are none.
    pub accuracy: f64,
}

/// Sorts pictures into [`BINS`] bins of equal width by the probability of their top class.
///
/// # Panics
/// If the lengths differ.
pub fn reliability(confidences: &[f64], correct: &[bool], weights: &[f64]) -> Vec<Bin> {
    assert!(confidences.len() == correct.len() && correct.len() == weights.len());
    let edge = |bin: usize| bin as f64 / BINS as f64;
    let mut bins: Vec<Bin> = (0..BINS)
        .map(|bin| Bin {
            range: (edge(bin), edge(bin + 1)),
            count: 0.0,
            confidence: 0.0,
            accuracy: 0.0,
        })
        .collect();
    for ((confidence, correct), weight) in confidences.iter().zip(correct).zip(weights) {
        let place = (confidence * BINS as f64).ceil() as usize;
        let bin = &mut bins[place.clamp(1, BINS) - 1];
        bin.count += weight;
        bin.confidence += weight * confidence;
        bin.accuracy += if *correct { *weight } else { 0.0 };
    }
    for bin in bins.iter_mut().filter(|bin| bin.count > 0.0) {
        bin.confidence /= bin.count;
        bin.accuracy /= bin.count;
    }
    bins
}

/// Expected calibration error (Naeini et al. 2015; Guo et al. 2017): by how much confidence and accuracy of a bin differ,
/// averaged over pictures. From 0, perfect, to 1. None without pictures.
pub fn expected_calibration_error(bins: &[Bin]) -> Option<f64> {
    let total: f64 = bins.iter().map(|bin| bin.count).sum();
    let gaps = bins
        .iter()
        .map(|bin| bin.count * (bin.accuracy - bin.confidence).abs());
    (total > 0.0).then(|| gaps.sum::<f64>() / total)
}

/// Mean negative log-likelihood of the true classes under softmax(logits / temperature), in nats. `logits` is
/// `[pictures, classes]`, row-major.
pub fn negative_log_likelihood(
    logits: &[f32],
    classes: usize,
    truths: &[usize],
    temperature: f64,
) -> Result<f64> {
    check(logits, classes, truths)?;
    Ok(likelihood(logits, classes, truths, temperature))
}

/// The temperature that minimises the negative log-likelihood (Guo et al., "On Calibration of Modern Neural Networks", ICML
/// 2017), from 0.05 to 20. Where a strong penalty on the evidence left small logits, the lower end is smaller: 0.05 times the
/// median distance between a picture's true class and the best other one. Never fit it on what calibration is then measured
/// on.
pub fn fit_temperature(logits: &[f32], classes: usize, truths: &[usize]) -> Result<f64> {
    check(logits, classes, truths)?;
    // The likelihood is convex in 1 / T, so it has one minimum on any scale of T, and the golden section finds it.
    let cost = |log: f64| likelihood(logits, classes, truths, log.exp());
    let lowest = LOWEST_TEMPERATURE * median_gap(logits, classes, truths).min(1.0);
    Ok(golden_section(cost, lowest.ln(), HIGHEST_TEMPERATURE.ln()).exp())
}

/// A temperature with an offset for each class, the latter added to the logits first: what minimises the negative
/// log-likelihood of both together ("bias-corrected temperature scaling", Alexandari et al., "Maximum Likelihood with
/// Bias-Corrected Calibration is Hard-To-Beat at Label Shift Adaptation", ICML 2020). It is for models whose training drew the classes in
/// other shares than they have. The offsets are in units of the logits, and their mean is 0. Each class counts as if half a
/// picture more were of it, so that one without pictures has an offset, too. Never fit it on what is then measured.
pub fn fit_with_offsets(
    logits: &[f32],
    classes: usize,
    truths: &[usize],
) -> Result<(f64, Vec<f64>)> {
    check(logits, classes, truths)?;
    let lowest = (LOWEST_TEMPERATURE * median_gap(logits, classes, truths).min(1.0)).ln();
    let mut counts = vec![HALF; classes];
    for &truth in truths {
        counts[truth] += 1.0;
    }
    // Behind the temperature. The likelihood is convex in 1 / T and these, so that steps in turns lead to its minimum.
    let mut scaled = vec![0.0; classes];
    let mut temperature = 1.0;
    for _ in 0..MOST_STEPS {
        let cost = |log: f64| likelihood_with(logits, &scaled, truths, log.exp());
        let next = golden_section(cost, lowest, HIGHEST_TEMPERATURE.ln()).exp();
        let mut expected = vec![HALF; classes];
        for row in logits.chunks_exact(classes) {
            let values =
                (row.iter().zip(&scaled)).map(|(&logit, offset)| f64::from(logit) / next + offset);
            let (max, sum) = exponentials(values.clone());
            for (expected, value) in expected.iter_mut().zip(values) {
                *expected += (value - max).exp() / sum;
            }
        }
        let mut moved = (next / temperature).ln().abs();
        for ((offset, count), expected) in scaled.iter_mut().zip(&counts).zip(expected) {
            let step: f64 = (count / expected).ln();
            *offset += step;
            moved = moved.max(step.abs());
        }
        temperature = next;
        if moved < STILL {
            break;
        }
    }
    let mean = scaled.iter().sum::<f64>() / classes as f64;
    let offsets = scaled.iter().map(|offset| (offset - mean) * temperature);
    Ok((temperature, offsets.collect()))
}

/// Median over pictures of the distance between the true class's logit and the largest other one; 1 where that is 0 or there
/// is no other.
fn median_gap(logits: &[f32], classes: usize, truths: &[usize]) -> f64 {
    let mut gaps: Vec<f64> = (logits.chunks_exact(classes).zip(truths))
        .map(|(row, &truth)| {
            let others = row.iter().enumerate().filter(|(class, _)| *class != truth);
            let best = others.fold(f32::NEG_INFINITY, |best, (_, &logit)| best.max(logit));
            (f64::from(row[truth]) - f64::from(best)).abs()
        })
        .collect();
    gaps.sort_by(f64::total_cmp);
    let median = gaps[gaps.len() / 2];
    if median > 0.0 && median.is_finite() {
        median
    } else {
        1.0
    }
}

/// The minimum of a function with only one, to 1e-7 of x.
fn golden_section(cost: impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    let ratio = (5.0_f64.sqrt() - 1.0) / 2.0;
    let (mut left, mut right) = (high - ratio * (high - low), low + ratio * (high - low));
    let (mut at_left, mut at_right) = (cost(left), cost(right));
    while high - low > 1e-7 {
        if at_left <= at_right {
            (high, right, at_right) = (right, left, at_left);
            left = high - ratio * (high - low);
            at_left = cost(left);
        } else {
            (low, left, at_left) = (left, right, at_right);
            right = low + ratio * (high - low);
            at_right = cost(right);
        }
    }
    f64::midpoint(low, high)
}

fn likelihood(logits: &[f32], classes: usize, truths: &[usize], temperature: f64) -> f64 {
    likelihood_with(logits, &vec![0.0; classes], truths, temperature)
}

/// With `offsets`, one for each class, added behind the temperature.
fn likelihood_with(logits: &[f32], offsets: &[f64], truths: &[usize], temperature: f64) -> f64 {
    let losses = logits
        .chunks_exact(offsets.len())
        .zip(truths)
        .map(|(row, truth)| {
            let scaled = |class: usize| f64::from(row[class]) / temperature + offsets[class];
            let (max, sum) = exponentials((0..row.len()).map(scaled));
            max + sum.ln() - scaled(*truth)
        });
    losses.sum::<f64>() / truths.len() as f64
}

/// The largest of `values`, and the sum of their exponentials over that of the largest, which no value overflows.
fn exponentials(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let max = values.clone().fold(f64::NEG_INFINITY, f64::max);
    (max, values.map(|value| (value - max).exp()).sum())
}

fn check(logits: &[f32], classes: usize, truths: &[usize]) -> Result<()> {
    if truths.is_empty() || classes == 0 {
        return Err(Error::NoPredictions);
    }
    if logits.len() != classes * truths.len() {
        return Err(Error::Length {
            what: "logits",
            got: logits.len(),
            expected: classes * truths.len(),
        });
    }
    if let Some(&class) = truths.iter().find(|class| **class >= classes) {
        return Err(Error::NoSuchClass { class, classes });
    }
    match logits.iter().position(|logit| !logit.is_finite()) {
        Some(at) => Err(Error::NotFinite {
            index: at / classes,
            what: "logit",
        }),
        None => Ok(()),
    }
}
