//! Finer maps from the same weights: the last strides are removed, and what comes after them is dilated.

use super::{Block, Join};

/// Output strides that a model card may ask for; 32 is what every backbone here is trained with.
pub const OUTPUT_STRIDES: [usize; 3] = [8, 16, 32];

/// Lowers the output stride of `blocks` to `target`.
///
/// A step whose stride is removed gives every cell where it gave one of several; every kernel after it spreads its cells
/// by the same factor, so that it reads what it read in training (torchvision's `replace_stride_with_dilation`). The
/// cells that the trained stride would have given keep their values; new ones come between them.
pub(super) fn lower_output_stride(blocks: &mut [Block], target: usize) {
    let (mut stride, mut dilation) = (1, 1);
    for block in blocks {
        let before = dilation;
        for step in &mut block.steps {
            let window = step.window_mut();
            window.dilation *= dilation;
            if stride < target {
                stride *= window.stride;
            } else {
                dilation *= window.stride;
                window.stride = 1;
            }
        }
        if let Join::Add {
            shortcut: Some(shortcut),
            ..
        } = &mut block.join
        {
            // It must keep pace with the path beside it. Being 1x1, it has no cells to spread.
            shortcut.window.stride /= dilation / before;
        }
    }
}
