//! `softcam train --folds`: cross-validation by patient.
//!
//! Pictures are decoded once; the folds' runs share them. Every fold's model is rounded by pictures that it was trained on,
//! as a model that is shipped would be, and answers the pictures of its fold at that precision. No epoch is chosen: the last
//! one's weights count, so that nothing is chosen by what is reported. The final model is trained on all pictures by the same
//! schedule; what is fitted for it and what its card claims comes from the folds.

mod arguments;
mod left;

pub use arguments::Arguments;

use super::arguments::Arguments as Train;
use super::arguments::Select;
use super::finish::{Rounded, tell};
use super::fitting::Fitted;
use super::history::History;
use super::learn::{CHECKPOINT, HISTORY, Job, learn};
use super::loading::load;
use super::sources::read_sources;
use super::start::Start;
use crate::failure::{Context, Failure, Result};
use crate::figures::are_grades;
use crate::folds::figures::CrossValidated;
use crate::folds::table::{
    Prediction, Row, read_folds, read_predictions, write_folds, write_predictions,
};
use crate::folds::{CLASS_OFFSETS, FIGURES, FOLDS, PREDICTIONS, directory};
use crate::output::{note, peak_memory, write_whole};
use crate::parts::{CHECK, TRAIN};
use left::Left;
use serde_json::json;
use softcam::Device;
use softcam_eval::Settings;
use softcam_train::Pictures;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

/// Runs the command with `count` folds.
pub fn run(count: usize, arguments: &Train, out: &mut impl Write) -> Result<()> {
    let began = Instant::now();
    check(count, arguments)?;
    let device = arguments.device.open()?;
    let start = Start::new(arguments, read_sources)?;
    let rows = dealt(&start, count, arguments)?;
    check_init(&rows, &start.sources.classes, arguments)?;
    prepare(&rows, &start.sources.classes, arguments)?;
    describe(&start, &rows, count);
    let mut run = Run::new(&start, rows, count, arguments, &device)?;
    let folds = match arguments.cross.only_fold {
        Some(fold) => vec![fold as usize],
        None => (1..=count).collect(),
    };
    let last = usize::from(!arguments.cross.no_final && arguments.cross.only_fold.is_none());
    for (index, &fold) in folds.iter().enumerate() {
        run.fold(fold, folds.len() - index - 1 + last)?;
    }
    let predictions = run.predictions(&folds)?;
    let figures = run.report(&predictions, began, out)?;
    if last > 0 {
        run.last(&figures, &predictions, out)?;
    }
    Ok(())
}

fn check(count: usize, arguments: &Train) -> Result<()> {
    if arguments.select() != Select::Last {
        return Err(Failure::new(
            "With --folds no epoch can be chosen: there are no pictures to choose by but those that are reported on.",
            "Leave out --select.",
        ));
    }
    if arguments.cross.class_offsets && arguments.csv.len() > 1 {
        return Err(Failure::new(
            "--class-offsets are of one collection, and there are several tables.",
            "Give one table, or leave it out.",
        ));
    }
    match arguments.cross.only_fold {
        Some(fold) if fold as usize > count => Err(Failure::new(
            format!("There are {count} folds, and --only-fold is {fold}."),
            format!("Give a number from 1 to {count}."),
        )),
        _ => Ok(()),
    }
}

/// Every picture with its fold, in the order of the collections.
fn dealt(start: &Start, count: usize, arguments: &Train) -> Result<Vec<Row>> {
    let sources = &start.sources;
    let folds = softcam_data::folds(&sources.data, count, arguments.cross.fold_seed)?;
    let rows = sources
        .all()
        .zip(folds.into_iter().flatten())
        .map(|((source, item), fold)| Row {
            collection: sources.names[source].clone(),
            file: item.file.clone(),
            class: item.class,
            group: item.group.clone(),
            fold: fold + 1,
        });
    Ok(rows.collect())
}

