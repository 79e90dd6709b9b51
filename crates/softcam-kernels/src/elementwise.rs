//! What happens to each value, and to channels side by side.

use crate::activation::Activation;
use crate::dense::pack_bias;
use crate::lanes::{GROUP, Lanes};
use crate::planes::Planes;
use crate::workspace::Workspace;

impl Planes {
    /// activation(factor · x + offset), one factor and one offset per channel: a batch normalisation that no convolution
    /// stands before.
    ///
    /// # Panics
    ///
    /// When `factor` or `offset` has another length than there are channels.
    pub fn scale_and_shift(&mut self, factor: &[f32], offset: &[f32], activation: Activation) {
        assert_eq!(factor.len(), self.channels, "one factor per channel");
        assert_eq!(offset.len(), self.channels, "one offset per channel");
        let (factor, offset) = (pack_bias(factor), pack_bias(offset));
        let clamp = activation.clamp();
        let area = self.area();
        for image in 0..self.batch {
            let planes = self.image_mut(image).chunks_exact_mut(area.max(1));
            for (plane, (factor, offset)) in planes.zip(factor.iter().zip(&offset)) {
                let (factor, offset) = (Lanes::pair(factor), Lanes::pair(offset));
                for pixel in plane {
                    let value = Lanes::pair(pixel);
                    *pixel = Lanes::join([0, 1].map(|half| {
                        clamp.apply(offset[half].add_product(value[half], factor[half]))
                    }));
                }
            }
        }
    }

    /// activation(self + other).
    ///
    /// # Panics
    ///
    /// When the shapes differ.
    pub fn add(&mut self, other: &Self, activation: Activation) {
        assert_eq!(self.shape(), other.shape(), "shapes differ");
        let clamp = activation.clamp();
        let used = self.used();
        for (pixel, other) in self.pixels[..used].iter_mut().zip(&other.pixels) {
            let (a, b) = (Lanes::pair(pixel), Lanes::pair(other));
            *pixel = Lanes::join([0, 1].map(|half| clamp.apply(a[half].add(b[half]))));
        }
    }

    /// The channels of all `parts`, one after the other.
    ///
    /// # Panics
    ///
    /// When there are no parts, or batch or size differ.
    pub fn concatenate(parts: &[&Self], workspace: &mut Workspace) -> Self {
        let first = parts[0];
        let (batch, height, width) = (first.batch, first.height, first.width);
        for part in parts {
            assert_eq!(
                (part.batch, part.height, part.width),
                (batch, height, width),
                "sizes differ"
            );
        }
        let channels = parts.iter().map(|part| part.channels).sum();
        let mut output = workspace.planes([batch, channels, height, width]);
        let area = height * width;
        for image in 0..batch {
            let pixels = output.image_mut(image);
            let mut start = 0;
            for part in parts {
                if start % GROUP == 0 {
                    let source = part.image(image);
                    pixels[start / GROUP * area..][..source.len()].copy_from_slice(source);
                } else {
                    shift_in(pixels, start, part, image);
                }
                start += part.channels;
            }
        }
        output
    }
}

/// Writes `part`'s channels from channel `start` on, which lies within a group. The group's later channels become zero
/// where no channel of `part` comes to lie.
fn shift_in(pixels: &mut [[f32; GROUP]], start: usize, part: &Planes, image: usize) {
    let area = part.area();
    for channel in 0..part.channels {
        let (group, lane) = ((start + channel) / GROUP, (start + channel) % GROUP);
        let source = part.plane(image, channel / GROUP);
        for (pixel, source) in pixels[group * area..][..area].iter_mut().zip(source) {
            if lane == 0 {
                // The memory is not fresh.
                *pixel = [0.0; GROUP];
            }
            pixel[lane] = source[channel % GROUP];
        }
    }
}
