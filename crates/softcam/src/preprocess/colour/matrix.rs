//! Primaries as matrices, and the white that they are seen under.

/// Rows times columns.
pub type Matrix = [[f64; 3]; 3];

/// X, Y, Z of sRGB's red, green and blue under D50, as its profile has them (ICC, sRGB2014).
pub const SRGB: Matrix = [
    [0.436_066, 0.385_147, 0.143_066],
    [0.222_488, 0.716_873, 0.060_608],
    [0.013_916, 0.097_076, 0.714_096],
];
/// The white of profiles.
const D50: [f64; 3] = [0.9642, 1.0, 0.8249];
/// Bradford's cone responses.
const BRADFORD: Matrix = [
    [0.8951, 0.2664, -0.1614],
    [-0.7502, 1.7135, 0.0367],
    [0.0389, -0.0685, 1.0296],
];

pub fn times(a: &Matrix, b: &Matrix) -> Matrix {
    std::array::from_fn(|row| {
        std::array::from_fn(|column| (0..3).map(|k| a[row][k] * b[k][column]).sum())
    })
}

pub fn apply(a: &Matrix, v: [f64; 3]) -> [f64; 3] {
    std::array::from_fn(|row| (0..3).map(|k| a[row][k] * v[k]).sum())
}

fn diagonal(values: [f64; 3]) -> Matrix {
    std::array::from_fn(|row| {
        std::array::from_fn(|column| if row == column { values[row] } else { 0.0 })
    })
}

/// Nothing where the three columns do not span all colours.
pub fn inverse(m: &Matrix) -> Option<Matrix> {
    // The cofactor of each element, signs by taking rows and columns in turn.
    let cofactor = |row: usize, column: usize| {
        let at = |r: usize, c: usize| m[(row + r) % 3][(column + c) % 3];
        at(1, 1) * at(2, 2) - at(1, 2) * at(2, 1)
    };
    let determinant: f64 = (0..3)
        .map(|column| m[0][column] * cofactor(0, column))
        .sum();
    (determinant.is_finite() && determinant.abs() > 1e-9).then(|| {
        std::array::from_fn(|row| std::array::from_fn(|column| cofactor(column, row) / determinant))
    })
}

/// From x and y of white, red, green and blue to primaries under D50; nothing where there are no such colours.
pub fn of_chromaticities([wx, wy, rx, ry, gx, gy, bx, by]: [f64; 8]) -> Option<Matrix> {
    let xyz = |x: f64, y: f64| (y > 1e-6).then(|| [x / y, 1.0, (1.0 - x - y) / y]);
    let columns = [xyz(rx, ry)?, xyz(gx, gy)?, xyz(bx, by)?];
    let primaries: Matrix =
        std::array::from_fn(|row| std::array::from_fn(|column| columns[column][row]));
    let white = xyz(wx, wy)?;
    // Each as strong as it takes for all three to be white.
    let strengths = apply(&inverse(&primaries)?, white);
    let seen = times(&primaries, &diagonal(strengths));
    let (from, to) = (apply(&BRADFORD, white), apply(&BRADFORD, D50));
    if from.iter().any(|response| response.abs() < 1e-6) {
        return None;
    }
    let ratio = diagonal(std::array::from_fn(|cone| to[cone] / from[cone]));
    let adapt = times(&inverse(&BRADFORD)?, &times(&ratio, &BRADFORD));
    Some(times(&adapt, &seen))
}

#[cfg(test)]
mod tests {
    use super::{SRGB, inverse, of_chromaticities, times};

    #[test]
    fn a_matrix_times_its_inverse_is_one() {
        let one = times(&inverse(&SRGB).unwrap(), &SRGB);
        for (row, values) in one.iter().enumerate() {
            for (column, value) in values.iter().enumerate() {
                assert!((value - f64::from(u8::from(row == column))).abs() < 1e-9);
            }
        }
        assert_eq!(inverse(&[[1.0; 3]; 3]), None);
    }

    #[test]
    fn srgb_has_its_own_chromaticities() {
        let primaries =
            of_chromaticities([0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06]).unwrap();
        for (ours, known) in primaries.iter().flatten().zip(SRGB.iter().flatten()) {
            assert!((ours - known).abs() < 5e-4, "{ours} {known}");
        }
        assert_eq!(of_chromaticities([0.0; 8]), None);
    }
}
