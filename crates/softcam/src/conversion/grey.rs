//! Networks that take grey pictures: their first convolution reads one channel.

use super::state_dict::FloatTensor;

/// What R, G and B count in a grey value (ITU-R BT.601, as Pillow's `convert("L")` has it).
const LUMA: [f32; 3] = [0.299, 0.587, 0.114];

/// A first convolution `[out, 1, k, k]` that reads R, G and B instead, `[out, 3, k, k]`.
///
/// With the same mean and deviation for all three, the normalised grey value is the weighted sum of the normalised
/// channels, since the weights add up to 1. So it computes what it did on the picture's grey value, and of a grey picture
/// exactly what it did.
pub(super) fn reading_colour(kernel: &FloatTensor) -> FloatTensor {
    let [out, _, height, width] = kernel.shape[..] else {
        return kernel.clone();
    };
    let planes = kernel.data.chunks_exact((height * width).max(1));
    let spread = planes.flat_map(|plane| {
        LUMA.into_iter()
            .flat_map(move |share| plane.iter().map(move |weight| share * weight))
    });
    FloatTensor {
        shape: vec![out, 3, height, width],
        data: spread.collect(),
    }
}

/// The mean of three channels, thrice: what timm gives a network whose three channels became one.
pub(super) fn of_one_channel(channels: [f32; 3]) -> [f32; 3] {
    [channels.iter().sum::<f32>() / 3.0; 3]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grey_pixel_counts_what_it_counted() {
        let kernel = FloatTensor {
            shape: vec![2, 1, 1, 2],
            data: vec![1.0, -2.0, 0.5, 4.0],
        };
        let spread = reading_colour(&kernel);
        assert_eq!(spread.shape, [2, 3, 1, 2]);
        assert_eq!(spread.data[..4], [0.299, -0.598, 0.587, -1.174]);
        for (filter, weights) in spread.data.chunks_exact(6).enumerate() {
            for at in 0..2 {
                let sum: f32 = (0..3).map(|channel| weights[2 * channel + at]).sum();
                assert!((sum - kernel.data[2 * filter + at]).abs() < 1e-6);
            }
        }
    }
}
