//! What a fitted layer is worth, and what to beware of.

use crate::choice::Chosen;
use crate::interval::wilson;
use serde::Serialize;
use softcam_eval::confusion::Confusion;
use std::collections::BTreeSet;

/// Fewer pictures of a class than this are few.
const FEW: usize = 8;
/// A class with more than this many times the pictures of another is called more often than it should.
const ONE_SIDED: usize = 3;

/// What there is to know about a fitted layer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Pictures of each class.
    pub pictures: Vec<usize>,
    /// Groups of each class: bursts, and single pictures that are not nearly the same as another.
    pub independent: Vec<usize>,
    /// Of the L2 penalty, for features of mean square 1.
    pub penalty: f64,
    /// Measured by cross-validation; none where a class has only one group.
    pub accuracy: Option<Accuracy>,
    /// What each picture was called by a layer that had not seen it; empty where accuracy is none.
    pub calls: Vec<usize>,
    /// What was called what, `[class][called]`; empty likewise.
    pub confusion: Vec<Vec<usize>>,
    /// What to beware of.
    pub warnings: Vec<Warning>,
}

/// Share of pictures that were called what they are.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Accuracy {
    /// From 0 to 1.
    pub share: f64,
    /// Lower end of its 95 % interval, for which a group counts as one picture.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Pictures that were called what they are.
    pub right: usize,
    /// Groups in all.
    pub independent: usize,
    /// Folds of the cross-validation.
    pub folds: usize,
}

/// What to beware of. Classes and pictures are numbers from 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Warning {
    /// A class has few pictures.
    Few {
        /// Which.
        class: usize,
        /// How many.
        count: usize,
    },
    /// All pictures of a class are from one burst, or nearly the same: nothing can be measured.
    OneBurst {
        /// Which.
        class: usize,
    },
    /// A class has more than three times the pictures of another.
    OneSided {
        /// The class with the most.
        most: usize,
        /// The class with the fewest.
        fewest: usize,
    },
    /// Two pictures of different classes are nearly the same.
    Contradiction {
        /// The earlier one.
        first: usize,
        /// The later one.
        second: usize,
    },
    /// Pictures of one class, not of one burst, are nearly the same as others; they count as one.
    Alike {
        /// The later ones of each pair.
        pictures: Vec<usize>,
    },
}

impl Report {
    /// `classes` and `bursts` have one entry per picture, `groups` those after `pairs` of nearly equal ones were joined.
    pub fn new(
        count: usize,
        classes: &[usize],
        bursts: &[usize],
        groups: &[usize],
        pairs: &[(usize, usize)],
        chosen: &Chosen,
    ) -> Self {
        let of = |class: usize| move |index: &usize| classes[*index] == class;
        let all = || 0..classes.len();
        let pictures: Vec<usize> = (0..count)
            .map(|class| all().filter(of(class)).count())
            .collect();
        let independent: Vec<usize> = (0..count)
            .map(|class| {
                let own: BTreeSet<usize> =
                    all().filter(of(class)).map(|index| groups[index]).collect();
                own.len()
            })
            .collect();
        let (accuracy, calls, confusion) = match &chosen.calls {
            Some((folds, calls)) => {
                let right = calls
                    .iter()
                    .zip(classes)
                    .filter(|(call, class)| call == class)
                    .count();
                let independent = groups.iter().collect::<BTreeSet<_>>().len();
                let share = right as f64 / classes.len().max(1) as f64;
                let (low, high) = wilson(share, independent);
                let accuracy = Accuracy {
                    share,
                    low,
                    high,
                    right,
                    independent,
                    folds: *folds,
                };
                (
                    Some(accuracy),
                    calls.clone(),
                    confusion(count, classes, calls),
                )
            }
            None => (None, Vec::new(), Vec::new()),
        };
        let warnings = warnings(&pictures, &independent, classes, bursts, pairs);
        Self {
            pictures,
            independent,
            penalty: chosen.penalty,
            accuracy,
            calls,
            confusion,
            warnings,
        }
    }
}

fn confusion(count: usize, classes: &[usize], calls: &[usize]) -> Vec<Vec<usize>> {
    let counted = Confusion::new(classes, calls, &vec![1.0; classes.len()]);
    let mut table = vec![vec![0; count]; count];
    for (class, row) in counted.classes().iter().zip(counted.rows()) {
        for (call, cell) in counted.classes().iter().zip(row) {
            table[*class][*call] = *cell as usize;
        }
    }
    table
}

fn warnings(
    pictures: &[usize],
    independent: &[usize],
    classes: &[usize],
    bursts: &[usize],
    pairs: &[(usize, usize)],
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for (class, &groups) in independent.iter().enumerate() {
        if groups < 2 {
            warnings.push(Warning::OneBurst { class });
        }
    }
    for (class, &count) in pictures.iter().enumerate() {
        if count < FEW {
            warnings.push(Warning::Few { class, count });
        }
    }
    let by_count = || pictures.iter().enumerate();
    if let (Some((most, larger)), Some((fewest, smaller))) = (
        by_count().max_by_key(|(_, count)| **count),
        by_count().min_by_key(|(_, count)| **count),
    ) && *larger > ONE_SIDED * *smaller
    {
        warnings.push(Warning::OneSided { most, fewest });
    }
    let contradict = |pair: &&(usize, usize)| classes[pair.0] != classes[pair.1];
    warnings.extend(
        pairs
            .iter()
            .filter(contradict)
            .map(|&(first, second)| Warning::Contradiction { first, second }),
    );
    let alike: Vec<usize> = (pairs.iter())
        .filter(|pair| !contradict(pair) && bursts[pair.0] != bursts[pair.1])
        .map(|pair| pair.1)
        .collect();
    if !alike.is_empty() {
        warnings.push(Warning::Alike { pictures: alike });
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_to_beware_of_is_said() {
        // Class 0: thirty pictures of their own. Class 1: one burst of nine. Class 2: two, one of which is also in class 0.
        let classes: Vec<usize> = [vec![0; 30], vec![1; 9], vec![2; 2]].concat();
        let bursts: Vec<usize> = (0..41)
            .map(|i| if (30..39).contains(&i) { 30 } else { i })
            .collect();
        let pairs = [(3, 40), (4, 5), (30, 31)];
        let said = warnings(&[30, 9, 2], &[29, 1, 2], &classes, &bursts, &pairs);
        assert_eq!(
            said,
            [
                Warning::OneBurst { class: 1 },
                Warning::Few { class: 2, count: 2 },
                Warning::OneSided { most: 0, fewest: 2 },
                Warning::Contradiction {
                    first: 3,
                    second: 40
                },
                Warning::Alike { pictures: vec![5] },
            ]
        );
        assert_eq!(warnings(&[8, 24], &[8, 24], &[0, 1], &[0, 1], &[]), []);
    }

    #[test]
    fn a_class_that_is_never_called_has_a_column_all_the_same() {
        assert_eq!(
            confusion(3, &[0, 1, 2, 2], &[0, 0, 2, 0]),
            [[1, 0, 0], [1, 0, 0], [1, 0, 1]]
        );
    }
}
