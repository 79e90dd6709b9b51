//! SmoothGrad (Smilkov et al., "SmoothGrad: removing noise by adding noise", arXiv 1706.03825): the mean gradient over noisy
//! copies of the picture, as Captum's `NoiseTunnel` over `Saliency(abs=False)` has it.
//!
//! The noise is about normal and independent for every value; its standard deviation is a share of the range of the
//! normalised picture's values, as in the paper. Gradients are of logits and summed over the three channels, signed: the
//! paper draws their magnitude, which hides what speaks against the class.

use crate::attribution::Claim;
use crate::method::Method;
use crate::options::{Options, within};
use crate::pass::Pass;
use crate::plan::Plan;
use crate::steps::Steps;
use crate::subject::Subject;
use crate::target::Target;
use softcam::network::gradients::Rule;
use softcam::random::{at, normal};
use softcam::{Map, Result, error};

/// What is added to the picture.
enum Noise {
    /// About normal, of this standard deviation.
    Drawn {
        seed: u64,
        samples: usize,
        deviation: f32,
    },
    /// The caller's own, `[3, size, size]` each.
    Given(Vec<Vec<f32>>),
}

/// Noisy copies, and the sum of their gradients.
pub(crate) struct SmoothGrad<'a> {
    subject: &'a Subject<'a>,
    target: Target,
    noise: Noise,
    sums: Vec<f64>,
}

impl<'a> SmoothGrad<'a> {
    pub(crate) fn drawn(
        subject: &'a Subject<'a>,
        target: Target,
        options: &Options,
    ) -> Result<Self> {
        let samples = within("samples", options.samples, 1, 10_000)?;
        let share = within("noise", options.noise, 0.0, 1.0)?;
        let values = || subject.image().iter().copied();
        let range =
            values().fold(f32::NEG_INFINITY, f32::max) - values().fold(f32::INFINITY, f32::min);
        let noise = Noise::Drawn {
            seed: options.seed,
            samples,
            deviation: share * range,
        };
        Ok(Self::new(subject, target, noise))
    }

    fn new(subject: &'a Subject<'a>, target: Target, noise: Noise) -> Self {
        Self {
            subject,
            target,
            noise,
            sums: vec![0.0; subject.size() * subject.size()],
        }
    }
}

/// SmoothGrad with noise of the caller's own, such as another program drew: `[3, size, size]` each, added to the normalised
/// picture.
///
/// # Errors
///
/// As [`Plan::new`], and where there is no noise, or one is of another size.
pub fn with_noise<'a>(
    subject: &'a Subject<'a>,
    target: Target,
    noise: Vec<Vec<f32>>,
) -> Result<Plan<'a>> {
    target.check(subject.classifier().classes())?;
    within("samples", noise.len(), 1, 10_000)?;
    for values in &noise {
        if values.len() != subject.image().len() {
            return Err(error!(
                METHOD_IMAGE,
                values = values.len(),
                size = subject.size()
            ));
        }
    }
    let steps = SmoothGrad::new(subject, target, Noise::Given(noise));
    Ok(Plan::of(Method::SmoothGrad, Box::new(steps)))
}

impl Steps for SmoothGrad<'_> {
    fn passes(&self) -> usize {
        match &self.noise {
            Noise::Drawn { samples, .. } => *samples,
            Noise::Given(noise) => noise.len(),
        }
    }

    fn pass(&self, index: usize) -> Result<Pass> {
        let values = self.subject.image().iter();
        let image: Vec<f32> = match &self.noise {
            Noise::Drawn {
                seed, deviation, ..
            } => {
                let seed = at(*seed, index as u64);
                let noise = (0..).map(|place| normal(at(seed, place)));
                values
                    .zip(noise)
                    .map(|(x, noise)| x + deviation * noise)
                    .collect()
            }
            Noise::Given(noise) => values
                .zip(&noise[index])
                .map(|(x, noise)| x + noise)
                .collect(),
        };
        let gradient = self.subject.gradient(&image, self.target, Rule::Plain)?;
        Ok(Pass(
            self.subject.map(self.subject.over_channels(&gradient)),
        ))
    }

    fn absorb(&mut self, _: usize, pass: Pass) {
        for (sum, value) in self.sums.iter_mut().zip(pass.0.values) {
            *sum += f64::from(value);
        }
    }

    fn finish(self: Box<Self>) -> Result<(Map, Option<Claim>)> {
        let samples = self.passes() as f64;
        let values = self.sums.iter().map(|sum| (sum / samples) as f32).collect();
        Ok((self.subject.map(values), None))
    }
}
