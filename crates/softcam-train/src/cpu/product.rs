//! Matrix products of row-major slices, by ndarray (and matrixmultiply underneath).

use ndarray::linalg::general_mat_mul;
use ndarray::{ArrayView2, ArrayViewMut2, ShapeError};

/// A row-major matrix, or the transpose of one.
#[derive(Clone, Copy)]
pub(super) struct Matrix<'a> {
    data: &'a [f32],
    rows: usize,
    columns: usize,
    transposed: bool,
}

impl<'a> Matrix<'a> {
    pub(super) fn new(data: &'a [f32], rows: usize, columns: usize) -> Self {
        Self {
            data,
            rows,
            columns,
            transposed: false,
        }
    }

    pub(super) fn transposed(self) -> Self {
        Self {
            transposed: !self.transposed,
            ..self
        }
    }

    fn view(&self) -> Result<ArrayView2<'a, f32>, ShapeError> {
        let view = ArrayView2::from_shape((self.rows, self.columns), self.data)?;
        Ok(if self.transposed {
            view.reversed_axes()
        } else {
            view
        })
    }
}

/// output = a · b + factor · output, `output` row-major.
///
/// # Panics
/// If a slice is not as long as its matrix is large, or the matrices do not fit each other.
pub(super) fn product(a: Matrix, b: Matrix, output: &mut [f32], factor: f32) {
    let mut multiply = || {
        let (a, b) = (a.view()?, b.view()?);
        let shape = (a.nrows(), b.ncols());
        let mut output = ArrayViewMut2::from_shape(shape, output)?;
        general_mat_mul(1.0, &a, &b, factor, &mut output);
        Ok::<(), ShapeError>(())
    };
    if let Err(error) = multiply() {
        panic!("a matrix and its values do not fit: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_row_major_whatever_is_transposed() {
        // [1 2 3; 4 5 6] and [1 0; 2 1; 0 3].
        let (a, b) = (
            [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
            [1.0, 0.0, 2.0, 1.0, 0.0, 3.0],
        );
        let mut output = [1.0; 4];
        product(
            Matrix::new(&a, 2, 3),
            Matrix::new(&b, 3, 2),
            &mut output,
            0.0,
        );
        assert_eq!(output, [5.0, 11.0, 14.0, 23.0]);
        product(
            Matrix::new(&a, 2, 3),
            Matrix::new(&b, 3, 2),
            &mut output,
            1.0,
        );
        assert_eq!(output, [10.0, 22.0, 28.0, 46.0]);
        let mut square = [0.0; 9];
        let (a, b) = (
            Matrix::new(&a, 2, 3).transposed(),
            Matrix::new(&b, 3, 2).transposed(),
        );
        product(a, b, &mut square, 0.0);
        assert_eq!(square, [1.0, 6.0, 12.0, 2.0, 9.0, 15.0, 3.0, 12.0, 18.0]);
    }
}
