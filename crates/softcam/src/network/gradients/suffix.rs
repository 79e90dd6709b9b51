//! The part of a network that learns.

use super::activations::Activations;
use super::layer::Layer;
use super::memory::Memory;
use super::tape::{Tape, Value, Way};
use super::weights::WeightGradients;
use crate::backbone::{Backbone, UnitSpec};
use crate::error::Result;
use crate::network::blocks::{Blocks, prepare};
use crate::weights::LayerWeights;
use softcam_kernels::backward::Rule;
use std::borrow::Cow;
use std::sync::Arc;

/// The last blocks of a network and its class-evidence layer with weights of the caller's, for one step of training on the
/// CPU. Several threads may use one at once.
#[derive(Debug)]
pub struct Suffix {
    blocks: Blocks<Tape>,
    count: usize,
    evidence: Arc<Layer>,
    layers: Vec<UnitSpec>,
    memory: Memory,
}

impl Suffix {
    /// The layers of `backbone` from block `from` on, and the class-evidence layer for `classes` classes.
    pub fn layers(backbone: &Backbone, from: usize, classes: usize) -> Vec<UnitSpec> {
        let mut rest = backbone.clone();
        rest.blocks.drain(..from.min(backbone.blocks.len()));
        let evidence = rest.evidence_layer(classes);
        rest.units().cloned().chain([evidence]).collect()
    }

    /// Packs `weights`, `[out, in / groups, kernel, kernel]` and `[out]`, of those layers. Activations lie in `memory`.
    ///
    /// # Errors
    ///
    /// What `weights` gives.
    pub fn new(
        backbone: &Backbone,
        from: usize,
        classes: usize,
        weights: impl Fn(&UnitSpec) -> Result<(Vec<f32>, Vec<f32>)>,
        memory: &Memory,
    ) -> Result<Self> {
        let folded = |spec: &UnitSpec| {
            let (weight, bias) = weights(spec)?;
            Ok(Cow::Owned(LayerWeights::Folded { weight, bias }))
        };
        let kernels = Tape::default();
        let blocks = &backbone.blocks[from.min(backbone.blocks.len())..];
        let spec = backbone.evidence_layer(classes);
        Ok(Self {
            blocks: Blocks::with_weights(blocks, &folded, &kernels)?,
            count: blocks.len(),
            evidence: prepare(&spec, &*folded(&spec)?, spec.activation, &kernels),
            layers: Self::layers(backbone, from, classes),
            memory: memory.clone(),
        })
    }

    /// No gradients yet.
    pub fn gradients(&self) -> WeightGradients {
        WeightGradients::new(&self.layers)
    }

    /// Runs the blocks on one picture, of which `input` is what the first of them reads.
    ///
    /// # Panics
    ///
    /// When the channels are others.
    pub fn record(&self, input: &Activations) -> SuffixRecord<'_> {
        let mut tape = Tape::recording(self.memory.take());
        let planes = input.planes(&mut tape.workspace);
        let given = tape.given(planes);
        let features = self.blocks.forward_range(0..self.count, given, &mut tape);
        SuffixRecord {
            suffix: self,
            tape,
            features,
        }
    }

    /// Evidence maps of features `[features, height, width]`, or logits of their means.
    pub fn evidence(&self, features: &Activations) -> Activations {
        let mut workspace = self.memory.take();
        let planes = features.planes(&mut workspace);
        let maps = self.evidence.forward.run(&planes, None, &mut workspace);
        workspace.recycle(planes);
        let maps = Activations::take(maps, &mut workspace);
        self.memory.give_back(workspace);
        maps
    }

    /// The gradient by `features` from that by what [`Self::evidence`] made of them; `gradients` grow by what the layer's
    /// weights contribute.
    pub fn evidence_backward(
        &self,
        features: &Activations,
        by_maps: &Activations,
        gradients: &mut WeightGradients,
    ) -> Activations {
        let mut workspace = self.memory.take();
        let planes = features.planes(&mut workspace);
        let by_maps = by_maps.planes(&mut workspace);
        gradients.accumulate(&self.evidence.name, &planes, &by_maps, &mut workspace);
        let size = [features.height, features.width];
        let by_features = (self.evidence.input_gradient()).run(&by_maps, size, &mut workspace);
        workspace.recycle(planes);
        workspace.recycle(by_maps);
        let by_features = Activations::take(by_features, &mut workspace);
        self.memory.give_back(workspace);
        by_features
    }
}

/// What the blocks made of one picture.
#[derive(Debug)]
pub struct SuffixRecord<'a> {
    suffix: &'a Suffix,
    tape: Tape,
    features: Value,
}

impl SuffixRecord<'_> {
    /// What the class-evidence layer reads: `[features, height, width]`.
    pub fn features(&self) -> Activations {
        Activations::of(&self.features.planes)
    }

    /// Rows and columns of those.
    pub fn size(&self) -> [usize; 2] {
        let [_, _, height, width] = self.features.planes.shape();
        [height, width]
    }

    /// Lets `gradients` grow by what the blocks' weights contribute; `by_features` is the gradient by
    /// [`Self::features`].
    pub fn backward(self, by_features: &Activations, gradients: &mut WeightGradients) {
        let Self {
            suffix,
            tape,
            features,
        } = self;
        let mut workspace = suffix.memory.take();
        let gradient = by_features.planes(&mut workspace);
        let way = Way {
            rule: Rule::Plain,
            to: None,
            weights: Some(gradients),
        };
        tape.backward(gradient, features.place, way, &mut workspace);
        drop(features);
        suffix.memory.give_back(workspace);
        suffix.memory.give_back(tape.into_workspace());
    }
}
