//! One picture in front of a network.

use crate::classifier::Classifier;
use softcam::weights::MAX_INPUT_SIZE;
use softcam::{Result, error};

/// A normalised picture and the network whose answer to it is to be explained.
#[derive(Debug)]
pub struct Subject<'a> {
    classifier: &'a Classifier,
    size: usize,
    image: Vec<f32>,
}

impl<'a> Subject<'a> {
    /// `image`: normalised as the network's card says, `[3, size, size]` row-major, channels R, G, B; what
    /// [`softcam::preprocess::fit`] gives.
    ///
    /// # Errors
    ///
    /// Where the image has another size than that, or values that are not finite.
    pub fn new(classifier: &'a Classifier, image: Vec<f32>, size: usize) -> Result<Self> {
        if !(1..=MAX_INPUT_SIZE).contains(&size) {
            return Err(error!(INPUT_SIZE, size, most = MAX_INPUT_SIZE));
        }
        if image.len() != 3 * size * size {
            return Err(error!(METHOD_IMAGE, values = image.len(), size));
        }
        if !image.iter().all(|value| value.is_finite()) {
            return Err(error!(RUN_NOT_FINITE));
        }
        Ok(Self {
            classifier,
            size,
            image,
        })
    }

    /// The network.
    pub fn classifier(&self) -> &'a Classifier {
        self.classifier
    }

    /// Side of the image in pixels.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Normalised, `[3, size, size]`.
    pub fn image(&self) -> &[f32] {
        &self.image
    }

    /// What the network says of `image`, which has the subject's size.
    pub(crate) fn logits(&self, image: &[f32]) -> Result<Vec<f32>> {
        self.classifier.logits(image, self.size)
    }
}
