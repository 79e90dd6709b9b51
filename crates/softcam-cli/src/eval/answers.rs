//! Running models on pictures.

use super::subject::Subject;
use crate::failure::Failure;
use crate::output;
use crate::pictures::{each, open};
use softcam::error::Fault;
use softcam::explain::Request;
use softcam::novelty::Novelty;
use softcam::preprocess::Photo;
use softcam::{Error, Explainer, Explanation};
use softcam_data::Item;
use softcam_eval::cross_validation::Nested;
use softcam_eval::localisation::Localised;

/// What one model said about one picture.
pub struct Answer {
    pub logits: Vec<f32>,
    pub probabilities: Vec<f32>,
    pub novelty: Option<Novelty>,
    pub located: Option<Localised>,
    /// Mean absolute value of all cells, and the share of them that are as good as empty.
    pub mean_evidence: f64,
    pub empty_cells: f64,
}

/// What all models said about all pictures.
pub struct Answered {
    /// By index of the picture, ascending; one answer per model.
    pub pictures: Vec<(usize, Vec<Answer>)>,
    /// File and reason.
    pub unreadable: Vec<(String, String)>,
    /// How the answers of models of several folds were taken; none where one model answered all, by its card.
    pub nested: Option<Nested>,
}

/// Runs every model on every picture. A picture that cannot be read is noted; any other failure ends it. `locate` holds a
/// picture's evidence against what is known of where it should be.
pub fn answer<C: Sync>(
    subjects: &[Subject],
    requests: &[Request],
    items: &[Item<C>],
    locate: impl Fn(&Item<C>, &Explanation) -> Option<Localised> + Sync,
) -> crate::failure::Result<Answered> {
    let start = || -> crate::failure::Result<Vec<Explainer>> {
        let explainers = subjects.iter().map(Subject::explainer);
        Ok(explainers.collect::<softcam::Result<_>>()?)
    };
    let outcomes = each(items, start, |explainers, _, item, bar| {
        let outcome = match open(item) {
            Ok(photo) => explain(explainers, requests, &photo, item, &locate)?,
            Err(error) => Err(format!("{error}")),
        };
        if let Err(reason) = &outcome {
            bar.suspend(|| output::note(format_args!("cannot read {}: {reason}", item.file)));
        }
        Ok(outcome)
    })?;
    let mut answered = Answered {
        pictures: Vec::new(),
        unreadable: Vec::new(),
        nested: None,
    };
    for (index, outcome) in outcomes.into_iter().enumerate() {
        match outcome {
            Ok(answers) => answered.pictures.push((index, answers)),
            Err(reason) => answered
                .unreadable
                .push((items[index].file.clone(), reason)),
        }
    }
    Ok(answered)
}

/// One answer per model, or why the picture cannot be read.
type Outcome = Result<Vec<Answer>, String>;

fn explain<C>(
    explainers: &[Explainer],
    requests: &[Request],
    photo: &Photo,
    item: &Item<C>,
    locate: &impl Fn(&Item<C>, &Explanation) -> Option<Localised>,
) -> crate::failure::Result<Outcome> {
    let mut answers = Vec::with_capacity(explainers.len());
    for (explainer, request) in explainers.iter().zip(requests) {
        let explanation = match pollster::block_on(explainer.explain(photo, *request)) {
            Ok(explanation) => explanation,
            Err(error) if error.fault() == Fault::Image => return Ok(Err(error.to_string())),
            Err(error) => return Err(with_picture(error, &item.file)),
        };
        answers.push(Answer {
            located: locate(item, &explanation),
            mean_evidence: explanation.maps.mean_abs(),
            empty_cells: explanation.maps.empty_share(),
            logits: explanation.answer.logits,
            probabilities: explanation.answer.probabilities,
            novelty: explanation.answer.novelty,
        });
    }
    Ok(Ok(answers))
}

/// Says at which picture it was.
pub fn with_picture(error: Error, file: &str) -> Failure {
    Failure::from(error).within(format!("stopped at {file}"))
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
