//! Pictures that are nearly the same.

use crate::logistic::dot;

/// Pictures are nearly the same where their features differ by less than this share of themselves, in squares. A photo that
/// was saved again, cut by a few pixels or turned left for right differs by 0.02 to 0.045 from itself, in another light or
/// turned by 15 degrees by more; two scans of healthy retinas of different people, the most alike that were tried, by 0.13.
const NEAR: f64 = 0.05;

/// Pairs (first, second) of examples in `rows`, `[examples, width]`, that are nearly the same, each second one with the first
/// that it is like. `squares` has the square of each example's features as they are.
pub fn pairs(rows: &[f64], width: usize, squares: &[f64]) -> Vec<(usize, usize)> {
    let row = |index: usize| &rows[index * width..][..width];
    let own: Vec<f64> = (0..squares.len())
        .map(|index| dot(row(index), row(index)))
        .collect();
    let mut pairs = Vec::new();
    for second in 1..squares.len() {
        let like = (0..second).find(|&first| {
            let apart = own[first] + own[second] - 2.0 * dot(row(first), row(second));
            apart <= NEAR * 0.5 * (squares[first] + squares[second])
        });
        pairs.extend(like.map(|first| (first, second)));
    }
    pairs
}

/// `groups` with those joined that have nearly the same picture. Groups are named by their first example.
pub fn joined(groups: &[usize], pairs: &[(usize, usize)]) -> Vec<usize> {
    let mut names = groups.to_vec();
    for &(first, second) in pairs {
        let (keep, give_up) = (names[first], names[second]);
        if keep != give_up {
            for name in &mut names {
                if *name == give_up {
                    *name = keep;
                }
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_picture_twice_is_found_and_joins_its_groups() {
        let rows = [1.0, 0.0, 0.0, 1.0, 1.0, 0.05, -1.0, 0.0];
        let found = pairs(&rows, 2, &[1.0; 4]);
        assert_eq!(found, [(0, 2)]);
        // Where features are small, the same difference is a large one.
        assert_eq!(pairs(&rows, 2, &[0.01; 4]), []);
        assert_eq!(joined(&[5, 6, 7, 7], &found), [5, 6, 5, 5]);
        assert_eq!(pairs(&[], 0, &[]), []);
    }
}
