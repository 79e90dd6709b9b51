//! Lines of equal value on a lattice, by marching squares.

/// Values at the points of a lattice, row-major.
pub(super) struct Lattice {
    pub values: Vec<f32>,
    pub columns: usize,
    pub rows: usize,
}

/// A point in units of the lattice: (2.5, 0.0) lies in the middle between the third and the fourth point of the first row.
pub(super) type Point = [f32; 2];

/// How a line runs from one edge of a square of four points to another.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Course {
    /// Straight, from where the level is crossed by linear interpolation.
    Sloped,
    /// From the middle of the edge by way of the square's centre: around what belongs to each point, were it constant.
    Stepped,
}

/// An edge between two neighbouring points: the one at (column, row) and the next one to the right or below.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Edge {
    column: usize,
    row: usize,
    across: bool,
}

/// A square of four points, by its upper left one.
type Square = (usize, usize);

impl Lattice {
    /// The lines between values of at least `level` and those below. Closed ones end where they begin; values that are not
    /// numbers lie below every level.
    pub(super) fn lines(&self, level: f32, course: Course) -> Vec<Vec<Point>> {
        let mut cut = Cut {
            lattice: self,
            level,
            course,
            above: self.values.iter().map(|&value| value >= level).collect(),
            met: vec![[false; 2]; self.values.len()],
        };
        let mut lines = Vec::new();
        // Lines that end at the rim first, from one of their ends.
        for rim in [true, false] {
            for row in 0..self.rows {
                for column in 0..self.columns {
                    for across in [true, false] {
                        let edge = Edge {
                            column,
                            row,
                            across,
                        };
                        lines.extend(cut.begin(edge, rim));
                    }
                }
            }
        }
        lines
    }

    fn at(&self, column: usize, row: usize) -> f32 {
        self.values[row * self.columns + column]
    }

    /// The squares to both sides of an edge, where there are any.
    fn squares(&self, edge: Edge) -> [Option<Square>; 2] {
        let Edge {
            column,
            row,
            across,
        } = edge;
        if across {
            let above = row.checked_sub(1).map(|row| (column, row));
            [above, (row + 1 < self.rows).then_some((column, row))]
        } else {
            let left = column.checked_sub(1).map(|column| (column, row));
            [left, (column + 1 < self.columns).then_some((column, row))]
        }
    }

    /// Indices of the points at both ends of an edge, where there is such an edge.
    fn ends(&self, edge: Edge) -> Option<[usize; 2]> {
        let index = edge.row * self.columns + edge.column;
        if edge.across {
            (edge.column + 1 < self.columns).then_some([index, index + 1])
        } else {
            (edge.row + 1 < self.rows).then_some([index, index + self.columns])
        }
    }
}

/// A lattice cut at one level.
struct Cut<'a> {
    lattice: &'a Lattice,
    level: f32,
    course: Course,
    /// Which points are at the level or above.
    above: Vec<bool>,
    /// Which edges are part of a line already: those that go down from a point, and those that go across.
    met: Vec<[bool; 2]>,
}

