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
    /// Where to write it.
    pub(crate) fn target(self, clamp: Clamp) -> Target<'a> {
        Target {
            origin: 0,
            pitch: self.width,
            height: self.pixels.len() / self.width,
            width: self.width,
            pixels: self.pixels,
            residual: self.residual,
            clamp,
        }
    }
}

/// Cuts one image of groups of [height, width] into at least `least` strips where there are rows enough, and at least one
/// a group.
pub(crate) fn strips<'a>(
    pixels: &'a mut [Pixel],
    residual: Option<&'a [Pixel]>,
    [height, width]: [usize; 2],
    least: usize,
) -> impl Iterator<Item = Strip<'a>> + Send {
    let area = height * width;
    let groups = pixels.len() / area;
    let rows = height.div_ceil(least.div_ceil(groups));
    let planes = pixels.chunks_exact_mut(area).enumerate();
    planes.flat_map(move |(group, plane)| {
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
}

#[cfg(test)]
mod tests {
    use super::strips;
    use crate::activation::Activation;

    #[test]
    fn strips_cover_every_pixel_once() {
        let clamp = Activation::Linear.clamp();
        for (groups, height, width) in [(1, 1, 1), (1, 7, 3), (3, 8, 5), (5, 2, 9)] {
            for least in 1..20 {
                let mut pixels = vec![[0.0; 8]; groups * height * width];
                let residual: Vec<_> = (0..pixels.len()).map(|index| [index as f32; 8]).collect();
                let mut count = 0;
                for strip in strips(&mut pixels, Some(&residual), [height, width], least) {
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
                assert!(least > 1 || count == groups);
            }
        }
    }
}
