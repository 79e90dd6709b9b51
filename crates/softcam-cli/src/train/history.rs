//! What was measured on the way.

use super::arguments::Select;
use serde::{Deserialize, Serialize};
use softcam::network::Output;
use softcam_eval::calibration::negative_log_likelihood;
use softcam_eval::ranking::auc;
use softcam_train::{Config, Loss, Pictures};

/// A run, epoch by epoch.
#[derive(Serialize, Deserialize)]
pub struct History {
    /// As it was typed.
    pub command: String,
    /// Settings.
    pub config: Config,
    /// Epochs done.
    pub epochs: Vec<Epoch>,
    /// The best of them, counted from 0.
    pub best: Option<usize>,
    /// Most memory that the program held, in bytes, where the system tells.
    pub peak_memory: Option<u64>,
}

/// One epoch.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Epoch {
    /// On train.
    pub loss: Loss,
    /// On tune, where there is such a part.
    pub tuned: Option<Tuned>,
    /// Training and measuring.
    pub seconds: f64,
}

/// Figures on tune.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Tuned {
    /// Cross-entropy.
    pub loss: f64,
    /// Share of pictures whose most probable class is the true one.
    pub accuracy: f64,
    /// One against the rest, averaged over classes.
    pub auc: f64,
    /// Mean |cell| over all maps.
    pub mean_evidence: f64,
    /// Share of cells below a twentieth of their picture's largest.
    pub empty_cells: f64,
}

impl Tuned {
    /// Measures what a network said about `pictures`.
    pub fn of(outputs: &[Output], pictures: &Pictures) -> crate::failure::Result<Self> {
        let classes = pictures.classes.len();
        let truths: Vec<usize> = pictures.items.iter().map(|item| item.class).collect();
        let logits: Vec<f32> = outputs
            .iter()
            .flat_map(|output| output.logits.clone())
            .collect();
        let top = |output: &Output| softcam::evidence::ranking(&output.logits)[0];
        let right = outputs
            .iter()
            .zip(&truths)
            .filter(|(output, truth)| top(output) == **truth);
        let probabilities: Vec<Vec<f32>> = (outputs.iter())
            .map(|output| softcam::evidence::softmax(&output.logits, 1.0))
            .collect();
        let of_class: Vec<f64> = (0..classes)
            .filter_map(|class| {
                let scores: Vec<f64> = probabilities.iter().map(|p| f64::from(p[class])).collect();
                let positive: Vec<bool> = truths.iter().map(|&truth| truth == class).collect();
                auc(&scores, &positive)
            })
            .collect();
        let mean = |of: fn(&Output) -> f64| {
            outputs.iter().map(of).sum::<f64>() / outputs.len().max(1) as f64
        };
        Ok(Self {
            loss: negative_log_likelihood(&logits, classes, &truths, 1.0)?,
            accuracy: right.count() as f64 / truths.len() as f64,
            auc: of_class.iter().sum::<f64>() / of_class.len().max(1) as f64,
            mean_evidence: mean(|output| output.maps.mean_abs()),
            empty_cells: mean(|output| output.maps.empty_share()),
        })
    }
}

impl History {
    /// A run that begins.
    pub fn new(command: &str, config: &Config) -> Self {
        Self {
            command: command.to_owned(),
            config: config.clone(),
            epochs: Vec::new(),
            best: None,
            peak_memory: None,
        }
    }

    /// Adds an epoch; whether it is the best so far.
    pub fn push(&mut self, epoch: Epoch, select: Select) -> bool {
        let key = |epoch: &Epoch| {
            let tuned = epoch.tuned?;
            Some(match select {
                Select::Auc => (tuned.auc, -tuned.loss),
                Select::Accuracy => (tuned.accuracy, -tuned.loss),
                Select::Loss => (-tuned.loss, 0.0),
                Select::Last => return None,
            })
        };
        // Where nothing chooses, the last one is the best.
        let better = match (self.best, key(&epoch)) {
            (Some(best), Some(new)) => Some(new) > key(&self.epochs[best]),
            _ => true,
        };
        if better {
            self.best = Some(self.epochs.len());
        }
        self.epochs.push(epoch);
        better
    }

    /// The last epoch as a line.
    pub fn line(&self) -> String {
        let Some(Epoch {
            loss,
            tuned,
            seconds,
        }) = self.epochs.last()
        else {
            return String::new();
        };
        let count = self.epochs.len();
        let best = if tuned.is_some() && self.best == Some(count - 1) {
            ", the best so far"
        } else {
            ""
        };
        let penalty = if loss.penalty > 0.0 {
            format!(" + penalty {:.4}", loss.penalty)
        } else {
            String::new()
        };
        let tuned = tuned.map_or_else(String::new, |tuned| {
            format!(
                "tune: loss {:.4}, accuracy {:.4}, AUC {:.4}, mean |A| {:.3}, empty cells {:.2}; ",
                tuned.loss, tuned.accuracy, tuned.auc, tuned.mean_evidence, tuned.empty_cells
            )
        });
        format!(
            "epoch {count}/{}: loss {:.4}{penalty}; {tuned}{seconds:.0} s{best}",
            self.config.epochs, loss.cross_entropy,
        )
    }
}
