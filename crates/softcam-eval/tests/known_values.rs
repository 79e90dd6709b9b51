//! Metrics against scikit-learn 1.9, and by hand.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use softcam_eval::calibration::{fit_temperature, negative_log_likelihood};
use softcam_eval::confusion::Confusion;
use softcam_eval::ranking::{Ranking, auc, youden};
use softcam_eval::{Bootstrap, Decision, Error, Metrics, Predictions, Settings, measure};

fn close(got: f64, expected: f64) {
    assert!((got - expected).abs() < 1e-6, "{got} is not {expected}");
}

const Y: [usize; 10] = [0, 0, 1, 1, 0, 1, 1, 0, 1, 0];
const P: [f32; 10] = [0.1, 0.4, 0.35, 0.8, 0.4, 0.4, 0.9, 0.2, 0.65, 0.7];

fn binary(decision: Decision) -> Metrics {
    let probabilities = P.iter().flat_map(|p| [1.0 - p, *p]).collect();
    let units = (0..10).collect();
    let predictions = Predictions::new(2, probabilities, Y.to_vec(), units, decision).unwrap();
    measure(&predictions, Settings::default())
}

/// ```python
/// y = [0, 0, 1, 1, 0, 1, 1, 0, 1, 0]
/// p = [.1, .4, .35, .8, .4, .4, .9, .2, .65, .7]
/// c = [v >= .5 for v in p]
/// roc_auc_score(y, p), accuracy_score(y, c), f1_score(y, c), recall_score(y, c), recall_score(y, c, pos_label=0)
/// f, t, th = roc_curve(y, p, drop_intermediate=False)
/// ```
#[test]
fn two_classes_as_in_scikit_learn() {
    let metrics = binary(Decision::default_for(2));
    close(metrics.auc.unwrap().value, 0.76);
    close(metrics.accuracy.unwrap().value, 0.7);
    close(metrics.f1.unwrap().value, 0.6666666666666666);
    close(metrics.sensitivity.unwrap().value, 0.6);
    close(metrics.specificity.unwrap().value, 0.8);
    assert_eq!(metrics.kappa, None, "two classes without an order");
    let (class, roc) = &metrics.roc[0];
    assert_eq!((*class, roc.len()), (1, 9));
    let f = [0.0, 0.0, 0.0, 0.2, 0.2, 0.6, 0.6, 0.8, 1.0];
    let t = [0.0, 0.2, 0.4, 0.4, 0.6, 0.8, 1.0, 1.0, 1.0];
    for ((point, f), t) in roc.iter().zip(f).zip(t) {
        close(point.false_positive_rate, f);
        close(point.true_positive_rate, t);
    }
    // scikit-learn's argmax of t - f is at 0.8; the next lower score is 0.7.
    close(metrics.youden.unwrap(), 0.75);
}

#[test]
fn the_operating_point_moves_all_answers_and_no_ranking() {
    let low = binary(Decision::Threshold {
        positive: 1,
        probability: 0.35,
    });
    // 0.1 and 0.2 are called 0, all others 1: five hits, three false alarms.
    close(low.sensitivity.unwrap().value, 1.0);
    close(low.specificity.unwrap().value, 0.4);
    close(low.accuracy.unwrap().value, 0.7);
    close(low.f1.unwrap().value, 10.0 / 13.0);
    close(low.auc.unwrap().value, 0.76);
    let half = binary(Decision::default_for(2));
    assert_eq!(low.calibration_error, half.calibration_error);

    // The other class as the finding: everything is turned round.
    let other = binary(Decision::Threshold {
        positive: 0,
        probability: 0.5,
    });
    close(other.sensitivity.unwrap().value, 0.8);
    close(other.specificity.unwrap().value, 0.6);
    close(other.auc.unwrap().value, 0.76);
}

#[test]
fn of_a_single_patient_there_is_no_interval() {
    // Pictures as (probability of class 1, class, patient).
    let measured = |pictures: &[(f32, usize, usize)]| {
        let predictions = Predictions::new(
            2,
            pictures
                .iter()
                .flat_map(|(p, _, _)| [1.0 - p, *p])
                .collect(),
            pictures.iter().map(|(_, truth, _)| *truth).collect(),
            pictures.iter().map(|(_, _, unit)| *unit).collect(),
            Decision::default_for(2),
        );
        measure(&predictions.unwrap(), Settings::default())
    };
    let negatives = [(0.1, 0, 0), (0.2, 0, 1), (0.6, 0, 2), (0.3, 0, 3)];
    // Two pictures of one patient are one.
    let one = measured(&[&negatives[..], &[(0.9, 1, 4), (0.8, 1, 4)]].concat());
    for alone in [one.auc, one.sensitivity, one.f1] {
        let alone = alone.unwrap();
        assert_eq!(alone.interval(), None, "{alone:?}");
    }
    close(one.auc.unwrap().value, 1.0);
    let (low, high) = one.specificity.unwrap().interval().unwrap();
    assert!(low < 0.75 && high >= 0.75, "{low} to {high}");
    assert!(one.accuracy.unwrap().interval().is_some());
    assert_eq!(one.few, [(0, 4), (1, 1)]);

    let two = measured(&[&negatives[..], &[(0.9, 1, 4), (0.4, 1, 5)]].concat());
    assert!(two.auc.unwrap().interval().is_some());
    assert_eq!(two.few, [(0, 4), (1, 2)]);
    let many: Vec<_> = (0..20).map(|n| (n as f32 / 20.0, n % 2, n)).collect();
    assert_eq!(measured(&many).few, []);
}

