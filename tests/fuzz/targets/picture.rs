//! Any bytes as a picture, within limits that keep each run short.
#![no_main]

use softcam::preprocess::{Limits, decode};

const LIMITS: Limits = Limits { bytes: 1 << 20, pixels: 1 << 20, side: 4096, memory: 32 << 20 };

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = decode(bytes, &LIMITS);
});