/// A second step may start from a cross-validation of the same folds alone: of others, its models have seen the pictures that
/// are to be predicted.
fn check_init(rows: &[Row], classes: &[String], arguments: &Train) -> Result<()> {
    let Some(init) = arguments.init_folds() else {
        return Ok(());
    };
    let table = init.join(FOLDS);
    let cannot = || format!("{} holds no cross-validation", init.display());
    let theirs = fs::exists(&table).is_ok_and(|there| there);
    if !theirs {
        return Err(Failure::new(
            format!("{}.", cannot()),
            "Give --init a file, or the directory that softcam train --folds left.",
        ));
    }
    if read_folds(&table, classes)? == rows {
        return Ok(());
    }
    Err(Failure::new(
        format!(
            "The cross-validation in {} has other pictures or folds, so that its models have seen what is to be predicted here.",
            init.display()
        ),
        "Give the same tables, --folds and --fold-seed as there.",
    ))
}

/// The directory, with the table of folds in it. What is there must be of the same folds, or is replaced.
fn prepare(rows: &[Row], classes: &[String], arguments: &Train) -> Result<()> {
    let out = &arguments.out;
    let table = out.join(FOLDS);
    if arguments.overwrite {
        match arguments.cross.only_fold {
            Some(fold) => forget(&directory(out, fold as usize))?,
            None => {
                let folds = (1..).map(|fold| directory(out, fold));
                for place in folds.take_while(|place| place.exists()) {
                    forget(&place)?;
                }
                forget(out)?;
            }
        }
    }
    match (table.exists(), arguments.resume) {
        (false, true) => {
            return Err(Failure::new(
                format!("There is no cross-validation in {}.", out.display()),
                "Start without --resume.",
            ));
        }
        (true, false) if arguments.cross.only_fold.is_none() => {
            return Err(Failure::new(
                format!("{} holds another cross-validation.", out.display()),
                "Go on with it with --resume, or replace it with --overwrite.",
            ));
        }
        (true, _) if read_folds(&table, classes)? != rows => {
            return Err(Failure::new(
                format!("{} is of other pictures or folds.", table.display()),
                "Give the same tables, --folds and --fold-seed, or another directory.",
            ));
        }
        (true, _) => return Ok(()),
        (false, false) if out.join(CHECKPOINT).exists() => {
            return Err(Failure::new(
                format!("{} holds another run.", out.display()),
                "Choose another directory, or replace it with --overwrite.",
            ));
        }
        (false, false) => {}
    }
    fs::create_dir_all(out).with_context(|| format!("cannot create {}", out.display()))?;
    write_whole(&table, &write_folds(rows, classes)?)
}

/// Removes from a directory what would be taken for a part of this run: what is finished, and what can be taken up.
fn forget(place: &Path) -> Result<()> {
    let names = [FOLDS, PREDICTIONS, FIGURES, HISTORY, CHECKPOINT];
    for file in names.map(|name| place.join(name)) {
        if file.exists() {
            fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
        }
    }
    Ok(())
}

fn describe(start: &Start, rows: &[Row], count: usize) {
    start.sources.describe(&[]);
    for fold in 1..=count {
        let classes = start.sources.classes.iter().enumerate();
        let counts: Vec<String> = classes
            .map(|(class, name)| {
                let here = rows
                    .iter()
                    .filter(|row| row.fold == fold && row.class == class);
                format!("{} {name}", here.count())
            })
            .collect();
        note(format_args!("  fold {fold}: {}", counts.join(", ")));
    }
}

/// A cross-validation under way.
struct Run<'a> {
    start: &'a Start,
    rows: Vec<Row>,
    count: usize,
    arguments: &'a Train,
    device: &'a Device,
    /// As they are learnt from.
    pictures: Pictures,
    /// As they are answered.
    held: Pictures,
    left: Left,
}

