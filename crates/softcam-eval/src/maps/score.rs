//! What of the network's answer counts.

use crate::error::{Error, Result};
use crate::predictions::largest;

/// What of the network's answer to a changed picture counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Score {
    /// The probability of this class: what RISE's deletion and insertion and ROAD ask, and the default here.
    Probability(usize),
    /// The same as a share of what it was on the whole picture, at most 1.
    Relative(usize),
    /// 1 while this class is the most probable, else 0. Its mean over pictures is the official SoftCAM code's curve for two
    /// classes: the share of pictures that are still called diseased.
    Kept(usize),
    /// The largest probability, *whichever class has it*, as a share of the largest on the whole picture, at most 1: the
    /// official SoftCAM code's curve for several classes. An answer that turns over into another with the same certainty
    /// counts as no drop; [`Self::Relative`] is what the paper's text asks for.
    Winner,
}

impl Score {
    /// Of the probabilities in `answer`; those in `whole` are of the whole picture.
    ///
    /// # Errors
    ///
    /// Where the class is not one of them, or one is not finite.
    pub fn of(self, answer: &[f32], whole: &[f32]) -> Result<f64> {
        for (index, probabilities) in [whole, answer].into_iter().enumerate() {
            if !probabilities.iter().all(|value| value.is_finite()) {
                let what = "probability";
                return Err(Error::NotFinite { index, what });
            }
        }
        let of = |probabilities: &[f32], class: usize| {
            let found = probabilities.get(class).copied().map(f64::from);
            found.ok_or(Error::NoSuchClass {
                class,
                classes: probabilities.len(),
            })
        };
        let share = |now: f64, before: f64| {
            if before > 0.0 {
                (now / before).min(1.0)
            } else {
                1.0
            }
        };
        match self {
            Self::Probability(class) => of(answer, class),
            Self::Relative(class) => Ok(share(of(answer, class)?, of(whole, class)?)),
            Self::Kept(class) => {
                of(answer, class)?;
                Ok(if largest(answer) == class { 1.0 } else { 0.0 })
            }
            Self::Winner => {
                let top = |probabilities: &[f32]| of(probabilities, largest(probabilities));
                Ok(share(top(answer)?, top(whole)?))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_by_hand() {
        let (whole, answer) = ([0.1, 0.8, 0.1], [0.6, 0.3, 0.1]);
        let of = |score: Score| score.of(&answer, &whole).unwrap();
        assert!((of(Score::Probability(1)) - 0.3).abs() < 1e-6);
        assert!((of(Score::Relative(1)) - 0.375).abs() < 1e-6);
        assert_eq!(of(Score::Relative(0)), 1.0);
        assert_eq!((of(Score::Kept(1)), of(Score::Kept(0))), (0.0, 1.0));
        assert!((of(Score::Winner) - 0.75).abs() < 1e-6);
        assert!(Score::Probability(3).of(&answer, &whole).is_err());
        assert!(Score::Winner.of(&[], &[]).is_err());
        assert!(Score::Kept(0).of(&[f32::NAN], &[1.0]).is_err());
    }
}
