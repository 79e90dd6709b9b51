//! What an evaluation of classes that do not exclude each other found out, for everything that tells of it.

use crate::eval::answers::Answered;
use crate::eval::data::Data;
use crate::eval::subject::Subject;
use crate::failure::Result;
use softcam::explain::Request;
use softcam_data::Several;
use softcam_eval::several::{Each, Labelled, OfClass};
use softcam_eval::{Bootstrap, FEW};

/// What was measured of one model.
pub struct Measured<'a> {
    pub subject: &'a Subject,
    pub request: Request,
    pub each: Each,
    /// Pictures unlike what the model knows; none where it cannot tell.
    pub flagged: Option<usize>,
    /// Means over the pictures: absolute value of a cell, and share of cells below a twentieth of the largest.
    pub mean_evidence: f64,
    pub empty_cells: f64,
}

/// Everything that was found out.
pub struct Results<'a> {
    pub data: &'a Data<Several>,
    pub answered: &'a Answered,
    /// The model, and the one that it is compared with.
    pub models: &'a [Measured<'a>],
    pub seconds: f64,
}

impl<'a> Measured<'a> {
    /// Measures model number `index` of those that answered.
    pub fn new(
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
    pub fn name(&self, class: &OfClass) -> &str {
        &self.subject.model.card.classes[class.class]
    }

    /// Classes that too few units show, or do not show, with the number of these.
    pub fn few(&self) -> Vec<(usize, usize)> {
        let classes = self.each.classes.iter();
        let fewer = classes.map(|class| (class.class, class.units.0.min(class.units.1)));
        fewer.filter(|(_, units)| *units < FEW).collect()
    }
}

impl Results<'_> {
    /// Names of the model's classes that the table says nothing of.
    pub fn without_labels(&self) -> Vec<&str> {
        let set = &self.data.set;
        let classes = set.classes.iter().enumerate();
        let others = classes.filter(|(class, _)| !set.labelled.contains(class));
        others.map(|(_, name)| name.as_str()).collect()
    }

    /// Of the two models, the largest difference of any logit.
    pub fn largest_difference(&self) -> Option<f64> {
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
