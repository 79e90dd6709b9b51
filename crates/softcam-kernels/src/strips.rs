//! One image of the output in parts that are computed one by one.

use crate::activation::Clamp;
use crate::lanes::Pixel;
use crate::window::Target;

/// Some rows of one group of the output.
pub(crate) struct Strip<'a> {
    pub group: usize,
    /// Its first row.
    pub top: usize,
    pixels: &'a mut [Pixel],
    residual: Option<&'a [Pixel]>,
    width: usize,
}

impl<'a> Strip<'a> {
    /// How many rows it has.
    pub(crate) fn rows(&self) -> usize {
        self.pixels.len() / self.width
    }

    /// Where to write it.
    pub(crate) fn target(self, clamp: Clamp) -> Target<'a> {
        Target {
            origin: 0,
            pitch: self.width,
            height: self.rows(),
            width: self.width,
            pixels: self.pixels,
            residual: self.residual,
            clamp,
        }
    }
}

/// Pixels that stay in a core's second cache while others pass through it: half a megabyte.
pub(crate) const IN_CACHE: usize = 16_384;

/// How many rows of `height` a strip may have for `row` pixels a row to be at most `most` pixels; all where that is most of
/// them anyway.
pub(crate) fn rows_within(height: usize, row: usize, most: usize) -> usize {
    let rows = (most / row.max(1)).max(1);
    height.div_ceil(height.div_ceil(rows).max(1))
}

/// Cuts one image of groups of [height, width] into strips of at most `rows` rows, and into at least `least` where there are
/// rows enough. The uppermost of all groups come first, so that what they are computed from is still in the cache.
pub(crate) fn strips<'a>(
    pixels: &'a mut [Pixel],
    residual: Option<&'a [Pixel]>,
    [height, width]: [usize; 2],
    rows: usize,
    least: usize,
) -> impl Iterator<Item = Strip<'a>> + Send {
    let area = height * width;
    let groups = pixels.len() / area;
    let rows = height.div_ceil(least.div_ceil(groups)).min(rows);
    let planes = pixels.chunks_exact_mut(area).enumerate();
    let mut all: Vec<_> = planes
        .flat_map(move |(group, plane)| {
            let parts = plane.chunks_mut(rows * width).enumerate();
            parts.map(move |(index, pixels)| {
                let first = group * area + index * rows * width;
                Strip {
                    group,
                    top: index * rows,
                    residual: residual.map(|all| &all[first..][..pixels.len()]),
                    pixels,
                    width,
                }
            })
        })
        .collect();
    all.sort_by_key(|strip| strip.top);
    all.into_iter()
}

#[cfg(test)]
mod tests {
    use super::{rows_within, strips};
    use crate::activation::Activation;

    #[test]
    fn rows_are_as_equal_as_can_be() {
        assert_eq!(rows_within(100, 10, 1000), 100);
        assert_eq!(rows_within(100, 10, 999), 50);
        assert_eq!(rows_within(100, 10, 330), 25);
        assert_eq!(rows_within(100, 10, 5), 1);
        assert_eq!(rows_within(7, 0, 5), 4);
    }

    #[test]
    fn strips_cover_every_pixel_once() {
        let clamp = Activation::Linear.clamp();
        for (groups, height, width) in [(1, 1, 1), (1, 7, 3), (3, 8, 5), (5, 2, 9)] {
            for least in 1..20 {
                let mut pixels = vec![[0.0; 8]; groups * height * width];
                let residual: Vec<_> = (0..pixels.len()).map(|index| [index as f32; 8]).collect();
                let mut count = 0;
                let most = 1 + least % 5;
                let mut last = 0;
                for strip in strips(&mut pixels, Some(&residual), [height, width], most, least) {
                    assert!(strip.rows() <= most && strip.top >= last);
                    last = strip.top;
                    let first = strip.group * height * width + strip.top * width;
                    let target = strip.target(clamp);
                    for y in 0..target.height {
                        for index in target.row(y) {
                            assert_eq!(target.residual.unwrap()[index][0], (first + index) as f32);
                            target.pixels[index][0] += 1.0;
                        }
                    }
                    count += 1;
                }
                assert!(pixels.iter().all(|pixel| pixel[0] == 1.0));
                assert!(
                    count >= least.min(groups * height) / 2,
                    "{count} of {least}"
                );
            }
        }
    }
}
