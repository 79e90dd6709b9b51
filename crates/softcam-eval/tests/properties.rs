//! What must hold for any predictions.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use proptest::prelude::*;
use softcam_eval::calibration::{
    expected_calibration_error, fit_temperature, negative_log_likelihood, reliability,
};
use softcam_eval::confusion::Confusion;
use softcam_eval::ranking::{Ranking, auc};

fn scored() -> impl Strategy<Value = Vec<(f64, bool)>> {
    // Few distinct scores, so that ties are common.
    prop::collection::vec(
        ((0_u8..12).prop_map(|v| f64::from(v) / 11.0), any::<bool>()),
        2..60,
    )
}

fn split(pairs: &[(f64, bool)]) -> (Vec<f64>, Vec<bool>) {
    pairs.iter().copied().unzip()
}

proptest! {
    #[test]
    fn auc_is_the_share_of_pairs_in_order(pairs in scored()) {
        let (scores, positive) = split(&pairs);
        let (mut won, mut all) = (0.0, 0.0);
        for (a, _) in pairs.iter().filter(|(_, positive)| *positive) {
            for (b, _) in pairs.iter().filter(|(_, positive)| !*positive) {
                won += if a > b { 1.0 } else if a == b { 0.5 } else { 0.0 };
                all += 1.0;
            }
        }
        match auc(&scores, &positive) {
            Some(auc) => prop_assert!((auc - won / all).abs() < 1e-9),
            None => prop_assert_eq!(all, 0.0),
        }
    }

    #[test]
    fn auc_does_not_change_under_monotone_maps_and_turns_round_with_the_classes(pairs in scored()) {
        let (scores, positive) = split(&pairs);
        let curved: Vec<f64> = scores.iter().map(|v| (3.0 * v).exp() - 7.0).collect();
        prop_assert_eq!(auc(&scores, &positive), auc(&curved, &positive));
        let negative: Vec<bool> = positive.iter().map(|positive| !positive).collect();
        if let (Some(a), Some(b)) = (auc(&scores, &positive), auc(&scores, &negative)) {
            prop_assert!((a + b - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn auc_is_the_area_under_the_curve_which_rises(pairs in scored()) {
        let (scores, positive) = split(&pairs);
        let ones = vec![1.0; scores.len()];
        let ranking = Ranking::new(&scores, &positive);
        let roc = ranking.roc(&ones);
        let area: f64 = roc.windows(2).map(|pair| {
            let across = pair[1].false_positive_rate - pair[0].false_positive_rate;
            assert!(across >= 0.0 && pair[1].true_positive_rate >= pair[0].true_positive_rate);
            across * f64::midpoint(pair[0].true_positive_rate, pair[1].true_positive_rate)
        }).sum();
        if let Some(auc) = ranking.auc(&ones) {
            prop_assert!((auc - area).abs() < 1e-9);
        }
    }

    #[test]
    fn a_weight_of_two_is_the_picture_twice(pairs in scored(), doubled in 0_usize..60) {
        let (scores, positive) = split(&pairs);
        let mut weights = vec![1.0; pairs.len()];
        let doubled = doubled % pairs.len();
        weights[doubled] = 2.0;
        let mut twice = pairs.clone();
        twice.push(pairs[doubled]);
        let (more_scores, more_positive) = split(&twice);
        let (a, b) = (Ranking::new(&scores, &positive).auc(&weights), auc(&more_scores, &more_positive));
        prop_assert_eq!(a.is_some(), b.is_some());
        prop_assert!((a.unwrap_or(0.0) - b.unwrap_or(0.0)).abs() < 1e-9);
    }

    #[test]
    fn no_threshold_is_better_than_youdens(pairs in scored()) {
        let (scores, positive) = split(&pairs);
        let index = |threshold: f64| {
            let rate = |of: bool| {
                let these = pairs.iter().filter(|(_, positive)| *positive == of);
                these.clone().filter(|(score, _)| *score >= threshold).count() as f64 / these.count() as f64
            };
            rate(true) - rate(false)
        };
        if let Some(best) = softcam_eval::ranking::youden(&scores, &positive) {
            for score in &scores {
                prop_assert!(index(best) >= index(*score) - 1e-9);
            }
        }
    }

    #[test]
    fn rates_lie_between_zero_and_one(pairs in prop::collection::vec((0_usize..4, 0_usize..4), 1..60)) {
        let (truths, calls): (Vec<usize>, Vec<usize>) = pairs.into_iter().unzip();
        let confusion = Confusion::new(&truths, &calls, &vec![1.0; truths.len()]);
        for class in 0..4 {
            for rate in [confusion.sensitivity(class), confusion.specificity(class), confusion.f1(class)] {
                prop_assert!(rate.is_none_or(|rate| (0.0..=1.0).contains(&rate)));
            }
        }
        prop_assert!(confusion.quadratic_kappa().is_none_or(|kappa| (-1.0..=1.0).contains(&kappa)));
        let perfect = Confusion::new(&truths, &truths, &vec![1.0; truths.len()]);
        prop_assert_eq!(perfect.accuracy(), Some(1.0));
        prop_assert!(perfect.quadratic_kappa().is_none_or(|kappa| kappa == 1.0));
    }

    #[test]
    fn calibration_error_is_a_share_and_bins_keep_every_picture(
        pairs in prop::collection::vec((0.0_f64..=1.0, any::<bool>()), 1..60),
    ) {
        let (confidences, correct) = split(&pairs);
        let bins = reliability(&confidences, &correct, &vec![1.0; pairs.len()]);
        prop_assert_eq!(bins.iter().map(|bin| bin.count).sum::<f64>(), pairs.len() as f64);
        prop_assert!((0.0..=1.0).contains(&expected_calibration_error(&bins).unwrap()));
    }

    #[test]
    fn no_temperature_is_better_than_the_fitted(
        rows in prop::collection::vec((prop::collection::vec(-8.0_f32..8.0, 3), 0_usize..3), 2..30),
    ) {
        let (logits, truths): (Vec<Vec<f32>>, Vec<usize>) = rows.into_iter().unzip();
        let logits = logits.concat();
        let cost = |t: f64| negative_log_likelihood(&logits, 3, &truths, t).unwrap();
        let fitted = fit_temperature(&logits, 3, &truths).unwrap();
        for t in [0.06, 0.3, 0.8, 1.0, 1.3, 4.0, 19.0, fitted * 1.05, fitted / 1.05] {
            if (0.05..=20.0).contains(&t) {
                prop_assert!(cost(fitted) <= cost(t) + 1e-9, "{fitted} against {t}");
            }
        }
    }
}
