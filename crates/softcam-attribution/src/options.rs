//! What may be chosen.

use serde::{Deserialize, Serialize};
use softcam::{Result, error};

/// What a method replaces pixels with, or starts from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Baseline {
    /// Black pixels.
    Black,
    /// The mean colour of the training pictures: 0 once normalised, Captum's default and the SoftCAM paper's choice.
    #[default]
    Mean,
    /// The picture itself, blurred by a sixteenth of its side.
    Blur,
}

/// What may be chosen of all methods; each reads its own. The default values are the papers'.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Behind how many blocks of the backbone class activation maps look, from 1; the last where none is given.
    pub layer: Option<usize>,
    /// Integrated Gradients: points on the way from the baseline, from 1 to 1000. Captum: 50.
    pub steps: usize,
    /// Integrated Gradients and occlusion.
    pub baseline: Baseline,
    /// SmoothGrad: noisy pictures, from 1 to 10 000. Smilkov et al.: 50.
    pub samples: usize,
    /// SmoothGrad: standard deviation of the noise as a share of the picture's range, from 0 to 1. Smilkov et al.: 0.1 to 0.2.
    pub noise: f32,
    /// RISE: random masks, from 1 to 100 000. Petsiuk et al.: 4000 for VGG, 8000 for ResNet.
    pub masks: usize,
    /// RISE: cells of a mask's grid along each axis, from 1 to 64. Petsiuk et al.: 7.
    pub cells: usize,
    /// RISE: share of cells that let the picture through, above 0 and up to 1. Petsiuk et al.: 0.5.
    pub share: f32,
    /// Occlusion: side of the covered square in pixels; a seventh of the input's side where none is given.
    pub patch: Option<usize>,
    /// Occlusion: pixels between two squares, at most their side; half of it where none is given.
    pub stride: Option<usize>,
    /// Of every random number: the same seed gives the same map on every machine.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            layer: None,
            steps: 50,
            baseline: Baseline::default(),
            samples: 50,
            noise: 0.15,
            masks: 4000,
            cells: 7,
            share: 0.5,
            patch: None,
            stride: None,
            seed: 0,
        }
    }
}

/// `value`, where it lies from `least` to `most`.
pub(crate) fn within<T: PartialOrd + std::fmt::Display>(
    what: &str,
    value: T,
    least: T,
    most: T,
) -> Result<T> {
    if value >= least && value <= most {
        return Ok(value);
    }
    Err(error!(METHOD_OPTION, what, value, least, most))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_the_default() {
        let options: Options = serde_json::from_str(r#"{"baseline": "blur"}"#).unwrap();
        let expected = Options {
            baseline: Baseline::Blur,
            ..Options::default()
        };
        assert_eq!(options, expected);
        assert!(serde_json::from_str::<Options>(r#"{"layers": 3}"#).is_err());
    }

    #[test]
    fn values_out_of_range_are_named() {
        assert!(within("noise", 0.0, 0.0, 1.0).is_ok());
        assert!(within("noise", f32::NAN, 0.0, 1.0).is_err());
        let error = within("steps", 0, 1, 1000).unwrap_err();
        assert_eq!(error.code(), "method-option");
        assert!(error.to_string().contains("steps"), "{error}");
    }
}
