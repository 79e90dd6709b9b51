//! Channels side by side.

use crate::lanes::GROUP;
use crate::planes::Planes;
use crate::workspace::Workspace;

impl Planes {
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
