//! A model ready to explain photos on one device.

use crate::answer::Answer;
use crate::error::{Result, error};
use crate::evidence::EvidenceMaps;
use crate::map::Map;
use crate::network::{Network, Output, Sums};
use crate::novelty::{Counterpart, Novelty, NoveltyReference, more_familiar};
use crate::pause::{Pause, again};
use crate::preprocess::{NetworkInput, Photo, fit, normalise};
use crate::weights::{FitRule, InputSpec, KnownAnswer, Model, ModelCard};
use burn::tensor::Device;
use softcam_kernels::Team;

/// Side of the known-answer input: small enough to cost nothing, large enough for a map of more than one cell.
const KNOWN_ANSWER_SIZE: usize = 64;

/// A device may differ from the stored answer by this share of the answer's range. Float sums in another order differ
/// by about 1e-6 of it; a wrong kernel by about 1.
const SELF_TEST_TOLERANCE: f32 = 1e-3;

/// A network on a device with the card that says how to feed it.
#[derive(Debug)]
pub struct Explainer {
    card: ModelCard,
    known_answer: Option<KnownAnswer>,
    reference: Option<NoveltyReference>,
    network: Network,
}

/// How a photo is to be explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// Side of the network's input in pixels.
    pub size: usize,
    /// How the photo becomes a square.
    pub fit: FitRule,
    /// Whether the photo's counterparts are looked at, too, where the card names some: whether it is a negative, or on its
    /// head. Leave it out where a picture is asked about again and again, for each of them is a run of the network.
    pub counterparts: bool,
}

/// A decision with the evidence that it was made on.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// What was decided.
    pub answer: Answer,
    /// Why: one signed map per class, whose mean is that class's logit.
    pub maps: EvidenceMaps,
}

impl Explanation {
    /// The map of `class`, or of `class` over `against`. What it claims to add up to comes from the logits, as the device
    /// computed them, and not from the map.
    ///
    /// # Errors
    ///
    /// Where there is no such class.
    pub fn map_of(&self, class: usize, against: Option<usize>) -> Result<Map> {
        let map = self.maps.map_of(class, against)?;
        let logits = &self.answer.logits;
        let total = logits[class] - against.map_or(0.0, |other| logits[other]);
        Ok(Map {
            total: Some(total),
            ..map
        })
    }
}

/// Outcome of the known-answer test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SelfTest {
    /// Largest deviation from the stored logits and map, as a share of their range.
    pub deviation: f32,
    /// What would still pass.
    pub tolerance: f32,
}

impl SelfTest {
    /// Whether the device computes what it should.
    pub fn passed(&self) -> bool {
        self.deviation <= self.tolerance
    }

    /// Refuses to go on where it did not pass. Whether the weights changed on their way or the device is at fault cannot
    /// be told from here.
    pub fn check(&self) -> Result<()> {
        if self.passed() {
            return Ok(());
        }
        Err(error!(
            SELF_TEST_FAILED,
            deviation = format!("{:.4}", self.deviation)
        ))
    }
}

impl Explainer {
    /// Puts `model` on `device`.
    pub fn new(model: Model, device: &Device) -> Result<Self> {
        let network = Network::new(&model, device)?;
        Ok(Self {
            card: model.card,
            known_answer: model.known_answer,
            reference: model.novelty_reference,
            network,
        })
    }

    /// Lets several threads compute where this CPU does; see [`Network::shared_by`].
    #[must_use]
    pub fn shared_by(self, team: Team) -> Self {
        let network = self.network.shared_by(team);
        Self { network, ..self }
    }

    /// The model's card.
    pub fn card(&self) -> &ModelCard {
        &self.card
    }

    /// What the card recommends.
    pub fn default_request(&self) -> Request {
        Request {
            size: self.card.input.size,
            fit: self.card.input.fit,
            counterparts: true,
        }
    }

    /// Explains one photo.
    pub async fn explain(&self, photo: &Photo, request: Request) -> Result<Explanation> {
        self.run(photo, request, None, false).await
    }

    /// The same with somebody to ask between the blocks of the network whether to go on.
    ///
    /// # Errors
    ///
    /// As [`Self::explain`], and one that [`Error::is_cancelled`] where `pause` said no.
    pub async fn explain_with(
        &self,
        photo: &Photo,
        request: Request,
        pause: &mut dyn Pause,
    ) -> Result<Explanation> {
        self.run(photo, request, Some(pause), false).await
    }

    /// Runs one photo and keeps what every block of the network gives, for [`Self::explain_near`]; what was kept before is
    /// forgotten. Only the CPU keeps anything, as long as it does not take too much memory.
    ///
    /// # Errors
    ///
    /// As [`Self::explain_with`].
    pub async fn keep(
        &self,
        photo: &Photo,
        request: Request,
        pause: Option<&mut dyn Pause>,
    ) -> Result<()> {
        let size = self.card.check_size(request.size)?;
        let input = fit(photo, &self.card.input, request.fit, size)?;
        self.network.keep(&input.values, size, pause).await
    }

