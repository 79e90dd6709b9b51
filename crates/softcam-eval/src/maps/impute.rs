//! Missing pixels from those around them.

/// The neighbours of a pixel with their weights (Rong et al., "A consistent and efficient evaluation strategy for
/// attribution methods", ICML 2022): 1/6 beside, 1/12 across the corner.
const NEIGHBOURS: [(isize, isize, f32); 8] = [
    (-1, -1, 1.0 / 12.0),
    (-1, 0, 1.0 / 6.0),
    (-1, 1, 1.0 / 12.0),
    (0, -1, 1.0 / 6.0),
    (0, 1, 1.0 / 6.0),
    (1, -1, 1.0 / 12.0),
    (1, 0, 1.0 / 6.0),
    (1, 1, 1.0 / 12.0),
];

/// The largest residual that is left, as a share of the largest known value.
const TOLERANCE: f32 = 1e-5;

/// Fills the missing pixels of one channel, `side` x `side` in row-major order, so that each is the weighted mean of its
/// neighbours on the picture (linear imputation of ROAD, without its noise). What is missing in `values` does not matter.
/// All 0 where nothing is known.
///
/// The equations are solved by conjugate gradients, whose first guess comes from the same problem at half the size.
///
/// # Panics
/// If `values` or `missing` does not have `side` · `side` values.
pub fn impute(values: &mut [f32], missing: &[bool], side: usize) {
    assert_eq!(values.len(), side * side);
    assert_eq!(missing.len(), side * side);
    if !missing.contains(&true) {
        return;
    }
    if !missing.contains(&false) {
        values.fill(0.0);
        return;
    }
    guess(values, missing, side);
    solve(values, missing, side);
}

/// First guess: the picture at half the size, where a pixel is known if one of its four is.
fn guess(values: &mut [f32], missing: &[bool], side: usize) {
    let half = side.div_ceil(2);
    if half == side {
        return;
    }
    let (mut sums, mut counts) = (vec![0.0_f32; half * half], vec![0.0_f32; half * half]);
    let small = |pixel: usize| pixel / side / 2 * half + pixel % side / 2;
    for (pixel, (&value, &missing)) in values.iter().zip(missing).enumerate() {
        if !missing {
            sums[small(pixel)] += value;
            counts[small(pixel)] += 1.0;
        }
    }
    let unknown: Vec<bool> = counts.iter().map(|count| *count == 0.0).collect();
    let mut coarse: Vec<f32> = sums
        .iter()
        .zip(&counts)
        .map(|(sum, count)| sum / count.max(1.0))
        .collect();
    impute(&mut coarse, &unknown, half);
    for (pixel, value) in values.iter_mut().enumerate() {
        if missing[pixel] {
            *value = coarse[small(pixel)];
        }
    }
}

/// Conjugate gradients (Hestenes & Stiefel 1952) on the missing pixels; the matrix is symmetric and positive definite, since
/// something is known and every pixel has neighbours.
fn solve(values: &mut [f32], missing: &[bool], side: usize) {
    let system = System::new(missing, side);
    let largest = |values: &[f32]| {
        values
            .iter()
            .fold(0.0_f32, |most, value| most.max(value.abs()))
    };
    let known = values.iter().zip(missing).filter(|(_, missing)| !**missing);
    let scale = known.fold(0.0_f32, |most, (value, _)| most.max(value.abs()));
    let enough = TOLERANCE * scale.max(f32::MIN_POSITIVE);

    // Of what is known, the equations take the same mean: the residual is that of the whole picture.
    let mut residual = system.apply(values);
    residual.iter_mut().for_each(|value| *value = -*value);
    let mut direction = residual.clone();
    let mut square = dot(&residual, &residual);
    // In exact arithmetic as many steps as unknowns are enough.
    for _ in 0..system.unknown.len() {
        if largest(&residual) <= enough {
            break;
        }
        let image = system.apply(&system.spread(&direction));
        let step = square / dot(&direction, &image);
        if !step.is_finite() {
            break;
        }
        for (at, &pixel) in system.unknown.iter().enumerate() {
            values[pixel as usize] += step as f32 * direction[at];
            residual[at] -= step as f32 * image[at];
        }
        let next = dot(&residual, &residual);
        let turn = (next / square) as f32;
        for (direction, residual) in direction.iter_mut().zip(&residual) {
            *direction = residual + turn * *direction;
        }
        square = next;
    }
}

fn dot(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum()
}

/// The equations of the missing pixels.
struct System {
    side: usize,
    /// The missing pixels.
    unknown: Vec<u32>,
}

impl System {
    fn new(missing: &[bool], side: usize) -> Self {
        let unknown = (0..missing.len() as u32).filter(|&pixel| missing[pixel as usize]);
        Self {
            side,
            unknown: unknown.collect(),
        }
    }

    /// A value per unknown on the picture, 0 elsewhere.
    fn spread(&self, values: &[f32]) -> Vec<f32> {
        let mut picture = vec![0.0; self.side * self.side];
        for (&pixel, &value) in self.unknown.iter().zip(values) {
            picture[pixel as usize] = value;
        }
        picture
    }

    /// Per unknown: the weights of its neighbours times how much larger it is than they are.
    fn apply(&self, picture: &[f32]) -> Vec<f32> {
        let side = self.side;
        let inner = 1..side.saturating_sub(1);
        let one = |&pixel: &u32| {
            let pixel = pixel as usize;
            let (row, column) = (pixel / side, pixel % side);
            if inner.contains(&row) && inner.contains(&column) {
                let [above, here, below] = [pixel - side, pixel, pixel + side];
                let beside =
                    picture[above] + picture[below] + picture[here - 1] + picture[here + 1];
                let across = picture[above - 1]
                    + picture[above + 1]
                    + picture[below - 1]
                    + picture[below + 1];
                return picture[here] - beside * (1.0 / 6.0) - across * (1.0 / 12.0);
            }
            let mut sum = 0.0;
            for (down, right, weight) in NEIGHBOURS {
                let at = row
                    .checked_add_signed(down)
                    .zip(column.checked_add_signed(right));
                if let Some((row, column)) = at
                    && row < side
                    && column < side
                {
                    sum += weight * (picture[pixel] - picture[row * side + column]);
                }
            }
            sum
        };
        self.unknown.iter().map(one).collect()
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
                    for (down, right, weight) in NEIGHBOURS {
                        let (r, c) = (row + down, column + right);
                        if (0..12).contains(&r) && (0..12).contains(&c) {
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
