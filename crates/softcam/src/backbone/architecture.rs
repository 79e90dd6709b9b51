//! The networks by name, and what may differ between models of one network.

use super::{Backbone, densenet, efficientnet_lite, mobilenet_v2, resnet, stride, vgg};
use crate::error::{Error, Result, error};
use serde::{Deserialize, Serialize};

/// The networks that this crate can build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
#[non_exhaustive]
#[expect(
    missing_docs,
    reason = "each variant is the published name of a network"
)]
pub enum Architecture {
    EfficientNetLite0,
    EfficientNetLite1,
    EfficientNetLite2,
    EfficientNetLite3,
    EfficientNetLite4,
    ResNet18,
    ResNet34,
    ResNet50,
    ResNet101,
    Vgg11,
    Vgg11Bn,
    Vgg13,
    Vgg13Bn,
    Vgg16,
    Vgg16Bn,
    Vgg19,
    Vgg19Bn,
    DenseNet121,
    MobileNetV2,
}

/// What may differ between models of one architecture without a change to any weight.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// Input pixels per cell of the map, lower than the network was trained with: finer maps that take longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_stride: Option<usize>,
    /// Blocks of the backbone in front of the class-evidence layer, where it does not read the last one: each cell then
    /// sees less of the picture, and maps are finer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence_block: Option<usize>,
    /// With an earlier block: the class-evidence layer reads what the block after it makes first, its 1x1 expansion, whose
    /// activation tells more apart than a linear bottleneck does. A cell sees as much of the picture as without.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub evidence_expansion: bool,
    /// Each cell's evidence is shared with its neighbours before it counts (see [`crate::smoothing::smooth`]): fewer single cells stand
    /// out by chance, the logits stay as they are, and a cell speaks for one more cell to each side.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub smooth_evidence: bool,
    /// DenseNet only: the last normalisation reaches the class-evidence layer without a ReLU, as in the official SoftCAM
    /// code. torchvision's classifier has the ReLU.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub signed_features: bool,
}

impl Options {
    /// Whether every option is as trained by default; such options are left out of the card.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl Architecture {
    /// All of them, small families first.
    pub const ALL: [Self; 19] = [
        Self::EfficientNetLite0,
        Self::EfficientNetLite1,
        Self::EfficientNetLite2,
        Self::EfficientNetLite3,
        Self::EfficientNetLite4,
        Self::MobileNetV2,
        Self::ResNet18,
        Self::ResNet34,
        Self::ResNet50,
        Self::ResNet101,
        Self::DenseNet121,
        Self::Vgg11,
        Self::Vgg11Bn,
        Self::Vgg13,
        Self::Vgg13Bn,
        Self::Vgg16,
        Self::Vgg16Bn,
        Self::Vgg19,
        Self::Vgg19Bn,
    ];

