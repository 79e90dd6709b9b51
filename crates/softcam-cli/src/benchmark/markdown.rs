//! A page for readers of a repository.

use super::grid::{cell, classification, costs, value};
use super::outcome::{Outcome, label};
use super::results::{Results, Row};
use super::verdict::{Verdict, signed};
use crate::failure::Result;
use softcam::reading::NOTICE;
use std::fmt::Write;

/// Everything but the curves and the plate.
pub fn page(results: &Results, summary: &[Row], outcomes: &[Outcome]) -> Result<String> {
    let mut page = format!("# {}\n\n", cell(&results.heading()));
    if results.medical() {
        write!(page, "> {NOTICE}\n\n")?;
    }
    write!(
        page,
        "Written by `softcam benchmark`. {}\n\n",
        results.rule()
    )?;
    write!(
        page,
        "95 % intervals by bootstrap over {}; differences are paired. **Bold** is ahead of SoftCAM's evidence, *italic* behind, \
         plain undecided, or the same where the whole interval is written as 0; no correction for the number of comparisons.\n\n",
        results.data.unit
    )?;
    for outcome in outcomes {
        for sentence in &outcome.sentences {
            writeln!(page, "- {}", cell(sentence))?;
        }
        page.push('\n');
    }
    page.push_str(&classification(results).markdown());
    page.push('\n');
    page.push_str(&costs(results, summary).markdown());
    for figure in results.shown(summary) {
        write!(page, "\n## {}\n\n{}", figure.name, figure.about)?;
        let chance = match figure.id {
            "activation_precision" | "pointing" => results.chance("box_share"),
            "outside" => results.chance("outside_chance"),
            _ => None,
        };
        if let Some(chance) = chance {
            write!(page, " A map without knowledge would get {chance:.3}.")?;
        }
        page.push_str("\n\n| method | pictures | value | less SoftCAM |\n|---|---|---|---|\n");
        for row in summary {
            let Some(found) = row.values.get(figure.id) else {
                continue;
            };
            let differences: Vec<String> = (row.differences.iter())
                .filter(|((_, id), _)| *id == figure.id)
                .map(|((reference, _), difference)| {
                    let (mark, note) = match difference.verdict {
                        Verdict::Ahead => ("**", ""),
                        Verdict::Behind => ("*", ""),
                        Verdict::Same => ("", "the same, "),
                        Verdict::Undecided => ("", ""),
                    };
                    let name = cell(&results.networks.all[*reference].name);
                    format!("{mark}{}{mark} ({note}{name})", signed(difference.estimate))
                })
                .collect();
            writeln!(
                page,
                "| {} | {} | {} | {} |",
                cell(&label(results, row)),
                found.pictures,
                value(found.estimate),
                differences.join("; ")
            )?;
        }
    }
    Ok(page)
}
