//! Which penalty, and how good what it gives: by cross-validation.

use crate::folds::deal;
use crate::logistic::{Layer, Regression, cross_entropy};
use softcam::{Error, Result, Watch};

/// Penalties to choose from, strongest first; of examples whose mean square is 1.
pub const PENALTIES: [f64; 9] = [1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001];
/// Where there is too little to choose by.
const USUAL: f64 = 0.03;

/// Folds that accuracy is measured in, and those within each that its penalty is chosen in.
const OUTER: usize = 5;
const INNER: usize = 3;

/// Fits to choose by need no more; the last one is exact.
const ROUGH: f64 = 1e-4;
const EXACT: f64 = 1e-8;

/// A layer, and what was said of every example by one that had not seen it.
#[derive(Debug)]
pub struct Chosen {
    /// Fitted to all examples.
    pub layer: Layer,
    /// Its penalty.
    pub penalty: f64,
    /// Where there were folds, their number, and the class of every example by a layer that was fitted, and whose penalty
    /// was chosen, without its fold.
    pub calls: Option<(usize, Vec<usize>)>,
}

/// Counts fits, and asks whether to go on.
pub struct Counter<'a> {
    watch: &'a mut dyn Watch,
    done: usize,
    total: usize,
}

impl<'a> Counter<'a> {
    /// `before` steps are done already; `total` are expected with them.
    pub fn new(watch: &'a mut dyn Watch, before: usize, total: usize) -> Self {
        Self {
            watch,
            done: before,
            total,
        }
    }

    async fn step(&mut self) -> Result<()> {
        let goes_on = self
            .watch
            .go_on(self.done.min(self.total), self.total)
            .await;
        self.done += 1;
        goes_on.then_some(()).ok_or_else(Error::cancelled)
    }
}

/// The most fits that [`choose`] makes.
pub const MOST_FITS: usize =
    OUTER * PENALTIES.len() + OUTER * (INNER * PENALTIES.len() + PENALTIES.len()) + PENALTIES.len();

/// Chooses a penalty and fits. `groups` has one entry per example: those of one group share a fold.
///
/// # Errors
///
/// One that [`Error::is_cancelled`] where somebody said no.
pub async fn choose(
    problem: Regression<'_>,
    groups: &[usize],
    counter: &mut Counter<'_>,
) -> Result<Chosen> {
    let all: Vec<usize> = (0..problem.classes.len()).collect();
    let calls = match deal(problem.classes, groups, &all, OUTER) {
        Some(folds) => {
            let count = folds.iter().max().map_or(0, |last| last + 1);
            let mut calls = vec![0; all.len()];
            for fold in 0..count {
                let (apart, rest) = parted(&all, &folds, fold);
                let penalty = best(problem, groups, &rest, INNER, counter).await?;
                let layer = path(problem, &rest, penalty, ROUGH, counter).await?;
                for member in apart {
                    calls[member] = called(problem, &layer, member);
                }
            }
            Some((count, calls))
        }
        None => None,
    };
    let penalty = best(problem, groups, &all, OUTER, counter).await?;
    let layer = path(problem, &all, penalty, EXACT, counter).await?;
    Ok(Chosen {
        layer,
        penalty,
        calls,
    })
}

/// The penalty with the least cross-entropy of examples that were not fitted to; of equals, the strongest.
async fn best(
    problem: Regression<'_>,
    groups: &[usize],
    members: &[usize],
    most: usize,
    counter: &mut Counter<'_>,
) -> Result<f64> {
    let Some(folds) = deal(problem.classes, groups, members, most) else {
        return Ok(USUAL);
    };
    let mut losses = [0.0; PENALTIES.len()];
    for fold in 0..folds.iter().max().map_or(0, |last| last + 1) {
        let (apart, rest) = parted(members, &folds, fold);
        let mut layer = Layer::zero(problem.count, problem.width);
        for (loss, penalty) in losses.iter_mut().zip(PENALTIES) {
            counter.step().await?;
            layer = problem.fit(&rest, penalty, &layer, ROUGH);
            *loss += (apart.iter())
                .map(|&member| {
                    cross_entropy(&layer.logits(row(problem, member)), problem.classes[member])
                })
                .sum::<f64>();
        }
    }
    let least = losses.iter().copied().fold(f64::INFINITY, f64::min);
    let at = losses.iter().position(|loss| *loss <= least);
    Ok(at.map_or(USUAL, |at| PENALTIES[at]))
}

/// Fits by way of the stronger penalties, each from the one before: that takes fewer steps than the last one alone.
async fn path(
    problem: Regression<'_>,
    members: &[usize],
    penalty: f64,
    tolerance: f64,
    counter: &mut Counter<'_>,
) -> Result<Layer> {
    let mut layer = Layer::zero(problem.count, problem.width);
    for stronger in PENALTIES.into_iter().filter(|other| *other > penalty) {
        counter.step().await?;
        layer = problem.fit(members, stronger, &layer, ROUGH);
    }
    counter.step().await?;
    Ok(problem.fit(members, penalty, &layer, tolerance))
}

