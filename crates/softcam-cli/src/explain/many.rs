//! Many pictures at once: a row for each in one table, and their maps as files.

use super::gather::{Found, Gathered, gather};
use crate::failure::{Context, Failure, Result};
use crate::opening;
use crate::options::{Fit, request};
use crate::output;
use crate::pictures::each;
use crate::source;
use sha2::{Digest, Sha256};
use softcam::explain::Request;
use softcam::novelty::Novelty;
use softcam::preprocess::Note;
use softcam::reading::NOTICE;
use softcam::results::{self, Answered, Outcome, Row, Subject};
use softcam::weights::file;
use softcam::{Device, Explainer, Explanation, Fault};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Files that a note names.
const SHOWN: usize = 5;

/// What is asked of many pictures.
pub struct Wish<'a> {
    /// Files, folders and archives.
    pub images: &'a [PathBuf],
    pub model: &'a Path,
    pub population: Option<&'a str>,
    pub size: Option<usize>,
    pub fit: Option<Fit>,
    /// Where the table goes; else it is printed.
    pub csv: Option<&'a Path>,
    /// The folder of the maps.
    pub maps: Option<&'a Path>,
    /// Whether somebody insists on answers that mean nothing.
    pub anyway: bool,
}

/// Runs the command for many pictures. Fails at the end where a picture could not be explained; its row says why.
pub fn run(wish: &Wish, out: &mut impl Write) -> Result<()> {
    if let Some(path) = wish.csv {
        output::check_place(path)?;
    }
    let gathered = gather(wish.images)?;
    say_what_is_left_out(&gathered);
    if gathered.pictures.is_empty() {
        return Err(Failure::new(
            "There are no pictures in what was given.",
            "Give files, or folders or zip archives with PNG, JPEG, WebP, BMP, GIF, TIFF, PGM or DICOM files.",
        ));
    }
    let bytes =
        fs::read(wish.model).with_context(|| format!("cannot read {}", wish.model.display()))?;
    let sha256 = hex(&bytes);
    let mut model = file::read(&bytes)?;
    drop(bytes);
    if let Some(name) = wish.population {
        model.card = model.card.for_population(name)?;
    }
    let network = || -> Result<Explainer> { Ok(Explainer::new(model.clone(), &Device::flex())?) };
    let card = &model.card;
    let request = request(wish.size, wish.fit, card)?;
    pollster::block_on(network()?.self_test())?.check()?;
    if let Some(folder) = wish.maps {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    }
    let id = source::short_name(wish.model);
    let subject = Subject {
        card,
        id: &id,
        sha256: &sha256,
        request,
    };
    let rows = each(
        &gathered.pictures,
        network,
        |explainer, index, found, bar| {
            bar.set_message(found.name.clone());
            let (sha256, outcome) = explain(explainer, request, found)?;
            let answered = outcome
                .as_ref()
                .map(|(explanation, notes)| answered(explanation, notes, wish));
            if let (Some(folder), Ok((explanation, _)), Ok(Answered { map: true, .. })) =
                (wish.maps, &outcome, &answered)
            {
                save_map(folder, index, &found.name, explanation)?;
            }
            let row = Row {
                index,
                file: &found.name,
                sha256: &sha256,
                outcome: match &answered {
                    Ok(answered) => Outcome::Answered(*answered),
                    Err(reason) => Outcome::Failed(reason),
                },
            };
            Ok((results::row(&subject, &row), Became::of(&row)))
        },
    )?;
    let mut table = results::header(card);
    rows.iter().for_each(|(row, _)| table.push_str(row));
    let count = |became| rows.iter().filter(|(_, each)| *each == became).count();
    let failed = count(Became::Failed);
    match wish.csv {
        Some(path) => output::write_whole(path, table.as_bytes())?,
        None => out.write_all(table.as_bytes())?,
    }
    if card.medical {
        output::note(format_args!("{NOTICE}"));
    }
    output::note(format_args!(
        "{} pictures: {} explained, {} unlike those that the model was trained on, {failed} failed.",
        rows.len(),
        count(Became::Explained),
        count(Became::Unlike),
    ));
    if let [first, ..] = &gathered.refused[..] {
        return Err(Failure::new(
            format!(
                "{} of the archives could not be read.",
                gathered.refused.len()
            ),
            first.advice(),
        ));
    }
    if failed > 0 {
        return Err(Failure::new(
            format!(
                "{failed} of {} pictures could not be explained.",
                rows.len()
            ),
            "The column \"error\" says why; all other rows are as they should be.",
        ));
    }
    Ok(())
}

