//! `softcam benchmark`: SoftCAM's evidence beside explanations that are computed after the fact, by the same measures.
//!
//! 1. [`networks`] are read, and all labelled pictures classified, as `softcam eval` does.
//! 2. [`chosen`] says which pictures are explained, [`units`] what there is to do, [`store`] what is done already.
//! 3. [`work`] does the rest on all cores; [`measure`] holds every map against the measures of [`figures`].
//! 4. [`summary`] turns results into figures with intervals and differences, [`verdict`] says what a difference comes to,
//!    [`outcome`] turns these into sentences, and
//!    [`table`], [`document`], [`markdown`] and [`report`] write them down.

mod arguments;
mod chosen;
mod document;
mod figures;
mod grid;
mod key;
mod markdown;
mod measure;
mod networks;
mod outcome;
mod plate;
mod plots;
mod record;
mod report;
mod results;
mod store;
mod summary;
mod table;
mod units;
mod verdict;
mod work;

pub use arguments::Arguments;

use crate::eval::answers::unreadable;
use crate::eval::{data, measured};
use crate::failure::{Context, Result};
use crate::figures::are_grades;
use crate::output::{note, write_whole};
use networks::Networks;
use results::Results;
use softcam_eval::{Bootstrap, Settings};
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::time::{Duration, Instant};
use store::Store;
use summary::Resampling;
use units::Unit;
use work::Bench;

/// Every single result.
const STORE: &str = "store.jsonl";

/// Runs the command.
pub fn run(arguments: &Arguments, out: &mut impl Write) -> Result<()> {
    let folder = &arguments.out;
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let start = Instant::now();
    let mut networks = Networks::read(arguments)?;
    let classes = networks.subjects[0].model.card.classes.clone();
    let mut data = data::load(&arguments.data, &classes, arguments.skip_unreadable)?;
    networks.meet(&mut data)?;
    let (networks, data) = (networks, data);
    let boxes = arguments.boxes.read(&data)?;

    let answered = networks.answer(&data, arguments.size)?;
    let first = &answered[0];
    if first.pictures.is_empty() || !(first.unreadable.is_empty() || arguments.skip_unreadable) {
        return Err(unreadable(&first.unreadable));
    }
    let settings = Settings {
        bootstrap: Bootstrap {
            seed: arguments.method.seed(),
            ..Bootstrap::default()
        },
        ordinal: are_grades(&classes),
    };
    let measured = (networks.subjects.iter().zip(&networks.all).zip(&answered))
        .map(|((subject, network), answered)| {
            measured::Measured::new(subject, network.request, 0, &data, answered, settings)
        })
        .collect::<Result<Vec<_>>>()?;

    let limits = (arguments.pictures, arguments.costly);
    let chosen = chosen::choose(
        &networks,
        &data,
        &answered,
        &measured,
        boxes.as_ref(),
        limits,
    )?;
    let units = units::units(arguments, &networks, &data, boxes.as_ref(), &chosen)?;
    let wanted: BTreeSet<String> = units.iter().map(|unit| unit.key.clone()).collect();
    let store = Store::open(&folder.join(STORE), &wanted)?;
    tell(&store, units.len());
    let pending: Vec<&Unit> = (units.iter())
        .filter(|unit| store.get(&unit.key).is_none())
        .collect();
    let bench = Bench::new(arguments, &networks, &data, boxes.as_ref(), &pending)?;
    let limit = arguments
        .minutes
        .map(|minutes| Duration::from_secs(60 * minutes));
    let new = bench.run(&pending, &store, limit)?;

    let entries = results::entries(&networks, &arguments.methods(), &units, |key| {
        store.get(key).or_else(|| new.get(key))
    });
    let results = Results {
        arguments,
        networks: &networks,
        data: &data,
        boxes: boxes.as_ref(),
        classification: &measured,
        chosen: &chosen,
        entries,
        missing: pending.len() - new.len(),
        all: units.len(),
        resampling: Resampling {
            units: &data.units,
            bootstrap: settings.bootstrap,
        },
        seconds: start.elapsed().as_secs_f64(),
    };
    let summary = results.summary();
    let sentences = outcome::sentences(&results, &summary);
    let json = serde_json::to_string_pretty(&document::document(&results, &summary, &sentences))?;
    write_whole(&folder.join("results.json"), format!("{json}\n").as_bytes())?;
    let text = markdown::page(&results, &summary, &sentences)?;
    write_whole(&folder.join("summary.md"), text.as_bytes())?;
    let page = report::page(&results, &summary, &sentences)?;
    write_whole(&folder.join("report.html"), page.as_bytes())?;
    table::print(&results, &summary, &sentences, out)?;
    writeln!(out, "\nReport: {}", folder.join("report.html").display())?;
    Ok(())
}

/// Says what an earlier run leaves to do.
fn tell(store: &Store, all: usize) {
    if store.taken() > 0 {
        note(format_args!(
            "Going on: {} of {all} results are there already.",
            store.taken()
        ));
    }
    if store.others() > 0 {
        note(format_args!(
            "note: {} results in the folder are of other models, pictures or options; they stay and do not count.",
            store.others()
        ));
    }
}
