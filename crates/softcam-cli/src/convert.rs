//! `softcam convert`: a float checkpoint becomes a quantized SoftCAM file.

use crate::{check, source};
use anyhow::Context;
use clap::ValueEnum;
use softcam::weights::quantize::LayerError;
use softcam::weights::{Model, ModelCard, file, fold::fold, import, quantize::quantize};
use softcam::{Device, Explainer};
use std::fs;
use std::path::PathBuf;

/// Turn a float classifier into a SoftCAM file: fold batch norm, make the last linear layer the class-evidence layer,
/// quantize.
#[derive(clap::Args)]
pub struct Arguments {
    /// Float weights: .safetensors, or a PyTorch checkpoint (.pt, .pth; zip or legacy).
    checkpoint: PathBuf,
    /// Model card as JSON: architecture, classes, input, provenance, limits.
    #[arg(long)]
    card: PathBuf,
    /// Where to write the file.
    #[arg(long, short)]
    out: PathBuf,
    /// Precision of the weights.
    #[arg(long, value_enum, default_value_t = Precision::Int8)]
    precision: Precision,
    /// Photos on which the result is compared with the float network; the figures go into the card.
    #[arg(long, value_name = "DIR")]
    check: Vec<PathBuf>,
}

/// Precision of the weights in the file.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Precision {
    /// Symmetric int8 per output channel.
    Int8,
    /// Float, batch norm folded: for comparison.
    Float32,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let card = fs::read_to_string(&arguments.card)
        .with_context(|| format!("cannot read {}", arguments.card.display()))?;
    let card: ModelCard = serde_json::from_str(&card)
        .with_context(|| format!("{} is not a model card", arguments.card.display()))?;
    eprintln!("Reading {} ...", arguments.checkpoint.display());
    let float = import::from_state_dict(card, source::read(&arguments.checkpoint)?)?;
    eprintln!(
        "Recognised {}: {} layers, {} classes.",
        float.card.architecture.name(),
        float.layers.len(),
        float.card.classes.len()
    );
    let mut model = match arguments.precision {
        Precision::Float32 => fold(float.clone())?,
        Precision::Int8 => {
            let (model, errors) = quantize(float.clone())?;
            print_errors(errors);
            model
        }
    };
    if !arguments.check.is_empty() {
        model.card.figures = check::compare(&float, &model, &arguments.check)?;
        for figure in &model.card.figures {
            println!(
                "{:<42} {:.5}   ({})",
                figure.name, figure.value, figure.measured_on
            );
        }
    }
    let bytes = write(model)?;
    fs::write(&arguments.out, &bytes)
        .with_context(|| format!("cannot write {}", arguments.out.display()))?;
    println!("{}: {} bytes", arguments.out.display(), bytes.len());
    Ok(())
}

/// Adds the known answer and reads the result back, so that no file leaves here that a reader would refuse.
fn write(mut model: Model) -> anyhow::Result<Vec<u8>> {
    let explainer = Explainer::new(model.clone(), &Device::flex())?;
    model.known_answer = Some(pollster::block_on(explainer.answer())?);
    let bytes = file::write(&model)?;
    file::read(&bytes)?;
    Ok(bytes)
}

fn print_errors(mut errors: Vec<LayerError>) {
    const SHOWN: usize = 5;
    errors.sort_by(|a, b| b.relative.total_cmp(&a.relative));
    println!(
        "Relative quantization error of the {SHOWN} worst of {} layers:",
        errors.len()
    );
    for error in errors.iter().take(SHOWN) {
        println!("  {:<24} {:.4}", error.layer, error.relative);
    }
}
