//! Drawing a map over a view of the photo.

use super::axis::{Axis, Interpolation};
use super::colour::{Inks, Tint};
use super::contours;
use super::upsample::Taps;
use crate::error::{Result, error};
use crate::preprocess::{Placement, Rect, Size, check_size};

/// How a map is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    /// The scale ends at ±limit, in logit units.
    pub limit: f32,
    /// Between cell centres.
    pub interpolation: Interpolation,
    /// Lines at ±1/4, ±1/2 and ±3/4 of the limit, solid for and dashed against.
    pub contours: bool,
    /// From values to colours.
    pub tint: Tint,
}

/// Veil over what the network did not see.
const UNSEEN: [u8; 4] = [32, 32, 32, 150];

/// RGBA pixels for the part `part` of the photo (in its pixels; it may reach beyond) at `size` pixels: transparent where
/// the evidence is zero, veiled outside of what the network saw.
///
/// `map` is row-major with `rows` x `columns` values in logit units. Values between cell centres are computed at every
/// pixel, whatever the size; without interpolation cells end at the edges of pixels.
///
/// # Errors
///
/// Where the map has another number of values, or part or size are empty or absurdly large.
pub fn render(
    map: &[f32],
    (rows, columns): (usize, usize),
    placement: &Placement,
    part: Rect,
    size: Size,
    style: Style,
) -> Result<Vec<u8>> {
    check_size(size)?;
    check(map, (rows, columns), placement, &part)?;
    let region = placement.region;
    let axis = |pixels: u32, cells, part, region| Axis {
        pixels: pixels as usize,
        cells,
        part,
        region,
        interpolation: style.interpolation,
    };
    let horizontal = axis(
        size.width,
        columns,
        (part.x, part.width),
        (region.x, region.width),
    );
    let vertical = axis(
        size.height,
        rows,
        (part.y, part.height),
        (region.y, region.height),
    );
    let mut pixels = fill(map, &horizontal, &vertical, &style);
    if style.contours {
        let (limit, interpolation) = (style.limit, style.interpolation);
        contours::draw(
            &mut pixels,
            map,
            &horizontal,
            &vertical,
            limit,
            interpolation,
        );
    }
    Ok(pixels)
}

/// The colours alone.
fn fill(map: &[f32], horizontal: &Axis, vertical: &Axis, style: &Style) -> Vec<u8> {
    let (width, columns) = (horizontal.pixels, horizontal.cells);
    let mut pixels = UNSEEN.repeat(width * vertical.pixels);
    let (across, taps) = horizontal.seen();
    let (down, rows) = vertical.seen();
    let seen = across.len();
    if seen == 0 {
        return pixels;
    }
    // Separable: first each map row at every pixel column, then each pixel row from those.
    let stretched: Vec<f32> = (map.chunks_exact(columns))
        .flat_map(|row| taps.iter().map(|taps| taps.sample(|cell| row[cell])))
        .collect();
    let inks = Inks::new(style.tint, style.limit);
    let mut values = vec![0.0_f32; seen];
    let mut before: Option<(usize, Taps)> = None;
    for (y, taps) in down.zip(rows) {
        let start = y * width + across.start;
        // The rows of one cell are all the same.
        if let Some((above, known)) = before
            && known == taps
        {
            pixels.copy_within(4 * above..4 * (above + seen), 4 * start);
            continue;
        }
        let lines = taps.cells.map(|row| &stretched[row * seen..][..seen]);
        let [a, b, c, d] = taps.weights;
        for (x, value) in values.iter_mut().enumerate() {
            *value = a * lines[0][x] + b * lines[1][x] + c * lines[2][x] + d * lines[3][x];
        }
        let row = pixels[4 * start..][..4 * seen].as_chunks_mut::<4>().0;
        for (pixel, &value) in row.iter_mut().zip(&values) {
            *pixel = inks.colour(value);
        }
        before = Some((start, taps));
    }
    pixels
}

