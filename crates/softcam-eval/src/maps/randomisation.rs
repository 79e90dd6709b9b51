//! Whether a map has to do with what the network learned (Adebayo et al., "Sanity checks for saliency maps", NeurIPS 2018).
//!
//! Layers are shuffled from the last one down ([`softcam::sanity::shuffle`]), each time a map is made anew, and compared with
//! that of the network as it was. A map that explains the network stops resembling it; one that is an edge filter does not.
//! (Quantus calls it MPRT.)

use crate::error::{Error, Result};
use softcam::map::Map;
use softcam::sanity::{Similarity, similarity};

/// Similarity by how many layers were shuffled.
#[derive(Debug, Clone, PartialEq)]
pub struct Randomisation {
    /// How many layers, ascending.
    pub layers: Vec<usize>,
    /// How alike the map then is to the network's own.
    pub similarity: Vec<Similarity>,
    /// The same of absolute values, as Adebayo et al. have it beside: maps that only change their sign are alike here.
    pub absolute: Vec<Similarity>,
}

impl Randomisation {
    /// Compares `own`, the map of the network itself, with the `shuffled` ones, each with the number of layers.
    ///
    /// # Errors
    ///
    /// Where maps differ in shape, or there are none.
    pub fn new(own: &Map, shuffled: &[(usize, Map)]) -> Result<Self> {
        let mut layers: Vec<&(usize, Map)> = shuffled.iter().collect();
        layers.sort_by_key(|(count, _)| *count);
        let compare = |change: fn(f32) -> f32| {
            let changed =
                |map: &Map| -> Vec<f32> { map.values.iter().copied().map(change).collect() };
            let one = |(_, map): &&(usize, Map)| {
                if map.shape() != own.shape() {
                    return None;
                }
                similarity(&changed(own), &changed(map)).ok()
            };
            layers.iter().map(one).collect::<Option<Vec<_>>>()
        };
        let (Some(signed), Some(absolute)) = (compare(|value| value), compare(f32::abs)) else {
            let other = shuffled.iter().find(|(_, map)| map.shape() != own.shape());
            return Err(Error::Length {
                what: "values of a map",
                got: other.map_or(0, |(_, map)| map.values.len()),
                expected: own.values.len(),
            });
        };
        Ok(Self {
            layers: layers.iter().map(|(count, _)| *count).collect(),
            similarity: signed,
            absolute,
        })
    }

    /// Mean rank correlation over all stages: one figure, smaller is better, 0 is what maps without relation have. None
    /// where there is no stage.
    pub fn mean_rank(&self) -> Option<f64> {
        let count = self.similarity.len() as f64;
        (count > 0.0).then(|| self.similarity.iter().map(|s| s.rank).sum::<f64>() / count)
    }

    /// Rank correlation once the most layers are shuffled. None where there is no stage.
    pub fn last_rank(&self) -> Option<f64> {
        self.similarity.last().map(|similarity| similarity.rank)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(values: &[f32]) -> Map {
        Map {
            values: values.to_vec(),
            rows: 1,
            columns: values.len(),
            total: None,
        }
    }

    #[test]
    fn stages_are_in_order_and_signs_count_once() {
        let own = map(&[1.0, 2.0, 3.0, 4.0]);
        let stages = [
            (9, map(&[-1.0, -2.0, -3.0, -4.0])),
            (2, map(&[2.0, 1.0, 4.0, 3.0])),
            (0, own.clone()),
        ];
        let result = Randomisation::new(&own, &stages).unwrap();
        assert_eq!(result.layers, [0, 2, 9]);
        let close = |got: f64, expected: f64| assert!((got - expected).abs() < 1e-6, "{got}");
        close(result.similarity[0].rank, 1.0);
        close(result.similarity[1].rank, 0.6);
        close(result.similarity[2].rank, -1.0);
        close(result.absolute[2].rank, 1.0);
        close(result.mean_rank().unwrap(), 0.2);
        close(result.last_rank().unwrap(), -1.0);
    }

    #[test]
    fn other_shapes_are_refused_and_no_stage_has_no_mean() {
        let own = map(&[1.0, 2.0]);
        assert!(Randomisation::new(&own, &[(1, map(&[1.0, 2.0, 3.0]))]).is_err());
        let none = Randomisation::new(&own, &[]).unwrap();
        assert_eq!((none.mean_rank(), none.last_rank()), (None, None));
    }
}
