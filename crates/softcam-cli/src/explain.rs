//! `softcam explain`: the page's answer on the command line, by the same code.

use crate::legend;
use anyhow::Context;
use image::RgbImage;
use serde_json::json;
use softcam::classes::find_class;
use softcam::evidence::ranking;
use softcam::explain::Request;
use softcam::overlay::{Interpolation, Style, blend, render, shared_limit};
use softcam::preprocess::{Limits, Photo, decode, view};
use softcam::weights::{FitRule, file};
use softcam::{Device, Explainer, Explanation};
use std::fs;
use std::path::PathBuf;
use std::time::Instant;

/// Longest side of the overlay in pixels.
const VIEW: u32 = 1280;
/// Classes listed.
const LISTED: usize = 5;

/// Classify a picture and show the evidence for one class over it.
#[derive(clap::Args)]
pub struct Arguments {
    /// PNG, JPEG, WebP, BMP, GIF (first frame) or TIFF.
    image: PathBuf,
    /// Model file made by softcam convert.
    #[arg(long)]
    model: PathBuf,
    /// Class to explain: name, synonym, unambiguous part or number. Default: the most likely.
    #[arg(long)]
    class: Option<String>,
    /// Subtract this class's evidence: why the one rather than the other.
    #[arg(long, value_name = "CLASS")]
    against: Option<String>,
    /// Side of the network's input in pixels: more gives a finer map and takes longer.
    #[arg(long)]
    size: Option<usize>,
    /// How the picture becomes a square.
    #[arg(long, value_enum)]
    fit: Option<Fit>,
    /// Write the picture with its evidence as PNG.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Opacity of the evidence in the PNG, 0 to 1.
    #[arg(long, default_value_t = 0.8)]
    opacity: f32,
    /// Draw cells as computed instead of interpolating.
    #[arg(long)]
    cells: bool,
    /// Print everything as JSON, the map of the class included.
    #[arg(long)]
    json: bool,
    /// With --json, the maps of all classes.
    #[arg(long, requires = "json")]
    all_maps: bool,
}

/// [`FitRule`] by the names that the command line uses.
#[derive(Clone, Copy, clap::ValueEnum)]
pub enum Fit {
    CentreSquare,
    Pad,
    Stretch,
}

impl From<Fit> for FitRule {
    fn from(fit: Fit) -> Self {
        match fit {
            Fit::CentreSquare => Self::CentreSquare,
            Fit::Pad => Self::Pad,
            Fit::Stretch => Self::Stretch,
        }
    }
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let model = fs::read(&arguments.model)
        .with_context(|| format!("cannot read {}", arguments.model.display()))?;
    let bytes = fs::read(&arguments.image)
        .with_context(|| format!("cannot read {}", arguments.image.display()))?;
    let photo = decode(&bytes, &Limits::default())?;
    let explainer = Explainer::new(file::read(&model)?, &Device::flex())?;

    let default = explainer.default_request();
    let request = Request {
        size: arguments.size.unwrap_or(default.size),
        fit: arguments.fit.map_or(default.fit, FitRule::from),
    };
    let start = Instant::now();
    let explanation = pollster::block_on(explainer.explain(&photo, request))?;
    let seconds = start.elapsed().as_secs_f64();

    let classes = &explainer.card().classes;
    let find = |query: &String| find_class(classes, query);
    let against = arguments.against.as_ref().map(find).transpose()?;
    let class = match &arguments.class {
        Some(query) => find(query)?,
        None => ranking(&explanation.logits)[0],
    };
    let shown = Shown::new(&explanation, class, against);
    if let Some(out) = &arguments.out {
        overlay(&photo, &explanation, &shown, arguments)?
            .save_with_format(out, image::ImageFormat::Png)
            .with_context(|| format!("cannot write {}", out.display()))?;
    }
    if arguments.json {
        let document = json(&explanation, &shown, classes, arguments.all_maps, seconds);
        println!("{}", serde_json::to_string(&document)?);
    } else {
        print(&explanation, &shown, classes, seconds);
        if let Some(out) = &arguments.out {
            println!("Overlay: {}", out.display());
        }
    }
    Ok(())
}

