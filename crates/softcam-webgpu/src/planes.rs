//! Activations on the device.

use burn::tensor::{Device, Tensor, TensorData};

/// Channels that lie side by side in one vector of a kernel.
pub(crate) const GROUP: usize = 4;

/// Images on the device, `[batch, height, width, channels]` with zeros up to a multiple of four channels: a vector
/// holds neighbouring channels of one pixel, and threads side by side read memory side by side.
#[derive(Debug, Clone)]
pub struct Planes {
    pub(crate) values: Tensor<4>,
    pub(crate) channels: usize,
}

impl Planes {
    /// From values `[batch, channels, height, width]` on the host.
    ///
    /// # Panics
    ///
    /// When there are not as many values as `shape` says.
    pub fn from_nchw(
        values: &[f32],
        [batch, channels, height, width]: [usize; 4],
        device: &Device,
    ) -> Self {
        let area = height * width;
        assert_eq!(values.len(), batch * channels * area, "values do not fit");
        let padded = channels.next_multiple_of(GROUP);
        let mut pixels = vec![0.0; batch * area * padded];
        for (image, pixels) in
            (values.chunks_exact(channels * area)).zip(pixels.chunks_exact_mut(area * padded))
        {
            for (channel, plane) in image.chunks_exact(area).enumerate() {
                for (value, pixel) in plane.iter().zip(pixels.chunks_exact_mut(padded)) {
                    pixel[channel] = *value;
                }
            }
        }
        let data = TensorData::new(pixels, [batch, height, width, padded]);
        Self {
            values: Tensor::from_data(data, device),
            channels,
        }
    }

    /// `[batch, channels, height, width]`, without the zeros that fill up groups.
    pub fn shape(&self) -> [usize; 4] {
        let [batch, height, width, _] = self.values.dims();
        [batch, self.channels, height, width]
    }

    /// The values as they lie on the device, for reading back together with others; [`nchw`] makes sense of them.
    pub fn into_tensor(self) -> Tensor<4> {
        self.values
    }

    pub(crate) fn groups(&self) -> usize {
        self.channels.div_ceil(GROUP)
    }
}

/// What [`Planes::into_tensor`] read back, as `[batch, channels, height, width]`.
///
/// # Panics
///
/// When there are not as many values as `shape`, from [`Planes::shape`], says.
pub fn nchw(pixels: &[f32], [batch, channels, height, width]: [usize; 4]) -> Vec<f32> {
    let area = height * width;
    let padded = channels.next_multiple_of(GROUP);
    assert_eq!(pixels.len(), batch * area * padded, "values do not fit");
    (pixels.chunks_exact(area * padded))
        .flat_map(|image| {
            (0..channels).flat_map(move |channel| {
                image.chunks_exact(padded).map(move |pixel| pixel[channel])
            })
        })
        .collect()
}
