//! A run that was recorded.

use super::activations::Activations;
use super::network::{Differentiable, check_length};
use super::tape::{Tape, Value, Way};
use crate::error::{Result, error};
use crate::evidence::EvidenceMaps;
use softcam_kernels::backward::Rule;

/// One run of a [`Differentiable`] with all that is needed to follow it back.
#[derive(Debug)]
pub struct Record<'a> {
    network: &'a Differentiable,
    /// The first of [`Self::values`] is what so many blocks gave.
    first: usize,
    tape: Tape,
    /// What was behind each block.
    values: Vec<Value>,
    maps: EvidenceMaps,
    logits: Vec<f32>,
}

impl Differentiable {
    /// Runs a normalised image `[3, size, size]` and keeps what is needed on the way back to what the first `down_to`
    /// blocks gave (0: the image), and all that the blocks behind them gave.
    ///
    /// # Errors
    ///
    /// Where `image` has another length, there is no such block, or what comes out is not finite.
    pub fn record(&self, image: &[f32], size: usize, down_to: usize) -> Result<Record<'_>> {
        self.check_block(down_to, 0)?;
        let shape = [3, size, size];
        check_length(image, shape)?;
        let mut forgetful = Tape::forgetful(self.workspace());
        let planes = forgetful
            .workspace
            .planes_from_nchw(image, [1, 3, size, size]);
        let image = forgetful.given(planes);
        let reached = self.blocks.forward_range(0..down_to, image, &mut forgetful);
        let reached = forgetful.own_planes(reached);

        let mut tape = Tape::recording(forgetful.into_workspace());
        let mut values = vec![tape.given(reached)];
        for block in down_to..self.blocks() {
            let input = values[values.len() - 1].clone();
            values.push((self.blocks).forward_range(block..block + 1, input, &mut tape));
        }
        let (maps, logits) = self.evidence(&values[values.len() - 1], &mut tape.workspace)?;
        Ok(Record {
            network: self,
            first: down_to,
            tape,
            values,
            maps,
            logits,
        })
    }
}

impl Record<'_> {
    /// The evidence maps.
    pub fn maps(&self) -> &EvidenceMaps {
        &self.maps
    }

    /// The logits: the means of the maps.
    pub fn logits(&self) -> &[f32] {
        &self.logits
    }

    /// What the first `block` blocks gave (0: the image).
    ///
    /// # Errors
    ///
    /// Where that was not recorded.
    pub fn activations(&self, block: usize) -> Result<Activations> {
        self.network.check_block(block, self.first)?;
        Ok(Activations::of(&self.values[block - self.first].planes))
    }

    /// The gradient of Σ `by_logits[c]` · logit[c] by what the first `block` blocks gave (0: the image). Under
    /// [`Rule::Guided`] it is no gradient, but what guided backpropagation makes of one at every ReLU and ReLU6.
    ///
    /// # Errors
    ///
    /// Where that was not recorded, `by_logits` has not one value per class, or a value is not finite.
    pub fn gradient(&self, by_logits: &[f32], block: usize, rule: Rule) -> Result<Activations> {
        self.network.check_block(block, self.first)?;
        let classes = self.network.classes();
        if by_logits.len() != classes {
            return Err(error!(GRADIENT_LOGITS, values = by_logits.len(), classes));
        }
        let size = [self.maps.height(), self.maps.width()];
        let mut workspace = self.network.workspace();
        let by_features = (self.network).by_features(by_logits, size, &mut workspace);
        let from = self.values[self.values.len() - 1].place;
        let to = self.values[block - self.first].place;
        let way = Way {
            rule,
            to: Some(to),
            weights: None,
        };
        let gradient = (self.tape).backward(by_features, from, way, &mut workspace);
        let result = gradient.map(|planes| Activations::take(planes, &mut workspace));
        self.network.give_back(workspace);
        result
            .filter(|gradient| gradient.values.iter().all(|value| value.is_finite()))
            .ok_or_else(|| error!(RUN_NOT_FINITE))
    }
}

impl Drop for Record<'_> {
    fn drop(&mut self) {
        self.values.clear();
        let tape = std::mem::take(&mut self.tape);
        self.network.give_back(tape.into_workspace());
    }
}
