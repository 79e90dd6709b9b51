//! `softcam eval`: how good a model is, measured on labelled pictures.

mod agreement;
pub mod answers;
pub mod boxes;
mod card;
pub mod data;
pub mod document;
mod folds;
pub mod measured;
pub mod plots;
mod report;
mod results;
mod scores;
mod several;
pub mod subject;
pub mod table;

use crate::failure::Failure;
use crate::figures::are_grades;
use crate::options::{Fit, request};
use crate::output::{self, write_whole};
use softcam::explain::Request;
use softcam::weights::ModelCard;
use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;
use subject::Subject;

/// Measure a model on labelled pictures: accuracy, AUC, sensitivity and specificity, calibration, and whether its
/// evidence lies where boxes say the finding is. With 95 % intervals, bootstrapped over patients where the table has them.
///
/// For two classes, "yes" begins at the operating point of the model's card, else at one half for class 1, and accuracy,
/// F1, sensitivity and specificity all belong to it. For more classes the most probable one is the answer, and metrics
/// are means over classes, each against the rest.
///
/// Of a model whose classes do not exclude each other (a sigmoid for each), every class is a question of its own: AUC,
/// average precision, sensitivity and specificity from a probability of one half on, class by class and as means. The table
/// then has a column for each class (--label-columns).
#[derive(clap::Args)]
pub struct Arguments {
    /// Model file.
    #[arg(long, value_name = "FILE", required_unless_present = "folds")]
    model: Option<PathBuf>,
    /// Instead of a model: the directory that softcam train --folds left. Every fold's model is run on those of the pictures
    /// that it did not see, and all of them are measured together, each answered with the temperature and the operating
    /// point that suit the other folds. The table is that of one of the collections.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["model", "against", "html", "figures"])]
    folds: Option<PathBuf>,
    #[command(flatten)]
    data: data::Arguments,
    /// A second model with the same classes, such as the float one beside int8: measured on the same pictures, with how
    /// often both agree.
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// Side of the network's input in pixels. Default: what the card says.
    #[arg(long)]
    size: Option<usize>,
    /// How a picture becomes a square. Default: what the card says.
    #[arg(long, value_enum)]
    fit: Option<Fit>,
    /// Read answers as those for this population of the model's card. [default: its first]
    #[arg(long, value_name = "NAME", conflicts_with_all = ["folds", "figures"])]
    population: Option<String>,
    /// Classes are grades, in order: quadratic weighted kappa is measured. Names that end in ascending numbers are taken
    /// for grades without it.
    #[arg(long)]
    ordinal: bool,
    #[command(flatten)]
    boxes: boxes::Arguments,
    /// Leave out pictures that cannot be read or are not there, instead of failing; they are named.
    #[arg(long)]
    skip_unreadable: bool,
    /// Of the bootstrap's resamples.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Write all figures to this file.
    #[arg(long, value_name = "OUT")]
    json: Option<PathBuf>,
    /// Write a report to this file: one page with plots and samples that needs nothing else.
    #[arg(long, value_name = "REPORT")]
    html: Option<PathBuf>,
    /// Write what the model said about every picture to this table.
    #[arg(long, value_name = "CSV")]
    scores: Option<PathBuf>,
    /// Write a copy of the model whose card has the measured figures to this file.
    #[arg(long, value_name = "FILE", requires = "measured_on", conflicts_with_all = ["limit", "size", "fit"])]
    figures: Option<PathBuf>,
    /// What the figures were measured on, for the card: the data and which part of it. Figures of the same text are
    /// replaced.
    #[arg(long, value_name = "TEXT", requires = "figures")]
    measured_on: Option<String>,
}

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
    let requests = requests(arguments, &subjects)?;

    let answered = match &folds {
        Some(folds) => folds.answer(&mut data, request, &arguments.boxes)?,
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

/// What is asked of each model.
fn requests(arguments: &Arguments, subjects: &[Subject]) -> crate::failure::Result<Vec<Request>> {
    let requests = (subjects.iter())
        .map(|subject| request(arguments.size, arguments.fit, &subject.model.card));
    Ok(requests.collect::<softcam::Result<_>>()?)
}

/// Names pictures that cannot be read.
pub fn unreadable(files: &[(String, String)]) -> Failure {
    const NAMED: usize = 5;
    let names: Vec<&str> = files
        .iter()
        .take(NAMED)
        .map(|(file, _)| file.as_str())
        .collect();
    let more = match files.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Failure::new(
        format!(
            "{} pictures cannot be read: {}{more}.",
            files.len(),
            names.join(", ")
        ),
        "Repair them or take them out of the table; --skip-unreadable measures without them.",
    )
}
