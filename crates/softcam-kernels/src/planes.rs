//! Activations: groups of eight channels, each a plane of pixels.

use crate::lanes::{GROUP, Pixel};

/// Activations `[batch, ceil(channels / 8), height, width, 8]`. Where the channels are no multiple of eight, the last
/// group is filled up with zeros.
///
/// oneDNN calls the layout nChw8c. Against channels-last it has two advantages here: a kernel's window is one run of
/// memory, checked once, and a depthwise convolution sees a small plane that stays in the cache.
#[derive(Debug, Clone, PartialEq)]
pub struct Planes {
    pub(crate) batch: usize,
    pub(crate) channels: usize,
    pub(crate) height: usize,
    pub(crate) width: usize,
    /// At least as many pixels as the shape needs: buffers are reused.
    pub(crate) pixels: Vec<Pixel>,
}

impl Planes {
    /// From row-major `[batch, channels, height, width]`.
    ///
    /// # Panics
    ///
    /// When `values` has another length.
    pub fn from_nchw(values: &[f32], shape: [usize; 4]) -> Self {
        let pixels = vec![[0.0; GROUP]; Self::pixel_count(shape)];
        let mut planes = Self::in_memory(pixels, shape);
        planes.fill(values);
        planes
    }

    /// Pixels that planes of `shape` need.
    pub(crate) fn pixel_count([batch, channels, height, width]: [usize; 4]) -> usize {
        batch * channels.div_ceil(GROUP) * height * width
    }

    /// Planes of `[batch, channels, height, width]` with the content that `pixels` happen to have.
    pub(crate) fn in_memory(
        pixels: Vec<Pixel>,
        [batch, channels, height, width]: [usize; 4],
    ) -> Self {
        Self {
            batch,
            channels,
            height,
            width,
            pixels,
        }
    }

    /// Overwrites everything with row-major `[batch, channels, height, width]`.
    // Out of line: a browser optimises whole functions, and a loop in a large one is slow for longer.
    #[inline(never)]
    pub(crate) fn fill(&mut self, values: &[f32]) {
        let (channels, area) = (self.channels, self.area());
        assert_eq!(
            values.len(),
            self.batch * channels * area,
            "values do not fill the shape"
        );
        if values.is_empty() {
            return;
        }
        for (image, values) in values.chunks_exact(channels * area).enumerate() {
            let planes = self.image_mut(image);
            for (channel, source) in values.chunks_exact(area).enumerate() {
                let lane = channel % GROUP;
                let plane = &mut planes[channel / GROUP * area..][..area];
                if lane == 0 {
                    plane.fill([0.0; GROUP]);
                }
                for (pixel, &value) in plane.iter_mut().zip(source) {
                    pixel[lane] = value;
                }
            }
        }
    }

    /// Row-major `[batch, channels, height, width]`.
    #[inline(never)]
    pub fn to_nchw(&self) -> Vec<f32> {
        let area = self.area();
        let mut values = Vec::with_capacity(self.batch * self.channels * area);
        for image in 0..self.batch {
            for channel in 0..self.channels {
                let plane = self.plane(image, channel / GROUP);
                values.extend(plane.iter().map(|pixel| pixel[channel % GROUP]));
            }
        }
        values
    }

    /// `[batch, channels, height, width]`.
    pub fn shape(&self) -> [usize; 4] {
        [self.batch, self.channels, self.height, self.width]
    }

    pub(crate) fn area(&self) -> usize {
        self.height * self.width
    }

    pub(crate) fn groups(&self) -> usize {
        self.channels.div_ceil(GROUP)
    }

    /// All pixels of one image, group after group.
    pub(crate) fn image(&self, image: usize) -> &[Pixel] {
        let size = self.groups() * self.area();
        &self.pixels[image * size..][..size]
    }

    pub(crate) fn image_mut(&mut self, image: usize) -> &mut [Pixel] {
        let size = self.groups() * self.area();
        &mut self.pixels[image * size..][..size]
    }

    /// All pixels that are in use.
    pub(crate) fn used(&self) -> &[Pixel] {
        &self.pixels[..Self::pixel_count(self.shape())]
    }

    pub(crate) fn used_mut(&mut self) -> &mut [Pixel] {
        let count = Self::pixel_count(self.shape());
        &mut self.pixels[..count]
    }

    /// One group of one image.
    pub(crate) fn plane(&self, image: usize, group: usize) -> &[Pixel] {
        let area = self.area();
        &self.image(image)[group * area..][..area]
    }
}
