//! int8 files that pack better: each layer uses no more integers than it needs.
//!
//! A download is compressed, so what counts is not the eight bits that a weight is stored in but how many its value takes
//! up on average (its entropy). Coarser steps take fewer. Where they do least harm is estimated without pictures: rounding
//! to steps of size s adds noise of variance s²/12 per weight, times the variance of what the weight is multiplied with,
//! which batch normalisation tells; beside the variance of the layer's output that is the layer's share of noise. The sum
//! of all shares at a given size is smallest where each is in proportion to the layer's number of weights. So one number
//! for the whole network decides, and small layers (stem, most depthwise ones) keep all their 127 steps by themselves.
//!
//! Kernels are rounded so that their sums stay, and what rounding still shifts on average is put right in the bias, by the
//! expected input (arXiv 1906.04721, section 4.2). Both matter more than the number of steps. Where pictures are at hand,
//! what is multiplied with is measured on them instead.

use super::moments::{Flow, flows};
use super::quantize::{LayerError, Precision, relative_error, stays_float};
use crate::backbone::UnitSpec;
use crate::error::{Result, error};
use crate::network::Moments;
use crate::weights::fold::fold;
use crate::weights::{LayerWeights, Model};
use std::collections::BTreeMap;

/// Bits of a weight in such a file.
pub const MOST_BITS: f64 = 8.0;

const MOST_STEPS: u8 = 127;
/// Fewer than a four-bit integer has would leave a channel with hardly any values.
const FEWEST_STEPS: u8 = 7;
/// Significant bits of a scale: the weights are rounded with the scale as it is, so fewer cost nothing, and two of its four
/// bytes are zero. Upwards, so that the largest weight stays within the steps.
const SCALE_BITS: u32 = 8;
/// Of a bias: an error of 1/2048 at most, far below that of the weights.
const BIAS_BITS: u32 = 12;
/// Halvings of the interval in which the noise that all weights share is searched.
const HALVINGS: usize = 40;

/// What became of a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Compacted {
    /// int8 throughout, with a sentence in its card about what was done.
    pub model: Model,
    /// Error of each layer that lost precision.
    pub errors: Vec<LayerError>,
    /// Mean entropy of a quantized weight in bits.
    pub bits: f64,
}

/// Quantizes a model that still has its normalisation to int8, with as many steps per layer as fit into `bits` bits of
/// information per weight on average. Eight leave every layer its 127 steps; kernels and biases are looked after all the
/// same.
///
/// The statistics of the normalisation must be those of the network's own features, as ordinary training leaves them.
///
/// # Errors
///
/// Bits beyond 0 to 8 or too few for the network, and weights that are not float any more.
pub fn compact(model: Model, bits: f64) -> Result<Compacted> {
    let flows = flows(&model)?;
    with_flows(
        model,
        &flows,
        bits,
        "batch normalisation's statistics predict",
    )
}

/// The same with what flows through the network measured on pictures, which needs no statistics: for a network that was
/// folded, or trained with its statistics held still. `images` are normalised, `[3, size, size]`; some dozens are enough.
/// `done` is told after each.
///
/// # Errors
///
/// As [`compact`].
#[cfg(feature = "flex")]
pub fn compact_by_pictures(
    model: Model,
    bits: f64,
    images: impl IntoIterator<Item = Vec<f32>>,
    size: usize,
    done: impl FnMut(),
) -> Result<Compacted> {
    let model = fold(model)?;
    let inputs = crate::network::input_moments(&model, images, size, done)?;
    let flow = |(layer, moments)| {
        let flow = Flow {
            input: Some(moments),
            output_variance: None,
        };
        (layer, flow)
    };
    let flows = inputs.into_iter().map(flow).collect();
    with_flows(model, &flows, bits, "was measured on training pictures")
}

/// Refuses a number of bits that no weight can have.
pub fn check_bits(bits: f64) -> Result<()> {
    if bits > 0.0 && bits <= MOST_BITS {
        return Ok(());
    }
    Err(error!(BITS_OUT_OF_RANGE, bits, most = MOST_BITS))
}

