//! Figures for the terminal.

use super::measured::{Localisation, Measured};
use super::results::Results;
use crate::figures::{METRICS, caution, text};
use crate::parts::repeated;
use softcam::weights::ModelCard;
use softcam_eval::cross_validation::{Calibration, Nested};
use softcam_eval::localisation::Options;
use softcam_eval::{Decision, Estimate};
use std::io::{self, Write};

/// Confusion matrices with more classes are left to the JSON file.
const SHOWN_CLASSES: usize = 10;

/// Width of the column of names.
const NAME: usize = 24;
/// Width of a column of figures.
const WIDTH: usize = 30;

/// A row of figures: a name, a value per model, and what a map without knowledge would get.
type Row = (String, Vec<Option<Estimate>>, Option<f64>);

/// Prints everything.
pub fn print(results: &Results, out: &mut impl Write) -> io::Result<()> {
    for measured in results.models {
        describe(measured, results.answered.nested.as_ref(), out)?;
    }
    let metrics = &results.models[0].metrics;
    writeln!(
        out,
        "\n{} pictures; 95 % intervals by bootstrap over {} {}",
        metrics.pictures, metrics.units, results.data.unit
    )?;
    if results.models.len() > 1 {
        let files = results.models.iter().map(|measured| &measured.subject.file);
        let cells: String = files.map(|file| format!("{file:<WIDTH$}")).collect();
        writeln!(out, "  {:<NAME$}{cells}", "")?;
    }
    for (name, of) in METRICS {
        print_row(
            &(
                name.to_owned(),
                results
                    .models
                    .iter()
                    .map(|measured| of(&measured.metrics))
                    .collect(),
                None,
            ),
            out,
        )?;
    }
    let classes = &results.models[0].subject.model.card.classes;
    if let Some(caution) = caution(&metrics.few, classes, results.data.unit) {
        writeln!(out, "  caution: {caution}")?;
    }
    if let Some(agreement) = &results.agreement {
        writeln!(
            out,
            "  both answer alike on {:.2} % of the pictures; largest difference of any logit {:.4}",
            100.0 * agreement.share,
            agreement.largest_logit_difference
        )?;
    }
    print_located(results, out)?;
    for measured in results.models {
        print_confusion(measured, out)?;
    }
    let data = &results.data.set;
    writeln!(
        out,
        "\nLeft out: {} with another label, {} excluded, {} unreadable{}. {:.1} s.",
        data.unmapped,
        data.excluded,
        results.answered.unreadable.len(),
        repeated(data.repeated),
        results.seconds
    )
}

fn describe(measured: &Measured, nested: Option<&Nested>, out: &mut impl Write) -> io::Result<()> {
    let card = &measured.subject.model.card;
    writeln!(
        out,
        "{}: {}, {}, {} px",
        measured.subject.file,
        card.title,
        measured.subject.precision(),
        measured.request.size
    )?;
    if let Some(nested) = nested {
        writeln!(out, "  {}", calibrated(nested, &card.classes))?;
    } else if let Decision::Threshold {
        positive,
        probability,
    } = measured.subject.decision()
    {
        writeln!(
            out,
            "  \"{}\" from a probability of {probability:.3} on{}",
            card.classes[positive],
            match (&card.operating_point, card.populations.first()) {
                (None, _) => String::new(),
                (Some(_), None) => ", the card's operating point".to_owned(),
                (Some(_), Some(first)) =>
                    format!(", the card's operating point for {}", first.name),
            }
        )?;
    }
    cautions(card, measured.flagged, out)
}

/// How many pictures were flagged, where the model can tell, and that a medical model makes no diagnosis.
pub fn cautions(card: &ModelCard, flagged: Option<usize>, out: &mut impl Write) -> io::Result<()> {
    if let Some(flagged) = flagged {
        writeln!(
            out,
            "  {flagged} pictures flagged as unlike those that the model knows"
        )?;
    }
    if card.medical {
        writeln!(out, "  A teaching tool and no diagnosis.")?;
    }
    Ok(())
}

