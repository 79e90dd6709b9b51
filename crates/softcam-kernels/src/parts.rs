//! Rectangles of planes, cut out and laid back.

use crate::planes::Planes;
use crate::workspace::Workspace;
use std::ops::Range;

impl Planes {
    /// Rows `rows` and columns `columns` of every image and channel.
    ///
    /// # Panics
    ///
    /// When they reach beyond the planes.
    #[inline(never)]
    pub fn part(
        &self,
        rows: Range<usize>,
        columns: Range<usize>,
        workspace: &mut Workspace,
    ) -> Self {
        assert!(
            rows.end <= self.height && columns.end <= self.width,
            "a part lies within its planes"
        );
        let [batch, channels, _, _] = self.shape();
        let mut part = workspace.planes([batch, channels, rows.len(), columns.len()]);
        let (area, own, width) = (self.area(), part.area(), self.width);
        if own == 0 {
            return part;
        }
        let planes = self.used().chunks_exact(area);
        for (plane, target) in planes.zip(part.used_mut().chunks_exact_mut(own)) {
            let lines = target.chunks_exact_mut(columns.len());
            for (row, line) in rows.clone().zip(lines) {
                let start = row * width;
                line.copy_from_slice(&plane[start + columns.start..start + columns.end]);
            }
        }
        part
    }

    /// Overwrites what lies under `part` when its upper left corner is put at row `at[0]` and column `at[1]`, which may lie
    /// outside; what reaches beyond these planes is left out.
    ///
    /// # Panics
    ///
    /// When batch or channels differ.
    #[inline(never)]
    pub fn lay(&mut self, part: &Self, at: [isize; 2]) {
        assert_eq!(
            [self.batch, self.channels],
            [part.batch, part.channels],
            "a part has the planes' channels"
        );
        let [rows, columns] = [
            (at[0], part.height, self.height),
            (at[1], part.width, self.width),
        ]
        .map(|(at, length, whole)| covered(at, length, whole));
        if rows.is_empty() || columns.is_empty() {
            return;
        }
        let (area, own) = (self.area(), part.area());
        let (width, part_width) = (self.width, part.width);
        let from = |place: usize, at: isize| place.wrapping_add_signed(-at);
        let planes = self.used_mut().chunks_exact_mut(area);
        for (plane, source) in planes.zip(part.used().chunks_exact(own)) {
            for row in rows.clone() {
                let start = from(row, at[0]) * part_width + from(columns.start, at[1]);
                let line = &source[start..start + columns.len()];
                plane[row * width + columns.start..][..columns.len()].copy_from_slice(line);
            }
        }
    }

    /// Bytes of what is in use.
    pub fn byte_len(&self) -> usize {
        size_of_val(self.used())
    }
}

/// Places of a whole axis that `length` places from `at` on cover.
fn covered(at: isize, length: usize, whole: usize) -> Range<usize> {
    let clamp = |place: isize| usize::try_from(place).map_or(0, |place| place.min(whole));
    clamp(at)..clamp(at + isize::try_from(length).unwrap_or(isize::MAX))
}

#[cfg(test)]
mod tests {
    use crate::{Planes, Workspace};

    const SHAPE: [usize; 4] = [2, 11, 5, 7];

    fn counted() -> (Vec<f32>, Planes) {
        let values: Vec<f32> = (0..SHAPE.iter().product())
            .map(|v: usize| v as f32)
            .collect();
        let planes = Planes::from_nchw(&values, SHAPE);
        (values, planes)
    }

    fn at(image: usize, channel: usize, row: usize, column: usize) -> usize {
        ((image * SHAPE[1] + channel) * SHAPE[2] + row) * SHAPE[3] + column
    }

    #[test]
    fn a_part_is_what_lies_there() {
        let (values, planes) = counted();
        let part = planes.part(1..4, 2..7, &mut Workspace::new());
        assert_eq!(part.shape(), [2, 11, 3, 5]);
        let got = part.to_nchw();
        let mut index = 0;
        for image in 0..2 {
            for channel in 0..11 {
                for row in 1..4 {
                    for column in 2..7 {
                        assert_eq!(got[index], values[at(image, channel, row, column)]);
                        index += 1;
                    }
                }
            }
        }
        let nothing = planes.part(2..2, 0..7, &mut Workspace::new());
        assert_eq!(nothing.to_nchw(), [0.0; 0]);
    }

    #[test]
    fn what_is_laid_lies_there_and_nothing_beyond() {
        let (values, planes) = counted();
        let mut workspace = Workspace::new();
        let part = Planes::from_nchw(&[-1.0; 2 * 11 * 3 * 4], [2, 11, 3, 4]);
        for (down, right) in [
            (0, 0),
            (2, 3),
            (-1, -2),
            (4, 6),
            (-3, 0),
            (5, 0),
            (0, 7),
            (3, -1),
        ] {
            let mut whole = planes.copied(&mut workspace);
            whole.lay(&part, [down, right]);
            let got = whole.to_nchw();
            for image in 0..2 {
                for channel in 0..11 {
                    for row in 0..5 {
                        for column in 0..7 {
                            let place = at(image, channel, row, column);
                            let under = (down..down + 3).contains(&(row as isize))
                                && (right..right + 4).contains(&(column as isize));
                            let expected = if under { -1.0 } else { values[place] };
                            assert_eq!(got[place], expected, "{down} {right}: {row} {column}");
                        }
                    }
                }
            }
        }
    }
}
