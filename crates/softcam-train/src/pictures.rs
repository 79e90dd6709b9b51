//! Pictures in memory, fitted to the network's input.

use rayon::prelude::*;

/// One labelled picture.
#[derive(Debug, Clone)]
pub struct Picture {
    /// RGB, row-major, `[size, size, 3]`.
    pub pixels: Vec<u8>,
    /// Index of its class.
    pub class: usize,
    /// Which collection it comes from, where there are several.
    pub source: usize,
}

/// Pictures of one size.
#[derive(Debug, Clone)]
pub struct Pictures {
    /// Side of each in pixels.
    pub size: usize,
    /// The pictures.
    pub items: Vec<Picture>,
    /// Class names in the order of the logits.
    pub classes: Vec<String>,
}

impl Pictures {
    /// Pictures of each class.
    pub fn counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.classes.len()];
        for item in &self.items {
            counts[item.class] += 1;
        }
        counts
    }
}

/// RGB pixels `[size, size, 3]` to normalised planes `[3, size, size]`; mean and standard deviation in pixel values.
pub fn normalise(pixels: &[u8], mean: [f32; 3], std: [f32; 3]) -> Vec<f32> {
    let pixels = pixels.as_chunks::<3>().0;
    let mut values = Vec::with_capacity(3 * pixels.len());
    for channel in 0..3 {
        let (mean, factor) = (mean[channel], 1.0 / std[channel]);
        values.extend(
            pixels
                .iter()
                .map(|pixel| (f32::from(pixel[channel]) - mean) * factor),
        );
    }
    values
}

/// `make` for every index below `count`, on every core, one after the other in the result.
pub(crate) fn stacked(count: usize, make: impl Fn(usize) -> Vec<f32> + Send + Sync) -> Vec<f32> {
    let parts: Vec<Vec<f32>> = (0..count).into_par_iter().map(make).collect();
    parts.concat()
}
