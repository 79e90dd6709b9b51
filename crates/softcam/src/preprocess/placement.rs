//! Where the network's input lies on the photo.

use serde::Serialize;

/// Width and height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Size {
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

impl Size {
    /// Everything of it.
    pub fn whole(self) -> Rect {
        Rect {
            x: 0.0,
            y: 0.0,
            width: f64::from(self.width),
            height: f64::from(self.height),
        }
    }
}

/// A rectangle in pixels of the upright photo, origin at its top left corner. May reach beyond the photo.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rect {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Rect {
    /// Width times height.
    pub fn area(&self) -> f64 {
        self.width * self.height
    }

    /// What both cover, where they meet.
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        let x = self.x.max(other.x);
        let y = self.y.max(other.y);
        let width = (self.x + self.width).min(other.x + other.width) - x;
        let height = (self.y + self.height).min(other.y + other.height) - y;
        (width > 0.0 && height > 0.0).then_some(Self {
            x,
            y,
            width,
            height,
        })
    }
}

/// Ties the network's square input to the photo: whatever was cropped, stretched or padded, the input covers exactly
/// `region` of the photo.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Placement {
    /// Size of the upright photo.
    pub photo: Size,
    /// Side of the network's input in pixels.
    pub input: u32,
    /// What the input covers, in pixels of the photo. With padding it reaches beyond the photo; with a crop it is
    /// smaller.
    pub region: Rect,
}

impl Placement {
    /// The rectangle of the photo that cell (`row`, `column`) of a `height` x `width` map stands for.
    pub fn cell(&self, row: usize, column: usize, height: usize, width: usize) -> Rect {
        let cell_width = self.region.width / width as f64;
        let cell_height = self.region.height / height as f64;
        Rect {
            x: self.region.x + column as f64 * cell_width,
            y: self.region.y + row as f64 * cell_height,
            width: cell_width,
            height: cell_height,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_tile_the_region() {
        let placement = Placement {
            photo: Size {
                width: 300,
                height: 200,
            },
            input: 224,
            region: Rect {
                x: 50.0,
                y: 0.0,
                width: 200.0,
                height: 200.0,
            },
        };
        let first = placement.cell(0, 0, 7, 7);
        let last = placement.cell(6, 6, 7, 7);
        assert_eq!((first.x, first.y), (50.0, 0.0));
        assert!((last.x + last.width - 250.0).abs() < 1e-9);
        assert!((last.y + last.height - 200.0).abs() < 1e-9);
    }
}
