//! How learning rates fall.

use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

/// The factor by which both learning rates are multiplied.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Schedule {
    /// Half a cosine from 1 to `floor` over the run, after `warm_up` of the run in which it rises from 0. The official
    /// SoftCAM code falls by epochs over fifty of them and stops at a tenth of the first rate.
    Cosine {
        /// Share of the first rate that is never gone below, 0 to 1.
        floor: f64,
        /// Share of the run, 0 to 1.
        warm_up: f64,
    },
    /// Always 1.
    Constant,
}

impl Schedule {
    /// The factor at `step` of `steps`, counted from 0.
    pub fn factor(self, step: usize, steps: usize) -> f64 {
        match self {
            Self::Constant => 1.0,
            Self::Cosine { floor, warm_up } => {
                let at = step as f64 / steps.max(1) as f64;
                if at < warm_up {
                    return (step + 1) as f64 / (warm_up * steps as f64).max(1.0);
                }
                let at = ((at - warm_up) / (1.0 - warm_up).max(f64::EPSILON)).min(1.0);
                (0.5 * (1.0 + (PI * at).cos())).max(floor)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cosine_warms_up_falls_and_stops_at_its_floor() {
        let schedule = Schedule::Cosine {
            floor: 0.1,
            warm_up: 0.1,
        };
        let factors: Vec<f64> = (0..100).map(|step| schedule.factor(step, 100)).collect();
        assert!((factors[0] - 0.1).abs() < 1e-9);
        assert!((factors[10] - 1.0).abs() < 1e-9);
        assert!(factors[10..].is_sorted_by(|a, b| a >= b));
        assert!((factors[55] - 0.5).abs() < 1e-9, "halfway of the fall");
        assert_eq!(factors[99], 0.1);
        assert!(factors.iter().all(|factor| (0.0..=1.0).contains(factor)));
    }
}
