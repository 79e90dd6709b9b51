//! What comes back from a device.

#[cfg(any(feature = "webgpu", feature = "layers"))]
use crate::error::Error;
use crate::error::{Result, error};
use crate::evidence::EvidenceMaps;
#[cfg(any(feature = "webgpu", feature = "layers"))]
use burn::tensor::TensorData;

/// What a forward pass gives for one image, on the host and checked.
#[derive(Debug, Clone)]
pub struct Output {
    /// One signed map per class.
    pub maps: EvidenceMaps,
    /// One logit per class, as the device computed it.
    pub logits: Vec<f32>,
    /// One mean per channel behind the watched blocks; see [`Network::watching`].
    pub features: Vec<f32>,
}

impl Output {
    /// The maps by themselves.
    pub(crate) fn parted(self) -> (Sums, EvidenceMaps) {
        let Self {
            maps,
            logits,
            features,
        } = self;
        (Sums { logits, features }, maps)
    }
}

/// An [`Output`] without maps.
#[derive(Debug, Clone)]
pub struct Sums {
    /// One logit per class.
    pub logits: Vec<f32>,
    /// One mean per channel behind the watched blocks; see [`Network::watching`].
    ///
    /// [`Network::watching`]: super::Network::watching
    pub features: Vec<f32>,
}

impl Sums {
    /// Refuses logits that only a failed run gives. Of maps, more can be told: [`EvidenceMaps::check_against`].
    pub(super) fn check(&self) -> Result<()> {
        match self.logits.iter().all(|logit| logit.is_finite()) {
            true => Ok(()),
            false => Err(error!(RUN_NOT_FINITE)),
        }
    }
}

impl From<Output> for Sums {
    fn from(output: Output) -> Self {
        output.parted().0
    }
}

/// What came back, where it is what was asked for.
#[cfg(any(feature = "webgpu", feature = "layers"))]
pub(super) fn floats<const N: usize>(read: Vec<TensorData>) -> Result<[Vec<f32>; N]> {
    let values: Vec<Vec<f32>> = (read.into_iter())
        .map(|data| {
            let values = data.try_into_vec();
            values.map_err(|error| device_failed(&format!("{error:?}")))
        })
        .collect::<Result<_>>()?;
    values
        .try_into()
        .map_err(|values: Vec<_>| device_failed(&format!("{} tensors came back", values.len())))
}

#[cfg(any(feature = "webgpu", feature = "layers"))]
pub(super) fn device_failed(error: &dyn std::fmt::Display) -> Error {
    error!(DEVICE_FAILED, reason = error)
}
