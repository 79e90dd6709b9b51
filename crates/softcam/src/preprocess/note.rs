//! What was done to a picture's values on the way to the 8 bits of sRGB that a network reads.

use serde::{Deserialize, Serialize};
use std::fmt::{self, Display, Formatter};

/// One thing that whoever looks at the picture should know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", from = "Parts")]
pub enum Note {
    /// A grey picture of 16 bits uses only the lower `bits`, and these are shown from black to white.
    Bits {
        /// 8 to 14.
        bits: u8,
    },
    /// Colours were converted to sRGB.
    Profile {
        /// Name of the profile that came with the picture.
        name: String,
    },
    /// The same by the gamma and primaries that a PNG states.
    Gamma,
    /// The profile is damaged; values were taken as sRGB.
    ProfileDamaged,
    /// The profile is for another kind of colours than the picture has, inks for instance.
    ProfileForeign {
        /// Its name.
        name: String,
    },
    /// The profile is a table of colours, which is not read.
    ProfileTable {
        /// Its name.
        name: String,
    },
    /// A film's greys were seen through a window.
    Window {
        /// The value that became middle grey.
        centre: f64,
        /// How many values lie between black and white.
        width: f64,
        /// By the name that the file has for it; empty where it has none, or where somebody chose it.
        name: String,
    },
    /// A film's greys were shown by a table that it has.
    Table {
        /// By the name that the file has for it.
        name: String,
    },
    /// A film says nothing about what is worth seeing, so its darkest value is black and its brightest white.
    Content,
    /// The lowest values of the file are its brightest; it was inverted.
    Inverted,
    /// Values that stand for nothing were left out of the range of greys.
    Padding,
    /// Its pixels are not square; the picture was enlarged along one side, so that it is seen as it is.
    Square,
    /// Its pixels are said to be so far from square that it was left as it is.
    NotSquare,
    /// One of several frames of a film or an animation.
    Frame {
        /// From 1.
        frame: u32,
        /// How many there are.
        frames: u32,
    },
    /// One of several pages of a TIFF; reduced copies are none.
    Page {
        /// From 1.
        page: u32,
        /// How many there are.
        pages: u32,
    },
    /// A browser's own decoder opened the file.
    Browser,
}

/// A note's kind and all that any kind has: read so, since serde's own way with tagged enums takes 40 kB of the page's module.
#[derive(Deserialize)]
struct Parts {
    kind: Kind,
    #[serde(default)]
    bits: u8,
    #[serde(default)]
    name: String,
    #[serde(default)]
    centre: f64,
    #[serde(default)]
    width: f64,
    #[serde(default)]
    frame: u32,
    #[serde(default)]
    frames: u32,
    #[serde(default)]
    page: u32,
    #[serde(default)]
    pages: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Bits,
    Profile,
    Gamma,
    ProfileDamaged,
    ProfileForeign,
    ProfileTable,
    Window,
    Table,
    Content,
    Inverted,
    Padding,
    Square,
    NotSquare,
    Frame,
    Page,
    Browser,
}

impl From<Parts> for Note {
    fn from(parts: Parts) -> Self {
        let Parts {
            kind,
            bits,
            name,
            centre,
            width,
            frame,
            frames,
            page,
            pages,
        } = parts;
        match kind {
            Kind::Bits => Self::Bits { bits },
            Kind::Profile => Self::Profile { name },
            Kind::Gamma => Self::Gamma,
            Kind::ProfileDamaged => Self::ProfileDamaged,
            Kind::ProfileForeign => Self::ProfileForeign { name },
            Kind::ProfileTable => Self::ProfileTable { name },
            Kind::Window => Self::Window {
                centre,
                width,
                name,
            },
            Kind::Table => Self::Table { name },
            Kind::Content => Self::Content,
            Kind::Inverted => Self::Inverted,
            Kind::Padding => Self::Padding,
            Kind::Square => Self::Square,
            Kind::NotSquare => Self::NotSquare,
            Kind::Frame => Self::Frame { frame, frames },
            Kind::Page => Self::Page { page, pages },
            Kind::Browser => Self::Browser,
        }
    }
}

impl Display for Note {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        match self {
            Self::Bits { bits } => write!(
                f,
                "The file has 16 bits per value and uses {bits} of them; these are shown from black to white."
            ),
            Self::Profile { name } => write!(f, "Colours were converted from {name} to sRGB."),
            Self::Gamma => {
                f.write_str("Colours were converted to sRGB by the gamma that the file states.")
            }
            Self::ProfileDamaged => {
                f.write_str("The colour profile is damaged; colours were taken as sRGB.")
            }
            Self::ProfileForeign { name } => write!(
                f,
                "The colour profile {name} is for another kind of picture; colours were taken as sRGB."
            ),
            Self::ProfileTable { name } => write!(
                f,
                "The colour profile {name} is a table, which is not read; colours were taken as sRGB."
            ),
            Self::Window {
                centre,
                width,
                name,
            } => {
                write!(
                    f,
                    "Greys are shown through a window: centre {centre}, width {width}"
                )?;
                if name.is_empty() {
                    f.write_str(".")
                } else {
                    write!(f, " ({name}).")
                }
            }
            Self::Table { name } => write!(f, "Greys are shown by the file's own table {name}."),
            Self::Content => f.write_str(
                "The file names no window: its darkest value is shown black, its brightest white.",
            ),
            Self::Inverted => {
                f.write_str("The file has what is bright as its lowest values, as on a negative; it was inverted.")
            }
            Self::Padding => {
                f.write_str("Values that stand for nothing were left out of the range of greys.")
            }
            Self::Square => {
                f.write_str("Its pixels are not square; the picture was enlarged along one side.")
            }
            Self::NotSquare => {
                f.write_str("Its pixels are not square, and it is shown as if they were.")
            }
            Self::Frame { frame, frames } => write!(
                f,
                "Frame {frame} of {frames}: the others were not looked at."
            ),
            Self::Page { page, pages } => write!(
                f,
                "Page {page} of {pages}: the others were not looked at."
            ),
            Self::Browser => f.write_str(
                "The browser's own decoder opened this picture; pixels may differ from another browser's, and the command line does not read it.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_note_is_read_as_it_was_written() {
        let name = || "P3".to_owned();
        let (centre, width) = (-600.5, 1500.0);
        let notes = [
            Note::Bits { bits: 12 },
            Note::Profile { name: name() },
            Note::Gamma,
            Note::ProfileDamaged,
            Note::ProfileForeign { name: name() },
            Note::ProfileTable { name: name() },
            Note::Window {
                centre,
                width,
                name: name(),
            },
            Note::Table { name: name() },
            Note::Content,
            Note::Inverted,
            Note::Padding,
            Note::Square,
            Note::NotSquare,
            Note::Frame {
                frame: 2,
                frames: 3,
            },
            Note::Page { page: 4, pages: 5 },
            Note::Browser,
        ];
        for note in notes {
            let written = serde_json::to_string(&note).unwrap();
            assert_eq!(
                serde_json::from_str::<Note>(&written).unwrap(),
                note,
                "{written}"
            );
        }
        assert!(serde_json::from_str::<Note>(r#"{"kind":"other"}"#).is_err());
    }
}
