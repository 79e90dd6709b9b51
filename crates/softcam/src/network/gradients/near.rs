//! Logits of pictures that are much the same as one that was run already.

use super::network::{Differentiable, check_length};
use super::tape::{Tape, Value};
use crate::error::Result;
use crate::network::blocks::Kernels;
use crate::network::cpu::means;
use crate::network::near::{Area, Kept, Parts, Reach, State, means_near};
use softcam_kernels::Planes;
use std::sync::Arc;

/// A picture's run with what every block gave, for [`Differentiable::logits_near`]. It takes the memory of all activations.
#[derive(Debug)]
pub struct KeptRun {
    image: Vec<f32>,
    size: usize,
    reaches: Vec<Reach>,
    kept: Kept<Value>,
    /// Of what the last block gave.
    means: Vec<f32>,
    logits: Vec<f32>,
}

impl KeptRun {
    /// The picture's own logits.
    pub fn logits(&self) -> &[f32] {
        &self.logits
    }
}

impl Parts for Tape {
    fn part(&mut self, planes: &Value, area: &Area) -> Value {
        let (rows, columns) = (area.rows.clone(), area.columns.clone());
        let part = planes.planes.part(rows, columns, &mut self.workspace);
        value(part)
    }

    fn laid(&mut self, planes: Value, part: &Value, at: [isize; 2]) -> Value {
        let mut planes = self.own_planes(planes);
        planes.lay(&part.planes, at);
        value(planes)
    }

    fn copied(&mut self, planes: &Value) -> Value {
        value(planes.planes.copied(&mut self.workspace))
    }

    fn size(planes: &Value) -> [usize; 2] {
        let [_, _, height, width] = planes.planes.shape();
        [height, width]
    }

    fn means(planes: &Value) -> Vec<f32> {
        means(&planes.planes.to_nchw(), planes.planes.shape())
    }
}

/// Of a run that nobody follows back.
fn value(planes: Planes) -> Value {
    Value {
        planes: Arc::new(planes),
        place: 0,
    }
}

impl Differentiable {
    /// Runs a normalised image `[3, size, size]` and keeps what every block gives.
    ///
    /// # Errors
    ///
    /// Where `image` has another length, or what comes out is not finite.
    pub fn keep(&self, image: &[f32], size: usize) -> Result<KeptRun> {
        check_length(image, [3, size, size])?;
        let mut tape = Tape::forgetful(self.workspace());
        let planes = tape.workspace.planes_from_nchw(image, [1, 3, size, size]);
        let mut kept = vec![value(planes)];
        for index in 0..self.blocks() {
            kept.push(self.blocks.forward_one(index, &kept[index], &mut tape));
        }
        let features = &kept[kept.len() - 1];
        let means = Tape::means(features);
        // Maps have more to be checked by than logits alone.
        let checked = self.evidence(features, &mut tape.workspace);
        self.give_back(tape.into_workspace());
        let (_, logits) = checked?;
        Ok(KeptRun {
            image: image.to_vec(),
            size,
            reaches: Reach::of(self.backbone()),
            kept: Kept(kept),
            means,
            logits,
        })
    }

    /// As [`Self::logits`], up to rounding, for an image as large as that of `run`: where it differs from that one in a
    /// rectangle, only what that reaches is computed.
    ///
    /// # Errors
    ///
    /// As [`Self::logits`].
    pub fn logits_near(&self, run: &KeptRun, image: &[f32]) -> Result<Vec<f32>> {
        let size = run.size;
        check_length(image, [3, size, size])?;
        let Some(area) = Area::of_difference(&run.image, image, [size, size]) else {
            return Ok(run.logits.clone());
        };
        let mut tape = Tape::forgetful(self.workspace());
        let input = value(tape.workspace.planes_from_nchw(image, [1, 3, size, size]));
        let mut state = State::new(&input, area, &mut tape);
        for index in 0..self.blocks() {
            state = state.step(index, (&self.blocks, &run.reaches), &run.kept, &mut tape);
        }
        let last = (&run.kept.0[self.blocks()], &run.means[..]);
        let means = means_near(&state, last, &mut tape);
        let (State::Whole(rest) | State::Part { part: rest, .. }) = state;
        tape.recycle(rest);
        let logits = self.logits_of(&means, &mut tape.workspace);
        self.give_back(tape.into_workspace());
        logits
    }
}