/// What is shown: one class's map, or the difference of two.
struct Shown {
    class: usize,
    against: Option<usize>,
    map: Vec<f32>,
    /// The logit, or the difference of two, that the map adds up to.
    logit: f32,
    /// End of the colour scale.
    limit: f32,
}

impl Shown {
    fn new(explanation: &Explanation, class: usize, against: Option<usize>) -> Self {
        let Explanation { maps, logits, .. } = explanation;
        let (map, logit) = match against {
            Some(other) => (maps.difference(class, other), logits[class] - logits[other]),
            None => (maps.map(class).to_vec(), logits[class]),
        };
        Self {
            class,
            against,
            map,
            logit,
            limit: shared_limit(maps),
        }
    }

    fn sum_of_shares(&self) -> f64 {
        let sum: f64 = self.map.iter().map(|&v| f64::from(v)).sum();
        sum / self.map.len() as f64
    }
}

fn overlay(
    photo: &Photo,
    explanation: &Explanation,
    shown: &Shown,
    arguments: &Arguments,
) -> anyhow::Result<RgbImage> {
    let (pixels, size) = view(photo, VIEW)?;
    let style = Style {
        limit: shown.limit,
        interpolation: if arguments.cells {
            Interpolation::Cells
        } else {
            Interpolation::Smooth
        },
        contours: true,
    };
    let shape = (explanation.maps.height(), explanation.maps.width());
    let evidence = render(&shown.map, shape, &explanation.placement, size, style);
    let blended = blend(&pixels, &evidence, arguments.opacity.clamp(0.0, 1.0));
    Ok(legend::with_colour_bar(&blended, size, shown.limit))
}

fn print(explanation: &Explanation, shown: &Shown, classes: &[String], seconds: f64) {
    for &class in ranking(&explanation.logits).iter().take(LISTED) {
        println!(
            "{:>7.2} %  logit {:>8.4}  {}",
            100.0 * explanation.probabilities[class],
            explanation.logits[class],
            classes[class]
        );
    }
    let maps = &explanation.maps;
    let name = match shown.against {
        Some(other) => format!("{} over {}", classes[shown.class], classes[other]),
        None => classes[shown.class].clone(),
    };
    println!(
        "\nEvidence for {name}, {} x {} cells:",
        maps.height(),
        maps.width()
    );
    for row in shown.map.chunks_exact(maps.width()) {
        let cells: Vec<String> = row.iter().map(|value| format!("{value:>7.2}")).collect();
        println!("  {}", cells.join(""));
    }
    println!(
        "Sum of all cells / {} = {:.4} = logit {:.4}",
        maps.cells(),
        shown.sum_of_shares(),
        shown.logit
    );
    println!(
        "Colour scale ±{}; CPU, {:.0} ms",
        shown.limit,
        1000.0 * seconds
    );
}

fn json(
    explanation: &Explanation,
    shown: &Shown,
    classes: &[String],
    all_maps: bool,
    seconds: f64,
) -> serde_json::Value {
    let top: Vec<_> = ranking(&explanation.logits)
        .iter()
        .take(LISTED)
        .map(|&class| {
            json!({
                "class": class,
                "name": classes[class],
                "logit": explanation.logits[class],
                "probability": explanation.probabilities[class],
            })
        })
        .collect();
    let maps = &explanation.maps;
    let mut document = json!({
        "top": top,
        "class": shown.class,
        "name": classes[shown.class],
        "against": shown.against.map(|class| &classes[class]),
        "logit": shown.logit,
        "probability": explanation.probabilities[shown.class],
        "rows": maps.height(),
        "columns": maps.width(),
        "map": shown.map,
        "sum_of_shares": shown.sum_of_shares(),
        "limit": shown.limit,
        "placement": explanation.placement,
        "logits": explanation.logits,
        "device": "cpu",
        "seconds": seconds,
    });
    if all_maps {
        document["maps"] = json!(maps.data());
    }
    document
}
