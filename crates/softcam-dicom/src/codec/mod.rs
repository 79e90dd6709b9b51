//! From the bytes of one frame to its samples, a module per way of compressing it.

mod jpeg;
mod jpeg2000;
mod jpegls;
mod native;
mod rle;
mod samples;

use crate::attributes::Layout;
use crate::syntax::{Coding, Syntax};
use samples::damaged;
use softcam::error::Result;
use softcam::{Error, error};

pub use samples::Samples;

/// Decodes `frame`, from 0, of `bytes`.
pub fn decode(
    bytes: &[u8],
    layout: &Layout,
    syntax: &Syntax,
    big_endian_words: bool,
    frame: u32,
) -> Result<Samples> {
    let plain = |values| Samples { values, rgb: false };
    let samples = match syntax.coding {
        Coding::None => plain(native::decode(
            bytes,
            layout,
            big_endian_words,
            syntax.encoding.big_endian,
            frame,
        )?),
        Coding::Rle => plain(rle::decode(bytes, layout)?),
        Coding::Jpeg => jpeg::decode(bytes, layout)?,
        Coding::JpegLs => plain(jpegls::decode(bytes, layout)?),
        Coding::Jpeg2000 => jpeg2000::decode(bytes, layout)?,
        Coding::Other(name) => return Err(compressed(name, syntax)),
    };
    let wanted = layout.rows as usize * layout.columns as usize * layout.samples;
    if samples.values.len() != wanted {
        return Err(damaged("its picture has another size than its header says"));
    }
    Ok(samples)
}

/// That the compression is not read.
pub fn compressed(name: &str, syntax: &Syntax) -> Error {
    error!(FILM_COMPRESSED, name, uid = syntax.uid)
}
