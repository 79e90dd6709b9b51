//! Where a kernel reads and where it writes.

use crate::activation::Clamp;
use crate::lanes::{GROUP, Lanes, Pixel};
use crate::padding::Axes;
use crate::planes::Planes;
use crate::team::Team;
use std::ops::Range;

/// Planes of one image with their zeros in place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'a> {
    pub pixels: &'a [Pixel],
    /// Pixels from one group to the next.
    pub plane: usize,
    /// Pixels from one row to the next.
    pub pitch: usize,
}

impl<'a> Source<'a> {
    /// From pixel `first` on.
    pub(crate) fn from(&self, first: usize) -> Source<'a> {
        Source {
            pixels: &self.pixels[first..],
            ..*self
        }
    }
}

/// One group of the output, or some rows of it.
#[derive(Debug)]
pub(crate) struct Target<'a> {
    pub pixels: &'a mut [Pixel],
    /// Index of the first output pixel.
    pub origin: usize,
    /// Pixels from one row to the next.
    pub pitch: usize,
    pub height: usize,
    pub width: usize,
    /// Added before the activation; laid out like the target.
    pub residual: Option<&'a [Pixel]>,
    pub clamp: Clamp,
}

impl Target<'_> {
    /// Where row `y` lies.
    #[inline(always)]
    pub(crate) fn row(&self, y: usize) -> Range<usize> {
        let start = self.origin + y * self.pitch;
        start..start + self.width
    }
}

/// The output pixel of a sum: residual, then activation.
#[inline(always)]
pub(crate) fn finish(clamp: Clamp, residual: Option<&Pixel>, sum: [Lanes; 2]) -> Pixel {
    let [mut low, mut high] = sum;
    if let Some(residual) = residual {
        let [a, b] = Lanes::pair(residual);
        low = low.add(a);
        high = high.add(b);
    }
    Lanes::join([clamp.apply(low), clamp.apply(high)])
}

/// Clears what surrounds the picture in `groups` padded planes.
pub(crate) fn clear_border(
    pixels: &mut [Pixel],
    groups: usize,
    axes: &Axes,
    [height, width]: [usize; 2],
) {
    let (top, left) = (axes.rows.before, axes.columns.before);
    let pitch = axes.columns.padded;
    for plane in pixels.chunks_exact_mut(axes.padded_area()).take(groups) {
        for (y, row) in plane.chunks_exact_mut(pitch).enumerate() {
            if (top..top + height).contains(&y) {
                row[..left].fill([0.0; GROUP]);
                row[left + width..].fill([0.0; GROUP]);
            } else {
                row.fill([0.0; GROUP]);
            }
        }
    }
}

/// Copies all groups of one image into padded planes.
pub(crate) fn copy_all_padded(
    input: &Planes,
    image: usize,
    axes: &Axes,
    padded: &mut [Pixel],
    team: &Team,
) {
    let planes = padded.chunks_exact_mut(axes.padded_area()).enumerate();
    team.each(planes, |(group, plane)| {
        copy_padded(input, image, group..group + 1, axes, plane);
    });
}

/// Copies groups `groups` of one image into padded planes.
pub(crate) fn copy_padded(
    input: &Planes,
    image: usize,
    groups: Range<usize>,
    axes: &Axes,
    padded: &mut [Pixel],
) {
    let (area, width) = (input.area(), input.width);
    let pitch = axes.columns.padded;
    let first = axes.rows.before * pitch + axes.columns.before;
    clear_border(padded, groups.len(), axes, [input.height, width]);
    let source = &input.image(image)[groups.start * area..groups.end * area];
    for (plane, padded) in
        (source.chunks_exact(area)).zip(padded.chunks_exact_mut(axes.padded_area()))
    {
        for (y, row) in plane.chunks_exact(width).enumerate() {
            padded[first + y * pitch..][..width].copy_from_slice(row);
        }
    }
}
