//! Missing pixels from those around them.

/// Weight of a neighbour beside a pixel, and of one across its corner (Rong et al., "A consistent and efficient evaluation
/// strategy for attribution methods", ICML 2022).
const BESIDE: f32 = 1.0 / 6.0;
const ACROSS: f32 = 1.0 / 12.0;

/// The largest residual that is left, as a share of the largest known value.
const TOLERANCE: f32 = 2e-6;
/// Far more steps than it ever takes, for the case that rounding keeps the residual up.
const STEPS: usize = 200;

/// Fills the missing pixels of one channel, `side` x `side` in row-major order, so that each is the weighted mean of its
/// neighbours on the picture (linear imputation of ROAD, without its noise). What is missing in `values` does not matter.
/// All 0 where nothing is known.
///
/// The equations are solved by conjugate gradients, preconditioned with a multigrid cycle, so that large holes take hardly
/// more steps than small ones.
///
/// # Panics
/// If `values` or `missing` does not have `side` · `side` values.
pub fn impute(values: &mut [f32], missing: &[bool], side: usize) {
    assert_eq!(values.len(), side * side);
    assert_eq!(missing.len(), side * side);
    let known = || values.iter().zip(missing).filter(|(_, missing)| !**missing);
    let count = known().count();
    if count == values.len() {
        return;
    }
    if count == 0 {
        values.fill(0.0);
        return;
    }
    let mean = known().map(|(value, _)| f64::from(*value)).sum::<f64>() / count as f64;
    let scale = known().fold(0.0_f32, |most, (value, _)| most.max(value.abs()));
    for (value, missing) in values.iter_mut().zip(missing) {
        if *missing {
            *value = mean as f32;
        }
    }
    let grids = grids(missing, side);
    solve(values, &grids, TOLERANCE * scale.max(f32::MIN_POSITIVE));
}

/// The pixels that are missing, on one of the grids, each half as fine as the one before.
struct Grid {
    side: usize,
    missing: Vec<bool>,
}

/// From the picture's own grid to one without a missing pixel, or of a single one. A coarse pixel is missing where all that
/// it stands for are.
fn grids(missing: &[bool], side: usize) -> Vec<Grid> {
    let mut grids = vec![Grid {
        side,
        missing: missing.to_vec(),
    }];
    while let Some(last) = grids.last()
        && last.side > 1
        && last.missing.contains(&true)
    {
        let half = last.side.div_ceil(2);
        let mut coarse = vec![true; half * half];
        for (pixel, missing) in last.missing.iter().enumerate() {
            coarse[pixel / last.side / 2 * half + pixel % last.side / 2] &= missing;
        }
        grids.push(Grid {
            side: half,
            missing: coarse,
        });
    }
    grids
}

/// Conjugate gradients (Hestenes & Stiefel 1952) on the missing pixels; the matrix is symmetric and positive definite, since
/// something is known and every pixel has neighbours. All vectors are pictures that are 0 where pixels are known.
fn solve(values: &mut [f32], grids: &[Grid], enough: f32) {
    let own = &grids[0];
    let mut residual = own.apply(values);
    residual.iter_mut().for_each(|value| *value = -*value);
    let mut direction = cycle(grids, &residual);
    let mut square = dot(&residual, &direction);
    for _ in 0..STEPS {
        if residual.iter().all(|value| value.abs() <= enough) {
            break;
        }
        let image = own.apply(&direction);
        let step = square / dot(&direction, &image);
        if !step.is_finite() {
            break;
        }
        for (value, direction) in values.iter_mut().zip(&direction) {
            *value += step as f32 * direction;
        }
        for (value, image) in residual.iter_mut().zip(&image) {
            *value -= step as f32 * image;
        }
        let better = cycle(grids, &residual);
        let next = dot(&residual, &better);
        let turn = (next / square) as f32;
        for (direction, better) in direction.iter_mut().zip(&better) {
            *direction = better + turn * *direction;
        }
        square = next;
    }
}

