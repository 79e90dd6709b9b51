//! Where in a file the values of each frame lie (PS3.5, A.4).

use crate::attributes::{Attributes, Layout, Photometric};
use crate::elements;
use crate::syntax::{Coding, Syntax};
use softcam::error;
use softcam::error::Result;
use std::ops::Range;

const PIXEL_DATA: u32 = 0x7FE0_0010;

/// Pieces of the file that belong to one frame, in order.
pub type Pieces = Vec<Range<usize>>;

/// The pieces of each frame.
pub fn locate(attributes: &Attributes, layout: &Layout, syntax: &Syntax) -> Result<Vec<Pieces>> {
    let Some(element) = attributes.element(PIXEL_DATA) else {
        return Err(if attributes.set.cut_off {
            error!(FILM_CUT_OFF)
        } else {
            let modality = attributes
                .text(0x0008_0060)
                .unwrap_or_else(|| "?".to_owned());
            error!(FILM_WITHOUT_PICTURE, modality)
        });
    };
    if syntax.coding == Coding::None {
        return native(element.value.clone(), layout);
    }
    if !element.undefined {
        return Err(error!(
            FILM_DAMAGED,
            reason = "its picture is not compressed as it says"
        ));
    }
    encapsulated(
        attributes,
        elements::items(attributes.bytes, element),
        layout.frames as usize,
    )
}

/// Bits of one frame as it is stored without compression.
pub fn frame_bits(layout: &Layout) -> u64 {
    let pixels = u64::from(layout.rows) * u64::from(layout.columns);
    let samples = match layout.photometric {
        // Two values of luminance share one pair of colours.
        Photometric::Ybr { halved: true } => 2,
        _ => layout.samples as u64,
    };
    pixels * samples * u64::from(layout.allocated)
}

fn native(value: Range<usize>, layout: &Layout) -> Result<Vec<Pieces>> {
    let bits = frame_bits(layout);
    let needed = (bits * u64::from(layout.frames)).div_ceil(8);
    if (value.len() as u64) < needed {
        return Err(error!(FILM_CUT_OFF));
    }
    // Frames of single bits begin where the one before ends, within a byte; which bit is for the decoder to see.
    let piece = |frame: u64| {
        let (from, to) = (frame * bits / 8, ((frame + 1) * bits).div_ceil(8));
        let piece = value.start + from as usize..value.start + to as usize;
        Pieces::from([piece])
    };
    Ok((0..u64::from(layout.frames)).map(piece).collect())
}

fn encapsulated(
    attributes: &Attributes,
    mut items: Vec<Range<usize>>,
    frames: usize,
) -> Result<Vec<Pieces>> {
    if items.is_empty() {
        return Err(error!(FILM_CUT_OFF));
    }
    let table = items.remove(0);
    if frames == 1 && !items.is_empty() {
        return Ok(vec![items]);
    }
    if items.len() == frames {
        return Ok(items.into_iter().map(|item| vec![item]).collect());
    }
    if items.len() < frames {
        return Err(error!(FILM_CUT_OFF));
    }
    // Several pieces per frame: a table says at which the frames begin.
    let starts = extended_table(attributes).unwrap_or_else(|| {
        let raw = attributes.bytes.get(table.clone()).unwrap_or_default();
        raw.as_chunks::<4>()
            .0
            .iter()
            .map(|bytes| u64::from(u32::from_le_bytes(*bytes)))
            .collect()
    });
    let unclear = || error!(FILM_DAMAGED, reason = "where its frames begin is not said");
    if starts.len() != frames {
        return Err(unclear());
    }
    // Offsets count from the item behind the table, whose header has 8 bytes.
    let first = items[0].start - 8;
    let mut located: Vec<Pieces> = vec![Vec::new(); frames];
    for item in items {
        let offset = (item.start - 8 - first) as u64;
        let frame = starts.partition_point(|&start| start <= offset);
        located
            .get_mut(frame.wrapping_sub(1))
            .ok_or_else(unclear)?
            .push(item);
    }
    if located.iter().any(Vec::is_empty) {
        return Err(unclear());
    }
    Ok(located)
}

/// Where frames begin, of files too large for the usual table.
fn extended_table(attributes: &Attributes) -> Option<Vec<u64>> {
    let raw = attributes.raw(0x7FE0_0001)?;
    Some(
        raw.as_chunks::<8>()
            .0
            .iter()
            .map(|bytes| u64::from_le_bytes(*bytes))
            .collect(),
    )
}
