//! Running models on pictures.

use super::boxes::Task;
use super::subject::Subject;
use crate::failure::Failure;
use crate::output::{self, progress_bar};
use indicatif::ProgressBar;
use softcam::error::Fault;
use softcam::explain::Request;
use softcam::novelty::Novelty;
use softcam::preprocess::{Limits, Photo, decode};
use softcam::{Error, Explainer};
use softcam_data::Item;
use softcam_eval::cross_validation::Nested;
use softcam_eval::localisation::Localised;
use std::fs;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

/// Pictures that are worked on at a time: one per core. Each has a network of its own, because a network on the CPU does one
/// at a time.
fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

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

/// Runs every model on every picture. A picture that cannot be read is noted; any other failure ends it.
pub fn answer(
    subjects: &[Subject],
    requests: &[Request],
    items: &[Item],
    boxes: Option<&Task>,
) -> crate::failure::Result<Answered> {
    let worker = Worker {
        subjects,
        requests,
        items,
        boxes,
        bar: progress_bar(items.len()),
        next: AtomicUsize::new(0),
        stopped: AtomicBool::new(false),
    };
    let threads = cores().min(items.len());
    let results: Vec<crate::failure::Result<Vec<_>>> = thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(|| worker.run())).collect();
        let joined = handles
            .into_iter()
            .map(|h| h.join().unwrap_or_else(|panic| resume_unwind(panic)));
        joined.collect()
    });
    worker.bar.finish_and_clear();
    let mut outcomes: Vec<(usize, Outcome)> = Vec::with_capacity(items.len());
    for result in results {
        outcomes.extend(result?);
    }
    outcomes.sort_by_key(|(index, _)| *index);
    let mut answered = Answered {
        pictures: Vec::new(),
        unreadable: Vec::new(),
        nested: None,
    };
    for (index, outcome) in outcomes {
        match outcome {
            Ok(answers) => answered.pictures.push((index, answers)),
            Err(reason) => answered
                .unreadable
                .push((items[index].file.clone(), reason)),
        }
    }
    Ok(answered)
}

/// Opens a picture.
pub fn open(item: &Item) -> crate::failure::Result<Photo> {
    let bytes = fs::read(&item.path)?;
    Ok(decode(&bytes, &Limits::default())?)
}

/// One answer per model, or why the picture cannot be read.
type Outcome = Result<Vec<Answer>, String>;

/// What the threads share.
struct Worker<'a> {
    subjects: &'a [Subject],
    requests: &'a [Request],
    items: &'a [Item],
    boxes: Option<&'a Task>,
    bar: ProgressBar,
    next: AtomicUsize,
    stopped: AtomicBool,
}

impl Worker<'_> {
    /// One thread's work: pictures that no other has taken, until none is left.
    fn run(&self) -> crate::failure::Result<Vec<(usize, Outcome)>> {
        let result = self.work();
        if result.is_err() {
            self.stopped.store(true, Ordering::Relaxed);
        }
        result
    }

    fn work(&self) -> crate::failure::Result<Vec<(usize, Outcome)>> {
        let explainers = self.subjects.iter().map(Subject::explainer);
        let explainers: Vec<Explainer> = explainers.collect::<softcam::Result<_>>()?;
        let mut done = Vec::new();
        while !self.stopped.load(Ordering::Relaxed) {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = self.items.get(index) else {
                break;
            };
            let outcome = match open(item) {
                Ok(photo) => self.explain(&explainers, &photo, item)?,
                Err(error) => Err(format!("{error}")),
            };
            if let Err(reason) = &outcome {
                let tell = || output::note(format_args!("cannot read {}: {reason}", item.file));
                self.bar.suspend(tell);
            }
            done.push((index, outcome));
            self.bar.inc(1);
        }
        Ok(done)
    }

    fn explain(
        &self,
        explainers: &[Explainer],
        photo: &Photo,
        item: &Item,
    ) -> crate::failure::Result<Outcome> {
        let mut answers = Vec::with_capacity(explainers.len());
        for (explainer, request) in explainers.iter().zip(self.requests) {
            let explanation = match pollster::block_on(explainer.explain(photo, *request)) {
                Ok(explanation) => explanation,
                Err(error) if error.fault() == Fault::Image => return Ok(Err(error.to_string())),
                Err(error) => return Err(with_picture(error, item)),
            };
            answers.push(Answer {
                located: self
                    .boxes
                    .and_then(|task| task.compare(&item.file, item.class, &explanation)),
                mean_evidence: explanation.maps.mean_abs(),
                empty_cells: explanation.maps.empty_share(),
                logits: explanation.answer.logits,
                probabilities: explanation.answer.probabilities,
                novelty: explanation.answer.novelty,
            });
        }
        Ok(Ok(answers))
    }
}

fn with_picture(error: Error, item: &Item) -> Failure {
    Failure::from(error).within(format!("stopped at {}", item.file))
}
