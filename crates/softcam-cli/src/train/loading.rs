//! Pictures from files into memory.

use crate::failure::Failure;
use crate::opening;
use indicatif::ProgressBar;
use rayon::prelude::*;
use softcam::preprocess::fit;
use softcam::weights::ModelCard;
use softcam_data::Item;
use softcam_train::{Picture, Pictures};
use std::fs;

/// Decodes every picture of `items`, each with the number of its collection, and fits it to `size` x `size` pixels as the
/// card says; `what` they are is for the progress. A picture that cannot be read stops the run and is named: leaving it out
/// silently would change what is learnt.
pub fn load<'a>(
    items: impl Iterator<Item = (usize, &'a Item)>,
    what: &str,
    classes: &[String],
    card: &ModelCard,
    size: usize,
) -> crate::failure::Result<Pictures> {
    let items: Vec<_> = items.collect();
    let bar = ProgressBar::new(items.len() as u64).with_message(format!("reading {what}"));
    let pictures = items
        .par_iter()
        .map(|(source, item)| {
            let named =
                |error: Failure| error.within(format!("cannot use {}", item.path.display()));
            let bytes = fs::read(&item.path).map_err(|e| named(e.into()))?;
            let photo = opening::photo(bytes).map_err(|e| named(e.into()))?;
            let input =
                fit(&photo, &card.input, card.input.fit, size).map_err(|e| named(e.into()))?;
            bar.inc(1);
            Ok(Picture {
                pixels: pixels(&input.values, card).into(),
                class: item.class,
                source: *source,
            })
        })
        .collect::<crate::failure::Result<Vec<_>>>()?;
    bar.finish_and_clear();
    Ok(Pictures {
        size,
        items: pictures,
        classes: classes.to_vec(),
    })
}

/// Normalised planes back to interleaved bytes: exact, for bytes are what they were made from.
fn pixels(values: &[f32], card: &ModelCard) -> Vec<u8> {
    let area = values.len() / 3;
    let (mean, std) = (card.input.mean, card.input.std);
    (0..area)
        .flat_map(|at| {
            [0, 1, 2].map(|channel| {
                (values[channel * area + at] * std[channel] + mean[channel]).round() as u8
            })
        })
        .collect()
}
