//! All figures as JSON.

use super::figures::{Better, FIGURES};
use super::networks::Role;
use super::outcome::Outcome;
use super::results::{Results, Row};
use crate::figures::estimate;
use serde_json::{Map, Value, json};
use softcam::reading::NOTICE;

/// The document. Everything but `seconds` and `milliseconds` is the same however often a run was interrupted.
pub fn document(results: &Results, summary: &[Row], outcomes: &[Outcome]) -> Value {
    let networks = results.networks.all.iter().zip(results.classification);
    let classification: Vec<Value> = networks
        .map(|(network, measured)| {
            let metrics = &measured.metrics;
            json!({
                "name": network.name,
                "role": role(network.role),
                "key": network.key(),
                "title": measured.subject.model.card.title,
                "precision": measured.subject.precision(),
                "size": network.request.size,
                "pictures": metrics.pictures,
                "groups": metrics.units,
                "accuracy": estimate(metrics.accuracy),
                "auc": estimate(metrics.auc),
            })
        })
        .collect();
    let figures: Vec<Value> = (FIGURES.iter())
        .map(|figure| {
            json!({
                "id": figure.id,
                "name": figure.name,
                "group": figure.group.name(),
                "better": match figure.better {
                    Better::Higher => "higher",
                    Better::Lower => "lower",
                },
                "about": figure.about,
            })
        })
        .collect();
    let rows: Vec<Value> = summary.iter().map(|row| of_row(results, row)).collect();
    let outcomes: Vec<Value> = (outcomes.iter())
        .map(|outcome| {
            json!({
                "network": results.networks.all[outcome.network].name,
                "ahead": outcome.counts.ahead,
                "behind": outcome.counts.behind,
                "the_same": outcome.counts.same,
                "undecided": outcome.counts.undecided,
                "sentences": outcome.sentences,
            })
        })
        .collect();
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "title": results.heading(),
        "notice": results.medical().then_some(NOTICE),
        "rule": results.rule(),
        "pictures": {
            "labelled": results.data.set.items.len(),
            "explained": results.chosen.findings.len(),
            "without_finding": results.chosen.healthy.len(),
            "costly": results.chosen.costly.len(),
            "flagged": results.chosen.flagged,
            "files": results.chosen.findings.iter().map(|&index| &results.data.set.items[index].file).collect::<Vec<_>>(),
        },
        "results": { "all": results.all, "missing": results.missing },
        "intervals": format!(
            "95 %, percentile bootstrap over {}, {} resamples; differences are paired: every resample draws the same pictures for both",
            results.data.unit,
            results.resampling.bootstrap.resamples
        ),
        "chance": {
            "box_share": results.chance("box_share"),
            "outside": results.chance("outside_chance"),
        },
        "options": results.arguments.method.options(),
        "curve_steps": results.arguments.curve_steps,
        "networks": classification,
        "figures": figures,
        "rows": rows,
        "outcomes": outcomes,
        "seconds": results.seconds,
    })
}

/// As in files.
pub fn role(role: Role) -> &'static str {
    match role {
        Role::SoftCam => "softcam",
        Role::BlackBox => "black box",
    }
}

fn of_row(results: &Results, row: &Row) -> Value {
    let name = |network: usize| results.networks.all[network].name.as_str();
    let mut values = Map::new();
    for (id, value) in &row.values {
        let mut figure = estimate(Some(value.estimate));
        figure["pictures"] = json!(value.pictures);
        values.insert((*id).to_owned(), figure);
    }
    let differences: Vec<Value> = (row.differences.iter())
        .map(|((reference, id), difference)| {
            let mut value = estimate(Some(difference.estimate));
            value["figure"] = json!(id);
            value["against"] = json!(format!("SoftCAM of {}", name(*reference)));
            value["pictures"] = json!(difference.pictures);
            value["verdict"] = json!(difference.verdict.name());
            value
        })
        .collect();
    let entry = (results.entries.iter())
        .find(|entry| entry.network == row.network && entry.method == row.method);
    let curve = |id: &str| entry.and_then(|entry| entry.curve(id));
    json!({
        "network": name(row.network),
        "method": row.method.name(),
        "title": results.title(row.network, row.method),
        "forward": row.forward,
        "backward": row.backward,
        "milliseconds": row.milliseconds,
        "largest_gap": row.gap,
        "values": values,
        "less_softcam": differences,
        "curves": {
            "patches": curve("patches"),
            "patches_still_called_so": curve("patches_kept"),
            "deletion": curve("deletion"),
            "insertion": curve("insertion"),
            "road_most_relevant_first": curve("road_most"),
            "road_least_relevant_first": curve("road_least"),
            "randomised": curve("randomised"),
            "top_k": entry.and_then(|entry| entry.ratios("top_k")),
        },
    })
}
