//! One axis of an overlay: which pixels show which cells.

use super::upsample::Taps;
use std::ops::Range;

/// How values between cell centres are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interpolation {
    /// Bicubic: easier to read against the photo.
    Smooth,
    /// Each cell as a flat square: what was computed, and no more.
    Cells,
}

/// Along one axis, `pixels` pixels show the stretch `part` of the photo, and `cells` cells lie over the stretch `region`;
/// stretches are starts and lengths in pixels of the photo.
pub(super) struct Axis {
    pub pixels: usize,
    pub cells: usize,
    pub part: (f64, f64),
    pub region: (f64, f64),
    pub interpolation: Interpolation,
}

impl Axis {
    /// Where a pixel's coordinate lies among the cells.
    pub(super) fn cell(&self, pixel: f64) -> f64 {
        let on_photo = self.part.0 + pixel / self.pixels as f64 * self.part.1;
        (on_photo - self.region.0) / self.region.1 * self.cells as f64
    }

    /// And back.
    pub(super) fn pixel(&self, cell: f64) -> f64 {
        let on_photo = self.region.0 + cell / self.cells as f64 * self.region.1;
        (on_photo - self.part.0) / self.part.1 * self.pixels as f64
    }

    /// The cells that a coordinate among them draws on.
    pub(super) fn taps(&self, cell: f64) -> Taps {
        match self.interpolation {
            Interpolation::Smooth => Taps::cubic(cell, self.cells),
            Interpolation::Cells => Taps::nearest(cell, self.cells),
        }
    }

    /// The pixels whose centres lie over cells, and what each of them draws on.
    pub(super) fn seen(&self) -> (Range<usize>, Vec<Taps>) {
        let centre = |pixel: usize| self.cell(pixel as f64 + 0.5);
        let inside = |pixel: &usize| (0.0..=self.cells as f64).contains(&centre(*pixel));
        let first = (0..self.pixels).find(inside).unwrap_or(self.pixels);
        let count = (first..self.pixels).take_while(inside).count();
        let range = first..first + count;
        let taps = range.clone().map(|pixel| self.taps(centre(pixel)));
        (range, taps.collect())
    }
}
