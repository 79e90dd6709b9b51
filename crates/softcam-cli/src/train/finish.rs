//! From the best epoch to a model that can be shipped: fewer bits, a temperature, an operating point, and a threshold
//! for unlike pictures, all chosen on train and tune.

use super::arguments::{Arguments, HeadName};
use crate::output::{note, write_whole};
use indicatif::ProgressBar;
use softcam::Device;
use softcam::conversion::Precision;
use softcam::conversion::compact::{MOST_BITS, compact_by_pictures};
use softcam::conversion::quantize::reduce;
use softcam::conversion::seal;
use softcam::evidence::softmax;
use softcam::network::Output;
use softcam::preprocess::planes;
use softcam::weights::{Model, NoveltyLimits, OperatingPoint};
use softcam_eval::calibration::fit_temperature;
use softcam_eval::ranking::youden;
use softcam_train::predict::predict;
use softcam_train::{Picture, Pictures, novelty};
use std::collections::BTreeMap;
use std::io::Write;

/// A temperature, an operating point and a reference in one.
struct Fitted {
    temperature: f32,
    operating_point: Option<OperatingPoint>,
    novelty: Option<(NoveltyLimits, softcam::novelty::NoveltyReference)>,
}

/// Writes the finished model at the wanted precision and in float beside it. What is fitted is fitted on the former, which
/// is what will be shown.
pub fn finish(
    mut best: Model,
    train: &Pictures,
    tune: &Pictures,
    arguments: &Arguments,
    out: &mut impl Write,
) -> crate::failure::Result<()> {
    let train = &thinned(train);
    best.card.provenance.conversion = origin(arguments);
    let small = smaller(best.clone(), train, arguments)?;
    let bar =
        ProgressBar::new((train.items.len() + tune.items.len()) as u64).with_message("fitting");
    let blocks = small.backbone().blocks.len();
    let watched = arguments.known_blocks.unwrap_or(blocks * 2 / 3).max(1);
    let run = |pictures| {
        predict(&small, pictures, &Device::flex(), Some(watched), || {
            bar.inc(1)
        })
    };
    let (on_train, on_tune) = (run(train)?, run(tune)?);
    bar.finish_and_clear();
    let fitted = fit(&on_train, &on_tune, tune, watched, arguments)?;

    let name = |precision| match precision {
        Precision::Int8 => "int8",
        Precision::Int4 => "int4",
        Precision::Float16 => "float16",
        Precision::Float32 => "float",
    };
    let mut wanted = vec![(small, arguments.precision())];
    if arguments.precision() != Precision::Float32 {
        wanted.push((best, Precision::Float32));
    }
    for (model, precision) in wanted {
        let model = described(model, &fitted, precision);
        let bytes = pollster::block_on(seal(model, &Device::flex()))?;
        let path = arguments
            .out
            .join(format!("{}.safetensors", name(precision)));
        write_whole(&path, &bytes)?;
        writeln!(out, "{}: {} bytes", path.display(), bytes.len())?;
    }
    writeln!(out, "temperature {:.3}", fitted.temperature)?;
    if let Some(point) = &fitted.operating_point {
        writeln!(
            out,
            "operating point: {} from {:.3} on",
            tune.classes[point.positive], point.probability
        )?;
    }
    if let Some((limits, _)) = &fitted.novelty {
        writeln!(out, "out of distribution: above {:.3}", limits.threshold)?;
    }
    Ok(())
}

