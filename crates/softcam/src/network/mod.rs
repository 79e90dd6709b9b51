//! The network on a device: one description of its blocks, run by whatever the device has.

mod blocks;
#[cfg(feature = "flex")]
mod cpu;
#[cfg(feature = "flex")]
pub mod gradients;
mod moments;
#[cfg(feature = "flex")]
mod near;
#[cfg(feature = "flex")]
mod observed;
mod output;
#[cfg(feature = "layers")]
mod prefix;
#[cfg(all(feature = "flex", feature = "layers"))]
mod renormalised;
#[cfg(feature = "layers")]
mod tensors;
#[cfg(feature = "webgpu")]
mod webgpu;

pub use self::blocks::convolution;
pub(crate) use self::moments::Moments;
#[cfg(feature = "flex")]
pub(crate) use self::observed::input_moments;
pub use self::output::{Output, Sums};
#[cfg(feature = "layers")]
pub use self::prefix::Prefix;
#[cfg(all(feature = "flex", feature = "layers"))]
pub use self::renormalised::renormalised;
#[cfg(feature = "layers")]
pub use self::tensors::{Suffix, UnitTensors, means};
#[cfg(feature = "webgpu")]
pub use softcam_webgpu::translate;
#[cfg(feature = "variants")]
pub use softcam_webgpu::{Variant, choose};

use crate::error::Result;
#[cfg(not(feature = "layers"))]
use crate::error::error;
use crate::pause::{Pause, again};
use crate::weights::Model;
use burn::tensor::Device;
use softcam_kernels::Team;

/// Pixels of all images of one pass on a GPU: eight of 224 x 224. The largest activations of VGG stay below the 128 MiB that every
/// WebGPU device lets a kernel see of a buffer.
#[cfg(feature = "webgpu")]
const AT_ONCE: usize = 8 * 224 * 224;

/// A SoftCAM network with its weights on one device.
#[derive(Debug)]
pub struct Network {
    engine: Engine,
    watched: Option<usize>,
    smooth: bool,
}

/// Where the weights lie, and with them who computes.
#[derive(Debug)]
enum Engine {
    /// Kernels of our own, and no tensors: burn's would bring every element type and its conversions into the page.
    #[cfg(feature = "flex")]
    Cpu(Box<cpu::CpuNetwork>),
    /// Kernels of our own on burn's tensors.
    #[cfg(feature = "webgpu")]
    WebGpu(Box<webgpu::WebGpuNetwork>),
    /// burn's operations, on whatever device it has.
    #[cfg(feature = "layers")]
    Tensors(tensors::TensorNetwork),
}

impl Network {
    /// Puts the model's weights on `device`. On WebGPU int8 weights stay int8; on the CPU they become float here, once.
    ///
    /// # Errors
    ///
    /// Where this build has nothing that computes on `device`.
    pub fn new(model: &Model, device: &Device) -> Result<Self> {
        let limits = model.card.novelty.as_ref();
        Self::watching(limits.and_then(|limits| limits.blocks), model, device)
    }

    /// The same with [`Output::features`] from behind the first `blocks` blocks of the backbone, whatever the card says;
    /// from behind all of them where none are given.
    pub fn watching(blocks: Option<usize>, model: &Model, device: &Device) -> Result<Self> {
        Ok(Self {
            engine: Engine::new(model, device)?,
            // Behind the last block they are what the class-evidence layer reads, at hand anyway.
            watched: blocks.filter(|&blocks| blocks < model.backbone().blocks.len()),
            smooth: model.card.options.smooth_evidence,
        })
    }

    /// Lets `team` compute from now on where this CPU does. Answers stay the same to the last bit.
    #[must_use]
    pub fn shared_by(self, team: Team) -> Self {
        match &self.engine {
            #[cfg(feature = "flex")]
            Engine::Cpu(network) => network.share(team),
            #[allow(unreachable_patterns, reason = "some builds have one engine")]
            _ => drop(team),
        }
        self
    }

