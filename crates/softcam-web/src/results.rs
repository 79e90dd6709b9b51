//! Answers to many pictures as files.

use crate::Model;
use crate::boundary::{argument, thrown};
use crate::types::{TableRowList, TableSubjectObject};
use js_sys::Uint8Array;
use serde::Deserialize;
use softcam::explain::Request;
use softcam::novelty::{Counterpart, Novelty};
use softcam::preprocess::Note;
use softcam::results::{self, Answered, Outcome, Row, Subject};
use softcam::weights::FitRule;
use wasm_bindgen::prelude::*;

#[derive(Deserialize)]
struct SubjectValues {
    id: String,
    sha256: String,
    size: usize,
    fit: FitRule,
    population: Option<String>,
}

#[derive(Deserialize)]
struct RowValues {
    file: String,
    sha256: String,
    error: Option<String>,
    answered: Option<AnsweredValues>,
}

#[derive(Deserialize)]
struct AnsweredValues {
    width: u32,
    height: u32,
    logits: Vec<f32>,
    novelty: Option<NoveltyValues>,
    anyway: bool,
    device: String,
    map: bool,
    notes: Vec<Note>,
}

#[derive(Deserialize)]
struct NoveltyValues {
    score: f32,
    threshold: f32,
    counterpart: Option<Counterpart>,
}

/// A table of answers, and what the files beside it are called.
#[wasm_bindgen]
pub struct ResultTable {
    text: String,
    stems: Vec<String>,
}

#[wasm_bindgen]
impl ResultTable {
    /// CSV, UTF-8.
    pub fn bytes(&self) -> Uint8Array {
        Uint8Array::from(self.text.as_bytes())
    }

    /// One per row: how the names of its files begin.
    pub fn stems(&self) -> Vec<String> {
        self.stems.clone()
    }
}

/// A row per picture, as `softcam explain` writes it.
#[wasm_bindgen(js_name = resultTable)]
pub fn result_table(
    model: &Model,
    subject: TableSubjectObject,
    rows: TableRowList,
) -> Result<ResultTable, JsValue> {
    let about: SubjectValues = argument("subject", subject)?;
    let rows: Vec<RowValues> = argument("rows", rows)?;
    let card = match &about.population {
        Some(name) => &(model.inner_card().for_population(name)).map_err(|e| thrown(&e))?,
        None => model.inner_card(),
    };
    let subject = Subject {
        card,
        id: &about.id,
        sha256: &about.sha256,
        request: Request {
            size: about.size,
            fit: about.fit,
            counterparts: true,
        },
    };
    let mut text = results::header(card);
    let mut stems = Vec::with_capacity(rows.len());
    for (index, values) in rows.iter().enumerate() {
        let outcome = match &values.answered {
            Some(answered) => Outcome::Answered(Answered {
                width: answered.width,
                height: answered.height,
                logits: &answered.logits,
                novelty: answered.novelty.as_ref().map(|novelty| Novelty {
                    score: novelty.score,
                    threshold: novelty.threshold,
                    counterpart: novelty.counterpart,
                }),
                anyway: answered.anyway,
                device: &answered.device,
                map: answered.map,
                notes: &answered.notes,
            }),
            None => Outcome::Failed(values.error.as_deref().unwrap_or_default()),
        };
        let row = Row {
            index,
            file: &values.file,
            sha256: &values.sha256,
            outcome,
        };
        text.push_str(&results::row(&subject, &row));
        stems.push(results::stem(index, &values.file));
    }
    Ok(ResultTable { text, stems })
}

/// Maps, `[classes, rows, columns]`, as the bytes of a `.npy` file.
#[wasm_bindgen]
pub fn npy(values: &[f32], classes: usize, rows: usize, columns: usize) -> Uint8Array {
    Uint8Array::from(&results::npy(values, [classes, rows, columns])[..])
}