/// Before anything else is, so that it is told as well where no picture is left.
fn say_what_is_left_out(gathered: &Gathered) {
    if !gathered.others.is_empty() {
        output::note(format_args!(
            "note: {} files are no pictures and are left out: {}",
            gathered.others.len(),
            some(&gathered.others)
        ));
    }
    for failure in &gathered.refused {
        output::note(format_args!("note: {failure}"));
    }
    for (name, why) in gathered.left.iter().take(SHOWN) {
        output::note(format_args!("note: {name} is left out. {why}"));
    }
    if gathered.left.len() > SHOWN {
        let more = gathered.left.len() - SHOWN;
        output::note(format_args!(
            "note: {more} more files of archives are left out."
        ));
    }
}

/// What became of a picture.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Became {
    Explained,
    Unlike,
    Failed,
}

impl Became {
    fn of(row: &Row) -> Self {
        match row.outcome {
            Outcome::Failed(_) => Self::Failed,
            Outcome::Answered(answered) if flagged(answered.novelty) => Self::Unlike,
            Outcome::Answered(_) => Self::Explained,
        }
    }
}

fn flagged(novelty: Option<Novelty>) -> bool {
    novelty.is_some_and(|novelty| novelty.flagged())
}

/// What a row says of an explanation.
fn answered<'a>(explanation: &'a Explanation, notes: &'a [Note], wish: &Wish) -> Answered<'a> {
    let answer = &explanation.answer;
    let withheld = flagged(answer.novelty) && !wish.anyway;
    Answered {
        width: answer.placement.photo.width,
        height: answer.placement.photo.height,
        logits: &answer.logits,
        novelty: answer.novelty,
        anyway: wish.anyway,
        device: "cpu",
        map: wish.maps.is_some() && !withheld,
        notes,
    }
}

/// An explanation, and what there is to know about the file that was explained.
type Opened = (Explanation, Vec<Note>);

/// One picture: the hash of its file, and its explanation with what there is to know about the file, or why there is none.
/// What is wrong with more than this picture ends the run.
fn explain(
    explainer: &Explainer,
    request: Request,
    found: &Found,
) -> Result<(String, Result<Opened, String>)> {
    let bytes = match found.read() {
        Ok(bytes) => bytes,
        Err(reason) => return Ok((String::new(), Err(reason))),
    };
    let sha256 = hex(&bytes);
    let explained = opening::photo(bytes).and_then(|photo| {
        let explanation = pollster::block_on(explainer.explain(&photo, request))?;
        Ok((explanation, photo.notes))
    });
    match explained {
        Ok(explained) => Ok((sha256, Ok(explained))),
        Err(error) if error.fault() == Fault::Image => Ok((sha256, Err(error.to_string()))),
        Err(error) => Err(Failure::from(error).within(format!("stopped at {}", found.name))),
    }
}

fn save_map(folder: &Path, index: usize, name: &str, explanation: &Explanation) -> Result<()> {
    let maps = &explanation.maps;
    let shape = [maps.classes(), maps.height(), maps.width()];
    let path = folder.join(format!("{}.npy", results::stem(index, name)));
    output::write_whole(&path, &results::npy(maps.data(), shape))
}

fn hex(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The first of some names, and how many more there are.
fn some(names: &[String]) -> String {
    let shown = names[..names.len().min(SHOWN)].join(", ");
    if names.len() > SHOWN {
        format!("{shown} and {} more", names.len() - SHOWN)
    } else {
        shown
    }
}
