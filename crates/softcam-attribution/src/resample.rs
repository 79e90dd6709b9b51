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

/// `map`, `[rows, columns]`, at `height` x `width` pixels.
pub(crate) fn bilinear(
    map: &[f32],
    (rows, columns): (usize, usize),
    (height, width): (usize, usize),
) -> Vec<f32> {
    let across = between(columns, width);
    let mut result = Vec::with_capacity(height * width);
    for (above, below, share) in between(rows, height) {
        let (above, below) = (
            &map[above * columns..][..columns],
            &map[below * columns..][..columns],
        );
        let row: Vec<f32> = (above.iter().zip(below))
            .map(|(a, b)| a + share * (b - a))
            .collect();
        result.extend(
            across
                .iter()
                .map(|&(left, right, share)| row[left] + share * (row[right] - row[left])),
        );
    }
    result
}

#[cfg(test)]
mod tests {
    use super::bilinear;

    #[test]
    fn it_is_torchs() {
        // torch.nn.functional.interpolate(torch.tensor([[[[0., 4.], [8., 2.]]]]), (4, 3), mode="bilinear")
        let expected = [
            0.0, 2.0, 4.0, //
            2.0, 2.75, 3.5, //
            6.0, 4.25, 2.5, //
            8.0, 5.0, 2.0,
        ];
        assert_eq!(bilinear(&[0.0, 4.0, 8.0, 2.0], (2, 2), (4, 3)), expected);
    }
}
