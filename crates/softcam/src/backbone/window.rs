//! How a convolution or a pooling moves over its input.

/// What lies around the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Padding {
    /// TensorFlow's SAME: as much as the output needs to have ceil(size / stride) cells, and where the total is odd, the
    /// extra cell comes *after*. PyTorch's symmetric padding would shift every strided layer by half a pixel.
    Same,
    /// PyTorch's: this many cells on both sides, times the dilation.
    Symmetric(usize),
}

/// Size, step and surroundings of a square kernel, the same along both axes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Side of the kernel.
    pub kernel: usize,
    /// Step.
    pub stride: usize,
    /// Distance of neighbouring kernel cells; 1 for an ordinary kernel.
    pub dilation: usize,
    /// What lies around the input.
    pub padding: Padding,
}

impl Window {
    /// An ordinary kernel.
    pub const fn new(kernel: usize, stride: usize, padding: Padding) -> Self {
        Self {
            kernel,
            stride,
            dilation: 1,
            padding,
        }
    }

    /// One cell at a time.
    pub const POINT: Self = Self::new(1, 1, Padding::Symmetric(0));

    /// Cells from the first to the last one that the kernel touches.
    pub fn reach(&self) -> usize {
        self.dilation * (self.kernel - 1) + 1
    }

    /// Padding (before, after) along an axis of `size` cells.
    pub fn padding_for(&self, size: usize) -> (usize, usize) {
        match self.padding {
            Padding::Symmetric(cells) => (cells * self.dilation, cells * self.dilation),
            Padding::Same => {
                let covered = size.div_ceil(self.stride).saturating_sub(1) * self.stride;
                let total = (covered + self.reach()).saturating_sub(size);
                (total / 2, total - total / 2)
            }
        }
    }

    /// Cells of the output along an axis of `size` cells; 0 where the kernel does not fit.
    pub fn output_size(&self, size: usize) -> usize {
        let (before, after) = self.padding_for(size);
        match (before + size + after).checked_sub(self.reach()) {
            Some(room) => room / self.stride + 1,
            None => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_padding_is_tensorflows() {
        let padding = |size, kernel, stride| {
            let window = Window::new(kernel, stride, Padding::Same);
            assert_eq!(window.output_size(size), size.div_ceil(stride));
            window.padding_for(size)
        };
        assert_eq!(padding(224, 3, 2), (0, 1));
        assert_eq!(padding(225, 3, 2), (1, 1));
        assert_eq!(padding(112, 5, 2), (1, 2));
        assert_eq!(padding(7, 5, 1), (2, 2));
        assert_eq!(padding(1, 5, 2), (2, 2));
        assert_eq!(padding(7, 1, 1), (0, 0));
        assert_eq!(padding(8, 1, 2), (0, 0), "never negative");
    }

    #[test]
    fn symmetric_padding_is_pytorchs() {
        let window = Window::new(7, 2, Padding::Symmetric(3));
        assert_eq!(window.padding_for(224), (3, 3));
        assert_eq!(window.output_size(224), 112);
        assert_eq!(window.output_size(75), 38);
        let pool = Window::new(2, 2, Padding::Symmetric(0));
        assert_eq!(
            pool.output_size(75),
            37,
            "a pooling drops what is left over"
        );
        assert_eq!(pool.output_size(1), 0);
        let dilated = Window {
            dilation: 4,
            ..Window::new(3, 1, Padding::Symmetric(1))
        };
        assert_eq!(dilated.padding_for(28), (4, 4));
        assert_eq!(dilated.output_size(28), 28);
    }
}
