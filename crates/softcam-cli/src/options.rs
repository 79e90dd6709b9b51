//! Options that several commands have, and what they mean.

use crate::failure::{Context, Failure, Result};
use crate::output;
use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use softcam::backbone::Architecture;
use softcam::conversion::{Precision, Settings, compact};
use softcam::explain::Request;
use softcam::weights::{FitRule, ModelCard};
use std::fs;
use std::path::Path;

/// [`FitRule`] by the names that the command line uses.
#[derive(Clone, Copy, clap::ValueEnum)]
pub enum Fit {
    CentreSquare,
    Pad,
    Stretch,
    Disc,
}

impl From<Fit> for FitRule {
    fn from(fit: Fit) -> Self {
        match fit {
            Fit::CentreSquare => Self::CentreSquare,
            Fit::Pad => Self::Pad,
            Fit::Stretch => Self::Stretch,
            Fit::Disc => Self::Disc,
        }
    }
}

/// [`Precision`] by the names that the command line uses.
#[derive(Clone, Copy, ValueEnum)]
pub enum PrecisionName {
    /// A quarter of the size of float32; maps stay nearly the same.
    Int8,
    /// For the curious: down to an eighth of the size, at a high price, because nothing is retrained. EfficientNet-Lite1
    /// finds the same winner as in float on 2 of 16 photos; with int8 on 14. Use --check to see for others.
    Int4,
    /// Half the size, next to no loss.
    Float16,
    /// Nothing is lost: for comparison.
    Float32,
}

impl From<PrecisionName> for Precision {
    fn from(name: PrecisionName) -> Self {
        match name {
            PrecisionName::Int8 => Self::Int8,
            PrecisionName::Int4 => Self::Int4,
            PrecisionName::Float16 => Self::Float16,
            PrecisionName::Float32 => Self::Float32,
        }
    }
}

/// Lists the names in clap's help and mistakes.
pub fn architecture_parser() -> impl TypedValueParser<Value = Architecture> {
    let names = Architecture::ALL.map(Architecture::name);
    PossibleValuesParser::new(names).try_map(|name| Architecture::from_name(&name))
}

/// Refuses --bits where it means nothing.
pub fn check_bits(bits: Option<f64>, precision: Precision) -> Result<()> {
    match bits {
        Some(_) if precision != Precision::Int8 => Err(Failure::new(
            "--bits chooses among the integers of int8, and another precision was asked for.",
            "Leave out --precision or --bits.",
        )),
        Some(bits) => Ok(compact::check_bits(bits)?),
        None => Ok(()),
    }
}

/// What is asked for, else what the card recommends.
pub fn request(
    size: Option<usize>,
    fit: Option<Fit>,
    card: &ModelCard,
) -> softcam::Result<Request> {
    let input = &card.input;
    let size = card.check_size(size.unwrap_or(input.size))?;
    if !input.sizes.contains(&size) {
        output::note(format_args!(
            "note: the network was trained at {} px; at {size} px its probabilities shift. {:?} are recommended for this model.",
            input.size, input.sizes
        ));
    }
    Ok(Request {
        size,
        fit: fit.map_or(input.fit, FitRule::from),
        counterparts: true,
    })
}

/// A share from 0 to 1.
pub fn share(text: &str) -> Result<f32, String> {
    match text.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("it must be a number from 0 to 1".to_owned()),
    }
}

/// A whole number from 1 on.
pub fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err("it must be a whole number from 1 on".to_owned()),
    }
}

/// What a JSON file says about a model.
pub fn described(path: &Path) -> Result<Settings> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&text)
        .with_context(|| format!("{} does not describe a model", path.display()))
}
