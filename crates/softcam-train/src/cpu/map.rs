//! A feature map of one picture, channels last.

use softcam::backbone::Activation;

/// `[height, width, channels]`.
#[derive(Debug, Clone)]
pub(super) struct Map {
    pub(super) height: usize,
    pub(super) width: usize,
    pub(super) channels: usize,
    pub(super) data: Vec<f32>,
}

impl Map {
    pub(super) fn zeros(height: usize, width: usize, channels: usize) -> Self {
        Self {
            height,
            width,
            channels,
            data: vec![0.0; height * width * channels],
        }
    }

    /// `cell` everywhere.
    pub(super) fn filled(height: usize, width: usize, cell: &[f32]) -> Self {
        Self {
            height,
            width,
            channels: cell.len(),
            data: cell.repeat(height * width),
        }
    }

    /// From `[channels, height, width]`.
    pub(super) fn from_planes(
        values: &[f32],
        channels: usize,
        height: usize,
        width: usize,
    ) -> Self {
        let cells = height * width;
        let mut map = Self::zeros(height, width, channels);
        for (channel, plane) in values.chunks_exact(cells).enumerate() {
            for (cell, value) in map.data.chunks_exact_mut(channels).zip(plane) {
                cell[channel] = *value;
            }
        }
        map
    }

    /// A map of the same shape from (cell, channel).
    pub(super) fn like(&self, value: impl Fn(usize, usize) -> f32) -> Self {
        let cells = self.height * self.width;
        let data =
            (0..cells).flat_map(|cell| (0..self.channels).map(move |channel| (cell, channel)));
        Self {
            data: data.map(|(cell, channel)| value(cell, channel)).collect(),
            ..*self
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        add(&mut self.data, &other.data);
    }

    pub(super) fn scale_channels(&mut self, factors: &[f32]) {
        for cell in self.data.chunks_exact_mut(self.channels) {
            for (value, factor) in cell.iter_mut().zip(factors) {
                *value *= factor;
            }
        }
    }

    pub(super) fn channel_means(&self) -> Vec<f32> {
        let mut sums = vec![0.0; self.channels];
        for cell in self.data.chunks_exact(self.channels) {
            add(&mut sums, cell);
        }
        let cells = (self.height * self.width) as f32;
        sums.iter_mut().for_each(|sum| *sum /= cells);
        sums
    }

    pub(super) fn activate(&mut self, activation: Activation) {
        match activation {
            Activation::Linear => {}
            Activation::Relu => self
                .data
                .iter_mut()
                .for_each(|value| *value = value.max(0.0)),
            Activation::Relu6 => self
                .data
                .iter_mut()
                .for_each(|value| *value = value.clamp(0.0, 6.0)),
        }
    }

    /// Turns the slope by what `output` is after its activation into that by what it was before.
    pub(super) fn cut_off(&mut self, output: &Self, activation: Activation) {
        let open = |value: f32| match activation {
            Activation::Linear => true,
            Activation::Relu => value > 0.0,
            Activation::Relu6 => value > 0.0 && value < 6.0,
        };
        if activation == Activation::Linear {
            return;
        }
        for (slope, &value) in self.data.iter_mut().zip(&output.data) {
            *slope = if open(value) { *slope } else { 0.0 };
        }
    }
}

pub(super) fn add(to: &mut [f32], from: &[f32]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += from;
    }
}
