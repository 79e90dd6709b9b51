//! Batch normalisation's statistics as one's own pictures give them, before training starts.

use crate::config::Config;
use crate::error::{Error, Result};
use crate::pictures::Pictures;
use crate::sampling;
use softcam::preprocess::planes;
use softcam::weights::Model;

/// `model` with means and variances of `count` pictures, drawn as the first epoch draws them and not changed, in place of
/// those of its pretraining; see [`softcam::network::renormalised`]. All of them are in memory at a time: for 512 x 512
/// pixels, about 0.1 GB each.
///
/// # Errors
///
/// [`Error::Start`] where normalisation is folded into all weights, as in a finished model.
pub fn renormalised(
    model: &Model,
    pictures: &Pictures,
    count: usize,
    config: &Config,
) -> Result<Model> {
    if model.layers.values().all(|layer| layer.norm().is_none()) {
        return Err(Error::Start(
            "batch normalisation is folded into them, and its statistics are to be estimated anew"
                .to_owned(),
        ));
    }
    let drawn = sampling::order(pictures, config.balance, count, config.seed, 0);
    let input = &model.card.input;
    let images = (drawn.iter())
        .map(|&index| planes(&pictures.items[index].pixels, input.mean, input.std))
        .collect::<Vec<_>>()
        .concat();
    let shape = [drawn.len(), pictures.size];
    Ok(softcam::network::renormalised(model, &images, shape)?)
}