    /// The name that model cards and the command line use.
    pub fn name(self) -> &'static str {
        match self {
            Self::EfficientNetLite0 => "efficientnet-lite0",
            Self::EfficientNetLite1 => "efficientnet-lite1",
            Self::EfficientNetLite2 => "efficientnet-lite2",
            Self::EfficientNetLite3 => "efficientnet-lite3",
            Self::EfficientNetLite4 => "efficientnet-lite4",
            Self::ResNet18 => "resnet18",
            Self::ResNet34 => "resnet34",
            Self::ResNet50 => "resnet50",
            Self::ResNet101 => "resnet101",
            Self::Vgg11 => "vgg11",
            Self::Vgg11Bn => "vgg11-bn",
            Self::Vgg13 => "vgg13",
            Self::Vgg13Bn => "vgg13-bn",
            Self::Vgg16 => "vgg16",
            Self::Vgg16Bn => "vgg16-bn",
            Self::Vgg19 => "vgg19",
            Self::Vgg19Bn => "vgg19-bn",
            Self::DenseNet121 => "densenet121",
            Self::MobileNetV2 => "mobilenet-v2",
        }
    }

    /// The architecture of that name; case, hyphens and underscores do not matter.
    pub fn from_name(name: &str) -> Result<Self> {
        let plain = |name: &str| name.to_lowercase().replace(['-', '_'], "");
        let wanted = plain(name);
        let found = Self::ALL.into_iter().find(|a| plain(a.name()) == wanted);
        found.ok_or_else(|| {
            let likeness = |a: &Self| strsim::jaro_winkler(&plain(a.name()), &wanted);
            let mut order = Self::ALL;
            order.sort_by(|a, b| likeness(b).total_cmp(&likeness(a)));
            let nearest = format!(
                "{}, {} and {}",
                order[0].name(),
                order[1].name(),
                order[2].name()
            );
            error!(ARCHITECTURE_UNKNOWN, name, nearest)
        })
    }

    /// The description of this architecture's backbone. `options` come from a checked card.
    pub fn backbone(self, options: Options) -> Backbone {
        let mut backbone = match self {
            Self::EfficientNetLite0 => efficientnet_lite::scaled(1.0, 1.0),
            Self::EfficientNetLite1 => efficientnet_lite::scaled(1.0, 1.1),
            Self::EfficientNetLite2 => efficientnet_lite::scaled(1.1, 1.2),
            Self::EfficientNetLite3 => efficientnet_lite::scaled(1.2, 1.4),
            Self::EfficientNetLite4 => efficientnet_lite::scaled(1.4, 1.8),
            Self::ResNet18 => resnet::basic([2, 2, 2, 2]),
            Self::ResNet34 => resnet::basic([3, 4, 6, 3]),
            Self::ResNet50 => resnet::bottleneck([3, 4, 6, 3]),
            Self::ResNet101 => resnet::bottleneck([3, 4, 23, 3]),
            Self::Vgg11 => vgg::plain([1, 1, 2, 2, 2]),
            Self::Vgg11Bn => vgg::normalised([1, 1, 2, 2, 2]),
            Self::Vgg13 => vgg::plain([2, 2, 2, 2, 2]),
            Self::Vgg13Bn => vgg::normalised([2, 2, 2, 2, 2]),
            Self::Vgg16 => vgg::plain([2, 2, 3, 3, 3]),
            Self::Vgg16Bn => vgg::normalised([2, 2, 3, 3, 3]),
            Self::Vgg19 => vgg::plain([2, 2, 4, 4, 4]),
            Self::Vgg19Bn => vgg::normalised([2, 2, 4, 4, 4]),
            Self::DenseNet121 => densenet::densenet([6, 12, 24, 16], options.signed_features),
            Self::MobileNetV2 => mobilenet_v2::mobilenet_v2(),
        };
        if let Some(target) = options.output_stride {
            stride::lower_output_stride(&mut backbone.blocks, target);
        }
        if let Some(blocks) = options.evidence_block {
            backbone.end_after(blocks, options.evidence_expansion);
        }
        backbone
    }

    /// Whether [`Options::signed_features`] means anything here: everywhere else, a ReLU or a bottleneck ends the
    /// backbone in the official code too.
    pub fn has_signed_features(self) -> bool {
        self == Self::DenseNet121
    }

    /// Side of the input in pixels that the published weights were trained with.
    pub fn trained_size(self) -> usize {
        match self {
            Self::EfficientNetLite1 => 240,
            Self::EfficientNetLite2 => 260,
            Self::EfficientNetLite3 => 280,
            Self::EfficientNetLite4 => 300,
            _ => 224,
        }
    }

    /// Mean and standard deviation of R, G and B in pixel values 0 to 255 that the published weights were trained with.
    pub fn trained_normalisation(self) -> ([f32; 3], [f32; 3]) {
        match self {
            Self::EfficientNetLite0
            | Self::EfficientNetLite1
            | Self::EfficientNetLite2
            | Self::EfficientNetLite3
            | Self::EfficientNetLite4 => ([127.0; 3], [128.0; 3]),
            // torchvision's ImageNet figures, 0.485, 0.456, 0.406 and 0.229, 0.224, 0.225, times 255.
            _ => ([123.675, 116.28, 103.53], [58.395, 57.12, 57.375]),
        }
    }
}

impl TryFrom<String> for Architecture {
    type Error = Error;

    fn try_from(name: String) -> Result<Self> {
        Self::from_name(&name)
    }
}

impl From<Architecture> for &'static str {
    fn from(architecture: Architecture) -> Self {
        architecture.name()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back() {
        for architecture in Architecture::ALL {
            let json = serde_json::to_string(&architecture).unwrap();
            assert_eq!(json, format!("{:?}", architecture.name()));
            let read: Architecture = serde_json::from_str(&json).unwrap();
            assert_eq!(read, architecture);
        }
        let torchvision = Architecture::from_name("VGG16_bn").unwrap();
        assert_eq!(torchvision, Architecture::Vgg16Bn);
        let error = Architecture::from_name("resnet-51").unwrap_err();
        assert!(error.advice().contains("resnet50"), "{}", error.advice());
    }

    #[test]
    fn default_options_take_no_room() {
        assert_eq!(serde_json::to_string(&Options::default()).unwrap(), "{}");
        assert!(serde_json::from_str::<Options>("{\"stride\":8}").is_err());
    }
}
