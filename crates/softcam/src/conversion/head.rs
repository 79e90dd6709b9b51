//! The last layer of a network: which of the tensors behind a backbone it is, and why it sometimes cannot be one.
//!
//! Only a single linear layer behind the pooling can become the class-evidence layer.

use super::state_dict::{FloatTensor, StateDict};
use crate::error::{Error, Result, error};

/// The last layer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// Its module, as in `module.fc`.
    pub name: String,
    /// Number of logits.
    pub classes: usize,
    /// What lies beside it and describes classes rather than being part of the network, such as thresholds.
    pub left_out: Vec<String>,
}

/// What the search needs to know about the backbone.
pub(super) struct Behind<'a> {
    /// The network's name, for messages.
    pub architecture: &'static str,
    /// Channels that the backbone gives.
    pub features: usize,
    /// Where the convention has its last layer.
    pub usual: &'a str,
    /// What a wrapper puts before names.
    pub prefix: &'a str,
}

/// A matrix among the tensors.
struct Matrix<'a> {
    module: &'a str,
    inputs: usize,
    outputs: usize,
}

impl Matrix<'_> {
    /// The module that it is part of: `fc` of `fc.3`.
    fn parent(&self) -> &str {
        self.module
            .rsplit_once('.')
            .map_or("", |(parent, _)| parent)
    }

    fn describe(&self) -> String {
        format!("{} ({} to {})", self.module, self.inputs, self.outputs)
    }
}

/// Finds the last layer in `rest`, the tensors that are no part of the backbone. Nothing where other tensors are there that
/// nobody can explain.
pub(super) fn find(
    behind: &Behind,
    rest: &StateDict,
    wanted: Option<&str>,
) -> Result<Option<Head>> {
    let matrices: Vec<Matrix> = rest.iter().filter_map(matrix).collect();
    let heads: Vec<&Matrix> = (matrices.iter())
        .filter(|matrix| matrix.inputs == behind.features)
        .collect();
    if let Some(wanted) = wanted {
        let full = format!("{}{wanted}", behind.prefix);
        let chosen = (heads.iter()).find(|head| head.module == wanted || head.module == full);
        let Some(chosen) = chosen else {
            return Err(error!(
                CHECKPOINT_NO_HEAD,
                name = wanted,
                names = listed(&heads)
            ));
        };
        let mut head = head(chosen, rest);
        let others = heads.iter().filter(|other| other.module != head.name);
        let theirs: Vec<String> = others
            .flat_map(|other| ["weight", "bias"].map(|part| format!("{}.{part}", other.module)))
            .filter(|name| rest.contains_key(name))
            .collect();
        head.left_out.extend(theirs);
        return Ok(all_explained(&head, rest).then_some(head));
    }
    let Some(&last) = heads
        .iter()
        .find(|head| head.module == behind.usual)
        .or(heads.first())
    else {
        return Err(match matrices.first() {
            None if rest.is_empty() => {
                error!(CHECKPOINT_WITHOUT_HEAD, architecture = behind.architecture)
            }
            None => return Ok(None),
            Some(first) => wrong_input(behind, first),
        });
    };
    let chained = (matrices.iter()).find(|next| {
        next.module != last.module
            && next.inputs == last.outputs
            && (next.parent() == last.parent() || heads.len() == 1)
    });
    // The first of two equal layers is the hidden one, whichever was found first.
    let before = (matrices.iter()).find(|first| {
        first.module != last.module
            && first.outputs == last.inputs
            && first.parent() == last.parent()
    });
    if let Some(first) = before
        && first.inputs != behind.features
    {
        return Err(wrong_input(behind, first));
    }
    if let Some(other) = chained.or(before) {
        let mut both = [last, other];
        both.sort_by_key(|matrix| matrix.module);
        let layers = both.map(Matrix::describe).join(", ");
        return Err(error!(
            CHECKPOINT_HIDDEN,
            architecture = behind.architecture,
            layers
        ));
    }
    if let Some(norm) = rest
        .keys()
        .find_map(|name| name.strip_suffix(".running_mean"))
        && rest[&format!("{norm}.running_mean")].shape == [behind.features]
    {
        return Err(error!(
            CHECKPOINT_HEAD_NORM,
            layer = norm,
            last = last.module
        ));
    }
    if heads.len() > 1 {
        return Err(error!(CHECKPOINT_HEADS, names = listed(&heads)));
    }
    let head = head(last, rest);
    Ok(all_explained(&head, rest).then_some(head))
}

/// Whether every tensor is part of the head or may be left out.
fn all_explained(head: &Head, rest: &StateDict) -> bool {
    (rest.keys()).all(|name| is_part(name, &head.name) || head.left_out.contains(name))
}

fn head(matrix: &Matrix, rest: &StateDict) -> Head {
    let others = rest.iter().filter(|(name, tensor)| {
        !is_part(name, matrix.module) && describes_classes(name, tensor, matrix.outputs)
    });
    Head {
        name: matrix.module.to_owned(),
        classes: matrix.outputs,
        left_out: others.map(|(name, _)| name.clone()).collect(),
    }
}

fn is_part(name: &str, module: &str) -> bool {
    name.strip_prefix(module)
        .is_some_and(|part| matches!(part, ".weight" | ".bias"))
}

/// Names of what networks compute with.
const PARAMETERS: [&str; 8] = [
    "weight",
    "bias",
    "running_mean",
    "running_var",
    "gamma",
    "beta",
    "scale",
    "alpha",
];

