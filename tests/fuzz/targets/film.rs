//! Any bytes as a DICOM file, within limits that keep each run short.
#![no_main]

use softcam::preprocess::Limits;
use softcam_dicom::Film;

const LIMITS: Limits = Limits { bytes: 1 << 20, pixels: 1 << 20, side: 4096, memory: 32 << 20 };

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(mut film) = Film::open(bytes.to_vec(), &LIMITS) {
        let _ = film.header(true);
        let _ = film.develop(film.about().frames, None);
    }
});
