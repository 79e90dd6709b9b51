//! An overlay on its photo.

/// Lays `overlay` over `photo` with `opacity` 0 to 1, both RGBA of the same size; the result is opaque.
pub fn blend(photo: &[u8], overlay: &[u8], opacity: f32) -> Vec<u8> {
    (photo
        .as_chunks::<4>()
        .0
        .iter()
        .zip(overlay.as_chunks::<4>().0))
    .flat_map(|(under, over)| {
        let alpha = f32::from(over[3]) / 255.0 * opacity;
        let mix = |channel: usize| {
            let (a, b) = (f32::from(under[channel]), f32::from(over[channel]));
            (a + (b - a) * alpha).round() as u8
        };
        [mix(0), mix(1), mix(2), 255]
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::blend;

    #[test]
    fn blending_keeps_the_photo_where_there_is_no_evidence() {
        let photo = [10, 20, 30, 255, 10, 20, 30, 255];
        let overlay = [200, 100, 0, 0, 200, 100, 0, 255];
        assert_eq!(
            blend(&photo, &overlay, 0.5),
            [10, 20, 30, 255, 105, 60, 15, 255]
        );
        assert_eq!(blend(&photo, &overlay, 0.0), photo);
    }
}
