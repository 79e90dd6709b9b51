//! What surrounds the weights in a training checkpoint: keys under which they are kept, an optimizer's state, metrics, and
//! averaged copies of the weights.

use super::state_dict::{COUNTER, StateDict};
use crate::error::{Result, error};
use std::collections::BTreeSet;

/// The weights, and what was found around them.
#[derive(Debug, Default, PartialEq)]
pub struct Weights {
    /// The tensors of the network, perhaps behind the prefix of a wrapper.
    pub tensors: StateDict,
    /// Names of what lies beside them.
    pub left_out: Vec<String>,
    /// Keys of other copies of the weights, such as an average over training.
    pub copies: Vec<String>,
}

/// Keys under which training scripts keep the weights, those that are certain first. What lies beside one of them is no part
/// of the network.
const CONTAINERS: [&str; 6] = [
    "state_dict",
    "model_state_dict",
    "model_state",
    "net_state_dict",
    "params",
    "weights",
];

/// Keys of averages over training: the same network once more.
const COPIES: [&str; 11] = [
    "state_dict_ema",
    "model_ema_state_dict",
    "ema_state_dict",
    "model_ema",
    "ema_model",
    "ema_params",
    "params_ema",
    "ema",
    "swa_model",
    "teacher",
    "shadow",
];

/// First words of names that belong to training and not to the network.
const BESIDE: [&str; 34] = [
    "optimizer",
    "optimizers",
    "optimizer_state",
    "optimizer_state_dict",
    "optimizer_states",
    "optim",
    "opt",
    "opt_state",
    "scheduler",
    "schedulers",
    "lr_scheduler",
    "lr_schedulers",
    "scaler",
    "amp",
    "amp_scaler",
    "grad_scaler",
    "callbacks",
    "loops",
    "rng_state",
    "rng_states",
    "cuda_rng_state",
    "random_state",
    "hyper_parameters",
    "hparams",
    "args",
    "config",
    "history",
    "criterion",
    "loss",
    "loss_fn",
    "loss_func",
    "metric",
    "metrics",
    "best",
];

/// Beginnings of first words that name what is measured in training.
const MEASURED: [&str; 5] = ["train_", "val_", "valid_", "test_", "best_"];

fn is_beside(first: &str) -> bool {
    BESIDE.contains(&first) || MEASURED.iter().any(|start| first.starts_with(start))
}

fn first(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

/// The weights alone: keys around them are opened, and what lies beside them is left out and returned by name. Of several
/// copies, `wanted` names one; else it is the plain one.
pub fn weights_alone(mut tensors: StateDict, wanted: Option<&str>) -> Result<Weights> {
    let mut left_out = Vec::new();
    let mut copies = Vec::new();
    let mut chosen = wanted.is_none();
    tensors.retain(|name, _| !name.ends_with(COUNTER));
    loop {
        let keys: BTreeSet<&str> = (tensors.keys())
            .filter(|name| name.contains('.'))
            .map(|name| first(name))
            .collect();
        let here: Vec<&str> = (CONTAINERS.iter().chain(&COPIES).copied())
            .filter(|key| keys.contains(key))
            .collect();
        let open = match wanted {
            Some(wanted) if !chosen && keys.contains(wanted) => Some(wanted),
            _ => here.first().copied(),
        };
        let Some(open) = open.map(str::to_owned) else {
            break;
        };
        chosen |= Some(open.as_str()) == wanted;
        copies.extend(
            (here.iter())
                .filter(|key| **key != open)
                .map(|key| (*key).to_owned()),
        );
        let mut opened = StateDict::new();
        for (name, tensor) in tensors {
            match name
                .strip_prefix(&open)
                .and_then(|rest| rest.strip_prefix('.'))
            {
                Some(rest) => {
                    opened.insert(rest.to_owned(), tensor);
                }
                None if copies.iter().any(|copy| first(&name) == copy) => {}
                None => left_out.push(name),
            }
        }
        tensors = opened;
    }
    // A network may have a word of these in its own names; then nothing else would be left.
    if !tensors.keys().all(|name| is_beside(first(name))) {
        let beside = tensors.extract_if(.., |name, _| is_beside(first(name)));
        left_out.extend(beside.map(|(name, _)| name));
    }
    if !chosen && let Some(name) = wanted {
        // It may still be the prefix of a wrapper, which is found later.
        let prefix = format!("{name}.");
        if !tensors.keys().any(|tensor| tensor.contains(&prefix)) {
            return Err(no_such_weights(name, &copies));
        }
    }
    Ok(Weights {
        tensors,
        left_out,
        copies,
    })
}

/// The refusal of a copy of the weights that is not there.
pub(super) fn no_such_weights(name: &str, copies: &[String]) -> crate::Error {
    let names = if copies.is_empty() {
        "one copy of the weights only".to_owned()
    } else {
        copies.join(", ")
    };
    error!(CHECKPOINT_NO_COPY, name, names)
}

#[cfg(test)]
mod tests {
    use super::super::state_dict::FloatTensor;
    use super::*;

    fn named(names: &[&str]) -> StateDict {
        let tensor = FloatTensor {
            shape: vec![1],
            data: vec![1.0],
        };
        let names = names.iter().map(|name| (*name).to_owned());
        names.map(|name| (name, tensor.clone())).collect()
    }

    fn kept(weights: &Weights) -> Vec<&str> {
        weights.tensors.keys().map(String::as_str).collect()
    }

    #[test]
    fn containers_are_opened_and_their_neighbours_named() {
        let weights = weights_alone(
            named(&[
                "optimizer.momentum",
                "state_dict.module.fc.weight",
                "state_dict.criterion.weight",
                "state_dict.val_auc.preds",
                "state_dict.module.bn1.num_batches_tracked",
            ]),
            None,
        )
        .unwrap();
        assert_eq!(kept(&weights), ["module.fc.weight"]);
        assert_eq!(
            weights.left_out,
            ["optimizer.momentum", "criterion.weight", "val_auc.preds"]
        );
        let own = weights_alone(named(&["backbone.0.weight", "classifier.bias"]), None).unwrap();
        assert_eq!(
            own.tensors.len(),
            2,
            "a network's own names are no container"
        );
        assert!(own.left_out.is_empty());
    }

    #[test]
    fn an_average_over_training_is_taken_where_it_is_asked_for() {
        let both = [
            "state_dict.fc.weight",
            "state_dict_ema.fc.bias",
            "optimizer.x",
        ];
        let plain = weights_alone(named(&both), None).unwrap();
        assert_eq!(kept(&plain), ["fc.weight"]);
        assert_eq!(plain.copies, ["state_dict_ema"]);
        assert_eq!(plain.left_out, ["optimizer.x"]);
        let average = weights_alone(named(&both), Some("state_dict_ema")).unwrap();
        assert_eq!(kept(&average), ["fc.bias"]);
        assert_eq!(average.copies, ["state_dict"]);
        let error = weights_alone(named(&both), Some("swa")).unwrap_err();
        assert!(
            error.advice().contains("state_dict_ema"),
            "{}",
            error.advice()
        );
    }

    #[test]
    fn an_average_alone_is_the_weights() {
        let weights = weights_alone(named(&["ema.module.fc.weight"]), None).unwrap();
        assert_eq!(kept(&weights), ["module.fc.weight"]);
    }
}
