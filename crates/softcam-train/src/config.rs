//! Everything that decides how a run goes, so that it can be written down with what came out.

use crate::augment::Augment;
use crate::error::{Error, Result};
use crate::mixup::LARGEST_ALPHA;
use crate::objective::Penalty;
use crate::schedule::Schedule;
use serde::{Deserialize, Serialize};

/// Settings of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Config {
    /// All random numbers follow from it.
    pub seed: u64,
    /// Passes over [`Config::epoch_pictures`].
    pub epochs: usize,
    /// Pictures per step.
    pub batch: usize,
    /// Pictures per epoch; as many as there are where none.
    pub epoch_pictures: Option<usize>,
    /// The rule by which weights change.
    pub optimizer: Optimizer,
    /// Learning rate of the backbone at the start.
    pub backbone_rate: f64,
    /// Learning rate of the class-evidence layer at the start.
    pub head_rate: f64,
    /// How both fall.
    pub schedule: Schedule,
    /// L2 penalty on all weights (SGD) or decoupled decay (AdamW).
    pub weight_decay: f32,
    /// Blocks of the backbone, counted from the input, whose weights stay as they are.
    pub freeze: usize,
    /// What is trained on top of the features.
    pub head: Head,
    /// Share of features set to 0 in front of the head, 0 to 1 (exclusive).
    pub dropout: f64,
    /// On evidence maps.
    pub penalty: Penalty,
    /// 0 to 1 (exclusive): this much of each target is spread over all classes.
    pub label_smoothing: f32,
    /// What is done about classes of different size.
    pub balance: Balance,
    /// How pictures are changed.
    pub augment: Augment,
    /// Input sides to train at; each step takes one by chance. The pictures' own where empty.
    pub sizes: Vec<usize>,
    /// Decay of the weights' exponential moving average, 0 to 1 (both exclusive): what is measured and left is the
    /// average. It rises to this value from 0.1 in the first step as (1 + t) / (10 + t). No average where none.
    #[serde(default)]
    pub ema: Option<f64>,
    /// Variants of each picture whose activations behind the frozen blocks are kept in memory, at least 1: epoch e shows
    /// variant e mod this number, so there are no more different pictures than that. Each variant has one of
    /// [`Config::sizes`], by turns. Pictures are changed anew in every epoch where none.
    #[serde(default)]
    pub cache: Option<usize>,
    /// Mixup: α of the Beta(α, α) distribution from which each step draws how its pictures, and what they are to be, are
    /// mixed in pairs; above 0, at most 4, usually 0.1 to 0.4. What is mixed are the pictures, or with a cache, what the
    /// frozen blocks made of them (manifold mixup, Verma et al., ICML 2019). Penalties act on the maps of the mixed
    /// pictures. Nothing is mixed where none.
    #[serde(default)]
    pub mixup: Option<f64>,
    /// Pictures, at least 1, that batch normalisation's statistics are estimated on before the first epoch; whoever makes
    /// the model to start from calls [`crate::renormalise::renormalised`]. Those of the pretraining stay where none.
    #[serde(default)]
    pub renormalise: Option<usize>,
}

/// The rule by which weights change.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Optimizer {
    /// Stochastic gradient descent with Nesterov's momentum, as in the paper.
    Sgd {
        /// 0 to 1 (exclusive).
        momentum: f64,
    },
    /// AdamW with its usual settings.
    AdamW,
}

/// What is trained on top of the features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Head {
    /// SoftCAM: the class-evidence layer on every cell, then the mean.
    Evidence,
    /// The black box to compare with: the mean of the features, then a linear layer. Its weights fit the class-evidence
    /// layer, and give the same logits there (the CAM identity).
    Pooled,
}

/// What is done about classes of different size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Balance {
    /// Nothing: every picture as often as every other, as in the paper.
    None,
    /// Rare classes count more in the loss.
    Loss,
    /// Every class of every source is drawn equally often.
    Draw,
}

impl Config {
    /// Refuses what cannot work.
    pub fn check(&self) -> Result<()> {
        self.checked().map_err(Error::Settings)
    }

    fn checked(&self) -> Result<(), String> {
        let positive = |name: &str, value: f64| {
            if value.is_finite() && value > 0.0 {
                Ok(())
            } else {
                Err(format!("{name} is {value}, and it must be above 0"))
            }
        };
        let share = |name: &str, value: f64| {
            if (0.0..1.0).contains(&value) {
                Ok(())
            } else {
                Err(format!(
                    "{name} is {value}, and it must be from 0 to 1 (exclusive)"
                ))
            }
        };
        if self.epochs == 0 || self.batch == 0 || self.epoch_pictures == Some(0) {
            return Err("epochs, batch and pictures per epoch must be at least 1".to_owned());
        }
        positive("the backbone's learning rate", self.backbone_rate)?;
        positive("the head's learning rate", self.head_rate)?;
        share("dropout", self.dropout)?;
        share("label smoothing", f64::from(self.label_smoothing))?;
        if let Some(alpha) = self.mixup
            && !(alpha > 0.0 && alpha <= LARGEST_ALPHA)
        {
            return Err(format!(
                "mixup's alpha is {alpha}, and it must be above 0 and at most {LARGEST_ALPHA}"
            ));
        }
        if self.renormalise == Some(0) {
            return Err("statistics are to be estimated on at least 1 picture".to_owned());
        }
        if self.cache == Some(0) {
            return Err("the cache must have at least 1 variant of each picture".to_owned());
        }
        if self.cache.is_some() && self.freeze == 0 {
            return Err("the cache keeps what frozen blocks give, and none is frozen".to_owned());
        }
        if let Some(decay) = self.ema {
            positive("the average's decay", decay)?;
            share("the average's decay", decay)?;
        }
        if let Optimizer::Sgd { momentum } = self.optimizer {
            share("momentum", momentum)?;
        }
        let decay = self.weight_decay;
        if !(decay.is_finite() && decay >= 0.0) {
            return Err(format!(
                "weight decay is {decay}, and it must not be below 0"
            ));
        }
        self.penalty.check()?;
        if self.head == Head::Pooled && self.penalty.is_some() {
            return Err("the pooled head has no evidence maps to put a penalty on".to_owned());
        }
        self.augment.check()
    }
}
