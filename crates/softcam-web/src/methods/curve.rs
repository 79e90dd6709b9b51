//! Deletion and insertion, picture by picture.

use crate::boundary::thrown;
use softcam::{Error, Map, messages};
use softcam_attribution::Classifier;
use softcam_eval::maps::replacement::{PixelOptions, Replacement, deletion, insertion};
use softcam_eval::maps::{Picture, Score};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// A curve of deletion or insertion (Petsiuk et al., "RISE", BMVC 2018) that is being drawn.
#[wasm_bindgen]
pub struct Curve {
    classifier: Rc<Classifier>,
    size: usize,
    plan: Replacement,
    class: usize,
    /// Probabilities of all classes, of the pictures so far.
    answers: Vec<Vec<f32>>,
}

impl Curve {
    pub(super) fn new(
        classifier: Rc<Classifier>,
        (image, size): (Vec<f32>, usize),
        kind: &str,
        map: &Map,
        class: usize,
    ) -> Result<Self, JsValue> {
        let picture = Picture::new(image, size, classifier.input());
        let picture = picture.map_err(|e| invalid("picture", &e.to_string()))?;
        let plan = match kind {
            "deletion" => deletion(&picture, map, &PixelOptions::deletion()),
            "insertion" => insertion(&picture, map, &PixelOptions::insertion()),
            other => return Err(invalid("kind", &format!("there is no \"{other}\""))),
        };
        let plan = plan.map_err(|e| invalid("map", &e.to_string()))?;
        Ok(Self {
            classifier,
            size,
            plan,
            class,
            answers: Vec::new(),
        })
    }
}

#[wasm_bindgen]
impl Curve {
    /// How many pictures the network is asked about.
    #[wasm_bindgen(getter)]
    pub fn total(&self) -> usize {
        self.plan.pictures()
    }

    /// Whether it has been asked about all of them.
    #[wasm_bindgen(getter)]
    pub fn done(&self) -> bool {
        self.answers.len() >= self.total()
    }

    /// Share of the pixels that are replaced in the next picture, 0 to 1; 1 once all are done.
    #[wasm_bindgen(getter)]
    pub fn share(&self) -> f64 {
        if self.done() {
            return 1.0;
        }
        self.plan.position(self.answers.len())
    }

    /// Asks the network about the next picture: the probability of the class.
    pub fn step(&mut self) -> Result<f64, JsValue> {
        if self.done() {
            return Err(invalid("curve", "it is finished"));
        }
        let picture = self.plan.picture(self.answers.len());
        let logits = self.classifier.logits(&picture, self.size);
        let logits = logits.map_err(|e| thrown(&e))?;
        let probabilities = self.classifier.probabilities(&logits);
        let score = Score::Probability(self.class).of(&probabilities, &probabilities);
        let probability = score.map_err(|e| invalid("class", &e.to_string()))?;
        self.answers.push(probabilities);
        Ok(probability)
    }

    /// The area below the finished curve, 0 to 1.
    pub fn area(&self) -> Result<f64, JsValue> {
        let curve = (self.plan).curve(&self.answers, Score::Probability(self.class));
        let curve = curve.map_err(|e| invalid("curve", &e.to_string()))?;
        Ok(curve.area())
    }
}

fn invalid(name: &str, reason: &str) -> JsValue {
    let values = [("name", name.to_owned()), ("reason", reason.to_owned())];
    thrown(&Error::new(messages::ARGUMENT_INVALID, values))
}
