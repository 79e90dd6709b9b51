//! A run as text for people.

use super::run::Run;
use softcam::novelty::{Counterpart, Novelty};
use softcam::reading::{NOTICE, UNLIKE_WARNING};
use softcam::weights::{HeadActivation, ModelCard};
use std::io::{self, Write};

/// Prints what may be said.
pub fn print(run: &Run, out: &mut impl Write) -> io::Result<()> {
    let answer = &run.explanation.answer;
    if run.reading.notice {
        writeln!(out, "{NOTICE}\n")?;
    }
    for note in &run.notes {
        writeln!(out, "{note}")?;
    }
    if !run.notes.is_empty() {
        writeln!(out)?;
    }
    if run.unlike() {
        if run.anyway {
            writeln!(out, "WARNING: {UNLIKE_WARNING}")?;
        } else {
            writeln!(
                out,
                "This picture is unlike what the model was trained on, so no map and no probability is shown."
            )?;
        }
        let before = run.before.as_ref().and_then(|answer| answer.novelty);
        if let Some(novelty) = before.filter(Novelty::flagged).or(answer.novelty) {
            writeln!(out, "{}", score(novelty))?;
            if let Some(counterpart) = novelty.counterpart {
                writeln!(out, "{}", familiar(counterpart))?;
            }
        }
        if !run.anyway {
            writeln!(out, "--anyway shows them with a warning.")?;
            return Ok(());
        }
        writeln!(out)?;
    }
    if let Some(decision) = &run.reading.decision {
        writeln!(out, "{}", decision.sentence(&run.card.classes))?;
        if let Some(population) = run.card.populations.first() {
            writeln!(out, "{}", threshold_for(&population.name, run.card))?;
        }
        writeln!(
            out,
            "On the evidence axis (logit of that class less the other's) yes begins at {:+.2}; here it is {:+.2}.\n",
            decision.on_evidence,
            answer.logits[decision.positive] - answer.logits[1 - decision.positive]
        )?;
    }
    for class in run.top() {
        let before = run.before.as_ref().map_or(String::new(), |before| {
            format!(
                " (before {:.2} %, {:.4})",
                100.0 * before.probabilities[class],
                before.logits[class]
            )
        });
        writeln!(
            out,
            "{:>7.2} %  logit {:>8.4}  {}{before}",
            100.0 * answer.probabilities[class],
            answer.logits[class],
            run.card.classes[class]
        )?;
    }
    if let Some(sentence) = probabilities(run.card) {
        writeln!(out, "{sentence}")?;
    }
    if let Some(method) = &run.method {
        return method.print(&run.name(), out);
    }
    let maps = &run.explanation.maps;
    writeln!(
        out,
        "\nEvidence for {}, {} x {} cells:",
        run.name(),
        maps.height(),
        maps.width()
    )?;
    for row in run.shown.map.chunks_exact(maps.width()) {
        let cells: Vec<String> = row.iter().map(|value| format!("{value:>7.2}")).collect();
        writeln!(out, "  {}", cells.join(""))?;
    }
    writeln!(
        out,
        "Sum of all cells / {} = {:.4} = {} {:.4}",
        maps.cells(),
        run.shown.sum_of_shares(),
        match run.shown.choice.against {
            Some(_) => "difference of the logits",
            None => "logit",
        },
        run.shown.logit
    )?;
    writeln!(
        out,
        "Colour scale ±{}; CPU, {:.0} ms",
        run.shown.limit,
        1000.0 * run.seconds
    )
}

/// How probabilities follow from the logits, where that is not a plain softmax.
fn probabilities(card: &ModelCard) -> Option<String> {
    let is_plain = (card.temperature - 1.0).abs() <= f32::EPSILON;
    let logit = |name: &str| {
        if is_plain {
            name.to_owned()
        } else {
            format!("{name} / {}", card.temperature)
        }
    };
    match card.activation {
        HeadActivation::Softmax if is_plain => None,
        HeadActivation::Softmax => Some(format!("Probabilities are softmax({}).", logit("logits"))),
        HeadActivation::Sigmoid => Some(format!(
            "Several classes may be right at once, or none: each has a probability of its own, sigmoid({}).",
            logit("logit")
        )),
    }
}

/// Which threshold was used, and which others there are.
fn threshold_for(name: &str, card: &ModelCard) -> String {
    let others: Vec<&str> = card.populations[1..]
        .iter()
        .map(|p| p.name.as_str())
        .collect();
    if others.is_empty() {
        return format!("Threshold for {name}.");
    }
    format!(
        "Threshold for {name}; --population chooses another: {}.",
        others.join(", ")
    )
}

/// What would make a picture known.
fn familiar(counterpart: Counterpart) -> &'static str {
    match counterpart {
        Counterpart::Negative => {
            "Its negative is more like those than it is itself: light and dark are probably exchanged. Invert it and try again."
        }
        Counterpart::HalfTurn => {
            "Turned by 180 degrees it is more like those: it is probably upside down. Turn it and try again."
        }
        Counterpart::RightTurn => {
            "Turned clockwise by 90 degrees it is more like those: it probably lies on its side. Turn it and try again."
        }
        Counterpart::LeftTurn => {
            "Turned anticlockwise by 90 degrees it is more like those: it probably lies on its side. Turn it and try again."
        }
    }
}

/// How unlike a picture is.
fn score(
    Novelty {
        score, threshold, ..
    }: Novelty,
) -> String {
    let score = if score.is_finite() {
        format!("{score:.2}")
    } else {
        "beyond all measure".to_owned()
    };
    format!(
        "How unlike it is, a score says: about 1 for a picture like those, {score} for this one; above {threshold:.2}, the model should not be asked."
    )
}
