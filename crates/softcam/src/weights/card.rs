//! The model card: everything about a model that is not a weight, stored as JSON in the weights file.

use super::activation::HeadActivation;
use crate::backbone::{Architecture, OUTPUT_STRIDES, Options};
use crate::error::{Result, error};
use crate::novelty::Counterpart;
use serde::{Deserialize, Serialize};

/// Version of the file layout and of the card.
pub const FORMAT_VERSION: u32 = 1;
/// The version of files that a reader of version 1 would misread: their probabilities are not a softmax. A reader refuses
/// what is newer.
pub const NEWEST_VERSION: u32 = 2;

/// Largest input side in pixels that any model may offer: 1000 classes at this size are 4 MB of evidence.
pub const MAX_INPUT_SIZE: usize = 1024;
/// Smallest input side: one cell of the map.
pub const MIN_INPUT_SIZE: usize = 32;
/// Most classes that a file may declare.
const MAX_CLASSES: usize = 100_000;

/// What a model is, what it was trained on, how good it is, and what it is not for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelCard {
    /// [`FORMAT_VERSION`] at the time of writing, or what [`ModelCard::needed_version`] says.
    pub format_version: u32,
    /// Title for people.
    pub title: String,
    /// Which network.
    pub architecture: Architecture,
    /// What differs from that network as it was trained.
    #[serde(default, skip_serializing_if = "Options::is_default")]
    pub options: Options,
    /// What the network takes.
    pub input: InputSpec,
    /// How probabilities follow from the logits: whether classes exclude each other.
    #[serde(default, skip_serializing_if = "HeadActivation::is_softmax")]
    pub activation: HeadActivation,
    /// Logits are divided by this before the activation; 1 leaves them as they are.
    pub temperature: f32,
    /// Whether it judges people's health: whatever shows its answers must then say that they are no diagnosis.
    #[serde(default, skip_serializing_if = "is_false")]
    pub medical: bool,
    /// Where "yes" begins, for two classes of which one is the finding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operating_point: Option<OperatingPoint>,
    /// Kinds of pictures whose answers are to be read each in its own way, such as X-rays of children and of adults. The
    /// first one is the default: the card's own temperature and operating point are its.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub populations: Vec<Population>,
    /// From which score on a picture is unlike those that the model knows; the reference that the score is measured
    /// against lies in the file as tensors.
    #[serde(
        rename = "out_of_distribution",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub novelty: Option<NoveltyLimits>,
    /// Where the weights come from.
    pub provenance: Provenance,
    /// Measured figures; none is written by hand.
    #[serde(default)]
    pub figures: Vec<Figure>,
    /// What the model is for.
    pub intended_use: String,
    /// What it is not for, and where it fails.
    pub limits: Vec<String>,
    /// Class names in the order of the logits.
    pub classes: Vec<String>,
}

/// Where "yes" begins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OperatingPoint {
    /// Index of the class that "yes" means.
    pub positive: usize,
    /// "Yes" from this probability (after the temperature) on, strictly between 0 and 1.
    pub probability: f32,
    /// By which rule it was chosen, and on which data.
    pub chosen: String,
}

/// Pictures of one kind, and how answers for them are read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Population {
    /// What they are called.
    pub name: String,
    /// Logits are divided by this before the activation.
    pub temperature: f32,
    /// Where "yes" begins, for two classes of which one is the finding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operating_point: Option<OperatingPoint>,
}

/// From when on a picture counts as unlike what the model knows; see [`crate::novelty`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NoveltyLimits {
    /// Pictures with a larger score are flagged.
    pub threshold: f32,
    /// Variance of the features outside the reference's directions.
    pub residual_variance: f32,
    /// Blocks of the backbone, counted from the input, whose output is compared; all where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocks: Option<usize>,
    /// Counterparts that are told from a picture of the right kind by being stranger; see
    /// [`more_familiar`](crate::novelty::more_familiar). Each costs a run of the network.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counterparts: Vec<Counterpart>,
    /// How reference and threshold were set, and on which data.
    pub fitted: String,
}

fn is_false(value: &bool) -> bool {
    !value
}

/// What a network takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InputSpec {
    /// Side of the square input in pixels, as trained.
    pub size: usize,
    /// Sides on offer, ascending: larger ones give finer maps and take longer.
    pub sizes: Vec<usize>,
    /// Subtracted from each channel (R, G, B), in pixel values 0 to 255.
    pub mean: [f32; 3],
    /// Each channel is then divided by this, in pixel values 0 to 255.
    pub std: [f32; 3],
    /// How a photo of any shape becomes a square.
    pub fit: FitRule,
}

