//! `softcam eval --folds`: the models of a cross-validation, each on pictures that it did not see.
//!
//! Which picture is in which fold, and what the folds' models said, comes from the directory that `softcam train --folds`
//! left. The temperature and operating point for a picture are those that suit its collection's predictions of the other
//! folds, so that they are the same whichever of the pictures are measured here.

use super::answers::{Answered, answer};
use super::boxes;
use super::data::Data;
use super::subject::Subject;
use crate::failure::{Context, Failure, Result};
use crate::folds::figures::out_of_fold;
use crate::folds::table::{Prediction, Row, read_folds, read_predictions};
use crate::folds::{CLASS_OFFSETS, FIGURES, FOLDS, PREDICTIONS, directory};
use crate::output::note;
use serde_json::Value;
use softcam::explain::Request;
use softcam::weights::ModelCard;
use softcam_data::Dataset;
use softcam_eval::cross_validation::Nested;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::slice;

/// Files of a run's model, the one to be shipped first.
const MODELS: [&str; 4] = ["int8", "int4", "float16", "float"];

/// The models of finished folds.
pub struct Folds {
    place: PathBuf,
    /// By fold, counted from 1.
    subjects: BTreeMap<usize, Subject>,
    rows: Vec<Row>,
    predictions: Vec<Prediction>,
    /// Whether their calibration has an offset for each class.
    with_offsets: bool,
}

impl Folds {
    /// Reads what `softcam train --folds` left in `place`. Folds that are not finished are left out, and said so.
    pub fn read(place: &Path) -> Result<Self> {
        let mut subjects = BTreeMap::new();
        let mut predictions = Vec::new();
        let all = (1..)
            .map(|fold| (fold, directory(place, fold)))
            .take_while(|(fold, run)| run.exists() || directory(place, fold + 1).exists());
        for (fold, run) in all {
            let table = run.join(PREDICTIONS);
            let files = MODELS.map(|name| run.join(format!("{name}.safetensors")));
            let file = files.iter().find(|file| file.exists());
            let (true, Some(file)) = (table.exists(), file) else {
                continue;
            };
            let subject = Subject::read(file)?;
            predictions.extend(read_predictions(&table, &subject.model.card.classes)?);
            subjects.insert(fold, subject);
        }
        let Some(first) = subjects.values().next() else {
            return Err(Failure::new(
                format!("No fold in {} is finished.", place.display()),
                "Give --folds a directory that softcam train --folds left.",
            ));
        };
        for other in subjects.values() {
            first.check_same_classes(other)?;
        }
        let rows = read_folds(&place.join(FOLDS), &first.model.card.classes)?;
        Ok(Self {
            place: place.to_owned(),
            with_offsets: has_offsets(&place.join(FIGURES))?,
            rows,
            subjects,
            predictions,
        })
    }

    /// The model of the first fold, for what they have in common; its file is the directory.
    pub fn common(&self) -> Result<Subject> {
        let first = self.subjects.values().next().context("there is no fold")?;
        Ok(Subject {
            model: first.model.clone(),
            file: format!(
                "{}, {} folds",
                self.place.file_name().unwrap_or_default().to_string_lossy(),
                self.subjects.len()
            ),
        })
    }

    /// The folds' models, in the order of their numbers.
    pub fn subjects(&self) -> impl Iterator<Item = &Subject> {
        self.subjects.values()
    }

    /// By index of the picture in `data`: which of [`Self::subjects`] has not seen it.
    pub fn strangers(&self, data: &Data) -> Result<Vec<usize>> {
        let places = self.places(self.collection(data)?);
        let folds: Vec<usize> = self.subjects.keys().copied().collect();
        (data.set.items.iter())
            .map(|item| {
                let fold = places.get(item.file.as_str());
                let at = folds.iter().position(|known| Some(known) == fold);
                at.with_context(|| format!("{} is in no finished fold", item.file))
            })
            .collect()
    }

    /// Takes pictures of folds that are not finished out of `data`.
    pub fn keep_finished(&self, data: &mut Data) -> Result<()> {
        let places = self.places(self.collection(data)?);
        let known = |file: &str| self.subjects.contains_key(&places[file]);
        let before = data.set.items.len();
        data.retain(|item| known(&item.file));
        if data.set.items.len() < before {
            note(format_args!(
                "{} pictures of folds that are not finished are left out.",
                before - data.set.items.len()
            ));
        }
        Ok(())
    }