    /// Lets go of what was kept, and of its memory.
    pub fn forget(&self) {
        self.network.forget();
    }

    /// As [`Self::explain_with`], up to rounding, in less time where the photo differs from the one that was kept in a
    /// rectangle alone: only what that reaches is computed.
    ///
    /// # Errors
    ///
    /// As [`Self::explain_with`].
    pub async fn explain_near(
        &self,
        photo: &Photo,
        request: Request,
        pause: Option<&mut dyn Pause>,
    ) -> Result<Explanation> {
        self.run(photo, request, pause, true).await
    }

    async fn run(
        &self,
        photo: &Photo,
        request: Request,
        mut pause: Option<&mut dyn Pause>,
        near: bool,
    ) -> Result<Explanation> {
        let size = self.card.check_size(request.size)?;
        let input = fit(photo, &self.card.input, request.fit, size)?;
        let (network, values) = (&self.network, input.values.clone());
        let output = match near {
            true => network.run_near(values, size, again(&mut pause)).await?,
            false => network.run_with(values, size, again(&mut pause)).await?,
        };
        let (sums, maps) = output.parted();
        let answer = self.answered(sums, input, request, &mut pause).await?;
        Ok(Explanation { answer, maps })
    }

    /// As [`Self::explain_near`], without maps: for what is asked in hundreds. Where nothing was kept, too, the CPU takes less
    /// time for it, above all with many classes.
    ///
    /// # Errors
    ///
    /// As [`Self::explain_with`].
    pub async fn answer_near(
        &self,
        photo: &Photo,
        request: Request,
        mut pause: Option<&mut dyn Pause>,
    ) -> Result<Answer> {
        let size = self.card.check_size(request.size)?;
        let input = fit(photo, &self.card.input, request.fit, size)?;
        let values = input.values.clone();
        let sums = (self.network)
            .answer_near(values, size, again(&mut pause))
            .await?;
        self.answered(sums, input, request, &mut pause).await
    }

    /// How many photos of a request of this size gain by being asked about together.
    pub fn at_once(&self, size: usize) -> usize {
        self.network.at_once(size)
    }

    /// As [`Self::explain_with`] for each of `photos`, up to rounding, [`Self::at_once`] in one pass of the network.
    ///
    /// # Errors
    ///
    /// As [`Self::explain_with`], of the first photo that there is one of.
    pub async fn explain_many(
        &self,
        photos: &[&Photo],
        request: Request,
        mut pause: Option<&mut dyn Pause>,
    ) -> Result<Vec<Explanation>> {
        let inputs = self.inputs(photos, request)?;
        let outputs = (self.network)
            .run_many(&images(&inputs), request.size, again(&mut pause))
            .await?;
        let mut explanations = Vec::with_capacity(photos.len());
        for (output, input) in outputs.into_iter().zip(inputs) {
            let (sums, maps) = output.parted();
            let answer = self.answered(sums, input, request, &mut pause).await?;
            explanations.push(Explanation { answer, maps });
        }
        Ok(explanations)
    }

    /// As [`Self::answer_near`] for each of `photos`, up to rounding, [`Self::at_once`] in one pass of the network.
    ///
    /// # Errors
    ///
    /// As [`Self::explain_with`], of the first photo that there is one of.
    pub async fn answer_many(
        &self,
        photos: &[&Photo],
        request: Request,
        mut pause: Option<&mut dyn Pause>,
    ) -> Result<Vec<Answer>> {
        let inputs = self.inputs(photos, request)?;
        let sums = (self.network)
            .answer_many(&images(&inputs), request.size, again(&mut pause))
            .await?;
        let mut answers = Vec::with_capacity(photos.len());
        for (sums, input) in sums.into_iter().zip(inputs) {
            answers.push(self.answered(sums, input, request, &mut pause).await?);
        }
        Ok(answers)
    }

    /// What the network is given of each photo.
    fn inputs(&self, photos: &[&Photo], request: Request) -> Result<Vec<NetworkInput>> {
        let size = self.card.check_size(request.size)?;
        (photos.iter())
            .map(|photo| fit(photo, &self.card.input, request.fit, size))
            .collect()
    }

    /// What logits and features of `input` say.
    async fn answered(
        &self,
        Sums { logits, features }: Sums,
        input: NetworkInput,
        request: Request,
        pause: &mut Option<&mut dyn Pause>,
    ) -> Result<Answer> {
        let probabilities = self.card.probabilities(&logits);
        let limits = self.card.novelty.as_ref();
        let novelty = match self.reference.as_ref().zip(limits) {
            None => None,
            Some((reference, limits)) => {
                let score = reference.score(&features);
                let looked_for = match request.counterparts {
                    true => &limits.counterparts[..],
                    false => &[],
                };
                let (values, size) = (&input.values, input.size);
                let others = (self.scores(looked_for, reference, values, size, pause)).await?;
                Some(Novelty {
                    score,
                    threshold: limits.threshold,
                    counterpart: more_familiar(score, limits.threshold, &others),
                })
            }
        };
        Ok(Answer {
            logits,
            probabilities,
            novelty,
            placement: input.placement,
        })
    }

