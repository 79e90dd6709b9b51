//! From a checkpoint of another program to a model file: what the command line and the page both do.
//!
//! [`state_dict`] holds what a checkpoint held, [`import`] makes a model of it, [`quantize`] takes bits off its weights, or
//! [`mod@compact`] where the file shall pack well. [`convert`] is all of it at once, [`seal`] adds the known answer and gives
//! the bytes of the file, and [`mod@open`] takes whatever file a person has.

mod checkpoint;
pub mod compact;
mod description;
pub mod import;
mod kind;
mod moments;
pub mod open;
pub mod quantize;
mod seal;
pub mod state_dict;

pub use checkpoint::{Conversion, Progress, convert, parameters};
pub use description::{Card, Settings, card_from_json};
pub use kind::{FileKind, TELLING_BYTES};
pub use quantize::Precision;
pub use seal::seal;
pub use state_dict::{FloatTensor, StateDict};
