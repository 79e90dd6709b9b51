//! Pictures without what is to be explained.

use crate::options::Baseline;
use crate::subject::Subject;

/// The baseline of a picture, normalised, `[3, size, size]`.
pub(crate) fn image(baseline: Baseline, subject: &Subject) -> Vec<f32> {
    let size = subject.size();
    match baseline {
        Baseline::Mean => vec![0.0; 3 * size * size],
        Baseline::Black => {
            let input = subject.classifier().input();
            let black = input
                .mean
                .iter()
                .zip(&input.std)
                .map(|(mean, std)| -mean / std);
            black
                .flat_map(|value| std::iter::repeat_n(value, size * size))
                .collect()
        }
        Baseline::Blur => (subject.image().chunks_exact(size * size))
            .flat_map(|channel| blurred(channel, size, size as f32 / 16.0))
            .collect(),
    }
}

/// One channel under a Gaussian of standard deviation `sigma` in pixels, cut off at three of them. Beyond its edges the
/// picture is mirrored, as torchvision's `gaussian_blur` has it.
fn blurred(channel: &[f32], size: usize, sigma: f32) -> Vec<f32> {
    let radius = ((3.0 * sigma).ceil() as usize).min(size - 1);
    let weights: Vec<f32> = (0..=radius)
        .map(|distance| (-0.5 * (distance as f32 / sigma).powi(2)).exp())
        .collect();
    let all = weights[0] + 2.0 * weights[1..].iter().sum::<f32>();
    let mirrored = |position: isize| {
        let last = size as isize - 1;
        let position = position.abs();
        (if position > last {
            2 * last - position
        } else {
            position
        }) as usize
    };
    let along = |values: &[f32], step: usize, across: usize| -> Vec<f32> {
        let mut result = vec![0.0; values.len()];
        for line in 0..size {
            for place in 0..size {
                let at = |offset: isize| {
                    values[line * across + mirrored(place as isize + offset) * step]
                };
                let sides: f32 = (1..=radius)
                    .map(|d| weights[d] * (at(-(d as isize)) + at(d as isize)))
                    .sum();
                result[line * across + place * step] = (weights[0] * at(0) + sides) / all;
            }
        }
        result
    };
    along(&along(channel, 1, size), size, 1)
}

#[cfg(test)]
mod tests {
    use super::blurred;

    #[test]
    fn a_blur_keeps_what_is_even_and_spreads_a_point() {
        let even = blurred(&[2.5; 81], 9, 2.0);
        assert!(even.iter().all(|value| (value - 2.5).abs() < 1e-5));
        let mut point = vec![0.0; 21 * 21];
        point[10 * 21 + 10] = 1.0;
        let spread = blurred(&point, 21, 1.5);
        // 1 / (2 pi sigma^2) in the middle, and exp(-1/2) of it one standard deviation away along both axes together.
        let middle = spread[10 * 21 + 10];
        assert!((middle - 0.0707).abs() < 1e-3, "{middle}");
        assert!((spread[10 * 21 + 13] / middle - (-2.0_f32).exp()).abs() < 1e-3);
        assert!((spread.iter().sum::<f32>() - 1.0).abs() < 1e-4);
        assert_eq!(spread[7 * 21 + 10], spread[10 * 21 + 7]);
    }
}
