//! `softcam compare`: several measured models side by side.

use crate::failure::{Context, Failure};
use crate::html::escape;
use crate::output::{self, write_whole};
use plotters::prelude::*;
use serde_json::Value;
use softcam_eval::Estimate;
use std::fs;
use std::io::Write;
use std::path::PathBuf;

/// Put what softcam eval measured of several models side by side: a table, and with --html plots of how well they answer
/// against how sparse their evidence is and where it lies. Models must have been measured on the same pictures.
#[derive(clap::Args)]
pub struct Arguments {
    /// Names with the files that softcam eval --json wrote, such as "lasso 1e-3=lasso.json".
    #[arg(required = true, value_name = "NAME=JSON")]
    models: Vec<String>,
    /// What they were measured on, for the page.
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Write a page with the table and plots.
    #[arg(long, value_name = "PAGE")]
    html: Option<PathBuf>,
}

struct Entry {
    name: String,
    pictures: u64,
    accuracy: Option<Estimate>,
    auc: Option<Estimate>,
    empty: Option<Estimate>,
    precision: Option<Estimate>,
    sensitivity: Option<Estimate>,
    chance: Option<f64>,
}

/// Runs the command.
pub fn run(arguments: &Arguments, out: &mut impl Write) -> crate::failure::Result<()> {
    if let Some(path) = &arguments.html {
        output::check_place(path)?;
    }
    let entries = arguments
        .models
        .iter()
        .map(|text| read(text))
        .collect::<crate::failure::Result<Vec<_>>>()?;
    if let Some(other) = entries
        .iter()
        .find(|entry| entry.pictures != entries[0].pictures)
    {
        return Err(Failure::new(
            format!(
                "{} was measured on {} pictures and {} on {}.",
                entries[0].name, entries[0].pictures, other.name, other.pictures
            ),
            "Measure them on the same ones.",
        ));
    }
    writeln!(
        out,
        "{:<24} {:>22} {:>22} {:>8} {:>22} {:>22}",
        "", "accuracy", "AUC", "empty", "activation precision", "activation sensitivity"
    )?;
    for entry in &entries {
        writeln!(
            out,
            "{:<24} {:>22} {:>22} {:>8} {:>22} {:>22}",
            entry.name,
            text(entry.accuracy),
            text(entry.auc),
            entry
                .empty
                .map_or(String::new(), |e| format!("{:.3}", e.value)),
            text(entry.precision),
            text(entry.sensitivity)
        )?;
    }
    if let Some(chance) = entries.iter().find_map(|entry| entry.chance) {
        writeln!(
            out,
            "Boxes cover {chance:.3} of the pictures: the activation precision of a map without knowledge."
        )?;
    }
    if let Some(path) = &arguments.html {
        write_whole(path, page(arguments, &entries)?.as_bytes())?;
    }
    Ok(())
}

fn read(argument: &str) -> crate::failure::Result<Entry> {
    let (name, path) = argument
        .rsplit_once('=')
        .with_context(|| format!("{argument:?} is not of the form NAME=JSON"))?;
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {path}"))?;
    let document: Value =
        serde_json::from_str(&text).with_context(|| format!("{path} is no JSON"))?;
    let pictures = document["n"].as_u64();
    let pictures =
        pictures.with_context(|| format!("{path} was not written by softcam eval --json"))?;
    let located = &document["localisation"];
    let exact = |value: &Value| {
        value.as_f64().map(|value| Estimate {
            value,
            low: value,
            high: value,
        })
    };
    Ok(Entry {
        name: name.to_owned(),
        pictures,
        accuracy: estimate(&document["accuracy"]),
        auc: estimate(&document["auc"]),
        empty: exact(&document["evidence"]["empty_cells"]),
        precision: estimate(&located["activation_precision"]),
        sensitivity: estimate(&located["activation_sensitivity"]),
        chance: located["box_share"].as_f64(),
    })
}

/// A value may have no interval.
fn estimate(value: &Value) -> Option<Estimate> {
    Some(Estimate {
        value: value["value"].as_f64()?,
        low: value["low"].as_f64().unwrap_or(f64::NAN),
        high: value["high"].as_f64().unwrap_or(f64::NAN),
    })
}

fn text(estimate: Option<Estimate>) -> String {
    estimate.map_or(String::new(), |estimate| match estimate.interval() {
        Some((low, high)) => format!("{:.3} ({low:.3} to {high:.3})", estimate.value),
        None => format!("{:.3}", estimate.value),
    })
}

