//! A run between two epochs as bytes, and back.
//!
//! safetensors with every learned tensor, their average where there is one, both optimizers' states and the settings: a
//! run that is taken up again goes on as if it had never stopped.

use crate::config::Config;
use crate::error::{Error, Result};
use crate::parameters::{Parameters, values};
use crate::trainer::Trainer;
use burn::module::{Param, ParamId};
use burn::optim::ModuleOptimizer;
use burn::tensor::{Bytes, Device, Tensor, TensorData};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

const KEY: &str = "softcam-training";
const BODY_AVERAGE: &str = "body.average";
const HEAD_AVERAGE: &str = "head.average";

#[derive(Serialize, Deserialize)]
struct Header {
    config: Config,
    epoch: usize,
    /// Steps in the average.
    #[serde(default)]
    averaged: usize,
    /// Whatever the caller keeps with it, such as the figures of past epochs.
    notes: serde_json::Value,
}

impl Trainer {
    /// Everything that [`Trainer::resume`] needs, with `notes`.
    pub fn checkpoint(&self, notes: &serde_json::Value) -> Result<Vec<u8>> {
        let failed = |error: &dyn std::fmt::Display| Error::Checkpoint(error.to_string());
        let mut tensors = Vec::new();
        for (part, parameters, optimizer) in [
            ("body", &self.trainable.body, &self.body_optimizer),
            ("head", &self.trainable.head, &self.head_optimizer),
        ] {
            add(&mut tensors, part, parameters)?;
            let bytes = optimizer.into_bytes().map_err(|e| failed(&e))?;
            tensors.push((
                format!("{part}.optimizer"),
                Dtype::U8,
                vec![bytes.len()],
                bytes.to_vec(),
            ));
        }
        if let Some(average) = &self.average {
            add(&mut tensors, BODY_AVERAGE, &average.body)?;
            add(&mut tensors, HEAD_AVERAGE, &average.head)?;
        }
        let header = Header {
            config: self.config.clone(),
            epoch: self.epoch,
            averaged: self.average.as_ref().map_or(0, |average| average.steps),
            notes: notes.clone(),
        };
        let header = serde_json::to_string(&header).map_err(|e| failed(&e))?;
        let views = (tensors.iter())
            .map(|(name, dtype, shape, bytes)| {
                TensorView::new(*dtype, shape.clone(), bytes).map(|view| (name.as_str(), view))
            })
            .collect::<std::result::Result<Vec<_>, _>>()
            .map_err(|e| failed(&e))?;
        safetensors::serialize(views, Some(HashMap::from([(KEY.to_owned(), header)])))
            .map_err(|e| failed(&e))
    }

    /// Takes up a run where [`Trainer::checkpoint`] left it, and gives its notes back. `self` must have been made from
    /// the same model with the same settings; only the number of epochs may have grown.
    pub fn resume(&mut self, bytes: &[u8]) -> Result<serde_json::Value> {
        let failed = |error: &dyn std::fmt::Display| Error::Checkpoint(error.to_string());
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(|e| failed(&e))?;
        let tensors = SafeTensors::deserialize(bytes).map_err(|e| failed(&e))?;
        let header = (metadata.metadata().as_ref())
            .and_then(|entries| entries.get(KEY))
            .ok_or_else(|| Error::Checkpoint("it is no checkpoint of a training run".to_owned()))?;
        let header: Header = serde_json::from_str(header).map_err(|e| failed(&e))?;
        let theirs = Config {
            epochs: self.config.epochs,
            ..header.config
        };
        if theirs != self.config {
            return Err(Error::Checkpoint(
                "it was made with other settings".to_owned(),
            ));
        }
        let read = Read { tensors };
        let device = &self.trainable_device();
        for (part, parameters, optimizer) in [
            ("body", &mut self.trainable.body, &mut self.body_optimizer),
            ("head", &mut self.trainable.head, &mut self.head_optimizer),
        ] {
            read.parameters(part, parameters, device)?;
            *optimizer = read.optimizer(part, optimizer.clone())?;
        }
        if let Some(average) = &mut self.average {
            read.parameters(BODY_AVERAGE, &mut average.body, device)?;
            read.parameters(HEAD_AVERAGE, &mut average.head, device)?;
            average.steps = header.averaged;
        }
        self.epoch = header.epoch;
        Ok(header.notes)
    }

    fn trainable_device(&self) -> Device {
        self.trainable.head.weights[0].val().device()
    }
}

/// A tensor of the file: name, type, shape and bytes.
type Entry = (String, Dtype, Vec<usize>, Vec<u8>);

/// Every tensor of `parameters`, named after `part`.
fn add(tensors: &mut Vec<Entry>, part: &str, parameters: &Parameters) -> Result<()> {
    for (index, weight) in parameters.weights.iter().enumerate() {
        tensors.push(entry(format!("{part}.weights.{index}"), weight)?);
    }
    for (index, vector) in parameters.vectors.iter().enumerate() {
        tensors.push(entry(format!("{part}.vectors.{index}"), vector)?);
    }
    Ok(())
}

fn entry<const D: usize>(name: String, parameter: &Param<Tensor<D>>) -> Result<Entry> {
    let tensor = parameter.val();
    let shape = tensor.dims().to_vec();
    let bytes = bytemuck::cast_slice(&values(tensor)?).to_vec();
    Ok((name, Dtype::F32, shape, bytes))
}

struct Read<'a> {
    tensors: SafeTensors<'a>,
}

impl Read<'_> {
    fn floats(&self, name: &str, expected: &[usize]) -> Result<Vec<f32>> {
        let view = self
            .tensors
            .tensor(name)
            .map_err(|e| Error::Checkpoint(e.to_string()))?;
        if view.dtype() != Dtype::F32 || view.shape() != expected {
            return Err(Error::Checkpoint(format!(
                "{name} is not of shape {expected:?}"
            )));
        }
        Ok(bytemuck::pod_collect_to_vec(view.data()))
    }

    fn parameters(&self, part: &str, parameters: &mut Parameters, device: &Device) -> Result<()> {
        for (index, weight) in parameters.weights.iter_mut().enumerate() {
            *weight = self.param(
                &format!("{part}.weights.{index}"),
                weight.id,
                weight.val().dims(),
                device,
            )?;
        }
        for (index, vector) in parameters.vectors.iter_mut().enumerate() {
            *vector = self.param(
                &format!("{part}.vectors.{index}"),
                vector.id,
                vector.val().dims(),
                device,
            )?;
        }
        Ok(())
    }

    fn param<const D: usize>(
        &self,
        name: &str,
        id: ParamId,
        shape: [usize; D],
        device: &Device,
    ) -> Result<Param<Tensor<D>>> {
        let data = TensorData::new(self.floats(name, &shape)?, shape);
        Ok(Param::initialized(
            id,
            Tensor::from_data(data, device).require_grad(),
        ))
    }

    fn optimizer(&self, part: &str, optimizer: ModuleOptimizer) -> Result<ModuleOptimizer> {
        let view = (self.tensors.tensor(&format!("{part}.optimizer")))
            .map_err(|e| Error::Checkpoint(e.to_string()))?;
        let bytes = Bytes::from_bytes_vec(view.data().to_vec());
        optimizer
            .from_bytes(bytes)
            .map_err(|e| Error::Checkpoint(e.to_string()))
    }
}
