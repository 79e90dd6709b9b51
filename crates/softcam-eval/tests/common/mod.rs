//! Pictures and maps for tests.

use softcam::map::Map;
use softcam::weights::{FitRule, InputSpec};
use softcam_eval::maps::Picture;

/// A network's input whose pixel values are normalised by `mean` and `std`.
pub fn spec(mean: f32, std: f32) -> InputSpec {
    InputSpec {
        size: 64,
        sizes: vec![64],
        mean: [mean; 3],
        std: [std; 3],
        fit: FitRule::Stretch,
    }
}

pub fn picture(values: Vec<f32>, size: usize) -> Picture {
    Picture::new(values, size, &spec(0.0, 1.0)).unwrap()
}

pub fn map(values: Vec<f32>, rows: usize, columns: usize) -> Map {
    Map {
        values,
        rows,
        columns,
        total: None,
    }
}