/// How a photo of any shape becomes a square.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FitRule {
    /// The largest centred square; what lies outside is not seen.
    CentreSquare,
    /// The whole photo, padded with the model's mean colour.
    Pad,
    /// The whole photo, stretched to a square.
    Stretch,
    /// The bright disc of a fundus photograph: the square around it, black where it reaches beyond the photo. A photo
    /// without a dark surround is cropped to its centred square.
    Disc,
}

/// Where weights come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// Where the float weights were taken from.
    pub weights: String,
    /// Licence of the weights.
    pub licence: String,
    /// Who made them, and the paper to cite.
    pub attribution: String,
    /// What they were trained on.
    pub training_data: String,
    /// What was done to them here.
    pub conversion: String,
}

/// One measured figure.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Figure {
    /// What was measured.
    pub name: String,
    /// The value.
    pub value: f64,
    /// Lower end of its 95 % interval, where one was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Upper end, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// On which data, and which part of it.
    pub measured_on: String,
}

impl ModelCard {
    /// Reads and checks the card of a model file.
    pub fn from_json(json: &str) -> Result<Self> {
        #[derive(Deserialize)]
        struct Version {
            format_version: u32,
        }
        let refused = |error: &serde_json::Error| error!(CARD_UNREADABLE, reason = error);
        // The version comes first: what a later one wrote may fail in ways that say nothing of it.
        let version: Version = serde_json::from_str(json).map_err(|e| refused(&e))?;
        check_version(version.format_version)?;
        let card: Self = serde_json::from_str(json).map_err(|e| refused(&e))?;
        card.check()?;
        Ok(card)
    }

    /// The version that a file with this card has to say it is of, so that no older reader takes its probabilities for a
    /// softmax.
    pub fn needed_version(&self) -> u32 {
        match self.activation {
            HeadActivation::Softmax => FORMAT_VERSION,
            HeadActivation::Sigmoid => NEWEST_VERSION,
        }
    }

    /// Probabilities of `logits`, one per class, as this model means them.
    pub fn probabilities(&self, logits: &[f32]) -> Vec<f32> {
        self.activation.probabilities(logits, self.temperature)
    }

    /// Refuses a card that contradicts itself; called on everything that is read.
    pub fn check(&self) -> Result<()> {
        check_version(self.format_version)?;
        if self.activation == HeadActivation::Sigmoid && self.has_operating_point() {
            return Err(error!(CARD_SIGMOID_POINT));
        }
        if self.classes.is_empty() || self.classes.len() > MAX_CLASSES {
            return Err(error!(CARD_CLASSES, count = self.classes.len()));
        }
        if let Some(class) = self.classes.iter().position(|name| name.trim().is_empty()) {
            return Err(error!(CARD_CLASS_UNNAMED, class));
        }
        if let Some(stride) = self.options.output_stride
            && !OUTPUT_STRIDES.contains(&stride)
        {
            return Err(error!(
                CARD_STRIDE,
                stride,
                known = format!("{OUTPUT_STRIDES:?}")
            ));
        }
        if let Some(block) = self.options.evidence_block {
            let whole = Options {
                evidence_block: None,
                evidence_expansion: false,
                ..self.options
            };
            let whole = self.architecture.backbone(whole);
            let all = whole.blocks.len();
            if !(1..all).contains(&block) {
                return Err(error!(CARD_EVIDENCE_BLOCK, block, last = all - 1));
            }
            if self.options.evidence_expansion && whole.expansion_after(block).is_none() {
                return Err(error!(CARD_EVIDENCE_EXPANSION, block));
            }
        } else if self.options.evidence_expansion {
            return Err(error!(CARD_EVIDENCE_EXPANSION_ALONE));
        }
        if self.options.signed_features && !self.architecture.has_signed_features() {
            return Err(error!(
                CARD_SIGNED_FEATURES,
                architecture = self.architecture.name()
            ));
        }
        let input = &self.input;
        let in_range = |size: &usize| (MIN_INPUT_SIZE..=MAX_INPUT_SIZE).contains(size);
        if !input.sizes.iter().all(in_range)
            || !input.sizes.contains(&input.size)
            || !input.sizes.is_sorted_by(|a, b| a < b)
        {
            return Err(error!(
                CARD_SIZES,
                size = input.size,
                sizes = format!("{:?}", input.sizes),
                least = MIN_INPUT_SIZE,
                most = MAX_INPUT_SIZE
            ));
        }
        if !input.mean.iter().all(|v| v.is_finite()) {
            return Err(error!(CARD_MEAN, mean = format!("{:?}", input.mean)));
        }
        if !input.std.iter().all(|v| v.is_finite() && *v > 0.0) {
            return Err(error!(CARD_STD, std = format!("{:?}", input.std)));
        }
        self.check_calibration(self.temperature, self.operating_point.as_ref())?;
        self.check_populations()?;
        if let Some(limits) = &self.novelty
            && !(limits.threshold.is_finite()
                && limits.threshold > 0.0
                && limits.residual_variance.is_finite()
                && limits.residual_variance > 0.0)
        {
            return Err(error!(
                CARD_NOVELTY_THRESHOLD,
                threshold = limits.threshold,
                variance = limits.residual_variance
            ));
        }
        if let Some(blocks) = self.novelty.as_ref().and_then(|l| l.blocks) {
            let all = self.architecture.backbone(self.options).blocks.len();
            if !(1..=all).contains(&blocks) {
                return Err(error!(CARD_NOVELTY_BLOCKS, blocks, all));
            }
        }
        Ok(())
    }

