//! Score-CAM (Wang et al., "Score-CAM: score-weighted visual explanations for convolutional neural networks", CVPRW 2020), as
//! torchcam has it with `normalized=False`.
//!
//! Each channel of a layer, stretched to 0 to 1 and enlarged bilinearly, is a mask that the normalised picture is multiplied
//! by (behind it lies the mean colour). Softmax over the channels of the scores behind the masks gives the channels' weights,
//! and the map is the weighted sum of their activations, negative values set to 0 as in the paper. Scores are logits, or the
//! difference of two.
//!
//! Channels that are the same everywhere all have the same mask, nothing; the network runs once for all of them.

use super::layer::{channels, chosen, clipped, weighted};
use crate::attribution::Claim;
use crate::options::Options;
use crate::pass::Pass;
use crate::resample::bilinear;
use crate::steps::Steps;
use crate::subject::Subject;
use crate::target::Target;
use softcam::network::gradients::Activations;
use softcam::{Map, Result};

/// Keeps a mask finite.
const EPSILON: f32 = 1e-8;

/// Masks, and the scores behind them.
pub(crate) struct ScoreCam<'a> {
    subject: &'a Subject<'a>,
    target: Target,
    activations: Activations,
    /// Channels whose masks are run.
    run: Vec<usize>,
    /// Whether a channel is the same everywhere.
    flat: Vec<bool>,
    scores: Vec<f64>,
}

impl<'a> ScoreCam<'a> {
    pub(crate) fn new(subject: &'a Subject<'a>, target: Target, options: &Options) -> Result<Self> {
        let layer = chosen(subject, options)?;
        let activations = subject.record(layer)?.activations(layer)?;
        let flat: Vec<bool> = channels(&activations)
            .map(|channel| channel.iter().all(|value| *value == channel[0]))
            .collect();
        let first_flat = flat.iter().position(|flat| *flat);
        let run = (0..activations.channels)
            .filter(|&channel| !flat[channel] || first_flat == Some(channel))
            .collect();
        Ok(Self {
            subject,
            target,
            scores: vec![0.0; activations.channels],
            activations,
            run,
            flat,
        })
    }

    /// The picture behind the mask of a channel.
    fn masked(&self, channel: usize) -> Vec<f32> {
        let Activations { height, width, .. } = self.activations;
        let cells = height * width;
        let mut mask = self.activations.values[channel * cells..][..cells].to_vec();
        let least = mask.iter().copied().fold(f32::INFINITY, f32::min);
        let range = mask.iter().copied().fold(f32::NEG_INFINITY, f32::max) - least;
        for value in &mut mask {
            *value = (*value - least) / (range + EPSILON);
        }
        let size = self.subject.size();
        let mask = bilinear(&mask, (height, width), (size, size));
        (self.subject.image().chunks_exact(size * size))
            .flat_map(|channel| channel.iter().zip(&mask).map(|(value, mask)| value * mask))
            .collect()
    }
}

impl Steps for ScoreCam<'_> {
    fn passes(&self) -> usize {
        self.run.len()
    }

    fn pass(&self, index: usize) -> Result<Pass> {
        let logits = self.subject.logits(&self.masked(self.run[index]))?;
        Ok(Pass::score(self.target.score(&logits)))
    }

    fn absorb(&mut self, index: usize, pass: Pass) {
        let (channel, score) = (self.run[index], f64::from(pass.as_score()));
        if self.flat[channel] {
            let alike = self
                .scores
                .iter_mut()
                .zip(&self.flat)
                .filter(|(_, flat)| **flat);
            alike.for_each(|(place, _)| *place = score);
        } else {
            self.scores[channel] = score;
        }
    }

    fn finish(self: Box<Self>) -> Result<(Map, Option<Claim>)> {
        let most = self
            .scores
            .iter()
            .copied()
            .fold(f64::NEG_INFINITY, f64::max);
        let mut weights: Vec<f64> = self
            .scores
            .iter()
            .map(|score| (score - most).exp())
            .collect();
        let sum: f64 = weights.iter().sum();
        for weight in &mut weights {
            *weight /= sum;
        }
        Ok((clipped(weighted(&self.activations, &weights)), None))
    }
}
