//! How far an accuracy may be off.

/// 95 % of a normal distribution lie within this many standard deviations.
const Z: f64 = 1.959_963_984_540_054;

/// Wilson's 95 % interval (1927) of a share that was measured on `count` independent pictures; it never leaves 0 to 1, and
/// does not shrink to nothing where all were right. From 0 to 1 where nothing was measured.
pub fn wilson(share: f64, count: usize) -> (f64, f64) {
    if count == 0 {
        return (0.0, 1.0);
    }
    let n = count as f64;
    let centre = share + Z * Z / (2.0 * n);
    let spread = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let whole = 1.0 + Z * Z / n;
    (
        ((centre - spread) / whole).max(0.0),
        ((centre + spread) / whole).min(1.0),
    )
}

#[cfg(test)]
mod tests {
    use super::wilson;

    #[test]
    fn intervals_are_the_published_ones() {
        // Newcombe, Statistics in Medicine 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
        for (right, count, low, high) in [
            (81.0, 263, 0.2553, 0.3662),
            (15.0, 148, 0.0624, 0.1605),
            (0.0, 20, 0.0, 0.1611),
            (1.0, 29, 0.0061, 0.1718),
        ] {
            let got = wilson(right / f64::from(count), count as usize);
            assert!((got.0 - low).abs() < 5e-5, "{got:?}");
            assert!((got.1 - high).abs() < 5e-5, "{got:?}");
        }
        assert_eq!(wilson(1.0, 0), (0.0, 1.0));
    }
}
