//! The weights file: safetensors, with the model card as JSON under one metadata key.
//!
//! | tensor | type, shape |
//! |---|---|
//! | `L.weight` of an int8 layer | I8 `[out, in / groups, k, k]` |
//! | `L.weight` of an int4 layer | U8 `[out, ceil(in / groups · k · k / 2)]`, see below |
//! | `L.weight_scale` of either | F32 `[out]`, weight ≈ scale · integer |
//! | `L.weight` of a float layer | F32 or F16 `[out, in / groups, k, k]` |
//! | `L.bias` | F32 `[out]` |
//! | `known_answer.input` | U8 `[size, size, 3]` |
//! | `known_answer.logits` | F32 `[classes]` |
//! | `known_answer.map` | F32 `[h, w]`, of the class with the largest logit |
//! | `reference.mean` | F32 `[features]`, only where the card has an out-of-distribution threshold |
//! | `reference.basis` | F32 `[directions, features]`, likewise |
//! | `reference.variance` | F32 `[directions]`, likewise |
//!
//! int4 weights are packed two per byte, each output channel on its own: the first value in the low four bits, the second
//! in the high ones, both in two's complement from −7 to 7. Where a channel has an odd number, its last four bits are 0.
//!
//! The container's own checks (header length, overflow, overlaps, holes, total length) come first; on top of them come
//! type, name, exact shape and finite values, all before anything is built from them.

use super::{
    KnownAnswer, LayerWeights, MAX_INPUT_SIZE, MIN_INPUT_SIZE, Model, ModelCard, container,
};
use crate::backbone::UnitSpec;
use crate::error::{Error, Result, error};
use crate::novelty::NoveltyReference;
use half::f16;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Metadata key of the model card.
pub const CARD_KEY: &str = "softcam";

/// No header of this format needs more: names of some hundred tensors and a card.
const MAX_HEADER_BYTES: u64 = 8 << 20;

const KNOWN_INPUT: &str = "known_answer.input";
const KNOWN_LOGITS: &str = "known_answer.logits";
const KNOWN_MAP: &str = "known_answer.map";

const REFERENCE_MEAN: &str = "reference.mean";
const REFERENCE_BASIS: &str = "reference.basis";
const REFERENCE_VARIANCE: &str = "reference.variance";

/// Whether this looks like a file of this project, whole or not: a safetensors header with a model card.
pub fn is_model(bytes: &[u8]) -> bool {
    container::open(bytes, MAX_HEADER_BYTES)
        .is_ok_and(|(entries, _)| entries.contains_key(CARD_KEY))
}

/// Reads and checks a weights file.
pub fn read(bytes: &[u8]) -> Result<Model> {
    let (entries, tensors) = container::open(bytes, MAX_HEADER_BYTES)
        .map_err(|reason| error!(MODEL_UNREADABLE, reason))?;
    let card = entries
        .get(CARD_KEY)
        .ok_or_else(|| error!(MODEL_WITHOUT_CARD))?;
    let card = ModelCard::from_json(card)?;

    let mut reader = Reader {
        names: tensors.names().into_iter().map(str::to_owned).collect(),
        tensors: &tensors,
    };
    let mut model = Model {
        card,
        layers: BTreeMap::new(),
        known_answer: None,
        novelty_reference: None,
    };
    for spec in model.specs() {
        let weights = reader.layer(&spec)?;
        model.layers.insert(spec.name, weights);
    }
    model.known_answer = Some(reader.known_answer(&model)?);
    if let Some(limits) = &model.card.novelty {
        let backbone = model.backbone();
        let blocks = limits.blocks.unwrap_or(backbone.blocks.len());
        let features = backbone.channels_after(blocks);
        model.novelty_reference = Some(reader.reference(features, limits.residual_variance)?);
    }
    match reader.names.first() {
        Some(name) => Err(error!(TENSOR_UNEXPECTED, tensor = name)),
        None => Ok(model),
    }
}

