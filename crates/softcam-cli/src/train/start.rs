//! What a run starts from: weights, tables and settings.

use super::arguments::Arguments;
use super::sources::Sources;
use crate::source::{self, Source};
use softcam::conversion::Precision;
use softcam::conversion::{Card, convert};
use softcam::weights::Model;
use softcam_train::Config;
use softcam_train::initial::initial;

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
        let settings = arguments.settings()?;
        let model = starting_model(arguments)?;
        let default_classes = model.card.classes.clone();
        let sources = read(arguments, settings.classes.clone())?;
        let settings = softcam::conversion::Settings {
            classes: Some(sources.classes.clone()),
            ..settings
        };
        let keep_head = arguments.keep_head && default_classes == sources.classes;
        let model = initial(model, &settings, keep_head, arguments.seed)?;
        let config = arguments.config(&model)?;
        Ok(Self {
            sources,
            model,
            config,
        })
    }

    /// Side of the pictures that are learnt from: the largest of those that are trained at.
    pub fn size(&self) -> usize {
        let largest = self.config.sizes.iter().copied().max().unwrap_or(0);
        self.model.card.input.size.max(largest)
    }
}

/// A finished model, or whatever float checkpoint convert reads.
fn starting_model(arguments: &Arguments) -> crate::failure::Result<Model> {
    let path = &arguments.init;
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
