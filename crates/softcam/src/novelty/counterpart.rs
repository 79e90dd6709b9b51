//! Changes that make a picture unlike every other of its kind: its negative, and the picture on its head or on its side.
//!
//! A negative of an X-ray keeps most of what the features of a network tell, so that its score stays below any threshold that
//! lets all X-rays pass. Beside the score of its own counterpart it is told with certainty: of a film and its negative, the
//! film is the less strange one. So a picture whose counterpart is known, and less strange than itself, was changed.

use serde::{Deserialize, Serialize};

/// What may be done to a picture so that it comes out as those that a model knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Counterpart {
    /// Light for dark.
    Negative,
    /// Turned by half a turn.
    HalfTurn,
    /// Turned clockwise by a quarter.
    RightTurn,
    /// Turned anticlockwise by a quarter.
    LeftTurn,
}

impl Counterpart {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Negative,
        Self::HalfTurn,
        Self::RightTurn,
        Self::LeftTurn,
    ];

    /// The name in cards and results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Negative => "negative",
            Self::HalfTurn => "half-turn",
            Self::RightTurn => "right-turn",
            Self::LeftTurn => "left-turn",
        }
    }

    /// What the network would see of the changed picture; `values` is what it sees, `[3, size, size]`, of pixel values
    /// (0 to 255) less `mean`, over `std`. What pads a picture is changed with it.
    pub fn of(self, values: &[f32], size: usize, mean: [f32; 3], std: [f32; 3]) -> Vec<f32> {
        let last = size.saturating_sub(1);
        let turned = |from: &dyn Fn(usize, usize) -> (usize, usize)| {
            let plane = |plane: &[f32]| -> Vec<f32> {
                let places = (0..size).flat_map(|row| (0..size).map(move |column| (row, column)));
                let source = places.map(|(row, column)| from(row, column));
                source
                    .map(|(row, column)| plane[row * size + column])
                    .collect()
            };
            values.chunks_exact(size * size).flat_map(plane).collect()
        };
        match self {
            Self::Negative => (values.chunks_exact(size * size).zip(0..3))
                .flat_map(|(plane, channel)| {
                    // (255 - pixel - mean) / std, from (pixel - mean) / std.
                    let sum = (255.0 - 2.0 * mean[channel]) / std[channel];
                    plane.iter().map(move |value| sum - value)
                })
                .collect(),
            Self::HalfTurn => turned(&|row, column| (last - row, last - column)),
            Self::RightTurn => turned(&|row, column| (last - column, row)),
            Self::LeftTurn => turned(&|row, column| (column, last - row)),
        }
    }
}

/// Fewer pictures say too little about what is told with certainty.
const FEWEST: usize = 50;

/// A counterpart that is told is stranger than the picture for all but this share of them: so many are flagged for nothing.
const AMISS: f64 = 0.005;

/// Whether one counterpart is told from pictures of the right kind; `pairs` has for each of them its own score and its
/// counterpart's. A fundus photograph, say, has no upright position: turned, it is as strange as it was.
pub fn tells(pairs: &[(f32, f32)]) -> bool {
    let amiss = (pairs.iter())
        .filter(|(own, other)| other <= own || own.is_nan() || other.is_nan())
        .count();
    pairs.len() >= FEWEST && amiss as f64 <= AMISS * pairs.len() as f64
}

/// The counterpart that is known and less strange than the picture itself, where there is one: the least strange of those.
/// `score` is the picture's, `threshold` what is above it is unlike, and `others` have a score each.
pub fn more_familiar(
    score: f32,
    threshold: f32,
    others: &[(Counterpart, f32)],
) -> Option<Counterpart> {
    let familiar = |other: &&(Counterpart, f32)| other.1 < score && other.1 <= threshold;
    let least = others
        .iter()
        .filter(familiar)
        .min_by(|a, b| a.1.total_cmp(&b.1));
    least.map(|(counterpart, _)| *counterpart)
}

#[cfg(test)]
mod tests {
    use super::*;
    const MEAN: [f32; 3] = [100.0, 0.0, 255.0];
    const STD: [f32; 3] = [50.0, 1.0, 2.0];

    fn seen(pixels: [[f32; 4]; 3]) -> Vec<f32> {
        let channel = |(plane, channel): ([f32; 4], usize)| {
            plane.map(|pixel| (pixel - MEAN[channel]) / STD[channel])
        };
        pixels.into_iter().zip(0..3).flat_map(channel).collect()
    }

    #[test]
    fn each_is_what_its_name_says() {
        let pixels = [
            [0.0, 10.0, 20.0, 30.0],
            [1.0, 2.0, 3.0, 4.0],
            [255.0, 254.0, 253.0, 252.0],
        ];
        let of = |counterpart: Counterpart| counterpart.of(&seen(pixels), 2, MEAN, STD);
        let expected = |change: fn([f32; 4]) -> [f32; 4]| seen(pixels.map(change));
        assert_eq!(
            of(Counterpart::Negative),
            expected(|plane| plane.map(|pixel| 255.0 - pixel))
        );
        // Rows of [a b / c d].
        assert_eq!(
            of(Counterpart::HalfTurn),
            expected(|[a, b, c, d]| [d, c, b, a])
        );
        assert_eq!(
            of(Counterpart::RightTurn),
            expected(|[a, b, c, d]| [c, a, d, b])
        );
        assert_eq!(
            of(Counterpart::LeftTurn),
            expected(|[a, b, c, d]| [b, d, a, c])
        );
    }

    #[test]
    fn names_are_those_in_cards() {
        for counterpart in Counterpart::ALL {
            let json = serde_json::to_value(counterpart).expect("a name");
            assert_eq!(json, counterpart.name());
        }
    }

    #[test]
    fn told_is_what_is_stranger_for_all_but_a_few_of_many_pictures() {
        let pairs = |count: usize, amiss: usize| -> Vec<(f32, f32)> {
            (0..count)
                .map(|index| (1.0, if index < amiss { 1.0 } else { 1.1 }))
                .collect()
        };
        assert!(tells(&pairs(50, 0)));
        assert!(!tells(&pairs(49, 0)), "too few");
        assert!(!tells(&pairs(199, 1)));
        assert!(tells(&pairs(200, 1)));
        assert!(!tells(&[(1.0, f32::NAN); 100]));
    }

    #[test]
    fn the_least_strange_of_those_that_are_known_is_named() {
        use Counterpart::{HalfTurn, LeftTurn, Negative};
        let others = [(Negative, 1.5), (HalfTurn, 1.2), (LeftTurn, 4.0)];
        assert_eq!(more_familiar(2.0, 3.0, &others), Some(HalfTurn));
        assert_eq!(more_familiar(1.3, 3.0, &others), Some(HalfTurn));
        assert_eq!(more_familiar(1.0, 3.0, &others), None, "itself is");
        // Of a cat, the negative may be less strange, and still no film.
        assert_eq!(more_familiar(9.0, 1.0, &others), None);
        assert_eq!(more_familiar(f32::NAN, 3.0, &others), None);
        assert_eq!(more_familiar(2.0, 3.0, &[(Negative, f32::NAN)]), None);
    }
}
