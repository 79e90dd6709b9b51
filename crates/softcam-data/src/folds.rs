//! Dealing collections into folds for cross-validation.

use crate::dataset::{Dataset, Item};
use crate::error::{Error, Result};
use crate::split::split;

/// The fold of every picture of every collection, from 0 to `count` − 1, in the order of the pictures.
///
/// No group is in two folds, and each fold gets about its share of every class of every collection, by the same rule as
/// [`split`]. Groups of the same name in two collections are taken for one: where they are not, that costs a little
/// evenness, and where they are, it keeps a patient out of two folds. The same pictures, count and seed give the same
/// folds.
///
/// # Errors
///
/// Where there are fewer than two folds, or fewer groups than folds.
pub fn folds(collections: &[Dataset], count: usize, seed: u64) -> Result<Vec<Vec<usize>>> {
    if count < 2 {
        return Err(Error::Shares(format!(
            "{count} folds leave nothing to learn from"
        )));
    }
    let classes = collections.iter().map(|set| set.classes.len()).max();
    let classes = classes.unwrap_or(0);
    let mut items: Vec<Item> = Vec::new();
    for (number, collection) in collections.iter().enumerate() {
        items.extend(collection.items.iter().map(|item| Item {
            class: number * classes + item.class,
            // Two collections may have a file of the same name, which is not the same picture.
            group: Some(match &item.group {
                Some(group) => format!("group {group}"),
                None => format!("file {number} {}", item.file),
            }),
            ..item.clone()
        }));
    }
    let names: Vec<String> = (0..count).map(|fold| fold.to_string()).collect();
    let shares: Vec<(&str, f64)> = (names.iter())
        .map(|name| (name.as_str(), 1.0 / count as f64))
        .collect();
    split(&mut items, &shares, seed)?;
    let mut dealt = items.iter().map(|item| {
        let place = |part: &String| names.iter().position(|name| name == part);
        item.part.as_ref().and_then(place).unwrap_or(0)
    });
    let folds = (collections.iter())
        .map(|collection| dealt.by_ref().take(collection.items.len()).collect())
        .collect();
    Ok(folds)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

    use super::*;
    use std::collections::BTreeMap;

    /// Pictures as (group, class); a group without a name is none.
    fn collection(pictures: &[(&str, usize)]) -> Dataset {
        let item = |(number, (group, class)): (usize, &(&str, usize))| Item {
            file: format!("{number}.png"),
            path: String::new().into(),
            class: *class,
            group: (!group.is_empty()).then(|| (*group).to_owned()),
            part: Some("train".to_owned()),
            row: BTreeMap::new(),
        };
        Dataset {
            classes: vec!["no".into(), "yes".into()],
            items: pictures.iter().enumerate().map(item).collect(),
            unmapped: 0,
            excluded: 0,
            repeated: 0,
        }
    }

    #[test]
    fn groups_stay_together_and_classes_of_collections_are_spread() {
        let names: Vec<String> = (0..30).map(|number| format!("p{number}")).collect();
        let of = |number: usize| {
            (
                names[number].as_str(),
                usize::from(number.is_multiple_of(3)),
            )
        };
        // Two pictures of each of the first 20 here, and one of each of the last 20 there: ten are in both.
        let first: Vec<_> = (0..40).map(|at| of(at / 2)).collect();
        let second: Vec<_> = (10..30).map(of).chain([("", 0), ("", 1)]).collect();
        let sets = [collection(&first), collection(&second)];
        let dealt = folds(&sets, 5, 3).unwrap();
        assert_eq!(dealt, folds(&sets, 5, 3).unwrap());
        assert_ne!(dealt, folds(&sets, 5, 4).unwrap());
        let mut of_group: BTreeMap<&str, usize> = BTreeMap::new();
        for (set, folds) in sets.iter().zip(&dealt) {
            assert_eq!(set.items.len(), folds.len());
            for (item, fold) in set.items.iter().zip(folds) {
                if let Some(group) = &item.group {
                    assert_eq!(of_group.entry(group).or_insert(*fold), fold, "{group}");
                }
            }
        }
        for fold in 0..5 {
            let count = |of: &[usize]| of.iter().filter(|other| **other == fold).count();
            assert!((7..=9).contains(&count(&dealt[0])), "{dealt:?}");
            assert!((3..=6).contains(&count(&dealt[1])), "{dealt:?}");
        }
    }

    #[test]
    fn fewer_groups_than_folds_are_refused() {
        let set = collection(&[("a", 0), ("a", 1), ("b", 0), ("b", 1)]);
        assert_eq!(folds(std::slice::from_ref(&set), 2, 1).unwrap()[0].len(), 4);
        assert!(folds(std::slice::from_ref(&set), 3, 1).is_err());
        for count in [0, 1] {
            assert!(folds(std::slice::from_ref(&set), count, 1).is_err());
        }
    }
}
