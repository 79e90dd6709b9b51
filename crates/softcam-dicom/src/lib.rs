//! Films: pictures whose greys are more than a screen shows, so that somebody has to choose a window on them.
//!
//! A [`Film`] is a DICOM file, or a grey PNG, TIFF or PGM of 16 bits. It says what there is to choose from ([`Film::presets`],
//! frames), and [`Film::develop`] makes a [`softcam::preprocess::Photo`] of one frame: 8 bits, upright, opaque. That photo
//! is what a network is given and what a person sees; page and command line both get it here.
//!
//! The reader of DICOM is our own, and small. dicom-rs, which is the ecosystem's, was tried on paper first: it takes memory
//! on the word of a length field before it looks whether the bytes are there, which a browser tab does not survive, and a
//! third of its code is a dictionary that nothing here needs. What is read is what makes a picture (PS3.3, C.7.6.3, C.8.11,
//! C.11.1, C.11.2) in every transfer syntax whose codec is pure Rust; all else is refused by name.
//!
//! What the header says about people stays in here, unless [`Film::header`] is asked for it.

mod about;
mod attributes;
mod codec;
mod colour;
mod developed;
mod dicom;
mod elements;
mod film;
mod frames;
mod greys;
mod header;
mod recognise;
mod syntax;
mod voi;

pub use about::{About, Greys};
pub use developed::Developed;
pub use film::Film;
pub use header::Field;
pub use recognise::is_dicom;
pub use voi::{Preset, Tone};
