//! The network's input, with what its normalised values mean.

use crate::error::{Error, Result};
use softcam::weights::InputSpec;

/// A picture as the network takes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    values: Vec<f32>,
    size: usize,
    mean: [f32; 3],
    std: [f32; 3],
}

impl Picture {
    /// `values` is normalised, `[3, size, size]`, channels R, G, B, as [`softcam::preprocess::fit`] makes it; `spec` says
    /// by what it was normalised.
    ///
    /// # Errors
    ///
    /// Where there are not 3 · `size` · `size` values, none, or one is not finite.
    pub fn new(values: Vec<f32>, size: usize, spec: &InputSpec) -> Result<Self> {
        let expected = 3 * size.max(1) * size.max(1);
        if values.len() != expected {
            return Err(Error::Length {
                what: "values of a picture",
                got: values.len(),
                expected,
            });
        }
        if !values.iter().all(|value| value.is_finite()) {
            return Err(Error::NotFinite {
                index: 0,
                what: "pixel",
            });
        }
        Ok(Self {
            values,
            size,
            mean: spec.mean,
            std: spec.std,
        })
    }

    /// Normalised, `[3, size, size]`.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// Pixels along each side.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Pixels of one channel.
    pub(super) fn pixels(&self) -> usize {
        self.size * self.size
    }

    /// What a pixel value from 0 to 255 is after normalisation, per channel.
    pub(super) fn normalised(&self, value: f32) -> [f32; 3] {
        [0, 1, 2].map(|channel| (value - self.mean[channel]) / self.std[channel])
    }

    /// By how much a step of one pixel value changes the normalised one, per channel.
    pub(super) fn steps(&self) -> [f32; 3] {
        self.std.map(|std| 1.0 / std)
    }

    /// Pixel values 0 to 255 of one pixel.
    pub(super) fn rgb(&self, pixel: usize) -> [f32; 3] {
        [0, 1, 2].map(|channel| {
            self.values[channel * self.pixels() + pixel] * self.std[channel] + self.mean[channel]
        })
    }

    /// The pixel at `from` in all channels of `source` goes where `to` is in `target`.
    pub(super) fn copy_pixel(&self, source: &[f32], target: &mut [f32], pixel: usize) {
        for channel in 0..3 {
            let at = channel * self.pixels() + pixel;
            target[at] = source[at];
        }
    }
}
