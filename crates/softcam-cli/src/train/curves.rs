//! The curves of a run as a page of its own.

use super::history::{Epoch, History, Tuned};
use crate::failure::Failure;
use crate::html::escape;
use plotters::prelude::*;

/// A page with one plot per kind of figure that there is; the best epoch is marked.
pub fn page(history: &History) -> crate::failure::Result<String> {
    let of = |value: fn(&Epoch) -> f64| -> Vec<f64> { history.epochs.iter().map(value).collect() };
    let tuned = |value: fn(&Tuned) -> f64| -> Vec<f64> {
        let epochs = history.epochs.iter();
        epochs.filter_map(|e| e.tuned.as_ref()).map(value).collect()
    };
    let plots = [
        (
            "Cross-entropy",
            vec![
                ("train", of(|e| f64::from(e.loss.cross_entropy))),
                ("tune", tuned(|t| t.loss)),
            ],
        ),
        (
            "On tune",
            vec![
                ("accuracy", tuned(|t| t.accuracy)),
                ("AUC", tuned(|t| t.auc)),
            ],
        ),
        (
            "Evidence on tune",
            vec![
                ("mean |A|", tuned(|t| t.mean_evidence)),
                ("empty cells (share)", tuned(|t| t.empty_cells)),
            ],
        ),
    ];
    let mut body = String::new();
    for (title, mut lines) in plots {
        lines.retain(|(_, values)| !values.is_empty());
        if !lines.is_empty() {
            body.push_str(&plot(title, &lines, history.best)?);
        }
    }
    let command = escape(&history.command);
    Ok(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Training</title>\
         <style>body{{font:16px sans-serif;max-width:46rem;margin:2rem auto}}code{{overflow-wrap:anywhere}}</style>\
         <h1>Training</h1><p><code>{command}</code></p>{body}</html>\n"
    ))
}

const COLOURS: [RGBColor; 2] = [RGBColor(33, 102, 172), RGBColor(178, 24, 43)];

fn plot(
    title: &str,
    lines: &[(&str, Vec<f64>)],
    best: Option<usize>,
) -> crate::failure::Result<String> {
    let mut svg = String::new();
    {
        let values = || {
            lines
                .iter()
                .flat_map(|(_, values)| values)
                .copied()
                .filter(|v| v.is_finite())
        };
        let (least, most) = (
            values().fold(f64::INFINITY, f64::min),
            values().fold(f64::NEG_INFINITY, f64::max),
        );
        let margin = ((most - least) * 0.05).max(1e-3);
        let epochs = lines
            .iter()
            .map(|(_, values)| values.len())
            .max()
            .unwrap_or(1)
            .max(2);
        let area = SVGBackend::with_string(&mut svg, (720, 300)).into_drawing_area();
        let failed = |error: &dyn std::fmt::Display| {
            Failure::new(format!("The curves cannot be drawn: {error}."), "")
        };
        area.fill(&WHITE).map_err(|e| failed(&e))?;
        let mut chart = ChartBuilder::on(&area)
            .caption(title, ("sans-serif", 18))
            .margin(10)
            .x_label_area_size(30)
            .y_label_area_size(50)
            .build_cartesian_2d(1.0..epochs as f64, least - margin..most + margin)
            .map_err(|e| failed(&e))?;
        chart
            .configure_mesh()
            .x_desc("epoch")
            .x_label_formatter(&|x| format!("{x:.0}"))
            .draw()
            .map_err(|e| failed(&e))?;
        for ((name, values), colour) in lines.iter().zip(COLOURS) {
            let points = values
                .iter()
                .enumerate()
                .map(|(at, value)| (at as f64 + 1.0, *value));
            chart
                .draw_series(LineSeries::new(points, colour.stroke_width(2)))
                .map_err(|e| failed(&e))?
                .label(*name)
                .legend(move |(x, y)| {
                    PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2))
                });
        }
        if let Some(best) = best {
            let at = best as f64 + 1.0;
            chart
                .draw_series(LineSeries::new(
                    [(at, least - margin), (at, most + margin)],
                    BLACK.mix(0.3),
                ))
                .map_err(|e| failed(&e))?;
        }
        chart
            .configure_series_labels()
            .border_style(BLACK.mix(0.3))
            .background_style(WHITE.mix(0.8))
            .draw()
            .map_err(|e| failed(&e))?;
        area.present().map_err(|e| failed(&e))?;
    }
    Ok(svg)
}
