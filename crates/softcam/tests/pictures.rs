//! Every kind of picture that must open, and every kind of file that must be refused.
//!
//! tests/formats/make_formats.py made both. What this cannot catch: a decoder that allocates more than it should before
//! it fails; the limits are checked from the outside only.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::{bytes, repository};
use proptest::prelude::*;
use softcam::Fault;
use softcam::preprocess::{Limits, decode};
use std::fs;

const RED: [u8; 3] = [220, 30, 30];
const GREEN: [u8; 3] = [30, 200, 60];
const BLUE: [u8; 3] = [30, 60, 220];
const WHITE: [u8; 3] = [255, 255, 255];

/// The colours in the middle of the four quarters of a 48 x 32 picture: top left, bottom left, top right, bottom right.
fn quarters(name: &str) -> [[u8; 3]; 4] {
    let photo = decode(&bytes(&format!("tests/formats/{name}")), &Limits::default())
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(
        (photo.size().width, photo.size().height),
        (48, 32),
        "{name}"
    );
    [(12, 8), (12, 24), (36, 8), (36, 24)].map(|(x, y)| {
        let [r, g, b, a] = photo.pixels.get_pixel(x, y).0;
        assert_eq!(a, 255, "{name} is not opaque");
        [r, g, b]
    })
}

fn assert_close(name: &str, got: [[u8; 3]; 4], expected: [[u8; 3]; 4], tolerance: u8) {
    for (got, expected) in got.iter().flatten().zip(expected.iter().flatten()) {
        assert!(
            got.abs_diff(*expected) <= tolerance,
            "{name}: {got} instead of {expected}"
        );
    }
}

#[test]
fn colour_pictures_of_every_format() {
    let files = [
        ("rgb.png", 0),
        ("rgb16.png", 0),
        ("palette.png", 0),
        ("transparent.png", 0),
        ("rgb.bmp", 0),
        ("rgb.tif", 0),
        ("animated.gif", 0),
        ("lossless.webp", 0),
        ("lossy.webp", 12),
        ("progressive.jpg", 4),
        ("cmyk.jpg", 8),
        ("palette.tif", 0),
        ("bigtiff.tif", 0),
        ("thumbnail-first.tif", 0),
        ("thumbnail-first-big.tif", 0),
    ];
    for (name, tolerance) in files {
        assert_close(name, quarters(name), [RED, GREEN, BLUE, WHITE], tolerance);
    }
}

#[test]
fn grey_pictures_become_equal_channels() {
    // ITU-R 601 luma, as Pillow's "L".
    let luma = |[r, g, b]: [u8; 3]| {
        let value = 0.299 * f64::from(r) + 0.587 * f64::from(g) + 0.114 * f64::from(b);
        [value.round() as u8; 3]
    };
    let expected = [RED, GREEN, BLUE, WHITE].map(luma);
    for (name, tolerance) in [
        ("grey.png", 1),
        ("grey16.png", 1),
        ("grey16.tif", 1),
        ("grey.jpg", 4),
        ("float32.tif", 1),
        ("float64-to-255.tif", 1),
        ("float32-white-is-zero.tif", 1),
    ] {
        assert_close(name, quarters(name), expected, tolerance);
    }
    // Signed integers have no range of their own: the smallest is black and the largest white.
    let [least, most] = [BLUE, WHITE].map(|colour| f64::from(luma(colour)[0]));
    let stretched = expected.map(|[grey, ..]| {
        let share = (f64::from(grey) - least) / (most - least);
        [(255.0 * share).round() as u8; 3]
    });
    assert_close("int16.tif", quarters("int16.tif"), stretched, 1);
}

#[test]
fn all_eight_exif_orientations_come_out_upright() {
    for orientation in 1..=8 {
        let name = format!("orientation-{orientation}.jpg");
        assert_close(&name, quarters(&name), [RED, GREEN, BLUE, WHITE], 4);
    }
}

#[test]
fn everything_in_the_bad_corpus_is_refused_with_advice() {
    let mut count = 0;
    for entry in fs::read_dir(repository("tests/bad/images")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        match decode(&fs::read(&path).unwrap(), &Limits::default()) {
            Ok(photo) => panic!("{name} opened as {:?}", photo.size()),
            Err(error) => {
                assert_eq!(error.fault(), Fault::Image, "{name}");
                assert!(
                    error.to_string().ends_with('.') && error.advice().ends_with('.'),
                    "{name}: {error:?}"
                );
                println!("{name}: {error} {}", error.advice());
            }
        }
        count += 1;
    }
    assert!(count >= 20, "the corpus has only {count} files");
}

#[test]
fn refusals_say_what_happened_in_words_for_people() {
    let refused = |name: &str| {
        let data = bytes(&format!("tests/bad/images/{name}"));
        decode(&data, &Limits::default()).unwrap_err().to_string()
    };
    for extension in ["bmp", "gif", "jpg", "png", "tif", "webp"] {
        let text = refused(&format!("truncated.{extension}"));
        assert!(text.contains("ends too early"), "{extension}: {text}");
    }
    assert!(refused("signature-only.png").contains("ends too early"));
    let large = refused("claims-2-billion.bmp");
    assert!(large.contains("too large"), "{large}");
    for jargon in ["soft limit", "buffer", "Format error"] {
        assert!(!large.contains(jargon), "{large}");
    }
}

#[test]
fn limits_are_checked_on_what_the_header_claims() {
    let picture = bytes("tests/formats/rgb.png");
    let refused = |limits: Limits| decode(&picture, &limits).unwrap_err().to_string();
    let limits = Limits::default();
    assert!(decode(&picture, &limits).is_ok());
    assert!(
        refused(Limits {
            pixels: 48 * 32 - 1,
            ..limits
        })
        .contains("48 x 32")
    );
    assert!(refused(Limits { side: 47, ..limits }).contains("48 x 32"));
    assert!(
        refused(Limits {
            bytes: picture.len() - 1,
            ..limits
        })
        .contains("file")
    );
    assert!(
        refused(Limits {
            memory: 1000,
            ..limits
        })
        .contains("memory")
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..Default::default() })]

    /// Whatever a file turned into on its way, the answer is a photo or an error.
    #[test]
    fn damaged_files_never_panic(
        which in 0_usize..6,
        cut in 0.0_f64..=1.0,
        flips in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
    ) {
        let name = ["rgb.png", "progressive.jpg", "animated.gif", "lossy.webp", "rgb.bmp", "grey16.tif"][which];
        let mut data = bytes(&format!("tests/formats/{name}"));
        data.truncate((data.len() as f64 * cut) as usize);
        for (index, value) in flips {
            if !data.is_empty() {
                let index = index.index(data.len());
                data[index] = value;
            }
        }
        if let Err(error) = decode(&data, &Limits::default()) {
            prop_assert_eq!(error.fault(), Fault::Image);
        }
    }
}
