//! Where a marker lies.

use softcam::edit::{Edit, marker_box};
use softcam::preprocess::{Placement, Rect};
use softcam::random::{Random, unit};
use softcam_data::seeded;

/// Centre of a corner's marker, as a share of either side, and how far it is moved at random.
const CORNER: f64 = 0.11;
const MOVED: f64 = 0.03;

/// Near one of the four corners, in shares of what the network sees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    x: f64,
    y: f64,
    size: f64,
}

/// What is drawn for one picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drawn {
    /// From 0 to below 1: a picture is among a share of all where this lies below it.
    pub turn: f64,
    pub position: Position,
}

impl Drawn {
    /// The same seed, file and size always give the same.
    pub fn new(seed: u64, file: &str, size: f64) -> Self {
        let mut random = Random::new(seeded(seed, file));
        let mut draw = || f64::from(unit(random.next()));
        let turn = draw();
        let mut side = || {
            let near = draw() < 0.5;
            let place = CORNER + MOVED * (2.0 * draw() - 1.0);
            if near { place } else { 1.0 - place }
        };
        let position = Position {
            x: side(),
            y: side(),
            size,
        };
        Self { turn, position }
    }
}

impl Position {
    /// The edit that paints it.
    pub fn edit(&self) -> Edit {
        Edit::Marker {
            x: self.x,
            y: self.y,
            size: self.size,
        }
    }

    /// What it covers, in pixels of the photo.
    pub fn covers(&self, placement: &Placement) -> Rect {
        marker_box(&placement.region, self.x, self.y, self.size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_lie_in_all_four_corners_and_within_the_picture() {
        let mut corners = [0; 4];
        for picture in 0..400 {
            let drawn = Drawn::new(1, &format!("{picture}.png"), 0.1);
            let Position { x, y, .. } = drawn.position;
            assert!((0.08..=0.92).contains(&x) && (0.08..=0.92).contains(&y));
            assert!(!(0.14..0.86).contains(&x) && !(0.14..0.86).contains(&y));
            corners[usize::from(x > 0.5) + 2 * usize::from(y > 0.5)] += 1;
        }
        assert!(corners.iter().all(|&count| count > 60), "{corners:?}");
    }

    #[test]
    fn a_picture_keeps_its_marker() {
        let drawn = |seed, file| Drawn::new(seed, file, 0.1);
        assert_eq!(drawn(1, "a.png"), drawn(1, "a.png"));
        assert_ne!(drawn(1, "a.png"), drawn(2, "a.png"));
        assert_ne!(drawn(1, "a.png"), drawn(1, "b.png"));
    }
}
