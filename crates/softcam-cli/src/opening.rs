//! From a file to the photo that a network is given: pictures, and films with a frame and a window to choose.

use softcam::error;
use softcam::preprocess::{Curve, Limits, Photo, Window, decode};
use softcam_dicom::{Film, Tone, is_dicom};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Which frame of a film is seen, and what of its greys.
#[derive(clap::Args, Default)]
#[group(id = "opening_of_the_picture", multiple = true)]
pub struct Arguments {
    /// Show the greys of a DICOM file, or of a grey picture of 16 bits, through this window: the value in the middle and
    /// how many values lie between black and white, as in -600,1500; a third part, linear-exact or sigmoid, says how they
    /// are spread. [default: what the file offers first, else all of its greys]
    #[arg(long, value_name = "CENTRE,WIDTH", value_parser = window, allow_hyphen_values = true)]
    window: Option<Window>,
    /// Which frame of a DICOM file, from 1. [default: 1]
    #[arg(long, value_name = "NUMBER")]
    frame: Option<u32>,
}

impl Arguments {
    /// Whether anything was asked for.
    pub fn any(&self) -> bool {
        self.window.is_some() || self.frame.is_some()
    }

    /// The photo in `bytes`.
    pub fn open(&self, bytes: Vec<u8>) -> softcam::Result<Photo> {
        guarded(|| self.photo(bytes))
    }

    fn photo(&self, bytes: Vec<u8>) -> softcam::Result<Photo> {
        let limits = Limits::default();
        if !self.any() && !is_dicom(&bytes) {
            return decode(&bytes, &limits);
        }
        let mut film = Film::open(bytes, &limits)?;
        let tone = self.window.map(Tone::Window);
        Ok(film.develop(self.frame.unwrap_or(1), tone)?.photo)
    }
}

/// The photo in `bytes`, a film by what it offers first.
pub fn photo(bytes: Vec<u8>) -> softcam::Result<Photo> {
    Arguments::default().open(bytes)
}

/// A decoder of other people that panics on a file is that file's failure, and not that of a thousand others.
fn guarded(open: impl FnOnce() -> softcam::Result<Photo>) -> softcam::Result<Photo> {
    // What a decoder held is dropped on the way; nothing of it is looked at again.
    catch_unwind(AssertUnwindSafe(open)).unwrap_or_else(|panic| {
        let reason = match panic.downcast_ref::<String>() {
            Some(reason) => reason,
            None => panic.downcast_ref().copied().unwrap_or("it panicked"),
        };
        Err(error!(PICTURE_STOPS_DECODER, reason))
    })
}

fn window(text: &str) -> Result<Window, String> {
    let wrong = || "it must be a centre and a width above 0, as in 40,400".to_owned();
    let mut parts = text.split(',').map(str::trim);
    let (centre, width) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    let curve = match parts.next() {
        None | Some("linear") => Curve::Linear,
        Some("linear-exact") => Curve::LinearExact,
        Some("sigmoid") => Curve::Sigmoid,
        Some(_) => return Err(wrong()),
    };
    let number = |part: &str| part.parse().map_err(|_| wrong());
    if parts.next().is_some() {
        return Err(wrong());
    }
    Window::new(number(centre)?, number(width)?, curve).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

    use super::{Curve, Window, guarded, window};
    use softcam::Fault;

    #[test]
    fn a_panic_is_an_error_of_one_picture() {
        let row = 3;
        for (error, reason) in [
            (guarded(|| panic!("no row {row}")), "no row 3"),
            (guarded(|| panic!("no rows")), "no rows"),
            (guarded(|| std::panic::panic_any(row)), "it panicked"),
        ] {
            let error = error.unwrap_err();
            assert_eq!(error.code(), "picture-stops-decoder");
            // Of such, a table has a row, and goes on.
            assert_eq!(error.fault(), Fault::Image);
            assert!(error.to_string().contains(reason), "{error}");
        }
    }

    #[test]
    fn windows_are_two_numbers_and_a_word() {
        let linear = |centre, width| Window {
            centre,
            width,
            curve: Curve::Linear,
        };
        assert_eq!(window("40,400"), Ok(linear(40.0, 400.0)));
        assert_eq!(window("-600, 1500.5"), Ok(linear(-600.0, 1500.5)));
        let sigmoid = Window {
            curve: Curve::Sigmoid,
            ..linear(40.0, 400.0)
        };
        assert_eq!(window("40,400,sigmoid"), Ok(sigmoid));
        for wrong in [
            "",
            "40",
            "40,0",
            "40,-3",
            "a,b",
            "40,400,round",
            "1,2,linear,3",
            "nan,5",
            "1,inf",
        ] {
            assert!(window(wrong).is_err(), "{wrong}");
        }
    }
}
