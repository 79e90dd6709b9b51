//! `softcam explain`: the page's answer on the command line, by the same code.

use crate::failure::{Context, Failure};
use crate::options::{Fit, request, share};
use crate::output;
use crate::picture::{Look, draw};
use serde_json::json;
use softcam::classes::find_class;
use softcam::evidence::ranking;
use softcam::overlay::{Interpolation, Palette, Style, Tint, difference_limit, shared_limit};
use softcam::preprocess::{Limits, decode};
use softcam::weights::{ModelCard, file};
use softcam::{Device, Explainer, Explanation};
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Instant;

/// Classes listed.
const LISTED: usize = 5;
/// Longest side of the written picture in pixels.
const SIDE: u32 = 1280;

/// Classify a picture and show the evidence for one class over it.
#[derive(clap::Args)]
pub struct Arguments {
    /// PNG, JPEG, WebP, BMP, GIF (first frame) or TIFF.
    image: PathBuf,
    /// Model file made by softcam convert.
    #[arg(long)]
    model: PathBuf,
    /// Class to explain: number, name, synonym or unambiguous part of one. Default: the most likely.
    #[arg(long)]
    class: Option<String>,
    /// Subtract this class's evidence: why the one rather than the other.
    #[arg(long, value_name = "CLASS")]
    against: Option<String>,
    /// Side of the network's input in pixels, 32 to 1024: more gives a finer map and takes longer. softcam inspect prints
    /// the sizes that the model recommends.
    #[arg(long)]
    size: Option<usize>,
    /// How the picture becomes a square.
    #[arg(long, value_enum)]
    fit: Option<Fit>,
    /// Write the picture with its evidence to this PNG.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Opacity of the evidence in the PNG, 0 to 1.
    #[arg(long, default_value_t = 0.85, value_parser = share, requires = "out")]
    opacity: f32,
    /// Draw cells as computed instead of interpolating.
    #[arg(long, requires = "out")]
    cells: bool,
    /// Show the photo in grey, so that colour means evidence.
    #[arg(long, requires = "out")]
    grey: bool,
    /// Print everything as JSON, the map of the class included.
    #[arg(long)]
    json: bool,
    /// With --json, the maps of all classes.
    #[arg(long, requires = "json")]
    all_maps: bool,
}

/// Runs the command.
pub fn run(arguments: &Arguments, out: &mut impl Write) -> crate::failure::Result<()> {
    if let Some(path) = &arguments.out {
        output::check_png(path)?;
    }
    let model = fs::read(&arguments.model)
        .with_context(|| format!("cannot read {}", arguments.model.display()))?;
    let bytes = fs::read(&arguments.image)
        .with_context(|| format!("cannot read {}", arguments.image.display()))?;
    let photo = decode(&bytes, &Limits::default())?;
    let explainer = Explainer::new(file::read(&model)?, &Device::flex())?;
    let card = explainer.card();
    let find = |query: &String| find_class(&card.classes, query);
    let class = arguments.class.as_ref().map(find).transpose()?;
    let against = arguments.against.as_ref().map(find).transpose()?;
    check_differ(class, against, card)?;
    let request = request(arguments.size, arguments.fit, card)?;
    // A damaged weight changes the answer and nothing else.
    pollster::block_on(explainer.self_test())?.check()?;

    let start = Instant::now();
    let explanation = pollster::block_on(explainer.explain(&photo, request))?;
    let seconds = start.elapsed().as_secs_f64();

    let class = class.unwrap_or_else(|| ranking(&explanation.answer.logits)[0]);
    check_differ(Some(class), against, card)?;
    let shown = Shown::new(&explanation, class, against);
    if let Some(path) = &arguments.out {
        let style = Style {
            limit: shown.limit,
            interpolation: if arguments.cells {
                Interpolation::Cells
            } else {
                Interpolation::Smooth
            },
            contours: true,
            tint: Tint {
                fade: true,
                palette: Palette::of(&photo, &explanation.answer.placement),
            },
        };
        let look = Look {
            opacity: arguments.opacity,
            grey: arguments.grey,
            side: SIDE,
        };
        draw(&photo, &explanation, &shown.map, style, look)?
            .save_with_format(path, image::ImageFormat::Png)
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    if arguments.json {
        let all_maps = arguments.all_maps;
        let document = json(&explanation, &shown, &card.classes, all_maps, seconds);
        writeln!(out, "{}", serde_json::to_string(&document)?)?;
    } else {
        print(&explanation, &shown, &card.classes, seconds, out)?;
        if let Some(path) = &arguments.out {
            writeln!(out, "Overlay: {}", path.display())?;
        }
    }
    Ok(())
}

/// Refuses a class against itself; where no class was named, only the run tells.
fn check_differ(
    class: Option<usize>,
    against: Option<usize>,
    card: &ModelCard,
) -> crate::failure::Result<()> {
    match class {
        Some(class) if against == Some(class) => Err(Failure::new(
            format!(
                "The evidence for class {class} ({:?}) over itself is 0 everywhere.",
                card.classes[class]
            ),
            "Choose another class with --against.",
        )),
        _ => Ok(()),
    }
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
        let Explanation { maps, answer } = explanation;
        let logits = &answer.logits;
        let (map, logit) = match against {
            Some(other) => (maps.difference(class, other), logits[class] - logits[other]),
            None => (maps.map(class).to_vec(), logits[class]),
        };
        Self {
            class,
            against,
            map,
            logit,
            limit: match against {
                Some(_) => difference_limit(maps),
                None => shared_limit(maps),
            },
        }
    }

    fn sum_of_shares(&self) -> f64 {
        let sum: f64 = self.map.iter().map(|&v| f64::from(v)).sum();
        sum / self.map.len() as f64
    }
}