fn with_flows(
    model: Model,
    flows: &BTreeMap<String, Flow>,
    bits: f64,
    known_by: &str,
) -> Result<Compacted> {
    check_bits(bits)?;
    let mut model = fold(model)?;
    let mut layers = Vec::new();
    for spec in model.specs() {
        if let LayerWeights::Folded { weight, .. } = model.layer(&spec)?
            && !stays_float(&spec, Precision::Int8)
        {
            let flow = flows.get(&spec.name).cloned().unwrap_or_default();
            layers.push(Layer::new(spec, weight.clone(), &flow));
        }
    }
    if layers.iter().all(|layer| layer.noise == 0.0) {
        return Err(error!(NOTHING_TO_QUANTIZE));
    }
    let steps = choose(&mut layers, bits)?;
    let mut errors = Vec::new();
    let mut information = 0.0;
    let mut weights = 0;
    for (layer, &steps) in layers.iter_mut().zip(&steps) {
        information += layer.information(steps);
        weights += layer.weight.len();
        let Some(LayerWeights::Folded { mut bias, .. }) = model.layers.remove(&layer.spec.name)
        else {
            continue;
        };
        let (integers, scale) = layer.rounded(steps);
        let shifts = layer.shifts(&integers, &scale);
        for (bias, shift) in bias.iter_mut().zip(shifts) {
            *bias = short((f64::from(*bias) - shift) as f32, BIAS_BITS);
        }
        let quantized = LayerWeights::Quantized {
            weight: integers,
            scale,
            bias,
        };
        errors.push(LayerError {
            layer: layer.spec.name.clone(),
            relative: relative_error(&layer.weight, &quantized.float_weight()),
        });
        model.layers.insert(layer.spec.name.clone(), quantized);
    }
    let bits = information / weights as f64;
    let fewest = steps.iter().min().unwrap_or(&MOST_STEPS);
    let most = steps.iter().max().unwrap_or(&MOST_STEPS);
    let steps = if fewest == most {
        format!("{most} steps to either side of zero")
    } else {
        format!("{fewest} to {most} steps to either side of zero, by layer")
    };
    let sentence = format!(
        " Stored as int8 with {steps}: {bits:.2} bits of information per weight. Biases corrected by the shift that {known_by}."
    );
    model.card.provenance.conversion.push_str(&sentence);
    Ok(Compacted {
        model,
        errors,
        bits,
    })
}

/// Steps per layer, as many as fit into `bits` per weight.
fn choose(layers: &mut [Layer], bits: f64) -> Result<Vec<u8>> {
    let weights: usize = layers.iter().map(|layer| layer.weight.len()).sum();
    let mut at = |noise: f64| {
        let steps: Vec<u8> = layers.iter().map(|layer| layer.steps(noise)).collect();
        let information: f64 = (layers.iter_mut().zip(&steps))
            .map(|(layer, &steps)| layer.information(steps))
            .sum();
        (steps, information / weights as f64)
    };
    // Noise per weight, as a power of two: so little that every layer keeps all its steps, so much that none does.
    let (mut little, mut much) = (-100.0_f64, 100.0_f64);
    let (finest, needed) = at(little.exp2());
    if needed <= bits {
        return Ok(finest);
    }
    let (mut chosen, least) = at(much.exp2());
    if least > bits {
        return Err(error!(
            BITS_TOO_FEW,
            bits,
            least = format!("{least:.2}"),
            enough = format!("{:.2}", least + 0.005)
        ));
    }
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(little, much);
        let (steps, needed) = at(middle.exp2());
        if needed <= bits {
            (much, chosen) = (middle, steps);
        } else {
            little = middle;
        }
    }
    Ok(chosen)
}

/// A layer whose steps are to be chosen.
struct Layer {
    spec: UnitSpec,
    weight: Vec<f32>,
    /// Mean of each input channel, where it is known.
    mean: Option<Vec<f64>>,
    /// Expected noise beside the output's variance, for a single step to either side of zero.
    noise: f64,
    /// Entropy by number of steps, as far as it was asked for.
    known: BTreeMap<u8, f64>,
}

