//! What people marked, on the network's input.

use crate::error::{Error, Result};
use softcam::preprocess::{Placement, Rect};

/// Marked pixels of the network's square input.
#[derive(Debug, Clone, PartialEq)]
pub struct Marks {
    side: usize,
    areas: Vec<Area>,
    pixels: Vec<bool>,
}

impl Marks {
    /// From `boxes` in pixels of the upright photo. They count as far as they lie in what the network saw. None where none
    /// does.
    pub fn from_boxes(boxes: &[Rect], placement: &Placement) -> Option<Self> {
        let on_input = |rect| Area::on_input(rect, placement);
        let areas: Vec<Area> = boxes.iter().filter_map(on_input).collect();
        (!areas.is_empty()).then(|| Self::from_areas(areas, placement.input as usize))
    }

    /// From a mask over the network's input, `side` x `side` in row-major order. None where nothing is marked.
    ///
    /// # Errors
    ///
    /// Where the mask does not have `side` · `side` values.
    pub fn from_mask(mask: &[bool], side: usize) -> Result<Option<Self>> {
        if mask.len() != side * side {
            return Err(Error::Length {
                what: "pixels of a mask",
                got: mask.len(),
                expected: side * side,
            });
        }
        let mut areas = Vec::new();
        for (row, line) in mask.chunks_exact(side.max(1)).enumerate() {
            let mut column = 0;
            for run in line.chunk_by(|a, b| a == b) {
                if run[0] {
                    areas.push(Area {
                        left: column as f64,
                        top: row as f64,
                        right: (column + run.len()) as f64,
                        bottom: row as f64 + 1.0,
                    });
                }
                column += run.len();
            }
        }
        Ok((!areas.is_empty()).then(|| Self::from_areas(areas, side)))
    }

    fn from_areas(areas: Vec<Area>, side: usize) -> Self {
        let pixels = cover(&areas, side, 0.0);
        Self {
            side,
            areas,
            pixels,
        }
    }

    /// Pixels along each side of the input.
    pub fn side(&self) -> usize {
        self.side
    }

    /// Whether each pixel is marked, row-major.
    pub fn pixels(&self) -> &[bool] {
        &self.pixels
    }

    /// Whether each pixel's centre is at most `tolerance` pixels away from a mark.
    pub fn within(&self, tolerance: f64) -> Vec<bool> {
        cover(&self.areas, self.side, tolerance)
    }

    /// Whether a marked pixel is in the rectangle, as far as that lies on the input.
    pub fn touch(&self, rows: std::ops::Range<usize>, columns: std::ops::Range<usize>) -> bool {
        let on =
            |range: std::ops::Range<usize>| range.start.min(self.side)..range.end.min(self.side);
        let columns = on(columns);
        on(rows).any(|row| {
            let line = &self.pixels[row * self.side..][..self.side];
            line[columns.clone()].contains(&true)
        })
    }

    /// Share of the pixels that are marked.
    pub fn share(&self) -> f64 {
        share(&self.pixels)
    }
}

/// Share of what is true.
pub(crate) fn share(mask: &[bool]) -> f64 {
    mask.iter().filter(|marked| **marked).count() as f64 / mask.len() as f64
}

/// A box in pixels of the network's input.
#[derive(Debug, Clone, PartialEq)]
struct Area {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Area {
    /// As far as the network saw it; none if it did not, or if there is nothing to see.
    fn on_input(rect: &Rect, placement: &Placement) -> Option<Self> {
        let region = placement.region;
        let side = f64::from(placement.input);
        let x = |x: f64| ((x - region.x) / region.width * side).clamp(0.0, side);
        let y = |y: f64| ((y - region.y) / region.height * side).clamp(0.0, side);
        let on_input = Self {
            left: x(rect.x),
            top: y(rect.y),
            right: x(rect.x + rect.width),
            bottom: y(rect.y + rect.height),
        };
        (on_input.right > on_input.left && on_input.bottom > on_input.top).then_some(on_input)
    }

    /// Distance of a point from the box; 0 inside of it.
    fn distance(&self, x: f64, y: f64) -> f64 {
        let across = (self.left - x).max(x - self.right).max(0.0);
        let along = (self.top - y).max(y - self.bottom).max(0.0);
        across.hypot(along)
    }
}

/// Pixels whose centre is at most `tolerance` away from a box. A box between centres marks the pixel that its own centre
/// is in, so that small findings do not vanish on small inputs.
fn cover(areas: &[Area], side: usize, tolerance: f64) -> Vec<bool> {
    let mut mask = vec![false; side * side];
    let pixel = |position: f64| (position.max(0.0) as usize).min(side - 1);
    for each in areas {
        let rows = pixel(each.top - tolerance)..=pixel(each.bottom + tolerance);
        for row in rows {
            for column in pixel(each.left - tolerance)..=pixel(each.right + tolerance) {
                let distance = each.distance(column as f64 + 0.5, row as f64 + 0.5);
                mask[row * side + column] |= distance <= tolerance;
            }
        }
        let centre = |from: f64, to: f64| pixel(f64::midpoint(from, to));
        mask[centre(each.top, each.bottom) * side + centre(each.left, each.right)] = true;
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_mask_marks_what_it_marks(mask in prop::collection::vec(any::<bool>(), 49)) {
            match Marks::from_mask(&mask, 7).unwrap() {
                Some(marks) => {
                    prop_assert_eq!(marks.pixels(), &mask);
                    prop_assert_eq!(marks.within(0.0), mask.clone());
                    prop_assert!(marks.within(9.0).iter().all(|near| *near));
                    prop_assert!(marks.touch(0..7, 0..99));
                    prop_assert_eq!(marks.touch(3..4, 2..3), mask[3 * 7 + 2]);
                    prop_assert!(!marks.touch(7..9, 0..7) && !marks.touch(2..2, 0..7));
                }
                None => prop_assert!(!mask.contains(&true)),
            }
        }
    }

    #[test]
    fn masks_of_another_size_are_refused() {
        assert!(Marks::from_mask(&[true; 8], 3).is_err());
    }
}