/// Thresholds, class weights and the like: one number, or one per class, by no name that a layer has.
fn describes_classes(name: &str, tensor: &FloatTensor, classes: usize) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    let is_list = match tensor.shape[..] {
        [] => true,
        [length] => length == 1 || length == classes,
        _ => false,
    };
    is_list && !PARAMETERS.contains(&last)
}

fn matrix<'a>((name, tensor): (&'a String, &FloatTensor)) -> Option<Matrix<'a>> {
    let module = name.strip_suffix(".weight")?;
    let (outputs, inputs) = match tensor.shape[..] {
        [outputs, inputs] | [outputs, inputs, 1, 1] => (outputs, inputs),
        _ => return None,
    };
    Some(Matrix {
        module,
        inputs,
        outputs,
    })
}

fn listed(heads: &[&Matrix]) -> String {
    let names: Vec<String> = (heads.iter())
        .map(|head| format!("{} ({} classes)", head.module, head.outputs))
        .collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}

/// The refusal of a layer that reads something else than the mean of the features.
fn wrong_input(behind: &Behind, matrix: &Matrix) -> Error {
    let Behind {
        architecture,
        features,
        ..
    } = *behind;
    let inputs = matrix.inputs;
    let layer = matrix.module;
    if inputs == 2 * features {
        return error!(CHECKPOINT_HEAD_CONCAT, layer, inputs, features);
    }
    let cells = inputs / features;
    let side = cells.isqrt();
    if inputs.is_multiple_of(features) && side * side == cells {
        return error!(CHECKPOINT_HEAD_FLAT, layer, side, inputs);
    }
    error!(CHECKPOINT_HEAD_INPUT, layer, inputs, architecture, features)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rest(tensors: &[(&str, &[usize])]) -> StateDict {
        let tensor = |shape: &[usize]| FloatTensor {
            shape: shape.to_vec(),
            data: vec![0.0; shape.iter().product()],
        };
        (tensors.iter())
            .map(|(name, shape)| ((*name).to_owned(), tensor(shape)))
            .collect()
    }

    const BEHIND: Behind = Behind {
        architecture: "resnet18",
        features: 8,
        usual: "fc",
        prefix: "",
    };

    fn found(tensors: &[(&str, &[usize])]) -> Option<Head> {
        find(&BEHIND, &rest(tensors), None).unwrap()
    }

    fn code(tensors: &[(&str, &[usize])]) -> &'static str {
        find(&BEHIND, &rest(tensors), None).unwrap_err().code()
    }

    #[test]
    fn one_linear_layer_is_the_head_whatever_its_name() {
        for name in ["fc", "fc.1", "head", "classifier.out", "model.last_linear"] {
            let head = found(&[
                (&format!("{name}.weight"), &[3, 8]),
                (&format!("{name}.bias"), &[3]),
            ]);
            let head = head.unwrap();
            assert_eq!((head.name.as_str(), head.classes), (name, 3));
        }
        assert!(
            found(&[("fc.weight", &[3, 8, 1, 1])]).is_some(),
            "without a bias"
        );
        let thresholds = found(&[("fc.weight", &[3, 8]), ("op_threshs", &[3])]).unwrap();
        assert_eq!(thresholds.left_out, ["op_threshs"]);
        assert_eq!(found(&[("fc.weight", &[3, 8]), ("neck.gamma", &[3])]), None);
        assert_eq!(
            found(&[("fc.weight", &[3, 8]), ("neck.conv.weight", &[8, 8, 3, 3])]),
            None
        );
    }

    #[test]
    fn what_cannot_be_says_why() {
        assert_eq!(code(&[]), "checkpoint-without-head");
        let hidden: [(&str, &[usize]); 2] = [("fc.0.weight", &[4, 8]), ("fc.3.weight", &[2, 4])];
        assert_eq!(code(&hidden), "checkpoint-hidden");
        let as_wide: [(&str, &[usize]); 2] = [("fc.0.weight", &[8, 8]), ("fc.3.weight", &[2, 8])];
        assert_eq!(code(&as_wide), "checkpoint-hidden");
        let normalised: [(&str, &[usize]); 3] = [
            ("fc.0.weight", &[8]),
            ("fc.0.running_mean", &[8]),
            ("fc.2.weight", &[2, 8]),
        ];
        assert_eq!(code(&normalised), "checkpoint-head-norm");
        let fastai: [(&str, &[usize]); 2] = [("1.4.weight", &[8, 16]), ("1.8.weight", &[2, 8])];
        assert_eq!(code(&fastai), "checkpoint-head-concat");
        assert_eq!(code(&[("fc.weight", &[4, 72])]), "checkpoint-head-flat");
        assert_eq!(code(&[("fc.weight", &[4, 11])]), "checkpoint-head-input");
    }

    #[test]
    fn of_several_heads_one_is_chosen_by_name() {
        let two: [(&str, &[usize]); 2] = [("age.weight", &[4, 8]), ("sex.weight", &[2, 8])];
        assert_eq!(code(&two), "checkpoint-heads");
        let chosen = find(&BEHIND, &rest(&two), Some("sex")).unwrap().unwrap();
        assert_eq!((chosen.name.as_str(), chosen.classes), ("sex", 2));
        let error = find(&BEHIND, &rest(&two), Some("race")).unwrap_err();
        assert_eq!(error.code(), "checkpoint-no-head");
        assert!(error.advice().contains("age (4 classes), sex (2 classes)"));
    }
}
