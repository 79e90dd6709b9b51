//! `softcam train`: a pretrained network learns the classes of one's own pictures.

mod arguments;
mod curves;
mod device;
mod finish;
mod fitting;
mod folds;
mod history;
mod learn;
mod loading;
mod rounding;
mod sources;

pub use arguments::Arguments;

use crate::failure::{Context, Failure};
use crate::options::check_bits;
use crate::parts::{CHECK, TRAIN, TUNE};
use crate::source::{self, Source};
use learn::{CHECKPOINT, Job, learn};
use loading::load;
use softcam::conversion::Precision;
use softcam::conversion::{Card, convert};
use softcam::weights::Model;
use softcam_train::Config;
use softcam_train::initial::initial;
use sources::{Part, Sources, read_parts};
use std::fs;
use std::io::Write;

/// Runs the command.
pub fn run(arguments: &Arguments, out: &mut impl Write) -> crate::failure::Result<()> {
    check_bits(arguments.bits, arguments.precision())?;
    if let Some(count) = arguments.cross.folds {
        return folds::run(count as usize, arguments, out);
    }
    let directory = &arguments.out;
    prepare_directory(arguments)?;
    let device = arguments.device.open()?;
    let start = Start::new(arguments, read_parts)?;
    let (sources, card) = (&start.sources, &start.model.card);
    sources.write(directory)?;
    sources.describe(&[TRAIN, TUNE, CHECK]);
    let read = |part: Part, size| load(sources.of(part), part.name(), &sources.classes, card, size);
    let train = read(Part::Train, start.size())?;
    let tune = read(Part::Tune, card.input.size)?;
    let job = Job {
        directory,
        model: start.model.clone(),
        config: &start.config,
        device: &device,
        select: arguments.select(),
        command: &arguments.command_line(),
        train: &train,
        tune: Some(&tune),
        cache_limit: arguments.cache_limit(),
        resume: arguments.resume,
        name: "",
    };
    let best = learn(job, |_, _| {})?;
    finish::finish(best, &train, &tune, arguments, out)
}

/// What a run starts from.
struct Start {
    sources: Sources,
    model: Model,
    config: Config,
}

impl Start {
    /// Reads weights and, by `read`, tables.
    fn new(
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
    fn size(&self) -> usize {
        let largest = self.config.sizes.iter().copied().max().unwrap_or(0);
        self.model.card.input.size.max(largest)
    }
}

/// The directory for everything that a run leaves, empty unless the run is taken up again.
fn prepare_directory(arguments: &Arguments) -> crate::failure::Result<()> {
    let directory = &arguments.out;
    let there = directory.join(CHECKPOINT).exists();
    match (arguments.resume, there) {
        (true, false) => Err(Failure::new(
            format!("There is no checkpoint in {}.", directory.display()),
            "Start without --resume.",
        )),
        (false, true) if !arguments.overwrite => Err(Failure::new(
            format!("{} holds another run.", directory.display()),
            "Go on with it with --resume, or replace it with --overwrite.",
        )),
        _ => fs::create_dir_all(directory)
            .with_context(|| format!("cannot create {}", directory.display())),
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