    /// Runs every model on its own pictures of `data`, all of which are in finished folds. `locating` has the boxes that a
    /// model's evidence is held against.
    pub fn answer(
        &self,
        data: &Data,
        request: impl Fn(&ModelCard) -> Result<Request>,
        locating: impl Fn(&Subject) -> Result<Option<boxes::Task>>,
    ) -> Result<Answered> {
        let collection = self.collection(data)?;
        let places = self.places(collection);
        let mut answered = Answered {
            pictures: Vec::new(),
            unreadable: Vec::new(),
            nested: None,
        };
        let mut folds = BTreeMap::new();
        for (&fold, subject) in &self.subjects {
            let inside: Vec<usize> = (0..data.set.items.len())
                .filter(|index| places[data.set.items[*index].file.as_str()] == fold)
                .collect();
            if inside.is_empty() {
                continue;
            }
            let task = locating(subject)?;
            let items = inside.iter().map(|index| data.set.items[*index].clone());
            let part = Dataset {
                items: items.collect(),
                ..data.set.clone()
            };
            let request = request(&subject.model.card)?;
            let these = answer(
                slice::from_ref(subject),
                &[request],
                &part.items,
                boxes::locate(task.as_ref()),
            )?;
            answered.unreadable.extend(these.unreadable);
            for (index, answers) in these.pictures {
                folds.insert(inside[index], fold);
                answered.pictures.push((inside[index], answers));
            }
        }
        answered.pictures.sort_by_key(|(index, _)| *index);
        self.calibrate(collection, &folds, &mut answered)?;
        Ok(answered)
    }

    /// Answers by the temperature and the operating point of each picture's fold.
    fn calibrate(
        &self,
        collection: &str,
        folds: &BTreeMap<usize, usize>,
        answered: &mut Answered,
    ) -> Result<()> {
        let these: Vec<&Prediction> = (self.predictions.iter())
            .filter(|prediction| prediction.row.collection == collection)
            .collect();
        let classes = these
            .first()
            .map_or(0, |prediction| prediction.logits.len());
        let calibrations = out_of_fold(&these, classes, self.with_offsets)?
            .nested()?
            .calibrations;
        let mut nested = Nested {
            probabilities: Vec::new(),
            calls: Vec::new(),
            calibrations: BTreeMap::new(),
        };
        for (index, answers) in &mut answered.pictures {
            let fold = folds[index];
            let calibration = &calibrations[&fold];
            nested.calibrations.insert(fold, calibration.clone());
            for answer in answers {
                answer.probabilities = calibration.probabilities(&answer.logits);
                let call = calibration.decision(classes).class(&answer.probabilities);
                nested.calls.push(call);
                nested.probabilities.extend(&answer.probabilities);
            }
        }
        answered.nested = Some(nested);
        Ok(())
    }

    /// The collection that all of these pictures are in.
    fn collection(&self, data: &Data) -> Result<&str> {
        let names: BTreeSet<&str> = (self.rows.iter())
            .map(|row| row.collection.as_str())
            .collect();
        let mut missing = None;
        let mut found = Vec::new();
        for name in names {
            let places = self.places(name);
            let stranger = |item: &&softcam_data::Item| !places.contains_key(item.file.as_str());
            match data.set.items.iter().find(stranger) {
                Some(item) => missing = Some(&item.file),
                None => found.push(name),
            }
        }
        match (&found[..], missing) {
            ([name], _) => Ok(name),
            ([], file) => Err(Failure::new(
                format!(
                    "{} was in no fold of one collection with all others.",
                    file.map_or("A picture", |file| file.as_str())
                ),
                "Give the table of a collection that the folds were made of.",
            )),
            (several, _) => Err(Failure::new(
                format!(
                    "The files are those of several collections: {}.",
                    several.join(", ")
                ),
                "Give the files of collections different names.",
            )),
        }
    }

    /// The fold of every file of a collection.
    fn places(&self, collection: &str) -> BTreeMap<&str, usize> {
        let rows = self.rows.iter().filter(|row| row.collection == collection);
        rows.map(|row| (row.file.as_str(), row.fold)).collect()
    }
}

/// What the figures of a cross-validation say about its calibration; folds that are not all finished have none yet.
fn has_offsets(figures: &Path) -> Result<bool> {
    if !figures.exists() {
        return Ok(false);
    }
    let cannot = || format!("cannot read {}", figures.display());
    let text = fs::read_to_string(figures).with_context(cannot)?;
    let figures: Value = serde_json::from_str(&text).with_context(cannot)?;
    Ok(figures[CLASS_OFFSETS].as_bool() == Some(true))
}
