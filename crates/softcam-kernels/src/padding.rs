//! Zeros around a picture.

/// How many zeros surround the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Padding {
    /// (before, after) for rows and for columns.
    Fixed {
        /// Above and below.
        rows: (usize, usize),
        /// Left and right.
        columns: (usize, usize),
    },
    /// TensorFlow's SAME: the output has ceil(size / stride) cells, and where the zeros do not divide evenly the extra
    /// one comes after.
    Same,
}

impl Padding {
    /// The same number of zeros on all four sides, as PyTorch pads.
    pub fn symmetric(zeros: usize) -> Self {
        Self::Fixed {
            rows: (zeros, zeros),
            columns: (zeros, zeros),
        }
    }

    /// Where a window that spans `reach` pixels may lie along one axis.
    fn axis(self, size: usize, reach: usize, stride: usize, rows: bool) -> Axis {
        let (before, after) = match self {
            Self::Fixed { rows: pair, .. } if rows => pair,
            Self::Fixed { columns, .. } => columns,
            Self::Same => {
                let cells = size.div_ceil(stride);
                let total = ((cells - 1) * stride + reach).saturating_sub(size);
                (total / 2, total - total / 2)
            }
        };
        let padded = before + size + after;
        assert!(
            padded >= reach,
            "a window of {reach} does not fit into {padded} padded pixels"
        );
        Axis {
            before,
            padded,
            output: (padded - reach) / stride + 1,
        }
    }

    /// Rows and columns of a square window that spans `reach` pixels.
    pub(crate) fn axes(self, [height, width]: [usize; 2], reach: usize, stride: usize) -> Axes {
        Axes {
            rows: self.axis(height, reach, stride, true),
            columns: self.axis(width, reach, stride, false),
        }
    }
}

/// Where a window lies along one axis: for whoever computes elsewhere what is computed here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Places {
    /// Zeros before the first pixel.
    pub before: usize,
    /// Places that the window takes, and so the output's size.
    pub count: usize,
}

/// Where a window may lie along one axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Axis {
    /// Zeros before the first pixel.
    pub before: usize,
    /// Size with its zeros.
    pub padded: usize,
    /// Positions of the window.
    pub output: usize,
}

/// Where a window may lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Axes {
    pub rows: Axis,
    pub columns: Axis,
}

impl Axes {
    /// For rows and for columns.
    pub(crate) fn places(&self) -> [Places; 2] {
        [self.rows, self.columns].map(|axis| Places {
            before: axis.before,
            count: axis.output,
        })
    }

    /// Pixels of one padded plane.
    pub(crate) fn padded_area(&self) -> usize {
        self.rows.padded * self.columns.padded
    }
}
