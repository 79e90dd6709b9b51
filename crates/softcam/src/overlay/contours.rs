//! Lines of equal evidence over an overlay.

use super::axis::{Axis, Interpolation};
use super::line::Canvas;
use super::trace::{Course, Lattice, Point};

/// There are lines at every quarter of the limit but the last: at the limit or beyond, where the colour is full, a line would
/// tell nothing, and zero itself is no level, so that noise around it draws no lines.
const QUARTERS: [f32; 3] = [0.25, 0.5, 0.75];
/// Points of the lattice per cell, where the picture is large enough.
const PER_CELL: f64 = 6.0;
/// Distance of the lattice's points in pixels: nearer ones tell the eye nothing, and farther ones make lines angular.
const STEPS: (f64, f64) = (2.0, 6.0);

/// Draws the lines of `map` over `pixels`.
pub(super) fn draw(
    pixels: &mut [u8],
    map: &[f32],
    horizontal: &Axis,
    vertical: &Axis,
    limit: f32,
    interpolation: Interpolation,
) {
    // False for what is not a number, too.
    if !(limit > 0.0 && limit.is_finite()) {
        return;
    }
    let Some(net) = Net::new(map, horizontal, vertical, interpolation) else {
        return;
    };
    let mut canvas = Canvas::new(horizontal.pixels, vertical.pixels);
    for quarter in QUARTERS {
        for (level, dashed) in [(limit * quarter, false), (-limit * quarter, true)] {
            for mut line in net.lattice.lines(level, net.course) {
                for point in &mut line {
                    *point = net.to_pixels(*point);
                }
                canvas.line(&line, dashed);
            }
        }
    }
    canvas.lay_over(pixels);
}

/// A lattice of values, and where it lies on the picture.
struct Net<'a> {
    lattice: Lattice,
    course: Course,
    axes: [&'a Axis; 2],
    /// Per axis: the cells' coordinate of the first point, and of the next from there.
    places: [(f64, f64); 2],
}

impl<'a> Net<'a> {
    fn new(
        map: &[f32],
        horizontal: &'a Axis,
        vertical: &'a Axis,
        interpolation: Interpolation,
    ) -> Option<Self> {
        let axes = [horizontal, vertical];
        match interpolation {
            Interpolation::Smooth => {
                let [(columns, across), (rows, down)] = [points(horizontal)?, points(vertical)?];
                let values = sampled(
                    map,
                    [horizontal, vertical],
                    [(columns, across), (rows, down)],
                );
                Some(Self {
                    lattice: Lattice {
                        values,
                        columns,
                        rows,
                    },
                    course: Course::Sloped,
                    axes,
                    places: [across, down],
                })
            }
            // A point per cell, in its middle, and one more beyond each edge, so that lines reach it.
            Interpolation::Cells => {
                let (columns, rows) = (horizontal.cells + 2, vertical.cells + 2);
                let inner = |at: usize, cells: usize| at.saturating_sub(1).min(cells - 1);
                let value = |index: usize| {
                    let row = inner(index / columns, vertical.cells);
                    map[row * horizontal.cells + inner(index % columns, horizontal.cells)]
                };
                Some(Self {
                    lattice: Lattice {
                        values: (0..columns * rows).map(value).collect(),
                        columns,
                        rows,
                    },
                    course: Course::Stepped,
                    axes,
                    places: [(-0.5, 1.0); 2],
                })
            }
        }
    }

    fn to_pixels(&self, point: Point) -> Point {
        [0, 1].map(|index| {
            let axis = self.axes[index];
            let (start, step) = self.places[index];
            let cell = start + f64::from(point[index]) * step;
            let pixel = axis.pixel(cell.clamp(0.0, axis.cells as f64));
            match self.course {
                Course::Sloped => pixel as f32,
                // Where the colour changes: at the edge of a pixel.
                Course::Stepped => pixel.round() as f32,
            }
        })
    }
}

/// How many points along an axis, the cells' coordinate of the first, and the step to the next: over what is in sight.
/// None where nothing is.
fn points(axis: &Axis) -> Option<(usize, (f64, f64))> {
    let end = axis.pixels as f64;
    let (first, last) = (axis.pixel(0.0), axis.pixel(axis.cells as f64));
    let (first, last) = (first.max(0.0), last.min(end));
    if last <= first {
        return None;
    }
    let cell = (axis.pixel(1.0) - axis.pixel(0.0)).abs();
    let step = (cell / PER_CELL).clamp(STEPS.0, STEPS.1);
    let count = ((last - first) / step).ceil().max(1.0);
    let start = axis.cell(first);
    let step = (axis.cell(last) - start) / count;
    Some((count as usize + 1, (start, step)))
}

/// The smooth map at the lattice's points, row-major.
fn sampled(map: &[f32], axes: [&Axis; 2], points: [(usize, (f64, f64)); 2]) -> Vec<f32> {
    let [horizontal, vertical] = [0, 1].map(|index| {
        let (count, (start, step)) = points[index];
        let taps = |point: usize| axes[index].taps(start + step * point as f64);
        (0..count).map(taps).collect::<Vec<_>>()
    });
    let (cells, columns) = (axes[0].cells, horizontal.len());
    let stretched: Vec<f32> = (0..axes[1].cells)
        .flat_map(|row| {
            let line = &map[row * cells..][..cells];
            horizontal.iter().map(|taps| taps.sample(|cell| line[cell]))
        })
        .collect();
    vertical
        .iter()
        .flat_map(|taps| {
            let stretched = &stretched;
            (0..columns).map(move |x| taps.sample(|row| stretched[row * columns + x]))
        })
        .collect()
}
