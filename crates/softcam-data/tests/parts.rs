//! Parts: no patient in two, shares met, the same every time.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use proptest::prelude::*;
use softcam_data::{Dataset, Error, Item, check_groups, split};
use std::collections::{BTreeMap, BTreeSet};

const SHARES: [(&str, f64); 3] = [("train", 0.6), ("tune", 0.2), ("check", 0.2)];

fn item(index: usize, class: usize, group: Option<usize>) -> Item {
    Item {
        file: format!("{index}.png"),
        path: format!("{index}.png").into(),
        class,
        group: group.map(|group| format!("patient {group}")),
        part: None,
        row: BTreeMap::new(),
    }
}

fn count(items: &[Item], part: &str, class: usize) -> f64 {
    let these = items
        .iter()
        .filter(|i| i.class == class && i.part.as_deref() == Some(part));
    these.count() as f64
}

#[test]
fn every_class_is_dealt_by_share() {
    let class = |index| usize::from(index % 10 == 0);
    let mut items: Vec<Item> = (0..1000).map(|i| item(i, class(i), None)).collect();
    split(&mut items, &SHARES, 7).unwrap();
    for (part, share) in SHARES {
        for (class, total) in [(0, 900.0), (1, 100.0)] {
            let off = (count(&items, part, class) - share * total).abs();
            assert!(off <= 1.0, "{part}, class {class}: {off} off");
        }
    }
}

#[test]
fn the_seed_decides_and_the_order_does_not() {
    let items: Vec<Item> = (0..60).map(|i| item(i, i % 2, Some(i / 3))).collect();
    let parts = |mut items: Vec<Item>, seed| {
        split(&mut items, &SHARES, seed).unwrap();
        items
            .into_iter()
            .map(|i| (i.file, i.part))
            .collect::<BTreeMap<_, _>>()
    };
    let first = parts(items.clone(), 1);
    assert_eq!(parts(items.iter().rev().cloned().collect(), 1), first);
    assert_ne!(parts(items.clone(), 2), first);
}

#[test]
fn a_split_stays_what_it_was() {
    // Written down once: a change of it would move pictures from one part to another in everybody's data.
    let mut items: Vec<Item> = (0..10).map(|i| item(i, i % 2, None)).collect();
    split(&mut items, &[("a", 0.5), ("b", 0.5)], 0).unwrap();
    let parts: String = items.iter().map(|i| i.part.clone().unwrap()).collect();
    assert_eq!(parts, "abbabbaaab");
}

#[test]
fn mistakes_are_named() {
    let items: Vec<Item> = (0..9).map(|i| item(i, i % 2, Some(i % 2))).collect();
    let refused = |shares: &[(&str, f64)]| {
        let mut items = items.clone();
        split(&mut items, shares, 0).unwrap_err().to_string()
    };
    assert!(refused(&[("a", 0.5), ("b", 0.6)]).contains("1.1"));
    assert!(refused(&[("a", 0.5), ("a", 0.5)]).contains("two are named"));
    assert!(refused(&[("a", 1.5), ("b", -0.5)]).contains("-0.5"));
    assert!(refused(&[("a", f64::NAN)]).contains("NaN"));
    assert!(refused(&[(" ", 1.0)]).contains("no name"));
    assert!(refused(&[]).contains("add up to"));
    assert!(refused(&SHARES).contains("only 2 groups"));

    let mut two = items.clone();
    two.iter_mut()
        .for_each(|item| item.part = Some("train".into()));
    check_groups(&two).unwrap();
    two[8].part = Some("check".into());
    let error = check_groups(&two).unwrap_err();
    assert!(
        matches!(&error, Error::GroupInTwoParts { group, .. } if group == "patient 0"),
        "{error}"
    );
}

#[test]
fn a_part_by_name() {
    let mut items: Vec<Item> = (0..20).map(|i| item(i, i % 2, None)).collect();
    split(&mut items, &SHARES, 0).unwrap();
    let dataset = Dataset {
        classes: vec!["no".into(), "yes".into()],
        items,
        unmapped: 3,
        excluded: 2,
        repeated: 1,
    };
    let check = dataset.of_part("check").unwrap();
    assert_eq!(
        (
            check.items.len(),
            check.unmapped,
            check.excluded,
            check.repeated
        ),
        (4, 3, 2, 1)
    );
    assert_eq!(check.counts(), [2, 2]);
    let error = dataset.of_part("chek").unwrap_err();
    assert!(
        error.advice().contains("Did you mean \"check\"?"),
        "{}",
        error.advice()
    );
    let mut one = dataset.clone();
    one.items
        .retain(|item| item.class == 0 || item.part.as_deref() != Some("check"));
    assert!(matches!(one.of_part("check"), Err(Error::OneClass { .. })));
}

proptest! {
    #[test]
    fn no_group_is_in_two_parts_and_shares_are_met(
        pictures in prop::collection::vec((0_usize..3, 0_usize..40), 60..400),
        seed: u64,
    ) {
        let mut items: Vec<Item> = (pictures.iter().enumerate())
            .map(|(index, &(class, group))| item(index, class, Some(group)))
            .collect();
        split(&mut items, &SHARES, seed).unwrap();
        check_groups(&items).unwrap();
        let mut parts: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        let mut sizes: BTreeMap<_, f64> = BTreeMap::new();
        for item in &items {
            parts.entry(item.group.clone()).or_default().insert(item.part.clone().unwrap());
            *sizes.entry(item.group.clone()).or_default() += 1.0;
        }
        prop_assert!(parts.values().all(|parts| parts.len() == 1));
        // Within one group of what was asked for; nothing finer can be promised.
        let largest = sizes.values().copied().fold(0.0, f64::max);
        for (part, share) in SHARES {
            let has: f64 = (0..3).map(|class| count(&items, part, class)).sum();
            let off = (has - share * items.len() as f64).abs();
            prop_assert!(off <= 1.5 * largest, "{part}: {off} off, largest group {largest}");
        }
    }
}
