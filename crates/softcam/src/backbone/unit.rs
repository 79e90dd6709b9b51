//! The one building block: convolution, normalisation, activation.

/// Added to the variance before the square root in batch normalisation: TensorFlow's value for EfficientNet.
pub const BATCH_NORM_EPSILON: f32 = 1e-3;

/// What follows a convolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// Nothing: linear bottlenecks and the class-evidence layer, whose values stay signed.
    Linear,
    /// min(max(x, 0), 6).
    Relu6,
}

/// One convolution with what belongs to it. Weight shape: `[out_channels, in_channels / groups, kernel, kernel]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitSpec {
    /// Name in this project's files, such as `blocks.3.expand`.
    pub name: String,
    /// Name of the convolution in the source checkpoint (`X` for `X.weight`).
    pub source_convolution: String,
    /// Name of the batch normalisation in the source checkpoint.
    pub source_norm: String,
    /// Channels in.
    pub in_channels: usize,
    /// Channels out.
    pub out_channels: usize,
    /// Side of the square kernel.
    pub kernel: usize,
    /// Step along both axes.
    pub stride: usize,
    /// 1 for a dense convolution, `in_channels` for a depthwise one.
    pub groups: usize,
    /// What follows.
    pub activation: Activation,
}

impl UnitSpec {
    /// `[out_channels, in_channels / groups, kernel, kernel]`.
    pub fn weight_shape(&self) -> [usize; 4] {
        [
            self.out_channels,
            self.in_channels / self.groups,
            self.kernel,
            self.kernel,
        ]
    }

    /// Number of weights.
    pub fn weight_len(&self) -> usize {
        self.weight_shape().iter().product()
    }

    /// Whether this is a 1x1 convolution with stride 1: a matrix product over the channels.
    pub fn is_pointwise(&self) -> bool {
        self.kernel == 1 && self.stride == 1 && self.groups == 1
    }
}

/// TensorFlow's SAME padding along one axis, as (before, after): the output has ceil(size / stride) cells, and where
/// the total is odd the extra zero comes *after*. PyTorch's symmetric padding would shift every strided layer by half
/// a pixel.
pub fn same_padding(size: usize, kernel: usize, stride: usize) -> (usize, usize) {
    let cells = size.div_ceil(stride);
    let total = ((cells - 1) * stride + kernel).saturating_sub(size);
    (total / 2, total - total / 2)
}

#[cfg(test)]
mod tests {
    use super::same_padding;

    #[test]
    fn same_padding_is_tensorflows() {
        assert_eq!(same_padding(224, 3, 2), (0, 1));
        assert_eq!(same_padding(225, 3, 2), (1, 1));
        assert_eq!(same_padding(112, 5, 2), (1, 2));
        assert_eq!(same_padding(7, 5, 1), (2, 2));
        assert_eq!(same_padding(1, 5, 2), (2, 2));
        assert_eq!(same_padding(7, 1, 1), (0, 0));
        assert_eq!(same_padding(8, 1, 2), (0, 0), "never negative");
    }
}
