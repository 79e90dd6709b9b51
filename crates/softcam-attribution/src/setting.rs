//! Which methods read which of the options.

use crate::method::Method;

/// One of the [`crate::Options`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// [`crate::Options::layer`].
    Layer,
    /// [`crate::Options::steps`].
    Steps,
    /// [`crate::Options::baseline`].
    Baseline,
    /// [`crate::Options::samples`].
    Samples,
    /// [`crate::Options::noise`].
    Noise,
    /// [`crate::Options::masks`].
    Masks,
    /// [`crate::Options::cells`].
    Cells,
    /// [`crate::Options::share`].
    Share,
    /// [`crate::Options::patch`].
    Patch,
    /// [`crate::Options::stride`].
    Stride,
    /// [`crate::Options::seed`].
    Seed,
}

impl Setting {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Layer,
        Self::Steps,
        Self::Baseline,
        Self::Samples,
        Self::Noise,
        Self::Masks,
        Self::Cells,
        Self::Share,
        Self::Patch,
        Self::Stride,
        Self::Seed,
    ];

    /// The methods whose map depends on it, in the order of [`Method::ALL`].
    pub fn readers(self) -> &'static [Method] {
        match self {
            Self::Layer => &[
                Method::GradCam,
                Method::GradCamClipped,
                Method::GradCamPlusPlus,
                Method::LayerCam,
                Method::HiResCam,
                Method::ScoreCam,
                Method::AblationCam,
            ],
            Self::Steps => &[Method::IntegratedGradients],
            Self::Baseline => &[Method::IntegratedGradients, Method::Occlusion],
            Self::Samples | Self::Noise => &[Method::SmoothGrad],
            Self::Masks | Self::Cells | Self::Share => &[Method::Rise],
            Self::Patch | Self::Stride => &[Method::Occlusion],
            Self::Seed => &[Method::SmoothGrad, Method::Rise, Method::Random],
        }
    }
}

impl Method {
    /// Whether the map depends on `setting`.
    pub fn reads(self, setting: Setting) -> bool {
        setting.readers().contains(&self)
    }
}
