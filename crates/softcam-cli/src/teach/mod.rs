//! `softcam teach`: classes of one's own from a folder of pictures, by the same code as the page.

mod text;
mod told;

use crate::failure::{Context, Failure, Result};
use crate::{output, source};
use softcam::Device;
use softcam::conversion::seal;
use softcam::preprocess::{Limits, decode};
use softcam_data::{Dataset, Item};
use softcam_teach::{Lesson, Teacher};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use told::{LeftOut, Told};

/// Fit a model's last layer to classes of your own: seconds on a CPU, no GPU, no training of the network below it.
#[derive(clap::Args)]
pub struct Arguments {
    /// A folder with one folder of pictures per class, two to eight. Pictures in a folder within a class's are one burst:
    /// nearly the same picture, which cross-validation keeps together.
    folder: PathBuf,
    /// Model file whose backbone is used, such as web/models/efficientnet-lite0.safetensors.
    #[arg(long)]
    model: PathBuf,
    /// Write the model with the new classes to this file.
    #[arg(long)]
    out: PathBuf,
    /// Print what it is worth as JSON.
    #[arg(long)]
    json: bool,
}

/// A picture with what the network makes of it.
struct Seen {
    item: Item,
    features: Vec<f32>,
}

/// Runs the command.
pub fn run(arguments: &Arguments, out: &mut impl Write) -> Result<()> {
    output::check_place(&arguments.out)?;
    let base = source::model(&arguments.model)
        .with_context(|| format!("cannot use {}", arguments.model.display()))?;
    let teacher = Teacher::new(base)?;
    let data = Dataset::from_folders(&arguments.folder)?;
    let (seen, left_out) = look(&teacher, data.items)?;
    let bursts = bursts(&seen);
    let lessons: Vec<Lesson> = (seen.iter().zip(&bursts))
        .map(|(seen, &burst)| Lesson {
            features: &seen.features,
            class: seen.item.class,
            burst,
        })
        .collect();
    let bar = output::progress_bar(1).with_message("fitting");
    let mut watch = async |done: usize, total: usize| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
        true
    };
    let taught = pollster::block_on(teacher.teach(&data.classes, &lessons, &mut watch))?;
    bar.finish_and_clear();
    let card = taught.model.card.clone();
    let bytes = pollster::block_on(seal(taught.model, &Device::flex()))?;
    output::write_whole(&arguments.out, &bytes)?;
    let told = Told {
        title: &card.title,
        classes: &card.classes,
        files: seen.iter().map(|seen| seen.item.file.as_str()).collect(),
        report: &taught.report,
        left_out,
    };
    if arguments.json {
        serde_json::to_writer_pretty(&mut *out, &told)?;
        writeln!(out)?;
    } else {
        text::write(&told, out)?;
        writeln!(out, "{}: {} bytes", arguments.out.display(), bytes.len())?;
    }
    Ok(())
}

/// Runs the network on every picture; what cannot be read is left out and said.
fn look(teacher: &Teacher, items: Vec<Item>) -> Result<(Vec<Seen>, Vec<LeftOut>)> {
    let bar = output::progress_bar(items.len()).with_message("looking");
    let (mut seen, mut left_out) = (Vec::new(), Vec::new());
    for item in items {
        let features = fs::read(&item.path)
            .map_err(Failure::from)
            .and_then(|bytes| Ok(decode(&bytes, &Limits::default())?))
            .and_then(|photo| Ok::<_, Failure>(pollster::block_on(teacher.features(&photo))?));
        match features {
            Ok(features) => seen.push(Seen { item, features }),
            Err(failure) => {
                let (file, reason) = (item.file, failure.to_string());
                bar.suspend(|| output::note(format_args!("left out: {file}: {reason}")));
                left_out.push(LeftOut { file, reason });
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok((seen, left_out))
}

/// A number per picture: its folder's where that lies within the class's, else one of its own.
fn bursts(seen: &[Seen]) -> Vec<usize> {
    let mut folders: BTreeMap<&str, usize> = BTreeMap::new();
    (seen.iter().enumerate())
        .map(
            |(index, Seen { item, .. })| match item.file.rsplit_once('/') {
                Some((folder, _)) if folder.contains('/') => {
                    *folders.entry(folder).or_insert(index)
                }
                _ => index,
            },
        )
        .collect()
}
