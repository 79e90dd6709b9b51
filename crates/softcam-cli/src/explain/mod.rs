//! `softcam explain`: the page's answer on the command line, by the same code and the same rule of what may be said.

mod archive;
mod document;
mod edits;
mod gather;
mod many;
mod method;
mod run;
mod text;

use crate::failure::{Context, Failure, Result};
use crate::methods::{MethodOptions, method_parser};
use crate::opening;
use crate::options::{Fit, request, share};
use crate::output;
use crate::picture::{Look, draw};
use crate::source;
use many::Wish;
use run::{Run, Shown};
use softcam::classes::find_class;
use softcam::edit;
use softcam::explain::Request;
use softcam::overlay::{Interpolation, Palette, Style, Tint};
use softcam::preprocess::{Photo, place};
use softcam::reading::{Choice, NOTICE, Reading, UNLIKE_WARNING};
use softcam::weights::ModelCard;
use softcam::{Device, Explainer};
use softcam_attribution::{Method, Target};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Longest side of the written picture in pixels.
const SIDE: u32 = 1280;

/// Classify a picture and show the evidence for one class over it; of many pictures, make a table.
#[derive(clap::Args)]
pub struct Arguments {
    /// PNG, JPEG, WebP, BMP, GIF, TIFF, PGM or DICOM, the first picture in it. Several, or a folder or a zip archive, make a
    /// table with a row for each.
    #[arg(required = true, value_name = "IMAGE|DIR|ZIP")]
    images: Vec<PathBuf>,
    /// Model file made by softcam convert.
    #[arg(long)]
    model: PathBuf,
    /// Whose picture it is, for a model whose answers are read in another way for each: softcam inspect prints them.
    /// [default: the model's first]
    #[arg(long, value_name = "NAME")]
    population: Option<String>,
    /// Class to explain: number, name, synonym or unambiguous part of one. Default: of two classes the finding over the
    /// other, of more the most likely.
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
    #[command(flatten)]
    opening: opening::Arguments,
    #[command(flatten)]
    edits: edits::Arguments,
    /// Explain by this method instead of by the evidence that the network decided by: what it shows, what it cost and what
    /// it adds up to.
    #[arg(long, value_name = "NAME", value_parser = method_parser())]
    method: Option<Method>,
    #[command(flatten)]
    how: MethodOptions,
    /// Show map and probabilities even of a picture that is unlike those that the model was trained on, with a warning.
    #[arg(long)]
    anyway: bool,
    /// Whom the picture is by, for the PNG.
    #[arg(long, value_name = "TEXT", requires = "out")]
    credit: Option<String>,
    /// Write the table to this file instead of printing it. Pictures that cannot be explained have a row with the reason.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Save each picture's maps of all classes in this folder as .npy, float32, [classes, rows, columns].
    #[arg(long, value_name = "DIR")]
    maps: Option<PathBuf>,
    /// Print everything as JSON, the map of the class included.
    #[arg(long)]
    json: bool,
    /// With --json, the maps of all classes.
    #[arg(long, requires = "json")]
    all_maps: bool,
}

/// Runs the command.
pub fn run(arguments: &Arguments, out: &mut impl Write) -> Result<()> {
    if makes_a_table(arguments) {
        refuse_what_is_for_one(arguments)?;
        let wish = Wish {
            images: &arguments.images,
            model: &arguments.model,
            population: arguments.population.as_deref(),
            size: arguments.size,
            fit: arguments.fit,
            csv: arguments.csv.as_deref(),
            maps: arguments.maps.as_deref(),
            anyway: arguments.anyway,
        };
        return many::run(&wish, out);
    }
    if let Some(path) = &arguments.out {
        output::check_png(path)?;
    }
    arguments.how.check(arguments.method)?;
    let image = &arguments.images[0];
    let bytes = fs::read(image).with_context(|| format!("cannot read {}", image.display()))?;
    let photo = arguments.opening.open(bytes)?;
    let mut model = source::model(&arguments.model)?;
    if let Some(name) = &arguments.population {
        model.card = model.card.for_population(name)?;
    }
    let backbone = model.backbone();
    let explainer = Explainer::new(model.clone(), &Device::flex())?;
    let card = explainer.card();
    let find = |query: &String| find_class(&card.classes, query);
    let class = arguments.class.as_ref().map(find).transpose()?;
    let against = arguments.against.as_ref().map(find).transpose()?;
    check_differ(class, against, card)?;
    let request = request(arguments.size, arguments.fit, card)?;
    let edits = arguments.edits.edits(backbone.map_size(request.size))?;
    // A damaged weight changes the answer and nothing else.
    pollster::block_on(explainer.self_test())?.check()?;

    let notes = photo.notes.clone();
    let start = Instant::now();
    let explain = |photo: &Photo| pollster::block_on(explainer.explain(photo, request));
    // Of an edited picture, the original counts.
    let edited_request = Request {
        counterparts: false,
        ..request
    };
    let (photo, explanation, before) = if edits.is_empty() {
        let explanation = explain(&photo)?;
        (photo, explanation, None)
    } else {
        let placement = place(&photo, request.fit, request.size)?;
        let edited = edit::apply(&photo, &edits, &placement)?;
        let before = explain(&photo)?.answer;
        let explanation = pollster::block_on(explainer.explain(&edited, edited_request))?;
        (edited, explanation, Some(before))
    };
    let seconds = start.elapsed().as_secs_f64();

    let answer = &explanation.answer;
    let reading = Reading::of(card, &answer.logits, &answer.probabilities, answer.novelty);
    let choice = match (class, against) {
        (None, None) => reading.shown,
        (None, Some(_)) => Choice {
            class: softcam::evidence::ranking(&answer.logits)[0],
            against,
        },
        (Some(class), _) => Choice { class, against },
    };
    check_differ(Some(choice.class), choice.against, card)?;
    let mut run = Run {
        card,
        request,
        shown: Shown::new(&explanation, choice),
        explanation,
        reading,
        before,
        edits,
        notes,
        anyway: arguments.anyway,
        method: None,
        seconds,
    };
    if let Some(method) = arguments.method.filter(|_| !run.withheld()) {
        let target = Target {
            class: choice.class,
            against: choice.against,
        };
        let how = (method, arguments.how.options());
        let what = (target, run.shown.logit);
        run.method = Some(method::run(&model, &photo, request, what, how)?);
    }
    if let Some(path) = &arguments.out {
        if run.withheld() {
            output::note(format_args!(
                "note: {} is not written, for the picture is unlike what the model was trained on.",
                path.display()
            ));
        } else {
            save(&photo, &run, arguments, path)?;
        }
    }
    if arguments.json {
        let document = document::document(&run, arguments.all_maps);
        writeln!(out, "{}", serde_json::to_string(&document)?)?;
    } else {
        text::print(&run, out)?;
        if let Some(path) = &arguments.out
            && !run.withheld()
        {
            writeln!(out, "Overlay: {}", path.display())?;
        }
    }
    Ok(())
}

