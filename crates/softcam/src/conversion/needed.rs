//! The tensors that a network needs, by the names of one convention.

use crate::backbone::{SourceNames, UnitSpec};
use crate::weights::is_evidence_layer;

/// A tensor that a network needs.
pub(super) struct Needed {
    pub name: String,
    pub shape: Vec<usize>,
    /// The last layer may be linear, without the two axes of a kernel.
    pub linear: Option<Vec<usize>>,
}

impl Needed {
    pub fn fits(&self, shape: &[usize]) -> bool {
        self.shape == shape || self.linear.as_deref() == Some(shape)
    }
}

pub(super) const NORM_PARTS: [&str; 4] = ["weight", "bias", "running_mean", "running_var"];

/// The tensors of one unit.
pub(super) fn needed(spec: &UnitSpec, source: &SourceNames) -> Vec<Needed> {
    let channels = vec![spec.out_channels];
    let mut list = Vec::new();
    let mut push = |name: String, shape: Vec<usize>, linear| {
        list.push(Needed {
            name,
            shape,
            linear,
        });
    };
    if let Some(name) = &source.convolution {
        let linear = is_evidence_layer(spec).then(|| vec![spec.out_channels, spec.in_channels]);
        let shape = spec.weight_shape().to_vec();
        push(format!("{name}.weight"), shape, linear);
        if spec.source_bias {
            push(format!("{name}.bias"), channels.clone(), None);
        }
    }
    if let Some(name) = &source.norm {
        for part in NORM_PARTS {
            push(format!("{name}.{part}"), channels.clone(), None);
        }
    }
    list
}
