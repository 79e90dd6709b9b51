//! What black and white are where values are no whole numbers of 8 or 16 bits.

use image::Rgb32FImage;

/// Colours that are floats, from black at 0 to white at 1, which is what the picture library takes for their range. Nothing
/// where none is a number.
pub fn in_range(picture: &mut Rgb32FImage) -> Option<()> {
    let (black, span) = range(picture.iter().map(|&value| f64::from(value)))?;
    for value in picture.iter_mut() {
        *value = ((f64::from(*value) - black) / span) as f32;
    }
    Some(())
}

/// Which value is black, and how far from it white is; nothing where no value is a finite number.
pub(super) fn range(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
    for value in values.filter(|value| value.is_finite()) {
        (least, most) = (least.min(value), most.max(value));
    }
    if least > most {
        return None;
    }
    Some(match (least, most) {
        (least, most) if least >= 0.0 && most <= 1.0 => (0.0, 1.0),
        (least, most) if least >= 0.0 && most <= 255.0 => (0.0, 255.0),
        (black, white) if white > black => (black, white - black),
        (black, _) => (black, 1.0),
    })
}
