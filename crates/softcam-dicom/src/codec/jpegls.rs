//! JPEG-LS (ITU-T T.87), lossless and nearly so: colours one after the other or line by line.

mod bits;
mod header;
mod scan;

use super::samples::{damaged, interleaved};
use crate::attributes::Layout;
use header::Header;
use scan::Scan;
use softcam::error;
use softcam::error::Result;

pub fn decode(bytes: &[u8], layout: &Layout) -> Result<Vec<u16>> {
    let mut header = Header::default();
    let mut rest = bytes;
    let (width, height) = (layout.columns as usize, layout.rows as usize);
    // Colours one after the other.
    let mut planes: Vec<u16> = Vec::new();
    while planes.len() < width * height * layout.samples {
        let begun = header.read(rest)?;
        if (header.width, header.height, header.colours) != (width, height, layout.samples) {
            return Err(damaged("its picture has another size than its header says"));
        }
        let Some(begun) = begun else {
            return Err(error!(FILM_CUT_OFF));
        };
        let scan = Scan::new(&header, &begun)?;
        let (decoded, used) = scan.decode(begun.data, width, height, begun.colours)?;
        planes.extend(decoded);
        rest = &begun.data[used..];
    }
    Ok(if layout.samples > 1 {
        interleaved(&planes, layout.samples)
    } else {
        planes
    })
}