impl<'a> Run<'a> {
    fn new(
        start: &'a Start,
        rows: Vec<Row>,
        count: usize,
        arguments: &'a Train,
        device: &'a Device,
    ) -> Result<Self> {
        let sources = &start.sources;
        let card = &start.model.card;
        let read = |size| load(sources.all(), "pictures", &sources.classes, card, size);
        let pictures = read(start.size())?;
        let held = if card.input.size == pictures.size {
            pictures.clone()
        } else {
            read(card.input.size)?
        };
        Ok(Self {
            left: Left::default(),
            start,
            rows,
            count,
            arguments,
            device,
            pictures,
            held,
        })
    }

    /// Trains the model of a fold and writes what it says about the fold's pictures, unless that is done; `later` folds are
    /// left after it.
    fn fold(&mut self, fold: usize, later: usize) -> Result<()> {
        let place = directory(&self.arguments.out, fold);
        let name = format!("fold {fold}/{}, ", self.count);
        if self.is_finished(&place)? {
            note(format_args!("{name}finished before."));
            return Ok(());
        }
        let begun = place.join(CHECKPOINT).exists();
        if begun && !self.arguments.resume {
            return Err(Failure::new(
                format!("{} holds another run.", place.display()),
                "Go on with it with --resume, or replace it with --overwrite.",
            ));
        }
        fs::create_dir_all(&place).with_context(|| format!("cannot create {}", place.display()))?;
        self.write_parts(fold, &place)?;
        let inside = |index: usize| self.rows[index].fold == fold;
        let train = self.pictures.filtered(|index| !inside(index));
        let held = self.held.filtered(inside);
        let left = &mut self.left;
        let job = Job {
            directory: &place,
            model: self.start.model_of(fold, self.arguments)?,
            config: &self.start.config,
            device: self.device,
            select: Select::Last,
            command: &self.arguments.command_line(),
            train: &train,
            tune: None,
            cache_limit: self.arguments.cache_limit(),
            resume: begun,
            name: &name,
        };
        let later = later * self.start.config.epochs;
        let model = learn(job, |seconds, here| {
            left.done(seconds);
            note(format_args!("{name}{}", left.text(here + later)));
        })?;
        let rounded = Rounded::new(model, &train, self.arguments)?;
        let reference = rounded.reference()?;
        let outputs = rounded.outputs(&held)?;
        let known = reference.as_ref().map(|(known, _)| known.clone());
        rounded.write(&Fitted::of_fold(reference), &place)?;
        let rows = self.rows.iter().filter(|row| row.fold == fold);
        let predictions: Vec<Prediction> = rows
            .zip(outputs)
            .map(|(row, output)| Prediction {
                row: row.clone(),
                novelty: (known.as_ref()).map(|known| known.score(&output.features)),
                logits: output.logits,
            })
            .collect();
        // Whole, this file says that the fold is finished.
        let table = write_predictions(&predictions, &self.start.sources.classes)?;
        write_whole(&place.join(PREDICTIONS), &table)
    }

    /// Whether a fold was finished with the same settings.
    fn is_finished(&self, place: &Path) -> Result<bool> {
        let history = place.join(HISTORY);
        if !(place.join(PREDICTIONS).exists() && history.exists()) {
            return Ok(false);
        }
        let cannot = || format!("cannot use {}", history.display());
        let history: History = serde_json::from_slice(&fs::read(&history).with_context(cannot)?)
            .with_context(cannot)?;
        Ok(history.config == self.start.config)
    }

    /// The tables of an ordinary run, so that a fold can be measured alone: its pictures are the check part.
    fn write_parts(&self, fold: usize, place: &Path) -> Result<()> {
        let mut rows = self.rows.iter();
        for (number, dataset) in self.start.sources.data.iter().enumerate() {
            let mut dataset = dataset.clone();
            for (item, row) in dataset.items.iter_mut().zip(rows.by_ref()) {
                let part = if row.fold == fold { CHECK } else { TRAIN };
                item.part = Some(part.to_owned());
            }
            let mut bytes = Vec::new();
            dataset.write_csv(&mut bytes)?;
            write_whole(&place.join(format!("parts-{}.csv", number + 1)), &bytes)?;
        }
        Ok(())
    }

