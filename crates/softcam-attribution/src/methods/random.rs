//! A random map: the control that any explanation must beat.
//!
//! One about normal value per cell of the network's last layer, mean 0 and variance 1, by the seed alone: it knows neither
//! network nor picture nor class.

use crate::subject::Subject;
use softcam::{Map, random};

pub(crate) fn map(subject: &Subject, seed: u64) -> Map {
    let side = subject.classifier().map_size(subject.size());
    let value = |cell: usize| random::normal(random::at(seed, cell as u64));
    Map {
        values: (0..side * side).map(value).collect(),
        rows: side,
        columns: side,
        total: None,
    }
}
