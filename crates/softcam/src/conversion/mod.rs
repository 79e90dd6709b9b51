//! From a checkpoint of another program to a model file: what the command line and the page both do.
//!
//! [`state_dict`] holds what a checkpoint held. `surroundings` takes off what training left around the weights, `locate`
//! finds the network behind whatever a wrapper put before its names, and `head` its last layer, or says why there can be
//! none. `described` reads what files beside a checkpoint say about it. [`import`] makes a model of both, [`quantize`] takes
//! bits off its weights, or [`mod@compact`] where the file shall pack well. [`calibrated`] makes a temperature part of the weights. [`convert`] is all of it at once, [`seal`] adds
//! the known answer and gives the bytes of the file, and [`mod@open`] takes whatever file a person has.

mod calibrated;
mod checkpoint;
pub mod compact;
mod described;
mod description;
mod foreign;
mod found;
mod given;
mod grey;
mod head;
pub mod import;
mod kind;
mod labels;
mod locate;
mod moments;
mod needed;
pub mod open;
mod pixels;
pub mod quantize;
mod redescribed;
mod seal;
pub mod state_dict;
mod surroundings;

pub use calibrated::calibrated;
pub use checkpoint::{Conversion, Progress, convert, parameters};
pub use described::{card_from_text, card_from_texts};
pub use description::{Card, Settings};
pub use kind::{FileKind, TELLING_BYTES};
pub use quantize::Precision;
pub use redescribed::redescribed;
pub use seal::seal;
pub use state_dict::{FloatTensor, StateDict, Tensors};
