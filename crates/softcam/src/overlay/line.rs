//! Drawing lines over an overlay: dark with a light halo, so that they show on black and on white.

use super::trace::Point;

/// Half the width of the dark line, in pixels.
const CORE: f32 = 0.75;
/// Half the width of line and halo.
const HALO: f32 = 1.9;
/// How far from the line the last pixel is touched.
const REACH: f32 = HALO + 0.5;
const DARK: ([f32; 3], f32) = ([14.0; 3], 0.9);
const LIGHT: ([f32; 3], f32) = ([255.0; 3], 0.6);
/// Lengths of a dash and of the gap after it, in pixels.
const DASH: f32 = 6.0;
const GAP: f32 = 6.0;
/// A closed line shorter than this is a speck.
const SPECK: f32 = 8.0;

/// How much of every pixel is covered by lines. Lines that meet or touch cover a pixel once.
pub(super) struct Canvas {
    width: usize,
    height: usize,
    /// By the dark line and by the halo, 0 to 1.
    cover: Vec<[f32; 2]>,
}

impl Canvas {
    pub(super) fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            cover: vec![[0.0; 2]; width * height],
        }
    }

    /// Draws a line through `points`, in pixels; a dashed one by its length along the way.
    pub(super) fn line(&mut self, points: &[Point], dashed: bool) {
        let steps = || points.windows(2).map(|pair| (pair[0], pair[1]));
        let length: f32 = steps().map(|(a, b)| distance(a, b)).sum();
        if length < SPECK && points.first() == points.last() {
            return;
        }
        let mut along = 0.0;
        for (from, to) in steps() {
            let step = distance(from, to);
            if dashed {
                self.dashes(from, to, step, along);
            } else {
                self.segment(from, to);
            }
            along += step;
        }
    }

    /// The dashes' parts of a segment that begins `along` the line.
    fn dashes(&mut self, from: Point, to: Point, step: f32, along: f32) {
        let at = |length: f32| {
            let share = (length / step).clamp(0.0, 1.0);
            [0, 1].map(|axis| from[axis] + share * (to[axis] - from[axis]))
        };
        let period = DASH + GAP;
        let mut start = (along / period).floor() * period - along;
        while start < step {
            let end = start + DASH;
            if end > 0.0 {
                self.segment(at(start), at(end));
            }
            start += period;
        }
    }

    fn segment(&mut self, from: Point, to: Point) {
        let Some(columns) = touched(from[0], to[0], self.width) else {
            return;
        };
        let Some(rows) = touched(from[1], to[1], self.height) else {
            return;
        };
        let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
        let squared = dx * dx + dy * dy;
        let inverse = if squared > 0.0 { 1.0 / squared } else { 0.0 };
        for row in rows {
            let py = row as f32 + 0.5 - from[1];
            let line = &mut self.cover[row * self.width..][columns.clone()];
            for (column, cover) in columns.clone().zip(line) {
                let px = column as f32 + 0.5 - from[0];
                let share = ((px * dx + py * dy) * inverse).clamp(0.0, 1.0);
                let (x, y) = (px - share * dx, py - share * dy);
                let near = x * x + y * y;
                if near < REACH * REACH {
                    let away = near.sqrt();
                    cover[0] = cover[0].max((CORE + 0.5 - away).min(1.0));
                    cover[1] = cover[1].max((HALO + 0.5 - away).min(1.0));
                }
            }
        }
    }

    /// Lays the lines over RGBA pixels.
    pub(super) fn lay_over(&self, pixels: &mut [u8]) {
        for (pixel, &[core, halo]) in pixels.as_chunks_mut::<4>().0.iter_mut().zip(&self.cover) {
            if halo > 0.0 {
                lay(pixel, LIGHT, halo);
                lay(pixel, DARK, core);
            }
        }
    }
}

