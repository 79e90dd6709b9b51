//! What a run starts from: weights, tables and settings.

use super::arguments::Arguments;
use super::finish::FLOAT;
use super::sources::Sources;
use crate::folds::directory;
use crate::source::{self, Source};
use softcam::conversion::Precision;
use softcam::conversion::{Card, convert};
use softcam::weights::Model;
use softcam_train::Config;
use softcam_train::initial::initial;
use std::path::Path;

/// What a run starts from.
pub struct Start {
    /// The pictures.
    pub sources: Sources,
    /// To start from, with the classes at hand.
    pub model: Model,
    /// How it goes.
    pub config: Config,
}

impl Start {
    /// Reads weights and, by `read`, tables.
    pub fn new(
        arguments: &Arguments,
        read: impl Fn(&Arguments, Option<Vec<String>>) -> crate::failure::Result<Sources>,
    ) -> crate::failure::Result<Self> {
        let sources = read(arguments, arguments.settings()?.classes)?;
        let first = match arguments.init_folds() {
            Some(folds) if arguments.cross.no_final => directory(folds, 1).join(FLOAT),
            Some(folds) => folds.join(FLOAT),
            None => arguments.init.clone(),
        };
        let model = starting_model(&first, arguments, &sources.classes)?;
        let config = arguments.config(&model)?;
        Ok(Self {
            sources,
            model,
            config,
        })
    }

    /// What the run of `fold` starts from: that fold's model of an earlier cross-validation, where --init is one.
    pub fn model_of(&self, fold: usize, arguments: &Arguments) -> crate::failure::Result<Model> {
        match arguments.init_folds() {
            Some(folds) => {
                let path = directory(folds, fold).join(FLOAT);
                starting_model(&path, arguments, &self.sources.classes)
            }
            None => Ok(self.model.clone()),
        }
    }

    /// Side of the pictures that are learnt from: the largest of those that are trained at.
    pub fn size(&self) -> usize {
        let largest = self.config.sizes.iter().copied().max().unwrap_or(0);
        self.model.card.input.size.max(largest)
    }
}

/// The weights at `path` with the settings and classes at hand.
fn starting_model(
    path: &Path,
    arguments: &Arguments,
    classes: &[String],
) -> crate::failure::Result<Model> {
    let model = read(path, arguments)?;
    let settings = softcam::conversion::Settings {
        classes: Some(classes.to_vec()),
        ..arguments.settings()?
    };
    let keep_head = arguments.keep_head && model.card.classes == classes;
    Ok(initial(model, &settings, keep_head, arguments.seed)?)
}

/// A finished model, or whatever float checkpoint convert reads.
fn read(path: &Path, arguments: &Arguments) -> crate::failure::Result<Model> {
    let tensors = match source::open(path)? {
        Source::Model(model) => return Ok(*model),
        Source::Tensors(tensors) => tensors,
    };
    let settings = softcam::conversion::Settings {
        architecture: arguments.arch,
        source: Some(
            path.file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
        ),
        ..Default::default()
    };
    let conversion = convert(
        tensors,
        Card::Made(Box::new(settings)),
        Precision::Float32,
        |_| {},
    )?;
    Ok(conversion.float)
}