impl Cut<'_> {
    /// The line that begins at `edge`, where one does that is not yet known; only lines from the rim, or only others.
    fn begin(&mut self, edge: Edge, rim: bool) -> Option<Vec<Point>> {
        let index = edge.row * self.lattice.columns + edge.column;
        if !self.crosses(edge) || self.met[index][usize::from(edge.across)] {
            return None;
        }
        let squares = self.lattice.squares(edge);
        if squares.contains(&None) != rim {
            return None;
        }
        let square = squares.into_iter().flatten().next()?;
        Some(self.follow(edge, square))
    }

    fn follow(&mut self, start: Edge, into: Square) -> Vec<Point> {
        let mut line = vec![self.point(start)];
        self.mark(start);
        let (mut edge, mut square) = (start, into);
        loop {
            edge = self.exit(square, edge);
            if self.course == Course::Stepped {
                line.push([square.0 as f32 + 0.5, square.1 as f32 + 0.5]);
            }
            line.push(self.point(edge));
            self.mark(edge);
            if edge == start {
                return line;
            }
            let mut sides = self.lattice.squares(edge).into_iter().flatten();
            match sides.find(|&side| side != square) {
                Some(other) => square = other,
                None => return line,
            }
        }
    }

    fn mark(&mut self, edge: Edge) {
        let index = edge.row * self.lattice.columns + edge.column;
        self.met[index][usize::from(edge.across)] = true;
    }

    /// Where the line that enters a square by `edge` leaves it.
    fn exit(&self, (column, row): Square, edge: Edge) -> Edge {
        let side = |column, row, across| Edge {
            column,
            row,
            across,
        };
        // Clockwise from the top.
        let sides = [
            side(column, row, true),
            side(column + 1, row, false),
            side(column, row + 1, true),
            side(column, row, false),
        ];
        let entered = sides.iter().position(|&side| side == edge).unwrap_or(0);
        let crossed = sides.map(|side| self.crosses(side));
        if crossed == [true; 4] {
            // A saddle: the centre tells which of the corners hang together.
            let corners = [(0, 0), (1, 0), (0, 1), (1, 1)];
            let sum: f32 = (corners.iter())
                .map(|(x, y)| self.lattice.at(column + x, row + y))
                .sum();
            let with_centre =
                (sum / 4.0 >= self.level) == self.above[row * self.lattice.columns + column];
            // Around the upper right and the lower left corner, or around the other two.
            let partner = if with_centre {
                [1, 0, 3, 2]
            } else {
                [3, 2, 1, 0]
            };
            return sides[partner[entered]];
        }
        (0..4)
            .find(|&other| other != entered && crossed[other])
            .map_or(edge, |other| sides[other])
    }

    fn crosses(&self, edge: Edge) -> bool {
        let ends = self.lattice.ends(edge);
        ends.is_some_and(|[a, b]| self.above[a] != self.above[b])
    }

    /// Where the line crosses an edge.
    fn point(&self, edge: Edge) -> Point {
        let share = match (self.course, self.lattice.ends(edge)) {
            (Course::Sloped, Some(ends)) => {
                let [a, b] = ends.map(|end| self.lattice.values[end]);
                let share = (self.level - a) / (b - a);
                if share.is_finite() { share } else { 0.5 }
            }
            _ => 0.5,
        };
        let (column, row) = (edge.column as f32, edge.row as f32);
        if edge.across {
            [column + share, row]
        } else {
            [column, row + share]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lattice(columns: usize, rows: usize, value: impl Fn(f32, f32) -> f32) -> Lattice {
        let point = |index: usize| value((index % columns) as f32, (index / columns) as f32);
        Lattice {
            values: (0..columns * rows).map(point).collect(),
            columns,
            rows,
        }
    }

    fn length(line: &[Point]) -> f32 {
        let steps = line.windows(2);
        steps
            .map(|pair| (pair[1][0] - pair[0][0]).hypot(pair[1][1] - pair[0][1]))
            .sum()
    }

    #[test]
    fn a_cone_has_circles() {
        let cone = lattice(41, 41, |x, y| 30.0 - (x - 20.0).hypot(y - 20.0));
        let lines = cone.lines(18.0, Course::Sloped);
        assert_eq!(lines.len(), 1);
        let circle = &lines[0];
        assert_eq!(circle.first(), circle.last(), "closed");
        for [x, y] in circle {
            let radius = (x - 20.0).hypot(y - 20.0);
            assert!((radius - 12.0).abs() < 0.02, "{radius}");
        }
        let exact = 24.0 * std::f32::consts::PI;
        assert!((length(circle) - exact).abs() < 0.01 * exact);
        assert!(cone.lines(31.0, Course::Sloped).is_empty());
    }

    #[test]
    fn a_plane_has_one_line_from_rim_to_rim() {
        let plane = lattice(5, 4, |x, _| x);
        let lines = plane.lines(1.25, Course::Sloped);
        assert_eq!(lines.len(), 1);
        assert!(lines[0].iter().all(|point| point[0] == 1.25));
        assert_eq!(length(&lines[0]), 3.0);
    }

    #[test]
    fn steps_go_around_the_points() {
        let peak = lattice(3, 3, |x, y| if (x, y) == (1.0, 1.0) { 1.0 } else { 0.0 });
        let lines = peak.lines(0.5, Course::Stepped);
        assert_eq!(lines.len(), 1);
        assert_eq!(length(&lines[0]), 4.0, "the square around one point");
    }

    #[test]
    fn a_saddle_is_two_lines_that_do_not_meet() {
        let saddle = lattice(2, 2, |x, y| if x == y { 1.0 } else { 0.0 });
        for (level, with_upper_left) in [(0.4, true), (0.6, false)] {
            let lines = saddle.lines(level, Course::Sloped);
            assert_eq!(lines.len(), 2, "at {level}");
            // Where the centre is above, the two corners above hang together, and lines cut the others off.
            let cuts = |line: &Vec<Point>| {
                line.contains(&[0.0, 1.0 - level]) && line[0][1] + line[1][1] < 1.5
            };
            let around_upper_left = lines.iter().any(cuts);
            assert_eq!(around_upper_left, !with_upper_left, "{lines:?}");
        }
    }

    proptest! {
        /// Every crossing lies on exactly one line, and lines end at the rim or nowhere.
        #[test]
        fn nothing_is_lost_and_nothing_is_double(
            values in proptest::collection::vec(prop_oneof![9 => -2.0_f32..2.0, 1 => Just(f32::NAN)], 30),
        ) {
            let lattice = Lattice { values, columns: 6, rows: 5 };
            let above: Vec<bool> = lattice.values.iter().map(|&value| value >= 0.3).collect();
            let mut crossings = 0;
            for row in 0..5 {
                for column in 0..6 {
                    for across in [true, false] {
                        let edge = Edge { column, row, across };
                        let ends = lattice.ends(edge);
                        crossings += usize::from(ends.is_some_and(|[a, b]| above[a] != above[b]));
                    }
                }
            }
            let mut met = 0;
            for line in lattice.lines(0.3, Course::Sloped) {
                let (first, last) = (line[0], line[line.len() - 1]);
                let closed = first == last && line.len() > 2;
                met += line.len() - usize::from(closed);
                let on_rim = |[x, y]: Point| x == 0.0 || y == 0.0 || x == 5.0 || y == 4.0;
                prop_assert!(closed || (on_rim(first) && on_rim(last)), "{line:?}");
            }
            prop_assert_eq!(met, crossings);
        }
    }
}
