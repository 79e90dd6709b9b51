//! A device.

use crate::Model;
use crate::boundary::thrown;
use softcam::sanity::shuffle;
use softcam::weights::file;
use softcam::{Device, Team};
use wasm_bindgen::prelude::*;

/// Who computes convolutions on WebGPU in engines that load a model from now on: `own`, or burn's `convolution` or
/// `matrix`. For benchmarks.
#[cfg(feature = "variants")]
#[wasm_bindgen(js_name = setVariant)]
pub fn set_variant(name: &str) -> Result<(), JsValue> {
    use softcam::network::{Variant, choose};
    choose(match name {
        "own" => Variant::Own,
        "convolution" => Variant::Convolution,
        "matrix" => Variant::Matrix,
        other => {
            let values = [("name", other.to_owned())];
            return Err(thrown(&softcam::Error::new(
                softcam::messages::VARIANT_UNKNOWN,
                values,
            )));
        }
    });
    Ok(())
}

/// A device that models are loaded onto, as many as its memory holds.
#[wasm_bindgen]
pub struct Engine {
    device: Device,
    team: Team,
}

impl Engine {
    fn on(device: Device) -> Self {
        let team = Team::default();
        Self { device, team }
    }
}

#[wasm_bindgen]
impl Engine {
    /// The CPU (burn-flex, SIMD128, one thread). Always works.
    #[wasm_bindgen(js_name = onCpu)]
    pub fn on_cpu() -> Engine {
        Engine::on(Device::flex())
    }

    /// The CPU with `others` more threads, each of which a worker must run (see `runThread`) before a model is loaded.
    #[cfg(feature = "threads")]
    #[wasm_bindgen(js_name = onThreads)]
    pub fn on_threads(others: usize) -> Engine {
        Engine {
            team: crate::threads::team(others),
            ..Engine::on_cpu()
        }
    }

    /// WebGPU. Call it once, and only where the adapter has `timestamp-query`: without it, cubecl 0.11 panics when it
    /// creates its first stream. The device translates kernels for weights that are `int8`, or floats, before they come.
    #[cfg(feature = "webgpu")]
    #[wasm_bindgen(js_name = onWebGpu)]
    pub async fn on_webgpu(int8: bool) -> Result<Engine, JsValue> {
        let device = Device::wgpu_options().init_async().await.map_err(|error| {
            let values = [("reason", error.to_string())];
            thrown(&softcam::Error::new(
                softcam::messages::GPU_NOT_SET_UP,
                values,
            ))
        })?;
        softcam::network::translate(&device, int8);
        Ok(Engine::on(device))
    }

    /// Reads and checks a weights file, puts it on the device and runs its known answer there. Look at the model's `test`
    /// before using it: a model that did not pass computes something else than it should.
    pub async fn load(&self, bytes: Vec<u8>) -> Result<Model, JsValue> {
        let model = file::read(&bytes).map_err(|e| thrown(&e))?;
        drop(bytes);
        Model::tested(model, &self.device, self.team.clone()).await
    }

    /// The same with the weights of the last `count` layers (see the model's `layers`) shuffled, each within its layer: what
    /// is left of a map when the network has forgotten. The same `seed` gives the same order. It has no known answer and
    /// does not know its training pictures.
    #[wasm_bindgen(js_name = loadShuffled)]
    pub async fn load_shuffled(
        &self,
        bytes: Vec<u8>,
        count: usize,
        seed: u32,
    ) -> Result<Model, JsValue> {
        let model = file::read(&bytes).map_err(|e| thrown(&e))?;
        drop(bytes);
        let shuffled = shuffle(model, count, u64::from(seed)).map_err(|e| thrown(&e))?;
        Model::untested(shuffled, &self.device, self.team.clone())
    }
}
