//! Runs on pictures that differ from one that was run already in a rectangle alone: every block computes again only what
//! that rectangle reaches, on a cut-out that has all that this depends on. What comes out is the full run's, up to rounding.

mod area;
mod means;
mod pass;
mod reach;

pub(super) use self::area::Area;
pub(super) use self::means::means_near;
pub(super) use self::pass::{Kept, Parts, State, lay};
pub(super) use self::reach::Reach;
