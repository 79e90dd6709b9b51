//! Pictures with all methods side by side. Which pictures is decided by a rule.

use super::figures::{Better, Figure, by_id};
use super::networks::Role;
use super::outcome::label;
use super::results::{Results, Row};
use super::summary::Entry;
use crate::eval::boxes::rects;
use crate::eval::table::short;
use crate::failure::{Failure, Result};
use crate::html::escape;
use crate::pictures::open;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageEncoder};
use softcam::Map;
use softcam::overlay::{Interpolation, Palette, Style, Tint, blend, render, scale_limit};
use softcam::preprocess::{Photo, Placement, Rect, Size, place, view_whole};
use softcam_attribution::Method;
use std::fmt::Write;

/// Longest side of a picture on the plate in pixels.
const SIDE: u32 = 168;
/// Opacity of what is drawn over the photo.
const OPACITY: f32 = 0.85;
const QUALITY: u8 = 82;

/// A picture on the plate, and why it is there.
struct Chosen {
    why: &'static str,
    picture: usize,
    /// SoftCAM less its best rival; larger is better.
    lead: f64,
}

/// The plate as HTML; empty where no picture has all maps.
pub fn plate(results: &Results, summary: &[Row]) -> Result<String> {
    let Some((figure, chosen)) = choose(results) else {
        return Ok(String::new());
    };
    let shown: Vec<(&Entry, &Row)> = (results.entries.iter().zip(summary))
        .filter(|(entry, _)| is_shown(results, entry))
        .collect();
    let mut html = format!(
        "<h2>Side by side</h2>\n<p>Chosen by rule, not by hand: of the pictures that every method explained, those where the \
         first model's evidence is best, in the middle and worst against its best rival, by {}. Orange speaks for what was \
         asked, blue against it; each method has one scale, symmetric about zero, for all three pictures. Boxes are people's.</p>\n",
        figure.name
    );
    let limits: Vec<f32> = (shown.iter())
        .map(|(entry, _)| {
            let maps = chosen
                .iter()
                .filter_map(|chosen| kept(entry, chosen.picture));
            let values: Vec<f32> = maps.flat_map(|map| map.values).collect();
            scale_limit(&values)
        })
        .collect();
    for chosen in &chosen {
        let item = &results.data.set.items[chosen.picture];
        let classes = &results.networks.subjects[0].model.card.classes;
        writeln!(
            html,
            "<h3>{}: {}, {} ({} {:+.3})</h3>\n<div class=\"plate\">",
            chosen.why,
            escape(&item.file),
            escape(short(&classes[item.class])),
            figure.name,
            chosen.lead
        )?;
        let photo = open(item)?;
        let drawn = results
            .boxes
            .map(|boxes| rects(boxes, &item.file, photo.size()));
        let plain = jpeg(&photograph(&photo, drawn.as_deref().unwrap_or_default())?)?;
        writeln!(
            html,
            "<figure>{}<figcaption>photograph</figcaption></figure>",
            image(&plain, "photograph")
        )?;
        for ((entry, row), limit) in shown.iter().zip(&limits) {
            let Some(map) = kept(entry, chosen.picture) else {
                continue;
            };
            let request = results.networks.all[entry.network].request;
            let placement = place(&photo, request.fit, request.size)?;
            let over = jpeg(&overlay(&photo, &placement, &map, *limit)?)?;
            let name = escape(&label(results, row));
            writeln!(
                html,
                "<figure>{}<figcaption>{name}, ±{limit}</figcaption></figure>",
                image(&over, &name)
            )?;
        }
        html.push_str("</div>\n");
    }
    if let Some(credit) = &results.arguments.credit {
        writeln!(html, "<p>Pictures: {}</p>", escape(credit))?;
    }
    Ok(html)
}

/// Of further models only the evidence: their other maps resemble the first model's.
fn is_shown(results: &Results, entry: &Entry) -> bool {
    let role = results.networks.all[entry.network].role;
    entry.network == 0 || role == Role::BlackBox || entry.method == Method::SoftCam
}