/// Whether a table is asked for: of more than one picture, or of one where a file for it is named.
fn makes_a_table(arguments: &Arguments) -> bool {
    let images = &arguments.images;
    arguments.csv.is_some()
        || arguments.maps.is_some()
        || images.len() != 1
        || (images.iter()).any(|path| path.is_dir() || archive::is_archive(path))
}

/// Options that mean nothing where there are many pictures.
fn refuse_what_is_for_one(arguments: &Arguments) -> Result<()> {
    let given = [
        ("--out", arguments.out.is_some()),
        ("--json", arguments.json),
        ("--class", arguments.class.is_some()),
        ("--against", arguments.against.is_some()),
        ("--method", arguments.method.is_some()),
        ("--edits or --mask", arguments.edits.any()),
        ("--window or --frame", arguments.opening.any()),
    ];
    match given.iter().find(|(_, given)| *given) {
        Some((option, _)) => Err(Failure::new(
            format!("{option} is for one picture, and a table of pictures was asked for."),
            "Leave it out: the table has every class, and --maps DIR saves every map.",
        )),
        None => Ok(()),
    }
}

/// Writes the picture with its evidence, and below it what must not be lost when it goes from hand to hand.
fn save(photo: &Photo, run: &Run, arguments: &Arguments, path: &Path) -> Result<()> {
    let (map, shape, limit) = match &run.method {
        Some(method) => (&method.map.values, method.map.shape(), method.limit()),
        None => (&run.shown.map, run.shape(), run.shown.limit),
    };
    let style = Style {
        limit,
        interpolation: if arguments.cells {
            Interpolation::Cells
        } else {
            Interpolation::Smooth
        },
        contours: true,
        tint: Tint {
            fade: true,
            palette: Palette::of(photo, &run.explanation.answer.placement),
        },
    };
    let look = Look {
        opacity: arguments.opacity,
        grey: arguments.grey,
        side: SIDE,
    };
    let mut lines = Vec::new();
    if run.unlike() {
        lines.push(UNLIKE_WARNING.to_owned());
    }
    if run.reading.notice {
        lines.push(NOTICE.to_owned());
    }
    lines.push(match &run.method {
        Some(method) => format!(
            "{}, computed after the fact, for {}",
            method.method.title(),
            run.name()
        ),
        None => format!("Evidence for {}", run.name()),
    });
    if !run.edits.is_empty() {
        lines.push("The picture was changed before it was explained.".to_owned());
    }
    lines.push(format!(
        "Model: {}, {} px. Made with SoftCAM {}.",
        run.card.title,
        run.request.size,
        env!("CARGO_PKG_VERSION")
    ));
    if let Some(credit) = &arguments.credit {
        lines.push(format!("Picture: {credit}"));
    }
    let placement = &run.explanation.answer.placement;
    draw(photo, placement, (map, shape), style, look, &lines)?
        .save_with_format(path, image::ImageFormat::Png)
        .with_context(|| format!("cannot write {}", path.display()))
}

/// Refuses a class against itself; where no class was named, only the run tells.
fn check_differ(class: Option<usize>, against: Option<usize>, card: &ModelCard) -> Result<()> {
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