    /// All folds' predictions in the order of the collections.
    fn predictions(&self, folds: &[usize]) -> Result<Vec<Prediction>> {
        let classes = &self.start.sources.classes;
        let mut by_fold = std::collections::BTreeMap::new();
        for &fold in folds {
            let path = directory(&self.arguments.out, fold).join(PREDICTIONS);
            by_fold.insert(fold, read_predictions(&path, classes)?.into_iter());
        }
        let wanted = self.rows.iter().filter(|row| folds.contains(&row.fold));
        let predictions = wanted.map(|row| {
            let next = by_fold.get_mut(&row.fold).and_then(Iterator::next);
            next.filter(|prediction| prediction.row == *row)
                .with_context(|| format!("{} was not predicted in fold {}", row.file, row.fold))
        });
        predictions.collect()
    }

    /// The model that is trained on all pictures, in the directory of all folds.
    fn last(
        &mut self,
        figures: &CrossValidated,
        predictions: &[Prediction],
        out: &mut impl Write,
    ) -> Result<()> {
        let place = &self.arguments.out;
        let name = "final model, ";
        let left = &mut self.left;
        let job = Job {
            directory: place,
            model: self.start.model.clone(),
            config: &self.start.config,
            device: self.device,
            select: Select::Last,
            command: &self.arguments.command_line(),
            train: &self.pictures,
            tune: None,
            cache_limit: self.arguments.cache_limit(),
            resume: place.join(CHECKPOINT).exists(),
            name,
        };
        let model = learn(job, |seconds, here| {
            left.done(seconds);
            note(format_args!("{name}{}", left.text(here)));
        })?;
        let rounded = Rounded::new(model, &self.pictures, self.arguments)?;
        let reference = rounded.reference()?;
        let by = self.unit();
        let fitted = Fitted::out_of_fold(figures, predictions, reference, by, self.arguments);
        let written = rounded.write(&fitted, place)?;
        tell(&written, &fitted, &self.start.sources.classes, out)
    }

    /// What is kept together.
    fn unit(&self) -> &str {
        let grouped = self.rows.iter().any(|row| row.group.is_some());
        match &self.arguments.group {
            Some(column) if grouped => column,
            None if grouped => "patient",
            _ => "picture",
        }
    }

    /// Writes and prints the figures of predictions: those of one fold alone beside its model.
    fn report(
        &self,
        predictions: &[Prediction],
        began: Instant,
        out: &mut impl Write,
    ) -> Result<CrossValidated> {
        let sources = &self.start.sources;
        let cross = &self.arguments.cross;
        let settings = Settings {
            ordinal: cross.ordinal || are_grades(&sources.classes),
            ..Settings::default()
        };
        let names: Vec<String> = (sources.names.iter())
            .filter(|name| predictions.iter().any(|p| p.row.collection == **name))
            .cloned()
            .collect();
        let figures = CrossValidated::new(
            predictions,
            &names,
            sources.classes.len(),
            cross.class_offsets,
            settings,
        )?;
        let mut document = figures.document(&sources.classes);
        document["command"] = json!(self.arguments.command_line());
        document["of_folds"] = json!(self.count);
        document["fold_seed"] = json!(cross.fold_seed);
        document[CLASS_OFFSETS] = json!(cross.class_offsets);
        document["classes"] = json!(sources.classes);
        document["config"] = serde_json::to_value(&self.start.config)?;
        document["seconds"] = json!(began.elapsed().as_secs_f64());
        document["peak_memory"] = json!(peak_memory());
        let place = match cross.only_fold {
            Some(fold) => directory(&self.arguments.out, fold as usize),
            None => self.arguments.out.clone(),
        };
        if cross.only_fold.is_none() {
            let table = write_predictions(predictions, &sources.classes)?;
            write_whole(&place.join(PREDICTIONS), &table)?;
        }
        let text = serde_json::to_string_pretty(&document)?;
        write_whole(&place.join(FIGURES), format!("{text}\n").as_bytes())?;
        figures.print(out)?;
        Ok(figures)
    }
}
