//! Figures of one model.

use super::answers::{Answer, Answered};
use super::data::Data;
use super::subject::Subject;
use softcam::explain::Request;
use softcam_eval::localisation::Localised;
use softcam_eval::{Bootstrap, Estimate, Metrics, Predictions, Settings, measure};

/// What was measured of one model.
pub struct Measured<'a> {
    pub subject: &'a Subject,
    pub request: Request,
    pub metrics: Metrics,
    /// What each answered picture was called.
    pub calls: Vec<usize>,
    /// Pictures unlike what the model knows; none where it cannot tell.
    pub flagged: Option<usize>,
    pub located: Option<Located>,
    /// Means over the pictures: absolute value of a cell, and share of cells below a twentieth of the largest.
    pub mean_evidence: f64,
    pub empty_cells: f64,
}

/// How well evidence and boxes agree.
pub struct Located {
    /// On all pictures with a box in sight.
    pub all: Localisation,
    /// On those of them that were answered rightly, as the literature has it.
    pub right: Option<Localisation>,
}

/// The measures of [`softcam_eval::localisation`], averaged.
pub struct Localisation {
    pub pictures: usize,
    /// Pictures where no evidence is positive: they have no precision.
    pub silent: usize,
    pub precision: Option<Estimate>,
    pub sensitivity: Option<Estimate>,
    pub pointing: Option<Estimate>,
    pub pointing_nearly: Option<Estimate>,
    /// Of all pictures' patches together.
    pub patches: Option<Estimate>,
    /// Mean share of the pixels in a box: what a map without knowledge would get for precision and for pointing.
    pub box_share: f64,
    /// The same for pointing with a tolerance.
    pub box_share_nearly: f64,
    /// The same for patches.
    pub patch_share: f64,
}

impl<'a> Measured<'a> {
    /// Measures model number `index` of those that answered.
    pub fn new(
        subject: &'a Subject,
        request: Request,
        index: usize,
        data: &Data,
        answered: &Answered,
        settings: Settings,
    ) -> crate::failure::Result<Self> {
        let answers: Vec<&Answer> = answered
            .pictures
            .iter()
            .map(|(_, all)| &all[index])
            .collect();
        let pictures = answered.pictures.iter().map(|(picture, _)| *picture);
        let truths: Vec<usize> = pictures
            .clone()
            .map(|picture| data.set.items[picture].class)
            .collect();
        let units: Vec<usize> = pictures.map(|picture| data.units[picture]).collect();
        let probabilities = answers
            .iter()
            .flat_map(|answer| answer.probabilities.iter().copied());
        let predictions = Predictions::new(
            subject.model.card.classes.len(),
            probabilities.collect(),
            truths.clone(),
            units.clone(),
            subject.decision(),
        )?;
        let predictions = match &answered.nested {
            Some(nested) => predictions.called(nested.calls.clone())?,
            None => predictions,
        };
        let calls = predictions.calls();
        let knows = subject.model.novelty_reference.is_some();
        let flagged = answers
            .iter()
            .filter(|a| a.novelty.is_some_and(|n| n.flagged()))
            .count();
        let located = |only_right: bool| {
            let boxed = (0..answers.len())
                .filter(|&picture| !only_right || calls[picture] == truths[picture])
                .filter_map(|picture| Some((answers[picture].located?, units[picture])));
            let (located, units): (Vec<Localised>, Vec<usize>) = boxed.unzip();
            Localisation::new(&located, &units, settings.bootstrap)
        };
        let all = located(false);
        let mean = |of: fn(&Answer) -> f64| {
            answers.iter().map(|answer| of(answer)).sum::<f64>() / answers.len() as f64
        };
        Ok(Self {
            subject,
            request,
            metrics: measure(&predictions, settings),
            located: all.map(|all| Located {
                all,
                right: located(true),
            }),
            mean_evidence: mean(|answer| answer.mean_evidence),
            empty_cells: mean(|answer| answer.empty_cells),
            flagged: knows.then_some(flagged),
            calls,
        })
    }
}

impl Localisation {
    fn new(located: &[Localised], units: &[usize], bootstrap: Bootstrap) -> Option<Self> {
        if located.is_empty() {
            return None;
        }
        // A mean of `part` over `whole`, each picture with its weight.
        let estimate = |part: &dyn Fn(&Localised) -> f64, whole: &dyn Fn(&Localised) -> f64| {
            bootstrap.estimate(units, |weights| {
                let sum = |of: &dyn Fn(&Localised) -> f64| -> f64 {
                    located
                        .iter()
                        .zip(weights)
                        .map(|(l, weight)| weight * of(l))
                        .sum()
                };
                let all = sum(whole);
                (all > 0.0).then(|| sum(part) / all)
            })
        };
        let one = |_: &Localised| 1.0;
        let flag = |flag: bool| f64::from(u8::from(flag));
        let mean = |of: &dyn Fn(&Localised) -> f64| {
            located.iter().map(of).sum::<f64>() / located.len() as f64
        };
        Some(Self {
            pictures: located.len(),
            silent: located.iter().filter(|l| l.precision.is_none()).count(),
            precision: estimate(&|l| l.precision.unwrap_or(0.0), &|l| {
                flag(l.precision.is_some())
            }),
            sensitivity: estimate(&|l| l.sensitivity, &one),
            pointing: estimate(&|l| flag(l.pointed), &one),
            pointing_nearly: estimate(&|l| flag(l.pointed_nearly), &one),
            patches: estimate(&|l| l.patch_hits as f64, &|l| l.patches as f64),
            box_share: mean(&|l| l.chance.pixels),
            box_share_nearly: mean(&|l| l.chance.pixels_nearly),
            patch_share: mean(&|l| l.chance.patches),
        })
    }
}
