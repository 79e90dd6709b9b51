//! A page for readers of a repository.

use super::outcome::{Outcome, label, signed};
use super::results::{Results, Row};
use super::summary::Verdict;
use crate::eval::table::METRICS;
use crate::failure::Result;
use softcam::reading::NOTICE;
use softcam_eval::Estimate;
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
         plain undecided; no correction for the number of comparisons.\n\n",
        results.data.unit
    )?;
    for outcome in outcomes {
        for sentence in &outcome.sentences {
            writeln!(page, "- {}", cell(sentence))?;
        }
        page.push('\n');
    }
    write!(page, "## As classifiers\n\n| network | pictures |")?;
    for (name, _) in METRICS {
        write!(page, " {name} |")?;
    }
    page.push_str("\n|---|---|");
    page.push_str(&"---|".repeat(METRICS.len()));
    page.push('\n');
    for (network, measured) in results.networks.all.iter().zip(results.classification) {
        write!(
            page,
            "| {} | {} |",
            cell(&network.name),
            measured.metrics.pictures
        )?;
        for (_, of) in METRICS {
            write!(page, " {} |", of(measured).map_or("–".to_owned(), short))?;
        }
        page.push('\n');
    }
    costs(results, summary, &mut page)?;
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
            let Some(value) = row.values.get(figure.id) else {
                continue;
            };
            let differences: Vec<String> = (row.differences.iter())
                .filter(|((_, id), _)| *id == figure.id)
                .map(|((reference, _), difference)| {
                    let mark = match difference.verdict {
                        Verdict::Ahead => "**",
                        Verdict::Behind => "*",
                        Verdict::Undecided => "",
                    };
                    let name = &results.networks.all[*reference].name;
                    format!("{mark}{}{mark} ({})", signed(*difference), cell(name))
                })
                .collect();
            writeln!(
                page,
                "| {} | {} | {} | {} |",
                cell(&label(results, row)),
                value.pictures,
                short(value.estimate),
                differences.join("; ")
            )?;
        }
    }
    Ok(page)
}

fn costs(results: &Results, summary: &[Row], page: &mut String) -> Result<()> {
    page.push_str(
        "\n## Cost\n\nMedians per explanation; milliseconds on one core with others at work beside it. The gap is the largest \
         between what a map adds up to and what it claims to; a dash where it claims nothing.\n\n\
         | method | forward | back | ms | gap |\n|---|---|---|---|---|\n",
    );
    for row in summary {
        writeln!(
            page,
            "| {} | {} | {} | {:.1} | {} |",
            cell(&label(results, row)),
            row.forward,
            row.backward,
            row.milliseconds,
            row.gap.map_or("–".to_owned(), |gap| format!("{gap:.1e}"))
        )?;
    }
    Ok(())
}

fn short(Estimate { value, low, high }: Estimate) -> String {
    format!("{value:.3} ({low:.3} to {high:.3})")
}

/// Names come from files that nobody vouches for.
fn cell(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => safe.push_str("&lt;"),
            '|' | '*' | '_' | '`' | '[' | '\\' => safe.extend(['\\', character]),
            '\n' | '\r' => safe.push(' '),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn names_stay_in_their_cells() {
        assert_eq!(cell("a|b <c>\n*d*"), "a\\|b &lt;c> \\*d\\*");
    }
}
