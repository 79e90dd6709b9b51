//! `softcam gate`: by what a model tells a negative or a turned picture, into its card.

use crate::eval::answers::with_picture;
use crate::eval::data;
use crate::eval::folds::Folds;
use crate::eval::subject::Subject;
use crate::failure::{Context, Failure, Result};
use crate::options::request;
use crate::output::{check_place, write_whole};
use crate::pictures::{each, open};
use softcam::novelty::{Counterpart, tells};
use softcam::weights::file;
use softcam_data::Item;
use std::io::Write;
use std::path::PathBuf;

/// Measure on pictures of the right kind whether a model tells them from their negatives and from themselves turned, and put what it
/// tells with certainty into its card: page and softcam explain then flag such pictures. Take pictures that the model was not
/// trained on. Each that is told costs a run of the network for every picture that is explained.
#[derive(clap::Args)]
pub struct Arguments {
    /// Model file with a reference of known pictures, as softcam train makes it.
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// The directory that softcam train --folds left, whose final model --model is: every picture is looked at by the fold's
    /// model that has not seen it.
    #[arg(long, value_name = "DIR")]
    folds: Option<PathBuf>,
    #[command(flatten)]
    data: data::Arguments,
    /// Write the model with this in its card to this file.
    #[arg(long, value_name = "OUT")]
    out: PathBuf,
}

/// A picture's score and that of one counterpart.
type Pair = (f32, f32);

/// A picture's own score, and that of each counterpart; nothing where the model has nothing to compare with.
type Scores = Option<(f32, Vec<(Counterpart, f32)>)>;

/// Those of every picture.
fn scores(subject: &Subject, items: &[Item]) -> Result<Vec<Scores>> {
    let request = request(None, None, &subject.model.card)?;
    let start = || Ok(subject.explainer()?);
    each(items, start, |explainer, _, item, _| {
        let photo = open(item).with_context(|| format!("cannot read {}", item.file))?;
        pollster::block_on(explainer.strangeness(&photo, request))
            .map_err(|error| with_picture(error, &item.file))
    })
}

/// Runs the command.
pub fn run(arguments: &Arguments, out: &mut impl Write) -> Result<()> {
    check_place(&arguments.out)?;
    let mut subject = Subject::read(&arguments.model)?;
    let mut data = data::load(&arguments.data, &subject.model.card.classes, false)?;
    let scores = match &arguments.folds {
        None => scores(&subject, &data.set.items)?,
        Some(place) => {
            let folds = Folds::read(place)?;
            folds.common()?.check_same_classes(&subject)?;
            folds.keep_finished(&mut data)?;
            let strangers = folds.strangers(&data)?;
            let mut all = Vec::new();
            for (part, model) in folds.subjects().enumerate() {
                let items = data.set.items.iter().zip(&strangers);
                let unseen: Vec<Item> = items
                    .filter(|(_, stranger)| **stranger == part)
                    .map(|(item, _)| item.clone())
                    .collect();
                all.extend(scores(model, &unseen)?);
            }
            all
        }
    };
    let Some(scores) = scores.into_iter().collect::<Option<Vec<_>>>() else {
        return Err(Failure::new(
            format!("{} cannot tell unlike pictures.", subject.file),
            "Train it with softcam train, which gives it pictures to compare with.",
        ));
    };
    let pairs = |index: usize| -> Vec<Pair> {
        (scores.iter())
            .map(|(own, others)| (*own, others[index].1))
            .collect()
    };
    let mut told = Vec::new();
    for (index, counterpart) in Counterpart::ALL.into_iter().enumerate() {
        let pairs = pairs(index);
        let stranger = pairs.iter().filter(|(own, other)| other > own).count();
        let kept = tells(&pairs);
        writeln!(
            out,
            "{:<12} stranger than the picture itself for {stranger} of {} pictures: {}",
            counterpart.name(),
            pairs.len(),
            if kept { "told" } else { "not told" }
        )?;
        if kept {
            told.push(counterpart);
        }
    }
    if let Some(limits) = &mut subject.model.card.novelty {
        limits.counterparts = told;
    }
    let bytes = file::write(&subject.model)?;
    // No file leaves here that a reader would refuse.
    file::read(&bytes)?;
    write_whole(&arguments.out, &bytes)?;
    writeln!(
        out,
        "Model with this in its card: {}",
        arguments.out.display()
    )?;
    Ok(())
}