fn print(
    explanation: &Explanation,
    shown: &Shown,
    classes: &[String],
    seconds: f64,
    out: &mut impl Write,
) -> io::Result<()> {
    for &class in ranking(&explanation.answer.logits).iter().take(LISTED) {
        writeln!(
            out,
            "{:>7.2} %  logit {:>8.4}  {}",
            100.0 * explanation.answer.probabilities[class],
            explanation.answer.logits[class],
            classes[class]
        )?;
    }
    let maps = &explanation.maps;
    let name = match shown.against {
        Some(other) => format!("{} over {}", classes[shown.class], classes[other]),
        None => classes[shown.class].clone(),
    };
    writeln!(
        out,
        "\nEvidence for {name}, {} x {} cells:",
        maps.height(),
        maps.width()
    )?;
    for row in shown.map.chunks_exact(maps.width()) {
        let cells: Vec<String> = row.iter().map(|value| format!("{value:>7.2}")).collect();
        writeln!(out, "  {}", cells.join(""))?;
    }
    writeln!(
        out,
        "Sum of all cells / {} = {:.4} = logit {:.4}",
        maps.cells(),
        shown.sum_of_shares(),
        shown.logit
    )?;
    writeln!(
        out,
        "Colour scale ±{}; CPU, {:.0} ms",
        shown.limit,
        1000.0 * seconds
    )?;
    Ok(())
}

fn json(
    explanation: &Explanation,
    shown: &Shown,
    classes: &[String],
    all_maps: bool,
    seconds: f64,
) -> serde_json::Value {
    let top: Vec<_> = ranking(&explanation.answer.logits)
        .iter()
        .take(LISTED)
        .map(|&class| {
            json!({
                "class": class,
                "name": classes[class],
                "logit": explanation.answer.logits[class],
                "probability": explanation.answer.probabilities[class],
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
        "probability": explanation.answer.probabilities[shown.class],
        "rows": maps.height(),
        "columns": maps.width(),
        "map": shown.map,
        "sum_of_shares": shown.sum_of_shares(),
        "limit": shown.limit,
        "placement": explanation.answer.placement,
        "logits": explanation.answer.logits,
        "device": "cpu",
        "seconds": seconds,
    });
    if all_maps {
        document["maps"] = json!(maps.data());
    }
    document
}
