//! Noise.

use super::area::parts;
use super::byte::byte;
use crate::preprocess::Placement;
use crate::random::{mix, normal};
use image::RgbaImage;

/// About normal values, one per channel and grain. A grain is a pixel of the network's input.
pub(super) struct Grains {
    columns: Vec<i64>,
    rows: Vec<i64>,
    seed: u64,
}

impl Grains {
    pub(super) fn new(pixels: &RgbaImage, placement: &Placement, seed: u64) -> Self {
        let region = &placement.region;
        Self {
            columns: parts(pixels.width(), (region.x, region.width), placement.input),
            rows: parts(pixels.height(), (region.y, region.height), placement.input),
            seed: mix(seed ^ 0x6A09_E667_F3BC_C909),
        }
    }

    /// Mean 0, standard deviation 1.
    pub(super) fn at(&self, x: u32, y: u32, channel: usize) -> f32 {
        let (column, row) = (
            self.columns[x as usize] as u64,
            self.rows[y as usize] as u64,
        );
        let place = column.wrapping_mul(3).wrapping_add(channel as u64);
        normal(mix(mix(self.seed ^ row).wrapping_add(place)))
    }
}

/// Adds noise of standard deviation `sigma`, a share of the full range.
pub(super) fn add(pixels: &mut RgbaImage, placement: &Placement, sigma: f64, seed: u64) {
    if sigma == 0.0 {
        return;
    }
    let grains = Grains::new(pixels, placement, seed);
    let sigma = 255.0 * sigma as f32;
    for (x, y, pixel) in pixels.enumerate_pixels_mut() {
        for channel in 0..3 {
            let value = f32::from(pixel[channel]) + sigma * grains.at(x, y, channel);
            pixel[channel] = byte(value);
        }
    }
}
