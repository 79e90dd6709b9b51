//! From float weights to those of the wanted precision, by pictures that the model was trained on.

use super::arguments::Arguments;
use crate::output::note;
use indicatif::ProgressBar;
use softcam::conversion::Precision;
use softcam::conversion::compact::{MOST_BITS, compact_by_pictures};
use softcam::conversion::quantize::reduce;
use softcam::preprocess::planes;
use softcam::weights::Model;
use softcam_train::{Picture, Pictures};
use std::collections::BTreeMap;

/// Pictures to measure on what flows through the network; twice as many change the biases by less than a step.
const MEASURED: usize = 64;

/// `model` at the wanted precision. Rounding to integers looks at pictures that the model knows: what it shifts on average
/// is put right, which an answer near the operating point may hang on.
pub fn smaller(
    model: Model,
    train: &Pictures,
    arguments: &Arguments,
) -> crate::failure::Result<Model> {
    if arguments.precision() != Precision::Int8 {
        return Ok(reduce(model, arguments.precision(), |_| {})?.0);
    }
    let pictures = spread(&train.items.iter().collect::<Vec<_>>(), MEASURED);
    let bar = ProgressBar::new(pictures.len() as u64).with_message("measuring for int8");
    let (mean, std) = (model.card.input.mean, model.card.input.std);
    let images = (pictures.iter()).map(|picture| planes(&picture.pixels, mean, std));
    let compacted = compact_by_pictures(
        model,
        arguments.bits.unwrap_or(MOST_BITS),
        images,
        train.size,
        || bar.inc(1),
    )?;
    bar.finish_and_clear();
    note(format_args!(
        "{:.2} bits of information per quantized weight.",
        compacted.bits
    ));
    Ok(compacted.model)
}

/// More pictures than this add nothing but time: it grows with their cube.
const ENOUGH: usize = 1000;

/// At most [`ENOUGH`], as many of every collection as of any other where there are so many: a small collection that
/// drowned in a large one would be strange to a reference made of both.
pub fn thinned(pictures: &Pictures) -> Pictures {
    let mut collections: BTreeMap<usize, Vec<&Picture>> = BTreeMap::new();
    for item in &pictures.items {
        collections.entry(item.source).or_default().push(item);
    }
    let mut collections: Vec<Vec<&Picture>> = collections.into_values().collect();
    collections.sort_by_key(Vec::len);
    let (mut items, count) = (Vec::new(), collections.len());
    for (index, collection) in collections.iter().enumerate() {
        // What the smaller ones left over is for the larger.
        let share = (ENOUGH - items.len()) / (count - index);
        items.extend(spread(collection, share).into_iter().cloned());
    }
    Pictures {
        size: pictures.size,
        items,
        classes: pictures.classes.clone(),
    }
}

/// At most `most` of `items`, evenly spread.
fn spread<'a>(items: &[&'a Picture], most: usize) -> Vec<&'a Picture> {
    let kept = items.len().min(most);
    (0..kept).map(|at| items[at * items.len() / kept]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_collection_is_not_thinned_beside_a_large_one() {
        let kept = |counts: &[usize]| {
            let picture = |source, class| Picture {
                pixels: [].into(),
                class,
                source,
            };
            let of = |(source, &count): (usize, &usize)| {
                (0..count)
                    .map(move |index| picture(source, index))
                    .collect::<Vec<_>>()
            };
            let pictures = Pictures {
                size: 64,
                items: counts.iter().enumerate().flat_map(of).collect(),
                classes: Vec::new(),
            };
            let thin = thinned(&pictures);
            let mut seen: Vec<_> = thin.items.iter().map(|i| (i.source, i.class)).collect();
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.len(), thin.items.len(), "none twice");
            let count = |source| thin.items.iter().filter(|i| i.source == source).count();
            (0..counts.len()).map(count).collect::<Vec<_>>()
        };
        assert_eq!(kept(&[3000, 10]), [990, 10]);
        assert_eq!(kept(&[600, 700]), [500, 500]);
        assert_eq!(kept(&[30, 2000, 400]), [30, 570, 400]);
        assert_eq!(kept(&[7]), [7]);
    }
}
