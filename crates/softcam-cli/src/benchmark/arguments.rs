//! The command's options.

use super::figures::Group;
use crate::eval::{boxes, data};
use crate::methods::{MethodOptions, method_parser};
use crate::options::at_least_one;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use softcam_attribution::Method;
use std::path::PathBuf;

/// Hold a model's evidence against explanations that are computed after the fact: the same pictures, the same measures.
///
/// Every method explains the SoftCAM models themselves and, where one is given, the black box trained alike. In --out it
/// leaves report.html (one page that needs nothing else), results.json, summary.md, and store.jsonl with every single
/// result: a run that was stopped goes on where it was, and other models or options are told apart.
///
/// Of two classes, the finding over the other is explained, on pictures that show the finding; of more, each picture's
/// class. Only pictures that every network calls rightly count, and none that a model takes for unlike its training set.
#[derive(Args)]
pub struct Arguments {
    /// SoftCAM model. Given again, further ones with the same classes, such as the sparse one beside the dense.
    #[arg(long, value_name = "FILE", required_unless_present = "folds")]
    pub model: Vec<PathBuf>,
    /// Instead of a model: the directory that softcam train --folds left. Every picture is answered and explained by the
    /// fold's model that has not seen it.
    #[arg(long, value_name = "DIR", conflicts_with = "model")]
    pub folds: Option<PathBuf>,
    /// The black box trained alike (softcam train --head pooled), for the methods to explain as the paper has it; beside
    /// --folds, the directory of one that was cross-validated.
    #[arg(long, value_name = "FILE|DIR")]
    pub black_box: Option<PathBuf>,
    #[command(flatten)]
    pub data: data::Arguments,
    #[command(flatten)]
    pub boxes: boxes::Drawn,
    /// Folder for what the run leaves.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Which methods; SoftCAM is always among them.
    #[arg(long, value_name = "NAME,...", value_delimiter = ',', value_parser = method_parser())]
    pub methods: Vec<Method>,
    /// Which measures. Default: those that need no more than some runs of the network per map. "all" adds road (20
    /// runs per map), stability and randomisation (the method again, eight and four times).
    #[arg(long, value_name = "NAME,...", value_delimiter = ',', value_parser = metrics_parser())]
    pub metrics: Vec<Chosen>,
    /// Explain at most so many pictures, evenly spread, those with boxes first. Classification is measured on all.
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub pictures: Option<usize>,
    /// Methods that run the network more than 25 times, and the measures road, stability and randomisation, get at most so
    /// many of these pictures.
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = at_least_one)]
    pub costly: usize,
    /// Measure stability and randomisation of methods that run the network more than 25 times, too: each runs twelve times
    /// more for every picture.
    #[arg(long)]
    pub costly_again: bool,
    /// Steps of the deletion and insertion curves.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = at_least_one)]
    pub curve_steps: usize,
    /// Side of the networks' input in pixels. Default: what each card says.
    #[arg(long)]
    pub size: Option<usize>,
    /// Begin nothing more after so many minutes, and report what is there; a later run goes on.
    #[arg(long, value_name = "N")]
    pub minutes: Option<u64>,
    /// Whom the pictures are by, for the report.
    #[arg(long, value_name = "TEXT")]
    pub credit: Option<String>,
    /// Title of the report.
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// Leave out pictures that cannot be read or are not there, instead of failing; they are named.
    #[arg(long)]
    pub skip_unreadable: bool,
    #[command(flatten)]
    pub method: MethodOptions,
}

/// A group of measures, or all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chosen {
    /// Every group.
    All,
    /// One.
    One(Group),
}

impl Arguments {
    /// Methods in the library's order, SoftCAM first.
    pub fn methods(&self) -> Vec<Method> {
        let all = Method::ALL.into_iter();
        all.filter(|method| {
            *method == Method::SoftCam || self.methods.is_empty() || self.methods.contains(method)
        })
        .collect()
    }

    /// Measures, in their order.
    pub fn metrics(&self) -> Vec<Group> {
        let mut groups: Vec<Group> = if self.metrics.is_empty() {
            Group::CHEAP.to_vec()
        } else if self.metrics.contains(&Chosen::All) {
            Group::value_variants().to_vec()
        } else {
            let chosen = self.metrics.iter();
            chosen
                .filter_map(|chosen| match chosen {
                    Chosen::One(group) => Some(*group),
                    Chosen::All => None,
                })
                .collect()
        };
        groups.sort_unstable();
        groups.dedup();
        groups
    }
}

fn metrics_parser() -> impl TypedValueParser<Value = Chosen> {
    let groups = Group::value_variants()
        .iter()
        .filter_map(ValueEnum::to_possible_value);
    let all = PossibleValue::new("all").help("All of these");
    PossibleValuesParser::new(groups.chain([all]))
        .map(|name| Group::from_str(&name, false).map_or(Chosen::All, Chosen::One))
}
