//! The networks that are explained.

use super::arguments::Arguments;
use super::key::Key;
use crate::eval::answers::{self, Answered};
use crate::eval::data::Data;
use crate::eval::folds::Folds;
use crate::eval::subject::Subject;
use crate::failure::Result;
use crate::options::request;
use softcam::explain::Request;
use softcam::weights::{Model, ModelCard};
use softcam_attribution::{Classifier, Target};
use std::ffi::OsStr;
use std::path::Path;
use std::slice;

/// What a network is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Its evidence map is its decision.
    SoftCam,
    /// The same backbone with pooling and a linear layer, trained alike.
    BlackBox,
}

/// A network with all that running it takes. A cross-validated one has several parts, the folds' models, each for the
/// pictures that it has not seen.
pub struct Network {
    /// Of its file, without the ending; told apart from others of the same name.
    pub name: String,
    /// SoftCAM or black box.
    pub role: Role,
    /// Side and fit of its input.
    pub request: Request,
    /// One, or one per fold.
    pub parts: Vec<Part>,
    /// The folds, where there are some.
    folds: Option<Folds>,
    /// By index of the picture: its part. Empty where there is one part.
    part_of: Vec<usize>,
}

/// A model that runs.
pub struct Part {
    /// Of everything that its answers depend on.
    pub key: Key,
    /// On the CPU.
    pub classifier: Classifier,
    /// What it was made of.
    pub model: Model,
}

/// Models with what is known of their files; both lists are in the same order, black box last.
pub struct Networks {
    /// For classification; of a cross-validated one, the first fold's.
    pub subjects: Vec<Subject>,
    /// For explanations.
    pub all: Vec<Network>,
}

impl Networks {
    /// Reads and checks all that `arguments` name.
    ///
    /// # Errors
    ///
    /// Where one cannot be used, or classes differ.
    pub fn read(arguments: &Arguments) -> Result<Self> {
        let mut networks = Self {
            subjects: Vec::new(),
            all: Vec::new(),
        };
        let models = arguments.model.iter().chain(&arguments.folds);
        let places = (models.map(|path| (path.as_path(), Role::SoftCam)))
            .chain((arguments.black_box.iter()).map(|path| (path.as_path(), Role::BlackBox)));
        for (path, role) in places {
            let folds = path.is_dir().then(|| Folds::read(path)).transpose()?;
            let subject = match &folds {
                Some(folds) => folds.common()?,
                None => Subject::read(path)?,
            };
            subject.check_exclusive("softcam benchmark")?;
            if let Some(first) = networks.subjects.first() {
                first.check_same_classes(&subject)?;
            }
            let parts = match &folds {
                Some(folds) => folds.subjects().map(Part::new).collect::<Result<_>>()?,
                None => vec![Part::new(&subject)?],
            };
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
                request: request(arguments.size, None, &subject.model.card)?,
                parts,
                folds,
                part_of: Vec::new(),
            });
            networks.subjects.push(subject);
        }
        Ok(networks)
    }

    /// Says which part answers about which picture, and takes those that a fold which is not finished would answer about out
    /// of `data`.
    ///
    /// # Errors
    ///
    /// Where a picture was in no fold.
    pub fn meet(&mut self, data: &mut Data) -> Result<()> {
        let folds = || self.all.iter().filter_map(|network| network.folds.as_ref());
        for folds in folds() {
            folds.keep_finished(data)?;
        }
        for network in &mut self.all {
            if let Some(folds) = &network.folds {
                network.part_of = folds.strangers(data)?;
            }
        }
        Ok(())
    }

    /// What every network says about every picture, network by network. The same pictures are in each.
    ///
    /// # Errors
    ///
    /// Where a network fails.
    pub fn answer(&self, data: &Data, size: Option<usize>) -> Result<Vec<Answered>> {
        let nowhere = |_: &_, _: &_| None;
        (self.all.iter().zip(&self.subjects))
            .map(|(network, subject)| match &network.folds {
                Some(folds) => {
                    let request = |card: &ModelCard| Ok(request(size, None, card)?);
                    folds.answer(data, request, |_| Ok(None))
                }
                None => answers::answer(
                    slice::from_ref(subject),
                    &[network.request],
                    &data.set.items,
                    nowhere,
                ),
            })
            .collect()
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

impl Part {
    fn new(subject: &Subject) -> Result<Self> {
        Ok(Self {
            key: key(&subject.model),
            classifier: Classifier::new(&subject.model)?,
            model: subject.model.clone(),
        })
    }
}

impl Network {
    /// Which of its parts explains a picture: of folds, the one that has not seen it.
    pub fn part(&self, picture: usize) -> usize {
        self.part_of.get(picture).copied().unwrap_or(0)
    }

    /// Who runs for a picture.
    pub fn classifier(&self, picture: usize) -> &Classifier {
        &self.parts[self.part(picture)].classifier
    }

    /// Of everything that its answers depend on.
    pub fn key(&self) -> String {
        match &self.parts[..] {
            [one] => one.key.text(),
            parts => {
                let all = parts.iter();
                let all = all.fold(Key::new(), |key, part| key.with(part.key.text().as_bytes()));
                all.text()
            }
        }
    }

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
