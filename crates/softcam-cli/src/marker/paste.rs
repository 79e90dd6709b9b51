//! `softcam marker paste`: a copy of a collection with a marker in some of its pictures.

use super::position::Drawn;
use crate::eval::data;
use crate::failure::{Context, Failure, Result};
use crate::options::{Fit, share};
use crate::output::{progress_bar, write_whole};
use crate::pictures::open;
use softcam::edit::apply;
use softcam::preprocess::place;
use softcam_data::Item;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Side of the network's input that the marker's place is computed for: it matters to rules of fit with a minimum alone.
const SIDE: usize = 224;
/// What the boxes' class is called.
const FINDING: &str = "marker";

/// Copy labelled pictures with a marker in some of them: in all of one class (a shortcut), in a share of all drawn at random
/// (the control), or in none. DIR gets the pictures as PNG, labels.csv (with the column marker) and boxes.csv.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    data: data::Arguments,
    /// Names of the classes, which --map gives the labels.
    #[arg(long, value_name = "A,B", value_delimiter = ',', required = true)]
    classes: Vec<String>,
    /// The marker on every picture of this class, and on no other.
    #[arg(long, value_name = "CLASS", conflicts_with = "share")]
    class: Option<String>,
    /// The marker on this share of all pictures, drawn at random whatever their class; 0 for none.
    #[arg(long, value_name = "SHARE", value_parser = share, default_value = "0")]
    share: f32,
    /// Height of the marker as a share of the picture's side.
    #[arg(long, value_name = "SHARE", value_parser = share, default_value = "0.1")]
    size: f32,
    /// How a picture becomes a square for the network that is to learn from it.
    #[arg(long, value_enum, default_value_t = Fit::Stretch)]
    fit: Fit,
    /// Of places and of the share.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// New folder.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// A table's columns.
const LABELS: [&str; 4] = ["file", "label", "patient", "marker"];
const BOXES: [&str; 6] = ["file", "finding", "x", "y", "w", "h"];

/// Runs the command.
pub fn run(arguments: &Arguments, out: &mut impl Write) -> Result<()> {
    if arguments.out.exists() {
        return Err(Failure::new(
            format!("{} is there already.", arguments.out.display()),
            "Choose a new folder with --out.",
        ));
    }
    let tied = arguments.class.as_ref().map(|name| {
        let found = arguments.classes.iter().position(|class| class == name);
        found.ok_or_else(|| {
            Failure::new(
                format!("There is no class {name:?}."),
                format!("Choose one of {}.", arguments.classes.join(", ")),
            )
        })
    });
    let tied = tied.transpose()?;
    let data = data::load(&arguments.data, &arguments.classes, false)?;
    let (mut labels, mut boxes) = (table(&LABELS)?, table(&BOXES)?);
    let bar = progress_bar(data.set.items.len());
    let mut marked = 0;
    for item in &data.set.items {
        let drawn = Drawn::new(arguments.seed, &item.file, f64::from(arguments.size));
        let has = match tied {
            Some(class) => item.class == class,
            None => drawn.turn < f64::from(arguments.share),
        };
        let photo = open(item).with_context(|| format!("cannot read {}", item.file))?;
        let placement = place(&photo, arguments.fit.into(), SIDE)?;
        let edits: Vec<_> = has.then(|| drawn.position.edit()).into_iter().collect();
        let photo = apply(&photo, &edits, &placement)?;
        let name = name(item);
        write_picture(&arguments.out.join(&name), &photo.pixels)?;
        let (class, patient) = (&data.set.classes[item.class], item.unit());
        labels.write_record([&*name, class, patient, if has { "1" } else { "0" }])?;
        if has {
            let covered = drawn.position.covers(&placement);
            let numbers = [covered.x, covered.y, covered.width, covered.height];
            let numbers = numbers.map(|number| number.to_string());
            let row = [name.as_str(), FINDING].into_iter();
            boxes.write_record(row.chain(numbers.iter().map(String::as_str)))?;
            marked += 1;
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    for (name, table) in [("labels.csv", labels), ("boxes.csv", boxes)] {
        let bytes = table.into_inner().map_err(|error| error.into_error())?;
        write_whole(&arguments.out.join(name), &bytes)?;
    }
    let count = data.set.items.len();
    let out_name = arguments.out.display();
    Ok(writeln!(
        out,
        "{count} pictures in {out_name}, {marked} of them with a marker."
    )?)
}

fn table(columns: &[&str]) -> Result<csv::Writer<Vec<u8>>> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(columns)?;
    Ok(table)
}

/// The picture's name in the copy: PNG, so that no codec tells marked from unmarked pictures.
fn name(item: &Item) -> String {
    let stem = item.file.rsplit_once('.').map_or(&*item.file, |(s, _)| s);
    format!("{stem}.png")
}

fn write_picture(path: &Path, pixels: &image::RgbaImage) -> Result<()> {
    if let Some(directory) = path.parent() {
        let cannot = || format!("cannot make {}", directory.display());
        fs::create_dir_all(directory).with_context(cannot)?;
    }
    let mut png = std::io::Cursor::new(Vec::new());
    let rgb = image::DynamicImage::ImageRgba8(pixels.clone()).into_rgb8();
    rgb.write_to(&mut png, image::ImageFormat::Png)?;
    write_whole(path, png.get_ref())
}
