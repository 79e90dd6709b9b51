//! Cells painted over.

use super::area::{parts, statistics};
use super::blur::blur;
use super::byte::byte;
use super::noise::Grains;
use crate::error::{Result, error};
use crate::preprocess::Placement;
use image::{Rgba, RgbaImage};
use serde::Serialize;

/// Most rows and columns of a grid: one per pixel of the largest input.
const MOST: u32 = crate::weights::MAX_INPUT_SIZE as u32;
/// Masks have no seed of their own: the same mask is the same picture.
const SEED: u64 = 1;

/// What takes the place of the pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fill {
    /// The photo, blurred by a Gaussian with a standard deviation of half a cell (half the root of its area).
    Blur,
    /// The mean colour of what the network sees.
    Mean,
    /// Noise with the mean and the standard deviation of what the network sees, channel by channel, about normal; one value
    /// per pixel of the network's input, since finer noise would average out before the network sees it.
    Noise,
    /// Black.
    Black,
}

impl Fill {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Blur, Self::Mean, Self::Noise, Self::Black];

    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Blur => "blur",
            Self::Mean => "mean",
            Self::Noise => "noise",
            Self::Black => "black",
        }
    }
}

/// Cells of a grid over what the network sees, painted over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mask {
    /// Cells from top to bottom, 1 to 1024.
    pub rows: u32,
    /// Cells from left to right, 1 to 1024.
    pub columns: u32,
    /// Row-major from 0. A pixel lies in the cell that its centre lies in.
    pub cells: Vec<u32>,
    /// With what.
    pub fill: Fill,
    /// All pixels but those of the cells are painted over instead, what the network does not see among them. JSON may leave it
    /// out.
    pub keep: bool,
}

impl Mask {
    pub(super) fn check(&self) -> Result<()> {
        let grid = 1..=MOST;
        if !grid.contains(&self.rows) || !grid.contains(&self.columns) {
            return Err(error!(
                MASK_SHAPE,
                rows = self.rows,
                columns = self.columns,
                most = MOST
            ));
        }
        let count = self.rows * self.columns;
        if let Some(cell) = self.cells.iter().find(|cell| **cell >= count) {
            return Err(error!(
                MASK_CELL,
                cell,
                rows = self.rows,
                columns = self.columns,
                last = count - 1
            ));
        }
        Ok(())
    }

    pub(super) fn apply(&self, pixels: &mut RgbaImage, placement: &Placement) -> Result<()> {
        if self.cells.is_empty() && !self.keep {
            return Ok(());
        }
        let region = &placement.region;
        match self.fill {
            Fill::Black => self.paint(pixels, placement, |_, _| [0; 3]),
            Fill::Mean => {
                let mean = statistics(pixels, region).map(|(mean, _)| byte(mean as f32));
                self.paint(pixels, placement, |_, _| mean);
            }
            Fill::Noise => {
                let spread = statistics(pixels, region);
                let grains = Grains::new(pixels, placement, SEED);
                self.paint(pixels, placement, |x, y| {
                    [0, 1, 2].map(|channel| {
                        let (mean, deviation) = spread[channel];
                        byte(mean as f32 + deviation as f32 * grains.at(x, y, channel))
                    })
                });
            }
            Fill::Blur => {
                let cells = f64::from(self.rows) * f64::from(self.columns);
                let cell = (region.width * region.height / cells).sqrt();
                let mut blurred = pixels.clone();
                blur(&mut blurred, cell / 2.0)?;
                self.paint(pixels, placement, |x, y| {
                    let [r, g, b, _] = blurred.get_pixel(x, y).0;
                    [r, g, b]
                });
            }
        }
        Ok(())
    }

    /// Gives every pixel that is painted over its colour.
    fn paint(
        &self,
        pixels: &mut RgbaImage,
        placement: &Placement,
        colour: impl Fn(u32, u32) -> [u8; 3],
    ) {
        let region = &placement.region;
        let columns = parts(pixels.width(), (region.x, region.width), self.columns);
        let rows = parts(pixels.height(), (region.y, region.height), self.rows);
        let mut chosen = vec![false; (self.rows * self.columns) as usize];
        for &cell in &self.cells {
            chosen[cell as usize] = true;
        }
        for (x, y, pixel) in pixels.enumerate_pixels_mut() {
            let (column, row) = (columns[x as usize], rows[y as usize]);
            let inside = (0..i64::from(self.columns)).contains(&column)
                && (0..i64::from(self.rows)).contains(&row)
                && chosen[(row * i64::from(self.columns) + column) as usize];
            if inside != self.keep {
                let [r, g, b] = colour(x, y);
                *pixel = Rgba([r, g, b, 255]);
            }
        }
    }
}
