//! Ablation-CAM (Desai & Ramaswamy, "Ablation-CAM: visual explanations for deep convolutional network via gradient-free
//! localization", WACV 2020), as pytorch-grad-cam has it with every channel ablated, without its rescaling.
//!
//! A channel's weight is the share of the score that is lost when the channel is set to 0, (y − y_k) / y; the map is the
//! weighted sum of the channels, negative values set to 0 as in the paper. Only the blocks behind the layer run again.
//! Scores are logits, or the difference of two.
//!
//! Two choices: of a negative score the magnitude divides, since the sign would turn the map over (the paper only looks at
//! winning classes); and channels are set to 0 as in the paper, where pytorch-grad-cam subtracts 10⁷ from layers that have
//! negative values. Channels that are 0 everywhere already lose nothing and are not run.

use super::layer::{cells, channels, chosen, clipped, weighted};
use crate::attribution::Claim;
use crate::options::Options;
use crate::pass::Pass;
use crate::steps::Steps;
use crate::subject::Subject;
use crate::target::Target;
use softcam::network::gradients::Activations;
use softcam::{Map, Result};

/// Channels to ablate, and what each was worth.
pub(crate) struct AblationCam<'a> {
    subject: &'a Subject<'a>,
    target: Target,
    layer: usize,
    activations: Activations,
    /// Channels that are run.
    run: Vec<usize>,
    score: f32,
    weights: Vec<f64>,
}

impl<'a> AblationCam<'a> {
    pub(crate) fn new(subject: &'a Subject<'a>, target: Target, options: &Options) -> Result<Self> {
        let layer = chosen(subject, options)?;
        let record = subject.record(layer)?;
        let activations = record.activations(layer)?;
        let alive = |channel: &[f32]| channel.iter().any(|value| *value != 0.0);
        let run = (channels(&activations).enumerate())
            .filter(|(_, channel)| alive(channel))
            .map(|(index, _)| index)
            .collect();
        Ok(Self {
            subject,
            target,
            layer,
            run,
            score: target.score(record.logits()),
            weights: vec![0.0; activations.channels],
            activations,
        })
    }
}

impl Steps for AblationCam<'_> {
    fn passes(&self) -> usize {
        self.run.len()
    }

    fn pass(&self, index: usize) -> Result<Pass> {
        let mut ablated = self.activations.clone();
        let cells = cells(&ablated);
        ablated.values[self.run[index] * cells..][..cells].fill(0.0);
        let network = self.subject.classifier().network();
        let left = self
            .target
            .score(&network.logits_from(self.layer, &ablated)?);
        Ok(Pass::score(self.score - left))
    }

    fn absorb(&mut self, index: usize, pass: Pass) {
        let score = f64::from(self.score).abs();
        // Of a score of exactly 0 there is no share; the losses alone give the same map but for its scale.
        let whole = if score > 0.0 { score } else { 1.0 };
        self.weights[self.run[index]] = f64::from(pass.as_score()) / whole;
    }

    fn finish(self: Box<Self>) -> Result<(Map, Option<Claim>)> {
        Ok((clipped(weighted(&self.activations, &self.weights)), None))
    }
}