/// How answers of several folds were taken.
fn calibrated(nested: &Nested, classes: &[String]) -> String {
    let range = |of: &dyn Fn(&Calibration) -> Option<f32>| {
        let values = || nested.calibrations.values().filter_map(of);
        let (low, high) = (
            values().fold(f32::INFINITY, f32::min),
            values().fold(f32::NEG_INFINITY, f32::max),
        );
        (low <= high).then(|| format!("{low:.3} to {high:.3}"))
    };
    let temperatures = range(&|c| Some(c.temperature)).unwrap_or_default();
    let mut text = format!("each fold's model on its own pictures, temperatures {temperatures}");
    if let Some(points) = range(&|c| c.threshold) {
        text.push_str(&format!(
            ", \"{}\" from a probability of {points} on",
            classes[1]
        ));
    }
    text + ", as the other folds' pictures suggest"
}

fn print_row((name, estimates, chance): &Row, out: &mut impl Write) -> io::Result<()> {
    if estimates.iter().all(Option::is_none) {
        return Ok(());
    }
    write!(out, "  {name:<NAME$}")?;
    for estimate in estimates {
        write!(out, "{:<WIDTH$}", text(*estimate))?;
    }
    match chance {
        Some(chance) => writeln!(out, "chance {chance:.3}"),
        None => writeln!(out),
    }
}

/// The first of a class's synonyms.
pub fn short(name: &str) -> &str {
    name.split(',').next().unwrap_or(name).trim()
}

fn print_located(results: &Results, out: &mut impl Write) -> io::Result<()> {
    let Some(task) = results.boxes else {
        return Ok(());
    };
    let Some(first) = &results.models[0].located else {
        return writeln!(out, "\nNo box lies in what the network sees.");
    };
    let classes = &results.models[0].subject.model.card.classes;
    writeln!(
        out,
        "\nBoxes against the {}, {} pictures",
        task.evidence.describe(classes),
        first.all.pictures
    )?;
    let each = |of: fn(&Localisation) -> Option<Estimate>| {
        let located = results.models.iter().filter_map(|m| m.located.as_ref());
        located.map(|located| of(&located.all)).collect::<Vec<_>>()
    };
    for (name, estimates, chance) in localisation_rows(each, &first.all, task.options) {
        print_row(&(name, estimates, chance), out)?;
    }
    writeln!(
        out,
        "  pointing game: the largest evidence is in a box, or at most {} px from one, in pixels of the network's input",
        task.options.tolerance
    )?;
    if let Some(right) = &first.right {
        writeln!(out, "  of these, {} answered rightly", right.pictures)?;
        for (name, estimates, chance) in
            localisation_rows(|of| vec![of(right)], right, task.options)
        {
            print_row(&(name, estimates, chance), out)?;
        }
    }
    Ok(())
}

/// Name, values and chance of every measure.
pub fn localisation_rows(
    each: impl Fn(fn(&Localisation) -> Option<Estimate>) -> Vec<Option<Estimate>>,
    chance: &Localisation,
    options: Options,
) -> [Row; 5] {
    [
        (
            "activation precision".to_owned(),
            each(|l| l.precision),
            Some(chance.box_share),
        ),
        (
            "activation sensitivity".to_owned(),
            each(|l| l.sensitivity),
            None,
        ),
        (
            "pointing game".to_owned(),
            each(|l| l.pointing),
            Some(chance.box_share),
        ),
        (
            format!("pointing game, {} px", options.tolerance),
            each(|l| l.pointing_nearly),
            Some(chance.box_share_nearly),
        ),
        (
            "patch precision".to_owned(),
            each(|l| l.patches),
            Some(chance.patch_share),
        ),
    ]
}

fn print_confusion(measured: &Measured, out: &mut impl Write) -> io::Result<()> {
    let confusion = &measured.metrics.confusion;
    if confusion.classes().len() > SHOWN_CLASSES {
        return Ok(());
    }
    let names: Vec<&str> = (confusion.classes().iter())
        .map(|class| measured.subject.model.card.classes[*class].as_str())
        .map(short)
        .collect();
    let longest = names
        .iter()
        .map(|name| name.chars().count())
        .max()
        .unwrap_or(0);
    let width = longest.clamp(6, 24) + 2;
    let cut = |name: &str| name.chars().take(width - 2).collect::<String>();
    writeln!(
        out,
        "\n{}: true class by row, called by column",
        measured.subject.file
    )?;
    write!(out, "  {:<width$}", "")?;
    for name in &names {
        write!(out, "{:>width$}", cut(name))?;
    }
    writeln!(out)?;
    for (name, row) in names.iter().zip(confusion.rows()) {
        write!(out, "  {:<width$}", cut(name))?;
        for count in row {
            write!(out, "{count:>width$}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}
