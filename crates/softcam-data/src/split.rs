//! Dealing pictures into parts.

use crate::dataset::Item;
use crate::error::{Error, Result};
use std::collections::{BTreeMap, BTreeSet};

/// How far shares may be from adding up to 1.
const TOLERANCE: f64 = 1e-6;

/// Gives every picture a part: `shares` are names with their shares, such as `("train", 0.6)`, and add up to 1.
///
/// No group is ever in two parts, and each part gets about its share of every class. The same pictures, shares and seed
/// give the same parts, whatever the order of the pictures. Groups are dealt one by one, large ones first (a seeded hash
/// of their name decides among equals), each to the part where it adds least to Σ n²/(s·N²) over every class and over
/// all pictures, with n of N pictures in a part of share s: the sum is smallest when every n is s·N. So the shares are
/// met as well as the sizes of the groups allow.
pub fn split(items: &mut [Item], shares: &[(&str, f64)], seed: u64) -> Result<()> {
    check_shares(shares)?;
    // One column per class, and one for all of them together.
    let all = items.iter().map(|item| item.class + 1).max().unwrap_or(0);
    let mut totals = vec![0.0; all + 1];
    let mut groups: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for item in items.iter() {
        let counts = groups
            .entry(item.unit())
            .or_insert_with(|| vec![0.0; all + 1]);
        for column in [item.class, all] {
            counts[column] += 1.0;
            totals[column] += 1.0;
        }
    }
    let mut order: Vec<(&str, Vec<f64>)> = groups.into_iter().collect();
    order.sort_by(|(a, of_a), (b, of_b)| {
        let by_size = of_b[all].total_cmp(&of_a[all]);
        by_size.then_with(|| seeded(seed, a).cmp(&seeded(seed, b)).then(a.cmp(b)))
    });

    let mut dealt = vec![vec![0.0; all + 1]; shares.len()];
    let mut parts: BTreeMap<String, usize> = BTreeMap::new();
    for (group, counts) in &order {
        let cost = |part: usize| -> f64 {
            (counts.iter().zip(&dealt[part]).zip(&totals))
                .filter(|((adds, _), _)| **adds > 0.0)
                .map(|((adds, has), total)| adds * (2.0 * has + adds) / (total * total))
                .sum::<f64>()
                / shares[part].1
        };
        let cheapest = (0..shares.len()).min_by(|&a, &b| cost(a).total_cmp(&cost(b)));
        let part = cheapest.unwrap_or(0);
        for (has, adds) in dealt[part].iter_mut().zip(counts) {
            *has += adds;
        }
        parts.insert((*group).to_owned(), part);
    }
    if let Some(empty) = dealt.iter().position(|counts| counts[all] == 0.0) {
        return Err(Error::TooFewGroups {
            part: shares[empty].0.to_owned(),
            groups: order.len(),
        });
    }
    for item in items {
        item.part = parts
            .get(item.unit())
            .map(|&part| shares[part].0.to_owned());
    }
    Ok(())
}

/// Refuses pictures of one group in two parts, and names the group. Pictures without a part are in none.
pub fn check_groups<C>(items: &[Item<C>]) -> Result<()> {
    let mut parts: BTreeMap<&str, &str> = BTreeMap::new();
    for item in items {
        let (Some(group), Some(part)) = (&item.group, &item.part) else {
            continue;
        };
        let first = *parts.entry(group).or_insert(part);
        if first != part {
            return Err(Error::GroupInTwoParts {
                group: group.clone(),
                first: first.to_owned(),
                second: part.clone(),
            });
        }
    }
    Ok(())
}

fn check_shares(shares: &[(&str, f64)]) -> Result<()> {
    let fault = |what: String| Err(Error::Shares(what));
    let mut names = BTreeSet::new();
    for (name, share) in shares {
        if name.trim().is_empty() {
            return fault("one has no name".into());
        }
        if !names.insert(name) {
            return fault(format!("two are named {name:?}"));
        }
        if !(share.is_finite() && *share > 0.0) {
            return fault(format!("the share of {name:?} is {share}"));
        }
    }
    let sum: f64 = shares.iter().map(|(_, share)| share).sum();
    if (sum - 1.0).abs() > TOLERANCE {
        return fault(format!("the shares add up to {sum}"));
    }
    Ok(())
}

/// 64 bits that look random: FNV-1a over seed and name, its bits mixed as in SplitMix64 (Steele et al., OOPSLA 2014). A hash of our own, because
/// a split must be the same on every machine and with every version of every library.
pub fn seeded(seed: u64, name: &str) -> u64 {
    let bytes = seed.to_le_bytes().into_iter().chain(name.bytes());
    let fnv = bytes.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let mixed = (fnv ^ (fnv >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
