//! Metrics of classes that may be right at once, against scikit-learn 1.9 and by hand.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use softcam_eval::several::{Each, Labelled};
use softcam_eval::{Bootstrap, Error, Estimate};

const YES: Option<bool> = Some(true);
const NO: Option<bool> = Some(false);

fn close(got: Option<Estimate>, expected: f64) {
    let got = got.unwrap().value;
    assert!((got - expected).abs() < 1e-6, "{got} is not {expected}");
}

/// Of each picture the probabilities of three classes and what it shows; every picture is of its own patient.
fn measured(pictures: &[([f32; 3], [Option<bool>; 3])]) -> Each {
    let labelled = Labelled::new(
        3,
        pictures.iter().flat_map(|(p, _)| *p).collect(),
        pictures.iter().map(|(_, shows)| shows.to_vec()).collect(),
        (0..pictures.len()).collect(),
    );
    labelled.unwrap().measure(&[0, 2], Bootstrap::default())
}

/// ```python
/// y = [0, 0, 1, 1, 0, 1, 1, 0, 1, 0]
/// p = [.1, .4, .35, .8, .4, .4, .9, .2, .65, .7]
/// roc_auc_score(y, p), average_precision_score(y, p)
/// ```
#[test]
fn each_class_is_a_question_of_its_own() {
    let truths = [NO, NO, YES, YES, NO, YES, YES, NO, YES, NO];
    let first = [0.1, 0.4, 0.35, 0.8, 0.4, 0.4, 0.9, 0.2, 0.65, 0.7];
    // The third class is only known of four pictures; of them, the scores put both that show it above the others.
    let third = |n: usize| match n {
        2 => (0.9, YES),
        4 => (0.6, YES),
        5 => (0.55, NO),
        7 => (0.1, NO),
        _ => (1.0, None),
    };
    let pictures: Vec<_> = (0..10)
        .map(|n| ([first[n], 0.99, third(n).0], [truths[n], None, third(n).1]))
        .collect();
    let each = measured(&pictures);
    assert_eq!((each.pictures, each.units, each.classes.len()), (10, 10, 2));
    let [one, three] = &each.classes[..] else {
        panic!("two classes were asked for");
    };
    assert_eq!((one.class, one.positive, one.negative), (0, 5, 5));
    close(one.auc, 0.76);
    close(one.average_precision, 0.7892857);
    close(one.sensitivity, 0.6);
    close(one.specificity, 0.8);
    assert_eq!((three.class, three.positive, three.negative), (2, 2, 2));
    assert_eq!(three.units, (2, 2));
    close(three.auc, 1.0);
    close(three.average_precision, 1.0);
    close(three.sensitivity, 1.0);
    // 0.55 is a yes by itself, though nothing says that it is the most probable class.
    close(three.specificity, 0.5);
    close(each.auc, 0.88);
    close(each.average_precision, (0.7892857 + 1.0) / 2.0);
    close(each.sensitivity, 0.8);
    close(each.specificity, 0.65);
    for estimate in [each.auc, one.auc, one.average_precision, three.specificity] {
        let estimate = estimate.unwrap();
        let (low, high) = estimate.interval().unwrap();
        assert!(
            low <= estimate.value && estimate.value <= high,
            "{estimate:?}"
        );
    }
    assert_eq!(one.roc.first().unwrap().true_positive_rate, 0.0);
    assert_eq!(one.roc.last().unwrap().true_positive_rate, 1.0);
}

#[test]
fn what_nothing_is_known_of_is_not_defined() {
    let each = measured(&[
        ([0.9, 0.5, 0.8], [YES, None, YES]),
        ([0.2, 0.5, 0.3], [NO, None, YES]),
        ([0.7, 0.5, 0.3], [NO, None, None]),
    ]);
    let [one, three] = &each.classes[..] else {
        panic!("two classes were asked for");
    };
    // One picture that shows it is too little for an interval.
    assert_eq!(one.auc.unwrap().interval(), None);
    assert_eq!(one.sensitivity.unwrap().interval(), None);
    assert!(one.specificity.unwrap().interval().is_some());
    assert_eq!((three.auc, three.specificity), (None, None));
    close(three.average_precision, 1.0);
    close(three.sensitivity, 0.5);
    // The mean is over what is defined.
    close(each.auc, 1.0);
    close(each.specificity, 0.5);
    close(each.sensitivity, 0.75);
}

#[test]
fn lists_that_do_not_fit_are_refused() {
    let new = |p: Vec<f32>, shows: Vec<Vec<Option<bool>>>, units| Labelled::new(2, p, shows, units);
    assert!(matches!(
        new(vec![], vec![], vec![]),
        Err(Error::NoPredictions)
    ));
    for (p, shows, units) in [
        (vec![0.5], vec![vec![YES, NO]], vec![0]),
        (vec![0.5; 2], vec![vec![YES]], vec![0]),
        (vec![0.5; 2], vec![vec![YES, NO]], vec![]),
    ] {
        assert!(matches!(new(p, shows, units), Err(Error::Length { .. })));
    }
    let nan = new(vec![0.5, f32::NAN], vec![vec![YES, NO]], vec![0]);
    assert!(matches!(nan, Err(Error::NotFinite { index: 0, .. })));
}
