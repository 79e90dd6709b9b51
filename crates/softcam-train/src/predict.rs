//! What a network says about many pictures.

use crate::error::Result;
use crate::pictures::Pictures;
use rayon::prelude::*;
use softcam::Device;
use softcam::network::{Network, Output};
use softcam::preprocess::planes;
use softcam::weights::Model;

/// Runs `model` on every picture, unchanged; features come from behind the first `watched` blocks, or all. `done` is told
/// after each, from whatever thread.
pub fn predict(
    model: &Model,
    pictures: &Pictures,
    device: &Device,
    watched: Option<usize>,
    done: impl Fn() + Sync,
) -> Result<Vec<Output>> {
    let threads = if *device == Device::flex() {
        rayon::current_num_threads()
    } else {
        1
    };
    let networks = (0..threads)
        .map(|_| Network::watching(watched, model, device))
        .collect::<softcam::Result<Vec<_>>>()?;
    let input = &model.card.input;
    let one = |network: &Network, index: usize| {
        let values = planes(&pictures.items[index].pixels, input.mean, input.std);
        let output = pollster::block_on(network.run(values, pictures.size))?;
        done();
        Ok(output)
    };
    let count = pictures.items.len();
    if threads == 1 {
        return (0..count).map(|index| one(&networks[0], index)).collect();
    }
    (0..count)
        .into_par_iter()
        .map(|index| {
            let thread = rayon::current_thread_index().unwrap_or(0) % threads;
            one(&networks[thread], index)
        })
        .collect()
}
