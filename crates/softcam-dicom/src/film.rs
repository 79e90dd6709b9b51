//! A film, and a photo of one of its frames.

use crate::about::{About, Greys};
use crate::developed::Developed;
use crate::dicom::Dicom;
use crate::header::Field;
use crate::recognise::is_dicom;
use crate::voi::Tone;
use softcam::error;
use softcam::error::Result;
use softcam::preprocess::{Grey16, Limits, Note, Photo, Window, decode_grey16};

/// A DICOM file, or a grey picture of 16 bits.
pub struct Film(Source);

enum Source {
    Dicom(Box<Dicom>),
    Grey(Grey16),
}

impl Film {
    /// Opens a file. Refused is what is no film: a picture in colour, or of 8 bits, that is not in a DICOM file.
    pub fn open(bytes: Vec<u8>, limits: &Limits) -> Result<Self> {
        if bytes.len() > limits.bytes {
            let (megabytes, most) = (bytes.len() >> 20, limits.bytes >> 20);
            return Err(error!(PICTURE_FILE_TOO_LARGE, megabytes, most));
        }
        if is_dicom(&bytes) {
            return Ok(Self(Source::Dicom(Box::new(Dicom::open(bytes, limits)?))));
        }
        match decode_grey16(&bytes, limits)? {
            Some(grey) => Ok(Self(Source::Grey(grey))),
            None => Err(error!(WINDOW_NOT_USED)),
        }
    }

    /// What there is to choose from.
    pub fn about(&self) -> About {
        match &self.0 {
            Source::Dicom(dicom) => dicom.about(),
            Source::Grey(grey) => About {
                format: grey.format,
                frames: 1,
                grey: true,
                header: false,
            },
        }
    }

    /// What the header says; what is about people is there without its value, unless `people` asks for it.
    pub fn header(&self, people: bool) -> Vec<Field> {
        match &self.0 {
            Source::Dicom(dicom) => dicom.header(people),
            Source::Grey(_) => Vec::new(),
        }
    }

    /// A photo of `frame`, from 1, by `tone`, or else by what the file offers first. The frame stays decoded, so that the
    /// next tone takes no time.
    pub fn develop(&mut self, frame: u32, tone: Option<Tone>) -> Result<Developed> {
        match &mut self.0 {
            Source::Dicom(dicom) => dicom.develop(frame, tone),
            Source::Grey(_) if frame != 1 => Err(error!(FILM_FRAME, frame, frames = 1)),
            Source::Grey(grey) => develop(grey, tone),
        }
    }
}

fn develop(grey: &Grey16, tone: Option<Tone>) -> Result<Developed> {
    let used = grey.window();
    let (window, note) = match tone {
        Some(Tone::Window(window)) => {
            let Window {
                centre,
                width,
                curve,
            } = window;
            (
                Window::new(centre, width, curve)?,
                Note::Window {
                    centre,
                    width,
                    name: String::new(),
                },
            )
        }
        Some(Tone::Table { table }) => return Err(error!(FILM_TABLE, table)),
        None => (used, Note::Bits { bits: grey.bits }),
    };
    let mut photo = Photo::new(grey.pixels(&window), grey.format);
    photo.notes.clone_from(&grey.notes);
    if tone.is_some() || grey.bits < 16 {
        photo.notes.push(note);
    }
    let (low, high) = grey
        .values
        .iter()
        .fold((u16::MAX, 0), |(low, high), &value| {
            (low.min(value), high.max(value))
        });
    let greys = Greys {
        tone: Tone::Window(window),
        presets: Vec::new(),
        content: Window::between(f64::from(low), f64::from(high)),
        whole: Window::between(0.0, f64::from(u16::MAX)),
        unit: String::new(),
    };
    Ok(Developed {
        photo,
        greys: Some(greys),
    })
}