/// About what has to be added to leave no `residual`: a step of Jacobi's method (for this stencil it divides what is rough by 3),
/// the same on the coarser grid for what is smooth, and another step. It is symmetric, as conjugate gradients need it.
fn cycle(grids: &[Grid], residual: &[f32]) -> Vec<f32> {
    let Some((own, coarser)) = grids.split_first() else {
        return Vec::new();
    };
    let mut change = own.jacobi(residual);
    if let Some(coarse) = coarser.first() {
        let left = own.left(residual, &change);
        let smooth = cycle(coarser, &own.gather(&left, coarse));
        own.spread(&smooth, coarse, &mut change);
    }
    let left = own.left(residual, &change);
    for (change, more) in change.iter_mut().zip(own.jacobi(&left)) {
        *change += more;
    }
    change
}

fn dot(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum()
}

impl Grid {
    /// Per missing pixel: the weights of its neighbours times how much larger it is than they are. 0 elsewhere.
    fn apply(&self, picture: &[f32]) -> Vec<f32> {
        let side = self.side;
        let inner = 1..side.saturating_sub(1);
        let one = |(pixel, &missing): (usize, &bool)| {
            if !missing {
                return 0.0;
            }
            let here = picture[pixel];
            if inner.contains(&(pixel / side)) && inner.contains(&(pixel % side)) {
                let (above, below) = (
                    &picture[pixel - side - 1..][..3],
                    &picture[pixel + side - 1..][..3],
                );
                let beside = above[1] + below[1] + picture[pixel - 1] + picture[pixel + 1];
                let across = above[0] + above[2] + below[0] + below[2];
                return here - beside * BESIDE - across * ACROSS;
            }
            let neighbours = self.neighbours(pixel);
            neighbours
                .map(|(next, weight)| weight * (here - picture[next]))
                .sum()
        };
        self.missing.iter().enumerate().map(one).collect()
    }

    /// Those on the picture, with their weights.
    fn neighbours(&self, pixel: usize) -> impl Iterator<Item = (usize, f32)> {
        let side = self.side;
        let (row, column) = (pixel / side, pixel % side);
        let near = move |at: usize| at.saturating_sub(1)..(at + 2).min(side);
        near(row).flat_map(move |r| {
            near(column).filter_map(move |c| match (r == row, c == column) {
                (true, true) => None,
                (false, false) => Some((r * side + c, ACROSS)),
                _ => Some((r * side + c, BESIDE)),
            })
        })
    }

    /// What is left of `residual` after `change`.
    fn left(&self, residual: &[f32], change: &[f32]) -> Vec<f32> {
        let mut left = self.apply(change);
        for (left, residual) in left.iter_mut().zip(residual) {
            *left = residual - *left;
        }
        left
    }

    /// The residual over the weights of each pixel's neighbours, which add up to 1 but at the picture's edge.
    fn jacobi(&self, residual: &[f32]) -> Vec<f32> {
        let (side, last) = (self.side, self.side.saturating_sub(1));
        let one = |(pixel, &residual): (usize, &f32)| {
            let (row, column) = (pixel / side, pixel % side);
            if row > 0 && row < last && column > 0 && column < last {
                return residual;
            }
            let weights: f32 = self.neighbours(pixel).map(|(_, weight)| weight).sum();
            if weights > 0.0 {
                residual / weights
            } else {
                0.0
            }
        };
        residual.iter().enumerate().map(one).collect()
    }

    /// `residual` on the coarser grid, where a pixel stands for four: the transpose of [`Self::spread`].
    fn gather(&self, residual: &[f32], coarse: &Grid) -> Vec<f32> {
        let mut sums = vec![0.0; coarse.missing.len()];
        self.between(coarse, |pixel, over, weight| {
            sums[over] += weight * residual[pixel];
        });
        sums
    }