/// Lays `cover` of a colour over a pixel.
fn lay(pixel: &mut [u8; 4], (colour, opacity): ([f32; 3], f32), cover: f32) {
    let over = opacity * cover;
    let under = f32::from(pixel[3]) / 255.0 * (1.0 - over);
    let alpha = over + under;
    if alpha <= 0.0 {
        return;
    }
    for (channel, ink) in pixel[..3].iter_mut().zip(colour) {
        *channel = ((ink * over + f32::from(*channel) * under) / alpha).round() as u8;
    }
    pixel[3] = (255.0 * alpha).round() as u8;
}

fn distance(a: Point, b: Point) -> f32 {
    (b[0] - a[0]).hypot(b[1] - a[1])
}

/// The pixels along one axis that a segment may touch, where there are any.
fn touched(from: f32, to: f32, pixels: usize) -> Option<std::ops::Range<usize>> {
    let (first, last) = (from.min(to) - REACH, from.max(to) + REACH);
    // Comparisons are false for what is not a number.
    let inside = last > 0.0 && first < pixels as f32;
    inside.then(|| first.max(0.0) as usize..(last.ceil() as usize).min(pixels))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(points: &[Point], dashed: bool, under: [u8; 4]) -> impl Fn(usize, usize) -> [u8; 4] {
        let mut canvas = Canvas::new(60, 20);
        canvas.line(points, dashed);
        let mut pixels = under.repeat(60 * 20);
        canvas.lay_over(&mut pixels);
        move |x, y| pixels.as_chunks::<4>().0[60 * y + x]
    }

    #[test]
    fn a_line_is_dark_with_a_light_halo_and_nothing_else() {
        for under in [[0, 0, 0, 255], [255, 255, 255, 255], [90, 0, 0, 0]] {
            let pixel = drawn(&[[-5.0, 10.5], [70.0, 10.5]], false, under);
            for x in 0..60 {
                assert!(
                    pixel(x, 10)[0] < 45 && pixel(x, 10)[3] > 220,
                    "{:?}",
                    pixel(x, 10)
                );
                if under[3] == 0 || under[0] == 0 {
                    let halo = pixel(x, 12);
                    let light = f32::from(halo[0]) * f32::from(halo[3]) / 255.0;
                    assert!(light > 50.0, "{halo:?}");
                }
                for y in (0..8).chain(13..20) {
                    assert_eq!(pixel(x, y), under, "no stray pixels");
                }
            }
        }
    }

    #[test]
    fn dashes_go_by_length_whatever_the_direction() {
        let share = |points: &[Point]| {
            let mut canvas = Canvas::new(60, 60);
            canvas.line(points, true);
            let mut solid = Canvas::new(60, 60);
            solid.line(points, false);
            let sum = |canvas: &Canvas| {
                canvas
                    .cover
                    .iter()
                    .map(|cover| cover[0].max(0.0))
                    .sum::<f32>()
            };
            sum(&canvas) / sum(&solid)
        };
        let level = share(&[[2.0, 30.5], [50.0, 30.5]]);
        let rising = share(&[[5.0, 5.0], [39.0, 39.0]]);
        // In small steps: the phase goes on from one to the next.
        let bits: Vec<Point> = (0..=48).map(|x| [2.0 + x as f32, 30.5]).collect();
        for share in [level, rising, share(&bits)] {
            assert!((0.5..0.72).contains(&share), "{share}");
        }
    }

    #[test]
    fn specks_and_what_lies_outside_leave_no_trace() {
        let clear = [0; 4];
        let speck = [[5.0, 5.0], [6.0, 5.0], [6.0, 6.0], [5.0, 5.0]];
        let outside = [[-50.0, -50.0], [-9.0, 100.0]];
        let broken = [[f32::NAN, 5.0], [20.0, 5.0]];
        for points in [&speck[..], &outside, &broken] {
            let pixel = drawn(points, false, clear);
            let touched = (0..1200)
                .filter(|at| pixel(at % 60, at / 60) != clear)
                .count();
            assert_eq!(touched, 0, "{points:?}");
        }
    }
}
