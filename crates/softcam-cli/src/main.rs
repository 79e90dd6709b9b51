//! `softcam`: what the page does, on the command line, and the making of the models that it shows.

mod check;
mod convert;
mod explain;
mod inspect;
mod legend;
mod source;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Self-explaining image classifiers: convert, inspect, explain.
#[derive(Parser)]
#[command(name = "softcam", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Convert(Box<convert::Arguments>),
    Inspect(inspect::Arguments),
    Explain(explain::Arguments),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Convert(arguments) => convert::run(&arguments),
        Command::Inspect(arguments) => inspect::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            let ours = error
                .chain()
                .find_map(|e| e.downcast_ref::<softcam::Error>());
            if let Some(advice) = ours.map(softcam::Error::advice)
                && !advice.is_empty()
            {
                eprintln!("  help: {advice}");
            }
            ExitCode::FAILURE
        }
    }
}
