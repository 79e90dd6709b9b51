//! Options of the methods that explain after the fact, for every command that has them.

use crate::failure::{Failure, Result};
use crate::options::at_least_one;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use softcam_attribution::{Baseline, Method, Options, Setting};

/// How methods go about it; where nothing is said, as their papers have it.
#[derive(Args, Debug, Clone)]
#[group(id = "method_options", multiple = true)]
pub struct MethodOptions {
    /// The blocks of the backbone behind which the methods of the CAM family look. Default: all.
    #[arg(long, value_name = "BLOCKS", help_heading = "Methods")]
    pub layer: Option<usize>,
    #[arg(long, value_name = "N", value_parser = at_least_one, help_heading = "Methods",
        help = format!("Steps of Integrated Gradients. Default: {}.", Options::default().steps))]
    steps: Option<usize>,
    /// What Integrated Gradients start from, and what occlusion covers with. Default: mean.
    #[arg(long, value_enum, help_heading = "Methods")]
    baseline: Option<BaselineName>,
    #[arg(long, value_name = "N", value_parser = at_least_one, help_heading = "Methods",
        help = format!("Noisy pictures of SmoothGrad. Default: {}.", Options::default().samples))]
    samples: Option<usize>,
    #[arg(long, value_name = "SHARE", help_heading = "Methods",
        help = format!("Their noise, as a share of the picture's range. Default: {}.", Options::default().noise))]
    noise: Option<f32>,
    #[arg(long, value_name = "N", value_parser = at_least_one, help_heading = "Methods",
        help = format!(
            "Masks of RISE. Default: {}, as in its paper; the page begins with 500, which take a browser seconds rather than minutes.",
            Options::default().masks
        ))]
    masks: Option<usize>,
    /// Side of occlusion's patch in pixels of the input. Default: a seventh of it.
    #[arg(long, value_name = "PIXELS", value_parser = at_least_one, help_heading = "Methods")]
    patch: Option<usize>,
    #[arg(long, help_heading = "Methods",
        help = format!("Of everything that is drawn by chance. Default: {}.", Options::default().seed))]
    seed: Option<u64>,
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
        let usual = Options::default();
        Options {
            layer: self.layer,
            steps: self.steps.unwrap_or(usual.steps),
            baseline: match self.baseline {
                Some(BaselineName::Black) => Baseline::Black,
                Some(BaselineName::Mean) => Baseline::Mean,
                Some(BaselineName::Blur) => Baseline::Blur,
                None => usual.baseline,
            },
            samples: self.samples.unwrap_or(usual.samples),
            noise: self.noise.unwrap_or(usual.noise),
            masks: self.masks.unwrap_or(usual.masks),
            patch: self.patch,
            seed: self.seed(),
            ..usual
        }
    }

    /// Of everything that is drawn by chance.
    pub fn seed(&self) -> u64 {
        self.seed.unwrap_or(Options::default().seed)
    }

    /// Refuses what was given and `method` does not read; without a method, nothing is read.
    pub fn check(&self, method: Option<Method>) -> Result<()> {
        let given = [
            (self.layer.is_some(), "--layer", Setting::Layer),
            (self.steps.is_some(), "--steps", Setting::Steps),
            (self.baseline.is_some(), "--baseline", Setting::Baseline),
            (self.samples.is_some(), "--samples", Setting::Samples),
            (self.noise.is_some(), "--noise", Setting::Noise),
            (self.masks.is_some(), "--masks", Setting::Masks),
            (self.patch.is_some(), "--patch", Setting::Patch),
            (self.seed.is_some(), "--seed", Setting::Seed),
        ];
        let unread = given.into_iter().find(|(is_given, _, setting)| {
            *is_given && !method.is_some_and(|method| method.reads(*setting))
        });
        let Some((_, option, setting)) = unread else {
            return Ok(());
        };
        let readers: Vec<&str> = setting
            .readers()
            .iter()
            .map(|method| method.name())
            .collect();
        let message = match method {
            Some(method) => format!("{method} does not read {option}."),
            None => format!("{option} is of methods, and no --method is given."),
        };
        Err(Failure::new(
            message,
            format!(
                "It is read by: {}. Choose one of these with --method, or leave it out.",
                readers.join(", ")
            ),
        ))
    }
}

/// Lists the names in clap's help and mistakes; the help says what each is called and what it costs.
pub fn method_parser() -> impl TypedValueParser<Value = Method> {
    let values = Method::ALL.map(|method| {
        PossibleValue::new(method.name()).help(format!("{}: {}", method.title(), method.price()))
    });
    PossibleValuesParser::new(values).try_map(|name| name.parse::<Method>())
}

/// How far a sum is from what it should be: small ones as powers of ten.
pub fn gap(value: f64) -> String {
    match value.abs() {
        size if size != 0.0 && size < 1e-3 => format!("{value:.1e}"),
        _ => format!("{value:.4}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        how: MethodOptions,
    }

    #[test]
    fn what_a_method_does_not_read_is_refused_and_its_readers_are_named() {
        let check = |line: &str, method| {
            let line = Line::parse_from(["x"].into_iter().chain(line.split_whitespace()));
            line.how.check(method)
        };
        assert!(check("", None).is_ok());
        assert!(
            check(
                "--steps 9 --baseline blur",
                Some(Method::IntegratedGradients)
            )
            .is_ok()
        );
        assert!(check("--seed 3", Some(Method::Rise)).is_ok());
        let failure = check("--steps 9", None).unwrap_err();
        assert!(
            failure.to_string().contains("--steps") && failure.to_string().contains("--method")
        );
        assert!(failure.advice().contains("integrated-gradients"));
        let failure = check("--layer 3", Some(Method::Edges)).unwrap_err();
        assert_eq!(failure.to_string(), "Edges does not read --layer.");
        assert!(
            failure.advice().contains("grad-cam, ") && failure.advice().contains("ablation-cam")
        );
        assert!(check("--seed 3", Some(Method::Occlusion)).is_err());
    }

    #[test]
    fn gaps_are_readable() {
        assert_eq!(gap(-3.3), "-3.3000");
        assert_eq!(gap(2.04e-5), "2.0e-5");
        assert_eq!(gap(0.0), "0.0000");
    }
}
