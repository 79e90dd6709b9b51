//! `cargo xtask`: the project's chores.

mod bench;
mod browsers;
mod build;
mod command;
mod dist;
mod graph;
mod library;
mod meanwhile;
mod page;
mod python;
mod root;
mod serve;
mod setup;
mod test;
mod vulkan;

use clap::{Parser, Subcommand};

/// Set up, build, serve and test the project.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what is missing: wasm target, npm packages, and with --tests the browsers.
    Setup {
        /// Also what only the tests need.
        #[arg(long)]
        tests: bool,
    },
    /// Build the page's wasm into pkg/.
    Build(build::BuildOptions),
    /// Set up, build, and serve the page on this machine.
    Serve(serve::ServeOptions),
    /// Make target/dist: the page as a folder for any static host.
    Dist(dist::DistOptions),
    /// Set up, then check everything: formatting, lints, types, native tests, the page in a real browser.
    Test(test::TestOptions),
    /// Compare the engine with onnxruntime-web, in a browser and in Node.
    Bench(bench::BenchOptions),
    /// Print who uses whom: files of each crate, crates, modules of the page.
    Graph(graph::GraphOptions),
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().task {
        Task::Setup { tests } => {
            setup::for_build()?;
            if tests {
                browsers::install(&browsers::Engine::ALL)?;
            }
            Ok(())
        }
        Task::Build(options) => build::run(&options),
        Task::Serve(options) => serve::run(&options),
        Task::Dist(options) => dist::run(&options),
        Task::Test(options) => test::run(&options),
        Task::Bench(options) => bench::run(&options),
        Task::Graph(options) => graph::run(&options),
    }
}
