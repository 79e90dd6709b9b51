//! What was done to a picture's values on the way to the 8 bits of sRGB that a network reads.

use serde::{Deserialize, Serialize};
use std::fmt::{self, Display, Formatter};

/// One thing that whoever looks at the picture should know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", try_from = "Fields")]
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

/// A note as it is read: derived for an enum with a tag, the code would be a fiftieth of the page's CPU module.
#[derive(Deserialize)]
struct Fields {
    kind: String,
    bits: Option<u8>,
    name: Option<String>,
    centre: Option<f64>,
    width: Option<f64>,
    frame: Option<u32>,
    frames: Option<u32>,
    page: Option<u32>,
    pages: Option<u32>,
}

impl TryFrom<Fields> for Note {
    type Error = String;

    fn try_from(fields: Fields) -> Result<Self, String> {
        fn there<T>(field: Option<T>, name: &str) -> Result<T, String> {
            field.ok_or_else(|| format!("missing field `{name}`"))
        }
        let name = there(fields.name, "name");
        Ok(match fields.kind.as_str() {
            "bits" => Self::Bits {
                bits: there(fields.bits, "bits")?,
            },
            "profile" => Self::Profile { name: name? },
            "gamma" => Self::Gamma,
            "profile-damaged" => Self::ProfileDamaged,
            "profile-foreign" => Self::ProfileForeign { name: name? },
            "profile-table" => Self::ProfileTable { name: name? },
            "window" => Self::Window {
                centre: there(fields.centre, "centre")?,
                width: there(fields.width, "width")?,
                name: name?,
            },
            "table" => Self::Table { name: name? },
            "content" => Self::Content,
            "inverted" => Self::Inverted,
            "padding" => Self::Padding,
            "square" => Self::Square,
            "not-square" => Self::NotSquare,
            "frame" => Self::Frame {
                frame: there(fields.frame, "frame")?,
                frames: there(fields.frames, "frames")?,
            },
            "page" => Self::Page {
                page: there(fields.page, "page")?,
                pages: there(fields.pages, "pages")?,
            },
            "browser" => Self::Browser,
            other => return Err(format!("unknown kind of note `{other}`")),
        })
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
    #![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

    use super::Note;

    #[test]
    fn what_is_written_is_read() {
        let name = "Display P3".to_owned();
        let notes = [
            Note::Bits { bits: 12 },
            Note::Profile { name: name.clone() },
            Note::Gamma,
            Note::ProfileDamaged,
            Note::ProfileForeign { name: name.clone() },
            Note::ProfileTable { name: name.clone() },
            Note::Window {
                centre: 40.5,
                width: 400.0,
                name: String::new(),
            },
            Note::Table { name },
            Note::Content,
            Note::Inverted,
            Note::Padding,
            Note::Square,
            Note::NotSquare,
            Note::Frame {
                frame: 2,
                frames: 7,
            },
            Note::Page { page: 1, pages: 3 },
            Note::Browser,
        ];
        let json = serde_json::to_string(&notes).unwrap();
        assert_eq!(serde_json::from_str::<Vec<Note>>(&json).unwrap(), notes);
        for bad in [r#"{"kind": "bits"}"#, r#"{"kind": "no"}"#, "{}"] {
            assert!(serde_json::from_str::<Note>(bad).is_err(), "{bad}");
        }
    }
}
