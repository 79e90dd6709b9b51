//! `softcam marker`: a shortcut laid into pictures on purpose, and whether a network took it.
//!
//! Three networks from the same pictures tell a shortcut from a decoration: one that never saw a marker, one that saw it on
//! pictures drawn at random, and one that saw it on every picture of one class. A map may light up a marker that says
//! nothing (arXiv 2602.09238), so that evidence on it proves nothing without the second network beside the third.

mod effect;
mod measure;
mod paste;
mod position;
mod table;

use crate::failure::Result;
use std::io::Write;

/// Lay a marker (a white letter L, as on films) into pictures, and measure what networks make of it.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    Paste(paste::Arguments),
    Measure(measure::Arguments),
}

/// Runs the command.
pub fn run(arguments: &Arguments, out: &mut impl Write) -> Result<()> {
    match &arguments.command {
        Command::Paste(arguments) => paste::run(arguments, out),
        Command::Measure(arguments) => measure::run(arguments, out),
    }
}