/// ```python
/// C = P.argmax(1)
/// roc_auc_score(Y, P, multi_class="ovr", average="macro")
/// f1_score(Y, C, average="macro"), recall_score(Y, C, average="macro"), accuracy_score(Y, C)
/// cohen_kappa_score(Y, C, weights="quadratic")
/// cm = confusion_matrix(Y, C)   # specificity: (n - row - column + cell) / (n - row), mean over classes
/// conf = P.max(1); ok = C == Y
/// ece = sum(s.sum() * abs(ok[s].mean() - conf[s].mean()) for m in range(15)
///           if (s := (conf > m/15) & (conf <= (m+1)/15)).any()) / len(Y)
/// ```
#[test]
fn three_classes_as_in_scikit_learn() {
    let y = vec![0, 1, 2, 2, 1, 0, 2, 1, 0, 2];
    let p = [
        [0.7, 0.2, 0.1],
        [0.3, 0.4, 0.3],
        [0.2, 0.2, 0.6],
        [0.1, 0.5, 0.4],
        [0.25, 0.5, 0.25],
        [0.4, 0.35, 0.25],
        [0.3, 0.3, 0.4],
        [0.6, 0.3, 0.1],
        [0.5, 0.2, 0.3],
        [0.2, 0.3, 0.5_f32],
    ];
    let settings = Settings {
        ordinal: true,
        ..Settings::default()
    };
    let units = (0..10).collect();
    let predictions = Predictions::new(3, p.concat(), y, units, Decision::default_for(3)).unwrap();
    let metrics = measure(&predictions, settings);
    close(metrics.auc.unwrap().value, 0.8968253968253969);
    close(metrics.f1.unwrap().value, 0.7936507936507936);
    close(metrics.sensitivity.unwrap().value, 0.8055555555555555);
    close(metrics.specificity.unwrap().value, 0.9047619047619048);
    close(metrics.accuracy.unwrap().value, 0.8);
    close(metrics.kappa.unwrap().value, 0.8591549295774648);
    close(metrics.calibration_error.unwrap().value, 0.33);
    let rows: Vec<&[f64]> = metrics.confusion.rows().collect();
    assert_eq!(rows, [[3.0, 0.0, 0.0], [1.0, 2.0, 0.0], [0.0, 1.0, 3.0]]);
    assert_eq!(metrics.youden, None);
    let kept: f64 = metrics.reliability.iter().map(|bin| bin.count).sum();
    close(kept, 10.0);
}

/// ```python
/// def nll(t): z = L / t; z = z - z.max(1, keepdims=True); return mean(log(exp(z).sum(1)) - z[range(8), T])
/// scipy.optimize.minimize_scalar(nll, bounds=(.05, 20), method="bounded", options=dict(xatol=1e-10))
/// ```
#[test]
fn the_temperature_is_that_of_scipy() {
    let logits = [
        [4.0, 1.0, 0.0],
        [1.0, 3.0, 2.0],
        [0.0, 1.0, 4.0],
        [3.0, 2.0, 1.0],
        [0.0, 5.0, 1.0],
        [2.0, 0.0, 2.5],
        [6.0, 1.0, 0.0],
        [0.0, 4.0, 3.0_f32],
    ]
    .concat();
    let truths = [0, 1, 2, 1, 1, 2, 0, 2];
    close(
        fit_temperature(&logits, 3, &truths).unwrap(),
        0.9891009580280085,
    );
    close(
        negative_log_likelihood(&logits, 3, &truths, 1.0).unwrap(),
        0.4789213510726943,
    );

    // Separated perfectly: as sure as is allowed. Wrong throughout: as unsure.
    let sure = [2.0, 0.0, 0.0, 2.0_f32];
    close(fit_temperature(&sure, 2, &[0, 1]).unwrap(), 0.05);
    close(fit_temperature(&sure, 2, &[1, 0]).unwrap(), 20.0);
    // Logits a hundred times smaller have a temperature a hundred times smaller, wherever it lies between.
    let small: Vec<f32> = sure.iter().map(|logit| logit / 100.0).collect();
    close(fit_temperature(&small, 2, &[0, 1]).unwrap(), 0.05 * 0.02);
    assert!(matches!(
        fit_temperature(&sure, 2, &[0, 2]),
        Err(Error::NoSuchClass { .. })
    ));
    assert!(matches!(
        fit_temperature(&[f32::NAN, 0.0], 2, &[0]),
        Err(Error::NotFinite { .. })
    ));
    assert!(matches!(
        fit_temperature(&[], 2, &[]),
        Err(Error::NoPredictions)
    ));
}

