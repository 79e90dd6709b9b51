//! How concentrated a map is.

/// The Gini index of the absolute values (Hurley & Rickard, "Comparing measures of sparsity", 2009; for maps: Chalasani et
/// al., ICML 2020): 0 where all are equal, 1 − 1/N where all lies in one of N. None where all are 0 or there are none.
///
/// It grows with the number of cells: compare maps on one grid ([`super::resize`]).
pub fn gini(values: &[f32]) -> Option<f64> {
    let mut sizes: Vec<f64> = values.iter().map(|value| f64::from(value.abs())).collect();
    sizes.sort_by(f64::total_cmp);
    let (count, sum) = (sizes.len() as f64, sizes.iter().sum::<f64>());
    if !(sum > 0.0 && sum.is_finite()) {
        return None;
    }
    let ranked: f64 = (sizes.iter().enumerate())
        .map(|(rank, size)| size * (2.0 * (rank + 1) as f64 - count - 1.0))
        .sum();
    Some(ranked / (count * sum))
}

#[cfg(test)]
mod tests {
    use super::gini;
    use proptest::prelude::*;

    #[test]
    fn values_by_hand() {
        assert_eq!(gini(&[2.0; 8]), Some(0.0));
        assert_eq!(gini(&[0.0, 0.0, -3.0, 0.0]), Some(0.75));
        // 1 − 2 · (1 · 2.5 + 3 · 1.5 + 4 · .5) / (8 · 3)
        assert!((gini(&[3.0, -1.0, 4.0]).unwrap() - 0.25).abs() < 1e-12);
        assert_eq!(gini(&[0.0; 3]), None);
        assert_eq!(gini(&[]), None);
        assert_eq!(gini(&[f32::NAN, 1.0]), None);
    }

    proptest! {
        #[test]
        fn neither_scale_nor_sign_nor_place_counts(values in prop::collection::vec(0.01_f32..5.0, 1..50)) {
            let once = gini(&values).unwrap();
            let other: Vec<f32> = values.iter().rev().map(|value| value * -8.0).collect();
            prop_assert!((once - gini(&other).unwrap()).abs() < 1e-9);
            prop_assert!((-1e-9..1.0 - 1.0 / values.len() as f64 + 1e-9).contains(&once));
            // The same twice as often is as concentrated (cloning).
            let twice = [values.clone(), values.clone()].concat();
            prop_assert!((once - gini(&twice).unwrap()).abs() < 1e-9);
        }
    }
}
