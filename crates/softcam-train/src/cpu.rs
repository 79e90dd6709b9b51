//! Gradients on the CPU, picture by picture, on the kernels that run the network.
//!
//! With batch normalisation's statistics fixed, the pictures of a batch do not touch each other, so each can go forward
//! and backward on its own. burn's gradients of depthwise and pointwise convolutions go through general convolutions whose
//! kernel is a whole feature map, which takes many times as long. `tests/gradients.rs` holds the two against each other.

use crate::config::Head;
use crate::objective::{self, Loss};
use softcam::network::gradients::{Activations, Suffix, WeightGradients};

/// What one picture is to be.
pub(crate) struct Target<'a> {
    pub(crate) objective: objective::Target<'a>,
    pub(crate) head: Head,
    /// A factor per channel of the features.
    pub(crate) dropout: Option<&'a [f32]>,
}

/// One picture forward and backward. `input` is what the first of the blocks reads; `gradients` grow by what this picture
/// adds.
pub(crate) fn learn(
    suffix: &Suffix,
    input: &Activations,
    target: &Target,
    gradients: &mut WeightGradients,
) -> Loss {
    let record = suffix.record(input);
    let mut features = record.features();
    scale_channels(&mut features, target.dropout);
    // The black box pools first: its logits are maps of one cell.
    let read = match target.head {
        Head::Evidence => features,
        Head::Pooled => pooled(&features),
    };
    let maps = suffix.evidence(&read);
    let (loss, by_map) = objective::loss(&maps.values, maps.width, &target.objective);
    let by_maps = Activations {
        values: by_map,
        ..maps
    };
    let by_read = suffix.evidence_backward(&read, &by_maps, gradients);
    let mut by_features = match target.head {
        Head::Evidence => by_read,
        Head::Pooled => spread(&by_read, record.size()),
    };
    scale_channels(&mut by_features, target.dropout);
    record.backward(&by_features, gradients);
    loss
}

fn scale_channels(activations: &mut Activations, factors: Option<&[f32]>) {
    let cells = activations.height * activations.width;
    for (channel, factor) in
        (activations.values.chunks_exact_mut(cells)).zip(factors.into_iter().flatten())
    {
        channel.iter_mut().for_each(|value| *value *= factor);
    }
}

/// The mean of every channel.
fn pooled(features: &Activations) -> Activations {
    let cells = features.height * features.width;
    let channels = features.values.chunks_exact(cells);
    Activations {
        channels: features.channels,
        height: 1,
        width: 1,
        values: channels
            .map(|cells| cells.iter().sum::<f32>() / cells.len() as f32)
            .collect(),
    }
}

/// The way back through those means.
fn spread(by_means: &Activations, [height, width]: [usize; 2]) -> Activations {
    let cells = height * width;
    let share = |value: &f32| std::iter::repeat_n(value / cells as f32, cells);
    Activations {
        channels: by_means.channels,
        height,
        width,
        values: by_means.values.iter().flat_map(share).collect(),
    }
}