#[test]
fn what_is_not_defined_is_none() {
    assert_eq!(auc(&[0.1, 0.9], &[true, true]), None);
    assert_eq!(youden(&[0.1, 0.9], &[false, false]), None);
    assert_eq!(auc(&[], &[]), None);
    assert!(Ranking::new(&[0.5], &[true]).roc(&[1.0]).is_empty());
    let one = Confusion::new(&[3, 3], &[3, 3], &[1.0, 1.0]);
    assert_eq!(one.accuracy(), Some(1.0));
    assert_eq!(one.specificity(3), None);
    assert_eq!(
        one.specificity(4),
        Some(1.0),
        "nothing was called what nothing is"
    );
    assert_eq!(one.sensitivity(4), None);
    assert_eq!(one.quadratic_kappa(), None);
    assert_eq!(Confusion::new(&[], &[], &[]).accuracy(), None);
}

#[test]
fn predictions_that_do_not_fit_together_are_refused() {
    let new = |probabilities: Vec<f32>, truths: Vec<usize>, decision| {
        let units = (0..truths.len()).collect();
        Predictions::new(2, probabilities, truths, units, decision).unwrap_err()
    };
    let yes = Decision::default_for(2);
    assert_eq!(new(vec![], vec![], yes), Error::NoPredictions);
    assert!(matches!(
        new(vec![0.5; 3], vec![0, 1], yes),
        Error::Length { expected: 4, .. }
    ));
    assert!(matches!(
        new(vec![0.5; 4], vec![0, 2], yes),
        Error::NoSuchClass { class: 2, .. }
    ));
    assert!(matches!(
        new(vec![0.5, 0.5, f32::NAN, 0.5], vec![0, 1], yes),
        Error::NotFinite { index: 1, .. }
    ));
    let three = Predictions::new(3, vec![0.3; 3], vec![0], vec![0], yes);
    assert!(matches!(three, Err(Error::Length { .. })));
}

#[test]
fn intervals_cover_what_theory_says_and_widen_with_clusters() {
    // 100 answers, 80 right: the normal approximation is 0.8 +- 1.96 * sqrt(0.8 * 0.2 / 100) = 0.7216 .. 0.8784.
    let right: Vec<f64> = (0..100).map(|i| f64::from(u8::from(i % 5 != 0))).collect();
    let accuracy = |weights: &[f64]| {
        let sum: f64 = right.iter().zip(weights).map(|(a, b)| a * b).sum();
        Some(sum / weights.iter().sum::<f64>())
    };
    let apart: Vec<usize> = (0..100).collect();
    let estimate = Bootstrap::default().estimate(&apart, accuracy).unwrap();
    assert_eq!(estimate.value, 0.8);
    assert!((estimate.low - 0.7216).abs() < 0.02, "{estimate:?}");
    assert!((estimate.high - 0.8784).abs() < 0.02, "{estimate:?}");
    assert_eq!(
        Bootstrap::default().estimate(&apart, accuracy).unwrap(),
        estimate
    );
    let other = Bootstrap {
        seed: 1,
        ..Bootstrap::default()
    };
    let mean_place = |weights: &[f64]| {
        let places = weights
            .iter()
            .enumerate()
            .map(|(place, weight)| place as f64 * weight);
        Some(places.sum::<f64>() / weights.iter().sum::<f64>())
    };
    let (a, b) = (
        Bootstrap::default().estimate(&apart, mean_place),
        other.estimate(&apart, mean_place),
    );
    assert_ne!(a, b, "the seed decides");

    // Twenty patients with five pictures each, all right or all wrong: sqrt(5) times as wide.
    let together: Vec<usize> = (0..100).map(|i| i % 20).collect();
    let clustered = Bootstrap::default().estimate(&together, accuracy).unwrap();
    let ratio = (clustered.high - clustered.low) / (estimate.high - estimate.low);
    assert!((1.9..2.6).contains(&ratio), "{ratio}");
}

#[test]
fn resamples_of_one_class_are_drawn_again() {
    // One positive of four: a third of all resamples have none.
    let ranking = Ranking::new(&[0.9, 0.1, 0.2, 0.95], &[true, false, false, false]);
    let estimate = Bootstrap::default()
        .estimate(&[0, 1, 2, 3], |w| ranking.auc(w))
        .unwrap();
    assert!((estimate.value - 2.0 / 3.0).abs() < 1e-12);
    assert_eq!((estimate.low, estimate.high), (0.0, 1.0));
    // Where no resample will do, there is no interval, and no endless loop.
    let only_the_data = |w: &[f64]| (w == [1.0, 1.0]).then_some(1.0);
    assert_eq!(
        Bootstrap {
            resamples: 50,
            ..Bootstrap::default()
        }
        .estimate(&[0, 0], only_the_data)
        .map(|e| e.low),
        Some(1.0)
    );
    let never_again = std::cell::Cell::new(true);
    let once = |_: &[f64]| never_again.replace(false).then_some(1.0);
    assert_eq!(Bootstrap::default().estimate(&[0, 1], once), None);
}
