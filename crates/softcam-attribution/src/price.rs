//! What a method costs, before it has run.

use crate::attribution::Cost;
use crate::method::Method;
use std::fmt::{self, Display, Formatter};

/// What a method's passes are, where their number is not the same for every network and choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Channels of the layer; those that are 0 everywhere cost nothing.
    Channels,
    /// Points on a path.
    Steps,
    /// Noisy copies of the picture.
    Samples,
    /// Places of the patch.
    Places,
    /// Random masks.
    Masks,
}

/// Runs of the network that a method takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// Whatever is chosen.
    pub fixed: Cost,
    /// Besides, of each pass.
    pub each: Option<(Cost, Counted)>,
}

impl Price {
    /// Of a plan of so many passes.
    pub fn of(&self, passes: usize) -> Cost {
        let each = self.each.map_or(Cost::default(), |(each, _)| each);
        Cost {
            forward: self.fixed.forward + passes * each.forward,
            backward: self.fixed.backward + passes * each.backward,
        }
    }
}

impl Method {
    /// What it costs; [`crate::Plan::cost`] is this, of the plan's passes.
    pub fn price(self) -> Price {
        let runs = |forward, backward| Cost { forward, backward };
        let fixed = |fixed| Price { fixed, each: None };
        let many = |fixed, each, of| Price {
            fixed,
            each: Some((each, of)),
        };
        match self {
            Self::SoftCam => fixed(runs(1, 0)),
            Self::GradCam
            | Self::GradCamClipped
            | Self::GradCamPlusPlus
            | Self::LayerCam
            | Self::HiResCam
            | Self::GuidedBackprop => fixed(runs(1, 1)),
            // One more tells what the layer holds.
            Self::ScoreCam | Self::AblationCam => many(runs(1, 0), runs(1, 0), Counted::Channels),
            // Two more tell what the map claims to add up to.
            Self::IntegratedGradients => many(runs(2, 0), runs(1, 1), Counted::Steps),
            Self::SmoothGrad => many(runs(0, 0), runs(1, 1), Counted::Samples),
            // One more tells what is lost.
            Self::Occlusion => many(runs(1, 0), runs(1, 0), Counted::Places),
            Self::Rise => many(runs(0, 0), runs(1, 0), Counted::Masks),
            Self::Random | Self::Edges => fixed(runs(0, 0)),
        }
    }
}

impl Display for Counted {
    /// One of them.
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Channels => "channel of the layer that is not 0 everywhere",
            Self::Steps => "step",
            Self::Samples => "noisy picture",
            Self::Places => "place of the patch",
            Self::Masks => "mask",
        })
    }
}

impl Display for Cost {
    /// `1 run forward, 0 back`.
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        let runs = if self.forward == 1 { "run" } else { "runs" };
        write!(f, "{} {runs} forward, {} back", self.forward, self.backward)
    }
}

impl Display for Price {
    /// `1 run forward, 0 back, and per mask 1 run forward, 0 back`.
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        match self.each {
            None if self.fixed == Cost::default() => f.write_str("no run"),
            None => self.fixed.fmt(f),
            Some((each, of)) if self.fixed == Cost::default() => write!(f, "per {of} {each}"),
            Some((each, of)) => write!(f, "{}, and per {of} {each}", self.fixed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_told_in_words() {
        let text = |method: Method| method.price().to_string();
        assert_eq!(text(Method::Edges), "no run");
        assert_eq!(text(Method::GradCam), "1 run forward, 1 back");
        assert_eq!(text(Method::Rise), "per mask 1 run forward, 0 back");
        assert_eq!(
            text(Method::IntegratedGradients),
            "2 runs forward, 0 back, and per step 1 run forward, 1 back"
        );
    }
}
