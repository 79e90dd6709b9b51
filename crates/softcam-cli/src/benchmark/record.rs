//! What one method gave on one picture with one network.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use softcam::Map;
use std::collections::BTreeMap;

/// A part of a whole: hits of patches, say.
pub type Share = [f64; 2];

/// Everything that is kept of one explanation. What a picture does not define (a precision where no evidence is
/// positive) is absent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Numbers by the ids of [`super::figures`].
    #[serde(default)]
    pub values: BTreeMap<String, f64>,
    /// Parts of wholes, which are added up over pictures before they are divided; one for each place of a curve, or a
    /// single one.
    #[serde(default)]
    pub shares: BTreeMap<String, Vec<Share>>,
    /// Curves that are averaged over pictures.
    #[serde(default)]
    pub curves: BTreeMap<String, Vec<f64>>,
    /// Runs of the network, and runs followed back.
    pub forward: usize,
    /// See above.
    pub backward: usize,
    /// Wall-clock time of the explanation alone, on one core with others at work beside it.
    pub milliseconds: f64,
    /// For the plate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub map: Option<Kept>,
}

/// A map as small as a plate needs it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    rows: usize,
    columns: usize,
    /// Little-endian floats, base64.
    values: String,
}

/// Longest side of a kept map.
const SIDE: usize = 64;

impl Kept {
    /// Keeps a map, cells averaged where it has more than a plate shows.
    pub fn new(map: &Map) -> Self {
        let rows = map.rows.min(SIDE);
        let columns = map.columns.min(SIDE);
        let mut sums = vec![0.0_f64; rows * columns];
        let mut counts = vec![0.0_f64; rows * columns];
        for (index, value) in map.values.iter().enumerate() {
            let row = index / map.columns * rows / map.rows;
            let column = index % map.columns * columns / map.columns;
            sums[row * columns + column] += f64::from(*value);
            counts[row * columns + column] += 1.0;
        }
        let values = sums.iter().zip(&counts);
        let bytes: Vec<u8> = values
            .flat_map(|(sum, count)| ((sum / count) as f32).to_le_bytes())
            .collect();
        Self {
            rows,
            columns,
            values: STANDARD.encode(bytes),
        }
    }

    /// The map again; none where the text was tampered with.
    pub fn map(&self) -> Option<Map> {
        let bytes = STANDARD.decode(&self.values).ok()?;
        let (floats, rest) = bytes.as_chunks::<4>();
        let values: Vec<f32> = floats
            .iter()
            .map(|bytes| f32::from_le_bytes(*bytes))
            .collect();
        (rest.is_empty() && !values.is_empty() && values.len() == self.rows * self.columns)
            .then_some(Map {
                values,
                rows: self.rows,
                columns: self.columns,
                total: None,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_maps_come_back_and_large_ones_are_averaged() {
        let map = |rows: usize, columns: usize| Map {
            values: (0..rows * columns).map(|i| i as f32 - 3.5).collect(),
            rows,
            columns,
            total: None,
        };
        let small = map(7, 5);
        assert_eq!(Kept::new(&small).map().unwrap(), small);
        let large = map(2 * SIDE, 2 * SIDE);
        let kept = Kept::new(&large).map().unwrap();
        assert_eq!(kept.shape(), (SIDE, SIDE));
        let first = [0, 1, 2 * SIDE, 2 * SIDE + 1].map(|i| i as f32 - 3.5);
        assert_eq!(kept.values[0], first.iter().sum::<f32>() / 4.0);
    }
}
