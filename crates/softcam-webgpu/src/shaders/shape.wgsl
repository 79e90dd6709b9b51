// Sizes that every kernel is told. Activations are [batch, height, width, groups]: four channels to a vector.

struct Shape {
    batch: u32,
    height: u32,
    width: u32,
    out_height: u32,
    out_width: u32,
    // Groups of four channels, in and out.
    groups: u32,
    out_groups: u32,
    pad_top: u32,
    pad_left: u32,
    kernel: u32,
    stride: u32,
    dilation: u32,
    // Bounds of the activation, as bits; a pool starts from the lower one.
    low: u32,
    high: u32,
    has_residual: u32,
    spare: u32,
}
