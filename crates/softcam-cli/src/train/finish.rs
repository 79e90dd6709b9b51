//! From the best epoch to a model that can be shipped: fewer bits, a temperature, an operating point, and a threshold
//! for strange pictures, all chosen on train and tune.

use super::arguments::{Arguments, HeadName};
use crate::output::write_whole;
use indicatif::ProgressBar;
use softcam::Device;
use softcam::evidence::softmax;
use softcam::network::Output;
use softcam::weights::convert::seal;
use softcam::weights::quantize::reduce;
use softcam::weights::{Model, OperatingPoint, OutOfDistribution, Precision};
use softcam_eval::calibration::fit_temperature;
use softcam_eval::ranking::youden;
use softcam_train::predict::predict;
use softcam_train::{Pictures, reference};
use std::io::Write;

/// A temperature, an operating point and a reference in one.
struct Fitted {
    temperature: f32,
    operating_point: Option<OperatingPoint>,
    out_of_distribution: Option<(OutOfDistribution, softcam::novelty::FeatureReference)>,
}

/// Writes the finished model at the wanted precision and in float beside it. What is fitted is fitted on the former, which
/// is what will be shown.
pub fn finish(
    best: Model,
    train: &Pictures,
    tune: &Pictures,
    arguments: &Arguments,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let train = &thinned(train);
    let (small, _) = reduce(best.clone(), arguments.precision(), |_| {})?;
    let bar =
        ProgressBar::new((train.items.len() + tune.items.len()) as u64).with_message("fitting");
    let on_train = predict(&small, train, &Device::flex(), || bar.inc(1))?;
    let on_tune = predict(&small, tune, &Device::flex(), || bar.inc(1))?;
    bar.finish_and_clear();
    let fitted = fit(&on_train, &on_tune, tune, arguments)?;

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
        let model = described(model, &fitted, arguments, precision);
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
    if let Some((limits, _)) = &fitted.out_of_distribution {
        writeln!(out, "out of distribution: above {:.3}", limits.threshold)?;
    }
    Ok(())
}

fn fit(
    on_train: &[Output],
    on_tune: &[Output],
    tune: &Pictures,
    arguments: &Arguments,
) -> anyhow::Result<Fitted> {
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
    let out_of_distribution = reference::fit(&features, arguments.directions).map(|reference| {
        let mut scores: Vec<f32> = on_tune.iter().map(|output| reference.score(&output.features)).collect();
        scores.sort_by(f32::total_cmp);
        let limits = OutOfDistribution {
            threshold: (arguments.known_margin * quantile(&scores, arguments.known)).max(f32::MIN_POSITIVE),
            residual_variance: reference.residual_variance,
            fitted: format!(
                "Mahalanobis distance of the pooled features, {} directions, from the train part, {} pictures; the threshold is {} times the score below which {} % of the tune part, {count} pictures, lie",
                reference.variance.len(),
                on_train.len(),
                arguments.known_margin,
                100.0 * arguments.known
            ),
        };
        (limits, reference)
    });
    Ok(Fitted {
        temperature,
        operating_point: operating_point.flatten(),
        out_of_distribution,
    })
}

/// More pictures than this add nothing but time: it grows with their cube.
const ENOUGH: usize = 1000;

/// At most [`ENOUGH`], evenly spread.
fn thinned(pictures: &Pictures) -> Pictures {
    let count = pictures.items.len();
    let kept = count.min(ENOUGH);
    Pictures {
        size: pictures.size,
        items: (0..kept)
            .map(|at| pictures.items[at * count / kept].clone())
            .collect(),
        classes: pictures.classes.clone(),
    }
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

fn described(
    mut model: Model,
    fitted: &Fitted,
    arguments: &Arguments,
    precision: Precision,
) -> Model {
    let card = &mut model.card;
    card.temperature = fitted.temperature;
    card.operating_point.clone_from(&fitted.operating_point);
    let (limits, reference) = fitted.out_of_distribution.clone().unzip();
    card.out_of_distribution = limits;
    model.reference = reference;
    let head = match arguments.head {
        HeadName::Evidence => format!(
            "the class-evidence layer with lambda1 = {} and lambda2 = {}",
            arguments.lasso, arguments.ridge
        ),
        HeadName::Pooled => "a linear layer on the pooled features (the black box), which is used as class-evidence layer here".to_owned(),
    };
    let bits = match precision {
        Precision::Int8 => "int8 weights per output channel",
        Precision::Int4 => "int4 weights per output channel, int8 in depthwise layers",
        Precision::Float16 => "float16 weights",
        Precision::Float32 => "float32 weights",
    };
    card.provenance.conversion =
        format!("Trained here by softcam train with {head}. Batch normalisation folded; {bits}.");
    model
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_between_neighbours() {
        let sorted = [1.0, 2.0, 4.0];
        assert_eq!(quantile(&sorted, 0.0), 1.0);
        assert_eq!(quantile(&sorted, 0.75), 3.0);
        assert_eq!(quantile(&sorted, 1.0), 4.0);
        assert_eq!(quantile(&[], 0.5), 0.0);
    }
}
