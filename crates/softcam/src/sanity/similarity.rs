//! How alike two maps are.

use crate::error::{Result, error};
use crate::evidence::{cosine, ranking};

/// How alike two maps are, whatever their size: each from -1 to 1, and 0 where it is not defined, since a map that says
/// nothing is like no other.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Similarity {
    /// Cosine of the angle between them: 1 where they differ by a positive factor. Not defined where one is 0 everywhere.
    pub cosine: f64,
    /// Spearman's rank correlation, equal values sharing the mean of their ranks: 1 where they order the cells alike. Not
    /// defined where one is the same everywhere.
    pub rank: f64,
}

/// Compares two maps of the same cells.
///
/// # Errors
///
/// Where they have different numbers of cells, or none.
pub fn similarity(a: &[f32], b: &[f32]) -> Result<Similarity> {
    if a.len() != b.len() || a.is_empty() {
        return Err(error!(MAPS_NOT_COMPARED, first = a.len(), second = b.len()));
    }
    let centred = |values: &[f32]| -> Vec<f32> {
        let middle = (values.len() as f32 - 1.0) / 2.0;
        ranks(values).iter().map(|rank| rank - middle).collect()
    };
    let finite = |value: f64| if value.is_finite() { value } else { 0.0 };
    Ok(Similarity {
        cosine: finite(cosine(a, b)),
        rank: finite(cosine(&centred(a), &centred(b))),
    })
}

/// Rank of every value from 0 on, the largest first; equal ones share the mean of theirs.
fn ranks(values: &[f32]) -> Vec<f32> {
    let order = ranking(values);
    let mut ranks = vec![0.0; values.len()];
    let mut start = 0;
    while start < order.len() {
        let value = values[order[start]];
        let equal = order[start..].iter().take_while(|&&at| values[at] == value);
        // What equals nothing, not even itself, is alone.
        let end = start + equal.count().max(1);
        let shared = (start + end - 1) as f32 / 2.0;
        for &at in &order[start..end] {
            ranks[at] = shared;
        }
        start = end;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_by_hand() {
        // Ranks 0 1 2 3 and 1 0 3 2: 1 - 6 · 4 / (4 · 15) = 0.6; products 2 + 2 + 12 + 12 of norms √30 each.
        let got = similarity(&[1.0, 2.0, 3.0, 4.0], &[2.0, 1.0, 4.0, 3.0]).unwrap();
        assert!((got.rank - 0.6).abs() < 1e-9, "{got:?}");
        assert!((got.cosine - 28.0 / 30.0).abs() < 1e-9, "{got:?}");
        // Ties: ranks 0.5 0.5 2 3 and 0 1 2 3. Centred: -1 -1 .5 1.5 and -1.5 -.5 .5 1.5; 4.5 / √(4.5 · 5).
        let ties = similarity(&[1.0, 1.0, 2.0, 7.0], &[-5.0, 0.0, 1.0, 2.0]).unwrap();
        assert!((ties.rank - 4.5 / 22.5_f64.sqrt()).abs() < 1e-6, "{ties:?}");
    }

    #[test]
    fn size_does_not_count_and_signs_do() {
        let same = similarity(&[1.0, -2.0, 0.5], &[10.0, -20.0, 5.0]).unwrap();
        assert!((same.cosine - 1.0).abs() < 1e-9 && (same.rank - 1.0).abs() < 1e-6);
        let opposite = similarity(&[1.0, -2.0, 0.5], &[-1.0, 2.0, -0.5]).unwrap();
        assert!((opposite.cosine + 1.0).abs() < 1e-9 && (opposite.rank + 1.0).abs() < 1e-6);
    }

    #[test]
    fn flat_and_broken_maps_are_like_nothing() {
        for (a, b) in [
            ([0.0; 3], [0.0; 3]),
            ([0.0; 3], [1.0, 2.0, 3.0]),
            ([f32::NAN, 0.0, 0.0], [1.0, 2.0, 3.0]),
        ] {
            let got = similarity(&a, &b).unwrap();
            assert_eq!(got.cosine, 0.0, "{a:?}");
            assert!(got.rank.is_finite(), "{a:?}");
        }
        assert_eq!(similarity(&[2.0; 3], &[1.0, 2.0, 3.0]).unwrap().rank, 0.0);
        assert!(similarity(&[1.0], &[1.0, 2.0]).is_err());
        assert!(similarity(&[], &[]).is_err());
    }
}
