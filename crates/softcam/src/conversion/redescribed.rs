//! A finished model of which somebody says more, such as the names of its classes.

use super::description::{Settings, check_said, two_names};
use super::pixels::in_pixel_values;
use crate::error::{Result, error};
use crate::weights::Model;

/// `model` with what `settings` say in its card, and what there is to say about it. Its weights stay as they are; its known
/// answer is to be taken anew.
///
/// # Errors
///
/// Where they speak of weights that are no longer there, do not fit the model, or contradict its card.
pub fn redescribed(mut model: Model, settings: Settings) -> Result<(Model, Vec<String>)> {
    let Settings {
        architecture,
        title,
        classes,
        activation,
        head,
        weights,
        size,
        sizes,
        mut mean,
        mut std,
        fit,
        output_stride,
        evidence_block,
        evidence_expansion,
        smooth_evidence,
        temperature,
        medical,
        source,
        licence,
        attribution,
        training_data,
        intended_use,
        limits,
    } = settings;
    let of_weights = architecture.is_some_and(|wanted| wanted != model.card.architecture)
        || head.is_some()
        || weights.is_some()
        || evidence_block.is_some()
        || evidence_expansion.is_some();
    if of_weights {
        return Err(error!(DESCRIPTION_OF_WEIGHTS));
    }
    let notes = Vec::from_iter(in_pixel_values(&mut mean, &mut std));
    let card = &mut model.card;
    if let Some(names) = classes {
        let names = match (names.len(), card.classes.len()) {
            (1, 2) => two_names(Some(names)),
            (given, classes) if given != classes => {
                return Err(error!(CHECKPOINT_CLASS_NAMES, classes, names = given));
            }
            _ => names,
        };
        card.classes = names;
    }
    card.activation = activation.unwrap_or(card.activation);
    card.temperature = temperature.unwrap_or(card.temperature);
    card.medical = medical.unwrap_or(card.medical);
    card.options.output_stride = output_stride.or(card.options.output_stride);
    card.options.smooth_evidence = smooth_evidence.unwrap_or(card.options.smooth_evidence);
    let input = &mut card.input;
    if let Some(size) = size {
        input.size = size;
        input.sizes = vec![size];
    }
    input.sizes = sizes.unwrap_or_else(|| input.sizes.clone());
    input.mean = mean.unwrap_or(input.mean);
    input.std = std.unwrap_or(input.std);
    input.fit = fit.unwrap_or(input.fit);
    let provenance = &mut card.provenance;
    for (place, given) in [
        (&mut card.title, title),
        (&mut card.intended_use, intended_use),
        (&mut provenance.weights, source),
        (&mut provenance.licence, licence),
        (&mut provenance.attribution, attribution),
        (&mut provenance.training_data, training_data),
    ] {
        if let Some(given) = given {
            *place = given;
        }
    }
    card.limits = limits.unwrap_or_else(|| card.limits.clone());
    card.format_version = card.format_version.max(card.needed_version());
    check_said(card)?;
    Ok((model, notes))
}
