//! `softcam eval` of a model whose classes do not exclude each other: every class is a question of its own.

mod document;
mod results;
mod scores;
mod table;

use super::answers::{answer, unreadable};
use super::arguments::Arguments;
use super::card;
use super::data::load_several;
use super::subject::Subject;
use crate::failure::{Failure, Result};
use crate::output::write_whole;
use results::{Measured, Results};
use softcam_eval::Bootstrap;
use std::io::Write;
use std::time::Instant;

/// Runs the command; `subjects` are the model and the one that it is compared with.
pub fn run(
    arguments: &Arguments,
    subjects: &[Subject],
    start: Instant,
    out: &mut impl Write,
) -> Result<()> {
    refuse_what_is_for_one_class(arguments)?;
    let classes = &subjects[0].model.card.classes;
    let data = load_several(&arguments.data, classes, arguments.skip_unreadable)?;
    let requests = arguments.requests(subjects)?;
    let answered = answer(subjects, &requests, &data.set.items, |_, _| None)?;
    if answered.pictures.is_empty() {
        return Err(unreadable(&answered.unreadable));
    }
    let bootstrap = Bootstrap {
        seed: arguments.seed,
        ..Bootstrap::default()
    };
    let models = (subjects.iter().zip(requests).enumerate())
        .map(|(index, (subject, request))| {
            Measured::new(subject, request, index, &data, &answered, bootstrap)
        })
        .collect::<Result<Vec<_>>>()?;
    let results = Results {
        data: &data,
        answered: &answered,
        models: &models,
        seconds: start.elapsed().as_secs_f64(),
    };
    if let Some(path) = &arguments.json {
        let document = serde_json::to_string_pretty(&document::document(&results))?;
        write_whole(path, format!("{document}\n").as_bytes())?;
    }
    if let Some(path) = &arguments.scores {
        write_whole(path, &scores::table(&results)?)?;
    }
    table::print(&results, out)?;
    if !answered.unreadable.is_empty() && !arguments.skip_unreadable {
        return Err(unreadable(&answered.unreadable));
    }
    if let (Some(path), Some(text)) = (&arguments.figures, &arguments.measured_on) {
        let figures = document::figures(&models[0], text);
        write_whole(
            path,
            &card::with_figures(&subjects[0].model, figures, text)?,
        )?;
        writeln!(
            out,
            "Model with these figures in its card: {}",
            path.display()
        )?;
    }
    Ok(())
}

/// Options that mean nothing where a picture may be of several classes.
fn refuse_what_is_for_one_class(arguments: &Arguments) -> Result<()> {
    let given = [
        ("--folds", arguments.folds.is_some()),
        ("--html", arguments.html.is_some()),
        ("--boxes", arguments.boxes.any()),
        ("--ordinal", arguments.ordinal),
    ];
    match given.iter().find(|(_, given)| *given) {
        Some((option, _)) => Err(Failure::new(
            format!("{option} is for classes that exclude each other, and this model's do not."),
            "Leave it out: every class is measured by itself, and --json has all figures.",
        )),
        None => Ok(()),
    }
}
