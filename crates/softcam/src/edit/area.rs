//! Which pixels lie under what the network sees.

use crate::preprocess::Rect;
use image::RgbaImage;

/// For each of `pixels` along one axis: which of `parts` equal parts of the stretch from `start` its centre lies in, counted
/// from 0; below 0 and from `parts` on outside of it.
pub(super) fn parts(pixels: u32, (start, length): (f64, f64), parts: u32) -> Vec<i64> {
    (0..pixels)
        .map(|pixel| {
            let share = (f64::from(pixel) + 0.5 - start) / length;
            (share * f64::from(parts)).floor() as i64
        })
        .collect()
}

/// Mean and standard deviation of each channel over the pixels whose centres lie in `region`; of all pixels, where none do.
pub(super) fn statistics(pixels: &RgbaImage, region: &Rect) -> [(f64, f64); 3] {
    let columns = parts(pixels.width(), (region.x, region.width), 1);
    let rows = parts(pixels.height(), (region.y, region.height), 1);
    let meet = columns.contains(&0) && rows.contains(&0);
    let mut count = 0_u64;
    let (mut sums, mut squares) = ([0_u64; 3], [0_u64; 3]);
    for (row, line) in rows.iter().zip(pixels.rows()) {
        if meet && *row != 0 {
            continue;
        }
        for (column, pixel) in columns.iter().zip(line) {
            if meet && *column != 0 {
                continue;
            }
            count += 1;
            for channel in 0..3 {
                let value = u64::from(pixel[channel]);
                sums[channel] += value;
                squares[channel] += value * value;
            }
        }
    }
    let count = count.max(1) as f64;
    [0, 1, 2].map(|channel| {
        let mean = sums[channel] as f64 / count;
        let variance = squares[channel] as f64 / count - mean * mean;
        (mean, variance.max(0.0).sqrt())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgba;

    #[test]
    fn centres_decide() {
        assert_eq!(parts(6, (1.0, 4.0), 2), [-1, 0, 0, 1, 1, 2]);
        assert_eq!(parts(3, (1.5, 10.0), 1), [-1, 0, 0]);
    }

    #[test]
    fn statistics_are_those_of_the_region() {
        let pixels = RgbaImage::from_fn(4, 2, |x, _| {
            Rgba([if x < 2 { 10 * x as u8 } else { 200 }, 7, 0, 255])
        });
        let left = Rect {
            x: 0.0,
            y: -5.0,
            width: 2.0,
            height: 50.0,
        };
        assert_eq!(
            statistics(&pixels, &left),
            [(5.0, 5.0), (7.0, 0.0), (0.0, 0.0)]
        );
        let beside = Rect { x: 100.0, ..left };
        assert_eq!(statistics(&pixels, &beside)[0].0, 102.5);
    }
}
