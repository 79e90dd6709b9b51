//! Every kind of picture that must open, and every kind of file that must be refused.
//!
//! tests/formats/make_formats.py made both; beside it, make_colours.py made those with other colours or more bits, make_tiff.py
//! the rarer kinds of TIFF, and make_odd.py those without an end or a part, with several pictures, and of Netpbm. What this cannot catch:
//! a decoder that allocates more than it should before it fails; the limits are checked from the outside only.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::{bytes, repository};
use proptest::prelude::*;
use softcam::Fault;
use softcam::preprocess::{Limits, Note, Photo, decode, decode_grey16};
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
        ("pages.tif", 0),
        ("palette-4bit.tif", 0),
        ("palette-turned.tif", 0),
        ("planes.tif", 0),
        ("rgb-float-to-255.tif", 0),
        ("jpeg.tif", 4),
        ("jpeg-ycbcr.tif", 4),
        ("webp.tif", 0),
        ("trailer.jpg", 4),
        ("trailer-restarts.jpg", 6),
        ("no-end.png", 0),
        ("animated.webp", 0),
        ("animated.png", 0),
        ("animated-apart.png", 0),
        ("rgb.ppm", 0),
        ("rgb16.ppm", 0),
        ("rgb.pam", 0),
        ("premultiplied.tif", 1),
        ("lowest-bit-first.tif", 0),
        ("tiles-in-planes.tif", 0),
        ("one-endless-strip.tif", 0),
    ];
    for (name, tolerance) in files {
        assert_close(name, quarters(name), [RED, GREEN, BLUE, WHITE], tolerance);
    }
}

