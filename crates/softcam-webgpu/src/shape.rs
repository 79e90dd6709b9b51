//! What a kernel is told of its sizes.

/// The fields of `Shape` in shaders/shape.wgsl, in its order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Shape {
    pub batch: usize,
    pub height: usize,
    pub width: usize,
    pub out_height: usize,
    pub out_width: usize,
    /// Groups of four channels.
    pub groups: usize,
    pub out_groups: usize,
    pub pad_top: usize,
    pub pad_left: usize,
    pub kernel: usize,
    pub stride: usize,
    pub dilation: usize,
    /// Bounds of the activation.
    pub bounds: (f32, f32),
    pub has_residual: bool,
}

impl Shape {
    /// As a kernel reads them: two fields of 32 bits to a word.
    pub(crate) fn words(&self) -> Vec<u64> {
        let small = |value: usize| {
            u32::try_from(value).unwrap_or_else(|_| panic!("{value} is no size of a picture"))
        };
        let fields = [
            small(self.batch),
            small(self.height),
            small(self.width),
            small(self.out_height),
            small(self.out_width),
            small(self.groups),
            small(self.out_groups),
            small(self.pad_top),
            small(self.pad_left),
            small(self.kernel),
            small(self.stride),
            small(self.dilation),
            self.bounds.0.to_bits(),
            self.bounds.1.to_bits(),
            u32::from(self.has_residual),
            0,
        ];
        (fields.chunks_exact(2))
            .map(|pair| u64::from(pair[0]) | u64::from(pair[1]) << 32)
            .collect()
    }
}

impl Shape {
    /// Of an operation that leaves sizes as they are.
    pub(crate) fn of(input: &crate::Planes) -> Self {
        let [batch, _, height, width] = input.shape();
        let groups = input.groups();
        Self {
            batch,
            height,
            width,
            out_height: height,
            out_width: width,
            groups,
            out_groups: groups,
            pad_top: 0,
            pad_left: 0,
            kernel: 1,
            stride: 1,
            dilation: 1,
            bounds: (f32::NEG_INFINITY, f32::INFINITY),
            has_residual: false,
        }
    }
}
