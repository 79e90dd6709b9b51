//! A network that can be followed back, on the CPU.

use super::Subject;
use crate::Photo;
use crate::boundary::{argument, thrown};
use crate::types::FitRuleName;
use softcam::preprocess::fit;
use softcam::sanity::shuffle;
use softcam::weights::{ModelCard, file};
use softcam_attribution::Classifier;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// A network with what its card says of pictures.
#[wasm_bindgen]
pub struct Network {
    classifier: Rc<Classifier>,
    card: ModelCard,
}

#[wasm_bindgen]
impl Network {
    /// Reads and checks a weights file, with the weights of its last `shuffled` layers shuffled by `seed` as
    /// `Engine.loadShuffled` shuffles them.
    pub fn load(bytes: Vec<u8>, shuffled: usize, seed: u32) -> Result<Network, JsValue> {
        let mut model = file::read(&bytes).map_err(|e| thrown(&e))?;
        drop(bytes);
        if shuffled > 0 {
            model = shuffle(model, shuffled, u64::from(seed)).map_err(|e| thrown(&e))?;
        }
        Ok(Self {
            classifier: Rc::new(Classifier::new(&model).map_err(|e| thrown(&e))?),
            card: model.card,
        })
    }

    /// A photo as this network sees it, with a network input of `size` x `size` pixels.
    pub fn subject(
        &self,
        photo: &Photo,
        size: usize,
        #[wasm_bindgen(js_name = fit)] rule: FitRuleName,
    ) -> Result<Subject, JsValue> {
        let rule = argument("fit", rule)?;
        let size = self.card.check_size(size).map_err(|e| thrown(&e))?;
        let input = fit(photo.inner(), &self.card.input, rule, size).map_err(|e| thrown(&e))?;
        Ok(Subject::new(Rc::clone(&self.classifier), input, size))
    }
}
