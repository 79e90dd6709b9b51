//! Figures of changed pictures, for the terminal and as JSON.

use super::change::Kind;
use super::figures::Row;
use crate::eval::data::Data;
use crate::eval::subject::Subject;
use crate::failure::Result;
use crate::figures::estimate;
use serde_json::{Value, json};
use softcam_eval::Estimate;
use std::io::Write;

/// Width of a change's name, and of a column.
const NAME: usize = 24;
const WIDTH: usize = 26;

/// Prints a line per change.
pub fn print(subject: &Subject, data: &Data, rows: &[Row], out: &mut impl Write) -> Result<()> {
    writeln!(
        out,
        "{}: {} pictures, each as it is and changed; 95 % intervals over {}.\n",
        subject.file,
        data.set.items.len(),
        data.unit
    )?;
    for (kind, title) in [
        (Kind::Same, "The answer should stay"),
        (Kind::Stranger, "Should be flagged"),
    ] {
        writeln!(
            out,
            "{title:<NAME$}{:<WIDTH$}{:<WIDTH$}probability moves by (median, 95th of 100)",
            "flagged", "called otherwise"
        )?;
        for row in rows.iter().filter(|row| row.kind == kind) {
            let [middle, most] = row.moved;
            writeln!(
                out,
                "{:<NAME$}{:<WIDTH$}{:<WIDTH$}{middle:.3}, {most:.3}",
                row.name,
                text(row.flagged),
                text(row.turned)
            )?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn text(estimate: Option<Estimate>) -> String {
    estimate.map_or_else(
        || "cannot tell".to_owned(),
        |Estimate { value, low, high }| format!("{value:.3} ({low:.3} to {high:.3})"),
    )
}

/// All figures.
pub fn document(subject: &Subject, data: &Data, rows: &[Row]) -> Value {
    let changes = rows.iter().map(|row| {
        json!({
            "change": row.name,
            "should": match row.kind {
                Kind::Same => "be answered alike",
                Kind::Stranger => "be flagged",
            },
            "flagged": estimate(row.flagged),
            "called_otherwise": estimate(row.turned),
            "probability_moves": { "median": row.moved[0], "95th": row.moved[1] },
        })
    });
    json!({
        "model": subject.file,
        "pictures": data.set.items.len(),
        "changes": changes.collect::<Vec<_>>(),
    })
}
