//! From the best epoch to a model that can be shipped: fewer bits, a temperature, an operating point, and a threshold
//! for unlike pictures.

use super::arguments::{Arguments, HeadName};
use super::fitting::{Fitted, Reference};
use super::rounding::{smaller, thinned};
use crate::output::write_whole;
use indicatif::ProgressBar;
use softcam::Device;
use softcam::conversion::{Precision, calibrated, seal};
use softcam::network::Output;
use softcam::novelty::NoveltyReference;
use softcam::weights::Model;
use softcam_train::predict::predict;
use softcam_train::{Pictures, novelty};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The float model's file.
pub const FLOAT: &str = "float.safetensors";

/// A model at the wanted precision, before anything is fitted. What is fitted is fitted on its answers, which are what will
/// be shown.
pub struct Rounded<'a> {
    float: Model,
    small: Model,
    /// Blocks whose features tell unlike pictures.
    watched: usize,
    /// Some of those that it was trained on.
    train: Pictures,
    arguments: &'a Arguments,
}

impl<'a> Rounded<'a> {
    /// Rounds `best`, which was trained on `train`.
    pub fn new(
        mut best: Model,
        train: &Pictures,
        arguments: &'a Arguments,
    ) -> crate::failure::Result<Self> {
        let train = thinned(train);
        best.card.provenance.conversion = origin(arguments);
        let small = smaller(best.clone(), &train, arguments)?;
        let blocks = small.backbone().blocks.len();
        Ok(Self {
            watched: arguments.known_blocks.unwrap_or(blocks * 2 / 3).max(1),
            float: best,
            small,
            train,
            arguments,
        })
    }

    /// What it says about `pictures`; features are those that tell unlike pictures.
    pub fn outputs(&self, pictures: &Pictures) -> crate::failure::Result<Vec<Output>> {
        let bar = ProgressBar::new(pictures.items.len() as u64).with_message("fitting");
        let outputs = predict(
            &self.small,
            pictures,
            &Device::flex(),
            Some(self.watched),
            || bar.inc(1),
        )?;
        bar.finish_and_clear();
        Ok(outputs)
    }

    /// The Gaussian of what it was trained on; none where there is too little.
    pub fn reference(&self) -> crate::failure::Result<Option<(NoveltyReference, Reference)>> {
        let outputs = self.outputs(&self.train)?;
        let about = Reference {
            watched: self.watched,
            pictures: outputs.len(),
        };
        let features: Vec<Vec<f32>> = outputs.into_iter().map(|output| output.features).collect();
        let reference = novelty::fit(&features, self.arguments.directions);
        Ok(reference.map(|reference| (reference, about)))
    }

    /// Writes it and the float model beside it into `directory`; their files and sizes in bytes.
    pub fn write(
        self,
        fitted: &Fitted,
        directory: &Path,
    ) -> crate::failure::Result<Vec<(PathBuf, usize)>> {
        let name = |precision| match precision {
            Precision::Int8 => "int8",
            Precision::Int4 => "int4",
            Precision::Float16 => "float16",
            Precision::Float32 => "float",
        };
        let precision = self.arguments.precision();
        let mut wanted = vec![(self.small, precision)];
        if precision != Precision::Float32 {
            wanted.push((self.float, Precision::Float32));
        }
        let mut written = Vec::new();
        for (model, precision) in wanted {
            let model = calibrated(described(model, fitted, precision), &fitted.offsets);
            let bytes = pollster::block_on(seal(model, &Device::flex()))?;
            let path = directory.join(format!("{}.safetensors", name(precision)));
            write_whole(&path, &bytes)?;
            written.push((path, bytes.len()));
        }
        Ok(written)
    }
}

/// Writes the finished model at the wanted precision and in float beside it, with what `tune` chooses.
pub fn finish(
    best: Model,
    train: &Pictures,
    tune: &Pictures,
    arguments: &Arguments,
    out: &mut impl Write,
) -> crate::failure::Result<()> {
    let rounded = Rounded::new(best, train, arguments)?;
    let reference = rounded.reference()?;
    let fitted = Fitted::on_tune(&rounded.outputs(tune)?, tune, reference, arguments)?;
    let written = rounded.write(&fitted, &arguments.out)?;
    tell(&written, &fitted, &tune.classes, out)
}

/// Prints what was written and fitted.
pub fn tell(
    written: &[(PathBuf, usize)],
    fitted: &Fitted,
    classes: &[String],
    out: &mut impl Write,
) -> crate::failure::Result<()> {
    for (path, bytes) in written {
        writeln!(out, "{}: {bytes} bytes", path.display())?;
    }
    writeln!(
        out,
        "temperature {:.3}, divided into the class-evidence layer",
        fitted.temperature
    )?;
    if !fitted.offsets.is_empty() {
        writeln!(
            out,
            "offsets of the classes {:.3?}, added to its biases",
            fitted.offsets
        )?;
    }
    if let Some(point) = &fitted.operating_point {
        writeln!(
            out,
            "operating point: {} from {:.3} on",
            classes[point.positive], point.probability
        )?;
    }
    for population in &fitted.populations {
        write!(
            out,
            "{}: temperature {:.3}",
            population.name, population.temperature
        )?;
        match &population.operating_point {
            Some(point) => writeln!(out, ", operating point {:.3}", point.probability)?,
            None => writeln!(out)?,
        }
    }
    if let Some((limits, _)) = &fitted.novelty {
        writeln!(out, "out of distribution: above {:.3}", limits.threshold)?;
    }
    Ok(())
}

fn described(mut model: Model, fitted: &Fitted, precision: Precision) -> Model {
    let card = &mut model.card;
    card.temperature = fitted.temperature;
    card.operating_point.clone_from(&fitted.operating_point);
    card.populations.clone_from(&fitted.populations);
    card.figures.clone_from(&fitted.figures);
    let (limits, reference) = fitted.novelty.clone().unzip();
    card.novelty = limits;
    model.novelty_reference = reference;
    let bits = match precision {
        // How it was rounded stands in the card already.
        Precision::Int8 => return model,
        Precision::Int4 => "int4 weights per output channel, int8 in depthwise layers",
        Precision::Float16 => "float16 weights",
        Precision::Float32 => "float32 weights",
    };
    card.provenance
        .conversion
        .push_str(&format!(" Stored as {bits}."));
    model
}

/// Where the float weights come from, for the card.
fn origin(arguments: &Arguments) -> String {
    let head = match arguments.head {
        HeadName::Evidence => format!(
            "the class-evidence layer with lambda1 = {} and lambda2 = {}{}{}",
            arguments.lasso,
            arguments.ridge,
            if arguments.total_variation > 0.0 {
                format!(" and total variation {}", arguments.total_variation)
            } else {
                String::new()
            },
            if arguments.difference {
                ", on differences of maps"
            } else {
                ""
            }
        ),
        HeadName::Pooled => "a linear layer on the pooled features (the black box), which is used as class-evidence layer here".to_owned(),
    };
    format!("Trained here by softcam train with {head}. Batch normalisation folded.")
}