/// Those of a fold, and all others.
fn parted(members: &[usize], folds: &[usize], fold: usize) -> (Vec<usize>, Vec<usize>) {
    let with = members.iter().copied().zip(folds);
    let (apart, rest): (Vec<_>, Vec<_>) = with.partition(|(_, of)| **of == fold);
    let plain = |pairs: Vec<(usize, &usize)>| pairs.into_iter().map(|(member, _)| member).collect();
    (plain(apart), plain(rest))
}

fn row(problem: Regression<'_>, member: usize) -> &[f64] {
    &problem.rows[member * problem.width..][..problem.width]
}

fn called(problem: Regression<'_>, layer: &Layer, member: usize) -> usize {
    let logits = layer.logits(row(problem, member));
    let most = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    logits.iter().position(|logit| *logit >= most).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

    use super::*;
    use softcam::random;

    /// Two clouds, `apart` standard deviations from each other, in eight directions.
    fn clouds(count: usize, apart: f64) -> (Vec<f64>, Vec<usize>) {
        let classes: Vec<usize> = (0..count).map(|index| index % 2).collect();
        let rows = (0..count * 8)
            .map(|index| {
                let noise = f64::from(random::normal(random::at(3, index as u64)));
                let side = if classes[index / 8] == 1 { 0.5 } else { -0.5 };
                let shift = if index % 8 == 0 { side * apart } else { 0.0 };
                noise + shift
            })
            .collect();
        (rows, classes)
    }

    fn chosen(rows: &[f64], classes: &[usize], groups: &[usize]) -> Chosen {
        let problem = Regression {
            rows,
            width: 8,
            classes,
            count: 2,
        };
        let mut watch = async |_, _| true;
        let mut counter = Counter::new(&mut watch, 0, MOST_FITS);
        let chosen = pollster::block_on(choose(problem, groups, &mut counter)).unwrap();
        assert!(counter.done <= MOST_FITS, "{}", counter.done);
        chosen
    }

    fn accuracy(chosen: &Chosen, classes: &[usize]) -> f64 {
        let (_, calls) = chosen.calls.as_ref().unwrap();
        let right = calls.iter().zip(classes).filter(|(a, b)| a == b).count();
        right as f64 / classes.len() as f64
    }

    #[test]
    fn what_cannot_be_told_apart_is_not_told_apart() {
        let (rows, classes) = clouds(200, 0.0);
        let groups: Vec<usize> = (0..200).collect();
        let chance = chosen(&rows, &classes, &groups);
        let share = accuracy(&chance, &classes);
        assert!((share - 0.5).abs() < 0.12, "{share}");
        // Nothing is to be learnt, so the filters stay as short as they can.
        assert_eq!(chance.penalty, PENALTIES[0]);
        let (rows, classes) = clouds(200, 6.0);
        let easy = chosen(&rows, &classes, &groups);
        assert!(accuracy(&easy, &classes) > 0.97);
        assert!(easy.penalty < PENALTIES[0]);
    }

    #[test]
    fn copies_flatter_unless_they_share_a_group() {
        // Forty pictures with labels at random, each five times.
        let (single, _) = clouds(40, 0.0);
        let labels: Vec<usize> = (0..40)
            .map(|index| (random::at(9, index) % 2) as usize)
            .collect();
        let rows: Vec<f64> = (0..200 * 8)
            .map(|index| single[index / 8 / 5 * 8 + index % 8])
            .collect();
        let classes: Vec<usize> = (0..200).map(|index| labels[index / 5]).collect();
        let alone: Vec<usize> = (0..200).collect();
        let together: Vec<usize> = (0..200).map(|index| index / 5).collect();
        let flattered = accuracy(&chosen(&rows, &classes, &alone), &classes);
        let honest = accuracy(&chosen(&rows, &classes, &together), &classes);
        assert!(
            honest < 0.65 && flattered > honest + 0.1,
            "{honest} {flattered}"
        );
    }

    #[test]
    fn one_group_of_a_class_gives_a_layer_but_no_accuracy() {
        let (rows, classes) = clouds(20, 6.0);
        let groups: Vec<usize> = (0..20)
            .map(|index| if index % 2 == 0 { 0 } else { index })
            .collect();
        let chosen = chosen(&rows, &classes, &groups);
        assert!(chosen.calls.is_none());
        assert_eq!(chosen.penalty, USUAL);
    }

    #[test]
    fn who_says_no_gets_no_layer() {
        let (rows, classes) = clouds(20, 6.0);
        let groups: Vec<usize> = (0..20).collect();
        let problem = Regression {
            rows: &rows,
            width: 8,
            classes: &classes,
            count: 2,
        };
        let mut asked = 0;
        let mut watch = async |_, _| {
            asked += 1;
            asked < 5
        };
        let mut counter = Counter::new(&mut watch, 0, MOST_FITS);
        let error = pollster::block_on(choose(problem, &groups, &mut counter)).unwrap_err();
        assert!(error.is_cancelled());
        assert_eq!(asked, 5);
    }
}