    /// Runs one image, `[3, size, size]` row-major, and reads maps and logits back in one go. What a failed run would
    /// leave behind is refused.
    pub async fn run(&self, values: Vec<f32>, size: usize) -> Result<Output> {
        self.run_with(values, size, None).await
    }

    /// The same; `pause` is asked before each block of the backbone and once behind the last, where burn computes once
    /// before the first.
    pub async fn run_with(
        &self,
        values: Vec<f32>,
        size: usize,
        mut pause: Option<&mut dyn Pause>,
    ) -> Result<Output> {
        let pause = &mut pause;
        let output = match &self.engine {
            #[cfg(feature = "flex")]
            Engine::Cpu(network) => network.run(&values, size, self.watched, pause).await?,
            #[cfg(feature = "webgpu")]
            Engine::WebGpu(network) => {
                one(network.run(&values, size, self.watched, pause).await?)?
            }
            #[cfg(feature = "layers")]
            Engine::Tensors(network) => {
                crate::pause::check(pause).await?;
                network.run(values, size, self.watched).await?
            }
        };
        self.finished(output)
    }

    /// What was computed, as the card says that evidence is shown; checked.
    fn finished(&self, mut output: Output) -> Result<Output> {
        if self.smooth {
            output.maps.smooth();
        }
        output.maps.check_against(&output.logits)?;
        Ok(output)
    }

    /// How many images of this size are computed in one pass. On a GPU several share the launches of kernels, the weights and the
    /// way back; the CPU, which gains nothing by it (`examples/batches.rs`), takes them one by one.
    pub fn at_once(&self, size: usize) -> usize {
        let pixels = match &self.engine {
            #[cfg(feature = "webgpu")]
            Engine::WebGpu(_) => AT_ONCE,
            #[allow(unreachable_patterns, reason = "some builds have one engine")]
            _ => 0,
        };
        (pixels / size.pow(2).max(1)).max(1)
    }

    /// As [`Self::run_with`] for each of `images`, up to rounding, [`Self::at_once`] in one pass.
    pub async fn run_many(
        &self,
        images: &[&[f32]],
        size: usize,
        mut pause: Option<&mut dyn Pause>,
    ) -> Result<Vec<Output>> {
        let mut outputs = Vec::with_capacity(images.len());
        for images in images.chunks(self.at_once(size)) {
            match &self.engine {
                #[cfg(feature = "webgpu")]
                Engine::WebGpu(network) => {
                    let images = images.concat();
                    let run = network.run(&images, size, self.watched, &mut pause);
                    for output in run.await? {
                        outputs.push(self.finished(output)?);
                    }
                }
                #[allow(unreachable_patterns, reason = "some builds have one engine")]
                _ => {
                    for image in images {
                        let image = image.to_vec();
                        outputs.push(self.run_with(image, size, again(&mut pause)).await?);
                    }
                }
            }
        }
        Ok(outputs)
    }

    /// As [`Self::answer_near`] for each of `images`, up to rounding, [`Self::at_once`] in one pass.
    pub async fn answer_many(
        &self,
        images: &[&[f32]],
        size: usize,
        mut pause: Option<&mut dyn Pause>,
    ) -> Result<Vec<Sums>> {
        let mut answers = Vec::with_capacity(images.len());
        for images in images.chunks(self.at_once(size)) {
            match &self.engine {
                #[cfg(feature = "webgpu")]
                Engine::WebGpu(network) => {
                    let images = images.concat();
                    let run = network.answer(&images, size, self.watched, &mut pause);
                    for sums in run.await? {
                        sums.check()?;
                        answers.push(sums);
                    }
                }
                #[allow(unreachable_patterns, reason = "some builds have one engine")]
                _ => {
                    for image in images {
                        let image = image.to_vec();
                        answers.push(self.answer_near(image, size, again(&mut pause)).await?);
                    }
                }
            }
        }
        Ok(answers)
    }

