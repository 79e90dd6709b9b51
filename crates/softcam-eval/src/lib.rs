//! How good a classifier's answers are, and whether its evidence lies where the finding is.
//!
//! [`Predictions`] hold what a model said about labelled pictures, [`measure`] turns them into [`Metrics`] with
//! [`bootstrap`] intervals. Underneath lie [`ranking`] (ROC, AUC, thresholds), [`confusion`] (what was called what) and
//! [`calibration`] (whether 90 % means nine of ten; the temperature that makes it so). [`cross_validation`] keeps what is chosen apart from
//! what is reported. [`several`] is for classes that may be right at once. [`localisation`] compares evidence
//! with boxes that people drew, [`maps`] says how good a map of any method is as an explanation, and [`Bootstrap::paired`]
//! which of two methods is ahead.
//!
//! Every metric takes a weight per picture, which is how often a resample drew it. All ones is the data itself. A metric
//! that the data does not define (an AUC of one class) is none, never a made-up number.
//!
//! Nothing here reads or writes anything.

pub mod bootstrap;
pub mod calibration;
pub mod confusion;
pub mod cross_validation;
mod error;
pub mod localisation;
pub mod maps;
mod metrics;
mod paired;
mod predictions;
pub mod ranking;
pub mod several;

pub use bootstrap::{Bootstrap, Estimate};
pub use cross_validation::OutOfFold;
pub use error::{Error, Result};
pub use metrics::{FEW, Metrics, Settings, measure};
pub use paired::Paired;
pub use predictions::{Decision, Predictions};
