//! Figures for the terminal.

use super::results::{Measured, Results};
use crate::eval::table::{cautions, short};
use crate::figures::{caution, text};
use crate::parts::repeated;
use softcam_eval::Estimate;
use softcam_eval::several::YES;
use std::io::{self, Write};

/// Width of the column of names.
const NAME: usize = 24;
/// Width of a column of figures.
const WIDTH: usize = 24;
/// Width of a column of counts.
const COUNT: usize = 7;

/// Prints everything.
pub fn print(results: &Results, out: &mut impl Write) -> io::Result<()> {
    for measured in results.models {
        model(measured, results, out)?;
    }
    if let Some(difference) = results.largest_difference() {
        writeln!(out, "\nLargest difference of any logit {difference:.4}.")?;
    }
    let without = results.without_labels();
    if !without.is_empty() {
        writeln!(
            out,
            "\nNot measured, for the table says nothing of them: {}.",
            without.join(", ")
        )?;
    }
    let data = &results.data.set;
    writeln!(
        out,
        "\nLeft out: {} that say nothing of any class, {} excluded, {} unreadable{}. {:.1} s.",
        data.unlabelled,
        data.excluded,
        results.answered.unreadable.len(),
        repeated(data.repeated),
        results.seconds
    )
}

fn model(measured: &Measured, results: &Results, out: &mut impl Write) -> io::Result<()> {
    let card = &measured.subject.model.card;
    let each = &measured.each;
    writeln!(
        out,
        "{}: {}, {}, {} px",
        measured.subject.file,
        card.title,
        measured.subject.precision(),
        measured.request.size
    )?;
    writeln!(
        out,
        "  Classes do not exclude each other: each is measured by itself, \"yes\" from a probability of {YES} on."
    )?;
    cautions(card, measured.flagged, out)?;
    writeln!(
        out,
        "\n{} pictures; 95 % intervals by bootstrap over {} {}",
        each.pictures, each.units, results.data.unit
    )?;
    for (name, mean) in [
        ("mean AUC", each.auc),
        ("mean average precision", each.average_precision),
        ("mean sensitivity", each.sensitivity),
        ("mean specificity", each.specificity),
    ] {
        writeln!(out, "  {name:<NAME$}{}", text(mean))?;
    }
    if let Some(caution) = caution(&measured.few(), &card.classes, results.data.unit) {
        writeln!(out, "  caution: {caution}")?;
    }
    writeln!(
        out,
        "\n  {:<NAME$}{:>COUNT$}{:>COUNT$}  {:<WIDTH$}{:<WIDTH$}{:<WIDTH$}specificity",
        "class", "yes", "no", "AUC", "average precision", "sensitivity"
    )?;
    for class in &each.classes {
        let name: String = short(measured.name(class)).chars().take(NAME - 1).collect();
        writeln!(
            out,
            "  {name:<NAME$}{:>COUNT$}{:>COUNT$}  {:<WIDTH$}{:<WIDTH$}{:<WIDTH$}{}",
            class.positive,
            class.negative,
            brief(class.auc),
            brief(class.average_precision),
            brief(class.sensitivity),
            brief(class.specificity)
        )?;
    }
    Ok(())
}

/// A value with its interval, with fewer digits.
fn brief(estimate: Option<Estimate>) -> String {
    let Some(estimate) = estimate else {
        return "not defined".to_owned();
    };
    let value = estimate.value;
    match estimate.interval() {
        Some((low, high)) => format!("{value:.3} ({low:.3} to {high:.3})"),
        None => format!("{value:.3} (no interval)"),
    }
}
