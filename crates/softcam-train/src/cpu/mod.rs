//! Gradients on the CPU, picture by picture.
//!
//! burn's gradients of depthwise and pointwise convolutions go through general convolutions whose kernel is a whole
//! feature map; on two cores one step of EfficientNet-Lite0 takes them some thirty times longer than the arithmetic
//! needs. With batch normalisation's statistics fixed, the pictures of a batch do not touch each other, so each can go
//! forward and backward on its own, in channel-last order where every layer is a matrix product or a sum over rows.
//! `tests/gradients.rs` holds this against burn's gradients.

mod depthwise;
mod layer;
mod map;
mod product;

use crate::config::Head;
use crate::objective::{self, Loss, Order};
use layer::Layer;
use map::Map;
use softcam::backbone::{self, Activation, Backbone, Join, Operation, Step, UnitSpec};

/// The blocks that learn and the class-evidence layer.
#[derive(Debug)]
pub(crate) struct CpuSuffix {
    blocks: Vec<Block>,
    layers: Vec<Layer>,
    /// The class-evidence layer, the last of the layers.
    evidence: usize,
}

#[derive(Debug)]
struct Block {
    /// Layers in the order in which they run.
    steps: Vec<usize>,
    join: BlockJoin,
}

#[derive(Debug)]
enum BlockJoin {
    Chain,
    Add {
        shortcut: Option<usize>,
        activation: Activation,
    },
}

/// Weights of every layer in this module's own order.
#[derive(Debug)]
pub(crate) struct Weights(Vec<Tensors>);

/// What the loss falls with, likewise.
#[derive(Debug)]
pub(crate) struct Gradients(Vec<Tensors>);

#[derive(Debug, Clone)]
struct Tensors {
    weight: Vec<f32>,
    bias: Vec<f32>,
}

/// What one picture is to be.
pub(crate) struct Target<'a> {
    pub(crate) objective: objective::Target<'a>,
    pub(crate) head: Head,
    /// A factor per channel of the features.
    pub(crate) dropout: Option<&'a [f32]>,
}

impl CpuSuffix {
    /// None where a block has something that is not written here (pooling, concatenation, grouped convolutions): burn
    /// has it.
    pub(crate) fn new(backbone: &Backbone, from: usize, classes: usize) -> Option<Self> {
        let mut layers = Vec::new();
        let mut add = |spec: &UnitSpec| -> Option<usize> {
            let depthwise =
                spec.groups == spec.in_channels && spec.in_channels == spec.out_channels;
            (spec.operation == Operation::Convolution && (spec.groups == 1 || depthwise)).then(
                || {
                    layers.push(Layer::new(spec));
                    layers.len() - 1
                },
            )
        };
        let mut blocks = Vec::new();
        for block in backbone.blocks.iter().skip(from) {
            blocks.push(Self::block(block, &mut add)?);
        }
        let evidence = add(&backbone.evidence_layer(classes))?;
        Some(Self {
            blocks,
            layers,
            evidence,
        })
    }

    fn block(
        block: &backbone::Block,
        add: &mut impl FnMut(&UnitSpec) -> Option<usize>,
    ) -> Option<Block> {
        let steps = (block.steps.iter())
            .map(|step| match step {
                Step::Unit(spec) => add(spec),
                Step::Pool(_) => None,
            })
            .collect::<Option<Vec<_>>>()?;
        let join = match &block.join {
            Join::Chain => BlockJoin::Chain,
            Join::Concatenate => return None,
            Join::Add {
                shortcut,
                activation,
            } => BlockJoin::Add {
                shortcut: match shortcut {
                    Some(spec) if spec.activation == Activation::Linear => Some(add(spec)?),
                    Some(_) => return None,
                    None => None,
                },
                activation: *activation,
            },
        };
        Some(Block { steps, join })
    }

    /// The units in the order of [`Weights`].
    pub(crate) fn specs(&self) -> impl Iterator<Item = &UnitSpec> {
        self.layers.iter().map(|layer| &layer.spec)
    }

    /// Weights `[out, in / groups, k, k]` and biases of every unit, in the order of [`Self::specs`].
    pub(crate) fn weights(&self, tensors: impl Iterator<Item = (Vec<f32>, Vec<f32>)>) -> Weights {
        let own = |(layer, (weight, bias)): (&Layer, (Vec<f32>, Vec<f32>))| Tensors {
            weight: layer.own_order(&weight),
            bias,
        };
        Weights(self.layers.iter().zip(tensors).map(own).collect())
    }

    /// No gradients yet.
    pub(crate) fn gradients(&self) -> Gradients {
        let zeros = |layer: &Layer| Tensors {
            weight: vec![0.0; layer.spec.weight_len()],
            bias: vec![0.0; layer.spec.out_channels],
        };
        Gradients(self.layers.iter().map(zeros).collect())
    }

    /// Gradients of weights and biases in burn's order.
    pub(crate) fn usual_order(&self, gradients: Gradients) -> Vec<(Vec<f32>, Vec<f32>)> {
        (self.layers.iter().zip(gradients.0))
            .map(|(layer, tensors)| (layer.usual_order(&tensors.weight), tensors.bias))
            .collect()
    }

