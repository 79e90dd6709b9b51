//! What comes out.

use serde::{Deserialize, Serialize};
use softcam::Map;

/// A map with its price and its promise.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribution {
    /// Row-major over the network's input: at the grid of the layer where the method looks behind one, else at the
    /// input's own size.
    pub map: Map,
    /// What it took.
    pub cost: Cost,
    /// What the map claims to add up to; none where the method promises nothing, as most do not.
    pub claim: Option<Claim>,
}

impl Attribution {
    /// What the map really adds up to, in the way of its claim; none without a claim.
    pub fn sum(&self) -> Option<f64> {
        let values = &self.map.values;
        let sum: f64 = values.iter().map(|&value| f64::from(value)).sum();
        Some(match self.claim.as_ref()?.of {
            Sum::Mean => sum / values.len() as f64,
            Sum::Total => sum,
        })
    }
}

/// Runs of the network, whole or in part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// Forward passes, those included that start behind a layer.
    pub forward: usize,
    /// Backward passes.
    pub backward: usize,
}

/// What a map claims to add up to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// In which way.
    pub of: Sum,
    /// To what, in logits.
    pub value: f32,
}

/// How the values of a map are brought together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sum {
    /// Their mean: of SoftCAM, the logit.
    Mean,
    /// Their sum: of Integrated Gradients, the score less that of the baseline.
    Total,
}

impl Claim {
    /// That the mean is `value`.
    pub(crate) fn mean(value: f32) -> Self {
        Self {
            of: Sum::Mean,
            value,
        }
    }
}
