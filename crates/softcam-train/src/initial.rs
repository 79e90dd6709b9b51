//! Where training starts: a pretrained network with a new class-evidence layer.

use crate::error::{Error, Result};
use crate::sampling::{Purpose, stream};
use rand::Rng;
use softcam::backbone::{EVIDENCE_LAYER, Options};
use softcam::conversion::Settings;
use softcam::weights::{Figure, HeadActivation, LayerWeights, Model};

const NOT_STATED: &str = "not stated";
const NOBODY_SAID: &str = "Nobody has stated what this model must not be used for.";

/// Gives `model` the classes of `settings` and whatever else they say. Where the classes stay the same and `keep_head` is
/// set, so does the class-evidence layer; else its weights are drawn as PyTorch draws them for a convolution, evenly
/// between ±1/√features.
pub fn initial(mut model: Model, settings: &Settings, keep_head: bool, seed: u64) -> Result<Model> {
    if settings
        .architecture
        .is_some_and(|wanted| wanted != model.card.architecture)
    {
        return Err(Error::Start(format!(
            "they are those of {}",
            model.card.architecture.name()
        )));
    }
    let card = &mut model.card;
    let classes = settings
        .classes
        .clone()
        .unwrap_or_else(|| card.classes.clone());
    if keep_head && classes.len() != card.classes.len() {
        return Err(Error::Start(format!(
            "the class-evidence layer has {} classes, and the pictures have {}",
            card.classes.len(),
            classes.len()
        )));
    }
    card.classes = classes;
    let input = &mut card.input;
    if let Some(size) = settings.size {
        input.size = size;
        input.sizes = settings.sizes.clone().unwrap_or_else(|| vec![size]);
    }
    input.mean = settings.mean.unwrap_or(input.mean);
    input.std = settings.std.unwrap_or(input.std);
    input.fit = settings.fit.unwrap_or(input.fit);
    if settings.output_stride.is_some() {
        card.options.output_stride = settings.output_stride;
    }
    card.options.smooth_evidence =
        (settings.smooth_evidence).unwrap_or(card.options.smooth_evidence);
    let from = |options: &Options| (options.evidence_block, options.evidence_expansion);
    let wanted = (
        settings.evidence_block.or(card.options.evidence_block),
        (settings.evidence_expansion).unwrap_or(card.options.evidence_expansion),
    );
    if wanted != from(&card.options) {
        if keep_head {
            return Err(Error::Start(
                "their class-evidence layer reads another block, so it cannot be kept".to_owned(),
            ));
        }
        (card.options.evidence_block, card.options.evidence_expansion) = wanted;
    }
    if !keep_head {
        // What the old classes were learnt from and are good for says nothing of the new ones.
        card.title = format!(
            "{}, {} classes",
            card.architecture.name(),
            card.classes.len()
        );
        card.intended_use = NOT_STATED.to_owned();
        card.provenance.training_data = NOT_STATED.to_owned();
        card.limits = vec![NOBODY_SAID.to_owned()];
    }
    let provenance = &mut card.provenance;
    for (place, given) in [
        (&mut card.title, &settings.title),
        (&mut card.intended_use, &settings.intended_use),
        (&mut provenance.weights, &settings.source),
        (&mut provenance.licence, &settings.licence),
        (&mut provenance.attribution, &settings.attribution),
        (&mut provenance.training_data, &settings.training_data),
    ] {
        if let Some(given) = given {
            place.clone_from(given);
        }
    }
    if let Some(limits) = &settings.limits {
        card.limits.clone_from(limits);
    }
    card.medical = settings.medical.unwrap_or(card.medical);
    // They are not those of the network that comes out.
    card.figures = Vec::<Figure>::new();
    card.activation = HeadActivation::Softmax;
    card.temperature = 1.0;
    card.operating_point = None;
    card.populations.clear();
    card.novelty = None;
    model.novelty_reference = None;
    model.known_answer = None;
    model.card.check()?;
    // Blocks that nothing reads any more go.
    let specs = model.specs();
    model
        .layers
        .retain(|name, _| specs.iter().any(|spec| spec.name == *name));
    // Weights with fewer bits learn as floats.
    for weights in model.layers.values_mut() {
        if !matches!(
            weights,
            LayerWeights::Unfolded { .. } | LayerWeights::Folded { .. }
        ) {
            *weights = LayerWeights::Folded {
                weight: weights.float_weight(),
                bias: weights.bias().unwrap_or_default().to_vec(),
            };
        }
    }
    if !keep_head {
        let spec = model.backbone().evidence_layer(model.card.classes.len());
        let mut rng = stream(seed, Purpose::Head, 0, 0);
        let bound = 1.0 / (spec.in_channels as f32).sqrt();
        let mut draw = |count: usize| -> Vec<f32> {
            (0..count)
                .map(|_| rng.random_range(-bound..bound))
                .collect()
        };
        let weights = LayerWeights::Folded {
            weight: draw(spec.weight_len()),
            bias: draw(spec.out_channels),
        };
        model.layers.insert(EVIDENCE_LAYER.to_owned(), weights);
    }
    Ok(model)
}
