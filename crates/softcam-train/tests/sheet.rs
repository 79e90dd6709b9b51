//! A sheet of augmented pictures to look at:
//! `SOFTCAM_SHEET=fundus2:a.jpg,b.jpg cargo test -p softcam-train --test sheet -- --ignored` leaves target/sheet-fundus2.png.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use image::imageops::{FilterType, replace};
use image::{RgbImage, imageops};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use softcam_train::augment::Augment;

/// Columns per picture, the first of which is the picture itself.
const COLUMNS: u32 = 6;
const ROWS_EACH: u32 = 2;

#[test]
#[ignore = "leaves a picture to look at; checks nothing"]
fn sheet() {
    let wanted = std::env::var("SOFTCAM_SHEET").unwrap();
    let size: u32 = std::env::var("SOFTCAM_SHEET_SIZE").map_or(320, |size| size.parse().unwrap());
    let (preset, files) = wanted.split_once(':').unwrap();
    let augment = Augment::named(preset).unwrap();
    let files: Vec<&str> = files.split(',').collect();
    let mut sheet = RgbImage::new(COLUMNS * size, files.len() as u32 * ROWS_EACH * size);
    for (number, file) in files.iter().enumerate() {
        let picture = image::open(file).unwrap().into_rgb8();
        let side = picture.width().min(picture.height());
        let (left, top) = ((picture.width() - side) / 2, (picture.height() - side) / 2);
        let square = imageops::crop_imm(&picture, left, top, side, side).to_image();
        let square = imageops::resize(&square, size, size, FilterType::Triangle);
        for place in 0..COLUMNS * ROWS_EACH {
            let mut rng = ChaCha8Rng::seed_from_u64(u64::from(place));
            let changed = if place == 0 {
                square.clone()
            } else {
                let side = size as usize;
                let pixels = augment.apply(&square, side, side, &mut rng).unwrap();
                RgbImage::from_raw(size, size, pixels).unwrap()
            };
            let row = number as u32 * ROWS_EACH + place / COLUMNS;
            let (x, y) = (place % COLUMNS * size, row * size);
            replace(&mut sheet, &changed, x.into(), y.into());
        }
    }
    let target = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target");
    sheet.save(format!("{target}/sheet-{preset}.png")).unwrap();
}