/// Best, median and worst picture for the first model's evidence against its best rival, and by what.
fn choose(results: &Results) -> Option<(&'static Figure, Vec<Chosen>)> {
    let figures = ["activation_precision", "deletion", "patches", "gini"];
    figures.into_iter().filter_map(by_id).find_map(|figure| {
        let chosen = by(results, figure);
        (!chosen.is_empty()).then_some((figure, chosen))
    })
}

fn by(results: &Results, figure: &Figure) -> Vec<Chosen> {
    let Some(softcam) = results.softcam(0) else {
        return Vec::new();
    };
    let rivals: Vec<&Entry> = (results.entries.iter())
        .filter(|entry| is_shown(results, entry))
        .filter(|entry| entry.method != Method::SoftCam && !entry.method.is_control())
        .collect();
    let sign = match figure.better {
        Better::Higher => 1.0,
        Better::Lower => -1.0,
    };
    let good = |entry: &Entry, picture: usize| {
        let value = entry.records.get(&picture)?.values.get(figure.id)?;
        Some(sign * value)
    };
    let mut leads: Vec<(f64, usize)> = (results.chosen.costly.iter())
        .filter_map(|&picture| {
            let own = good(softcam, picture)?;
            let best = rivals
                .iter()
                .filter_map(|rival| good(rival, picture))
                .reduce(f64::max)?;
            Some((own - best, picture))
        })
        .collect();
    leads.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let places: &[(&'static str, usize)] = match leads.len() {
        0 => &[],
        1 => &[("Only picture", 0)],
        2 => &[("Best", 0), ("Worst", 1)],
        length => &[("Best", 0), ("Median", length / 2), ("Worst", length - 1)],
    };
    let chosen = places.iter().map(|&(why, place)| Chosen {
        why,
        picture: leads[place].1,
        lead: sign * leads[place].0,
    });
    chosen.collect()
}

fn kept(entry: &Entry, picture: usize) -> Option<Map> {
    entry.records.get(&picture)?.map.as_ref()?.map()
}

fn overlay(
    photo: &Photo,
    placement: &Placement,
    map: &Map,
    limit: f32,
) -> softcam::Result<(Vec<u8>, Size)> {
    let (pixels, size) = view_whole(photo, SIDE)?;
    let style = Style {
        limit,
        interpolation: Interpolation::Smooth,
        contours: false,
        tint: Tint {
            fade: true,
            palette: Palette::of(photo, placement),
        },
    };
    let part = placement.photo.whole();
    let evidence = render(&map.values, map.shape(), placement, part, size, style)?;
    Ok((blend(&pixels, &evidence, OPACITY), size))
}

/// The photo with its boxes.
fn photograph(photo: &Photo, boxes: &[Rect]) -> softcam::Result<(Vec<u8>, Size)> {
    let (mut pixels, size) = view_whole(photo, SIDE)?;
    let scale = f64::from(size.width) / f64::from(photo.size().width);
    let width = size.width as usize;
    for rect in boxes {
        let at = |value: f64, most: u32| ((value * scale).max(0.0) as usize).min(most as usize - 1);
        let (left, right) = (at(rect.x, size.width), at(rect.x + rect.width, size.width));
        let (top, bottom) = (
            at(rect.y, size.height),
            at(rect.y + rect.height, size.height),
        );
        let edges = (left..=right)
            .flat_map(|x| [(x, top), (x, bottom)])
            .chain((top..=bottom).flat_map(|y| [(left, y), (right, y)]));
        for (x, y) in edges {
            pixels[4 * (y * width + x)..][..3].copy_from_slice(&[255, 255, 255]);
        }
    }
    Ok((pixels, size))
}

fn jpeg((pixels, size): &(Vec<u8>, Size)) -> Result<Vec<u8>> {
    let rgb: Vec<u8> = (pixels.as_chunks::<4>().0.iter())
        .flat_map(|[r, g, b, _]| [*r, *g, *b])
        .collect();
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY)
        .write_image(&rgb, size.width, size.height, ExtendedColorType::Rgb8)
        .map_err(|error| Failure::from(error).within("cannot write a picture of the plate"))?;
    Ok(bytes)
}

fn image(jpeg: &[u8], text: &str) -> String {
    format!(
        "<img alt=\"{text}\" src=\"data:image/jpeg;base64,{}\">",
        STANDARD.encode(jpeg)
    )
}
