//! Guided backpropagation (Springenberg et al., "Striving for simplicity: the all convolutional net", ICLR 2015 workshop), as
//! Captum's `GuidedBackprop` has it.
//!
//! The gradient of the score by the pixels, except that at every ReLU only its positive part goes on; summed over the three
//! channels, signed. Scores are logits; of two classes it is the difference that is followed back, which is not the
//! difference of two maps.
//!
//! Captum guides modules of the type `ReLU` alone. Here, every ReLU and ReLU6 counts, those included that torchvision calls
//! as a function (DenseNet's last).

use crate::subject::Subject;
use crate::target::Target;
use softcam::network::gradients::Rule;
use softcam::{Map, Result};

pub(crate) fn map(subject: &Subject, target: Target) -> Result<Map> {
    let gradient = subject.gradient(subject.image(), target, Rule::Guided)?;
    Ok(subject.map(subject.over_channels(&gradient)))
}
