//! What a file says its numbers mean.

use super::curve::Curve;
use super::matrix::Matrix;

/// Greys or three primaries, each with its curve, as seen under the white of profiles (D50).
#[derive(Debug, Clone, PartialEq)]
pub enum Colours {
    Grey(Curve),
    /// Columns of the matrix are X, Y, Z of red, green and blue.
    Rgb(Box<[Curve; 3]>, Matrix),
}