/// Refuses what cannot be drawn.
fn check(
    map: &[f32],
    (rows, columns): (usize, usize),
    placement: &Placement,
    part: &Rect,
) -> Result<()> {
    if map.is_empty() || rows.checked_mul(columns) != Some(map.len()) {
        return Err(error!(MAP_NOT_DRAWN, values = map.len(), rows, columns));
    }
    for (what, rect) in [("part", part), ("region", &placement.region)] {
        let Rect {
            x,
            y,
            width,
            height,
        } = *rect;
        let finite = [x, y, width, height].iter().all(|value| value.is_finite());
        if !finite || width <= 0.0 || height <= 0.0 {
            return Err(error!(PLACE_NOT_DRAWN, what, rect = format!("{rect:?}")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::colour::Tint;
    use super::super::palette::Palette;
    use super::*;
    use proptest::prelude::*;

    const PHOTO: Size = Size {
        width: 400,
        height: 200,
    };
    const VIEW: Size = Size {
        width: 40,
        height: 20,
    };
    const TINT: Tint = Tint {
        fade: true,
        palette: Palette::Dark,
    };

    fn placement() -> Placement {
        Placement {
            photo: PHOTO,
            input: 64,
            region: Rect {
                x: 100.0,
                y: 0.0,
                width: 200.0,
                height: 200.0,
            },
        }
    }

    fn style(interpolation: Interpolation, contours: bool) -> Style {
        Style {
            limit: 4.0,
            interpolation,
            contours,
            tint: TINT,
        }
    }

    fn draw(
        map: &[f32],
        shape: (usize, usize),
        part: Rect,
        size: Size,
        style: Style,
    ) -> Vec<[u8; 4]> {
        let pixels = render(map, shape, &placement(), part, size, style).unwrap();
        let pixels = pixels.as_chunks::<4>().0.to_vec();
        assert_eq!(pixels.len(), (size.width * size.height) as usize);
        pixels
    }

    #[test]
    fn cells_land_where_the_placement_says() {
        let map = [4.0, -4.0, 0.0, 2.0];
        let plain = style(Interpolation::Cells, false);
        let pixels = draw(&map, (2, 2), PHOTO.whole(), VIEW, plain);
        let pixel = |x: usize, y: usize| pixels[40 * y + x];
        assert_eq!(pixel(5, 5), UNSEEN, "left of the square");
        assert_eq!(pixel(35, 5), UNSEEN, "right of the square");
        assert_eq!(pixel(12, 5), TINT.colour(4.0, 4.0));
        assert_eq!(pixel(27, 5), TINT.colour(-4.0, 4.0));
        assert_eq!(pixel(12, 15), TINT.colour(0.0, 4.0));
        assert_eq!(pixel(27, 15), TINT.colour(2.0, 4.0));
    }

    #[test]
    fn contours_separate_levels_and_leave_a_flat_map_alone() {
        let size = Size {
            width: 200,
            height: 200,
        };
        let part = placement().region;
        for interpolation in [Interpolation::Cells, Interpolation::Smooth] {
            let lines = |map: &[f32]| {
                let shape = (1, map.len());
                let with = draw(map, shape, part, size, style(interpolation, true));
                let without = draw(map, shape, part, size, style(interpolation, false));
                with.iter().zip(&without).filter(|(a, b)| a != b).count()
            };
            assert_eq!(lines(&[1.5, 1.5]), 0);
            assert_eq!(lines(&[0.3, -0.3]), 0, "no line at zero");
            assert_eq!(lines(&[4.0, 5.0]), 0, "no levels beyond the limit");
            assert_eq!(lines(&[f32::NAN, f32::NAN]), 0);
            let (solid, dashed) = (lines(&[0.0, 1.5]), lines(&[0.0, -1.5]));
            assert!(
                (400..1200).contains(&solid),
                "one line down: {solid} pixels"
            );
            let share = dashed as f64 / solid as f64;
            assert!(
                (0.55..0.95).contains(&share),
                "dashes with their halos: {share}"
            );
        }
    }

    #[test]
    fn what_cannot_be_drawn_is_refused() {
        let map = [0.0; 4];
        let whole = PHOTO.whole();
        let attempt = |map: &[f32], shape, placement: Placement, part, size| {
            let style = style(Interpolation::Smooth, true);
            let error = render(map, shape, &placement, part, size, style).unwrap_err();
            assert_eq!(error.fault(), crate::Fault::Request);
        };
        for shape in [(2, 3), (0, 4), (usize::MAX, 2), (4, 0)] {
            attempt(&map, shape, placement(), whole, VIEW);
        }
        attempt(&[], (0, 0), placement(), whole, VIEW);
        for part in [
            Rect {
                width: 0.0,
                ..whole
            },
            Rect {
                height: -1.0,
                ..whole
            },
            Rect {
                x: f64::NAN,
                ..whole
            },
            Rect {
                width: f64::INFINITY,
                ..whole
            },
        ] {
            attempt(&map, (2, 2), placement(), part, VIEW);
            let elsewhere = Placement {
                region: part,
                ..placement()
            };
            attempt(&map, (2, 2), elsewhere, whole, VIEW);
        }
        for (width, height) in [(0, 5), (5, 0), (u32::MAX, u32::MAX)] {
            attempt(&map, (2, 2), placement(), whole, Size { width, height });
        }
    }

    proptest! {
        /// A part is drawn as the same part of the whole, lines apart.
        #[test]
        fn a_part_is_a_part_of_the_whole(
            values in proptest::collection::vec(-5.0_f32..5.0, 12),
            (x, y, w, h) in (0_u32..30, 0_u32..15, 1_u32..10, 1_u32..5),
            smooth in any::<bool>(),
        ) {
            let interpolation = if smooth { Interpolation::Smooth } else { Interpolation::Cells };
            let style = style(interpolation, false);
            let whole = draw(&values, (3, 4), PHOTO.whole(), VIEW, style);
            let part = Rect {
                x: f64::from(10 * x),
                y: f64::from(10 * y),
                width: f64::from(10 * w),
                height: f64::from(10 * h),
            };
            let got = draw(&values, (3, 4), part, Size { width: w, height: h }, style);
            for (index, pixel) in got.iter().enumerate() {
                let (column, row) = (index as u32 % w + x, index as u32 / w + y);
                let expected = whole[(40 * row + column) as usize];
                // Sums of fractions differ in their last bits, which may be a step of opacity.
                prop_assert_eq!(pixel[..3].to_vec(), expected[..3].to_vec());
                prop_assert!(pixel[3].abs_diff(expected[3]) <= 1);
            }
        }

        /// Whatever is asked for, nothing panics.
        #[test]
        fn anything_is_drawn_or_refused(
            values in proptest::collection::vec(prop_oneof![8 => -5.0_f32..5.0, 1 => Just(f32::NAN), 1 => Just(f32::INFINITY)], 12),
            part in (-1e4_f64..1e4, -1e4_f64..1e4, 1e-6_f64..1e5, 1e-6_f64..1e5),
            limit in prop_oneof![Just(0.0_f32), Just(f32::NAN), Just(1e-40), 0.1_f32..100.0],
            smooth in any::<bool>(),
        ) {
            let interpolation = if smooth { Interpolation::Smooth } else { Interpolation::Cells };
            let style = Style { limit, ..style(interpolation, true) };
            let part = Rect { x: part.0, y: part.1, width: part.2, height: part.3 };
            let pixels = render(&values, (4, 3), &placement(), part, VIEW, style).unwrap();
            prop_assert_eq!(pixels.len(), 4 * 40 * 20);
        }
    }

    /// Run by hand: `cargo test --release -p softcam how_long -- --ignored --nocapture`.
    #[test]
    #[ignore = "a measurement"]
    fn how_long_an_overlay_takes() {
        let map: Vec<f32> = (0..49)
            .map(|cell| 4.0 * (cell as f32 * 1.7).sin())
            .collect();
        let size = Size {
            width: 1280,
            height: 960,
        };
        for interpolation in [Interpolation::Smooth, Interpolation::Cells] {
            for contours in [false, true] {
                let style = style(interpolation, contours);
                let part = placement().region;
                let best = (0..20)
                    .map(|_| {
                        let start = std::time::Instant::now();
                        draw(&map, (7, 7), part, size, style);
                        start.elapsed()
                    })
                    .min();
                println!("{interpolation:?}, contours {contours}: {best:?}");
            }
        }
    }
}
