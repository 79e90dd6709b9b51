//! `softcam`: what the page does, on the command line, and the making of the models that it shows.

mod check;
mod convert;
mod explain;
mod inspect;
mod legend;
mod output;
mod picture;
mod source;

use clap::{Parser, Subcommand};
use std::io::{self, Write};
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
    let mut out = io::stdout().lock();
    let result = match Arguments::parse().command {
        Command::Convert(arguments) => convert::run(&arguments, &mut out),
        Command::Inspect(arguments) => inspect::run(&arguments, &mut out),
        Command::Explain(arguments) => explain::run(&arguments, &mut out),
    };
    match result.and_then(|()| Ok(out.flush()?)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if output::reader_left(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output::note(format_args!("error: {error:#}"));
            let ours = error
                .chain()
                .find_map(|e| e.downcast_ref::<softcam::Error>());
            if let Some(advice) = ours.map(softcam::Error::advice)
                && !advice.is_empty()
            {
                output::note(format_args!("  help: {advice}"));
            }
            ExitCode::FAILURE
        }
    }
}
