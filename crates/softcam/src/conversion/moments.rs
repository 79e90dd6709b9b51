//! What the values inside a network are like, told without a single picture: batch normalisation knows the mean and the
//! variance of what it gives (Nagel et al., "Data-Free Quantization Through Weight Equalization and Bias Correction",
//! arXiv 1906.04721, section 4.2).
//!
//! A normalised channel is taken for Gaussian with mean β and variance γ²; activations cut that, sums add means and
//! variances. Where nothing is known (behind a unit without normalisation, behind a maximum), nothing is claimed.

use crate::backbone::{Activation, Join, PoolKind, Step, UnitSpec};
use crate::error::Result;
use crate::network::Moments;
use crate::weights::{LayerWeights, Model};
use std::collections::BTreeMap;
use std::f64::consts::PI;

/// What flows into a layer and out of it, as far as it is known.
#[derive(Debug, Clone, Default)]
pub(super) struct Flow {
    pub input: Option<Moments>,
    /// Sum over the channels of the variance of what the layer adds to, itself included.
    pub output_variance: Option<f64>,
}

/// The flow of every layer of a model that still has its normalisation.
pub(super) fn flows(model: &Model) -> Result<BTreeMap<String, Flow>> {
    let mut flows = BTreeMap::new();
    // A normalised picture, as normalisation intends it.
    let mut values = Some(Moments {
        mean: vec![0.0; 3],
        variance: vec![1.0; 3],
    });
    let backbone = model.backbone();
    for block in &backbone.blocks {
        let entering = values.clone();
        let mut last = None;
        for step in &block.steps {
            values = match step {
                Step::Unit(unit) => {
                    let given = normalised(model.layer(unit)?);
                    flows.insert(unit.name.clone(), Flow::new(values, given.as_ref()));
                    last = Some(unit);
                    given.map(|given| given.activated(unit.activation))
                }
                // The mean of some values has their mean and no more than their variance.
                Step::Pool(pool) if pool.kind == PoolKind::Average => values,
                Step::Pool(_) => None,
            };
        }
        values = match &block.join {
            Join::Chain => values,
            Join::Concatenate => both(entering, values, Moments::beside),
            Join::Add {
                shortcut,
                activation,
            } => {
                let mut beside = entering.clone();
                if let Some(unit) = shortcut {
                    beside = normalised(model.layer(unit)?);
                    flows.insert(unit.name.clone(), Flow::new(entering, beside.as_ref()));
                }
                let sum = both(values, beside, Moments::plus);
                let total = sum.as_ref().map(|sum| sum.variance.iter().sum());
                for unit in last.into_iter().chain(shortcut.as_ref()) {
                    if let Some(flow) = flows.get_mut(&unit.name) {
                        flow.output_variance = total;
                    }
                }
                sum.map(|sum| sum.activated(*activation))
            }
        };
    }
    let evidence: UnitSpec = backbone.evidence_layer(model.card.classes.len());
    flows.insert(evidence.name, Flow::new(values, None));
    Ok(flows)
}

impl Flow {
    fn new(input: Option<Moments>, output: Option<&Moments>) -> Self {
        Self {
            input,
            output_variance: output.map(|output| output.variance.iter().sum()),
        }
    }
}

/// What comes out of a layer's normalisation.
fn normalised(weights: &LayerWeights) -> Option<Moments> {
    let norm = weights.norm()?;
    let wide = |values: &[f32]| values.iter().map(|&value| f64::from(value)).collect();
    let variance = (norm.scale.iter().zip(&norm.variance)).map(|(&scale, &variance)| {
        let (scale, variance) = (f64::from(scale), f64::from(variance));
        scale * scale * variance / (variance + f64::from(norm.epsilon))
    });
    Some(Moments {
        mean: wide(&norm.shift),
        variance: variance.collect(),
    })
}

fn both(
    a: Option<Moments>,
    b: Option<Moments>,
    join: impl FnOnce(Moments, Moments) -> Moments,
) -> Option<Moments> {
    Some(join(a?, b?))
}

impl Moments {
    fn beside(mut self, other: Self) -> Self {
        self.mean.extend(other.mean);
        self.variance.extend(other.variance);
        self
    }

