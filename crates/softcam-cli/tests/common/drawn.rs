//! Pictures that are drawn here, and a model that tells them apart.

use super::repository;
use image::{Rgb, RgbImage};
use softcam::Device;
use softcam::conversion::seal;
use softcam::weights::{Figure, LayerWeights, Model, file};
use std::fs;

/// The shipped model with the classes plain and "round" instead of a thousand.
pub fn model(change: impl FnOnce(&mut Model)) -> Vec<u8> {
    let shipped = fs::read(repository("web/models/efficientnet-lite0.safetensors")).unwrap();
    let mut model = file::read(&shipped).unwrap();
    let evidence = model.specs().pop().unwrap();
    let layer = &model.layers[&evidence.name];
    let (weight, bias) = (layer.float_weight(), layer.bias().unwrap().to_vec());
    let features = weight.len() / bias.len();
    // What zebra and ping-pong ball were.
    let rows = [340, 722];
    let two = LayerWeights::Folded {
        weight: rows
            .iter()
            .flat_map(|row| weight[row * features..][..features].to_vec())
            .collect(),
        bias: rows.iter().map(|row| bias[*row]).collect(),
    };
    model.layers.insert(evidence.name, two);
    model.card.classes = vec!["plain".into(), "<round>".into()];
    model.card.medical = true;
    model.card.figures = vec![figure("old", "elsewhere"), figure("stale", "test pictures")];
    change(&mut model);
    pollster::block_on(seal(model, &Device::flex())).unwrap()
}

fn figure(name: &str, measured_on: &str) -> Figure {
    Figure {
        name: name.into(),
        value: 0.5,
        measured_on: measured_on.into(),
        ..Figure::default()
    }
}

/// A picture of stripes or of a disc.
pub fn draw(kind: &str, index: usize) -> RgbImage {
    let shift = 3 * index as u32;
    RgbImage::from_fn(96, 80, |x, y| {
        let (dx, dy) = (i64::from(x) - 48, i64::from(y) - 40);
        let light = match kind {
            "stripes" => ((x + y / 3 + shift) / 5).is_multiple_of(2),
            _ => dx * dx + dy * dy < i64::from(500 + 40 * shift),
        };
        if light {
            Rgb([240, 240, 240])
        } else {
            Rgb([20, 20, 20])
        }
    })
}