    /// The card for a population, whatever the case of its name: that is the first one then, and temperature and operating
    /// point are its.
    ///
    /// # Errors
    ///
    /// Where there is no such population.
    pub fn for_population(&self, name: &str) -> Result<Self> {
        let wanted = name.trim().to_lowercase();
        let mut card = self.clone();
        let Some(at) = (card.populations.iter())
            .position(|population| population.name.trim().to_lowercase() == wanted)
        else {
            let names: Vec<&str> = card.populations.iter().map(|p| p.name.as_str()).collect();
            return Err(if names.is_empty() {
                error!(POPULATION_NONE, query = name)
            } else {
                error!(POPULATION_UNKNOWN, query = name, names = names.join(", "))
            });
        };
        let chosen = card.populations.remove(at);
        card.temperature = chosen.temperature;
        card.operating_point.clone_from(&chosen.operating_point);
        card.populations.insert(0, chosen);
        Ok(card)
    }

    fn has_operating_point(&self) -> bool {
        let of_populations = (self.populations.iter()).filter_map(|p| p.operating_point.as_ref());
        self.operating_point.iter().chain(of_populations).count() > 0
    }

    fn check_calibration(&self, temperature: f32, point: Option<&OperatingPoint>) -> Result<()> {
        if !(temperature.is_finite() && temperature > 0.0) {
            return Err(error!(CARD_TEMPERATURE, temperature));
        }
        match point {
            Some(point)
                if !(point.positive < self.classes.len()
                    && point.probability > 0.0
                    && point.probability < 1.0) =>
            {
                Err(error!(
                    CARD_OPERATING_POINT,
                    probability = point.probability,
                    class = point.positive,
                    count = self.classes.len()
                ))
            }
            _ => Ok(()),
        }
    }

    fn check_populations(&self) -> Result<()> {
        let mut seen = Vec::new();
        for Population {
            name,
            temperature,
            operating_point,
        } in &self.populations
        {
            let known = name.trim().to_lowercase();
            if known.is_empty() || seen.contains(&known) {
                return Err(error!(CARD_POPULATION_NAME, name));
            }
            seen.push(known);
            self.check_calibration(*temperature, operating_point.as_ref())?;
        }
        match self.populations.first() {
            Some(first)
                if first.temperature != self.temperature
                    || first.operating_point != self.operating_point =>
            {
                Err(error!(CARD_POPULATION_DEFAULT, name = first.name))
            }
            _ => Ok(()),
        }
    }

    /// `requested` if this network can take it, else an error that lists what is on offer.
    pub fn check_size(&self, requested: usize) -> Result<usize> {
        if (MIN_INPUT_SIZE..=MAX_INPUT_SIZE).contains(&requested) {
            Ok(requested)
        } else {
            Err(error!(
                SIZE_OUT_OF_RANGE,
                size = requested,
                least = MIN_INPUT_SIZE,
                most = MAX_INPUT_SIZE,
                recommended = format!("{:?}", self.input.sizes)
            ))
        }
    }
}

fn check_version(version: u32) -> Result<()> {
    if (FORMAT_VERSION..=NEWEST_VERSION).contains(&version) {
        return Ok(());
    }
    Err(error!(MODEL_VERSION, version, known = NEWEST_VERSION))
}
