//! Who computes.

#[cfg(not(all(feature = "wgpu", feature = "vulkan")))]
use crate::failure::Failure;
use clap::ValueEnum;
use softcam::Device;

/// Who computes.
#[derive(Clone, Copy, ValueEnum)]
pub enum DeviceName {
    /// The CPU, on all cores, by kernels of our own.
    Cpu,
    /// A GPU by WGSL, WebGPU's shading language; needs a build with --features wgpu.
    Wgpu,
    /// A GPU by Vulkan and SPIR-V; needs a build with --features vulkan.
    Vulkan,
}

impl DeviceName {
    /// The device, where this program was built for it and the machine has one.
    pub fn open(self) -> crate::failure::Result<Device> {
        match self {
            Self::Cpu => Ok(Device::flex()),
            #[cfg(feature = "wgpu")]
            Self::Wgpu => Ok(softcam_train::device::wgpu()?),
            #[cfg(not(feature = "wgpu"))]
            Self::Wgpu => Err(missing("wgpu")),
            #[cfg(feature = "vulkan")]
            Self::Vulkan => Ok(softcam_train::device::vulkan()?),
            #[cfg(not(feature = "vulkan"))]
            Self::Vulkan => Err(missing("vulkan")),
        }
    }
}

#[cfg(not(all(feature = "wgpu", feature = "vulkan")))]
fn missing(feature: &str) -> Failure {
    Failure::new(
        format!("This softcam was built without {feature}."),
        format!("Build it with --features {feature}, or use --device cpu."),
    )
}