impl Layer {
    fn new(spec: UnitSpec, weight: Vec<f32>, flow: &Flow) -> Self {
        let per_channel = weight.len() / spec.out_channels;
        let square = |value: f32| f64::from(value) * f64::from(value);
        let (mut noise, mut signal) = (0.0, 0.0);
        for (channel, weights) in weight.chunks_exact(per_channel).enumerate() {
            let step = square(largest(weights));
            for (index, &w) in weights.iter().enumerate() {
                // Without knowledge every input counts the same, and noise stands beside the weights themselves.
                let variance = (flow.input.as_ref()).map_or(1.0, |input: &Moments| {
                    input.variance[input_channel(&spec, channel, index)]
                });
                noise += step / 12.0 * variance;
                signal += square(w) * variance;
            }
        }
        // Behind a normalisation the statistics tell more than a sum over inputs that are not independent.
        if let (Some(_), Some(output)) = (&flow.input, flow.output_variance) {
            signal = output;
        }
        Self {
            spec,
            weight,
            mean: flow.input.as_ref().map(|input| input.mean.clone()),
            noise: if signal > 0.0 { noise / signal } else { 0.0 },
            known: BTreeMap::new(),
        }
    }

    /// Steps at which each weight brings `noise`.
    fn steps(&self, noise: f64) -> u8 {
        let wanted = (self.noise / (noise * self.weight.len() as f64)).sqrt();
        wanted
            .round()
            .clamp(f64::from(FEWEST_STEPS), f64::from(MOST_STEPS)) as u8
    }

    /// Integers up to `steps` and a scale per channel.
    fn rounded(&self, steps: u8) -> (Vec<i8>, Vec<f32>) {
        let per_channel = self.weight.len() / self.spec.out_channels;
        let most = f32::from(steps);
        let kernel = self.spec.window.kernel * self.spec.window.kernel;
        let mut integers = Vec::with_capacity(self.weight.len());
        let mut scales = Vec::with_capacity(self.spec.out_channels);
        for channel in self.weight.chunks_exact(per_channel) {
            // A channel of zeros, or nearly so, needs no scale of its own.
            let scale = Some(short(largest(channel) / most, SCALE_BITS))
                .filter(|scale| scale.is_normal())
                .unwrap_or(1.0);
            for kernel in channel.chunks_exact(kernel) {
                integers.extend(evenly(kernel, scale, most));
            }
            scales.push(scale);
        }
        (integers, scales)
    }

    /// Bits that all integers take up together, each coded by how often it occurs in the layer.
    fn information(&mut self, steps: u8) -> f64 {
        if let Some(&known) = self.known.get(&steps) {
            return known;
        }
        let mut counts = [0_usize; 256];
        for integer in self.rounded(steps).0 {
            counts[usize::from(integer.cast_unsigned())] += 1;
        }
        let all = self.weight.len() as f64;
        let bits = (counts.into_iter())
            .filter(|&count| count > 0)
            .map(|count| count as f64 * (all / count as f64).log2())
            .sum();
        self.known.insert(steps, bits);
        bits
    }

    /// By how much rounding shifts each output channel on average.
    fn shifts(&self, integers: &[i8], scale: &[f32]) -> Vec<f64> {
        let Some(mean) = &self.mean else {
            return vec![0.0; scale.len()];
        };
        let per_channel = self.weight.len() / self.spec.out_channels;
        let exact = self.weight.chunks_exact(per_channel);
        (exact.zip(integers.chunks_exact(per_channel)).zip(scale))
            .enumerate()
            .map(|(channel, ((exact, integers), &scale))| {
                (exact.iter().zip(integers).enumerate())
                    .map(|(index, (&w, &q))| {
                        let error = f64::from(scale) * f64::from(q) - f64::from(w);
                        error * mean[input_channel(&self.spec, channel, index)]
                    })
                    .sum()
            })
            .collect()
    }
}

