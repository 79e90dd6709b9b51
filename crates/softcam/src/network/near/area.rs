//! Rectangles of cells.

use std::ops::Range;

/// Rows and columns of a plane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::network) struct Area {
    pub rows: Range<usize>,
    pub columns: Range<usize>,
}

impl Area {
    /// All of planes of `[height, width]`.
    pub fn whole([height, width]: [usize; 2]) -> Self {
        Self {
            rows: 0..height,
            columns: 0..width,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() || self.columns.is_empty()
    }

    pub fn cells(&self) -> usize {
        self.rows.len() * self.columns.len()
    }

    /// The smallest area around both.
    pub fn around(&self, other: &Self) -> Self {
        let span = |a: &Range<usize>, b: &Range<usize>| a.start.min(b.start)..a.end.max(b.end);
        Self {
            rows: span(&self.rows, &other.rows),
            columns: span(&self.columns, &other.columns),
        }
    }

    /// Where two images `[channels, height, width]` differ; nothing where they are the same to the last bit.
    pub fn of_difference(one: &[f32], other: &[f32], [height, width]: [usize; 2]) -> Option<Self> {
        let mut area: Option<Self> = None;
        let planes = one.chunks_exact(height * width);
        for (one, other) in planes.zip(other.chunks_exact(height * width)) {
            let rows = one.chunks_exact(width).zip(other.chunks_exact(width));
            for (row, (one, other)) in rows.enumerate() {
                let differs = |(a, b): (&f32, &f32)| a.to_bits() != b.to_bits();
                let Some(first) = one.iter().zip(other).position(differs) else {
                    continue;
                };
                let last = one.iter().zip(other).rposition(differs).unwrap_or(first);
                let here = Self {
                    rows: row..row + 1,
                    columns: first..last + 1,
                };
                area = Some(area.map_or(here.clone(), |area| area.around(&here)));
            }
        }
        area
    }
}

#[cfg(test)]
mod tests {
    use super::Area;

    #[test]
    fn a_difference_is_found_in_every_channel() {
        let one = vec![0.5; 3 * 4 * 5];
        assert_eq!(Area::of_difference(&one, &one, [4, 5]), None);
        let mut other = one.clone();
        other[20 + 5 + 3] = 1.0;
        let place = Area::of_difference(&one, &other, [4, 5]);
        assert_eq!(
            place,
            Some(Area {
                rows: 1..2,
                columns: 3..4
            })
        );
        other[40 + 15] = f32::NAN;
        let place = Area::of_difference(&one, &other, [4, 5]);
        assert_eq!(
            place,
            Some(Area {
                rows: 1..4,
                columns: 0..4
            })
        );
    }
}
