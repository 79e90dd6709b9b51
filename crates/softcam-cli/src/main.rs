//! `softcam`: what the page does, on the command line, and the making of the models that it shows.

mod benchmark;
mod card;
mod check;
mod compare;
mod convert;
mod eval;
mod explain;
mod failure;
mod figures;
mod folds;
mod gate;
mod html;
mod inspect;
mod legend;
mod marker;
mod methods;
mod opening;
mod options;
mod output;
mod parts;
mod picture;
mod pictures;
mod robustness;
mod serve;
mod source;
mod teach;
mod train;

use clap::{Parser, Subcommand};
use std::io::{self, Write};
use std::process::ExitCode;

/// Self-explaining image classifiers: train, convert, inspect, explain, evaluate.
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
    Explain(Box<explain::Arguments>),
    Eval(Box<eval::Arguments>),
    Compare(compare::Arguments),
    Benchmark(Box<benchmark::Arguments>),
    Card(card::Arguments),
    Train(Box<train::Arguments>),
    Teach(teach::Arguments),
    Marker(Box<marker::Arguments>),
    Robustness(Box<robustness::Arguments>),
    Gate(Box<gate::Arguments>),
    Serve(serve::Arguments),
}

fn main() -> ExitCode {
    let mut out = io::stdout().lock();
    let result = match Arguments::parse().command {
        Command::Convert(arguments) => convert::run(&arguments, &mut out),
        Command::Inspect(arguments) => inspect::run(&arguments, &mut out),
        Command::Explain(arguments) => explain::run(&arguments, &mut out),
        Command::Eval(arguments) => eval::run(&arguments, &mut out),
        Command::Compare(arguments) => compare::run(&arguments, &mut out),
        Command::Benchmark(arguments) => benchmark::run(&arguments, &mut out),
        Command::Card(arguments) => card::run(&arguments, &mut out),
        Command::Train(arguments) => train::run(&arguments, &mut out),
        Command::Teach(arguments) => teach::run(&arguments, &mut out),
        Command::Marker(arguments) => marker::run(&arguments, &mut out),
        Command::Robustness(arguments) => robustness::run(&arguments, &mut out),
        Command::Gate(arguments) => gate::run(&arguments, &mut out),
        Command::Serve(arguments) => serve::run(&arguments, &mut out),
    };
    match result.and_then(|()| Ok(out.flush()?)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.reader_left() => ExitCode::SUCCESS,
        Err(error) => {
            output::note(format_args!("error: {error}"));
            if !error.advice().is_empty() {
                output::note(format_args!("  help: {}", error.advice()));
            }
            ExitCode::FAILURE
        }
    }
}
