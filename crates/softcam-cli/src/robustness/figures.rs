//! What changed with the pictures.

use super::change::Kind;
use softcam_eval::{Bootstrap, Estimate};

/// What the model said of one picture.
pub struct Answer {
    pub probabilities: Vec<f32>,
    /// Which class it called the picture.
    pub call: usize,
    /// Whether the picture is unlike what the model knows; none where the model cannot tell.
    pub flagged: Option<bool>,
}

/// One change's figures.
pub struct Row {
    pub name: String,
    pub kind: Kind,
    /// Share of pictures that are flagged, over patients; none where the model cannot tell.
    pub flagged: Option<Estimate>,
    /// How far a probability moves: the largest of its classes' moves in each picture, at the median and at the 95th of 100.
    pub moved: [f64; 2],
    /// Share of the pictures that are called otherwise than before.
    pub turned: Option<Estimate>,
}

impl Row {
    /// Compares each picture's answer number `column` with its first.
    pub fn new(
        name: String,
        kind: Kind,
        column: usize,
        answers: &[Vec<Answer>],
        units: &[usize],
    ) -> Self {
        let bootstrap = Bootstrap::default();
        let share = |of: &dyn Fn(usize) -> bool| {
            bootstrap.estimate(units, |weights| {
                let all: f64 = weights.iter().sum();
                let weight = |(index, weight): (usize, &f64)| if of(index) { *weight } else { 0.0 };
                (all > 0.0).then(|| weights.iter().enumerate().map(weight).sum::<f64>() / all)
            })
        };
        let tells = answers.iter().all(|all| all[column].flagged.is_some());
        let mut moves: Vec<f64> = answers
            .iter()
            .map(|all| moved(&all[0], &all[column]))
            .collect();
        moves.sort_by(f64::total_cmp);
        let at = |share: f64| moves[((moves.len() - 1) as f64 * share).round() as usize];
        Self {
            name,
            kind,
            flagged: tells
                .then(|| share(&|index| answers[index][column].flagged == Some(true)))
                .flatten(),
            moved: [at(0.5), at(0.95)],
            turned: share(&|index| answers[index][column].call != answers[index][0].call),
        }
    }
}

fn moved(before: &Answer, after: &Answer) -> f64 {
    let pairs = before.probabilities.iter().zip(&after.probabilities);
    pairs
        .map(|(before, after)| f64::from((before - after).abs()))
        .fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(probability: f32, flagged: bool) -> Answer {
        Answer {
            probabilities: vec![1.0 - probability, probability],
            call: usize::from(probability >= 0.5),
            flagged: Some(flagged),
        }
    }

    #[test]
    fn moves_turns_and_flags_are_counted_against_the_first_answer() {
        let answers = [
            vec![answer(0.4, false), answer(0.6, true)],
            vec![answer(0.5, false), answer(0.625, false)],
            vec![answer(0.9, false), answer(0.0, true)],
        ];
        let row = Row::new("x".into(), Kind::Same, 1, &answers, &[0, 1, 2]);
        assert!((row.moved[0] - 0.2).abs() < 1e-6, "{:?}", row.moved);
        assert!((row.moved[1] - 0.9).abs() < 1e-6, "{:?}", row.moved);
        let third = |estimate: Option<Estimate>| (estimate.unwrap().value * 3.0).round();
        assert_eq!(third(row.turned), 2.0);
        assert_eq!(third(row.flagged), 2.0);
        let first = Row::new("as it is".into(), Kind::Same, 0, &answers, &[0, 1, 2]);
        assert_eq!(first.moved, [0.0, 0.0]);
        // No minus before a share of nothing.
        assert_eq!(format!("{:.1}", first.turned.unwrap().value), "0.0");
    }

    #[test]
    fn a_model_that_cannot_tell_flags_nothing_and_claims_nothing() {
        let mut other = answer(0.5, false);
        other.flagged = None;
        let row = Row::new("x".into(), Kind::Same, 0, &[vec![other]], &[0]);
        assert!(row.flagged.is_none());
    }
}
