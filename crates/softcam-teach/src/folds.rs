//! Dealing examples into folds.

use std::collections::BTreeMap;

/// A fold for each of `members`, in their order; none where a class would be missing outside some fold. `classes` and
/// `groups` have one entry per example.
///
/// Examples of one group share a fold, and each fold gets about its share of every class. There are as many folds as the
/// class with the fewest groups allows, at most `most`. The same examples in the same order give the same folds.
pub fn deal(
    classes: &[usize],
    groups: &[usize],
    members: &[usize],
    most: usize,
) -> Option<Vec<usize>> {
    let mut by_group: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &member in members {
        by_group.entry(groups[member]).or_default().push(member);
    }
    let mut groups_of: BTreeMap<usize, usize> = BTreeMap::new();
    for group in by_group.values() {
        for class in distinct(classes, group) {
            *groups_of.entry(class).or_default() += 1;
        }
    }
    let count = (groups_of.values().copied().min()?).min(most);
    if count < 2 {
        return None;
    }
    // The largest first, while there is room to even things out.
    let mut order: Vec<(usize, Vec<usize>)> = by_group.into_iter().collect();
    order.sort_by_key(|(_, group)| (std::cmp::Reverse(group.len()), group[0]));
    let mut held: Vec<BTreeMap<usize, usize>> = vec![BTreeMap::new(); count];
    let mut fold_of: BTreeMap<usize, usize> = BTreeMap::new();
    for (name, group) in order {
        let own = distinct(classes, &group);
        let fold = (0..count).min_by_key(|&fold| {
            let of_these: usize = own.iter().filter_map(|class| held[fold].get(class)).sum();
            (of_these, held[fold].values().sum::<usize>(), fold)
        })?;
        for member in &group {
            *held[fold].entry(classes[*member]).or_default() += 1;
        }
        fold_of.insert(name, fold);
    }
    let learnable = groups_of
        .keys()
        .all(|class| held.iter().filter(|fold| fold.contains_key(class)).count() > 1);
    learnable.then(|| {
        (members.iter())
            .map(|member| fold_of[&groups[*member]])
            .collect()
    })
}

fn distinct(classes: &[usize], group: &[usize]) -> Vec<usize> {
    let mut own: Vec<usize> = group.iter().map(|member| classes[*member]).collect();
    own.sort_unstable();
    own.dedup();
    own
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

    use super::*;

    #[test]
    fn groups_stay_together_and_classes_are_spread() {
        // Ten bursts of four frames of one class, and twenty single pictures of the other.
        let classes: Vec<usize> = (0..60).map(|index| usize::from(index >= 40)).collect();
        let groups: Vec<usize> = (0..60)
            .map(|index| if index < 40 { index / 4 } else { index })
            .collect();
        let members: Vec<usize> = (0..60).collect();
        let folds = deal(&classes, &groups, &members, 5).unwrap();
        for (index, fold) in folds.iter().enumerate() {
            let mates = (0..60).filter(|other| groups[*other] == groups[index]);
            assert!(mates.clone().all(|other| folds[other] == *fold));
        }
        for fold in 0..5 {
            let of = |class| {
                (0..60)
                    .filter(|index| folds[*index] == fold && classes[*index] == class)
                    .count()
            };
            assert_eq!((of(0), of(1)), (8, 4));
        }
    }

    #[test]
    fn a_class_of_one_group_cannot_be_cross_validated() {
        assert_eq!(deal(&[0, 0, 1, 1], &[0, 0, 1, 2], &[0, 1, 2, 3], 5), None);
        assert_eq!(deal(&[], &[], &[], 5), None);
        let two = deal(&[0, 0, 1, 1], &[0, 1, 2, 3], &[0, 1, 2, 3], 5).unwrap();
        assert_eq!(two, [0, 1, 0, 1]);
    }

    #[test]
    fn only_members_are_dealt() {
        let folds = deal(&[0, 1, 0, 1, 0], &[0, 1, 2, 3, 4], &[0, 1, 2, 3], 5).unwrap();
        assert_eq!(folds.len(), 4);
    }

    #[test]
    fn a_group_of_two_classes_counts_for_both() {
        // Both classes' second group is the same one.
        let folds = deal(&[0, 1, 0, 1], &[0, 1, 2, 2], &[0, 1, 2, 3], 5);
        if let Some(folds) = folds {
            assert_eq!(folds[2], folds[3]);
            assert_ne!(folds[0], folds[2]);
            assert_ne!(folds[1], folds[3]);
        }
    }
}
