//! The table of answers: a row per picture, whatever became of it.

use super::csv::{Cell, line};
use super::names::stem;
use crate::evidence::ranking;
use crate::explain::Request;
use crate::novelty::{Counterpart, Novelty};
use crate::preprocess::Note;
use crate::reading::{NOTICE, Reading, UNLIKE_WARNING};
use crate::weights::{FitRule, ModelCard};

/// What all rows of a table share.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// As read for the population that counts, which is its first then.
    pub card: &'a ModelCard,
    /// Short name: that of its file without the ending.
    pub id: &'a str,
    /// SHA-256 of the model's file, in hex.
    pub sha256: &'a str,
    /// How every picture was explained.
    pub request: Request,
}

/// One picture.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// Its place in the table, from 0.
    pub index: usize,
    /// Its name with the folders that it was found in.
    pub file: &'a str,
    /// SHA-256 of its file, in hex; empty where that could not be read.
    pub sha256: &'a str,
    /// What became of it.
    pub outcome: Outcome<'a>,
}

/// What became of a picture.
#[derive(Debug, Clone, Copy)]
pub enum Outcome<'a> {
    /// The network answered.
    Answered(Answered<'a>),
    /// It did not, for this reason.
    Failed(&'a str),
}

/// What the network said.
#[derive(Debug, Clone, Copy)]
pub struct Answered<'a> {
    /// Of the upright picture, in pixels.
    pub width: u32,
    /// Of the upright picture, in pixels.
    pub height: u32,
    /// One per class of the card.
    pub logits: &'a [f32],
    /// How unlike the pictures that the model knows, where it can tell.
    pub novelty: Option<Novelty>,
    /// Whether somebody insisted on an answer that means nothing.
    pub anyway: bool,
    /// "cpu" or "webgpu".
    pub device: &'a str,
    /// Whether its map is saved beside the table.
    pub map: bool,
    /// What there is to know about how the picture was opened.
    pub notes: &'a [Note],
}

/// The columns that every table has; two for each class follow.
const COLUMNS: [&str; 23] = [
    "file",
    "error",
    "width",
    "height",
    "verdict",
    "novelty",
    "novelty_threshold",
    "counterpart",
    "answer",
    "decision",
    "decision_threshold",
    "map",
    "device",
    "input_size",
    "fit",
    "temperature",
    "population",
    "model",
    "model_id",
    "model_sha256",
    "picture_sha256",
    "notes",
    "notice",
];

/// The first line: names of the columns. Those of the classes have the class's number, since names may repeat.
pub fn header(card: &ModelCard) -> String {
    let mut cells: Vec<Cell> = COLUMNS.map(Cell::from).to_vec();
    for (index, class) in card.classes.iter().enumerate() {
        cells.push(Cell::Text(format!("p[{index}] {class}")));
        cells.push(Cell::Text(format!("logit[{index}] {class}")));
    }
    line(&cells)
}

/// The line of one picture. Of a picture that is unlike those that the model knows, it has the verdict and no answer, unless
/// somebody insisted.
pub fn row(subject: &Subject, row: &Row) -> String {
    let card = subject.card;
    let answered = match row.outcome {
        Outcome::Answered(answered) if answered.logits.len() == card.classes.len() => {
            Some(answered)
        }
        _ => None,
    };
    let probabilities = answered.map(|answered| card.probabilities(answered.logits));
    let reading = answered
        .zip(probabilities.as_ref())
        .map(|(answered, probabilities)| {
            Reading::of(card, answered.logits, probabilities, answered.novelty)
        });
    let unlike = reading.as_ref().is_some_and(|reading| reading.flagged);
    let told = answered.filter(|answered| !unlike || answered.anyway);
    let decision = told
        .and(reading.as_ref())
        .and_then(|reading| reading.decision);
    let novelty = answered.and_then(|answered| answered.novelty);
    let error = match row.outcome {
        Outcome::Failed(reason) => reason,
        Outcome::Answered(_) if answered.is_none() => "The answer is not one of this model.",
        Outcome::Answered(_) => "",
    };
    let verdict = match (answered, novelty) {
        (None, _) => "",
        (Some(_), None) => "unchecked",
        (Some(_), Some(_)) => {
            if unlike {
                "unlike"
            } else {
                "known"
            }
        }
    };
    let notices = [
        card.medical.then_some(NOTICE),
        (unlike && told.is_some()).then_some(UNLIKE_WARNING),
    ];
    let notes = answered.map_or(&[][..], |answered| answered.notes);
    let notes: Vec<String> = notes.iter().map(Note::to_string).collect();
    let notice: Vec<&str> = notices.into_iter().flatten().collect();
    let or_empty = |cell: Option<Cell>| cell.unwrap_or_else(Cell::empty);
    let mut cells = vec![
        row.file.into(),
        error.into(),
        or_empty(answered.map(|answered| answered.width.into())),
        or_empty(answered.map(|answered| answered.height.into())),
        verdict.into(),
        or_empty(novelty.map(|novelty| Cell::float(novelty.score))),
        or_empty(novelty.map(|novelty| Cell::float(novelty.threshold))),
        (novelty.and_then(|novelty| novelty.counterpart))
            .map_or("", Counterpart::name)
            .into(),
        or_empty(told.map(|answered| card.classes[ranking(answered.logits)[0]].as_str().into())),
        or_empty(decision.map(|decision| if decision.yes { "yes" } else { "no" }.into())),
        or_empty(decision.map(|decision| Cell::float(decision.threshold))),
        or_empty(
            (told.filter(|answered| answered.map))
                .map(|_| Cell::Text(format!("{}.npy", stem(row.index, row.file)))),
        ),
        or_empty(answered.map(|answered| answered.device.into())),
        subject.request.size.into(),
        fit(subject.request.fit).into(),
        Cell::float(card.temperature),
        card.populations
            .first()
            .map_or("", |population| &population.name)
            .into(),
        card.title.as_str().into(),
        subject.id.into(),
        subject.sha256.into(),
        row.sha256.into(),
        notes.join(" ").as_str().into(),
        notice.join(" ").as_str().into(),
    ];
    for index in 0..card.classes.len() {
        let value = |values: &[f32]| Cell::float(values[index]);
        cells.push(or_empty(told.and(probabilities.as_deref()).map(value)));
        cells.push(or_empty(told.map(|answered| value(answered.logits))));
    }
    line(&cells)
}

