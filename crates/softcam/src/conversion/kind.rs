//! What file is this? Told by its content, never by its name.

use crate::error::{Error, error};
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
    /// A program with its weights, as `torch.jit.save` writes it.
    TorchScript,
    /// HDF5: Keras, mostly.
    Hdf5,
    /// Keras 3: a zip archive with HDF5 inside.
    Keras,
    /// TensorFlow Lite.
    TfLite,
    /// ONNX.
    Onnx,
    /// What llama.cpp reads.
    Gguf,
    /// NumPy's arrays, one or a zip archive of several.
    NumPy,
    /// Some other zip archive.
    Zip,
    /// A few lines of text that stand for a file in Git LFS.
    LfsPointer,
    /// A web page, which a download gave instead of the file.
    WebPage,
    /// The index of a checkpoint in several files.
    Index,
    /// Any other JSON.
    Json,
    /// A picture.
    Picture,
    /// Nothing at all.
    Empty,
    /// Anything else.
    Unknown,
}

/// The pickle with the structure lies at the beginning, before the weights: so many bytes tell everything but
/// [`FileKind::Model`], whose header may be longer.
pub const TELLING_BYTES: usize = 8 << 20;

impl FileKind {
    /// Of the whole file, or of its first [`TELLING_BYTES`].
    pub fn of(bytes: &[u8]) -> Self {
        let begins = |start: &[u8]| bytes.starts_with(start);
        let pickle = begins(&[0x80]) && bytes.get(1).is_some_and(|&version| version <= 5);
        if bytes.is_empty() {
            Self::Empty
        } else if bytes.get(8) == Some(&b'{') {
            if file::is_model(bytes) {
                Self::Model
            } else {
                Self::Safetensors
            }
        } else if begins(b"PK\x03\x04") {
            archive(bytes)
        } else if pickle {
            if holds_a_module(bytes) {
                Self::PickledModule
            } else {
                Self::PyTorch
            }
        } else if begins(b"\x89HDF") {
            Self::Hdf5
        } else if bytes.get(4..8) == Some(b"TFL3") {
            Self::TfLite
        } else if begins(b"GGUF") {
            Self::Gguf
        } else if begins(b"\x93NUMPY") {
            Self::NumPy
        } else if begins(b"version https://git-lfs") {
            Self::LfsPointer
        } else if [
            &b"\x89PNG"[..],
            b"\xFF\xD8\xFF",
            b"GIF8",
            b"RIFF",
            b"BM",
            b"II*\0",
            b"MM\0*",
        ]
        .iter()
        .any(|start| begins(start))
        {
            Self::Picture
        } else if is_onnx(bytes) {
            Self::Onnx
        } else {
            text(bytes)
        }
    }

    /// Why such a file is no checkpoint; nothing where it may be one.
    pub fn refusal(self) -> Option<Error> {
        Some(match self {
            Self::Model | Self::Safetensors | Self::PyTorch => return None,
            Self::PickledModule => error!(FILE_MODULE),
            Self::TorchScript => error!(FILE_TORCHSCRIPT),
            Self::Hdf5 => error!(FILE_HDF5),
            Self::Keras => error!(FILE_KERAS),
            Self::TfLite => error!(FILE_TFLITE),
            Self::Onnx => error!(FILE_ONNX),
            Self::Gguf => error!(FILE_GGUF),
            Self::NumPy => error!(FILE_NUMPY),
            Self::Zip => error!(FILE_ZIP),
            Self::LfsPointer => error!(FILE_LFS),
            Self::WebPage => error!(FILE_WEB_PAGE),
            Self::Index => error!(FILE_INDEX),
            Self::Json => error!(FILE_JSON),
            Self::Picture => error!(FILE_PICTURE),
            Self::Empty => error!(FILE_EMPTY),
            Self::Unknown => error!(FILE_NOT_SAFETENSORS),
        })
    }
}

