//! ROAD: remove and debias (Rong et al., ICML 2022).
//!
//! A share of the pixels is taken away in the order of a map, and put back from what is around them ([`super::impute`]) with
//! a little noise, so that neither a strange colour nor the shape of the hole tells the network anything. With the most
//! relevant pixels first the probability should fall fast, with the least relevant first slowly; [`combined`] is half the
//! difference, as in pytorch-grad-cam.

use super::order::{Ties, descending};
use super::replacement::on_pixels;
use super::{Curve, Picture, Score, impute, noise::Noise};
use crate::error::{Error, Result};
use softcam::map::Map;

/// Which pixels go first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Those of the largest values (MoRF).
    MostRelevant,
    /// Those of the smallest (LeRF).
    LeastRelevant,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Shares of the pixels that are taken away, ascending, each from 0 to 1.
    pub shares: Vec<f64>,
    /// Standard deviation of the noise, in normalised values.
    pub noise: f32,
    /// Of the noise.
    pub seed: u64,
}

impl Default for Options {
    /// 10 % to 90 % in steps of ten, noise of 0.01, as the paper's code has it.
    fn default() -> Self {
        Self {
            shares: (1..10).map(|tenth| f64::from(tenth) / 10.0).collect(),
            noise: 0.01,
            seed: 0,
        }
    }
}

/// A plan. Picture 0 is the whole one, and one follows per share.
#[derive(Debug, Clone, PartialEq)]
pub struct Road {
    picture: Picture,
    order: Vec<u32>,
    options: Options,
}

impl Road {
    /// Takes pixels of `picture` away in the order of `map`.
    ///
    /// # Errors
    ///
    /// Where `map` does not have the values that it says it has.
    pub fn new(picture: &Picture, map: &Map, first: Order, options: &Options) -> Result<Self> {
        let mut order = descending(&on_pixels(map, picture.size())?, Ties::Scattered);
        if first == Order::LeastRelevant {
            order.reverse();
        }
        Ok(Self {
            picture: picture.clone(),
            order,
            options: options.clone(),
        })
    }

    /// How many pictures there are to ask about.
    pub fn pictures(&self) -> usize {
        self.options.shares.len() + 1
    }

    /// Whether each pixel of picture `index` is missing, row-major.
    ///
    /// # Panics
    /// If `index` is not below [`Self::pictures`].
    pub fn missing(&self, index: usize) -> Vec<bool> {
        let share = self.position(index).clamp(0.0, 1.0);
        let count = (share * self.order.len() as f64).round() as usize;
        let mut missing = vec![false; self.order.len()];
        for &pixel in &self.order[..count] {
            missing[pixel as usize] = true;
        }
        missing
    }

    /// Picture `index`: normalised, `[3, size, size]`.
    ///
    /// # Panics
    /// If `index` is not below [`Self::pictures`].
    pub fn picture(&self, index: usize) -> Vec<f32> {
        let missing = self.missing(index);
        let mut values = self.picture.values().to_vec();
        let mut noise = Noise::new(self.options.seed, index);
        for channel in values.chunks_exact_mut(missing.len()) {
            impute(channel, &missing, self.picture.size());
            for (value, _) in channel
                .iter_mut()
                .zip(&missing)
                .filter(|(_, missing)| **missing)
            {
                *value += self.options.noise * noise.normal();
            }
        }
        values
    }

    /// The share of pixels that picture `index` lacks.
    ///
    /// # Panics
    /// If `index` is not below [`Self::pictures`].
    pub fn position(&self, index: usize) -> f64 {
        match index.checked_sub(1) {
            Some(at) => self.options.shares[at],
            None => 0.0,
        }
    }

    /// The curve, from the probabilities of all classes for every picture, in order.
    ///
    /// # Errors
    ///
    /// Where there is not an answer per picture, or `score` is not defined on one.
    pub fn curve(&self, answers: &[Vec<f32>], score: Score) -> Result<Curve> {
        if answers.len() != self.pictures() {
            return Err(Error::Length {
                what: "answers",
                got: answers.len(),
                expected: self.pictures(),
            });
        }
        let values = answers.iter().map(|answer| score.of(answer, &answers[0]));
        Ok(Curve {
            positions: (0..self.pictures()).map(|at| self.position(at)).collect(),
            values: values.collect::<Result<_>>()?,
        })
    }
}

/// The mean score over the shares, without the whole picture: ROAD's figure for one order. None where there are no shares.
pub fn mean(curve: &Curve) -> Option<f64> {
    let taken = curve.values.get(1..).filter(|values| !values.is_empty())?;
    Some(taken.iter().sum::<f64>() / taken.len() as f64)
}

/// Half of how much higher the score stays when the least relevant pixels go first than when the most relevant do: from −½
/// to ½ for probabilities, larger is better, 0 for a map without knowledge. None where there are no shares.
pub fn combined(most_relevant: &Curve, least_relevant: &Curve) -> Option<f64> {
    Some((mean(least_relevant)? - mean(most_relevant)?) / 2.0)
}
