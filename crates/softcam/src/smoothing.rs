//! Evidence shared among neighbouring cells, without a change to what it adds up to.

/// Shares the values of maps `[maps, rows, columns]` among neighbouring cells, in place: along the rows and then along the
/// columns, each cell keeps half of its value and gives a quarter to either side (a binomial filter, 1 2 1).
///
/// What would leave the map stays in its cell, so that every map keeps its sum up to rounding, and with it its logit. As a
/// matrix this is symmetric: the slope of a loss by the values before is what this makes of the slope by those after.
pub fn smooth(values: &mut [f32], [rows, columns]: [usize; 2]) {
    let cells = rows * columns;
    if cells == 0 {
        return;
    }
    for map in values.chunks_exact_mut(cells) {
        for row in 0..rows {
            share(map[row * columns..][..columns].iter_mut());
        }
        for column in 0..columns {
            share(map[column..].iter_mut().step_by(columns));
        }
    }
}

/// Shares values with those beside them, along one line.
fn share<'a>(line: impl Iterator<Item = &'a mut f32>) {
    let mut line = line.peekable();
    let mut before = None;
    while let Some(value) = line.next() {
        let here = *value;
        let after = line.peek().map_or(here, |after| **after);
        *value = 0.5 * here + 0.25 * (before.unwrap_or(here) + after);
        before = Some(here);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_cell_keeps_a_quarter_of_its_evidence() {
        let mut map = [0.0; 15];
        map[7] = 16.0;
        smooth(&mut map, [3, 5]);
        let expected = [
            0.0, 1.0, 2.0, 1.0, 0.0, //
            0.0, 2.0, 4.0, 2.0, 0.0, //
            0.0, 1.0, 2.0, 1.0, 0.0,
        ];
        assert_eq!(map, expected);
    }

    #[test]
    fn at_the_edge_it_stays() {
        let mut map = [16.0, 0.0, 0.0, 0.0];
        smooth(&mut map, [2, 2]);
        assert_eq!(map, [9.0, 3.0, 3.0, 1.0]);
        let mut one = [3.0, -1.0];
        smooth(&mut one, [1, 1]);
        assert_eq!(one, [3.0, -1.0]);
    }

    proptest! {
        #[test]
        fn sums_stay_and_the_way_back_is_the_same(
            (rows, columns, a, b) in (1_usize..7, 1_usize..7).prop_flat_map(|(rows, columns)| {
                let maps = || prop::collection::vec(-9.0_f32..9.0, 2 * rows * columns);
                (Just(rows), Just(columns), maps(), maps())
            }),
        ) {
            let smoothed = |values: &[f32]| {
                let mut values = values.to_vec();
                smooth(&mut values, [rows, columns]);
                values
            };
            let sum = |values: &[f32]| values.iter().map(|&v| f64::from(v)).sum::<f64>();
            let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum::<f64>();
            for (before, after) in a.chunks(rows * columns).zip(smoothed(&a).chunks(rows * columns)) {
                prop_assert!((sum(before) - sum(after)).abs() < 1e-3);
                let largest = |values: &[f32]| values.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
                prop_assert!(largest(after) <= largest(before) + 1e-5);
            }
            prop_assert!((dot(&smoothed(&a), &b) - dot(&a, &smoothed(&b))).abs() < 1e-2);
        }
    }
}
