//! `softcam card`: what somebody says of a finished model, or measured of it, into its card.

use crate::failure::{Context, Failure};
use crate::options::described;
use crate::output::{self, write_whole};
use crate::source;
use serde::Deserialize;
use softcam::Device;
use softcam::conversion::{redescribed, seal};
use softcam::weights::{Figure, Model, file};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Change what the card of a finished model says, and add figures that somebody else measured, such as those on a test part that
/// is kept elsewhere. They come before what the card has. What you can measure yourself goes there with `softcam eval --figures`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Model file.
    file: PathBuf,
    /// JSON file of reported figures: `{"source": TEXT, "models": {NAME: {"limits": [TEXT, …], "figures": [{"measured_on":
    /// TEXT, "values": [[NAME, VALUE], …]}, …]}}}`. Figures that were measured on the same are replaced; limits are added. With
    /// `"after": true` beside the figures they come after what the card has.
    #[arg(long, value_name = "FILE", required_unless_present = "settings")]
    reported: Option<PathBuf>,
    /// JSON file of what the card is to say instead, as softcam train --card takes it: title, classes, limits, sizes,
    /// smooth_evidence and the like. The weights stay as they are, so what they are made for cannot be changed.
    #[arg(long, value_name = "JSON")]
    settings: Option<PathBuf>,
    /// Name of the model in the file of figures. Default: that of its own file.
    #[arg(long)]
    name: Option<String>,
    /// Write the model with this card to this file; it may be the same one.
    #[arg(long, value_name = "OUT")]
    out: PathBuf,
}

/// A file of reported figures.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reported {
    /// Who measured them, and by what; for people.
    source: String,
    models: BTreeMap<String, Report>,
}

/// What was reported of one model.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Report {
    #[serde(default)]
    limits: Vec<String>,
    #[serde(default)]
    after: bool,
    figures: Vec<Part>,
}

/// Figures of one set of pictures.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    measured_on: String,
    values: Vec<(String, f64)>,
}

/// Runs the command.
pub fn run(arguments: &Arguments, out: &mut impl Write) -> crate::failure::Result<()> {
    output::check_place(&arguments.out)?;
    let mut model = source::model(&arguments.file)?;
    if let Some(path) = &arguments.settings {
        let (said, notes) = redescribed(model, described(path)?)?;
        for note in notes {
            output::note(format_args!("{note}"));
        }
        model = said;
    }
    let reported = (arguments.reported.as_deref())
        .map(|path| reported(arguments, path))
        .transpose()?;
    if let Some((_, report)) = &reported {
        add(&mut model, report);
    }
    // No file leaves here that a reader would refuse: sealing, which takes the known answer anew, reads it as well.
    let bytes = match &arguments.settings {
        Some(_) => pollster::block_on(seal(model, &Device::flex()))?,
        None => {
            let bytes = file::write(&model)?;
            file::read(&bytes)?;
            bytes
        }
    };
    write_whole(&arguments.out, &bytes)?;
    if let Some((source, report)) = reported {
        for part in &report.figures {
            writeln!(out, "{} figures on {}", part.values.len(), part.measured_on)?;
        }
        writeln!(out, "{source}")?;
    }
    writeln!(out, "Model with this card: {}", arguments.out.display())?;
    Ok(())
}

/// Who measured, and what of this model.
fn reported(arguments: &Arguments, path: &Path) -> crate::failure::Result<(String, Report)> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut reported: Reported =
        serde_json::from_str(&text).with_context(|| format!("cannot use {}", path.display()))?;
    let name = match &arguments.name {
        Some(name) => name.clone(),
        None => (arguments.file.file_stem().unwrap_or_default())
            .to_string_lossy()
            .into_owned(),
    };
    let Some(report) = reported.models.remove(&name) else {
        let known: Vec<&str> = reported.models.keys().map(String::as_str).collect();
        return Err(Failure::new(
            format!("Nothing is reported of {name}."),
            format!("Choose with --name from: {}.", known.join(", ")),
        ));
    };
    Ok((reported.source, report))
}

fn add(model: &mut Model, report: &Report) {
    let card = &mut model.card;
    let anew = |figure: &Figure| {
        let mut parts = report.figures.iter();
        parts.any(|part| part.measured_on == figure.measured_on)
    };
    card.figures.retain(|figure| !anew(figure));
    let figures = report.figures.iter().flat_map(|part| {
        part.values.iter().map(|(name, value)| Figure {
            name: name.clone(),
            value: *value,
            measured_on: part.measured_on.clone(),
            ..Figure::default()
        })
    });
    let place = if report.after { card.figures.len() } else { 0 };
    card.figures.splice(place..place, figures);
    for limit in &report.limits {
        if !card.limits.contains(limit) {
            card.limits.push(limit.clone());
        }
    }
}
