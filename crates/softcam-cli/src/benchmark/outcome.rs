//! What came out, in plain sentences.

use super::figures::{Better, Figure};
use super::networks::Role;
use super::results::{Results, Row};
use super::summary::{Difference, LEAST_UNITS};
use super::verdict::{Verdict, signed};
use softcam_attribution::Method;

/// What may be said of one model's evidence.
pub struct Outcome {
    /// Index of the network.
    pub network: usize,
    /// How many comparisons went which way.
    pub counts: Counts,
    /// The counts first, then each measure, then what the controls say.
    pub sentences: Vec<String>,
}

/// How many comparisons of a model's evidence with other methods went which way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// The evidence is ahead.
    pub ahead: usize,
    /// The other method is.
    pub behind: usize,
    /// They do not differ by what is written.
    pub same: usize,
    /// Nothing can be said.
    pub undecided: usize,
}

/// One outcome for each SoftCAM model.
pub fn sentences(results: &Results, summary: &[Row]) -> Vec<Outcome> {
    let networks = results.networks.all.iter().enumerate();
    networks
        .filter(|(_, network)| network.role == Role::SoftCam)
        .map(|(network, _)| outcome(results, summary, network))
        .collect()
}

fn outcome(results: &Results, summary: &[Row], network: usize) -> Outcome {
    let name = &results.networks.all[network].name;
    let rivals: Vec<&Row> = (summary.iter())
        .filter(|row| row.method != Method::SoftCam && !row.method.is_control())
        .collect();
    let difference = |row: &Row, figure: &Figure| {
        let found = row.differences.get(&(network, figure.id));
        found.copied()
    };
    let compared = |row: &Row, figure: &Figure| difference(row, figure).filter(|d| d.enough);
    let shown = results.shown(summary);

    let mut counts = Counts::default();
    for row in &rivals {
        for figure in &shown {
            // The verdict is the rival's.
            match compared(row, figure).map(|difference| difference.verdict) {
                Some(Verdict::Behind) => counts.ahead += 1,
                Some(Verdict::Ahead) => counts.behind += 1,
                Some(Verdict::Same) => counts.same += 1,
                Some(Verdict::Undecided) => counts.undecided += 1,
                None => {}
            }
        }
    }
    let Counts {
        ahead,
        behind,
        same,
        undecided,
    } = counts;
    let all = ahead + behind + same + undecided;
    let few = (rivals.iter())
        .flat_map(|row| shown.iter().filter_map(|figure| difference(row, figure)))
        .filter(|difference| !difference.enough)
        .count();
    let mut sentences = Vec::new();
    if all > 0 {
        sentences.push(format!(
            "The evidence of {name} was compared with other methods {all} times (a method with a measure on a network each): it \
             is ahead in {ahead}, behind in {behind}, the same in {same}, and {undecided} are undecided at 95 %."
        ));
    }
    if few > 0 {
        sentences.push(format!(
            "{few} more comparisons are on pictures of fewer than {LEAST_UNITS} patients, and nothing is said of these."
        ));
    }
    for figure in &shown {
        let candidates = rivals
            .iter()
            .filter_map(|row| Some((*row, compared(row, figure)?)));
        let Some((row, difference)) = best(candidates, figure.better) else {
            continue;
        };
        let own = summary
            .iter()
            .find(|row| row.network == network && row.method == Method::SoftCam);
        let Some(own) = own.and_then(|row| row.values.get(figure.id)) else {
            continue;
        };
        let ahead = rivals.iter().filter(|row| {
            compared(row, figure).is_some_and(|difference| difference.verdict == Verdict::Ahead)
        });
        let ahead: Vec<String> = ahead.map(|row| label(results, row)).collect();
        let first = figure
            .name
            .chars()
            .next()
            .into_iter()
            .flat_map(char::to_uppercase);
        let title: String = first.chain(figure.name.chars().skip(1)).collect();
        let mut text = format!(
            "{title} ({} is better): {name} has {:.3} ({:.3} to {:.3}). The best rival is {}, which differs by {} on {} pictures: {}.",
            match figure.better {
                Better::Higher => "more",
                Better::Lower => "less",
            },
            own.estimate.value,
            own.estimate.low,
            own.estimate.high,
            label(results, row),
            signed(difference.estimate),
            difference.pictures,
            match difference.verdict {
                Verdict::Ahead => "the rival is ahead",
                Verdict::Behind => "SoftCAM is ahead",
                Verdict::Same => "the same",
                Verdict::Undecided => "undecided",
            }
        );
        if ahead.len() > 1 {
            text.push_str(&format!(" Ahead of SoftCAM are {}.", ahead.join(", ")));
        }
        sentences.push(text);
    }
    sentences.extend(controls(results, summary, network, &shown));
    Outcome {
        network,
        counts,
        sentences,
    }
}

/// In which measures maps that know nothing are not told from evidence: these say little on such pictures.
fn controls(
    results: &Results,
    summary: &[Row],
    network: usize,
    shown: &[&'static Figure],
) -> Vec<String> {
    let name = &results.networks.all[network].name;
    let controls = (summary.iter()).filter(|row| row.network == network && row.method.is_control());
    controls
        .filter_map(|row| {
            let difference = |figure: &Figure| {
                let found = row.differences.get(&(network, figure.id));
                found.filter(|difference| difference.enough)
            };
            let level: Vec<&str> = (shown.iter())
                .filter(|figure| difference(figure).is_some_and(|d| d.verdict != Verdict::Behind))
                .map(|figure| figure.name)
                .collect();
            let compared = shown.iter().any(|figure| difference(figure).is_some());
            compared.then(|| match level.is_empty() {
                true => format!(
                    "The control \"{}\" is behind the evidence of {name} in every measure.",
                    row.method.title()
                ),
                false => format!(
                    "The control \"{}\" is not behind the evidence of {name} in: {}. A measure that cannot tell a map without \
                     knowledge from evidence says little about these pictures.",
                    row.method.title(),
                    level.join(", ")
                ),
            })
        })
        .collect()
}

/// The rival with the best difference.
fn best<'a>(
    rivals: impl Iterator<Item = (&'a Row, Difference)>,
    better: Better,
) -> Option<(&'a Row, Difference)> {
    let good = |difference: &Difference| match better {
        Better::Higher => difference.estimate.value,
        Better::Lower => -difference.estimate.value,
    };
    rivals.max_by(|(_, a), (_, b)| good(a).total_cmp(&good(b)))
}

/// A method with the network that it explains.
pub fn label(results: &Results, row: &Row) -> String {
    format!(
        "{} of {}",
        results.title(row.network, row.method),
        results.networks.all[row.network].name
    )
}
