//! `softcam eval`: how good a model is, measured on labelled pictures.

mod agreement;
pub mod answers;
mod arguments;
pub mod boxes;
mod card;
pub mod data;
pub mod document;
pub mod folds;
pub mod measured;
pub mod plots;
mod report;
mod results;
mod scores;
mod several;
pub mod subject;
pub mod table;

pub use arguments::Arguments;

use crate::figures::are_grades;
use crate::options::request;
use crate::output::{self, write_whole};
use answers::unreadable;
use softcam::weights::ModelCard;
use std::io::Write;
use std::time::Instant;
use subject::Subject;

/// Runs the command.
pub fn run(arguments: &Arguments, out: &mut impl Write) -> crate::failure::Result<()> {
    let places = [
        &arguments.json,
        &arguments.html,
        &arguments.scores,
        &arguments.figures,
    ];
    for path in places.into_iter().flatten() {
        output::check_place(path)?;
    }
    let start = Instant::now();
    let folds = arguments
        .folds
        .as_deref()
        .map(folds::Folds::read)
        .transpose()?;
    let mut subjects = Vec::new();
    if let Some(folds) = &folds {
        subjects.push(folds.common()?);
    }
    if let Some(path) = &arguments.model {
        subjects.push(Subject::read(path)?);
    }
    if let Some(path) = &arguments.against {
        let second = Subject::read(path)?;
        subjects[0].check_same_classes(&second)?;
        subjects.push(second);
    }
    if let Some(name) = &arguments.population {
        for subject in &mut subjects {
            subject.model.card = subject.model.card.for_population(name)?;
        }
    }
    if !subjects[0].model.card.activation.is_softmax() {
        return several::run(arguments, &subjects, start, out);
    }
    let classes = subjects[0].model.card.classes.clone();
    let mut data = data::load(&arguments.data, &classes, arguments.skip_unreadable)?;
    let boxes = boxes::load(&arguments.boxes, &data, &subjects[0])?;
    let request = |card: &ModelCard| Ok(request(arguments.size, arguments.fit, card)?);
    let requests = arguments.requests(&subjects)?;

    let answered = match &folds {
        Some(folds) => {
            folds.keep_finished(&mut data)?;
            folds.answer(&data, request, |subject| {
                boxes::load(&arguments.boxes, &data, subject)
            })?
        }
        None => answers::answer(
            &subjects,
            &requests,
            &data.set.items,
            boxes::locate(boxes.as_ref()),
        )?,
    };
    if answered.pictures.is_empty() {
        return Err(unreadable(&answered.unreadable));
    }
    let settings = softcam_eval::Settings {
        bootstrap: softcam_eval::Bootstrap {
            seed: arguments.seed,
            ..Default::default()
        },
        ordinal: arguments.ordinal || are_grades(&classes),
    };
    let results = (subjects.iter().enumerate())
        .map(|(index, subject)| {
            measured::Measured::new(subject, requests[index], index, &data, &answered, settings)
        })
        .collect::<crate::failure::Result<Vec<_>>>()?;
    let agreement = (subjects.len() > 1).then(|| agreement::Agreement::new(&answered, &results));

    let results = results::Results {
        data: &data,
        answered: &answered,
        models: &results,
        agreement,
        boxes: boxes.as_ref(),
        seconds: start.elapsed().as_secs_f64(),
    };
    if let Some(path) = &arguments.json {
        let document = serde_json::to_string_pretty(&document::document(&results))?;
        write_whole(path, format!("{document}\n").as_bytes())?;
    }
    if let Some(path) = &arguments.scores {
        write_whole(path, &scores::table(&results)?)?;
    }
    if let Some(path) = &arguments.html {
        write_whole(
            path,
            report::page(&results, &subjects[0], requests[0])?.as_bytes(),
        )?;
    }
    table::print(&results, out)?;
    // What was measured is there for all to see; a card must not carry figures of pictures that were lost on the way.
    if !answered.unreadable.is_empty() && !arguments.skip_unreadable {
        return Err(unreadable(&answered.unreadable));
    }
    if let (Some(path), Some(text)) = (&arguments.figures, &arguments.measured_on) {
        write_whole(
            path,
            &card::with_figures(
                &subjects[0].model,
                card::figures(&results.models[0], text),
                text,
            )?,
        )?;
        writeln!(
            out,
            "Model with these figures in its card: {}",
            path.display()
        )?;
    }
    Ok(())
}
