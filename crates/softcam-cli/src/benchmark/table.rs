//! Figures for the terminal.

use super::outcome::{Outcome, label};
use super::results::{Results, Row};
use super::verdict::Verdict;
use crate::figures::{METRICS, text};
use crate::methods::gap;
use softcam::reading::NOTICE;
use std::io::{self, Write};

/// Prints what came out.
pub fn print(
    results: &Results,
    summary: &[Row],
    outcomes: &[Outcome],
    out: &mut impl Write,
) -> io::Result<()> {
    if results.medical() {
        writeln!(out, "{NOTICE}\n")?;
    }
    writeln!(out, "{}\n{}\n", results.heading(), results.rule())?;
    writeln!(
        out,
        "As classifiers, {} pictures",
        results.data.set.items.len()
    )?;
    for (network, measured) in results.networks.all.iter().zip(results.classification) {
        write!(out, "  {:<24}", network.name)?;
        for (name, of) in &METRICS[..2] {
            write!(out, "{name} {}  ", text(of(&measured.metrics)))?;
        }
        writeln!(out)?;
    }
    let width = summary
        .iter()
        .map(|row| label(results, row).chars().count())
        .max();
    let width = width.unwrap_or(0) + 2;
    writeln!(out, "\nCost per explanation (median)")?;
    for row in summary {
        writeln!(
            out,
            "  {:<width$}{:>6} forward {:>5} back {:>10.1} ms{}",
            label(results, row),
            row.forward,
            row.backward,
            row.milliseconds,
            row.gap.map_or(String::new(), |value| format!(
                "   adds up to within {}",
                gap(value)
            ))
        )?;
    }
    for figure in results.shown(summary) {
        writeln!(out, "\n{}: {}", figure.name, figure.about)?;
        for row in summary {
            let Some(value) = row.values.get(figure.id) else {
                continue;
            };
            write!(
                out,
                "  {:<width$}{:<28}{:>4}",
                label(results, row),
                text(Some(value.estimate)),
                value.pictures
            )?;
            for ((reference, id), difference) in &row.differences {
                if *id == figure.id && difference.verdict != Verdict::Undecided {
                    let name = &results.networks.all[*reference].name;
                    write!(out, "   {} {name}", words(difference.verdict))?;
                }
            }
            writeln!(out)?;
        }
    }
    for outcome in outcomes {
        writeln!(out)?;
        for sentence in &outcome.sentences {
            writeln!(out, "{sentence}")?;
        }
    }
    Ok(())
}

fn words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Ahead => "ahead of",
        Verdict::Behind => "behind",
        Verdict::Same => "the same as",
        Verdict::Undecided => "undecided against",
    }
}
