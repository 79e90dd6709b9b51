//! JPEG 2000, lossless and lossy.

use super::samples::{Samples, damaged};
use crate::attributes::{Layout, kind};
use hayro_jpeg2000::{DecodeSettings, DecoderContext, Image};
use softcam::error;
use softcam::error::Result;

/// Begin a bare picture: its start, and the segment with its sizes.
const START: [u8; 4] = [0xFF, 0x4F, 0xFF, 0x51];
/// Where, from there on, the first colour says how many bits it has and whether it is signed.
const DEPTH: usize = 42;

pub fn decode(bytes: &[u8], layout: &Layout) -> Result<Samples> {
    let start = bytes
        .windows(4)
        .position(|window| window == START)
        .ok_or_else(|| error!(FILM_CUT_OFF))?;
    let picture = &bytes[start..];
    let signed = picture.get(DEPTH).is_some_and(|depth| depth & 0x80 != 0);
    // What cannot be read in full is not to be shown in part.
    let settings = DecodeSettings {
        strict: true,
        ..DecodeSettings::default()
    };
    let failed = |error: hayro_jpeg2000::DecodeError| damaged(&format!("JPEG 2000: {error}"));
    let image = Image::new(picture, &settings).map_err(failed)?;
    if (image.width(), image.height()) != (layout.columns, layout.rows) {
        return Err(damaged("its picture has another size than its header says"));
    }
    let mut context = DecoderContext::default();
    let decoded = image.decode(&mut context).map_err(failed)?;
    let components = decoded.components();
    if components.len() != layout.samples {
        return Err(kind(&format!("{} colours per pixel", components.len())));
    }
    let pixels = layout.rows as usize * layout.columns as usize;
    let mut values = vec![0; pixels * layout.samples];
    for (at, component) in components.iter().enumerate() {
        let bits = u32::from(component.bit_depth());
        if bits > 16 || component.samples().len() != pixels {
            return Err(kind(&format!("{bits} bits per value")));
        }
        let most = ((1_u32 << bits) - 1) as f32;
        // The decoder takes all values for unsigned, so that signed ones come out half the range too high.
        let half = if signed { 1_i32 << (bits - 1) } else { 0 };
        for (pixel, &sample) in component.samples().iter().enumerate() {
            let value = sample.round().clamp(0.0, most) as i32 - half;
            values[pixel * layout.samples + at] = value as u16;
        }
    }
    Ok(Samples {
        values,
        rgb: layout.samples == 3,
    })
}
