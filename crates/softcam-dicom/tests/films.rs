//! Films against what pydicom makes of them, and files that must be refused.
//!
//! tests/films/make_films.py made all of them. What this cannot catch: what devices write that no script would.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use proptest::prelude::*;
use serde_json::Value;
use softcam::Fault;
use softcam::preprocess::{Curve, Limits, Window};
use softcam_dicom::{Film, Tone, is_dicom};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Within which the hostile files have to stay, too.
const SMALL: Limits = Limits {
    bytes: 8 << 20,
    pixels: 1 << 22,
    side: 4096,
    memory: 16 << 20,
};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests")
        .join(name)
}

fn bytes(name: &str) -> Vec<u8> {
    fs::read(folder("films").join(name)).unwrap()
}

fn film(name: &str) -> Film {
    Film::open(bytes(name), &Limits::default()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Three bytes for four letters (RFC 4648).
fn unpacked(text: &str) -> Vec<u8> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits: Vec<u32> = text
        .bytes()
        .filter_map(|letter| {
            LETTERS
                .iter()
                .position(|&l| l == letter)
                .map(|at| at as u32)
        })
        .collect();
    let mut bytes = Vec::new();
    for four in digits.chunks(4) {
        let number =
            four.iter().fold(0, |number, digit| number << 6 | digit) << (6 * (4 - four.len()));
        bytes.extend(&number.to_be_bytes()[1..four.len()]);
    }
    bytes
}

#[test]
fn pydicom_sees_the_same() {
    let expected: BTreeMap<String, Vec<Value>> =
        serde_json::from_slice(&fs::read(folder("films/expected.json")).unwrap()).unwrap();
    let mut failures = Vec::new();
    for (name, cases) in &expected {
        let mut film = film(name);
        for case in cases {
            let tone: Option<Tone> = serde_json::from_value(case["tone"].clone()).unwrap();
            let developed = film
                .develop(case["frame"].as_u64().unwrap() as u32, tone)
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            let photo = developed.photo;
            let size = (
                u64::from(photo.size().width),
                u64::from(photo.size().height),
            );
            assert_eq!(
                size,
                (
                    case["width"].as_u64().unwrap(),
                    case["height"].as_u64().unwrap()
                ),
                "{name}"
            );
            let rgb = unpacked(case["rgb"].as_str().unwrap());
            let ours = photo
                .pixels
                .pixels()
                .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]);
            let off = ours
                .zip(&rgb)
                .map(|(ours, theirs)| ours.abs_diff(*theirs))
                .max()
                .unwrap();
            let tolerance = case["tolerance"].as_u64().unwrap_or(0);
            if u64::from(off) > tolerance {
                failures.push(format!(
                    "{name} {} {}: off by {off}",
                    case["frame"], case["tone"]
                ));
            }
            let notes: Vec<String> = photo
                .notes
                .iter()
                .map(|note| {
                    serde_json::to_value(note).unwrap()["kind"]
                        .as_str()
                        .unwrap()
                        .to_owned()
                })
                .collect();
            let wanted: Vec<String> = serde_json::from_value(case["notes"].clone()).unwrap();
            if notes != wanted {
                failures.push(format!("{name}: said {notes:?} instead of {wanted:?}"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(expected.len() >= 35);
}

#[test]
fn presets_are_those_of_the_file_in_its_order() {
    let mut film = film("explicit-12bit.dcm");
    let greys = film.develop(1, None).unwrap().greys.unwrap();
    let names: Vec<&str> = greys
        .presets
        .iter()
        .map(|preset| preset.name.as_str())
        .collect();
    assert_eq!(names, ["BONE", "WHOLE"]);
    assert_eq!(greys.tone, greys.presets[0].tone);
    assert_eq!(greys.whole, Window::between(0.0, 4095.0));
    let mut signed = self::film("signed.dcm");
    let greys = signed.develop(1, None).unwrap().greys.unwrap();
    assert_eq!(greys.unit, "HU");
    // Padding of -2000 is left out.
    assert!(
        greys.content.level(-1048.0) == 0 && greys.content.centre > 900.0,
        "{:?}",
        greys.content
    );
}

#[test]
fn whoever_asks_for_what_there_is_not_is_told_so() {
    let code = |result: softcam::Result<softcam_dicom::Developed>| result.unwrap_err().code();
    let mut frames = film("frames.dcm");
    assert_eq!(frames.about().frames, 3);
    assert_eq!(code(frames.develop(0, None)), "film-frame");
    assert_eq!(code(frames.develop(4, None)), "film-frame");
    assert_eq!(
        code(frames.develop(1, Some(Tone::Table { table: 0 }))),
        "film-table"
    );
    let window = Window {
        centre: 10.0,
        width: -1.0,
        curve: Curve::Linear,
    };
    assert_eq!(
        code(frames.develop(1, Some(Tone::Window(window)))),
        "window-empty"
    );
    let mut rgb = film("rgb.dcm");
    assert!(!rgb.about().grey);
    assert_eq!(
        code(rgb.develop(1, Some(Tone::Window(Window::between(0.0, 9.0))))),
        "window-not-used"
    );
    let photo = fs::read(folder("formats/rgb.png")).unwrap();
    assert_eq!(
        Film::open(photo, &Limits::default()).err().unwrap().code(),
        "window-not-used"
    );
}

#[test]
fn grey_pictures_of_16_bits_are_films_too() {
    let picture = fs::read(folder("formats/grey16.png")).unwrap();
    let mut film = Film::open(picture.clone(), &Limits::default()).unwrap();
    let developed = film.develop(1, None).unwrap();
    let plain = softcam::preprocess::decode(&picture, &Limits::default()).unwrap();
    assert_eq!(developed.photo.pixels, plain.pixels);
    let darker = film
        .develop(1, Some(Tone::Window(Window::between(0.0, 4.0 * 65_535.0))))
        .unwrap();
    let sum = |photo: &softcam::preprocess::Photo| {
        photo
            .pixels
            .pixels()
            .map(|pixel| u64::from(pixel[0]))
            .sum::<u64>()
    };
    assert!(sum(&darker.photo) < sum(&developed.photo) / 3);
}

#[test]
fn the_header_names_nobody_unless_it_is_asked_to() {
    let film = film("explicit-12bit.dcm");
    let value = |people: bool, name: &str| {
        let fields = film.header(people);
        fields
            .into_iter()
            .find(|field| field.name == name)
            .unwrap()
            .value
    };
    assert_eq!(value(false, "Rows").unwrap(), "16");
    assert_eq!(value(false, "Manufacturer").unwrap(), "Slopes");
    assert_eq!(value(false, "PatientName"), None);
    assert_eq!(value(false, "MediaStorageSOPInstanceUID"), None);
    assert_eq!(value(true, "PatientName").unwrap(), "Secret^Person");
    let unasked = serde_json::to_string(&film.header(false)).unwrap();
    assert!(
        !unasked.contains("Secret") && !unasked.contains("SECRET") && !unasked.contains("1950"),
        "{unasked}"
    );
    // Without kinds of values, too.
    let bare = self::film("bare-implicit.dcm");
    let fields = bare.header(false);
    assert!(
        fields
            .iter()
            .any(|field| field.name == "Rows" && field.value.as_deref() == Some("16"))
    );
    assert!(
        fields
            .iter()
            .any(|field| field.name == "PatientName" && field.value.is_none())
    );
}

#[test]
fn everything_that_cannot_be_read_is_refused_by_name() {
    let codes = [
        ("twelve-bit-jpeg.dcm", "film-kind"),
        ("jpeg-xl.dcm", "film-compressed"),
        ("mpeg.dcm", "film-compressed"),
        ("private.dcm", "film-compressed"),
        ("preamble-only.dcm", "film-without-picture"),
        ("cut-20.dcm", "film-cut-off"),
        ("cut-50.dcm", "film-cut-off"),
        ("cut-99.dcm", "film-cut-off"),
        ("no-rows.dcm", "film-lacks"),
        ("no-bits.dcm", "film-lacks"),
        ("no-photometric.dcm", "film-lacks"),
        ("no-pixels.dcm", "film-without-picture"),
        ("report.dcm", "film-without-picture"),
        ("empty-rows.dcm", "picture-without-pixels"),
        ("absurd-size.dcm", "picture-too-large"),
        ("absurd-frames.dcm", "film-cut-off"),
        ("frames-in-words.dcm", "film-damaged"),
        ("bits-contradict.dcm", "film-damaged"),
        ("bits-32.dcm", "film-kind"),
        ("bits-0.dcm", "film-damaged"),
        ("four-colours.dcm", "film-kind"),
        ("length-of-4-gigabytes.dcm", "film-cut-off"),
        ("nested-deeply.dcm", "film-kind"),
        ("nested-and-closed.dcm", "film-kind"),
        ("deflated-bomb.dcm", "picture-beyond-memory"),
        ("deflated-cut.dcm", "film-cut-off"),
    ];
    let mut failures = Vec::new();
    for (name, code) in codes {
        let bytes = fs::read(folder("bad/films").join(name)).unwrap();
        assert!(is_dicom(&bytes), "{name}");
        let result = Film::open(bytes, &SMALL).and_then(|mut film| film.develop(1, None).map(drop));
        match result {
            Ok(()) => failures.push(format!("{name} opened")),
            Err(error) => {
                assert_eq!(error.fault(), Fault::Image, "{name}");
                println!("{name}: {error} {}", error.advice());
                if error.code() != code {
                    failures.push(format!("{name}: {} instead of {code}", error.code()));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    // Damaged data of a lossless code cannot always be told from good data, but it must come to an end.
    let damaged = fs::read(folder("bad/films/jpegls-damaged.dcm")).unwrap();
    let _ = Film::open(damaged, &SMALL).and_then(|mut film| film.develop(1, None));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..Default::default() })]

    /// Whatever a file turned into on its way, the answer is a photo or an error.
    #[test]
    fn damaged_files_never_panic(
        which in any::<prop::sample::Index>(),
        cut in 0.0_f64..=1.5,
        flips in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
    ) {
        let names = ["signed.dcm", "enhanced.dcm", "fragments.dcm", "one-bit.dcm", "rle-rgb.dcm", "lossless-12bit.dcm", "jpegls.dcm", "jpegls-near.dcm",
            "jpeg2000-12bit.dcm", "baseline-ybr.dcm", "baseline-420-said-rgb.dcm", "lossless-coarse.dcm", "palette.dcm", "voi-table.dcm", "modality-table.dcm", "deflated.dcm", "bare-implicit.dcm", "ybr-422.dcm"];
        let mut data = bytes(names[which.index(names.len())]);
        data.truncate((data.len() as f64 * cut) as usize);
        for (index, value) in flips {
            if !data.is_empty() {
                let index = index.index(data.len());
                data[index] = value;
            }
        }
        if let Ok(mut film) = Film::open(data, &SMALL) {
            let _ = film.header(true);
            let frames = film.about().frames;
            let _ = film.develop(1, None);
            let _ = film.develop(frames, Some(Tone::Window(Window::between(-10.0, 90.0))));
        }
    }
}

/// Damage that looks random and is the same every time (SplitMix64; Steele et al., OOPSLA 2014).
struct Damage(u64);

impl Damage {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit.max(1) as u64) as usize
    }

    /// Changes a file in one of the ways in which files go wrong, at a place in its header more often than in its pixels.
    fn change(&mut self, data: &mut Vec<u8>) {
        let length = match self.below(3) {
            0 => data.len(),
            _ => data.len().min(1200),
        };
        let at = self.below(length);
        let end = (at + 1 + self.below(16)).min(data.len());
        match self.below(6) {
            0 if !data.is_empty() => data[at] ^= 1 << self.below(8),
            // Lengths and counts at their ends.
            1 => data[at..end].fill(0xFF),
            2 => data[at..end].fill(0),
            3 => drop(data.drain(at..end)),
            4 => {
                let again = data[at..end].to_vec();
                data.splice(at..at, again);
            }
            _ => data.truncate(data.len() - self.below(data.len() / 4)),
        }
    }
}

/// The fuzzer's target (tests/fuzz/targets/film.rs) without the fuzzer: every film there is, damaged a hundred times over.
#[test]
fn thousands_of_damaged_films_are_photos_or_refused() {
    const ROUNDS: u64 = 100;
    let mut names: Vec<PathBuf> = ["films", "bad/films"]
        .into_iter()
        .flat_map(|name| fs::read_dir(folder(name)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "dcm"))
        .collect();
    names.sort();
    assert!(names.len() >= 60);
    let (mut opened, mut refused) = (0, 0);
    for (file, path) in names.iter().enumerate() {
        let whole = fs::read(path).unwrap();
        for round in 0..ROUNDS {
            let mut damage = Damage(1000 * file as u64 + round);
            let mut data = whole.clone();
            for _ in 0..=damage.below(4) {
                damage.change(&mut data);
            }
            let outcome = std::panic::catch_unwind(|| {
                let mut film = Film::open(data, &SMALL)?;
                let _ = film.header(true);
                film.develop(1, None)?;
                film.develop(film.about().frames, None)
            });
            let outcome = outcome.unwrap_or_else(|_| panic!("{}, round {round}", path.display()));
            match outcome {
                Ok(developed) => {
                    let pixels = developed.photo.pixels.pixels();
                    assert!(pixels.len() > 0 && pixels.len() as u64 <= SMALL.pixels);
                    opened += 1;
                }
                Err(error) => {
                    let name = path.display();
                    assert_eq!(
                        error.fault(),
                        Fault::Image,
                        "{name}, round {round}: {error}"
                    );
                    refused += 1;
                }
            }
        }
    }
    // Damage that is always or never noticed would show nothing.
    assert!(
        opened > 500 && refused > 500,
        "{opened} opened, {refused} refused"
    );
}