    /// Runs an image and keeps what every block gives, so that [`Self::run_near`] need not compute all of it again for
    /// pictures that are much the same. Only the CPU does so, up to some memory; elsewhere this does nothing.
    pub async fn keep(
        &self,
        values: &[f32],
        size: usize,
        mut pause: Option<&mut dyn Pause>,
    ) -> Result<()> {
        match &self.engine {
            #[cfg(feature = "flex")]
            Engine::Cpu(network) => network.keep(values, size, self.watched, &mut pause).await,
            #[allow(unreachable_patterns, reason = "some builds have one engine")]
            _ => Ok(()),
        }
    }

    /// Lets go of what [`Self::keep`] kept.
    pub fn forget(&self) {
        match &self.engine {
            #[cfg(feature = "flex")]
            Engine::Cpu(network) => network.forget(),
            #[allow(unreachable_patterns, reason = "some builds have one engine")]
            _ => {}
        }
    }

    /// As [`Self::run_with`], up to rounding: where a run was kept and the image differs from that one's in a rectangle, only
    /// what that reaches is computed.
    pub async fn run_near(
        &self,
        values: Vec<f32>,
        size: usize,
        mut pause: Option<&mut dyn Pause>,
    ) -> Result<Output> {
        match &self.engine {
            #[cfg(feature = "flex")]
            Engine::Cpu(network) => {
                let pause = &mut pause;
                self.finished(network.run_near(&values, size, self.watched, pause).await?)
            }
            #[allow(unreachable_patterns, reason = "some builds have one engine")]
            _ => self.run_with(values, size, pause).await,
        }
    }

    /// As [`Self::run_near`], up to rounding, without maps, which are not computed then; where nothing is kept, too.
    pub async fn answer_near(
        &self,
        values: Vec<f32>,
        size: usize,
        mut pause: Option<&mut dyn Pause>,
    ) -> Result<Sums> {
        match &self.engine {
            #[cfg(feature = "flex")]
            Engine::Cpu(network) => {
                let pause = &mut pause;
                let sums = network
                    .answer_near(&values, size, self.watched, pause)
                    .await?;
                sums.check()?;
                Ok(sums)
            }
            #[cfg(feature = "webgpu")]
            Engine::WebGpu(network) => {
                let sums = network.answer(&values, size, self.watched, &mut pause);
                let sums = one(sums.await?)?;
                sums.check()?;
                Ok(sums)
            }
            #[allow(unreachable_patterns, reason = "some builds have one engine")]
            _ => Ok(self.run_with(values, size, pause).await?.into()),
        }
    }
}

/// What came back of a single image.
#[cfg(feature = "webgpu")]
fn one<T>(mut answers: Vec<T>) -> Result<T> {
    let answer = answers.pop().filter(|_| answers.is_empty());
    answer.ok_or_else(|| output::device_failed(&"it has answered for more or fewer images"))
}

impl Engine {
    fn new(model: &Model, device: &Device) -> Result<Self> {
        #[cfg(feature = "flex")]
        if cpu::computes(device) {
            let network = cpu::CpuNetwork::new(model, &model.backbone())?;
            return Ok(Self::Cpu(Box::new(network)));
        }
        // With SPIR-V in the build, a Vulkan device takes that and no WGSL.
        #[cfg(all(feature = "webgpu", not(feature = "vulkan")))]
        if !device.is_autodiff() {
            let network = webgpu::WebGpuNetwork::new(model, device)?;
            return Ok(Self::WebGpu(Box::new(network)));
        }
        #[cfg(feature = "layers")]
        return Ok(Self::Tensors(tensors::TensorNetwork::new(model, device)?));
        #[cfg(not(feature = "layers"))]
        Err(error!(DEVICE_UNKNOWN))
    }
}
