//! Epochs of training.

use crate::average::Average;
use crate::cache::Cache;
use crate::config::{Config, Head, Optimizer};
use crate::cpu;
use crate::error::{Error, Result};
use crate::mixup;
use crate::objective::{self, Loss, soft_targets};
use crate::parameters::{self, Trainable};
use crate::pictures::{Pictures, stacked};
use crate::sampling::{self, Purpose, class_weights, stream};
use burn::optim::decay::WeightDecayConfig;
use burn::optim::momentum::MomentumConfig;
use burn::optim::{AdamWConfig, GradientsParams, ModuleOptimizer, SgdConfig};
use burn::tensor::{Device, Tensor, TensorData};
use rand::Rng;
use rayon::prelude::*;
use softcam::network::gradients::{Activations, Memory, Suffix, WeightGradients};
use softcam::network::{Prefix, UnitTensors, means};
use softcam::preprocess::planes;
use softcam::weights::Model;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// A run between two epochs.
pub struct Trainer {
    pub(crate) config: Config,
    pub(crate) trainable: Trainable,
    /// Of the weights, where wanted.
    pub(crate) average: Option<Average>,
    pub(crate) body_optimizer: ModuleOptimizer,
    pub(crate) head_optimizer: ModuleOptimizer,
    /// Whether neighbouring cells share their evidence.
    smooth: bool,
    /// Epochs done.
    pub(crate) epoch: usize,
    /// The frozen blocks, once per thread: each has its own memory.
    prefixes: Vec<Prefix>,
    /// What they gave, where it is kept.
    cache: Option<Cache>,
    /// What our own gradients are computed in, where the CPU computes.
    cpu: Option<Memory>,
    /// Records gradients.
    device: Device,
}

/// A step that has just been done.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Counted from 1, within the epoch.
    pub step: usize,
    /// Of the epoch.
    pub steps: usize,
    /// Of this step.
    pub loss: Loss,
    /// Whether it computed frozen blocks whose results are kept.
    pub caching: bool,
}

impl Trainer {
    /// Makes `model` ready to learn on `device` (without gradients; they are added here).
    pub fn new(model: Model, config: Config, device: &Device) -> Result<Self> {
        config.check()?;
        let recording = device.clone().autodiff();
        let threads = if *device == Device::flex() {
            rayon::current_num_threads()
        } else {
            1
        };
        let prefixes = (0..threads)
            .map(|_| Prefix::new(&model, config.freeze, device))
            .collect::<softcam::Result<_>>()?;
        let smooth = model.card.options.smooth_evidence;
        let trainable = Trainable::new(model, config.freeze, &recording)?;
        let cpu = (*device == Device::flex()).then(Memory::default);
        Ok(Self {
            body_optimizer: optimizer(&config),
            head_optimizer: optimizer(&config),
            average: config.ema.map(|decay| Average::new(decay, &trainable)),
            cache: config.cache.map(Cache::new),
            trainable,
            config,
            smooth,
            epoch: 0,
            prefixes,
            cpu,
            device: recording,
        })
    }

    /// Lets the cache take no more than so many bytes; without this there is no limit. What is kept does not change what
    /// is learnt, so a run may be taken up again with another limit.
    #[must_use]
    pub fn with_cache_limit(mut self, bytes: u64) -> Self {
        if let Some(cache) = &mut self.cache {
            cache.limit = bytes;
        }
        self
    }

    /// Epochs done.
    pub fn epochs_done(&self) -> usize {
        self.epoch
    }

    /// The model as it stands: with the average of the weights where there is one, else with the weights themselves.
    pub fn model(&self) -> Result<Model> {
        match &self.average {
            Some(average) => self.trainable.model_with(&average.body, &average.head),
            None => self.trainable.model(),
        }
    }

    /// The model with the weights of the last step, whether they are averaged or not.
    pub fn last_model(&self) -> Result<Model> {
        self.trainable.model()
    }

    /// Learned values in backbone and head.
    pub fn counts(&self) -> (usize, usize) {
        self.trainable.counts()
    }

    /// Whether gradients are computed by our own kernels.
    pub fn has_own_gradients(&self) -> bool {
        self.cpu.is_some()
    }

    /// Leaves all arithmetic to burn, where our own would be used: to compare.
    #[must_use]
    pub fn by_burn_alone(mut self) -> Self {
        self.cpu = None;
        self
    }

