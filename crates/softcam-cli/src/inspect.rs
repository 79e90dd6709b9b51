//! `softcam inspect`: what is in a model file.

use anyhow::Context;
use softcam::weights::file;
use std::fs;
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
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let path = arguments.file.display();
    let bytes = fs::read(&arguments.file).with_context(|| format!("cannot read {path}"))?;
    let model = file::read(&bytes)?;
    let card = &model.card;
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(card)?);
        return Ok(());
    }

    println!("{}", card.title);
    println!("  architecture   {}", card.architecture.name());
    let backbone = model.backbone();
    println!(
        "  output stride  {}{}",
        backbone.output_stride(),
        if card.options.signed_features {
            ", signed features"
        } else {
            ""
        }
    );
    println!(
        "  input          {} px of {:?}, {:?}",
        card.input.size, card.input.sizes, card.input.fit
    );
    println!("  classes        {}", card.classes.len());
    println!("  temperature    {}", card.temperature);
    println!("  weights        {}", card.provenance.weights);
    println!("  licence        {}", card.provenance.licence);
    println!("  attribution    {}", card.provenance.attribution);
    println!("  trained on     {}", card.provenance.training_data);
    println!("  conversion     {}", card.provenance.conversion);
    println!("  intended use   {}", card.intended_use);
    for limit in &card.limits {
        println!("  limit          {limit}");
    }
    for figure in &card.figures {
        println!(
            "  figure         {}: {:.5} ({})",
            figure.name, figure.value, figure.measured_on
        );
    }

    println!(
        "\n{:<24} {:>20} {:>9} {:>10}  precision",
        "layer", "weight", "values", "bytes"
    );
    let (mut values, mut stored) = (0, 0);
    for spec in model.specs() {
        let weights = model.layer(&spec)?;
        println!(
            "{:<24} {:>20} {:>9} {:>10}  {}",
            spec.name,
            format!("{:?}", spec.weight_shape()),
            spec.weight_len(),
            weights.byte_len(),
            weights.state()
        );
        values += spec.weight_len() + spec.out_channels;
        stored += weights.byte_len();
    }
    println!(
        "\n{values} weights and biases in {stored} bytes; file {} bytes",
        bytes.len()
    );
    Ok(())
}