/// A zip archive by the names of what is in it.
fn archive(bytes: &[u8]) -> FileKind {
    let beginning = &bytes[..bytes.len().min(TELLING_BYTES)];
    let has = |word: &[u8]| beginning.windows(word.len()).any(|window| window == word);
    if has(b"model.weights.h5") {
        FileKind::Keras
    } else if has(b"constants.pkl") {
        FileKind::TorchScript
    } else if !has(b"data.pkl") {
        if has(b".npy") {
            FileKind::NumPy
        } else {
            FileKind::Zip
        }
    } else if holds_a_module(bytes) {
        FileKind::PickledModule
    } else {
        FileKind::PyTorch
    }
}

/// Every module carries these two attributes, and no state dict has a reason to.
fn holds_a_module(bytes: &[u8]) -> bool {
    let beginning = &bytes[..bytes.len().min(TELLING_BYTES)];
    let has = |word: &[u8]| beginning.windows(word.len()).any(|window| window == word);
    has(b"_parameters") && has(b"_modules")
}

/// The version of the format, then the name of who wrote it: fields 1 and 2 of the message.
fn is_onnx(bytes: &[u8]) -> bool {
    let producer = |at: usize| {
        bytes.get(at) == Some(&0x12) && bytes.get(at + 1).is_some_and(|&length| length < 64)
    };
    bytes.first() == Some(&0x08)
        && bytes
            .get(1)
            .is_some_and(|&version| (1..64).contains(&version))
        && producer(2)
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    let beginning = &bytes[..bytes.len().min(TELLING_BYTES)];
    beginning.windows(word.len()).any(|window| window == word)
}

fn text(bytes: &[u8]) -> FileKind {
    let start = bytes.trim_ascii_start();
    let start = start[..start.len().min(64)].to_ascii_lowercase();
    if start.starts_with(b"<!doctype html") || start.starts_with(b"<html") {
        FileKind::WebPage
    } else if start.starts_with(b"{") && contains(bytes, b"\"weight_map\"") {
        FileKind::Index
    } else if start.starts_with(b"{") || start.starts_with(b"[") {
        FileKind::Json
    } else {
        FileKind::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::FileKind;

    #[test]
    fn kinds_are_told_by_the_first_bytes() {
        for (bytes, kind) in [
            (&b"PK\x03\x04 archive/data.pkl"[..], FileKind::PyTorch),
            (
                b"PK\x03\x04 archive/data.pkl _parameters _modules",
                FileKind::PickledModule,
            ),
            (
                b"PK\x03\x04 archive/data.pkl archive/constants.pkl",
                FileKind::TorchScript,
            ),
            (b"PK\x03\x04 config.json model.weights.h5", FileKind::Keras),
            (b"PK\x03\x04 fc.weight.npy", FileKind::NumPy),
            (b"PK\x03\x04 holiday.jpg", FileKind::Zip),
            (b"\x80\x02\x8a\nl\xfc", FileKind::PyTorch),
            (b"\x89HDF\r\n\x1a\n", FileKind::Hdf5),
            (b"\x1c\0\0\0TFL3", FileKind::TfLite),
            (b"\x02\0\0\0\0\0\0\0{}", FileKind::Safetensors),
            (b"\x08\x07\x12\x07pytorch", FileKind::Onnx),
            (b"GGUF\x03\0\0\0", FileKind::Gguf),
            (b"\x93NUMPY\x01\0", FileKind::NumPy),
            (
                b"version https://git-lfs.github.com/spec/v1\noid",
                FileKind::LfsPointer,
            ),
            (b"\n<!DOCTYPE html><html>", FileKind::WebPage),
            (b"{\n \"id2label\": {}}", FileKind::Json),
            (b"{\"metadata\": {}, \"weight_map\": {}}", FileKind::Index),
            (b"\x89PNG\r\n", FileKind::Picture),
            (b"", FileKind::Empty),
            (b"model weights", FileKind::Unknown),
        ] {
            assert_eq!(FileKind::of(bytes), kind, "{bytes:?}");
            let accepted = matches!(kind, FileKind::PyTorch | FileKind::Safetensors);
            assert_eq!(kind.refusal().is_none(), accepted, "{kind:?}");
        }
    }
}