/// Writes a folded or quantized model with its known answer.
pub fn write(model: &Model) -> Result<Vec<u8>> {
    let known = model
        .known_answer
        .as_ref()
        .ok_or_else(|| error!(ANSWER_NOT_COMPUTED))?;
    let mut tensors: Vec<(String, Dtype, Vec<usize>, Vec<u8>)> = Vec::new();
    let mut push = |name: String, dtype: Dtype, shape: &[usize], bytes: &[u8]| {
        tensors.push((name, dtype, shape.to_vec(), bytes.to_vec()));
    };
    for spec in model.specs() {
        let name = &spec.name;
        let shape = spec.weight_shape();
        let channels = [spec.out_channels];
        let mut integers = |dtype, shape: &[usize], bytes: &[u8], scale: &[f32]| {
            push(format!("{name}.weight"), dtype, shape, bytes);
            let scale = bytemuck::cast_slice(scale);
            push(format!("{name}.weight_scale"), Dtype::F32, &channels, scale);
        };
        let bias = match model.layer(&spec)? {
            LayerWeights::Unfolded { .. } => {
                return Err(error!(LAYER_NOT_FOLDED, layer = name));
            }
            LayerWeights::Folded { weight, bias } => {
                let bytes = bytemuck::cast_slice(weight);
                push(format!("{name}.weight"), Dtype::F32, &shape, bytes);
                bias
            }
            LayerWeights::Half { weight, bias } => {
                let bytes: Vec<u8> = weight.iter().flat_map(|w| w.to_le_bytes()).collect();
                push(format!("{name}.weight"), Dtype::F16, &shape, &bytes);
                bias
            }
            LayerWeights::Quantized {
                weight,
                scale,
                bias,
            } => {
                integers(Dtype::I8, &shape, bytemuck::cast_slice(weight), scale);
                bias
            }
            LayerWeights::Int4 {
                weight,
                scale,
                bias,
            } => {
                let bytes = pack(weight, spec.weight_len() / spec.out_channels);
                integers(Dtype::U8, &packed_shape(&spec), &bytes, scale);
                bias
            }
        };
        let bytes = bytemuck::cast_slice(bias);
        push(format!("{name}.bias"), Dtype::F32, &channels, bytes);
    }
    let size = known.size;
    let cells = model.backbone().map_size(size);
    push(
        KNOWN_INPUT.into(),
        Dtype::U8,
        &[size, size, 3],
        &known.pixels,
    );
    push(
        KNOWN_LOGITS.into(),
        Dtype::F32,
        &[known.logits.len()],
        bytemuck::cast_slice(&known.logits),
    );
    push(
        KNOWN_MAP.into(),
        Dtype::F32,
        &[cells, cells],
        bytemuck::cast_slice(&known.map),
    );
    if let (Some(reference), Some(_)) = (&model.novelty_reference, &model.card.novelty) {
        let (features, directions) = (reference.mean.len(), reference.variance.len());
        for (name, shape, values) in [
            (REFERENCE_MEAN, &[features][..], &reference.mean),
            (REFERENCE_BASIS, &[directions, features], &reference.basis),
            (REFERENCE_VARIANCE, &[directions], &reference.variance),
        ] {
            push(name.into(), Dtype::F32, shape, bytemuck::cast_slice(values));
        }
    }

    let card = serde_json::to_string(&model.card)
        .map_err(|error| error!(MODEL_NOT_WRITTEN, reason = error))?;
    let views = tensors
        .iter()
        .map(|(name, dtype, shape, bytes)| {
            TensorView::new(*dtype, shape.clone(), bytes).map(|view| (name.as_str(), view))
        })
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| error!(MODEL_NOT_WRITTEN, reason = error))?;
    safetensors::serialize(views, Some(HashMap::from([(CARD_KEY.to_owned(), card)])))
        .map_err(|error| error!(MODEL_NOT_WRITTEN, reason = error))
}

