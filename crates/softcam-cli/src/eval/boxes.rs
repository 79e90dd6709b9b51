//! Boxes around findings, and which evidence is held against them.

use super::data::Data;
use super::subject::Subject;
use crate::failure::{Context, Failure};
use crate::options::at_least_one;
use softcam::backbone::EVIDENCE_LAYER;
use softcam::classes::find_class;
use softcam::preprocess::{Rect, Size};
use softcam::{EvidenceMaps, Explanation};
use softcam_data::{BoxFormat, Boxes, Item};
use softcam_eval::localisation::{Localised, Options, TOLERANCE, localise};
use std::fs::File;
use std::path::PathBuf;

/// Boxes around findings.
#[derive(clap::Args)]
#[group(id = "boxes_around_findings")]
pub struct Drawn {
    /// Boxes around findings: a table with file, x, y, w, h in pixels, or file, cx, cy, w, h as shares of width and height
    /// with the centre first. Pictures without a box are not taken for pictures without a finding.
    #[arg(long, value_name = "CSV")]
    boxes: Option<PathBuf>,
    /// Only boxes of these classes, by the column class, finding or label.
    #[arg(
        long,
        value_name = "NAME,...",
        value_delimiter = ',',
        requires = "boxes"
    )]
    box_class: Vec<String>,
    /// The form of the table, where its columns do not tell.
    #[arg(long, value_enum, requires = "boxes")]
    box_format: Option<Format>,
    /// Patches with the most evidence that count.
    #[arg(long, value_name = "K", requires = "boxes", default_value_t = Options::default().top, value_parser = at_least_one)]
    top: usize,
}

/// Boxes and which map is compared with them.
#[derive(clap::Args)]
#[group(id = "map_against_boxes")]
pub struct Arguments {
    #[command(flatten)]
    drawn: Drawn,
    /// The class whose evidence is held against the boxes. Default: for two classes the evidence for the positive one over
    /// the other, for more that for each picture's true class.
    #[arg(long, value_name = "CLASS", requires = "boxes")]
    map_of: Option<String>,
    /// How far from a box the largest evidence may lie and still count as near it, in pixels of the network's input (not of
    /// the photograph).
    #[arg(long, value_name = "PIXELS", requires = "boxes", default_value_t = TOLERANCE, value_parser = distance)]
    near: f64,
    /// Hold Grad-CAM against the boxes instead, computed for the class of --map-of (for two classes the positive one) at the
    /// last feature map. For a network that ends in pooling and one linear layer (softcam train --head pooled), whose
    /// weights the class-evidence layer holds, Grad-CAM is that class's map without the layer's bias, cut off below 0
    /// and divided by the number of cells.
    #[arg(long, requires = "boxes")]
    grad_cam: bool,
}

/// [`BoxFormat`] by the names that the command line uses.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    /// x, y, w, h in pixels.
    Pixels,
    /// cx, cy, w, h from 0 to 1.
    Shares,
}

/// Which map is held against the boxes.
pub enum Evidence {
    /// Evidence for the first over the second.
    Over(usize, usize),
    /// Evidence for one class.
    For(usize),
    /// Evidence for what the picture shows.
    Truth,
    /// Grad-CAM of a black box for a class, whose weight has this bias.
    GradCam(usize, f32),
}

/// Boxes with all that is needed to compare.
pub struct Task {
    pub boxes: Boxes,
    pub evidence: Evidence,
    pub options: Options,
}

impl Drawn {
    /// Reads the boxes, if there are any.
    ///
    /// # Errors
    ///
    /// Where the table cannot be used, or none of the pictures has a box.
    pub fn read(&self, data: &Data) -> crate::failure::Result<Option<Boxes>> {
        let Some(path) = &self.boxes else {
            return Ok(None);
        };
        let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
        let format = self.box_format.map(|format| match format {
            Format::Pixels => BoxFormat::Pixels,
            Format::Shares => BoxFormat::Shares,
        });
        let boxes = Boxes::from_csv(file, format, &self.box_class)
            .with_context(|| format!("cannot use {}", path.display()))?;
        if !data.set.items.iter().any(|item| boxes.has(&item.file)) {
            return Err(Failure::new(
                format!(
                    "None of the pictures has a box: one is called {:?}, and one with a box {:?}.",
                    data.set.items.first().map_or("", |item| &item.file),
                    boxes.files().next().unwrap_or_default()
                ),
                "Name files in both tables alike.",
            ));
        }
        Ok(Some(boxes))
    }

