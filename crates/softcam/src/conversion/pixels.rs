//! Means and deviations are in pixel values 0 to 255 here, and in 0 to 1 wherever tensors are made from pictures.

/// Mean and standard deviation as they were given, in pixel values, with what is to be said about it.
///
/// Where every value that was given is at most 1, they are taken for shares of the range: no picture has so dark a mean and
/// so little contrast.
pub(super) fn in_pixel_values(
    mean: &mut Option<[f32; 3]>,
    std: &mut Option<[f32; 3]>,
) -> Option<String> {
    let given = || mean.iter().chain(std.iter()).flatten();
    if given().count() == 0 || given().any(|value| value.is_nan() || value.abs() > 1.0) {
        return None;
    }
    for value in mean.iter_mut().chain(std.iter_mut()).flatten() {
        // 0.485 is no float32; so 123.675 is as near as can be.
        *value = (f64::from(*value) * 255.0) as f32;
    }
    Some(
        "Mean and standard deviation were at most 1, so they were taken for shares of the range and multiplied by 255."
            .to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_the_range_become_pixel_values() {
        let (mut mean, mut std) = (Some([0.485, 0.456, 0.406]), Some([0.229, 0.224, 0.225]));
        assert!(in_pixel_values(&mut mean, &mut std).is_some());
        for (got, wanted) in mean.unwrap().into_iter().zip([123.675, 116.28, 103.53]) {
            assert!((got - wanted).abs() < 1e-4, "{got}");
        }
        assert!((std.unwrap()[0] - 58.395).abs() < 1e-4);
    }

    #[test]
    fn pixel_values_stay() {
        for (mean, std) in [
            (Some([123.7, 116.3, 103.5]), Some([58.4, 57.1, 57.4])),
            // torchxrayvision's range of 2048: a deviation below 1 beside a mean above it.
            (Some([127.5; 3]), Some([0.124_5; 3])),
            (Some([0.0; 3]), Some([255.0; 3])),
            (Some([0.0, 0.0, f32::NAN]), Some([1.0; 3])),
            (None, None),
        ] {
            let (mut new_mean, mut new_std) = (mean, std);
            assert_eq!(in_pixel_values(&mut new_mean, &mut new_std), None);
            assert!(mean.is_none() || new_mean.unwrap()[0].to_bits() == mean.unwrap()[0].to_bits());
            assert_eq!(new_std, std);
        }
        let (mut mean, mut std) = (None, Some([0.5; 3]));
        assert!(in_pixel_values(&mut mean, &mut std).is_some());
        assert_eq!((mean, std), (None, Some([127.5; 3])));
    }
}
