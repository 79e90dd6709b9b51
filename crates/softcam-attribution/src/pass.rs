//! What one pass of a method gives.

use softcam::Map;

/// What one pass of a [`crate::Plan`] gives: a map, or a score alone. Only the plan that it came from has a use for it.
#[derive(Debug, Clone)]
pub struct Pass(pub(crate) Map);

impl Pass {
    /// A number.
    pub(crate) fn score(score: f32) -> Self {
        Self(Map {
            values: vec![score],
            rows: 1,
            columns: 1,
            total: None,
        })
    }

    /// The number, where it is one.
    pub(crate) fn as_score(&self) -> f32 {
        self.0.values[0]
    }
}