    /// One pass. After an error the weights are those of some step within the epoch: go back to the last checkpoint.
    pub fn epoch(
        &mut self,
        pictures: &Pictures,
        mut progress: impl FnMut(Progress),
    ) -> Result<Loss> {
        let counts = pictures.counts();
        if let Some(empty) = counts.iter().position(|&count| count == 0) {
            return Err(Error::EmptyClass {
                class: pictures.classes[empty].clone(),
            });
        }
        self.prepare_cache(pictures)?;
        let Config { seed, batch, .. } = self.config;
        let wanted = self.config.epoch_pictures.unwrap_or(pictures.items.len());
        let order = sampling::order(pictures, self.config.balance, wanted, seed, self.epoch);
        let weights = class_weights(&counts, self.config.balance);
        let steps = order.len().div_ceil(batch);
        let mut sum = Loss::default();
        for (step, indices) in order.chunks(batch).enumerate() {
            let caching =
                (self.cache.as_ref()).is_some_and(|cache| cache.lacks(self.epoch, indices));
            let loss = self.step(pictures, indices, &weights, [step, steps])?;
            let share = indices.len() as f32 / order.len() as f32;
            sum += loss.scaled(share);
            progress(Progress {
                step: step + 1,
                steps,
                loss,
                caching,
            });
        }
        self.epoch += 1;
        Ok(sum)
    }

    /// Makes room for what the frozen blocks give, where it is kept.
    fn prepare_cache(&mut self, pictures: &Pictures) -> Result<()> {
        let (prefix, sizes) = (&self.prefixes[0], &self.config.sizes);
        let Some(cache) = &mut self.cache else {
            return Ok(());
        };
        cache.prepare(pictures.items.len(), |variant| {
            let size = sampling::size_of_variant(sizes, pictures.size, variant);
            let output = prefix.forward(vec![0.0; 3 * size * size], [1, 3, size, size]);
            Ok(output.dims().into_iter().product())
        })
    }

    fn step(
        &mut self,
        pictures: &Pictures,
        indices: &[usize],
        weights: &[f32],
        [step, steps]: [usize; 2],
    ) -> Result<Loss> {
        let Config { seed, sizes, .. } = &self.config;
        let size = match &self.cache {
            Some(cache) => {
                sampling::size_of_variant(sizes, pictures.size, cache.variant(self.epoch))
            }
            None => sampling::size(sizes, pictures.size, *seed, self.epoch, step),
        };
        let batch = Batch {
            pictures,
            indices,
            weights,
            size,
            step,
            steps,
            share: self.config.mixup.map(|alpha| {
                let mut rng = stream(*seed, Purpose::Mixup, self.epoch, step);
                mixup::share(alpha, &mut rng)
            }),
        };
        let (loss, surrogate) = match &self.cpu {
            Some(memory) => self.on_cpu(memory, &batch)?,
            None => self.on_device(&batch)?,
        };
        let total = loss.total();
        if !total.is_finite() {
            return Err(Error::NotFinite {
                epoch: self.epoch + 1,
                step: step + 1,
                loss: total,
            });
        }
        let mut gradients = surrogate.backward();
        let at = self.epoch * steps + step;
        let factor = self.config.schedule.factor(at, self.config.epochs * steps);
        let Trainable { body, head, .. } = &mut self.trainable;
        let of_body = GradientsParams::from_module(&mut gradients, body);
        let of_head = GradientsParams::from_module(&mut gradients, head);
        *body = self
            .body_optimizer
            .step(self.config.backbone_rate * factor, body.clone(), of_body);
        *head = self
            .head_optimizer
            .step(self.config.head_rate * factor, head.clone(), of_head);
        if let Some(average) = &mut self.average {
            average.update(&self.trainable);
        }
        Ok(loss)
    }

    /// The features by burn, all pictures at once, and something that has the same gradients as the loss: the maps times
    /// the slope of the loss by them.
    fn on_device(&self, batch: &Batch) -> Result<(Loss, Tensor<1>)> {
        let input = if self.cache.is_some() {
            let (values, shape) = self.input(batch)?;
            Tensor::from_data(TensorData::new(values, shape), &self.device)
        } else {
            let values = self.pictures(batch)?;
            let shape = [batch.indices.len(), 3, batch.size, batch.size];
            // From one block to the next on the device: reading back and sending on would cost more than the blocks do.
            Tensor::from_inner(self.prefixes[0].forward(values, shape))
        };
        let suffix = self.trainable.suffix()?;
        let mut features = suffix.features(input);
        if let Some(factors) = self.dropout(batch, features.dims()[1]) {
            let [pictures, channels, ..] = features.dims();
            let factors = TensorData::new(factors, [pictures, channels, 1, 1]);
            features = features * Tensor::from_data(factors, &self.device);
        }
        let maps = match self.config.head {
            Head::Evidence => suffix.evidence(features),
            Head::Pooled => {
                let [pictures, channels, ..] = features.dims();
                suffix.evidence(means(features).reshape([pictures, channels, 1, 1]))
            }
        };
        let shape = maps.dims();
        let host = parameters::values(maps.clone())?;
        let soft = batch.soft(self.config.label_smoothing);
        let mut loss = Loss::default();
        let mut slopes = Vec::with_capacity(host.len());
        let pictures = host.chunks_exact(host.len() / shape[0]);
        for (index, values) in pictures.enumerate() {
            let target = self.target(batch, &soft, index);
            let (cost, slope) = objective::loss(values, shape[3], &target);
            loss += cost;
            slopes.extend(slope);
        }
        let slopes = Tensor::<4>::from_data(TensorData::new(slopes, shape), &self.device);
        Ok((loss, (maps * slopes).sum()))
    }

