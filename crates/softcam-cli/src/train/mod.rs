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
mod start;

pub use arguments::Arguments;

use crate::failure::{Context, Failure};
use crate::options::check_bits;
use crate::parts::{CHECK, TRAIN, TUNE};
use learn::{CHECKPOINT, Job, learn};
use loading::load;
use sources::{Part, read_parts};
use start::Start;
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
