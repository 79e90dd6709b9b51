//! Which pictures are explained, by a rule and not by hand.

use super::networks::Networks;
use crate::eval::answers::Answered;
use crate::eval::data::Data;
use crate::eval::measured::Measured;
use crate::failure::{Failure, Result};
use softcam_data::Boxes;
use std::collections::BTreeSet;

/// Pictures by their index in the table.
pub struct Chosen {
    /// Show the finding (of more than two classes: any class), and every network calls them rightly.
    pub findings: Vec<usize>,
    /// Do not show it, and every network says so; empty for more than two classes.
    pub healthy: Vec<usize>,
    /// Those of `findings` that methods and measures of many runs get.
    pub costly: BTreeSet<usize>,
    /// Pictures that would be in `findings` without --pictures.
    pub fitting: usize,
    /// Pictures that show what is looked for, whatever the networks call them.
    pub showing: usize,
    /// Pictures that a network takes for unlike its training set.
    pub flagged: usize,
}

/// Chooses at most `most` pictures, and of these at most `costly`.
///
/// # Errors
///
/// Where no picture fits.
pub fn choose(
    networks: &Networks,
    data: &Data,
    answered: &[Answered],
    measured: &[Measured],
    boxes: Option<&Boxes>,
    (most, costly): (Option<usize>, usize),
) -> Result<Chosen> {
    let items = &data.set.items;
    let (mut findings, mut healthy) = (Vec::new(), Vec::new());
    let (mut showing, mut flagged) = (0, 0);
    for (place, (picture, _)) in answered[0].pictures.iter().enumerate() {
        let truth = items[*picture].class;
        let shows = networks.positive().is_none_or(|positive| positive == truth);
        showing += usize::from(shows);
        let strange = |answer: &crate::eval::answers::Answer| {
            answer.novelty.is_some_and(|novelty| novelty.flagged())
        };
        let answers = answered.iter().flat_map(|all| &all.pictures[place].1);
        if answers.into_iter().any(strange) {
            flagged += 1;
        } else if measured
            .iter()
            .all(|measured| measured.calls[place] == truth)
        {
            match shows {
                true => findings.push(*picture),
                false => healthy.push(*picture),
            }
        }
    }
    if findings.is_empty() {
        return Err(Failure::new(
            "There is no picture that shows the finding and that every network calls rightly.",
            "Bring other pictures, or models that know them.",
        ));
    }
    let fitting = findings.len();
    let most = most.unwrap_or(fitting);
    let has_box = |picture: &usize| boxes.is_some_and(|boxes| boxes.has(&items[*picture].file));
    let (boxed, others): (Vec<usize>, Vec<usize>) = findings.into_iter().partition(has_box);
    let few = |boxed: &[usize], others: &[usize], most: usize| {
        let mut chosen = spread(boxed, most);
        chosen.extend(spread(others, most - chosen.len()));
        chosen
    };
    let mut findings = few(&boxed, &others, most);
    let (boxed, others): (Vec<usize>, Vec<usize>) = findings.iter().copied().partition(has_box);
    let costly = few(&boxed, &others, costly).into_iter().collect();
    findings.sort_unstable();
    Ok(Chosen {
        healthy: spread(&healthy, findings.len()),
        findings,
        costly,
        fitting,
        showing,
        flagged,
    })
}

/// At most `most` of them, evenly spread: tables are often sorted.
pub fn spread<T: Clone>(all: &[T], most: usize) -> Vec<T> {
    let kept = most.min(all.len());
    (0..kept)
        .map(|place| all[place * all.len() / kept].clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn few_are_evenly_spread() {
        assert_eq!(spread(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 3), [0, 3, 6]);
        assert_eq!(spread(&[0, 1, 2, 3], 9), [0, 1, 2, 3]);
        assert!(spread::<u8>(&[], 4).is_empty() && spread(&[1], 0).is_empty());
    }
}
