//! `softcam inspect`: what is in a model file.

use crate::{output, source};
use softcam::weights::LayerWeights;
use softcam::{Device, Explainer};
use std::fs;
use std::io::Write;
use std::path::PathBuf;

/// Print a model's card, layers and sizes.
#[derive(clap::Args)]
pub struct Arguments {
    /// The model file.
    file: PathBuf,
    /// Print the card alone, as JSON.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(arguments: &Arguments, out: &mut impl Write) -> crate::failure::Result<()> {
    let model = source::model(&arguments.file)?;
    // Nothing in the file tells that a weight has changed; only the network's answer does.
    let explainer = Explainer::new(model.clone(), &Device::flex())?;
    let test = pollster::block_on(explainer.self_test());
    if let Err(error) = test.and_then(|test| test.check()) {
        output::note(format_args!("warning: {error}\n  help: {}", error.advice()));
    }
    let card = &model.card;
    if arguments.json {
        writeln!(out, "{}", serde_json::to_string_pretty(card)?)?;
        return Ok(());
    }

    writeln!(out, "{}", card.title)?;
    writeln!(out, "  architecture   {}", card.architecture.name())?;
    let backbone = model.backbone();
    writeln!(
        out,
        "  output stride  {}{}{}{}",
        backbone.output_stride(),
        match card.options.evidence_block {
            Some(block) if card.options.evidence_expansion => {
                format!(", evidence from the expansion behind block {block}")
            }
            Some(block) => format!(", evidence from block {block}"),
            None => String::new(),
        },
        if card.options.smooth_evidence {
            ", shared among neighbouring cells"
        } else {
            ""
        },
        if card.options.signed_features {
            ", signed features"
        } else {
            ""
        }
    )?;
    writeln!(
        out,
        "  input          {} px of {:?}, {:?}",
        card.input.size, card.input.sizes, card.input.fit
    )?;
    writeln!(out, "  classes        {}", card.classes.len())?;
    if !card.activation.is_softmax() {
        writeln!(
            out,
            "  activation     sigmoid: several classes may be right at once"
        )?;
    }
    writeln!(out, "  temperature    {}", card.temperature)?;
    for population in &card.populations {
        write!(
            out,
            "  population     {}: temperature {}",
            population.name, population.temperature
        )?;
        match &population.operating_point {
            Some(point) => writeln!(
                out,
                ", \"{}\" from {} on ({})",
                card.classes[point.positive], point.probability, point.chosen
            )?,
            None => writeln!(out)?,
        }
    }
    writeln!(out, "  weights        {}", card.provenance.weights)?;
    writeln!(out, "  licence        {}", card.provenance.licence)?;
    writeln!(out, "  attribution    {}", card.provenance.attribution)?;
    writeln!(out, "  trained on     {}", card.provenance.training_data)?;
    writeln!(out, "  conversion     {}", card.provenance.conversion)?;
    writeln!(out, "  intended use   {}", card.intended_use)?;
    for limit in &card.limits {
        writeln!(out, "  limit          {limit}")?;
    }
    for figure in &card.figures {
        let interval = match (figure.low, figure.high) {
            (Some(low), Some(high)) => format!(", {low:.5} to {high:.5} at 95 %"),
            _ => String::new(),
        };
        writeln!(
            out,
            "  figure         {}: {:.5}{interval} ({})",
            figure.name, figure.value, figure.measured_on
        )?;
    }

    writeln!(
        out,
        "\n{:<24} {:>20} {:>9} {:>10}  precision",
        "layer", "weight", "values", "bytes"
    )?;
    let (mut values, mut stored) = (0, 0);
    for spec in model.specs() {
        let weights = model.layer(&spec)?;
        writeln!(
            out,
            "{:<24} {:>20} {:>9} {:>10}  {}",
            spec.name,
            format!("{:?}", spec.weight_shape()),
            spec.weight_len(),
            weights.byte_len(),
            precision(weights)
        )?;
        values += spec.weight_len() + spec.out_channels;
        stored += weights.byte_len();
    }
    writeln!(
        out,
        "\n{values} weights and biases in {stored} bytes; file {} bytes",
        fs::metadata(&arguments.file)?.len()
    )?;
    Ok(())
}

/// The state of a layer, and how much of its integers' range it uses where that is not all.
fn precision(weights: &LayerWeights) -> String {
    let state = weights.state();
    match (weights, weights.largest_integer()) {
        (LayerWeights::Quantized { .. }, Some(largest)) if largest < 127 => {
            format!("{state}, up to {largest}")
        }
        _ => state.to_owned(),
    }
}
