//! What can go wrong in training, and what to do about it.

/// What every fallible function of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A training run that cannot start or go on, as a sentence for people; [`Error::advice`] says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The network or a picture is at fault.
    #[error(transparent)]
    Softcam(#[from] softcam::Error),
    /// Arithmetic ran away.
    #[error("The loss is {loss} in epoch {epoch}, step {step}.")]
    NotFinite {
        /// Counted from 1.
        epoch: usize,
        /// Counted from 1 within the epoch.
        step: usize,
        /// What it was instead of a number.
        loss: f32,
    },
    /// A class has no picture to learn from.
    #[error("No picture of class {class:?} is in the training part.")]
    EmptyClass {
        /// Its name.
        class: String,
    },
    /// The weights to start from do not fit the run.
    #[error("The weights to start from do not fit: {0}.")]
    Start(String),
    /// A GPU that cannot be used.
    #[error("No GPU could be set up: {0}.")]
    Gpu(String),
    /// What the frozen blocks give is more than may be kept.
    #[error("The cache would take {:.2} GB, and it may take {:.2} GB.", gigabytes(*needed), gigabytes(*limit))]
    CacheMemory {
        /// Bytes for all pictures in all variants.
        needed: u64,
        /// Most bytes that may be kept.
        limit: u64,
    },
    /// A picture could not be changed.
    #[error("A picture could not be changed as the augmentation asks: {0}.")]
    Augmentation(String),
    /// The device lost something.
    #[error("The device failed while weights were read ({0}).")]
    Unread(String),
    /// Settings contradict each other or the network.
    #[error("The settings do not work: {0}.")]
    Settings(String),
    /// A checkpoint is damaged or from another run.
    #[error("The checkpoint cannot be taken up: {0}.")]
    Checkpoint(String),
}

impl Error {
    /// What to do next, as a sentence.
    pub fn advice(&self) -> String {
        let advice = match self {
            Self::Softcam(error) => return error.advice(),
            Self::NotFinite { .. } => {
                "Lower the learning rates; the last checkpoint is from before this epoch."
            }
            Self::EmptyClass { .. } => "Add some, or leave the class out.",
            Self::Start(_) => {
                "Start from other weights, or let the network and its last layer be chosen anew."
            }
            Self::Gpu(_) => {
                "Install a driver for it (VK_ICD_FILENAMES may name one of Vulkan's), or train with --device cpu."
            }
            Self::CacheMemory { .. } => {
                "Allow more with --cache-memory, keep fewer variants, or freeze another number of blocks: later ones give less."
            }
            Self::Augmentation(_) => "Leave the augmentation's jpeg and resample out.",
            Self::Unread(_) => "Start again with --resume.",
            Self::Settings(_) => "Change the one that is named.",
            Self::Checkpoint(_) => {
                "Start again without --resume, or give its directory and settings."
            }
        };
        advice.to_owned()
    }
}

/// 10⁹ bytes.
fn gigabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e9
}