    fn plus(mut self, other: Self) -> Self {
        let add = |values: &mut [f64], more: &[f64]| {
            values.iter_mut().zip(more).for_each(|(v, more)| *v += more);
        };
        add(&mut self.mean, &other.mean);
        add(&mut self.variance, &other.variance);
        self
    }

    fn activated(mut self, activation: Activation) -> Self {
        let ceiling = match activation {
            Activation::Linear => return self,
            Activation::Relu => f64::INFINITY,
            Activation::Relu6 => 6.0,
        };
        for (mean, variance) in self.mean.iter_mut().zip(&mut self.variance) {
            (*mean, *variance) = cut(*mean, *variance, ceiling);
        }
        self
    }
}

/// Mean and variance of min(max(x, 0), ceiling) for a Gaussian x.
fn cut(mean: f64, variance: f64, ceiling: f64) -> (f64, f64) {
    let deviation = variance.sqrt();
    if deviation < 1e-9 {
        return (mean.clamp(0.0, ceiling), 0.0);
    }
    let density = |x: f64| (-0.5 * x * x).exp() / (2.0 * PI).sqrt();
    let (low, high) = (-mean / deviation, (ceiling - mean) / deviation);
    let inside = below(high) - below(low);
    let above = 1.0 - below(high);
    let (at_low, at_high) = (density(low), density(high));
    // What the part beyond the ceiling adds; nothing where there is none, which infinity times zero does not say.
    let beyond = |power: f64| {
        if ceiling.is_finite() {
            power * above
        } else {
            0.0
        }
    };
    let edge = if ceiling.is_finite() {
        deviation * (mean + ceiling) * at_high
    } else {
        0.0
    };
    let first = mean * inside + deviation * (at_low - at_high) + beyond(ceiling);
    let second = (mean * mean + variance) * inside + deviation * mean * at_low - edge
        + beyond(ceiling * ceiling);
    (first, (second - first * first).max(0.0))
}

/// Share of the standard Gaussian below `x`, to 1e-7 (Abramowitz & Stegun, 7.1.26).
fn below(x: f64) -> f64 {
    let z = x.abs() / 2.0_f64.sqrt();
    let t = 1.0 / (1.0 + 0.327_591_1 * z);
    let series = [
        1.061_405_429,
        -1.453_152_027,
        1.421_413_741,
        -0.284_496_736,
        0.254_829_592,
    ];
    let polynomial = series.iter().fold(0.0, |sum, factor| (sum + factor) * t);
    let tail = 0.5 * polynomial * (-z * z).exp();
    if x < 0.0 { tail } else { 1.0 - tail }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_gaussian_has_the_moments_that_integration_gives() {
        for ceiling in [6.0, f64::INFINITY] {
            for (mean, deviation) in [(0.0, 1.0), (-2.0, 1.5), (3.0, 0.2), (5.5, 2.0), (-9.0, 1.0)]
            {
                let (mut first, mut second) = (0.0, 0.0);
                let step = 1e-3;
                for index in -10_000..10_000 {
                    let z = (f64::from(index) + 0.5) * step;
                    let share = step * (-0.5 * z * z).exp() / (2.0 * PI).sqrt();
                    let value = (mean + deviation * z).clamp(0.0, ceiling);
                    first += share * value;
                    second += share * value * value;
                }
                let (got, variance) = cut(mean, deviation * deviation, ceiling);
                assert!(
                    (got - first).abs() < 1e-5,
                    "{mean} {deviation}: {got} {first}"
                );
                let expected = second - first * first;
                assert!((variance - expected).abs() < 1e-5, "{variance} {expected}");
            }
        }
        assert_eq!(cut(7.0, 0.0, 6.0), (6.0, 0.0));
    }

    #[test]
    fn sums_add_and_a_channel_stays_beside_its_own() {
        let moments = |mean: f64| Moments {
            mean: vec![mean],
            variance: vec![2.0],
        };
        assert_eq!(moments(1.0).plus(moments(3.0)).mean, [4.0]);
        assert_eq!(moments(1.0).plus(moments(3.0)).variance, [4.0]);
        assert_eq!(moments(1.0).beside(moments(3.0)).mean, [1.0, 3.0]);
        assert_eq!(both(None, Some(moments(1.0)), Moments::plus), None);
    }
}