type Pick = fn(&Entry) -> Option<Estimate>;

fn page(arguments: &Arguments, entries: &[Entry]) -> crate::failure::Result<String> {
    let plots: [(&str, Pick, &str, Pick); 3] = [
        ("share of empty cells", |e| e.empty, "AUC", |e| e.auc),
        (
            "share of empty cells",
            |e| e.empty,
            "activation precision",
            |e| e.precision,
        ),
        ("activation precision", |e| e.precision, "AUC", |e| e.auc),
    ];
    let mut body = String::new();
    for (across, x, up, y) in plots {
        let points: Vec<(usize, Estimate, Estimate)> = (entries.iter().enumerate())
            .filter_map(|(number, entry)| Some((number, x(entry)?, y(entry)?)))
            .filter(|(_, x, y)| x.interval().and(y.interval()).is_some())
            .collect();
        if points.len() > 1 {
            body.push_str(&plot(across, up, &points).map_err(|error| {
                Failure::new(format!("The plot cannot be drawn: {error}."), "")
            })?);
        }
    }
    let rows: String = (entries.iter().enumerate())
        .map(|(number, entry)| {
            format!(
                "<tr><td>{}<td>{}<td>{}<td>{}<td>{}<td>{}<td>{}\n",
                number + 1,
                escape(&entry.name),
                text(entry.accuracy),
                text(entry.auc),
                entry
                    .empty
                    .map_or(String::new(), |e| format!("{:.3}", e.value)),
                text(entry.precision),
                text(entry.sensitivity)
            )
        })
        .collect();
    let title = escape(arguments.title.as_deref().unwrap_or("Models side by side"));
    let chance = entries.iter().find_map(|entry| entry.chance).map_or(String::new(), |chance| {
        format!("<p>Boxes cover {chance:.3} of the pictures: the activation precision of a map without knowledge.</p>")
    });
    Ok(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\
         <style>body{{font:16px sans-serif;max-width:60rem;margin:2rem auto}}td,th{{padding:.2rem .6rem;text-align:left}}\
         svg{{max-width:100%}}</style><h1>{title}</h1><p>{} pictures; 95 % intervals in brackets and as bars.</p>\
         <table><tr><th>#<th>model<th>accuracy<th>AUC<th>empty cells<th>activation precision<th>activation sensitivity\n{rows}</table>{chance}{body}</html>\n",
        entries[0].pictures
    ))
}

/// Numbered points with bars over their intervals.
fn plot(
    across: &str,
    up: &str,
    points: &[(usize, Estimate, Estimate)],
) -> Result<String, Box<dyn std::error::Error>> {
    let range = |values: &mut dyn Iterator<Item = f64>| {
        let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values {
            (least, most) = (least.min(value), most.max(value));
        }
        let margin = (0.08 * (most - least)).max(0.01);
        least - margin..most + margin
    };
    let x_range = range(&mut points.iter().flat_map(|(_, x, _)| [x.low, x.high]));
    let y_range = range(&mut points.iter().flat_map(|(_, _, y)| [y.low, y.high]));
    let mut svg = String::new();
    {
        let canvas = SVGBackend::with_string(&mut svg, (560, 420)).into_drawing_area();
        let mut chart = ChartBuilder::on(&canvas)
            .margin(12)
            .x_label_area_size(40)
            .y_label_area_size(56)
            .build_cartesian_2d(x_range, y_range)?;
        chart
            .configure_mesh()
            .x_desc(across)
            .y_desc(up)
            .light_line_style(TRANSPARENT)
            .label_style(("sans-serif", 15))
            .draw()?;
        let ink = RGBColor(0, 114, 178);
        for (number, x, y) in points {
            let bars = [
                [(x.low, y.value), (x.high, y.value)],
                [(x.value, y.low), (x.value, y.high)],
            ];
            for bar in bars {
                chart.draw_series(LineSeries::new(bar, ink.mix(0.35)))?;
            }
            chart.draw_series([Circle::new((x.value, y.value), 4, ink.filled())])?;
            let label = Text::new(
                format!(" {}", number + 1),
                (x.value, y.value),
                ("sans-serif", 16),
            );
            chart.draw_series([label])?;
        }
        canvas.present()?;
    }
    Ok(svg)
}
