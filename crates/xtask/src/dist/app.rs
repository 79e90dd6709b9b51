//! What makes the page an app that can be installed: its description and its icons.

use super::site::Site;
use anyhow::Context;
use serde_json::json;

/// The description's name.
pub const MANIFEST: &str = "app.webmanifest";

/// A square of web/icon.svg on its grid of sixteen units: left, top, colour, opacity.
type Square = (f64, f64, [u8; 3], f64);

const PAPER: [u8; 3] = [0xf4, 0xf1, 0xea];
const FOR: [u8; 3] = [0xb0, 0x3e, 0x00];
const AGAINST: [u8; 3] = [0x1e, 0x5e, 0xb2];
const SQUARES: [Square; 4] = [
    (3.0, 3.0, FOR, 1.0),
    (8.0, 3.0, FOR, 0.45),
    (3.0, 8.0, FOR, 0.2),
    (8.0, 8.0, AGAINST, 0.8),
];
const UNITS: f64 = 16.0;
const SIDE: f64 = 5.0;
/// Of the sheet's corners.
const RADIUS: f64 = 3.0;
/// Points per pixel and axis, so that corners are smooth.
const SAMPLES: u32 = 4;

/// Adds description and icons, and the links to them.
pub fn add(site: &mut Site) -> anyhow::Result<()> {
    site.add("icons/icon-192.png", icon(192, true)?);
    site.add("icons/icon-512.png", icon(512, true)?);
    site.add("icons/icon-512-whole.png", icon(512, false)?);
    let png = |file: &str, side: u32, purpose: &str| json!({ "src": file, "sizes": format!("{side}x{side}"), "type": "image/png", "purpose": purpose });
    let manifest = json!({
        "name": "SoftCAM: the explanation is the decision",
        "short_name": "SoftCAM",
        "description": "Drop a photo and see which parts of it speak for and against a network's decision. Everything runs on your machine.",
        "id": "./",
        "start_url": "./",
        "scope": "./",
        "display": "standalone",
        "background_color": "#f4f1ea",
        "theme_color": "#f4f1ea",
        "icons": [
            png("icons/icon-192.png", 192, "any"),
            png("icons/icon-512.png", 512, "any"),
            png("icons/icon-512-whole.png", 512, "maskable"),
        ],
    });
    site.add(MANIFEST, manifest.to_string().into_bytes());
    let links = format!(
        "    <link rel=\"manifest\" href=\"{MANIFEST}\">\n    <link rel=\"apple-touch-icon\" href=\"icons/icon-192.png\">\n</head>"
    );
    site.replace("index.html", &[("</head>", &links)])
}

/// The icon as a PNG; `rounded` leaves its corners empty, else the sheet fills it, and the squares shrink to what every mask
/// leaves.
fn icon(side: u32, rounded: bool) -> anyhow::Result<Vec<u8>> {
    let mut pixels = Vec::with_capacity((side * side * 4) as usize);
    for y in 0..side {
        for x in 0..side {
            pixels.extend(pixel(x, y, side, rounded));
        }
    }
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, side, side);
    encoder.set_color(png::ColorType::Rgba);
    let mut writer = encoder.write_header().context("cannot draw the icon")?;
    writer.write_image_data(&pixels)?;
    writer.finish()?;
    Ok(file)
}

/// RGBA of a pixel: the mean of the points in it.
fn pixel(x: u32, y: u32, side: u32, rounded: bool) -> [u8; 4] {
    let mut sum = [0.0; 4];
    for point in 0..SAMPLES * SAMPLES {
        let at = |pixel: u32, part: u32| {
            let inside = (f64::from(part) + 0.5) / f64::from(SAMPLES);
            (f64::from(pixel) + inside) * UNITS / f64::from(side)
        };
        let (x, y) = (at(x, point % SAMPLES), at(y, point / SAMPLES));
        if rounded && !in_sheet(x, y) {
            continue;
        }
        // A mask may take all but a circle of 80 %: 0.8 of the size leaves the squares inside it.
        let scale = if rounded { 1.0 } else { 0.8 };
        let unit = |value: f64| (value - UNITS / 2.0) / scale + UNITS / 2.0;
        for (channel, value) in sum.iter_mut().zip(colour(unit(x), unit(y))) {
            *channel += value;
        }
    }
    let count = f64::from(SAMPLES * SAMPLES);
    let covered = sum[3].max(1.0);
    let [red, green, blue] = [sum[0], sum[1], sum[2]].map(|value| (value / covered).round() as u8);
    [red, green, blue, (255.0 * sum[3] / count).round() as u8]
}

fn colour(x: f64, y: f64) -> [f64; 4] {
    let paper = PAPER.map(f64::from);
    let inside = |(left, top, ..): &&Square| {
        (*left..left + SIDE).contains(&x) && (*top..top + SIDE).contains(&y)
    };
    let [red, green, blue] = match SQUARES.iter().find(inside) {
        Some((_, _, colour, opacity)) => [0, 1, 2].map(|i| {
            let value: f64 = f64::from(colour[i]);
            opacity * value + (1.0 - opacity) * paper[i]
        }),
        None => paper,
    };
    [red, green, blue, 1.0]
}

/// Whether a point lies on the sheet with its round corners.
fn in_sheet(x: f64, y: f64) -> bool {
    let over = |value: f64| (RADIUS - value).max(value - (UNITS - RADIUS)).max(0.0);
    over(x).hypot(over(y)) <= RADIUS
}

#[cfg(test)]
mod tests {
    use super::{SQUARES, icon, pixel};
    use crate::root::root;

    #[test]
    fn the_icon_is_that_of_the_tab() {
        let svg = std::fs::read_to_string(root().join("web/icon.svg")).unwrap();
        for (x, y, [red, green, blue], _) in SQUARES {
            assert!(svg.contains(&format!("M{x} {y}h5v5H{x}z")), "{x} {y}");
            assert!(svg.contains(&format!("#{red:02x}{green:02x}{blue:02x}")));
        }
        assert!(svg.contains("#f4f1ea"));
        assert_eq!(pixel(5 * 12, 5 * 12, 192, true), [0xb0, 0x3e, 0, 255]);
        assert_eq!(pixel(0, 0, 192, true)[3], 0);
        assert_eq!(pixel(0, 0, 192, false), [0xf4, 0xf1, 0xea, 255]);
        assert!(icon(16, true).unwrap().starts_with(b"\x89PNG"));
    }
}
