//! What stands where something of a picture was taken away.

use super::picture::Picture;
use softcam::edit::gaussian;

/// Standard deviation of the blur as a share of the side: 5 px at 224, as RISE's code has it. (RISE cuts its kernel off at
/// 11 px and pads with the mean colour; here the kernel is whole, and the picture goes on as it ends.)
const BLUR: f64 = 5.0 / 224.0;

/// What stands where something of a picture was taken away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Fill {
    /// 0 after normalisation: the mean colour of the model's card. What the official SoftCAM code and RISE take.
    #[default]
    Mean,
    /// Black.
    Black,
    /// The picture itself, blurred by a Gaussian of 5 px at 224 px.
    Blur,
}

impl Fill {
    /// The picture with all of it taken away: normalised, `[3, size, size]`.
    pub fn of(self, picture: &Picture) -> Vec<f32> {
        let pixels = picture.pixels();
        match self {
            Self::Mean => vec![0.0; 3 * pixels],
            Self::Black => (picture.normalised(0.0).iter())
                .flat_map(|&value| std::iter::repeat_n(value, pixels))
                .collect(),
            Self::Blur => {
                let kernel = gaussian(BLUR * picture.size() as f64);
                let channels = picture.values().chunks_exact(pixels);
                channels
                    .flat_map(|channel| {
                        let across = blur_rows(channel, picture.size(), &kernel);
                        let turned = transpose(&across, picture.size());
                        transpose(&blur_rows(&turned, picture.size(), &kernel), picture.size())
                    })
                    .collect()
            }
        }
    }
}

fn blur_rows(values: &[f32], side: usize, kernel: &[f32]) -> Vec<f32> {
    let mut blurred = vec![0.0; values.len()];
    for (row, out) in values
        .chunks_exact(side)
        .zip(blurred.chunks_exact_mut(side))
    {
        for (x, value) in out.iter_mut().enumerate() {
            *value = row[x] * kernel[0];
            for (distance, weight) in kernel.iter().enumerate().skip(1) {
                let (left, right) = (x.saturating_sub(distance), (x + distance).min(side - 1));
                *value += weight * (row[left] + row[right]);
            }
        }
    }
    blurred
}

fn transpose(values: &[f32], side: usize) -> Vec<f32> {
    (0..values.len())
        .map(|index| values[index % side * side + index / side])
        .collect()
}
