//! `softcam gate`: by what a model tells a negative or a turned picture, into its card.

use crate::eval::answers::with_picture;
use crate::eval::data;
use crate::eval::subject::Subject;
use crate::failure::{Context, Failure, Result};
use crate::options::request;
use crate::output::{check_place, write_whole};
use crate::pictures::{each, open};
use softcam::novelty::{Counterpart, tells};
use softcam::weights::file;
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
    #[command(flatten)]
    data: data::Arguments,
    /// Write the model with this in its card to this file.
    #[arg(long, value_name = "OUT")]
    out: PathBuf,
}

/// A picture's score and that of one counterpart.
type Pair = (f32, f32);

/// Runs the command.
pub fn run(arguments: &Arguments, out: &mut impl Write) -> Result<()> {
    check_place(&arguments.out)?;
    let mut subject = Subject::read(&arguments.model)?;
    let data = data::load(&arguments.data, &subject.model.card.classes, false)?;
    let request = request(None, None, &subject.model.card)?;
    let start = || Ok(subject.explainer()?);
    let scores = each(&data.set.items, start, |explainer, _, item, _| {
        let photo = open(item).with_context(|| format!("cannot read {}", item.file))?;
        pollster::block_on(explainer.strangeness(&photo, request))
            .map_err(|error| with_picture(error, &item.file))
    })?;
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