    /// One picture forward and backward. `values` is what the first of the blocks reads, `[channels, height, width]`;
    /// `gradients` grow by what this picture adds.
    pub(crate) fn learn(
        &self,
        values: &[f32],
        [channels, height, width]: [usize; 3],
        weights: &Weights,
        target: &Target,
        gradients: &mut Gradients,
    ) -> Loss {
        let mut input = Map::from_planes(values, channels, height, width);
        let mut tapes = Vec::with_capacity(self.blocks.len());
        for block in &self.blocks {
            let (tape, output) = self.forward(block, input, weights);
            tapes.push(tape);
            input = output;
        }
        let (loss, mut slope) = self.head(input, weights, target, gradients);
        for (number, (block, tape)) in self.blocks.iter().zip(&tapes).enumerate().rev() {
            slope = self.backward(block, tape, slope, weights, gradients, number > 0);
        }
        loss
    }

    fn forward(&self, block: &Block, input: Map, weights: &Weights) -> (Tape, Map) {
        let mut values = vec![input];
        for &step in &block.steps {
            let Tensors { weight, bias } = &weights.0[step];
            let output = self.layers[step].forward(&values[values.len() - 1], weight, bias);
            values.push(output);
        }
        match &block.join {
            BlockJoin::Chain => {
                // The output is the next block's input; this one's tape needs it to know where the activation cut off.
                let output = values[values.len() - 1].clone();
                (Tape { values, sum: None }, output)
            }
            BlockJoin::Add {
                shortcut,
                activation,
            } => {
                let mut sum = match shortcut {
                    Some(layer) => {
                        let Tensors { weight, bias } = &weights.0[*layer];
                        self.layers[*layer].forward(&values[0], weight, bias)
                    }
                    None => values[0].clone(),
                };
                sum.add(&values[values.len() - 1]);
                sum.activate(*activation);
                let output = sum.clone();
                (
                    Tape {
                        values,
                        sum: Some(sum),
                    },
                    output,
                )
            }
        }
    }

    fn backward(
        &self,
        block: &Block,
        tape: &Tape,
        mut slope: Map,
        weights: &Weights,
        gradients: &mut Gradients,
        input_wanted: bool,
    ) -> Map {
        let mut beside = None;
        if let (
            BlockJoin::Add {
                shortcut,
                activation,
            },
            Some(sum),
        ) = (&block.join, &tape.sum)
        {
            slope.cut_off(sum, *activation);
            beside = match shortcut {
                Some(layer) => {
                    let Tensors { weight, bias: _ } = &weights.0[*layer];
                    let into = &mut gradients.0[*layer];
                    Some(self.layers[*layer].backward(
                        &tape.values[0],
                        &slope,
                        weight,
                        (&mut into.weight, &mut into.bias),
                        input_wanted,
                    ))
                }
                None => Some(slope.clone()),
            };
        }
        for (at, &step) in block.steps.iter().enumerate().rev() {
            let layer = &self.layers[step];
            slope.cut_off(&tape.values[at + 1], layer.spec.activation);
            let into = &mut gradients.0[step];
            slope = layer.backward(
                &tape.values[at],
                &slope,
                &weights.0[step].weight,
                (&mut into.weight, &mut into.bias),
                input_wanted || at > 0,
            );
        }
        if let Some(beside) = beside
            && input_wanted
        {
            slope.add(&beside);
        }
        slope
    }

    /// Loss of the features, and its slope.
    fn head(
        &self,
        mut features: Map,
        weights: &Weights,
        target: &Target,
        gradients: &mut Gradients,
    ) -> (Loss, Map) {
        if let Some(factors) = target.dropout {
            features.scale_channels(factors);
        }
        let layer = &self.layers[self.evidence];
        let Tensors { weight, bias } = &weights.0[self.evidence];
        let into = &mut gradients.0[self.evidence];
        let into = (&mut into.weight[..], &mut into.bias[..]);
        // The black box pools first: its logits are maps of one cell.
        let pooled = (target.head == Head::Pooled).then(|| Map {
            height: 1,
            width: 1,
            channels: features.channels,
            data: features.channel_means(),
        });
        let input = pooled.as_ref().unwrap_or(&features);
        let maps = layer.forward(input, weight, bias);
        let (loss, by_map) = objective::loss(&maps.data, Order::ClassesLast, &target.objective);
        let by_map = Map {
            data: by_map,
            ..maps
        };
        let mut slope = layer.backward(input, &by_map, weight, into, true);
        if pooled.is_some() {
            let cells = (features.height * features.width) as f32;
            slope = features.like(|_, channel| slope.data[channel] / cells);
        }
        if let Some(factors) = target.dropout {
            slope.scale_channels(factors);
        }
        (loss, slope)
    }
}

/// What a block went through.
struct Tape {
    /// Its input, then the output of every step.
    values: Vec<Map>,
    /// Its output, where something was added.
    sum: Option<Map>,
}

impl Gradients {
    /// Adds those of other pictures.
    pub(crate) fn add(&mut self, other: &Self) {
        for (to, from) in self.0.iter_mut().zip(&other.0) {
            map::add(&mut to.weight, &from.weight);
            map::add(&mut to.bias, &from.bias);
        }
    }
}