/// Takes tensors out one by one; what is left over at the end does not belong in the file.
struct Reader<'a> {
    tensors: &'a SafeTensors<'a>,
    names: BTreeSet<String>,
}

impl<'a> Reader<'a> {
    fn layer(&mut self, spec: &UnitSpec) -> Result<LayerWeights> {
        let name = &spec.name;
        let channels = [spec.out_channels];
        let weight_name = format!("{name}.weight");
        let view = self.take(&weight_name)?;
        if view.dtype() == Dtype::U8 {
            check_shape(&weight_name, &view, &packed_shape(spec))?;
        } else {
            check_shape(&weight_name, &view, &spec.weight_shape())?;
        }
        let bias_name = format!("{name}.bias");
        let weights = match view.dtype() {
            Dtype::F32 => LayerWeights::Folded {
                weight: floats(&weight_name, &view)?,
                bias: self.floats(&bias_name, &channels)?,
            },
            Dtype::F16 => LayerWeights::Half {
                weight: halves(&weight_name, &view)?,
                bias: self.floats(&bias_name, &channels)?,
            },
            Dtype::I8 => LayerWeights::Quantized {
                weight: bytemuck::cast_slice(view.data()).to_vec(),
                scale: self.scale(name, &channels)?,
                bias: self.floats(&bias_name, &channels)?,
            },
            Dtype::U8 => LayerWeights::Int4 {
                weight: unpack(&weight_name, &view, spec.weight_len() / spec.out_channels)?,
                scale: self.scale(name, &channels)?,
                bias: self.floats(&bias_name, &channels)?,
            },
            other => return Err(wrong_type(&weight_name, other, "I8, U8 (int4), F16 or F32")),
        };
        Ok(weights)
    }

    fn scale(&mut self, layer: &str, channels: &[usize]) -> Result<Vec<f32>> {
        let name = format!("{layer}.weight_scale");
        let scale = self.floats(&name, channels)?;
        match scale.iter().find(|&&value| value <= 0.0) {
            Some(value) => Err(error!(TENSOR_SCALE, tensor = name, value)),
            None => Ok(scale),
        }
    }

    fn known_answer(&mut self, model: &Model) -> Result<KnownAnswer> {
        let input = self.take(KNOWN_INPUT)?;
        if input.dtype() != Dtype::U8 {
            return Err(wrong_type(KNOWN_INPUT, input.dtype(), "U8"));
        }
        let size = input.shape().first().copied().unwrap_or(0);
        if !(MIN_INPUT_SIZE..=MAX_INPUT_SIZE).contains(&size) {
            return Err(error!(
                KNOWN_ANSWER_SIZE,
                tensor = KNOWN_INPUT,
                shape = format!("{:?}", input.shape()),
                least = MIN_INPUT_SIZE,
                most = MAX_INPUT_SIZE
            ));
        }
        check_shape(KNOWN_INPUT, &input, &[size, size, 3])?;
        let cells = model.backbone().map_size(size);
        Ok(KnownAnswer {
            size,
            pixels: input.data().to_vec(),
            logits: self.floats(KNOWN_LOGITS, &[model.card.classes.len()])?,
            map: self.floats(KNOWN_MAP, &[cells, cells])?,
        })
    }

    fn reference(&mut self, features: usize, residual_variance: f32) -> Result<NoveltyReference> {
        let directions = (self.tensors.tensor(REFERENCE_VARIANCE))
            .ok()
            .and_then(|view| view.shape().first().copied())
            .unwrap_or(0);
        if directions > features {
            return Err(error!(
                TOO_MANY_DIRECTIONS,
                tensor = REFERENCE_VARIANCE,
                directions,
                features
            ));
        }
        let reference = NoveltyReference {
            mean: self.floats(REFERENCE_MEAN, &[features])?,
            basis: self.floats(REFERENCE_BASIS, &[directions, features])?,
            variance: self.floats(REFERENCE_VARIANCE, &[directions])?,
            residual_variance,
        };
        match reference.variance.iter().find(|&&value| value <= 0.0) {
            Some(value) => Err(error!(TENSOR_VARIANCE, tensor = REFERENCE_VARIANCE, value)),
            None => Ok(reference),
        }
    }

