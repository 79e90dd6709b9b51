//! `softcam robustness`: what a model says of pictures that were changed.
//!
//! Two questions, one table. A picture that was only saved again, by another camera's light or another codec, should get the
//! same answer. A picture that no longer is what the model learned from, such as a negative, should be flagged.

mod change;
mod figures;
mod table;

use crate::eval::answers::with_picture;
use crate::eval::data::{self, Data};
use crate::eval::subject::Subject;
use crate::failure::{Context, Failure, Result};
use crate::opening;
use crate::options::request;
use crate::output::{check_place, write_whole};
use crate::pictures::{each, open};
use change::{Change, Kind};
use figures::{Answer, Row};
use softcam::Explainer;
use softcam::explain::Request;
use softcam::preprocess::Photo;
use softcam_data::Item;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Change pictures and compare a model's answers: how far the probability moves and how many answers turn where a picture was
/// only saved again or taken a little otherwise, and how many are flagged as unlike what the model knows where a picture is
/// negative, mirrored, turned, cropped or a screenshot.
#[derive(clap::Args)]
pub struct Arguments {
    /// Model file.
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    #[command(flatten)]
    data: data::Arguments,
    /// Read answers as those for this population of the model's card. [default: its first]
    #[arg(long, value_name = "NAME")]
    population: Option<String>,
    /// Also the same pictures from a folder that another program wrote, such as webp60=DIR: the same names, of any
    /// extension.
    #[arg(long, value_name = "NAME=DIR", value_parser = version)]
    version: Vec<(String, PathBuf)>,
    /// Write all figures to this file.
    #[arg(long, value_name = "OUT")]
    json: Option<PathBuf>,
}

fn version(text: &str) -> std::result::Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, folder)) if !name.is_empty() && Path::new(folder).is_dir() => {
            Ok((name.to_owned(), PathBuf::from(folder)))
        }
        Some((_, folder)) => Err(format!("there is no folder {folder}")),
        None => Err("give a name and a folder, as in webp60=DIR".to_owned()),
    }
}

/// Runs the command.
pub fn run(arguments: &Arguments, out: &mut impl Write) -> Result<()> {
    if let Some(path) = &arguments.json {
        check_place(path)?;
    }
    let mut subject = Subject::read(&arguments.model)?;
    subject.check_exclusive("softcam robustness")?;
    if let Some(name) = &arguments.population {
        subject.model.card = subject.model.card.for_population(name)?;
    }
    let data = data::load(&arguments.data, &subject.model.card.classes, false)?;
    let request = request(None, None, &subject.model.card)?;
    let changes = change::all();
    let start = || Ok(subject.explainer()?);
    let answers = each(&data.set.items, start, |explainer, _, item, _| {
        let photo = open(item).with_context(|| format!("cannot read {}", item.file))?;
        let say = |photo: &Photo| answer(explainer, &subject, request, photo, item);
        let mut answers = vec![say(&photo)?];
        for change in &changes {
            answers.push(say(&change.apply(&photo, request)?)?);
        }
        for (_, folder) in &arguments.version {
            answers.push(say(&same_name(folder, item)?)?);
        }
        Ok(answers)
    })?;
    let rows = rows(&changes, &arguments.version, &data, &answers);
    if let Some(path) = &arguments.json {
        let text = serde_json::to_string_pretty(&table::document(&subject, &data, &rows))?;
        write_whole(path, format!("{text}\n").as_bytes())?;
    }
    table::print(&subject, &data, &rows, out)
}

fn rows(
    changes: &[Change],
    versions: &[(String, PathBuf)],
    data: &Data,
    answers: &[Vec<Answer>],
) -> Vec<Row> {
    let given = versions.iter().map(|(name, _)| (name.clone(), Kind::Same));
    let names = [("as it is".to_owned(), Kind::Same)]
        .into_iter()
        .chain(changes.iter().map(|c| (c.name.to_owned(), c.kind)))
        .chain(given);
    names
        .enumerate()
        .map(|(column, (name, kind))| Row::new(name, kind, column, answers, &data.units))
        .collect()
}

fn answer(
    explainer: &Explainer,
    subject: &Subject,
    request: Request,
    photo: &Photo,
    item: &Item,
) -> Result<Answer> {
    let explanation = pollster::block_on(explainer.explain(photo, request))
        .map_err(|error| with_picture(error, &item.file))?;
    let answer = explanation.answer;
    let call = subject.decision().class(&answer.probabilities);
    Ok(Answer {
        flagged: answer.novelty.map(|novelty| novelty.flagged()),
        call,
        probabilities: answer.probabilities,
    })
}

/// The picture of the same name in `folder`, whatever its extension.
fn same_name(folder: &Path, item: &Item) -> Result<Photo> {
    let wanted = folder.join(&item.file);
    let directory = wanted.parent().unwrap_or(folder);
    let cannot = || format!("cannot read {}", directory.display());
    let entries = fs::read_dir(directory).with_context(cannot)?;
    let mut found = None;
    for entry in entries {
        let path = entry?.path();
        if path.file_stem() == wanted.file_stem() {
            found = Some(path);
        }
    }
    let Some(path) = found else {
        return Err(Failure::new(
            format!("{} has no version of {}.", folder.display(), item.file),
            "Write a version of every picture that is measured, under its name, with any extension.",
        ));
    };
    let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    opening::photo(bytes).with_context(|| format!("cannot read {}", path.display()))
}
