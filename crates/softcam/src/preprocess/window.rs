//! Which part of a picture's range of greys is shown between black and white.
//!
//! The arithmetic is that of DICOM (PS3.3, C.11.2.1.2 and C.11.2.1.3), with 0 and 255 as the ends of what is shown.

use crate::error::{Result, error};
use serde::{Deserialize, Serialize};

/// How the greys between the ends of a window are spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Curve {
    /// Evenly, from `centre - width / 2` to one below `centre + width / 2`: for whole numbers.
    #[default]
    Linear,
    /// Evenly, from `centre - width / 2` to `centre + width / 2`.
    LinearExact,
    /// By a sigmoid that never quite reaches its ends.
    Sigmoid,
}

/// A window on a picture's greys.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// The value that becomes middle grey.
    pub centre: f64,
    /// How many values lie between black and white.
    pub width: f64,
    /// How they are spread.
    #[serde(default)]
    pub curve: Curve,
}

impl Window {
    /// A window that can be used: finite numbers, and a width of at least 1, or above 0 where it is exact.
    pub fn new(centre: f64, width: f64, curve: Curve) -> Result<Self> {
        let least = if curve == Curve::Linear {
            1.0
        } else {
            f64::MIN_POSITIVE
        };
        if !centre.is_finite() || !width.is_finite() || width < least {
            return Err(error!(WINDOW_EMPTY, centre, width));
        }
        Ok(Self {
            centre,
            width,
            curve,
        })
    }

    /// From black at `low` to white at `high`, both of which are still told apart from their neighbours.
    pub fn between(low: f64, high: f64) -> Self {
        Self {
            centre: (low + high + 1.0) / 2.0,
            width: (high - low + 1.0).max(1.0),
            curve: Curve::Linear,
        }
    }

    /// What `value` is shown as, rounded to the nearest of 256 levels.
    pub fn level(&self, value: f64) -> u8 {
        let Self {
            centre,
            width,
            curve,
        } = *self;
        let share = match curve {
            Curve::Linear => within(value, centre - 0.5, width - 1.0),
            Curve::LinearExact => within(value, centre, width),
            Curve::Sigmoid => 1.0 / (1.0 + (-4.0 * (value - centre) / width).exp()),
        };
        (share * 255.0).round() as u8
    }
}

/// Where `value` lies in a range about `centre`, 0 to 1.
fn within(value: f64, centre: f64, range: f64) -> f64 {
    if value <= centre - range / 2.0 {
        0.0
    } else if value > centre + range / 2.0 {
        1.0
    } else {
        (value - centre) / range + 0.5
    }
}

#[cfg(test)]
mod tests {
    use super::{Curve, Window};

    #[test]
    fn ends_of_a_window_are_those_of_the_standard() {
        // PS3.3, C.11.2.1.2.1: centre 2048, width 4096 shows 0 to 4095.
        let window = Window::new(2048.0, 4096.0, Curve::Linear).unwrap();
        assert_eq!(window, Window::between(0.0, 4095.0));
        assert_eq!((window.level(0.0), window.level(4095.0)), (0, 255));
        // One value wide: a threshold.
        let step = Window::new(2048.0, 1.0, Curve::Linear).unwrap();
        assert_eq!((step.level(2047.0), step.level(2048.0)), (0, 255));
        let exact = Window::new(0.0, 2.0, Curve::LinearExact).unwrap();
        assert_eq!(
            (exact.level(-1.0), exact.level(0.2), exact.level(1.5)),
            (0, 153, 255)
        );
        let sigmoid = Window::new(10.0, 4.0, Curve::Sigmoid).unwrap();
        assert_eq!(
            (sigmoid.level(10.0), sigmoid.level(-1e9), sigmoid.level(1e9)),
            (128, 0, 255)
        );
    }

    #[test]
    fn windows_without_a_value_are_refused() {
        for (centre, width) in [
            (0.0, 0.5),
            (0.0, 0.0),
            (0.0, -3.0),
            (f64::NAN, 9.0),
            (0.0, f64::INFINITY),
        ] {
            let error = Window::new(centre, width, Curve::Linear).unwrap_err();
            assert_eq!(error.code(), "window-empty");
        }
        assert!(Window::new(0.0, 0.5, Curve::LinearExact).is_ok());
    }

    #[test]
    fn all_of_sixteen_bits_are_shown_as_they_always_were() {
        let window = Window::between(0.0, 65_535.0);
        for value in 0..=u16::MAX {
            let scaled = (u32::from(value) + 128) / 257;
            assert_eq!(u32::from(window.level(f64::from(value))), scaled, "{value}");
        }
    }
}
