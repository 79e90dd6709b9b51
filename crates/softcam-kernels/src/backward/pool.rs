//! Pooling.

use crate::lanes::{GROUP, Pixel};
use crate::planes::Planes;
use crate::pool::{Pool, PoolKind};
use crate::workspace::Workspace;

impl Pool {
    /// The gradient by `input` from that by what [`Pool::run`] gave for it. Of equal maxima of a window the first, row by
    /// row, gets all, as in PyTorch.
    ///
    /// # Panics
    ///
    /// When the shapes do not fit.
    pub fn backward(&self, input: &Planes, gradient: &Planes, workspace: &mut Workspace) -> Planes {
        let [batch, channels, height, width] = input.shape();
        let [rows, columns] = self.windows([height, width]);
        assert_eq!(
            gradient.shape(),
            [batch, channels, rows.len(), columns.len()],
            "the gradient does not fit {self:?}"
        );
        let mut output = workspace.zeros(input.shape());
        let planes = output.used_mut().chunks_exact_mut(height * width);
        let sources = input.used().chunks_exact(height * width);
        let gradients = gradient.used().chunks_exact(gradient.area());
        for ((plane, source), gradients) in planes.zip(sources).zip(gradients) {
            let lines = gradients.chunks_exact(columns.len());
            for (rows, line) in rows.iter().zip(lines) {
                for (columns, gradient) in columns.iter().zip(line) {
                    let window = (rows.clone().step_by(self.dilation)).flat_map(|row| {
                        let columns = columns.clone().step_by(self.dilation);
                        columns.map(move |column| row * width + column)
                    });
                    match self.kind {
                        PoolKind::Max => give_first(window, source, gradient, plane),
                        PoolKind::Average => self.give_all(window, gradient, plane),
                    }
                }
            }
        }
        output
    }

    fn give_all(&self, window: impl Iterator<Item = usize>, gradient: &Pixel, plane: &mut [Pixel]) {
        // Zeros of the padding took their share.
        let cells = (self.kernel * self.kernel) as f32;
        let share = gradient.map(|gradient| gradient / cells);
        for index in window {
            for (value, share) in plane[index].iter_mut().zip(share) {
                *value += share;
            }
        }
    }
}

/// To the first of the largest values of `window`, lane by lane; to the last that is not a number, where there is one.
fn give_first(
    window: impl Iterator<Item = usize>,
    source: &[Pixel],
    gradient: &Pixel,
    plane: &mut [Pixel],
) {
    let mut largest = [f32::NEG_INFINITY; GROUP];
    let mut place = [None; GROUP];
    for index in window {
        for lane in 0..GROUP {
            let value = source[index][lane];
            if value > largest[lane] || value.is_nan() || place[lane].is_none() {
                largest[lane] = value;
                place[lane] = Some(index);
            }
        }
    }
    for lane in 0..GROUP {
        if let Some(index) = place[lane] {
            plane[index][lane] += gradient[lane];
        }
    }
}
