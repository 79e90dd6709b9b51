//! Figures of a marker, for the terminal and as JSON.

use super::effect::Effect;
use crate::failure::Result;
use serde_json::{Value, json};
use softcam_eval::Estimate;
use std::io::Write;

/// Width of a row's name, and of a model's column.
const NAME: usize = 46;
const WIDTH: usize = 30;

/// Prints a column per model.
pub fn print(effects: &[Effect], unit: &str, out: &mut impl Write) -> Result<()> {
    let first = &effects[0];
    writeln!(
        out,
        "{} pictures, each without and with a marker that covers {:.1} % of it; 95 % intervals over {unit}.",
        first.pictures,
        100.0 * first.area
    )?;
    writeln!(
        out,
        "Evidence and logits are for \"{}\" over the other class.\n",
        first.positive
    )?;
    let files = effects
        .iter()
        .map(|effect| format!("{:<WIDTH$}", effect.file));
    writeln!(out, "{:<NAME$}{}", "", files.collect::<String>().trim_end())?;
    let plain = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |v| format!("{v:.4}"));
    let mut row = |name: &str, of: &dyn Fn(&Effect) -> String| -> Result<()> {
        let cells = effects
            .iter()
            .map(|effect| format!("{:<WIDTH$}", of(effect)));
        Ok(writeln!(
            out,
            "{name:<NAME$}{}",
            cells.collect::<String>().trim_end()
        )?)
    };
    row("AUC without the marker", &|e| plain(e.auc[0]))?;
    row("AUC with the marker on every picture", &|e| plain(e.auc[1]))?;
    row("says yes, without", &|e| text(e.yes[0]))?;
    row("says yes, with", &|e| text(e.yes[1]))?;
    row("answers no that the marker turns into yes", &|e| {
        text(e.turned[0])
    })?;
    row("answers yes that the marker turns into no", &|e| {
        text(e.turned[1])
    })?;
    row("change of the logit", &|e| text(e.logit))?;
    row("evidence on the marker's box, without", &|e| {
        text(e.on_marker[0])
    })?;
    row("evidence on the marker's box, with", &|e| {
        text(e.on_marker[1])
    })?;
    row("its share of the positive evidence, without", &|e| {
        text(e.share[0])
    })?;
    row("its share of the positive evidence, with", &|e| {
        text(e.share[1])
    })
}

fn text(estimate: Option<Estimate>) -> String {
    estimate.map_or_else(
        || "–".to_owned(),
        |Estimate { value, low, high }| format!("{value:.3} ({low:.3} to {high:.3})"),
    )
}

/// All figures; pairs are without and with the marker.
pub fn document(effects: &[Effect]) -> Value {
    let estimate = |estimate: &Option<Estimate>| {
        estimate
            .map(|Estimate { value, low, high }| json!({"value": value, "low": low, "high": high}))
    };
    let pair = |pair: &[Option<Estimate>; 2]| json!([estimate(&pair[0]), estimate(&pair[1])]);
    let models = effects.iter().map(|effect| {
        json!({
            "model": effect.file,
            "positive": effect.positive,
            "pictures": effect.pictures,
            "marker_area": effect.area,
            "auc": effect.auc,
            "says_yes": pair(&effect.yes),
            "no_turned_yes": estimate(&effect.turned[0]),
            "yes_turned_no": estimate(&effect.turned[1]),
            "logit_change": estimate(&effect.logit),
            "evidence_on_marker": pair(&effect.on_marker),
            "marker_share_of_positive_evidence": pair(&effect.share),
        })
    });
    json!({ "models": models.collect::<Vec<_>>() })
}
