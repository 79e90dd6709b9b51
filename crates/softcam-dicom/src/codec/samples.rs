//! What every codec gives, and what it says of bytes that it cannot read.

use softcam::{Error, error};

/// Samples of a frame as 16 bits each, colours of a pixel side by side.
pub struct Samples {
    pub values: Vec<u16>,
    /// Whether the codec has made red, green and blue of whatever it had.
    pub rgb: bool,
}

/// That the bytes of a frame are not what they should be.
pub fn damaged(reason: &str) -> Error {
    error!(FILM_DAMAGED, reason)
}

/// Colours that come one after the other, put side by side.
pub fn interleaved(planes: &[u16], samples: usize) -> Vec<u16> {
    let pixels = planes.len() / samples;
    (0..planes.len())
        .map(|at| planes[at % samples * pixels + at / samples])
        .collect()
}
