//! What the joins of a network need: sums, pieces, and one value for a whole plane.

use crate::lanes::{GROUP, Pixel};
use crate::planes::Planes;
use crate::workspace::Workspace;

impl Planes {
    /// Adds `other`, value by value.
    ///
    /// # Panics
    ///
    /// When the shapes differ.
    pub fn add(&mut self, other: &Self) {
        assert_eq!(self.shape(), other.shape(), "shapes differ");
        for (pixel, other) in self.used_mut().iter_mut().zip(other.used()) {
            for (value, other) in pixel.iter_mut().zip(other) {
                *value += other;
            }
        }
    }

    /// A copy in memory of `workspace`.
    pub fn copied(&self, workspace: &mut Workspace) -> Self {
        let mut copy = workspace.planes(self.shape());
        copy.used_mut().copy_from_slice(self.used());
        copy
    }

    /// The first `first` channels and the others: the way back through [`Self::concatenate`].
    ///
    /// # Panics
    ///
    /// When there are fewer channels.
    pub fn split(&self, first: usize, workspace: &mut Workspace) -> [Self; 2] {
        assert!(first <= self.channels, "there are fewer channels");
        [(0, first), (first, self.channels - first)].map(|(start, channels)| {
            let mut part = workspace.planes([self.batch, channels, self.height, self.width]);
            for image in 0..self.batch {
                take_channels(self.image(image), start, channels, part.image_mut(image));
            }
            part
        })
    }

    /// The one cell of every channel, `height` x `width` times: the way back through a mean, but for its factor.
    ///
    /// # Panics
    ///
    /// When there are more cells than one.
    pub fn spread(&self, [height, width]: [usize; 2], workspace: &mut Workspace) -> Self {
        assert_eq!(self.area(), 1, "one cell per channel");
        let mut output = workspace.planes([self.batch, self.channels, height, width]);
        let planes = output.used_mut().chunks_exact_mut(height * width);
        for (plane, pixel) in planes.zip(self.used()) {
            plane.fill(*pixel);
        }
        output
    }
}

/// Copies `channels` channels from channel `start` on; what is left of the last group becomes zero.
fn take_channels(source: &[Pixel], start: usize, channels: usize, output: &mut [Pixel]) {
    if channels == 0 {
        return;
    }
    let area = output.len() / channels.div_ceil(GROUP);
    for (group, plane) in output.chunks_exact_mut(area).enumerate() {
        let first = start + group * GROUP;
        let lanes = (channels - group * GROUP).min(GROUP);
        let (group, shift) = (first / GROUP, first % GROUP);
        let low = &source[group * area..][..area];
        if shift == 0 && lanes == GROUP {
            plane.copy_from_slice(low);
            continue;
        }
        // Where all lanes lie in one group, the next one may not exist.
        let high = source[group * area..].get(area..2 * area).unwrap_or(low);
        for ((pixel, low), high) in plane.iter_mut().zip(low).zip(high) {
            *pixel = std::array::from_fn(|lane| match lane + shift {
                _ if lane >= lanes => 0.0,
                at if at < GROUP => low[at],
                at => high[at - GROUP],
            });
        }
    }
}
