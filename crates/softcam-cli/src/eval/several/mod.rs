//! `softcam eval` of a model whose classes do not exclude each other: every class is a question of its own.

mod document;
mod scores;
mod table;

use super::answers::{Answered, answer};
use super::data::{Data, load_several};
use super::subject::Subject;
use super::{Arguments, card, requests, unreadable};
use crate::failure::{Failure, Result};
use crate::output::write_whole;
use softcam::explain::Request;
use softcam_data::Several;
use softcam_eval::several::{Each, Labelled, OfClass};
use softcam_eval::{Bootstrap, FEW};
use std::io::Write;
use std::time::Instant;

/// What was measured of one model.
struct Measured<'a> {
    subject: &'a Subject,
    request: Request,
    each: Each,
    /// Pictures unlike what the model knows; none where it cannot tell.
    flagged: Option<usize>,
    /// Means over the pictures: absolute value of a cell, and share of cells below a twentieth of the largest.
    mean_evidence: f64,
    empty_cells: f64,
}

/// Everything that was found out.
struct Results<'a> {
    data: &'a Data<Several>,
    answered: &'a Answered,
    /// The model, and the one that it is compared with.
    models: &'a [Measured<'a>],
    seconds: f64,
}

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
    let requests = requests(arguments, subjects)?;
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

impl<'a> Measured<'a> {
    /// Measures model number `index` of those that answered.
    fn new(
        subject: &'a Subject,
        request: Request,
        index: usize,
        data: &Data<Several>,
        answered: &Answered,
        bootstrap: Bootstrap,
    ) -> Result<Self> {
        let answers = || answered.pictures.iter().map(move |(_, all)| &all[index]);
        let pictures = || answered.pictures.iter().map(|(picture, _)| *picture);
        let probabilities = answers().flat_map(|answer| answer.probabilities.iter().copied());
        let shows = pictures().map(|picture| data.set.items[picture].class.clone());
        let labelled = Labelled::new(
            data.set.classes.len(),
            probabilities.collect(),
            shows.collect(),
            pictures().map(|picture| data.units[picture]).collect(),
        )?;
        let knows = subject.model.novelty_reference.is_some();
        let flagged = answers()
            .filter(|answer| answer.novelty.is_some_and(|novelty| novelty.flagged()))
            .count();
        let count = answered.pictures.len() as f64;
        Ok(Self {
            subject,
            request,
            each: labelled.measure(&data.set.labelled, bootstrap),
            flagged: knows.then_some(flagged),
            mean_evidence: answers().map(|answer| answer.mean_evidence).sum::<f64>() / count,
            empty_cells: answers().map(|answer| answer.empty_cells).sum::<f64>() / count,
        })
    }

    /// The name of a class.
    fn name(&self, class: &OfClass) -> &str {
        &self.subject.model.card.classes[class.class]
    }

    /// Classes that too few units show, or do not show, with the number of these.
    fn few(&self) -> Vec<(usize, usize)> {
        let classes = self.each.classes.iter();
        let fewer = classes.map(|class| (class.class, class.units.0.min(class.units.1)));
        fewer.filter(|(_, units)| *units < FEW).collect()
    }
}

impl Results<'_> {
    /// Names of the model's classes that the table says nothing of.
    fn without_labels(&self) -> Vec<&str> {
        let set = &self.data.set;
        let classes = set.classes.iter().enumerate();
        let others = classes.filter(|(class, _)| !set.labelled.contains(class));
        others.map(|(_, name)| name.as_str()).collect()
    }

    /// Of the two models, the largest difference of any logit.
    fn largest_difference(&self) -> Option<f64> {
        let differences = self.answered.pictures.iter().flat_map(|(_, answers)| {
            let pairs = answers.first().zip(answers.get(1)).into_iter();
            pairs.flat_map(|(first, second)| {
                let logits = first.logits.iter().zip(&second.logits);
                logits.map(|(a, b)| f64::from((a - b).abs()))
            })
        });
        (self.models.len() > 1).then(|| differences.fold(0.0, f64::max))
    }
}