fn fit(
    on_train: &[Output],
    on_tune: &[Output],
    tune: &Pictures,
    watched: usize,
    arguments: &Arguments,
) -> crate::failure::Result<Fitted> {
    let classes = tune.classes.len();
    let truths: Vec<usize> = tune.items.iter().map(|item| item.class).collect();
    let logits: Vec<f32> = on_tune
        .iter()
        .flat_map(|output| output.logits.clone())
        .collect();
    let temperature = fit_temperature(&logits, classes, &truths)? as f32;
    let count = tune.items.len();
    let operating_point = (classes == 2).then(|| {
        let scores: Vec<f64> = (on_tune.iter())
            .map(|output| f64::from(softmax(&output.logits, temperature)[1]))
            .collect();
        let positive: Vec<bool> = truths.iter().map(|&truth| truth == 1).collect();
        // A point at the very end would be no point; a hundredth from it still lets a sure answer pass.
        let probability = youden(&scores, &positive)?.clamp(0.01, 0.99) as f32;
        Some(OperatingPoint {
            positive: 1,
            probability,
            chosen: format!(
                "largest sensitivity + specificity (Youden) on the tune part, {count} pictures"
            ),
        })
    });
    let features: Vec<Vec<f32>> = on_train
        .iter()
        .map(|output| output.features.clone())
        .collect();
    let novelty = novelty::fit(&features, arguments.directions).map(|reference| {
        let mut scores: BTreeMap<usize, Vec<f32>> = BTreeMap::new();
        for (item, output) in tune.items.iter().zip(on_tune) {
            scores.entry(item.source).or_default().push(reference.score(&output.features));
        }
        // Every collection's pictures are to pass, not only those of the largest.
        let known = (scores.values_mut())
            .map(|scores| {
                scores.sort_by(f32::total_cmp);
                quantile(scores, arguments.known)
            })
            .fold(0.0, f32::max);
        let limits = NoveltyLimits {
            threshold: (arguments.known_margin * known).max(f32::MIN_POSITIVE),
            residual_variance: reference.residual_variance,
            blocks: Some(watched),
            fitted: format!(
                "Mahalanobis distance of the pooled features behind the first {watched} blocks, {} directions, from the train part, {} pictures; the threshold is {} times the score below which {} % of {}the tune part, {count} pictures, lie",
                reference.variance.len(),
                on_train.len(),
                arguments.known_margin,
                100.0 * arguments.known,
                if scores.len() > 1 { "every collection of " } else { "" },
            ),
        };
        (limits, reference)
    });
    Ok(Fitted {
        temperature,
        operating_point: operating_point.flatten(),
        novelty,
    })
}

/// Pictures to measure on what flows through the network; twice as many change the biases by less than a step.
const MEASURED: usize = 64;

/// `model` at the wanted precision. Rounding to integers looks at pictures that the model knows: what it shifts on average
/// is put right, which an answer near the operating point may hang on.
fn smaller(model: Model, train: &Pictures, arguments: &Arguments) -> crate::failure::Result<Model> {
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
fn thinned(pictures: &Pictures) -> Pictures {
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

/// Between neighbouring values in proportion; `sorted` ascends.
fn quantile(sorted: &[f32], share: f64) -> f32 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return 0.0;
    };
    let at = share.clamp(0.0, 1.0) * last as f64;
    let below = at.floor() as usize;
    let rest = (at - below as f64) as f32;
    sorted[below] + rest * (sorted[(below + 1).min(last)] - sorted[below])
}

fn described(mut model: Model, fitted: &Fitted, precision: Precision) -> Model {
    let card = &mut model.card;
    card.temperature = fitted.temperature;
    card.operating_point.clone_from(&fitted.operating_point);
    let (limits, reference) = fitted.novelty.clone().unzip();
    card.novelty = limits;
    model.novelty_reference = reference;
    let bits = match precision {
        // How it was rounded stands in the card already.
        Precision::Int8 => return model,
        Precision::Int4 => "int4 weights per output channel, int8 in depthwise layers",
        Precision::Float16 => "float16 weights",
        Precision::Float32 => "float32 weights",
    };
    card.provenance
        .conversion
        .push_str(&format!(" Stored as {bits}."));
    model
}

/// Where the float weights come from, for the card.
fn origin(arguments: &Arguments) -> String {
    let head = match arguments.head {
        HeadName::Evidence => format!(
            "the class-evidence layer with lambda1 = {} and lambda2 = {}{}{}",
            arguments.lasso,
            arguments.ridge,
            if arguments.total_variation > 0.0 {
                format!(" and total variation {}", arguments.total_variation)
            } else {
                String::new()
            },
            if arguments.difference {
                ", on differences of maps"
            } else {
                ""
            }
        ),
        HeadName::Pooled => "a linear layer on the pooled features (the black box), which is used as class-evidence layer here".to_owned(),
    };
    format!("Trained here by softcam train with {head}. Batch normalisation folded.")
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

    #[test]
    fn quantiles_lie_between_neighbours() {
        let sorted = [1.0, 2.0, 4.0];
        assert_eq!(quantile(&sorted, 0.0), 1.0);
        assert_eq!(quantile(&sorted, 0.75), 3.0);
        assert_eq!(quantile(&sorted, 1.0), 4.0);
        assert_eq!(quantile(&[], 0.5), 0.0);
    }
}