    /// How strange each of `counterparts` of what the network sees is.
    async fn scores(
        &self,
        counterparts: &[Counterpart],
        reference: &NoveltyReference,
        values: &[f32],
        size: usize,
        pause: &mut Option<&mut dyn Pause>,
    ) -> Result<Vec<(Counterpart, f32)>> {
        let InputSpec { mean, std, .. } = self.card.input;
        let changed: Vec<_> = (counterparts.iter())
            .map(|counterpart| counterpart.of(values, size, mean, std))
            .collect();
        let images: Vec<_> = changed.iter().map(|values| &values[..]).collect();
        let answers = (self.network).answer_many(&images, size, again(pause));
        Ok((counterparts.iter().zip(answers.await?))
            .map(|(&counterpart, sums)| (counterpart, reference.score(&sums.features)))
            .collect())
    }

    /// Scores of the photo as it is and of every counterpart of it, for whoever chooses which of them to look at; none where
    /// the model has nothing to compare with.
    ///
    /// # Errors
    ///
    /// As [`Self::explain`].
    pub async fn strangeness(
        &self,
        photo: &Photo,
        request: Request,
    ) -> Result<Option<(f32, Vec<(Counterpart, f32)>)>> {
        let Some(reference) = &self.reference else {
            return Ok(None);
        };
        let size = self.card.check_size(request.size)?;
        let values = fit(photo, &self.card.input, request.fit, size)?.values;
        let others = (self.scores(&Counterpart::ALL, reference, &values, size, &mut None)).await?;
        let own = self.network.run(values, size).await?;
        Ok(Some((reference.score(&own.features), others)))
    }

    /// Runs the model's known answer on this device and compares.
    pub async fn self_test(&self) -> Result<SelfTest> {
        let known = self
            .known_answer
            .as_ref()
            .ok_or_else(|| error!(MODEL_WITHOUT_ANSWER))?;
        let got = self.answer_to(known.size, known.pixels.clone()).await?;
        let range = |values: &[f32]| values.iter().fold(f32::MIN_POSITIVE, |m, v| m.max(v.abs()));
        let deviation = |expected: &[f32], got: &[f32]| {
            if expected.len() != got.len() {
                return f32::INFINITY;
            }
            (expected.iter().zip(got))
                .map(|(a, b)| (a - b).abs())
                .fold(0.0, f32::max)
                / range(expected)
        };
        Ok(SelfTest {
            deviation: deviation(&known.logits, &got.logits).max(deviation(&known.map, &got.map)),
            tolerance: SELF_TEST_TOLERANCE,
        })
    }

    /// Computes the known answer to store with a new file.
    pub async fn answer(&self) -> Result<KnownAnswer> {
        self.answer_to(KNOWN_ANSWER_SIZE, test_pattern(KNOWN_ANSWER_SIZE))
            .await
    }

    async fn answer_to(&self, size: usize, pixels: Vec<u8>) -> Result<KnownAnswer> {
        let values = planes(&pixels, size, &self.card.input);
        let Output { maps, logits, .. } = self.network.run(values, size).await?;
        let top = crate::evidence::ranking(&logits)[0];
        Ok(KnownAnswer {
            size,
            pixels,
            map: maps.map(top).to_vec(),
            logits,
        })
    }
}

/// Their values alone.
fn images(inputs: &[NetworkInput]) -> Vec<&[f32]> {
    inputs.iter().map(|input| &input.values[..]).collect()
}

/// Interleaved RGB bytes to normalised planes.
fn planes(pixels: &[u8], size: usize, input: &InputSpec) -> Vec<f32> {
    let mut values = vec![0.0; 3 * size * size];
    for (channel, plane) in values.chunks_exact_mut(size * size).enumerate() {
        let spread = (input.mean[channel], input.std[channel]);
        normalise(plane, pixels.as_chunks::<3>().0, channel, spread);
    }
    values
}

/// A pattern with edges, gradients and all hues, so that every layer has something to respond to.
fn test_pattern(size: usize) -> Vec<u8> {
    let mut pixels = Vec::with_capacity(3 * size * size);
    for y in 0..size {
        for x in 0..size {
            let ramp = 255 * x / (size - 1);
            let stripes = if (x / 4 + y / 6) % 2 == 0 { 230 } else { 20 };
            let (dx, dy) = (x as i64 - 40, y as i64 - 24);
            let disc = if dx * dx + dy * dy < 180 { 200 } else { 60 };
            pixels.extend([ramp as u8, stripes, disc]);
        }
    }
    pixels
}