/// Rounds a kernel so that its sum keeps within half a step. Values side by side in a map are much alike, so what a kernel
/// answers to is above all its sum; the weights that were nearest to being rounded the other way make up for the rest
/// (Guo et al., "SQuant: On-the-Fly Data-Free Quantization via Diagonal Hessian Approximation", arXiv 2202.07471).
fn evenly(kernel: &[f32], scale: f32, most: f32) -> Vec<i8> {
    let exact: Vec<f32> = kernel.iter().map(|w| w / scale).collect();
    let mut integers: Vec<f32> = (exact.iter())
        .map(|value| value.round().clamp(-most, most))
        .collect();
    if kernel.len() > 1 {
        let excess = |integers: &[f32]| -> f32 {
            integers
                .iter()
                .zip(&exact)
                .map(|(q, exact)| q - exact)
                .sum()
        };
        for _ in 0..kernel.len() {
            let sum = excess(&integers);
            if sum.abs() <= 0.5 {
                break;
            }
            let direction = -sum.signum();
            let gain = |index: usize| (exact[index] - integers[index]) * direction;
            let movable = (0..integers.len()).filter(|&i| (integers[i] + direction).abs() <= most);
            let Some(nearest) = movable.max_by(|&a, &b| gain(a).total_cmp(&gain(b))) else {
                break;
            };
            integers[nearest] += direction;
        }
    }
    integers.into_iter().map(|value| value as i8).collect()
}

/// `value` with `bits` significant bits, upwards in magnitude.
fn short(value: f32, bits: u32) -> f32 {
    let rest = (1_u32 << (f32::MANTISSA_DIGITS - bits)) - 1;
    let rounded = f32::from_bits(value.to_bits().saturating_add(rest) & !rest);
    // Only at the very end of the range is there nothing above.
    if rounded.is_finite() { rounded } else { value }
}

fn largest(weights: &[f32]) -> f32 {
    weights.iter().fold(0.0, |most, w| most.max(w.abs()))
}

/// The input channel that weight `index` of an output channel is multiplied with.
fn input_channel(spec: &UnitSpec, channel: usize, index: usize) -> usize {
    let group = channel / (spec.out_channels / spec.groups);
    let kernel = spec.window.kernel * spec.window.kernel;
    group * (spec.in_channels / spec.groups) + index / kernel
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_kernel_keeps_its_sum_and_every_weight_its_neighbourhood(
            kernel in proptest::collection::vec(-1.0_f32..1.0, 9),
            most in prop_oneof![Just(7.0_f32), Just(31.0), Just(127.0)],
        ) {
            let scale = largest(&kernel).max(1e-3) / most;
            let integers = evenly(&kernel, scale, most);
            let sum: f32 = kernel.iter().map(|w| w / scale).sum();
            let kept: f32 = integers.iter().map(|&q| f32::from(q)).sum();
            prop_assert!((sum - kept).abs() <= 0.51, "{sum} {kept}");
            for (w, q) in kernel.iter().zip(integers) {
                prop_assert!((w / scale - f32::from(q)).abs() < 1.01);
                prop_assert!(f32::from(q).abs() <= most);
            }
        }
    }

    #[test]
    fn short_numbers_are_close_and_never_smaller() {
        for value in [0.1_f32, -0.3, 1.0, 123.456, 1e-30, 0.0] {
            let got = short(value, 8);
            assert!(
                got.abs() >= value.abs() && got.abs() <= 1.008 * value.abs(),
                "{got}"
            );
            assert_eq!(got.to_bits() & 0xFFFF, 0);
        }
        assert_eq!(short(f32::MAX, 8), f32::MAX);
    }

    #[test]
    fn a_single_weight_is_rounded_to_the_nearest() {
        assert_eq!(evenly(&[0.6], 1.0, 7.0), [1]);
        assert_eq!(evenly(&[0.4, 0.4, 0.4], 1.0, 7.0), [0, 0, 1]);
        assert_eq!(evenly(&[7.0, 7.0, 7.4, 7.4], 1.0, 7.0), [7; 4], "no room");
    }
}
