//! One map over a picture, by whatever method.

/// A value for every cell of a grid over the network's input.
#[derive(Debug, Clone, PartialEq)]
pub struct Map {
    /// Row-major, `rows` x `columns`; positive speaks for what was asked, negative against it. Of evidence, logit units.
    pub values: Vec<f32>,
    /// Cells from top to bottom.
    pub rows: usize,
    /// Cells from left to right.
    pub columns: usize,
    /// What the mean of the values claims to be: of evidence, the logit or the difference of two. None where the method
    /// promises no such sum, as methods that are computed after the fact do not.
    pub total: Option<f32>,
}

impl Map {
    /// `[rows, columns]` as a pair.
    pub fn shape(&self) -> (usize, usize) {
        (self.rows, self.columns)
    }
}
