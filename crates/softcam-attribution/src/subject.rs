//! One picture in front of a network.

use crate::classifier::Classifier;
use crate::target::Target;
use softcam::network::gradients::{Record, Rule};
use softcam::weights::MAX_INPUT_SIZE;
use softcam::{Map, Result, error};

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

    /// A run on the picture itself that can be followed back to what the first `down_to` blocks gave.
    pub(crate) fn record(&self, down_to: usize) -> Result<Record<'a>> {
        (self.classifier.network()).record(&self.image, self.size, down_to)
    }

    /// The gradient of the score by the pixels of `image`, which has the subject's size; `[3, size, size]`.
    pub(crate) fn gradient(&self, image: &[f32], target: Target, rule: Rule) -> Result<Vec<f32>> {
        let network = self.classifier.network();
        let record = network.record(image, self.size, 0)?;
        let gradient = record.gradient(&target.weights(network.classes()), 0, rule)?;
        Ok(gradient.values)
    }

    /// One value per pixel, by row, as a map.
    pub(crate) fn map(&self, values: Vec<f32>) -> Map {
        Map {
            values,
            rows: self.size,
            columns: self.size,
            total: None,
        }
    }

    /// The sum of each pixel's three channels.
    pub(crate) fn over_channels(&self, values: &[f32]) -> Vec<f32> {
        let pixels = self.size * self.size;
        (0..pixels)
            .map(|pixel| values[pixel] + values[pixels + pixel] + values[2 * pixels + pixel])
            .collect()
    }
}
