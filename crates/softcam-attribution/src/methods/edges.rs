//! An edge filter of the picture: the control of Adebayo et al. ("Sanity checks for saliency maps", NeurIPS 2018), who found
//! that maps of some methods look like one, and are about as much of an explanation.
//!
//! The magnitude of the Sobel gradient (3x3, edge pixels repeated) of the luminance (ITU-R BT.601), in pixel values 0 to 1,
//! at the size of the network's input. It knows the picture, but neither network nor class.

use crate::subject::Subject;
use softcam::Map;

/// What red, green and blue count.
const LUMINANCE: [f32; 3] = [0.299, 0.587, 0.114];

pub(crate) fn map(subject: &Subject) -> Map {
    let size = subject.size();
    let input = subject.classifier().input();
    let mut grey = vec![0.0; size * size];
    for (channel, values) in subject.image().chunks_exact(size * size).enumerate() {
        let (mean, std) = (input.mean[channel], input.std[channel]);
        for (grey, value) in grey.iter_mut().zip(values) {
            *grey += LUMINANCE[channel] * (value * std + mean) / 255.0;
        }
    }
    subject.map(sobel(&grey, size))
}

/// Magnitude of the gradient of a square picture.
fn sobel(grey: &[f32], size: usize) -> Vec<f32> {
    let last = size - 1;
    let mut result = Vec::with_capacity(grey.len());
    for row in 0..size {
        let rows = [row.saturating_sub(1), row, (row + 1).min(last)]
            .map(|row| &grey[row * size..][..size]);
        for column in 0..size {
            let (left, right) = (column.saturating_sub(1), (column + 1).min(last));
            let smooth = |column: usize| rows[0][column] + 2.0 * rows[1][column] + rows[2][column];
            let across = smooth(right) - smooth(left);
            let along = |row: &[f32]| row[left] + 2.0 * row[column] + row[right];
            let down = along(rows[2]) - along(rows[0]);
            result.push((across * across + down * down).sqrt());
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::sobel;

    #[test]
    fn a_step_is_an_edge_and_a_plane_is_none() {
        let step: Vec<f32> = (0..25).map(|i| if i % 5 < 2 { 0.0 } else { 1.0 }).collect();
        let edges = sobel(&step, 5);
        for row in edges.chunks(5) {
            assert_eq!(row, [0.0, 4.0, 4.0, 0.0, 0.0]);
        }
        // A slope of 1 downwards and 2 across, weighed 8-fold.
        let slope: Vec<f32> = (0..25).map(|i| (i / 5 + 2 * (i % 5)) as f32).collect();
        let inner = sobel(&slope, 5)[12];
        assert!((inner - 8.0 * 5.0_f32.sqrt()).abs() < 1e-5, "{inner}");
    }
}
