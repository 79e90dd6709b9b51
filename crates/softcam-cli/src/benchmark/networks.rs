//! The networks that are explained.

use super::key::Key;
use crate::eval::subject::Subject;
use crate::failure::{Context, Result};
use crate::options::request;
use softcam::explain::Request;
use softcam_attribution::{Classifier, Target};
use std::fs;
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
    /// Of its file's bytes.
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
            if let Some(first) = networks.subjects.first() {
                first.check_same_classes(&subject)?;
            }
            let bytes =
                fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            let same = (networks.all.iter())
                .filter(|network| network.is_called(&stem))
                .count();
            networks.all.push(Network {
                name: match same {
                    0 => stem.into_owned(),
                    more => format!("{stem} ({})", more + 1),
                },
                role,
                request: request(size, None, &subject.model.card)?,
                key: Key::new().with(&bytes),
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

impl Network {
    fn is_called(&self, stem: &str) -> bool {
        let rest = self.name.strip_prefix(stem);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(" ("))
    }
}
