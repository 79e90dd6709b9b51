//! How well a converted model agrees with the float network that it was made from.

use crate::failure::{Context, Failure};
use crate::opening;
use crate::output::progress_bar;
use softcam::evidence::{cosine, ranking};
use softcam::weights::{Figure, Model};
use softcam::{Device, Explainer, Explanation};
use std::fs;
use std::path::{Path, PathBuf};

/// Runs both models on every picture in `folders`.
pub fn compare(
    float: &Model,
    converted: &Model,
    folders: &[PathBuf],
) -> crate::failure::Result<Vec<Figure>> {
    let pictures = pictures_in(folders)?;
    let device = Device::flex();
    let float = Explainer::new(float.clone(), &device)?;
    let converted = Explainer::new(converted.clone(), &device)?;

    let bar = progress_bar(pictures.len());
    let mut same_top = 0;
    let mut cosines = 0.0;
    let mut worst_logit = 0.0_f32;
    for path in &pictures {
        bar.set_message(
            path.file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
        );
        let exact = explain(&float, path)?;
        let approximate = explain(&converted, path)?;
        let top = ranking(&exact.answer.logits)[0];
        same_top += usize::from(top == ranking(&approximate.answer.logits)[0]);
        cosines += cosine(exact.maps.map(top), approximate.maps.map(top));
        worst_logit = (exact.answer.logits.iter().zip(&approximate.answer.logits))
            .fold(worst_logit, |worst, (a, b)| worst.max((a - b).abs()));
        bar.inc(1);
    }
    bar.finish_and_clear();

    let count = pictures.len() as f64;
    let figure = |name: &str, value: f64| Figure {
        name: name.to_owned(),
        value,
        measured_on: format!("{} photos, against the float network", pictures.len()),
        ..Figure::default()
    };
    Ok(vec![
        figure(
            "share of photos with the same top class",
            same_top as f64 / count,
        ),
        figure("mean cosine of the top class's maps", cosines / count),
        figure("largest difference of any logit", f64::from(worst_logit)),
    ])
}

fn explain(explainer: &Explainer, path: &Path) -> crate::failure::Result<Explanation> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let photo = opening::photo(bytes).with_context(|| format!("cannot open {}", path.display()))?;
    Ok(pollster::block_on(
        explainer.explain(&photo, explainer.default_request()),
    )?)
}

fn pictures_in(folders: &[PathBuf]) -> crate::failure::Result<Vec<PathBuf>> {
    const EXTENSIONS: [&str; 8] = ["jpg", "jpeg", "png", "webp", "bmp", "gif", "tif", "tiff"];
    let mut pictures = Vec::new();
    for folder in folders {
        let entries =
            fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            let extension = path
                .extension()
                .unwrap_or_default()
                .to_string_lossy()
                .to_lowercase();
            if EXTENSIONS.contains(&extension.as_str()) {
                pictures.push(path);
            }
        }
    }
    if pictures.is_empty() {
        let folders: Vec<String> = folders.iter().map(|f| f.display().to_string()).collect();
        return Err(Failure::new(
            format!("There are no pictures in {}.", folders.join(", ")),
            "Give folders with PNG, JPEG, WebP, BMP, GIF, TIFF, PGM or DICOM files in them.",
        ));
    }
    pictures.sort();
    Ok(pictures)
}