    /// How maps are compared with them.
    pub fn options(&self) -> Options {
        Options {
            top: self.top,
            ..Options::default()
        }
    }
}

impl Arguments {
    /// Whether there are boxes.
    pub fn any(&self) -> bool {
        self.drawn.boxes.is_some()
    }
}

fn distance(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(distance) if (0.0..=1e4).contains(&distance) => Ok(distance),
        _ => Err("it must be a number of pixels, from 0 on".to_owned()),
    }
}

/// Reads the boxes, if there are any, and says which map is held against them.
pub fn load(
    arguments: &Arguments,
    data: &Data,
    subject: &Subject,
) -> crate::failure::Result<Option<Task>> {
    let Some(boxes) = arguments.drawn.read(data)? else {
        return Ok(None);
    };
    let classes = &subject.model.card.classes;
    let evidence = match (&arguments.map_of, subject.decision().positive()) {
        (Some(class), _) => Evidence::For(find_class(classes, class)?),
        (None, Some(positive)) => Evidence::Over(positive, 1 - positive),
        (None, None) => Evidence::Truth,
    };
    let evidence = match (arguments.grad_cam, evidence) {
        (false, evidence) => evidence,
        (true, Evidence::Over(class, _) | Evidence::For(class)) => {
            let layer = subject.model.layers.get(EVIDENCE_LAYER);
            let bias = layer
                .and_then(|layer| layer.bias())
                .and_then(|bias| bias.get(class));
            Evidence::GradCam(class, bias.copied().unwrap_or(0.0))
        }
        (true, _) => {
            return Err(Failure::new(
                "Grad-CAM is computed for one class, and none was named.",
                "Name it with --map-of.",
            ));
        }
    };
    Ok(Some(Task {
        boxes,
        evidence,
        options: Options {
            tolerance: arguments.near,
            ..arguments.drawn.options()
        },
    }))
}

/// Holds a picture's evidence against its boxes, where there are any.
pub fn locate(task: Option<&Task>) -> impl Fn(&Item, &Explanation) -> Option<Localised> + Sync {
    move |item, explanation| task?.compare(&item.file, item.class, explanation)
}

/// Boxes of a picture of `photo`'s size, in its pixels.
pub fn rects(boxes: &Boxes, file: &str, photo: Size) -> Vec<Rect> {
    let given = boxes.of(file, photo.width, photo.height);
    let rects = given.into_iter().map(|[x, y, width, height]| Rect {
        x,
        y,
        width,
        height,
    });
    rects.collect()
}

impl Task {
    /// One picture's evidence against its boxes; none where it has none in sight.
    fn compare(&self, file: &str, truth: usize, explanation: &Explanation) -> Option<Localised> {
        let rects = rects(&self.boxes, file, explanation.answer.placement.photo);
        let maps = &explanation.maps;
        let shape = (maps.height(), maps.width());
        let map = self.evidence.map(maps, truth);
        localise(
            &map,
            shape,
            &explanation.answer.placement,
            &rects,
            self.options,
        )
    }
}

impl Evidence {
    fn map(&self, maps: &EvidenceMaps, truth: usize) -> Vec<f32> {
        match *self {
            Self::Over(class, other) => maps.difference(class, other),
            Self::For(class) => maps.map(class).to_vec(),
            Self::Truth => maps.map(truth).to_vec(),
            // Selvaraju et al., ICCV 2017: each channel's weight is the mean gradient of the logit by its cells, here
            // weight / cells; what speaks against the class is cut off.
            Self::GradCam(class, bias) => {
                let cells = maps.cells() as f32;
                let map = maps.map(class).iter();
                map.map(|value| (value - bias).max(0.0) / cells).collect()
            }
        }
    }

    /// In words.
    pub fn describe(&self, classes: &[String]) -> String {
        match *self {
            Self::Over(class, other) => {
                format!("evidence for {} over {}", classes[class], classes[other])
            }
            Self::For(class) => format!("evidence for {}", classes[class]),
            Self::Truth => "evidence for each picture's true class".to_owned(),
            Self::GradCam(class, _) => format!("Grad-CAM for {}", classes[class]),
        }
    }
}
