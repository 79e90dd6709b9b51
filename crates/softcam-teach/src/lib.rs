//! Classes of one's own on a network that exists: the backbone stays as it is, and the class-evidence layer is fitted.
//!
//! A class's logit is the mean of its map, and the layer is linear, so logit = mean(w · z + b) = w · mean(z) + b: fitting the
//! layer to labelled pictures is multinomial logistic regression on the mean features of each picture. That is convex, has
//! one answer for every penalty, and takes seconds. What comes out is an ordinary model, whose maps add up to its logits like
//! those of any other.
//!
//! 1. A [`Teacher`] gives the mean features of a picture.
//! 2. [`Teacher::teach`] takes [`Lesson`]s of at least two classes, chooses the penalty by cross-validation, fits, and gives a
//!    [`Taught`]: the model, and a [`Report`] of what it is worth.
//!
//! Frames of one burst of a camera are nearly the same picture. They, and pictures that are nearly equal, never are on both
//! sides of a cross-validation, which would flatter.

mod card;
mod choice;
mod classes;
mod duplicates;
mod folds;
mod interval;
mod logistic;
mod report;
mod span;
mod teacher;

pub use choice::PENALTIES;
pub use classes::{MAX_CLASSES, MAX_EXAMPLES, MIN_CLASSES};
pub use folds::deal;
pub use interval::wilson;
pub use logistic::{Layer, Regression};
pub use report::{Accuracy, Report, Warning};
pub use teacher::{Lesson, Taught, Teacher};
