//! Two methods on the same pictures.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use proptest::prelude::*;
use softcam_eval::Bootstrap;

const FEW: Bootstrap = Bootstrap {
    resamples: 300,
    seed: 7,
    level: 0.95,
};

fn some(values: &[f64]) -> Vec<Option<f64>> {
    values.iter().copied().map(Some).collect()
}

proptest! {
    #[test]
    fn a_method_against_itself_differs_by_exactly_0(values in prop::collection::vec(-2.0_f64..2.0, 2..40)) {
        let units: Vec<usize> = (0..values.len()).map(|at| at / 2).collect();
        let same = FEW.paired_means(&units, &some(&values), &some(&values)).unwrap();
        prop_assert_eq!((same.difference.value, same.difference.low, same.difference.high), (0.0, 0.0, 0.0));
        prop_assert_eq!(same.larger, 0.5);
        prop_assert!(!same.differs());
    }

    #[test]
    fn what_makes_pictures_hard_for_both_does_not_count(values in prop::collection::vec(-20.0_f64..20.0, 3..40)) {
        let units: Vec<usize> = (0..values.len()).collect();
        let better: Vec<f64> = values.iter().map(|value| value + 0.25).collect();
        let found = FEW.paired_means(&units, &some(&better), &some(&values)).unwrap();
        for got in [found.difference.value, found.difference.low, found.difference.high] {
            prop_assert!((got - 0.25).abs() < 1e-9);
        }
        prop_assert_eq!(found.larger, 1.0);
        prop_assert!(found.differs());
        // Turned round, everything is.
        let turned = FEW.paired_means(&units, &some(&values), &some(&better)).unwrap();
        prop_assert_eq!(turned.first, found.second);
        prop_assert!((turned.difference.low + found.difference.high).abs() < 1e-9);
    }

    #[test]
    fn each_methods_own_interval_is_the_unpaired_ones(
        values in prop::collection::vec((-2.0_f64..2.0, -2.0_f64..2.0), 2..30),
    ) {
        let units: Vec<usize> = (0..values.len()).map(|at| at / 3).collect();
        let (first, second): (Vec<f64>, Vec<f64>) = values.into_iter().unzip();
        let pair = FEW.paired_means(&units, &some(&first), &some(&second)).unwrap();
        let alone = FEW.estimate(&units, |weights| {
            let sum: f64 = weights.iter().zip(&first).map(|(weight, value)| weight * value).sum();
            Some(sum / weights.iter().sum::<f64>())
        });
        prop_assert_eq!(pair.first, alone.unwrap());
        prop_assert!(pair.difference.low <= pair.difference.high);
    }
}

#[test]
fn only_pictures_with_both_values_count() {
    let first = [Some(1.0), None, Some(3.0), Some(9.0)];
    let second = [Some(0.0), Some(7.0), Some(1.0), None];
    let pair = FEW.paired_means(&[0, 1, 2, 3], &first, &second).unwrap();
    assert_eq!(
        (pair.first.value, pair.second.value, pair.difference.value),
        (2.0, 0.5, 1.5)
    );
    assert_eq!(FEW.paired_means(&[0], &[None], &[Some(1.0)]), None);
}

#[test]
fn a_difference_that_is_noise_is_found_as_often_as_is_promised() {
    // 200 times two methods without a difference, on 40 pictures each: intervals of 95 % leave 0 out about 5 % of the time.
    let mut state = 1_u64;
    let mut noise = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1_u32 << 31) - 0.5
    };
    let units: Vec<usize> = (0..40).collect();
    let mut wrong = 0;
    for _ in 0..200 {
        let first: Vec<_> = (0..40).map(|_| Some(noise())).collect();
        let second: Vec<_> = (0..40).map(|_| Some(noise())).collect();
        wrong += usize::from(FEW.paired_means(&units, &first, &second).unwrap().differs());
    }
    assert!((2..=26).contains(&wrong), "{wrong} of 200");
}
