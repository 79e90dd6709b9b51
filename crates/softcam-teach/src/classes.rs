//! What can be taught.

use softcam::{Error, Result, error};
use std::collections::BTreeSet;

/// Of one class, nothing is to be told apart.
pub const MIN_CLASSES: usize = 2;
/// As many as fit on a screen.
pub const MAX_CLASSES: usize = 8;
/// What a page can hold and a CPU fit in about a minute.
pub const MAX_EXAMPLES: usize = 1000;

/// Names without space around them.
///
/// # Errors
///
/// Where there are too few or too many classes, one has no name, or two have the same, whatever the case.
pub fn checked_names(names: &[String]) -> Result<Vec<String>> {
    let names: Vec<String> = names.iter().map(|name| name.trim().to_owned()).collect();
    if !(MIN_CLASSES..=MAX_CLASSES).contains(&names.len()) {
        return Err(error!(
            TEACH_CLASS_COUNT,
            count = names.len(),
            least = MIN_CLASSES,
            most = MAX_CLASSES
        ));
    }
    let mut seen = BTreeSet::new();
    for name in &names {
        if name.is_empty() {
            return Err(error!(TEACH_CLASS_UNNAMED));
        }
        if !seen.insert(name.to_lowercase()) {
            return Err(error!(TEACH_CLASS_TWICE, name));
        }
    }
    Ok(names)
}

/// # Errors
///
/// Where there are too many pictures, a class has none, or a picture's features are not of this network.
pub fn check_examples(
    names: &[String],
    features: &[&[f32]],
    classes: &[usize],
    width: usize,
) -> Result<()> {
    if features.len() > MAX_EXAMPLES {
        return Err(error!(
            TEACH_TOO_MANY,
            count = features.len(),
            most = MAX_EXAMPLES
        ));
    }
    let fits = |row: &&[f32]| row.len() == width && row.iter().all(|value| value.is_finite());
    let known = |class: &usize| *class < names.len();
    let wrong = (features.iter().zip(classes)).position(|(row, class)| !fits(row) || !known(class));
    if let Some(index) = wrong {
        return Err(no_features(index));
    }
    match (0..names.len()).find(|class| !classes.contains(class)) {
        Some(class) => Err(error!(TEACH_CLASS_EMPTY, name = names[class])),
        None => Ok(()),
    }
}

fn no_features(index: usize) -> Error {
    error!(TEACH_FEATURES, index)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

    use super::*;

    fn refusal<T: std::fmt::Debug>(result: Result<T>) -> &'static str {
        result.unwrap_err().code()
    }

    #[test]
    fn names_are_two_to_eight_and_differ() {
        let names = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            checked_names(&names)
        };
        assert_eq!(names(&[" mug ", "Hand"]).unwrap(), ["mug", "Hand"]);
        assert_eq!(refusal(names(&["mug"])), "teach-class-count");
        assert_eq!(refusal(names(&["a"; 9])), "teach-class-count");
        assert_eq!(refusal(names(&["mug", "  "])), "teach-class-unnamed");
        assert_eq!(refusal(names(&["mug", "Mug "])), "teach-class-twice");
    }

    #[test]
    fn every_class_needs_a_picture_with_features_of_this_network() {
        let names = ["a".to_owned(), "b".to_owned()];
        let row: &[f32] = &[1.0, 2.0];
        let check =
            |features: &[&[f32]], classes: &[usize]| check_examples(&names, features, classes, 2);
        assert!(check(&[row, row], &[0, 1]).is_ok());
        assert_eq!(refusal(check(&[row, row], &[0, 0])), "teach-class-empty");
        assert_eq!(refusal(check(&[], &[])), "teach-class-empty");
        assert_eq!(refusal(check(&[row, &[1.0]], &[0, 1])), "teach-features");
        assert_eq!(
            refusal(check(&[row, &[1.0, f32::NAN]], &[0, 1])),
            "teach-features"
        );
        assert_eq!(refusal(check(&[row, row], &[0, 2])), "teach-features");
        assert_eq!(
            refusal(check(&vec![row; 1001], &vec![0; 1001])),
            "teach-too-many"
        );
    }
}
