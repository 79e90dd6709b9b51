//! Pooling.

use crate::lanes::{GROUP, Lanes, Pixel};
use crate::padding::{Axes, Padding, Places};
use crate::planes::Planes;
use crate::workspace::Workspace;
use std::ops::Range;

/// What becomes of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PoolKind {
    /// Its largest value.
    Max,
    /// Its mean; zeros of the padding count.
    Average,
}

/// A window that slides over each channel. Padding moves the window over the edges; it is no candidate for a maximum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool {
    /// What becomes of a window.
    pub kind: PoolKind,
    /// Side of the square window.
    pub kernel: usize,
    /// Step along both axes.
    pub stride: usize,
    /// Distance of neighbouring pixels of the window: 1 for an ordinary one.
    pub dilation: usize,
    /// How far the window may stand over the edges. Less than the kernel, or some windows would be empty.
    pub padding: Padding,
}

impl Pool {
    /// Pools every channel.
    ///
    /// # Panics
    ///
    /// When a window would lie wholly outside the picture.
    pub fn run(&self, input: &Planes, workspace: &mut Workspace) -> Planes {
        let [batch, channels, height, width] = input.shape();
        let [rows, columns] = self.windows([height, width]);
        let mut output = workspace.planes([batch, channels, rows.len(), columns.len()]);
        let area = output.area();
        let pixels = batch * output.groups() * area;
        let team = workspace.team(pixels * self.kernel * self.kernel * GROUP);
        for image in 0..batch {
            let planes = output.image_mut(image).chunks_exact_mut(area);
            team.each(planes.enumerate(), |(group, plane)| {
                let source = input.plane(image, group);
                for (rows, line) in rows.iter().zip(plane.chunks_exact_mut(columns.len())) {
                    for (columns, pixel) in columns.iter().zip(line) {
                        *pixel = self.window(source, width, rows, columns);
                    }
                }
            });
        }
        output
    }

    /// What every row and every column of windows covers of a picture of [height, width].
    pub(crate) fn windows(&self, [height, width]: [usize; 2]) -> [Vec<Range<usize>>; 2] {
        let axes = self.axes([height, width]);
        [(axes.rows, height), (axes.columns, width)].map(|(axis, size)| {
            (0..axis.output)
                .map(|cell| self.covered(cell, axis.before, size))
                .collect()
        })
    }

    fn axes(&self, size: [usize; 2]) -> Axes {
        let reach = (self.kernel - 1) * self.dilation + 1;
        self.padding.axes(size, reach, self.stride)
    }

    /// Where the window lies in a picture of [height, width], for rows and for columns.
    ///
    /// # Panics
    ///
    /// When it does not fit into the padded picture.
    pub fn places(&self, size: [usize; 2]) -> [Places; 2] {
        self.axes(size).places()
    }

    /// First pixel and end of what window `cell` covers of `0..size`, every `dilation`th pixel of it.
    fn covered(&self, cell: usize, before: usize, size: usize) -> Range<usize> {
        let start = cell * self.stride;
        let outside = before.saturating_sub(start).div_ceil(self.dilation);
        let first = (start + outside * self.dilation).saturating_sub(before);
        let end = (start + (self.kernel - 1) * self.dilation + 1).saturating_sub(before);
        let covered = first..end.min(size);
        assert!(
            !covered.is_empty(),
            "a window of {self:?} lies outside the picture"
        );
        covered
    }

    fn window(
        &self,
        source: &[Pixel],
        width: usize,
        rows: &Range<usize>,
        columns: &Range<usize>,
    ) -> Pixel {
        let lines = (source.chunks_exact(width).take(rows.end).skip(rows.start))
            .step_by(self.dilation)
            .flat_map(|row| row[columns.clone()].iter().step_by(self.dilation));
        match self.kind {
            PoolKind::Max => {
                let mut largest = [Lanes::splat(f32::NEG_INFINITY); 2];
                for pixel in lines {
                    let value = Lanes::pair(pixel);
                    largest = [0, 1].map(|half| largest[half].max_or_nan(value[half]));
                }
                Lanes::join(largest)
            }
            PoolKind::Average => {
                let mut sum = [Lanes::splat(0.0); 2];
                for pixel in lines {
                    let value = Lanes::pair(pixel);
                    sum = [0, 1].map(|half| sum[half].add(value[half]));
                }
                let cells = (self.kernel * self.kernel) as f32;
                Lanes::join(sum).map(|sum| sum / cells)
            }
        }
    }
}
