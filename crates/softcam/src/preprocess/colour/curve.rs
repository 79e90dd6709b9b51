//! From a stored value to light.

/// A curve from 0..1 to 0..1 (ICC.1:2022, 10.6 and 10.18).
#[derive(Debug, Clone, PartialEq)]
pub enum Curve {
    /// Samples at even distances; none stands for a straight line.
    Table(Vec<u16>),
    /// `(a x + b)^g + e` from `d` on, `c x + f` below.
    Parametric {
        g: f64,
        a: f64,
        b: f64,
        c: f64,
        d: f64,
        e: f64,
        f: f64,
    },
}

impl Curve {
    /// `x^gamma`.
    pub fn power(gamma: f64) -> Self {
        Self::Parametric {
            g: gamma,
            a: 1.0,
            b: 0.0,
            c: 0.0,
            d: 0.0,
            e: 0.0,
            f: 0.0,
        }
    }

    /// IEC 61966-2-1.
    pub fn srgb() -> Self {
        Self::Parametric {
            g: 2.4,
            a: 1.0 / 1.055,
            b: 0.055 / 1.055,
            c: 1.0 / 12.92,
            d: 0.04045,
            e: 0.0,
            f: 0.0,
        }
    }

    /// Light of a stored value, 0 to 1 both.
    pub fn light(&self, x: f64) -> f64 {
        let y = match self {
            Self::Table(samples) if samples.is_empty() => x,
            Self::Table(samples) => {
                let place = x * (samples.len() - 1) as f64;
                let (below, share) = (place.floor(), place.fract());
                let at = |index: f64| {
                    f64::from(samples[(index as usize).min(samples.len() - 1)]) / 65_535.0
                };
                at(below) + (at(below + 1.0) - at(below)) * share
            }
            &Self::Parametric {
                g,
                a,
                b,
                c,
                d,
                e,
                f,
            } => {
                if x >= d {
                    (a * x + b).max(0.0).powf(g) + e
                } else {
                    c * x + f
                }
            }
        };
        if y.is_finite() {
            y.clamp(0.0, 1.0)
        } else {
            0.0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Curve;

    #[test]
    fn curves_pass_through_their_ends() {
        for curve in [
            Curve::srgb(),
            Curve::power(2.2),
            Curve::Table(vec![]),
            Curve::Table(vec![0, 20_000, 65_535]),
        ] {
            assert!(
                curve.light(0.0).abs() < 1e-9 && (curve.light(1.0) - 1.0).abs() < 1e-9,
                "{curve:?}"
            );
        }
        let table = Curve::Table(vec![0, 20_000, 65_535]);
        assert!((table.light(0.25) - 10_000.0 / 65_535.0).abs() < 1e-9);
        assert_eq!(Curve::Table(vec![7]).light(0.5), 7.0 / 65_535.0);
        assert_eq!(Curve::power(f64::NAN).light(0.5), 0.0);
    }
}
