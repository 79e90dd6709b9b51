//! From pixels to what a network reads.

use super::fit::normalise;

/// RGB pixels side by side, `[height, width, 3]`, to normalised planes `[3, height, width]`: (value − mean) / std of each
/// channel, in pixel values 0 to 255. Photos, known answers and training pictures are all normalised by this arithmetic.
pub fn planes(pixels: &[u8], mean: [f32; 3], std: [f32; 3]) -> Vec<f32> {
    let pixels = pixels.as_chunks::<3>().0;
    let mut values = vec![0.0; 3 * pixels.len()];
    if pixels.is_empty() {
        return values;
    }
    for (channel, plane) in values.chunks_exact_mut(pixels.len()).enumerate() {
        normalise(plane, pixels, channel, (mean[channel], std[channel]));
    }
    values
}

#[cfg(test)]
mod tests {
    use super::planes;

    #[test]
    fn channels_come_apart_and_are_divided() {
        let values = planes(
            &[10, 20, 30, 40, 50, 60],
            [10.0, 0.0, 60.0],
            [3.0, 10.0, 7.0],
        );
        assert_eq!(values, [0.0, 10.0, 2.0, 5.0, -30.0 / 7.0, 0.0]);
        assert!(planes(&[], [0.0; 3], [1.0; 3]).is_empty());
    }
}
