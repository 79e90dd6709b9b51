//! GPUs to train on.
//!
//! burn would come to look for one when the first tensor is made, and panic where there is none. So it is set up here.

use crate::error::{Error, Result};
use burn::tensor::Device;
use burn::tensor::wgpu::{WgpuBackend, wgpu::Features};

/// A GPU by the graphics API that the system prefers, on kernels in WGSL. (In a build with the feature `vulkan`, burn
/// takes SPIR-V wherever that API is Vulkan.)
///
/// # Errors
///
/// Where the machine has no driver that will do. A second call is refused as well: the first one's device may be cloned.
#[cfg(feature = "wgpu")]
pub fn wgpu() -> Result<Device> {
    set_up(WgpuBackend::Auto)
}

/// A GPU by Vulkan, on kernels in SPIR-V.
///
/// # Errors
///
/// As for [`wgpu`].
#[cfg(feature = "vulkan")]
pub fn vulkan() -> Result<Device> {
    set_up(WgpuBackend::Vulkan)
}

fn set_up(api: WgpuBackend) -> Result<Device> {
    let refused = |why: &dyn std::fmt::Display| Error::Gpu(why.to_string());
    let options = Device::wgpu_options().graphics_api(api);
    let (device, setup) = options.init_with_setup().map_err(|error| refused(&error))?;
    // Without it, cubecl 0.11 panics when it creates its first stream.
    if !setup.adapter.features().contains(Features::TIMESTAMP_QUERY) {
        let name = setup.adapter.get_info().name;
        return Err(refused(&format_args!(
            "{name} cannot take the time (timestamp-query)"
        )));
    }
    Ok(device)
}