fn fit(rule: FitRule) -> &'static str {
    match rule {
        FitRule::CentreSquare => "centre-square",
        FitRule::Pad => "pad",
        FitRule::Stretch => "stretch",
        FitRule::Disc => "disc",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn card() -> ModelCard {
        let point = json!({"positive": 1, "probability": 0.25, "chosen": "here"});
        serde_json::from_value(json!({
            "format_version": 1, "title": "A, B", "architecture": "resnet18", "temperature": 0.5, "medical": true,
            "input": {"size": 224, "sizes": [224], "mean": [0, 0, 0], "std": [1, 1, 1], "fit": "pad"},
            "operating_point": point,
            "populations": [{"name": "adults", "temperature": 0.5, "operating_point": point}],
            "provenance": {"weights": "", "licence": "", "attribution": "", "training_data": "", "conversion": ""},
            "intended_use": "", "limits": [], "classes": ["=healthy", "ill"],
        }))
        .expect("a card")
    }

    fn answered(score: f32, anyway: bool) -> Outcome<'static> {
        Outcome::Answered(Answered {
            width: 640,
            height: 480,
            logits: &[0.5, -0.25],
            novelty: Some(Novelty {
                score,
                threshold: 2.0,
                counterpart: None,
            }),
            anyway,
            device: "cpu",
            map: true,
            notes: &[
                Note::Inverted,
                Note::Frame {
                    frame: 1,
                    frames: 3,
                },
            ],
        })
    }

    /// The cells of a row by column.
    fn cells(outcome: Outcome) -> Vec<(String, String)> {
        let card = card();
        let request = Request {
            size: 224,
            fit: FitRule::Pad,
            counterparts: true,
        };
        let subject = Subject {
            card: &card,
            id: "ab",
            sha256: "00ff",
            request,
        };
        let picture = Row {
            index: 2,
            file: "in/c.png",
            sha256: "abcd",
            outcome,
        };
        // Within quotes, a comma is part of the text.
        let cut = |text: String| -> Vec<String> {
            let mut quoted = false;
            let ends = |letter: char| {
                quoted ^= letter == '"';
                letter == ',' && !quoted
            };
            let cells = text.trim_end().split(ends);
            cells.map(|cell| cell.replace('"', "")).collect()
        };
        let (names, values) = (cut(header(&card)), cut(row(&subject, &picture)));
        assert_eq!(names.len(), values.len());
        names.into_iter().zip(values).collect()
    }

    fn value(cells: &[(String, String)], name: &str) -> String {
        let found = cells.iter().find(|(column, _)| column == name);
        found.unwrap_or_else(|| panic!("no {name}")).1.clone()
    }

    #[test]
    fn a_known_picture_has_its_answer() {
        let cells = cells(answered(1.5, false));
        // softmax([1, -0.5]), and "yes" from 0.25 on.
        let ill: f32 = value(&cells, "p[1] ill").parse().expect("a number");
        assert!((ill - 0.182_425_5).abs() < 1e-6, "{ill}");
        for (name, expected) in [
            ("file", "in/c.png"),
            ("error", ""),
            ("width", "640"),
            ("verdict", "known"),
            ("novelty", "1.5"),
            ("answer", "'=healthy"),
            ("decision", "no"),
            ("decision_threshold", "0.25"),
            ("map", "0003-c.npy"),
            ("fit", "pad"),
            ("population", "adults"),
            ("model", "A, B"),
            ("model_id", "ab"),
            (
                "notes",
                "The file has what is bright as its lowest values, as on a negative; it was inverted. Frame 1 of 3: the others were not looked at.",
            ),
            ("notice", NOTICE),
            ("logit[0] =healthy", "0.5"),
            ("logit[1] ill", "-0.25"),
        ] {
            assert_eq!(value(&cells, name), expected, "{name}");
        }
    }

    #[test]
    fn what_is_unlike_has_a_verdict_and_no_answer() {
        for score in [2.5, f32::NAN, f32::INFINITY] {
            let cells = cells(answered(score, false));
            assert_eq!(value(&cells, "verdict"), "unlike");
            for name in ["answer", "decision", "map", "p[1] ill", "logit[1] ill"] {
                assert_eq!(value(&cells, name), "", "{name}");
            }
        }
        let cells = cells(answered(2.5, true));
        assert_eq!(value(&cells, "logit[1] ill"), "-0.25");
        assert!(value(&cells, "notice").ends_with(UNLIKE_WARNING));
    }

    #[test]
    fn what_failed_has_its_reason() {
        let cells = cells(Outcome::Failed("It is no picture."));
        assert_eq!(value(&cells, "error"), "It is no picture.");
        for name in ["width", "verdict", "answer", "device", "p[0] =healthy"] {
            assert_eq!(value(&cells, name), "", "{name}");
        }
    }
}
