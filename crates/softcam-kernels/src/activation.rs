//! What follows a convolution.

use crate::lanes::Lanes;

/// A clamp: every activation of the networks here is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// Nothing.
    Linear,
    /// max(x, 0).
    Relu,
    /// min(max(x, 0), 6).
    Relu6,
}

impl Activation {
    /// Lower and upper bound. Zero lies within, so that empty channels stay zero.
    pub fn bounds(self) -> (f32, f32) {
        match self {
            Self::Linear => (f32::NEG_INFINITY, f32::INFINITY),
            Self::Relu => (0.0, f32::INFINITY),
            Self::Relu6 => (0.0, 6.0),
        }
    }

    /// As a pair of vectors.
    pub(crate) fn clamp(self) -> Clamp {
        let (low, high) = self.bounds();
        Clamp {
            low: Lanes::splat(low),
            high: Lanes::splat(high),
        }
    }
}

/// An activation ready for vectors.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clamp {
    low: Lanes,
    high: Lanes,
}

impl Clamp {
    /// A value that is not a number stays so: a broken network must not look like a working one.
    #[inline(always)]
    pub(crate) fn apply(self, value: Lanes) -> Lanes {
        value.max(self.low).min(self.high)
    }
}
