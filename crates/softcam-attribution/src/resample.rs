//! Small maps at the positions of many pixels.

/// For each of `length` pixels the two of `cells` cells that it lies between, and the share of the second: bilinear
/// interpolation between centres, the edge cell repeated beyond the outermost, as torch's `interpolate` without
/// `align_corners` has it.
pub(crate) fn between(cells: usize, length: usize) -> Vec<(usize, usize, f32)> {
    (0..length)
        .map(|pixel| {
            let position = (pixel as f32 + 0.5) * (cells as f32 / length as f32) - 0.5;
            let position = position.max(0.0);
            let first = (position as usize).min(cells - 1);
            (first, (first + 1).min(cells - 1), position - first as f32)
        })
        .collect()
}
