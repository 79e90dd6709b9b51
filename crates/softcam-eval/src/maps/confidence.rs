//! Average drop and increase (Chattopadhay et al., "Grad-CAM++", WACV 2018).
//!
//! The picture keeps what the map shows and fades elsewhere: does the network still say the same? The map is scaled to 0 … 1
//! by its smallest and largest value, by the measure's own definition, so that sign and size do not count.

use super::replacement::on_pixels;
use super::{Fill, Picture};
use crate::error::Result;
use softcam::map::Map;

/// The picture as far as `map` shows it, towards `fill` elsewhere: normalised, `[3, size, size]`. (The paper multiplies the
/// picture; torchcam and pytorch-grad-cam multiply its normalised values, which is [`Fill::Mean`].) A flat map shows nothing.
///
/// # Errors
///
/// Where `map` does not have the values that it says it has.
pub fn shown(picture: &Picture, map: &Map, fill: Fill) -> Result<Vec<f32>> {
    let values = on_pixels(map, picture.size())?;
    let (low, high) = values
        .iter()
        .fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), value| {
            (low.min(*value), high.max(*value))
        });
    let share = |value: f32| {
        if high > low {
            (value - low) / (high - low)
        } else {
            0.0
        }
    };
    let gone = fill.of(picture);
    let pixels = picture.values().iter().zip(gone).enumerate();
    Ok(pixels
        .map(|(at, (&here, gone))| gone + share(values[at % values.len()]) * (here - gone))
        .collect())
}

/// What one picture adds to the averages.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Confidence {
    /// By which share of itself the probability fell: 0 to 1, 0 where it rose.
    pub drop: f64,
    /// Whether it rose.
    pub increase: bool,
}

/// Compares the probability of the shown class on the whole picture with that on what is [`shown`]. None where the former is
/// not above 0.
pub fn confidence(whole: f64, shown: f64) -> Option<Confidence> {
    (whole > 0.0 && shown.is_finite()).then(|| Confidence {
        drop: (whole - shown).max(0.0) / whole,
        increase: shown > whole,
    })
}
