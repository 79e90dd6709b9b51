//! Options of the methods that explain after the fact, for every command that has them.

use crate::options::at_least_one;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use softcam_attribution::{Baseline, Method, Options};

/// How methods go about it; where nothing is said, as their papers have it.
#[derive(Args, Debug, Clone)]
#[group(id = "method_options", multiple = true)]
pub struct MethodOptions {
    /// The blocks of the backbone behind which the methods of the CAM family look. Default: all.
    #[arg(long, value_name = "BLOCKS", help_heading = "Methods")]
    pub layer: Option<usize>,
    /// Steps of Integrated Gradients.
    #[arg(long, value_name = "N", default_value_t = Options::default().steps, value_parser = at_least_one, help_heading = "Methods")]
    pub steps: usize,
    /// What Integrated Gradients start from, and what occlusion covers with.
    #[arg(long, value_enum, default_value_t = BaselineName::Mean, help_heading = "Methods")]
    pub baseline: BaselineName,
    /// Noisy pictures of SmoothGrad.
    #[arg(long, value_name = "N", default_value_t = Options::default().samples, value_parser = at_least_one, help_heading = "Methods")]
    pub samples: usize,
    /// Their noise, as a share of the picture's range.
    #[arg(long, value_name = "SHARE", default_value_t = Options::default().noise, help_heading = "Methods")]
    pub noise: f32,
    /// Masks of RISE.
    #[arg(long, value_name = "N", default_value_t = Options::default().masks, value_parser = at_least_one, help_heading = "Methods")]
    pub masks: usize,
    /// Side of occlusion's patch in pixels of the input. Default: a seventh of it.
    #[arg(long, value_name = "PIXELS", value_parser = at_least_one, help_heading = "Methods")]
    pub patch: Option<usize>,
    /// Of everything that is drawn by chance.
    #[arg(long, default_value_t = Options::default().seed, help_heading = "Methods")]
    pub seed: u64,
}

/// [`Baseline`] by the names that the command line uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BaselineName {
    /// Black pixels.
    Black,
    /// The training pictures' mean colour, which is 0 in the network's input.
    Mean,
    /// The picture, blurred.
    Blur,
}

impl MethodOptions {
    /// For the library.
    pub fn options(&self) -> Options {
        Options {
            layer: self.layer,
            steps: self.steps,
            baseline: match self.baseline {
                BaselineName::Black => Baseline::Black,
                BaselineName::Mean => Baseline::Mean,
                BaselineName::Blur => Baseline::Blur,
            },
            samples: self.samples,
            noise: self.noise,
            masks: self.masks,
            patch: self.patch,
            seed: self.seed,
            ..Options::default()
        }
    }
}

/// Lists the names in clap's help and mistakes.
pub fn method_parser() -> impl TypedValueParser<Value = Method> {
    let names = Method::ALL.map(Method::name);
    PossibleValuesParser::new(names).try_map(|name| name.parse::<Method>())
}
