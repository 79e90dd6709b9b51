//! What a difference comes to.

use super::figures::Better;
use softcam_eval::Estimate;

/// Everything that tells of a run writes values with three decimals: what is smaller than this is written as 0.
const PRINTED: f64 = 0.0005;

/// What a difference comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The interval lies on the good side of zero.
    Ahead,
    /// On the bad side.
    Behind,
    /// The whole interval is smaller than what is written, on whichever side of zero: two methods whose maps are the same
    /// up to a factor differ by rounding alone.
    Same,
    /// Zero is inside of it, or there are too few patients.
    Undecided,
}

impl Verdict {
    /// Of a difference of enough patients.
    pub fn of(Estimate { low, high, .. }: Estimate, better: Better) -> Self {
        let (above, below) = match better {
            Better::Higher => (Self::Ahead, Self::Behind),
            Better::Lower => (Self::Behind, Self::Ahead),
        };
        match (low, high) {
            _ if low.abs() < PRINTED && high.abs() < PRINTED => Self::Same,
            _ if low > 0.0 => above,
            _ if high < 0.0 => below,
            _ => Self::Undecided,
        }
    }

    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ahead => "ahead",
            Self::Behind => "behind",
            Self::Same => "the same",
            Self::Undecided => "undecided",
        }
    }
}

/// A difference with its interval, as text; without a sign where it is written as 0.
pub fn signed(Estimate { value, low, high }: Estimate) -> String {
    let text = |value: f64| match value.abs() < PRINTED {
        true => "0.000".to_owned(),
        false => format!("{value:+.3}"),
    };
    format!("{} ({} to {})", text(value), text(low), text(high))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estimate(value: f64, low: f64, high: f64) -> Estimate {
        Estimate { value, low, high }
    }

    #[test]
    fn what_is_written_as_zero_is_the_same() {
        for (low, high, text) in [
            (0.0, 0.0, "0.000 (0.000 to 0.000)"),
            (1e-9, 4e-4, "0.000 (0.000 to 0.000)"),
            (-4e-4, -1e-9, "0.000 (0.000 to 0.000)"),
            (-4e-4, 4e-4, "0.000 (0.000 to 0.000)"),
        ] {
            let difference = estimate(f64::midpoint(low, high), low, high);
            assert_eq!(signed(difference), text);
            for better in [Better::Higher, Better::Lower] {
                assert_eq!(
                    Verdict::of(difference, better),
                    Verdict::Same,
                    "{low} {high}"
                );
            }
        }
    }

    #[test]
    fn what_is_written_has_a_side() {
        let lead = estimate(0.001, 1e-4, 0.002);
        assert_eq!(Verdict::of(lead, Better::Higher), Verdict::Ahead);
        assert_eq!(Verdict::of(lead, Better::Lower), Verdict::Behind);
        assert_eq!(signed(lead), "+0.001 (0.000 to +0.002)");
        let loss = estimate(-0.001, -0.002, -1e-4);
        assert_eq!(Verdict::of(loss, Better::Higher), Verdict::Behind);
        assert_eq!(Verdict::of(loss, Better::Lower), Verdict::Ahead);
        let open = estimate(0.0, -0.002, 0.002);
        assert_eq!(Verdict::of(open, Better::Higher), Verdict::Undecided);
        assert_eq!(signed(open), "0.000 (-0.002 to +0.002)");
    }
}
