//! The methods by name.

use serde::{Deserialize, Serialize};
use softcam::{Error, Result, error};
use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

/// How a map is made; each in a file of [`crate::methods`], which names its paper and the code that it follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
#[non_exhaustive]
pub enum Method {
    /// The evidence that the network decided by ([`crate::methods::soft_cam`]).
    SoftCam,
    /// Channels weighed by their mean gradient ([`crate::methods::grad_cam`]).
    GradCam,
    /// The same with negative values set to 0 ([`crate::methods::grad_cam`]).
    GradCamClipped,
    /// Channels weighed by their positive gradients, corrected for their area ([`crate::methods::grad_cam_plus_plus`]).
    GradCamPlusPlus,
    /// Cells weighed by their own positive gradient ([`crate::methods::layer_cam`]).
    LayerCam,
    /// Cells weighed by their own gradient ([`crate::methods::hires_cam`]).
    HiResCam,
    /// Channels weighed by what the network says of the picture behind them ([`crate::methods::score_cam`]).
    ScoreCam,
    /// Channels weighed by what the score loses without them ([`crate::methods::ablation_cam`]).
    AblationCam,
    /// The gradient by the pixels, of which every ReLU lets the positive part through ([`crate::methods::guided_backprop`]).
    GuidedBackprop,
    /// The gradient by the pixels along the way from a baseline ([`crate::methods::integrated_gradients`]).
    IntegratedGradients,
    /// The mean gradient over noisy copies of the picture ([`crate::methods::smooth_grad`]).
    SmoothGrad,
    /// What covering parts of the picture costs ([`crate::methods::occlusion`]).
    Occlusion,
    /// The mean of random masks, by what the network says of the picture behind them ([`crate::methods::rise`]).
    Rise,
    /// A control that knows neither network nor picture ([`crate::methods::random`]).
    Random,
    /// A control that knows the picture alone ([`crate::methods::edges`]).
    Edges,
}

impl Method {
    /// All of them: SoftCAM, then its rivals, then the controls.
    pub const ALL: [Self; 15] = [
        Self::SoftCam,
        Self::GradCam,
        Self::GradCamClipped,
        Self::GradCamPlusPlus,
        Self::LayerCam,
        Self::HiResCam,
        Self::ScoreCam,
        Self::AblationCam,
        Self::GuidedBackprop,
        Self::IntegratedGradients,
        Self::SmoothGrad,
        Self::Occlusion,
        Self::Rise,
        Self::Random,
        Self::Edges,
    ];

    /// The name that the command line, files and addresses use; lower case with hyphens.
    pub fn name(self) -> &'static str {
        match self {
            Self::SoftCam => "softcam",
            Self::GradCam => "grad-cam",
            Self::GradCamClipped => "grad-cam-clipped",
            Self::GradCamPlusPlus => "grad-cam-plus-plus",
            Self::LayerCam => "layer-cam",
            Self::HiResCam => "hires-cam",
            Self::ScoreCam => "score-cam",
            Self::AblationCam => "ablation-cam",
            Self::GuidedBackprop => "guided-backprop",
            Self::IntegratedGradients => "integrated-gradients",
            Self::SmoothGrad => "smooth-grad",
            Self::Occlusion => "occlusion",
            Self::Rise => "rise",
            Self::Random => "random",
            Self::Edges => "edges",
        }
    }

    /// The name that people read, on the page as well.
    pub fn title(self) -> &'static str {
        match self {
            Self::SoftCam => "SoftCAM",
            Self::GradCam => "Grad-CAM (signed)",
            Self::GradCamClipped => "Grad-CAM (clipped)",
            Self::GradCamPlusPlus => "Grad-CAM++",
            Self::LayerCam => "LayerCAM",
            Self::HiResCam => "HiResCAM",
            Self::ScoreCam => "Score-CAM",
            Self::AblationCam => "Ablation-CAM",
            Self::GuidedBackprop => "Guided Backprop",
            Self::IntegratedGradients => "Integrated Gradients",
            Self::SmoothGrad => "SmoothGrad",
            Self::Occlusion => "Occlusion",
            Self::Rise => "RISE",
            Self::Random => "Random map",
            Self::Edges => "Edges of the picture",
        }
    }

    /// Whether the map tells what speaks against the target from what does not matter, by values below 0.
    pub fn signed(self) -> bool {
        match self {
            Self::SoftCam
            | Self::GradCam
            | Self::HiResCam
            | Self::GuidedBackprop
            | Self::IntegratedGradients
            | Self::SmoothGrad
            | Self::Occlusion
            | Self::Random => true,
            // Of two classes, RISE weighs its masks by a difference of logits, which may be negative.
            Self::GradCamClipped
            | Self::GradCamPlusPlus
            | Self::LayerCam
            | Self::ScoreCam
            | Self::AblationCam
            | Self::Rise
            | Self::Edges => false,
        }
    }

    /// Whether it is a control, which an explanation must beat.
    pub fn is_control(self) -> bool {
        matches!(self, Self::Random | Self::Edges)
    }
}

impl Display for Method {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name without what people leave out.
fn plain(name: &str) -> String {
    name.to_lowercase()
        .replace("++", "plusplus")
        .replace(['-', '_', ' '], "")
}

impl FromStr for Method {
    type Err = Error;

    /// The method of that name; case, hyphens, underscores and blanks do not matter.
    fn from_str(name: &str) -> Result<Self> {
        let wanted = plain(name);
        let found = (Self::ALL.into_iter()).find(|method| plain(method.name()) == wanted);
        found.ok_or_else(|| {
            let likeness = |method: &Self| strsim::jaro_winkler(&plain(method.name()), &wanted);
            let mut order = Self::ALL;
            order.sort_by(|a, b| likeness(b).total_cmp(&likeness(a)));
            let nearest = format!("{}, {} and {}", order[0], order[1], order[2]);
            error!(METHOD_UNKNOWN, name, nearest)
        })
    }
}

impl TryFrom<String> for Method {
    type Error = Error;

    fn try_from(name: String) -> Result<Self> {
        name.parse()
    }
}

impl From<Method> for &'static str {
    fn from(method: Method) -> Self {
        method.name()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back() {
        for method in Method::ALL {
            assert_eq!(method.name().parse::<Method>().unwrap(), method);
            let json = serde_json::to_string(&method).unwrap();
            assert_eq!(json, format!("{:?}", method.name()));
            assert_eq!(serde_json::from_str::<Method>(&json).unwrap(), method);
        }
        assert_eq!(
            "Grad-CAM++".parse::<Method>().unwrap(),
            Method::GradCamPlusPlus
        );
        assert_eq!("RISE".parse::<Method>().unwrap(), Method::Rise);
        let error = "ocluson".parse::<Method>().unwrap_err();
        assert!(error.advice().contains("occlusion"), "{}", error.advice());
    }
}