    fn floats(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
        let view = self.take(name)?;
        if view.dtype() != Dtype::F32 {
            return Err(wrong_type(name, view.dtype(), "F32"));
        }
        check_shape(name, &view, shape)?;
        floats(name, &view)
    }

    fn take(&mut self, name: &str) -> Result<TensorView<'a>> {
        self.names.remove(name);
        self.tensors
            .tensor(name)
            .map_err(|_| error!(TENSOR_MISSING, tensor = name))
    }
}

fn check_shape(name: &str, view: &TensorView, shape: &[usize]) -> Result<()> {
    if view.shape() == shape {
        return Ok(());
    }
    Err(error!(
        TENSOR_SHAPE,
        tensor = name,
        shape = format!("{:?}", view.shape()),
        expected = format!("{shape:?}")
    ))
}

fn floats(name: &str, view: &TensorView) -> Result<Vec<f32>> {
    // The bytes may lie anywhere in the file, so they are read one value at a time rather than cast.
    let values: Vec<f32> = view
        .data()
        .as_chunks::<4>()
        .0
        .iter()
        .map(|bytes| f32::from_le_bytes(*bytes))
        .collect();
    match values.iter().position(|value| !value.is_finite()) {
        Some(index) => Err(error!(
            TENSOR_VALUE,
            tensor = name,
            value = values[index],
            index
        )),
        None => Ok(values),
    }
}

fn halves(name: &str, view: &TensorView) -> Result<Vec<f16>> {
    let words = view.data().as_chunks::<2>().0;
    let values: Vec<f16> = words.iter().map(|word| f16::from_le_bytes(*word)).collect();
    match values.iter().position(|value| !value.is_finite()) {
        Some(index) => Err(error!(
            TENSOR_VALUE,
            tensor = name,
            value = values[index],
            index
        )),
        None => Ok(values),
    }
}

/// Shape of an int4 layer's packed weights.
fn packed_shape(spec: &UnitSpec) -> [usize; 2] {
    let per_channel = spec.weight_len() / spec.out_channels;
    [spec.out_channels, per_channel.div_ceil(2)]
}

fn pack(weight: &[i8], per_channel: usize) -> Vec<u8> {
    let nibble = |value: Option<&i8>| *value.unwrap_or(&0) as u8 & 0xF;
    (weight.chunks_exact(per_channel))
        .flat_map(|channel| channel.chunks(2))
        .map(|pair| nibble(pair.first()) | nibble(pair.get(1)) << 4)
        .collect()
}

fn unpack(name: &str, view: &TensorView, per_channel: usize) -> Result<Vec<i8>> {
    // Shifting left, then right with the sign, spreads a nibble's sign over the byte.
    let nibbles = |byte: &u8| [(byte << 4) as i8 >> 4, *byte as i8 >> 4];
    let mut weight = Vec::with_capacity(view.data().len() * 2);
    for channel in view.data().chunks_exact(per_channel.div_ceil(2)) {
        let start = weight.len();
        weight.extend(channel.iter().flat_map(nibbles));
        let unused = weight.drain(start + per_channel..).any(|value| value != 0);
        if unused || weight[start..].contains(&-8) {
            return Err(error!(TENSOR_NIBBLES, tensor = name));
        }
    }
    Ok(weight)
}

fn wrong_type(name: &str, got: Dtype, expected: &str) -> Error {
    error!(
        TENSOR_TYPE,
        tensor = name,
        type = format!("{got:?}"),
        expected
    )
}
