//! Explanations of a classifier's answer, computed after the fact, on the CPU.
//!
//! A SoftCAM's evidence map *is* its decision: [`Method::SoftCam`] only reads it. All else here is what it is held
//! against: methods that run a network forwards and backwards and then say what mattered, and two controls that know
//! nothing of the network ([`Method::Random`]) or of the class ([`Method::Edges`]).
//!
//! 1. A [`Classifier`] is the network, weights packed; a [`Subject`] is one normalised picture in front of it.
//! 2. A [`Target`] is what is to be explained: the logit of a class, or of one class less another's.
//! 3. [`attribute`] gives an [`Attribution`]: the map, what it cost, and what it claims to add up to.
//!
//! Methods that run the network many times are a [`Plan`] of passes that depend on nothing but their index:
//! [`attribute`] walks them one by one, asking a [`Watch`] in between, and a caller with more than one core runs them side by
//! side. The sums come out the same to the last bit.
//!
//! Maps are signed where the method is ([`Method::signed`]): positive speaks for the target, negative against it. Nothing is
//! clipped or rescaled unless the definition of the method says so.

mod attribution;
mod baseline;
mod classifier;
mod method;
pub mod methods;
mod options;
mod pass;
mod plan;
mod prepare;
mod price;
mod quadrature;
mod resample;
mod run;
mod setting;
mod steps;
mod subject;
mod target;

pub use attribution::{Attribution, Claim, Cost, Sum};
pub use classifier::Classifier;
pub use method::Method;
pub use options::{Baseline, Options};
pub use pass::Pass;
pub use plan::Plan;
pub use price::{Counted, Price};
pub use run::attribute;
pub use setting::Setting;
pub use softcam::Watch;
pub use subject::Subject;
pub use target::Target;
