//! What file is this? Told by its content, never by its name.

use crate::weights::file;

/// Kinds of files that people have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A model file of this project, whole or not.
    Model,
    /// Some other safetensors file, such as float weights.
    Safetensors,
    /// A PyTorch checkpoint: a zip archive, or a pickle.
    PyTorch,
    /// A pickled `torch.nn.Module` rather than its state dict.
    PickledModule,
    /// Keras, mostly.
    Hdf5,
    /// TensorFlow Lite.
    TfLite,
    /// Anything else.
    Unknown,
}

/// The pickle with the structure lies at the beginning, before the weights: so many bytes tell everything but
/// [`FileKind::Model`], whose header may be longer.
pub const TELLING_BYTES: usize = 8 << 20;

impl FileKind {
    /// Of the whole file, or of its first [`TELLING_BYTES`].
    pub fn of(bytes: &[u8]) -> Self {
        let zip = bytes.starts_with(b"PK\x03\x04");
        let pickle =
            bytes.starts_with(&[0x80]) && bytes.get(1).is_some_and(|&version| version <= 5);
        if bytes.get(8) == Some(&b'{') {
            if file::is_model(bytes) {
                Self::Model
            } else {
                Self::Safetensors
            }
        } else if zip || pickle {
            if holds_a_module(bytes) {
                Self::PickledModule
            } else {
                Self::PyTorch
            }
        } else if bytes.starts_with(b"\x89HDF") {
            Self::Hdf5
        } else if bytes.get(4..8) == Some(b"TFL3") {
            Self::TfLite
        } else {
            Self::Unknown
        }
    }
}

/// Every module carries these two attributes, and no state dict has a reason to.
fn holds_a_module(bytes: &[u8]) -> bool {
    let beginning = &bytes[..bytes.len().min(TELLING_BYTES)];
    let has = |word: &[u8]| beginning.windows(word.len()).any(|window| window == word);
    has(b"_parameters") && has(b"_modules")
}

#[cfg(test)]
mod tests {
    use super::FileKind;

    #[test]
    fn kinds_are_told_by_the_first_bytes() {
        for (bytes, kind) in [
            (&b"PK\x03\x04 archive/data.pkl"[..], FileKind::PyTorch),
            (b"PK\x03\x04 _parameters _modules", FileKind::PickledModule),
            (b"\x80\x02\x8a\nl\xfc", FileKind::PyTorch),
            (b"\x89HDF\r\n\x1a\n", FileKind::Hdf5),
            (b"\x1c\0\0\0TFL3", FileKind::TfLite),
            (b"\x02\0\0\0\0\0\0\0{}", FileKind::Safetensors),
            (b"\x08\x07\x12\x07pytorch", FileKind::Unknown),
            (b"", FileKind::Unknown),
        ] {
            assert_eq!(FileKind::of(bytes), kind, "{bytes:?}");
        }
    }
}