/// The 64-bit hash of Fowler, Noll and Vo, as make_pixels.py computes it.
fn fnv1a(bytes: impl Iterator<Item = u8>) -> String {
    let digest = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |digest, byte| {
        (digest ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    format!("{digest:016x}")
}

#[test]
fn lossless_pictures_are_pillows_to_the_last_bit() {
    let expected: serde_json::Value =
        serde_json::from_slice(&bytes("tests/formats/pixels.json")).unwrap();
    let expected = expected.as_object().unwrap();
    assert!(expected.len() >= 25);
    let mut others = Vec::new();
    for (name, picture) in expected {
        let photo = opened(name);
        let size = photo.size();
        assert_eq!(
            [size.width, size.height].map(u64::from),
            ["width", "height"].map(|side| picture[side].as_u64().unwrap()),
            "{name}"
        );
        let pixels = photo.pixels.pixels();
        assert!(
            photo.pixels.pixels().all(|pixel| pixel.0[3] == 255),
            "{name}"
        );
        if fnv1a(pixels.flat_map(|pixel| pixel.0[..3].to_vec()))
            != picture["fnv1a"].as_str().unwrap()
        {
            others.push(name);
        }
    }
    assert!(others.is_empty(), "other pixels than Pillow's: {others:?}");
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
        ("grey-opacity.tif", 1),
        ("grey-and-other.tif", 1),
        // 16 levels.
        ("grey-4bit.tif", 9),
        ("trailer-grey.jpg", 4),
        ("grey.pgm", 1),
        ("grey-letters.pgm", 1),
        ("grey16.pgm", 1),
        ("grey-to-3000.pgm", 1),
        ("grey-premultiplied.tif", 1),
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
    // Light from grey 128 on.
    let bilevel = expected.map(|[grey, ..]| [if grey < 128 { 0 } else { 255 }; 3]);
    for name in ["fax4.tif", "fax4-lowest-bit-first.tif", "bilevel.pbm"] {
        assert_close(name, quarters(name), bilevel, 0);
    }
}

#[test]
fn rows_of_half_bytes_begin_with_a_whole_one() {
    let photo = opened("grey-4bit-odd.tif");
    assert_eq!((photo.size().width, photo.size().height), (47, 32));
    let even = opened("grey-4bit.tif").pixels;
    for (x, y, pixel) in photo.pixels.enumerate_pixels() {
        assert_eq!(pixel, even.get_pixel(x, y), "{x}, {y}");
    }
}

#[test]
fn of_several_pictures_it_is_said_which_one_was_taken() {
    let frame = |frames| [Note::Frame { frame: 1, frames }];
    let page = |pages| [Note::Page { page: 1, pages }];
    for (name, notes) in [
        ("animated.gif", frame(2)),
        ("animated.webp", frame(3)),
        ("animated.png", frame(3)),
        ("animated-apart.png", frame(3)),
        // A reduced copy comes first, and does not count.
        ("pages.tif", page(3)),
    ] {
        assert_eq!(opened(name).notes, notes, "{name}");
    }
    for name in [
        "thumbnail-first.tif",
        "rgb.tif",
        "palette.png",
        "lossy.webp",
    ] {
        assert_eq!(opened(name).notes, [], "{name}");
    }
    let file = bytes("tests/formats/pages-grey16.tif");
    let grey = decode_grey16(&file, &Limits::default()).unwrap().unwrap();
    assert_eq!((grey.bits, &grey.notes[..]), (12, &page(2)[..]));
}

fn opened(name: &str) -> Photo {
    decode(&bytes(&format!("tests/formats/{name}")), &Limits::default())
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn of_sixteen_bits_those_in_use_are_shown() {
    let eight = opened("grey.png");
    for (name, bits) in [
        ("grey-10in16.png", 10),
        ("grey-12in16.png", 12),
        ("grey-14in16.png", 14),
        ("grey-12in16.tif", 12),
        ("grey-12in16.pgm", 12),
    ] {
        let photo = opened(name);
        assert_eq!(photo.pixels, eight.pixels, "{name}");
        assert_eq!(photo.notes, [Note::Bits { bits }], "{name}");
    }
    // What fills all 16 bits keeps the values that it always had.
    for name in [
        "grey16.png",
        "grey16.tif",
        "grey16.pgm",
        "grey-scaled-sbit.png",
    ] {
        let photo = opened(name);
        assert_eq!(photo.pixels, eight.pixels, "{name}");
        assert_eq!(photo.notes, [], "{name}");
    }
}

#[test]
fn a_dark_film_stays_dark_where_its_file_says_how_many_bits_it_has() {
    let photo = opened("grey-12in16-sbit.png");
    assert_eq!(photo.notes, [Note::Bits { bits: 12 }]);
    let grey = decode_grey16(
        &bytes("tests/formats/grey-12in16-sbit.png"),
        &Limits::default(),
    )
    .unwrap()
    .unwrap();
    assert_eq!((grey.bits, grey.values.iter().max()), (12, Some(&1000)));
    for (pixel, value) in photo.pixels.pixels().zip(&grey.values) {
        let expected = (f64::from(*value) / 4095.0 * 255.0).round() as u8;
        assert_eq!(pixel.0, [expected, expected, expected, 255]);
    }
    let coloured = decode_grey16(&bytes("tests/formats/rgb16.png"), &Limits::default()).unwrap();
    assert_eq!(coloured, None);
}

/// Against Little CMS: lossless files within a level, lossy ones within what two decoders differ by, which a conversion to
/// fewer colours makes more of.
#[test]
fn colours_of_other_profiles_become_those_of_srgb() {
    let expected: serde_json::Value =
        serde_json::from_slice(&bytes("tests/formats/colours.json")).unwrap();
    let expected = expected.as_object().unwrap();
    assert!(expected.len() >= 9);
    let plain = opened("plain.png");
    for (name, values) in expected {
        let photo = opened(name);
        let theirs = unpacked(values.as_str().unwrap());
        let ours = photo
            .pixels
            .pixels()
            .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]);
        let off = ours
            .zip(&theirs)
            .map(|(ours, theirs)| ours.abs_diff(*theirs))
            .max()
            .unwrap();
        let tolerance = if name.ends_with(".jpg") { 8 } else { 1 };
        assert!(off <= tolerance, "{name}: off by {off}");
        assert_ne!(photo.pixels, plain.pixels, "{name}");
        assert!(
            matches!(photo.notes[..], [Note::Profile { .. } | Note::Gamma]),
            "{name}: {:?}",
            photo.notes
        );
    }
    let named = Note::Profile {
        name: "Display P3".to_owned(),
    };
    assert_eq!(opened("p3.webp").notes, [named]);
}

#[test]
fn what_is_srgb_already_keeps_every_pixel() {
    let plain = opened("plain.png");
    for name in [
        "srgb-by-numbers.png",
        "srgb-of-lcms.png",
        "gamma-of-srgb.png",
        "srgb-and-gamma.png",
    ] {
        let photo = opened(name);
        assert_eq!(photo.pixels, plain.pixels, "{name}");
        assert_eq!(photo.notes, [], "{name}");
    }
}

#[test]
fn profiles_that_are_of_no_use_are_left_aside_and_said() {
    let plain = opened("plain.png");
    let grey = "Grey of gamma 1.8".to_owned();
    let p3 = "Display P3".to_owned();
    for (name, note) in [
        ("profile-broken.png", Note::ProfileDamaged),
        ("profile-of-grey.png", Note::ProfileForeign { name: grey }),
        ("profile-of-tables.png", Note::ProfileTable { name: p3 }),
    ] {
        let photo = opened(name);
        assert_eq!(photo.pixels, plain.pixels, "{name}");
        assert_eq!(photo.notes, [note], "{name}");
    }
}

/// Three bytes for four letters (RFC 4648).
fn unpacked(text: &str) -> Vec<u8> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |letter: u8| {
        LETTERS
            .iter()
            .position(|&l| l == letter)
            .map(|at| at as u32)
    };
    let digits: Vec<u32> = text.bytes().filter_map(digit).collect();
    let mut bytes = Vec::new();
    for four in digits.chunks(4) {
        let number =
            four.iter().fold(0, |number, digit| number << 6 | digit) << (6 * (4 - four.len()));
        bytes.extend(&number.to_be_bytes()[1..four.len()]);
    }
    bytes
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
    for extension in ["bmp", "gif", "jpg", "pgm", "png", "tif", "webp"] {
        let text = refused(&format!("truncated.{extension}"));
        assert!(text.contains("ends too early"), "{extension}: {text}");
    }
    for name in [
        "signature-only.png",
        "no-end.jpg",
        "zeros-for-end.jpg",
        "cut-filled-with-zeros.jpg",
        "cut-with-trailer.jpg",
        "progressive-with-trailer.jpg",
        "cut-between-chunks.png",
        "truncated-letters.pgm",
    ] {
        let text = refused(name);
        assert!(text.contains("ends too early"), "{name}: {text}");
    }
    for (name, what) in [
        ("zstd.tif", "compressed by Zstandard"),
        ("jpeg2000.tif", "compressed by JPEG 2000"),
        ("lab.tif", "CIE L*a*b*"),
        (
            "float-without-numbers.tif",
            "none of its values is a number",
        ),
        (
            "rgb-float-without-numbers.tif",
            "none of its values is a number",
        ),
        ("colours-finer.jpg", "finer than its brightness"),
        ("colours-in-thirds.jpg", "nor a half or a quarter"),
        ("colours-apart.jpg", "follow one another"),
        ("two-values.jpg", "two values per pixel"),
        ("arithmetic.jpg", "arithmetic"),
        ("height-at-end.jpg", "behind its pixels"),
        ("height-doubled.jpg", "some of its data are missing"),
        ("lost-middle.jpg", "some of its data are missing"),
        ("of-a-telephone.png", "Apple"),
        ("checksum.png", "a checksum does not fit"),
        ("header-twice.png", "Chunk IHDR must appear"),
        ("start-not-said.bmp", "where its pixels begin"),
        ("run-beyond-row.bmp", "beyond its row"),
    ] {
        let text = refused(name);
        assert!(text.contains(what), "{name}: {text}");
    }
    let large = refused("claims-2-billion.bmp");
    assert!(large.contains("too large"), "{large}");
    for jargon in ["soft limit", "buffer", "Format error"] {
        assert!(!large.contains(jargon), "{large}");
    }
}

