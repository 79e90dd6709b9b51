//! Integrated Gradients (Sundararajan, Taly & Yan, "Axiomatic attribution for deep networks", ICML 2017), as Captum's
//! `IntegratedGradients` has it: Gauss-Legendre quadrature along the straight way from the baseline to the picture.
//!
//! The value of a pixel is Σ over its three channels of (x − x₀) · ∫ gradient. Scores are logits. Signed; the sum over all
//! pixels claims to be the score of the picture less that of the baseline, which more steps come closer to.

use crate::attribution::{Claim, Sum};
use crate::baseline;
use crate::options::{Options, within};
use crate::pass::Pass;
use crate::quadrature::gauss_legendre;
use crate::steps::Steps;
use crate::subject::Subject;
use crate::target::Target;
use softcam::network::gradients::Rule;
use softcam::{Map, Result};

/// Points on the way, and the sum over them.
pub(crate) struct IntegratedGradients<'a> {
    subject: &'a Subject<'a>,
    target: Target,
    baseline: Vec<f32>,
    /// Place from 0 to 1 and weight of each point.
    points: Vec<(f64, f64)>,
    /// What the scores of picture and baseline differ by.
    difference: f32,
    sums: Vec<f64>,
}

impl<'a> IntegratedGradients<'a> {
    pub(crate) fn new(subject: &'a Subject<'a>, target: Target, options: &Options) -> Result<Self> {
        let steps = within("steps", options.steps, 1, 1000)?;
        let baseline = baseline::image(options.baseline, subject);
        let [of_picture, of_baseline] =
            [subject.image(), &baseline].map(|image| Ok(target.score(&subject.logits(image)?)));
        Ok(Self {
            subject,
            target,
            difference: of_picture? - of_baseline?,
            points: gauss_legendre(steps),
            sums: vec![0.0; subject.size() * subject.size()],
            baseline,
        })
    }
}

impl Steps for IntegratedGradients<'_> {
    fn passes(&self) -> usize {
        self.points.len()
    }

    fn pass(&self, index: usize) -> Result<Pass> {
        let share = self.points[index].0 as f32;
        let both = || self.subject.image().iter().zip(&self.baseline);
        let image: Vec<f32> = both().map(|(x, x0)| x0 + share * (x - x0)).collect();
        let mut gradient = self.subject.gradient(&image, self.target, Rule::Plain)?;
        for (gradient, (x, x0)) in gradient.iter_mut().zip(both()) {
            *gradient *= x - x0;
        }
        let values = self.subject.over_channels(&gradient);
        Ok(Pass(self.subject.map(values)))
    }

    fn absorb(&mut self, index: usize, pass: Pass) {
        let weight = self.points[index].1;
        for (sum, value) in self.sums.iter_mut().zip(pass.0.values) {
            *sum += weight * f64::from(value);
        }
    }

    fn finish(self: Box<Self>) -> Result<(Map, Option<Claim>)> {
        let values = self.sums.iter().map(|&sum| sum as f32).collect();
        let claim = Claim {
            of: Sum::Total,
            value: self.difference,
        };
        Ok((self.subject.map(values), Some(claim)))
    }
}
