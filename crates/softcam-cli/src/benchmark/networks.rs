//! The networks that are explained.

use super::key::Key;
use crate::eval::subject::Subject;
use crate::failure::Result;
use crate::options::request;
use softcam::explain::Request;
use softcam::weights::Model;
use softcam_attribution::{Classifier, Target};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// What a network is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Its evidence map is its decision.
    SoftCam,
    /// The same backbone with pooling and a linear layer, trained alike.
    BlackBox,
}

/// A network with all that running it takes.
pub struct Network {
    /// Of its file, without the ending; told apart from others of the same name.
    pub name: String,
    /// SoftCAM or black box.
    pub role: Role,
    /// Side and fit of its input.
    pub request: Request,
    /// Of everything that its answers depend on.
    pub key: Key,
    /// On the CPU.
    pub classifier: Classifier,
}

/// Models with what is known of their files; both lists are in the same order, black box last.
pub struct Networks {
    /// For classification.
    pub subjects: Vec<Subject>,
    /// For explanations.
    pub all: Vec<Network>,
}

impl Networks {
    /// Reads and checks all files.
    ///
    /// # Errors
    ///
    /// Where one cannot be used, or classes differ.
    pub fn read(models: &[PathBuf], black_box: Option<&Path>, size: Option<usize>) -> Result<Self> {
        let mut networks = Self {
            subjects: Vec::new(),
            all: Vec::new(),
        };
        let files = (models.iter().map(|path| (path.as_path(), Role::SoftCam)))
            .chain(black_box.map(|path| (path, Role::BlackBox)));
        for (path, role) in files {
            let subject = Subject::read(path)?;
            subject.check_exclusive("softcam benchmark")?;
            if let Some(first) = networks.subjects.first() {
                first.check_same_classes(&subject)?;
            }
            let stem = called(path);
            let same = (networks.all.iter())
                .filter(|network| network.is_called(&stem))
                .count();
            networks.all.push(Network {
                name: match same {
                    0 => stem,
                    more => format!("{stem} ({})", more + 1),
                },
                role,
                request: request(size, None, &subject.model.card)?,
                key: key(&subject.model),
                classifier: Classifier::new(&subject.model)?,
            });
            networks.subjects.push(subject);
        }
        Ok(networks)
    }

    /// The class whose probability is "yes", of two.
    pub fn positive(&self) -> Option<usize> {
        self.subjects[0].decision().positive()
    }

    /// What is explained of a picture of class `truth`: of two classes the finding over the other, else that class.
    pub fn target(&self, truth: usize) -> Target {
        match self.positive() {
            Some(positive) => Target::over(positive, 1 - positive),
            None => Target::class(truth),
        }
    }
}

/// A file's name without its ending; of a run of softcam train, whose models are all called int8 or float, the run's.
fn called(path: &Path) -> String {
    let text = |name: Option<&OsStr>| name.unwrap_or_default().to_string_lossy().into_owned();
    let stem = text(path.file_stem());
    let folder = text(path.parent().and_then(Path::file_name));
    match stem.as_str() {
        "int8" | "float" if !folder.is_empty() => folder,
        _ => stem,
    }
}

/// Weights and what is done before and after them. Texts and figures of the card do not count: results outlive a change of
/// these.
fn key(model: &Model) -> Key {
    let card = &model.card;
    let mut settings = format!(
        "{:?} {:?} {:?} {} {:?}",
        card.architecture, card.options, card.input, card.temperature, card.classes
    );
    if !card.activation.is_softmax() {
        settings += " sigmoid";
    }
    let layers = model.layers.iter();
    layers.fold(
        Key::new().with(settings.as_bytes()),
        |key, (name, layer)| {
            let bytes = |values: &[f32]| -> Vec<u8> {
                values
                    .iter()
                    .flat_map(|value| value.to_le_bytes())
                    .collect()
            };
            key.with(name.as_bytes())
                .with(&bytes(&layer.float_weight()))
                .with(&bytes(layer.bias().unwrap_or_default()))
        },
    )
}

impl Network {
    fn is_called(&self, stem: &str) -> bool {
        let rest = self.name.strip_prefix(stem);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(" ("))
    }
}

#[cfg(test)]
mod tests {
    use super::called;
    use std::path::Path;

    #[test]
    fn a_training_run_gives_its_name_to_its_models() {
        assert_eq!(called(Path::new("models/chest.safetensors")), "chest");
        assert_eq!(
            called(Path::new("runs/black-box/int8.safetensors")),
            "black-box"
        );
        assert_eq!(called(Path::new("int8.safetensors")), "int8");
    }
}