/// Beginnings of files that people take for pictures.
#[test]
fn what_is_no_picture_is_called_by_its_name() {
    let refused = |bytes: &[u8]| decode(bytes, &Limits::default()).unwrap_err();
    let brands = |brands: &[u8]| {
        [
            &(brands.len() as u32 + 8).to_be_bytes(),
            &b"ftyp"[..],
            brands,
        ]
        .concat()
    };
    let nifti = [&348_i32.to_le_bytes()[..], &[0; 344]].concat();
    for (bytes, name) in [
        (&b"\0\0\0\x0cjP  \r\n\x87\n"[..], "JPEG 2000"),
        (b"\xff\x4f\xff\x51\0\x29", "JPEG 2000"),
        (b"\xff\x0a\xfa\x1f", "JPEG XL"),
        (b"\x93NUMPY\x01\0", "NumPy"),
        (b"\0\0\x01\0\x01\0", "ICO"),
        (b"II\xbc\x01\x20\0", "JPEG XR"),
        (b"\xff\xd8\xff\xf7\0\x0b\x08", "JPEG-LS"),
        (b"\xff\xd8\xff\xc3\0\x0b\x10", "lossless JPEG"),
        (b"\xff\xd8\xff\xc1\0\x0b\x0c", "12-bit JPEG"),
        (&nifti, "NIfTI"),
        (&brands(b"crx \0\0\0\x01crx isom"), "Canon CR3"),
    ] {
        let error = refused(bytes);
        assert_eq!(
            (error.code(), error.values()["format"].as_str()),
            ("picture-format", name)
        );
    }
    for (bytes, code) in [
        (brands(b"mif1\0\0\0\0mif1avif"), "picture-avif"),
        (brands(b"msf1\0\0\0\0hevc"), "picture-heic"),
        (brands(b"isom\0\0\x02\0"), "picture-video"),
        (b"<!DOCTYPE html><html><head>".to_vec(), "picture-page"),
        (
            b"version https://git-lfs.github.com/spec/v1\n".to_vec(),
            "picture-pointer",
        ),
    ] {
        assert_eq!(refused(&bytes).code(), code);
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
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..Default::default() })]

    /// Whatever a file turned into on its way, the answer is a photo or an error.
    #[test]
    fn damaged_files_never_panic(
        which in 0_usize..22,
        cut in 0.0_f64..=1.0,
        flips in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
    ) {
        let name = [
            "rgb.png", "progressive.jpg", "animated.gif", "lossy.webp", "rgb.bmp", "grey16.tif", "p3.png", "p3.jpg", "gamma.png",
            "trailer-restarts.jpg", "no-end.png", "animated.webp", "animated.png", "pages.tif", "palette-4bit.tif", "jpeg-ycbcr.tif",
            "grey16.pgm", "rgb.pam", "tiles-in-planes.tif", "fax4-lowest-bit-first.tif", "premultiplied.tif", "one-endless-strip.tif",
        ][which];
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
