//! Values on their way in and out.

use softcam_kernels::{Planes, Workspace};

/// Values of one place in a network, or gradients by them: row-major `[channels, height, width]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Activations {
    /// Channels.
    pub channels: usize,
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// `channels · height · width` of them.
    pub values: Vec<f32>,
}

impl Activations {
    pub(super) fn of(planes: &Planes) -> Self {
        let [_, channels, height, width] = planes.shape();
        Self {
            channels,
            height,
            width,
            values: planes.to_nchw(),
        }
    }
    /// The same from planes that nobody needs any more.
    pub(super) fn take(planes: Planes, workspace: &mut Workspace) -> Self {
        let result = Self::of(&planes);
        workspace.recycle(planes);
        result
    }

    pub(super) fn planes(&self, workspace: &mut Workspace) -> Planes {
        let shape = [1, self.channels, self.height, self.width];
        workspace.planes_from_nchw(&self.values, shape)
    }
}
