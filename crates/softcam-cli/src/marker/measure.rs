//! `softcam marker measure`: what a marker does to networks' answers and maps.

use super::effect::{Pair, Reading, effect, reading, sides};
use super::position::Drawn;
use super::table;
use crate::eval::data::{self, Data};
use crate::eval::subject::Subject;
use crate::failure::{Context, Result};
use crate::options::{request, share};
use crate::output::{check_place, write_whole};
use crate::pictures::{each, open};
use softcam::Explainer;
use softcam::edit::apply;
use softcam::preprocess::{Photo, place};
use std::io::Write;
use std::path::PathBuf;

/// Show networks every picture twice, as it is and with a marker pasted in, and compare: how many answers turn, what the
/// marker adds to the logit, and how much evidence lies on its box before and after. The pictures should have none yet.
#[derive(clap::Args)]
pub struct Arguments {
    /// Model files with the same two classes, such as the ones that learned without, with random and with tied markers.
    #[arg(long, value_name = "FILE", required = true)]
    model: Vec<PathBuf>,
    #[command(flatten)]
    data: data::Arguments,
    /// Height of the marker as a share of the picture's side.
    #[arg(long, value_name = "SHARE", value_parser = share, default_value = "0.1")]
    size: f32,
    /// Of the marker's places.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Write all figures to this file.
    #[arg(long, value_name = "OUT")]
    json: Option<PathBuf>,
}

/// Runs the command.
pub fn run(arguments: &Arguments, out: &mut impl Write) -> Result<()> {
    if let Some(path) = &arguments.json {
        check_place(path)?;
    }
    let subjects = arguments.model.iter().map(|path| Subject::read(path));
    let subjects = subjects.collect::<Result<Vec<_>>>()?;
    subjects[0].check_exclusive("softcam marker")?;
    for other in &subjects[1..] {
        subjects[0].check_same_classes(other)?;
    }
    let classes = subjects[0].model.card.classes.clone();
    let data = data::load(&arguments.data, &classes, false)?;
    let start = || -> Result<Vec<Explainer>> {
        let explainers = subjects.iter().map(Subject::explainer);
        Ok(explainers.collect::<softcam::Result<_>>()?)
    };
    let pairs = each(&data.set.items, start, |explainers, index, item, _| {
        let photo = open(item).with_context(|| format!("cannot read {}", item.file))?;
        let with = subjects.iter().zip(explainers);
        with.map(|(subject, explainer)| pair(arguments, subject, explainer, &data, index, &photo))
            .collect::<Result<Vec<_>>>()
    })?;
    let effects: Vec<_> = (subjects.iter().enumerate())
        .map(|(number, subject)| {
            let of_model: Vec<&Pair> = pairs.iter().map(|all| &all[number]).collect();
            effect(subject, &of_model)
        })
        .collect();
    if let Some(path) = &arguments.json {
        let text = serde_json::to_string_pretty(&table::document(&effects))?;
        write_whole(path, format!("{text}\n").as_bytes())?;
    }
    table::print(&effects, data.unit, out)
}

fn pair(
    arguments: &Arguments,
    subject: &Subject,
    explainer: &Explainer,
    data: &Data,
    index: usize,
    photo: &Photo,
) -> Result<Pair> {
    let item = &data.set.items[index];
    let request = request(None, None, &subject.model.card)?;
    let drawn = Drawn::new(arguments.seed, &item.file, f64::from(arguments.size));
    let placement = place(photo, request.fit, request.size)?;
    let marked = apply(photo, &[drawn.position.edit()], &placement)?;
    let covered = drawn.position.covers(&placement);
    let sides = sides(subject);
    let read = |photo| -> Result<Reading> {
        let explanation = pollster::block_on(explainer.explain(photo, request))?;
        Ok(reading(
            &explanation,
            sides,
            subject.decision(),
            &placement,
            &covered,
        ))
    };
    Ok(Pair {
        positive: item.class == sides[0],
        unit: data.units[index],
        area: covered.area() / placement.region.area(),
        plain: read(photo)?,
        marked: read(&marked)?,
    })
}