    /// What picture `index` of the batch is to be; `soft` is [`Batch::soft`].
    fn target<'a>(&self, batch: &Batch, soft: &'a [f32], index: usize) -> objective::Target<'a> {
        let classes = batch.weights.len();
        let epochs = self.epoch as f64 + batch.step as f64 / batch.steps as f64;
        objective::Target {
            soft: &soft[index * classes..][..classes],
            share: 1.0 / batch.indices.len() as f32,
            penalty: self.config.penalty.at(epochs),
            smooth: self.smooth,
        }
    }

    /// The loss by our own kernels, picture by picture, and something that has the same gradients: each folded tensor
    /// times the slope of the loss by it. What is left for burn is the way through the folding.
    fn on_cpu(&self, memory: &Memory, batch: &Batch) -> Result<(Loss, Tensor<1>)> {
        let (values, [count, channels, height, width]) = self.input(batch)?;
        let (backbone, freeze) = (self.trainable.backbone(), self.config.freeze);
        let classes = batch.weights.len();
        let layers = Suffix::layers(backbone, freeze, classes);
        let folded: Vec<UnitTensors> = (layers.iter())
            .map(|spec| self.trainable.unit(spec))
            .collect();
        let mut weights = BTreeMap::new();
        for (spec, unit) in layers.iter().zip(&folded) {
            let weight = parameters::values(unit.weight.clone())?;
            let bias = parameters::values(unit.bias.clone())?;
            weights.insert(spec.name.as_str(), (weight, bias));
        }
        let suffix = Suffix::new(
            backbone,
            freeze,
            classes,
            |spec| Ok(weights[spec.name.as_str()].clone()),
            memory,
        )?;
        let features = self.trainable.features();
        let dropout = self.dropout(batch, features);
        let soft = batch.soft(self.config.label_smoothing);
        let one = |index: usize, gradients: &mut WeightGradients| {
            let target = cpu::Target {
                objective: self.target(batch, &soft, index),
                head: self.config.head,
                dropout: dropout
                    .as_ref()
                    .map(|factors| &factors[index * features..][..features]),
            };
            let length = channels * height * width;
            let input = Activations {
                channels,
                height,
                width,
                values: values[index * length..][..length].to_vec(),
            };
            cpu::learn(&suffix, &input, &target, gradients)
        };
        // As many sums as ever, whatever the number of cores: adding in another order would give another model.
        let parts: Vec<(Loss, WeightGradients)> = (0..SUMS.min(count))
            .into_par_iter()
            .map(|part| {
                let mut gradients = suffix.gradients();
                let mut loss = Loss::default();
                for index in (part..count).step_by(SUMS) {
                    loss += one(index, &mut gradients);
                }
                (loss, gradients)
            })
            .collect();
        let mut parts = parts.into_iter();
        let Some((mut loss, mut gradients)) = parts.next() else {
            return Err(Error::Settings("a step has no pictures".to_owned()));
        };
        for (more, further) in parts {
            loss += more;
            gradients.add(&further);
        }
        let mut surrogate = Tensor::zeros([1], &self.device);
        for (spec, unit) in layers.iter().zip(folded) {
            let Some((of_weight, of_bias)) = gradients.of(&spec.name) else {
                continue;
            };
            let shape = unit.weight.dims();
            let of_weight = Tensor::<4>::from_data(TensorData::new(of_weight, shape), &self.device);
            let of_bias = parameters::constant(&of_bias, &self.device);
            surrogate = surrogate + (unit.weight * of_weight).sum() + (unit.bias * of_bias).sum();
        }
        Ok((loss, surrogate))
    }

    /// The batch as the first block that learns reads it, `[pictures, channels, height, width]`, computed picture by
    /// picture on all cores.
    fn input(&self, batch: &Batch) -> Result<(Vec<f32>, [usize; 4])> {
        let (size, count) = (batch.size, batch.indices.len());
        if self.config.freeze == 0 {
            return Ok((self.pictures(batch)?, [count, 3, size, size]));
        }
        let shape = OnceLock::new();
        let noted = |given: Activations| {
            let _ = shape.set([given.channels, given.height, given.width]);
            given.values
        };
        let values = if let Some(cache) = &self.cache {
            let mut values = stacked(count, |index| {
                let compute = || self.frozen(self.changed(batch, index)?, size);
                let given = cache.of(self.epoch, batch.indices[index], compute)?;
                Ok(noted(given))
            })?;
            batch.mix(&mut values);
            values
        } else {
            let pictures = self.pictures(batch)?;
            let length = pictures.len() / count;
            stacked(count, |index| {
                let picture = pictures[index * length..][..length].to_vec();
                Ok(noted(self.frozen(picture, size)?))
            })?
        };
        let [channels, height, width] = shape.get().copied().unwrap_or_default();
        Ok((values, [count, channels, height, width]))
    }

    /// What the frozen blocks make of a normalised picture.
    fn frozen(&self, picture: Vec<f32>, size: usize) -> Result<Activations> {
        let thread = rayon::current_thread_index().unwrap_or(0) % self.prefixes.len();
        let output = self.prefixes[thread].forward(picture, [1, 3, size, size]);
        let [_, channels, height, width] = output.dims();
        Ok(Activations {
            channels,
            height,
            width,
            values: parameters::values(output)?,
        })
    }

    /// The batch's pictures, changed, normalised and mixed, `[pictures, 3, size, size]`.
    fn pictures(&self, batch: &Batch) -> Result<Vec<f32>> {
        let mut values = stacked(batch.indices.len(), |index| self.changed(batch, index))?;
        batch.mix(&mut values);
        Ok(values)
    }

    /// Picture `index` of the batch as this epoch sees it (or every epoch of its variant), normalised.
    fn changed(&self, batch: &Batch, index: usize) -> Result<Vec<f32>> {
        let Config {
            seed,
            augment,
            batch: length,
            ..
        } = &self.config;
        let (card, pictures) = (&self.trainable.start().card.input, batch.pictures);
        let picture = batch.indices[index];
        let (epoch, number) = match &self.cache {
            Some(cache) => (cache.variant(self.epoch), picture),
            None => (self.epoch, batch.step * length + index),
        };
        let mut rng = stream(*seed, Purpose::Augment, epoch, number);
        let pixels = &pictures.items[picture].pixels;
        let pixels = augment.apply(pixels, pictures.size, batch.size, &mut rng)?;
        Ok(planes(&pixels, card.mean, card.std))
    }

    /// Factors of the features' channels, `[pictures, channels]`: 0 for what is left out, and more than 1 for the rest.
    /// Whole channels, for neighbouring cells say nearly the same.
    fn dropout(&self, batch: &Batch, channels: usize) -> Option<Vec<f32>> {
        let share = self.config.dropout as f32;
        if share == 0.0 {
            return None;
        }
        let mut rng = stream(self.config.seed, Purpose::Dropout, self.epoch, batch.step);
        let kept = 1.0 / (1.0 - share);
        let draw = |_| {
            if rng.random::<f32>() < share {
                0.0
            } else {
                kept
            }
        };
        Some((0..batch.indices.len() * channels).map(draw).collect())
    }
}

