//! Networks that people have and that cannot be converted: told by their tensors, so that a refusal can name them.

use super::state_dict::StateDict;

/// What `tensors` are, where they are no network of this crate but a known one.
pub(super) fn name(tensors: &StateDict) -> Option<String> {
    let has = |part: &str| tensors.keys().any(|name| name.contains(part));
    let ends = |part: &str| tensors.keys().any(|name| name.ends_with(part));
    let found = |parts: &[&str]| parts.iter().any(|part| has(part));
    // Adapters and quantized copies hold the names of what they are for, so they come first.
    if found(&["lora_A.", "lora_B.", "lora_down.", "lora_up."]) {
        return Some("a LoRA adapter, which holds changes to another network".to_owned());
    }
    if found(&[
        "word_embeddings.",
        "embed_tokens.",
        "wte.",
        "token_embedding.",
    ]) && !has("visual.")
    {
        return Some("a language model".to_owned());
    }
    if found(&["relative_position_bias_table", "rel_pos_h"]) {
        return Some("a Swin transformer".to_owned());
    }
    if found(&[
        ".attn.qkv.",
        ".attention.attention.query.",
        "encoder_layer_0.",
        "visual.transformer",
        ".self_attn.",
    ]) {
        return Some("a vision transformer".to_owned());
    }
    if found(&[
        "segmentation_head.",
        "decoder.blocks.",
        "up_blocks.",
        "outc.conv.",
    ]) {
        return Some(
            "a network for segmentation or for making pictures, not a classifier".to_owned(),
        );
    }
    if found(&["fpn.", "rpn.", "box_head.", "model.22.dfl", "model.24.m."]) {
        return Some("a detector, not a classifier".to_owned());
    }
    if found(&["Mixed_5b."]) {
        return Some("an Inception".to_owned());
    }
    if found(&["inception3a."]) {
        return Some("a GoogLeNet".to_owned());
    }
    if found(&[".squeeze.weight", "expand3x3."]) {
        return Some("a SqueezeNet".to_owned());
    }
    if found(&["trunk_output."]) {
        return Some("a RegNet".to_owned());
    }
    if found(&[".grn.", ".dwconv.", ".layer_scale"]) || (ends(".conv_dw.weight") && ends(".gamma"))
    {
        return Some("a ConvNeXt".to_owned());
    }
    if found(&["first_conv.convolution."]) {
        return Some(
            "a MobileNet of transformers, which pads as TensorFlow does; torchvision's and timm's MobileNetV2 are converted"
                .to_owned(),
        );
    }
    if found(&["stem.conv.weight"]) && ends(".downsample.conv.weight") {
        return Some("a ResNet with normalisation first (ResNetV2 or BiT)".to_owned());
    }
    if found(&["layer4."]) && found(&["layer1.0.conv1."]) {
        return residual(tensors);
    }
    if found(&["denseblock4."]) {
        return Some(dense(tensors));
    }
    if found(&["_se_reduce.", ".se.conv_reduce.", ".se.fc1.", ".fc1.weight"])
        && found(&["conv_stem", "features.0.0."])
    {
        return Some("an EfficientNet or MobileNetV3 with squeeze-and-excitation".to_owned());
    }
    if let Some(first) = tensors
        .iter()
        .find(|(name, _)| name.ends_with("features.0.weight"))
        && first.1.shape[..] == [64, 3, 11, 11]
    {
        return Some("an AlexNet".to_owned());
    }
    None
}

/// A ResNet of a kind that is not among those of this crate.
fn residual(tensors: &StateDict) -> Option<String> {
    let shape = |part: &str| {
        let (_, tensor) = tensors.iter().find(|(name, _)| name.ends_with(part))?;
        Some(tensor.shape.as_slice())
    };
    let has = |part: &str| tensors.keys().any(|name| name.contains(part));
    if has("layer1.0.se.") || has("layer1.0.se_module.") || has("layer1.0.fc1.") {
        return Some("a ResNet with squeeze-and-excitation".to_owned());
    }
    if has("layer1.0.conv2.conv.") || has("layer1.0.attn") {
        return Some("a ResNet with attention inside its blocks".to_owned());
    }
    if has("conv1.0.weight") && !has("layer1.0.conv1.0.weight") {
        return Some(
            "a ResNet with a stem of three convolutions (ResNet-D and its kin)".to_owned(),
        );
    }
    let stem = shape("conv1.weight");
    if let Some([_, _, height, width]) = tensors_stem(tensors)
        && (height, width) != (7, 7)
    {
        return Some(format!(
            "a ResNet whose first convolution is {height}x{width} and not 7x7, as for CIFAR's small pictures"
        ));
    }
    stem?;
    if let Some([out, inputs, 3, 3]) = shape("layer1.0.conv2.weight")
        && let Some([.., 1, 1]) = shape("layer1.0.conv1.weight")
    {
        if inputs < out {
            return Some("a ResNeXt, whose 3x3 convolutions are in groups".to_owned());
        }
        if *out != 64 {
            return Some("a Wide ResNet".to_owned());
        }
    }
    let depths = [1, 2, 3, 4].map(|stage| blocks(tensors, stage));
    let convolutions = if shape("layer1.0.conv3.weight").is_some() {
        3
    } else {
        2
    };
    let depth = 2 + convolutions * depths.iter().sum::<usize>();
    let known = matches!(depths, [2, 2, 2, 2] | [3, 4, 6, 3] | [3, 4, 23, 3]);
    (!known || depth == 26).then(|| format!("a ResNet-{depth}"))
}

/// Shape of the first convolution, which is outside every stage.
fn tensors_stem(tensors: &StateDict) -> Option<[usize; 4]> {
    let (_, tensor) = (tensors.iter())
        .find(|(name, _)| name.ends_with("conv1.weight") && !name.contains("layer"))?;
    tensor.shape[..].try_into().ok()
}

/// Blocks of a stage.
fn blocks(tensors: &StateDict, stage: usize) -> usize {
    let at = format!("layer{stage}.");
    let number = |name: &String| -> Option<usize> {
        let rest = &name[name.find(&at)? + at.len()..];
        rest.split('.').next()?.parse().ok()
    };
    tensors
        .keys()
        .filter_map(number)
        .max()
        .map_or(0, |last| last + 1)
}

/// A DenseNet by its number of layers.
fn dense(tensors: &StateDict) -> String {
    let layers = |block: usize| {
        let at = format!("denseblock{block}.denselayer");
        let number = |name: &String| -> Option<usize> {
            let rest = &name[name.find(&at)? + at.len()..];
            rest.split('.').next()?.parse().ok()
        };
        tensors.keys().filter_map(number).max().unwrap_or(0)
    };
    let depth = 5 + 2 * [1, 2, 3, 4].map(layers).iter().sum::<usize>();
    format!("a DenseNet-{depth}")
}
