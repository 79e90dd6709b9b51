//! Which pictures an epoch shows, in which order, and how much each class counts.

use crate::config::Balance;
use crate::pictures::Pictures;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;

/// What a stream of random numbers is for; streams of different purposes never share numbers.
#[derive(Debug, Clone, Copy)]
pub enum Purpose {
    /// The order of pictures.
    Order,
    /// How one picture is changed.
    Augment,
    /// The input's side in a step.
    Size,
    /// The class-evidence layer's first weights.
    Head,
    /// Dropout.
    Dropout,
    /// How much of each picture is its own.
    Mixup,
}

/// The stream for `purpose` at (`epoch`, `index`) of the run with `seed`: a run that is taken up again draws what it
/// would have drawn.
pub fn stream(seed: u64, purpose: Purpose, epoch: usize, index: usize) -> ChaCha8Rng {
    let mut bytes = [0; 32];
    for (part, value) in [seed, purpose as u64, epoch as u64, index as u64]
        .into_iter()
        .enumerate()
    {
        bytes[8 * part..][..8].copy_from_slice(&value.to_le_bytes());
    }
    ChaCha8Rng::from_seed(bytes)
}

/// Indices of the pictures of an epoch, in order.
pub fn order(
    pictures: &Pictures,
    balance: Balance,
    wanted: usize,
    seed: u64,
    epoch: usize,
) -> Vec<usize> {
    let mut rng = stream(seed, Purpose::Order, epoch, 0);
    let mut kinds: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    for (index, item) in pictures.items.iter().enumerate() {
        let kind = match balance {
            Balance::Draw => (item.source, item.class),
            Balance::None | Balance::Loss => (0, 0),
        };
        kinds.entry(kind).or_default().push(index);
    }
    // Each kind gives its share by going through its pictures, shuffled anew each time round; what does not divide
    // evenly goes to kinds by chance.
    let mut kinds: Vec<Vec<usize>> = kinds.into_values().collect();
    kinds.shuffle(&mut rng);
    let (share, rest) = (wanted / kinds.len().max(1), wanted % kinds.len().max(1));
    let mut order = Vec::with_capacity(wanted);
    for (number, members) in kinds.iter_mut().enumerate() {
        let mut missing = share + usize::from(number < rest);
        while missing > 0 {
            members.shuffle(&mut rng);
            let taken = missing.min(members.len());
            order.extend_from_slice(&members[..taken]);
            missing -= taken;
        }
    }
    order.shuffle(&mut rng);
    order
}

/// How much each class counts in the loss: as if all classes had the same number of pictures, 1 on average over the
/// pictures; all 1 where the loss is not what balances.
pub fn class_weights(counts: &[usize], balance: Balance) -> Vec<f32> {
    if balance != Balance::Loss {
        return vec![1.0; counts.len()];
    }
    let total: usize = counts.iter().sum();
    let weight = |&count: &usize| total as f32 / (counts.len() * count.max(1)) as f32;
    counts.iter().map(weight).collect()
}

/// One of `sizes` by chance.
pub fn size(sizes: &[usize], own: usize, seed: u64, epoch: usize, step: usize) -> usize {
    match sizes {
        [] => own,
        sizes => sizes[stream(seed, Purpose::Size, epoch, step).random_range(0..sizes.len())],
    }
}

/// The one of `sizes` that `variant` of every picture has.
pub fn size_of_variant(sizes: &[usize], own: usize, variant: usize) -> usize {
    match sizes {
        [] => own,
        sizes => sizes[variant % sizes.len()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::Picture;

    fn pictures(classes: &[(usize, usize)]) -> Pictures {
        Pictures {
            size: 1,
            items: classes
                .iter()
                .map(|&(source, class)| Picture {
                    pixels: [0; 3].into(),
                    class,
                    source,
                })
                .collect(),
            classes: vec!["a".into(), "b".into()],
        }
    }

    #[test]
    fn without_balance_every_picture_comes_once() {
        let pictures = pictures(&[(0, 0), (0, 1), (0, 1), (0, 1)]);
        let mut order = order(&pictures, Balance::None, 4, 7, 0);
        order.sort_unstable();
        assert_eq!(order, [0, 1, 2, 3]);
    }

    #[test]
    fn drawing_evens_out_classes_and_sources() {
        let pictures = pictures(&[(0, 0), (0, 1), (0, 1), (0, 1), (1, 0), (1, 1), (1, 1)]);
        let order = order(&pictures, Balance::Draw, 40, 7, 3);
        for kind in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let is = |&&index: &&usize| {
                (pictures.items[index].source, pictures.items[index].class) == kind
            };
            assert_eq!(order.iter().filter(is).count(), 10, "{kind:?}");
        }
    }

    #[test]
    fn epochs_differ_and_repeat_with_their_seed() {
        let pictures = pictures(&[(0, 0); 50]);
        let of = |seed, epoch| order(&pictures, Balance::None, 50, seed, epoch);
        assert_eq!(of(1, 0), of(1, 0));
        assert_ne!(of(1, 0), of(1, 1));
        assert_ne!(of(1, 0), of(2, 0));
    }

    #[test]
    fn rare_classes_count_more_and_one_on_average() {
        let weights = class_weights(&[30, 10], Balance::Loss);
        assert!((weights[1] / weights[0] - 3.0).abs() < 1e-6);
        assert!((30.0 * weights[0] + 10.0 * weights[1] - 40.0).abs() < 1e-4);
    }
}