    /// Adds what the coarser grid says, interpolated linearly.
    fn spread(&self, smooth: &[f32], coarse: &Grid, change: &mut [f32]) {
        self.between(coarse, |pixel, over, weight| {
            change[pixel] += weight * smooth[over];
        });
    }

    /// All pairs of a missing pixel and a missing coarse one near it, with the weight of linear interpolation.
    fn between(&self, coarse: &Grid, mut each: impl FnMut(usize, usize, f32)) {
        // A pixel lies a quarter of a coarse one away from the centre of its own, on the side of the other.
        let two = |at: usize| {
            let own = at / 2;
            let other = if at.is_multiple_of(2) {
                own.saturating_sub(1)
            } else {
                (own + 1).min(coarse.side - 1)
            };
            [(own, 0.75), (other, 0.25)]
        };
        for (pixel, _) in self
            .missing
            .iter()
            .enumerate()
            .filter(|(_, missing)| **missing)
        {
            for (row, down) in two(pixel / self.side) {
                for (column, along) in two(pixel % self.side) {
                    let over = row * coarse.side + column;
                    if coarse.missing[over] {
                        each(pixel, over, down * along);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_missing_pixel_is_the_mean_of_its_neighbours() {
        let mut values = [1.0, 2.0, 3.0, 4.0, 99.0, 6.0, 7.0, 8.0, 9.0];
        values[8] = 21.0;
        let mut missing = [false; 9];
        missing[4] = true;
        impute(&mut values, &missing, 3);
        // (2 + 4 + 6 + 8) / 6 + (1 + 3 + 7 + 21) / 12
        assert!((values[4] - 6.0).abs() < 1e-5, "{}", values[4]);
        // A corner has three neighbours, which weigh 1/6, 1/6 and 1/12.
        missing = [true, false, false, false, false, false, false, false, false];
        impute(&mut values, &missing, 3);
        assert!((values[0] - (2.0 * 2.0 + 2.0 * 4.0 + 6.0) / 5.0).abs() < 1e-5);
    }

    #[test]
    fn nothing_known_and_nothing_missing() {
        let mut values = [5.0; 4];
        impute(&mut values, &[false; 4], 2);
        assert_eq!(values, [5.0; 4]);
        impute(&mut values, &[true; 4], 2);
        assert_eq!(values, [0.0; 4]);
        let mut one = [3.0];
        impute(&mut one, &[true], 1);
        assert_eq!(one, [0.0]);
    }

    proptest! {
        #[test]
        fn each_missing_pixel_is_its_neighbours_mean_and_within_the_known(
            values in prop::collection::vec(-3.0_f32..3.0, 144),
            missing in prop::collection::vec(prop::bool::weighted(0.8), 144),
        ) {
            let mut filled = values.clone();
            impute(&mut filled, &missing, 12);
            let known: Vec<f32> = values.iter().zip(&missing).filter(|(_, m)| !**m).map(|(v, _)| *v).collect();
            let (low, high) = known.iter().fold((3.0_f32, -3.0_f32), |(l, h), v| (l.min(*v), h.max(*v)));
            for pixel in 0..144 {
                if !missing[pixel] {
                    prop_assert_eq!(filled[pixel], values[pixel]);
                } else if !known.is_empty() {
                    prop_assert!(filled[pixel] >= low - 1e-3 && filled[pixel] <= high + 1e-3);
                    let (row, column) = (pixel as isize / 12, pixel as isize % 12);
                    let (mut sum, mut all) = (0.0, 0.0);
                    for (r, c) in (row - 1..=row + 1).flat_map(|r| (column - 1..=column + 1).map(move |c| (r, c))) {
                        if (r, c) != (row, column) && (0..12).contains(&r) && (0..12).contains(&c) {
                            let weight = if r == row || c == column { 2.0 } else { 1.0 };
                            sum += weight * filled[(r * 12 + c) as usize];
                            all += weight;
                        }
                    }
                    prop_assert!((filled[pixel] - sum / all).abs() < 2e-4);
                }
            }
        }
    }
}
