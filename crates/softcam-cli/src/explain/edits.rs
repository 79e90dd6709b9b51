//! What `--edits` and `--mask` say is changed in the picture.

use crate::failure::{Context, Failure, Result};
use clap::ValueEnum;
use softcam::edit::{Edit, Fill, Mask, from_json};
use std::fs;

/// Changes of the picture before it is explained.
#[derive(clap::Args)]
#[group(id = "edits_of_the_picture", multiple = true)]
pub struct Arguments {
    /// Change the picture first, and print the answer before and after: a list of edits as JSON, or @FILE with such a
    /// list, as in '[{"kind": "turn", "degrees": 5}]'.
    #[arg(long, value_name = "JSON|@FILE", conflicts_with = "mask")]
    edits: Option<String>,
    /// Paint cells of the map over first: row,column from 1, or ranges, with spaces between, as in "2-4,5-7 6,1".
    #[arg(long, value_name = "CELLS")]
    mask: Option<String>,
    /// What the cells are painted over with.
    #[arg(long, value_enum, default_value_t = FillName::Blur, requires = "mask")]
    fill: FillName,
    /// Keep these cells and paint over all others.
    #[arg(long, requires = "mask")]
    keep: bool,
}

/// [`Fill`] by the names that the command line uses.
#[derive(Clone, Copy, ValueEnum)]
enum FillName {
    /// The picture, blurred.
    Blur,
    /// Its mean colour.
    Mean,
    /// Noise like it.
    Noise,
    /// Black.
    Black,
}

impl From<FillName> for Fill {
    fn from(name: FillName) -> Self {
        match name {
            FillName::Blur => Self::Blur,
            FillName::Mean => Self::Mean,
            FillName::Noise => Self::Noise,
            FillName::Black => Self::Black,
        }
    }
}

impl Arguments {
    /// Whether any change was asked for.
    pub fn any(&self) -> bool {
        self.edits.is_some() || self.mask.is_some()
    }

    /// The edits, where there are any; `cells` is the side of the map.
    pub fn edits(&self, cells: usize) -> Result<Vec<Edit>> {
        if let Some(given) = &self.edits {
            let json = match given.strip_prefix('@') {
                Some(path) => {
                    fs::read_to_string(path).with_context(|| format!("cannot read {path}"))?
                }
                None => given.clone(),
            };
            return Ok(from_json(&json)?);
        }
        let Some(text) = &self.mask else {
            return Ok(Vec::new());
        };
        Ok(vec![Edit::Mask(Mask {
            rows: cells as u32,
            columns: cells as u32,
            cells: parse(text, cells as u32)?,
            fill: self.fill.into(),
            keep: self.keep,
        })])
    }
}

/// Row-major indices from 0, ascending, of `text` on a map of `side` x `side` cells.
fn parse(text: &str, side: u32) -> Result<Vec<u32>> {
    let refused = |part: &str| {
        Failure::new(
            format!("{part:?} names no cell of a map of {side} x {side}."),
            format!("Give row,column from 1 to {side}, or ranges, as in \"2-4,5-7 6,1\"."),
        )
    };
    let mut cells = Vec::new();
    for part in text.split_whitespace() {
        let pair = part.split_once(',').ok_or_else(|| refused(part))?;
        let rows = range(pair.0, side).ok_or_else(|| refused(part))?;
        let columns = range(pair.1, side).ok_or_else(|| refused(part))?;
        for row in rows {
            cells.extend(columns.clone().map(|column| (row - 1) * side + column - 1));
        }
    }
    if cells.is_empty() {
        return Err(refused(text));
    }
    cells.sort_unstable();
    cells.dedup();
    Ok(cells)
}

/// `3` or `2-4`, from 1 to `most`.
fn range(text: &str, most: u32) -> Option<std::ops::RangeInclusive<u32>> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (1 <= first && first <= last && last <= most).then_some(first..=last)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn cells_are_pairs_and_ranges_from_one() {
        assert_eq!(parse("1,1", 7).unwrap(), [0]);
        assert_eq!(parse("7,7", 7).unwrap(), [48]);
        assert_eq!(parse("2-3,1-2 2,1", 7).unwrap(), [7, 8, 14, 15]);
        for wrong in ["", "0,1", "1,8", "3", "2-1,1", "a,b", "1,1,1", "-1,2"] {
            assert!(parse(wrong, 7).is_err(), "{wrong}");
        }
    }
}
