//! Which picture is in which fold, and what was predicted out of fold, as tables.

use crate::failure::{Context, Failure, Result};
use std::collections::BTreeMap;
use std::path::Path;

/// The columns that both tables begin with.
const COLUMNS: [&str; 5] = ["collection", "file", "label", "group", "fold"];
/// The last column of predictions.
const NOVELTY: &str = "novelty";

/// A picture and its fold.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Name of its collection.
    pub collection: String,
    /// As in the table that it comes from.
    pub file: String,
    /// Index of its class.
    pub class: usize,
    /// Whose picture it is; none where it stands for itself.
    pub group: Option<String>,
    /// Counted from 1.
    pub fold: usize,
}

/// What the model of its fold said about a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// Which picture.
    pub row: Row,
    /// One value per class.
    pub logits: Vec<f32>,
    /// How unlike the pictures it is that the model of its fold was trained on, where that can be told.
    pub novelty: Option<f32>,
}

impl Row {
    /// What belongs together in resamples: the group, whatever its collection, or the picture.
    fn unit(&self) -> (bool, String) {
        match &self.group {
            Some(group) => (true, group.clone()),
            None => (false, format!("{}\n{}", self.collection, self.file)),
        }
    }

    fn cells(&self, classes: &[String]) -> Vec<String> {
        vec![
            self.collection.clone(),
            self.file.clone(),
            classes[self.class].clone(),
            self.group.clone().unwrap_or_default(),
            self.fold.to_string(),
        ]
    }

    fn read(record: &csv::StringRecord, classes: &[String]) -> Option<Self> {
        let cell = |column: usize| Some(record.get(column)?.to_owned());
        let (label, group) = (cell(2)?, cell(3)?);
        Some(Self {
            collection: cell(0)?,
            file: cell(1)?,
            class: classes.iter().position(|class| *class == label)?,
            group: (!group.is_empty()).then_some(group),
            fold: cell(4)?.parse().ok().filter(|fold| *fold > 0)?,
        })
    }
}

/// A number for each row; rows that belong together have the same.
pub fn units<'a>(rows: impl Iterator<Item = &'a Row>) -> Vec<usize> {
    let mut numbers = BTreeMap::new();
    rows.map(|row| {
        let next = numbers.len();
        *numbers.entry(row.unit()).or_insert(next)
    })
    .collect()
}

/// The table of folds; labels are names of `classes`.
pub fn write_folds(rows: &[Row], classes: &[String]) -> Result<Vec<u8>> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(COLUMNS)?;
    for row in rows {
        table.write_record(row.cells(classes))?;
    }
    Ok(table.into_inner().map_err(|error| error.into_error())?)
}

/// The table of predictions, a logit per class. Numbers read back are the same.
pub fn write_predictions(predictions: &[Prediction], classes: &[String]) -> Result<Vec<u8>> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(header(classes))?;
    for prediction in predictions {
        let mut cells = prediction.row.cells(classes);
        cells.extend(prediction.logits.iter().map(f32::to_string));
        cells.push(
            prediction
                .novelty
                .map(|n| n.to_string())
                .unwrap_or_default(),
        );
        table.write_record(cells)?;
    }
    Ok(table.into_inner().map_err(|error| error.into_error())?)
}

fn header(classes: &[String]) -> Vec<String> {
    let logits = classes.iter().map(|class| format!("logit {class}"));
    let fixed = COLUMNS.map(str::to_owned).into_iter();
    fixed.chain(logits).chain([NOVELTY.to_owned()]).collect()
}

/// Reads a table of folds.
///
/// # Errors
///
/// Where it cannot be read or has other classes.
pub fn read_folds(path: &Path, classes: &[String]) -> Result<Vec<Row>> {
    let header = COLUMNS.map(str::to_owned);
    read(path, &header, |record| Row::read(record, classes))
}

/// Reads a table of predictions.
///
/// # Errors
///
/// Where it cannot be read or has other classes.
pub fn read_predictions(path: &Path, classes: &[String]) -> Result<Vec<Prediction>> {
    read(path, &header(classes), |record| {
        let row = Row::read(record, classes)?;
        let cells = (COLUMNS.len()..COLUMNS.len() + classes.len()).map(|at| record.get(at));
        let logits = cells.map(|cell| cell?.parse().ok());
        let novelty = record.get(COLUMNS.len() + classes.len())?;
        Some(Prediction {
            row,
            logits: logits.collect::<Option<_>>()?,
            novelty: (!novelty.is_empty())
                .then(|| novelty.parse())
                .transpose()
                .ok()?,
        })
    })
}

fn read<T>(
    path: &Path,
    header: &[String],
    parse: impl Fn(&csv::StringRecord) -> Option<T>,
) -> Result<Vec<T>> {
    let cannot = || format!("cannot use {}", path.display());
    let mut table = csv::Reader::from_path(path).with_context(cannot)?;
    let other = || {
        Failure::new(
            "It is not of a cross-validation of these classes.",
            "Give the directory and the classes of one softcam train --folds.",
        )
        .within(cannot())
    };
    if !table.headers().with_context(cannot)?.iter().eq(header) {
        return Err(other());
    }
    let rows = table.records().map(|record| {
        let record = record.with_context(cannot)?;
        parse(&record).ok_or_else(other)
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

    use super::*;

    fn row(collection: &str, file: &str, group: Option<&str>, fold: usize) -> Row {
        Row {
            collection: collection.into(),
            file: file.into(),
            class: 1,
            group: group.map(str::to_owned),
            fold,
        }
    }

    #[test]
    fn predictions_come_back_as_they_were() {
        let classes = ["no, none".to_owned(), "yes".to_owned()];
        let all = [
            Prediction {
                row: row("children, \"small\"", "a/b.png", Some("p 1"), 3),
                logits: vec![0.1, -1e-7],
                novelty: Some(1.0 / 3.0),
            },
            Prediction {
                row: row("adults", "c.png", None, 1),
                logits: vec![f32::MAX, 1.0 / 3.0],
                novelty: None,
            },
        ];
        let path =
            std::env::temp_dir().join(format!("softcam-predictions-{}.csv", std::process::id()));
        std::fs::write(&path, write_predictions(&all, &classes).unwrap()).unwrap();
        assert_eq!(read_predictions(&path, &classes).unwrap(), all);
        let others = ["no".to_owned(), "yes".to_owned()];
        let refused = read_predictions(&path, &others).unwrap_err();
        assert!(refused.to_string().contains("these classes"), "{refused}");
        assert!(read_folds(&path, &classes).is_err());
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn groups_belong_together_across_collections_and_files_do_not() {
        let rows = [
            row("a", "1.png", None, 1),
            row("b", "1.png", None, 1),
            row("a", "2.png", Some("1.png"), 1),
            row("b", "3.png", Some("1.png"), 1),
        ];
        assert_eq!(units(rows.iter()), [0, 1, 2, 2]);
    }
}
