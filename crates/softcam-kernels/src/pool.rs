//! Pooling.

use crate::lanes::{GROUP, Lanes, Pixel};
use crate::padding::Padding;
use crate::planes::Planes;
use crate::workspace::Workspace;
use std::ops::Range;

/// What becomes of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PoolKind {
    /// Its largest value.
    Max,
    /// Its mean.
    Mean,
}

/// A window that slides over each channel. Padding only moves the window: zeros are neither compared nor counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool {
    /// What becomes of a window.
    pub kind: PoolKind,
    /// Side of the square window.
    pub kernel: usize,
    /// Step along both axes.
    pub stride: usize,
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
        let axes = self.padding.axes([height, width], self.kernel, self.stride);
        let [rows, columns] = [(axes.rows, height), (axes.columns, width)].map(|(axis, size)| {
            (0..axis.output)
                .map(|cell| self.covered(cell, axis.before, size))
                .collect::<Vec<_>>()
        });
        let mut output = workspace.planes([batch, channels, rows.len(), columns.len()]);
        let area = output.area();
        for image in 0..batch {
            let planes = output.image_mut(image).chunks_exact_mut(area);
            for (group, plane) in planes.enumerate() {
                let source = input.plane(image, group);
                for (rows, line) in rows.iter().zip(plane.chunks_exact_mut(columns.len())) {
                    for (columns, pixel) in columns.iter().zip(line) {
                        *pixel = self.window(source, width, rows, columns);
                    }
                }
            }
        }
        output
    }

    /// The pixels of `0..size` that window `cell` covers.
    fn covered(&self, cell: usize, before: usize, size: usize) -> Range<usize> {
        let start = cell * self.stride;
        let covered =
            start.saturating_sub(before)..(start + self.kernel).saturating_sub(before).min(size);
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
            .map(|row| &row[columns.clone()]);
        match self.kind {
            PoolKind::Max => {
                let mut largest = [Lanes::splat(f32::NEG_INFINITY); 2];
                for pixel in lines.flatten() {
                    let value = Lanes::pair(pixel);
                    largest = [0, 1].map(|half| largest[half].max_or_nan(value[half]));
                }
                Lanes::join(largest)
            }
            PoolKind::Mean => {
                let mut sum = [Lanes::splat(0.0); 2];
                for pixel in lines.flatten() {
                    let value = Lanes::pair(pixel);
                    sum = [0, 1].map(|half| sum[half].add(value[half]));
                }
                let cells = (rows.len() * columns.len()) as f32;
                Lanes::join(sum).map(|sum| sum / cells)
            }
        }
    }
}

impl Planes {
    /// The mean of each channel over all its pixels: `[batch, channels]`, row-major.
    pub fn channel_means(&self) -> Vec<f32> {
        let area = self.area() as f64;
        let mut means = Vec::with_capacity(self.batch * self.channels);
        for image in 0..self.batch {
            for group in 0..self.groups() {
                let mut sums = [0.0_f64; GROUP];
                for pixel in self.plane(image, group) {
                    for (sum, &value) in sums.iter_mut().zip(pixel) {
                        *sum += f64::from(value);
                    }
                }
                let channels = GROUP.min(self.channels - group * GROUP);
                means.extend(sums[..channels].iter().map(|sum| (sum / area) as f32));
            }
        }
        means
    }
}