/// Sums that gradients are gathered in.
const SUMS: usize = 4;

/// The pictures of a step.
struct Batch<'a> {
    pictures: &'a Pictures,
    indices: &'a [usize],
    /// Of the classes.
    weights: &'a [f32],
    size: usize,
    step: usize,
    /// Of the epoch.
    steps: usize,
    /// How much of each picture is its own, where they are mixed.
    share: Option<f32>,
}

impl Batch<'_> {
    /// What its pictures are to be, `[pictures, classes]`.
    fn soft(&self, smoothing: f32) -> Vec<f32> {
        let class = |&index: &usize| self.pictures.items[index].class;
        let targets: Vec<usize> = self.indices.iter().map(class).collect();
        let mut soft = soft_targets(&targets, self.weights, smoothing);
        self.mix(&mut soft);
        soft
    }

    /// Mixes `values`, a row per picture, where pictures are mixed.
    fn mix(&self, values: &mut [f32]) {
        if let Some(share) = self.share {
            mixup::mix(values, self.indices.len(), share);
        }
    }
}

fn optimizer(config: &Config) -> ModuleOptimizer {
    match config.optimizer {
        Optimizer::Sgd { momentum } => {
            let momentum = MomentumConfig::new()
                .with_momentum(momentum)
                .with_dampening(0.0)
                .with_nesterov(momentum > 0.0);
            SgdConfig::new()
                .with_momentum(Some(momentum))
                .with_weight_decay(Some(WeightDecayConfig::new(config.weight_decay)))
                .init()
        }
        Optimizer::AdamW => AdamWConfig::new()
            .with_weight_decay(config.weight_decay)
            .with_epsilon(1e-8)
            .init(),
    }
}
