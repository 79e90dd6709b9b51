//! Curves as SVG.

use crate::eval::plots::COLOURS;
use crate::failure::Failure;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use std::error::Error;
use std::ops::Range;

const WIDTH: u32 = 520;
const HEIGHT: u32 = 400;

/// A curve with what it is called.
pub struct Line {
    /// In the key.
    pub name: String,
    /// Across and up.
    pub points: Vec<(f64, f64)>,
    /// SoftCAM's own is drawn thick.
    pub main: bool,
}

/// Curves on one pair of axes, and their key as HTML.
///
/// # Errors
///
/// Where they cannot be drawn.
pub fn curves(
    lines: &[Line],
    (across, x): (&str, Range<f64>),
    (up, y): (&str, Range<f64>),
) -> crate::failure::Result<(String, String)> {
    let mut svg = String::new();
    on_canvas(&mut svg, lines, (across, x), (up, y))
        .map_err(|error| Failure::new(format!("The plot cannot be drawn: {error}."), ""))?;
    let key = lines.iter().enumerate().map(|(index, line)| {
        let RGBColor(r, g, b) = colour(index);
        let dash = match (line.main, index / COLOURS.len()) {
            (true, _) => "▬▬",
            (false, 0) => "──",
            (false, 1) => "╌╌",
            _ => "┈┈",
        };
        let name = crate::html::escape(&line.name);
        format!("<span style=\"color:rgb({r},{g},{b})\">{dash}</span> {name}")
    });
    Ok((svg, key.collect::<Vec<_>>().join("<br>")))
}

fn colour(index: usize) -> RGBColor {
    COLOURS[index % COLOURS.len()]
}

type Drawn = Result<(), Box<dyn Error>>;

fn on_canvas(
    svg: &mut String,
    lines: &[Line],
    (across, x): (&str, Range<f64>),
    (up, y): (&str, Range<f64>),
) -> Drawn {
    let canvas = SVGBackend::with_string(svg, (WIDTH, HEIGHT)).into_drawing_area();
    let mut chart: ChartContext<SVGBackend, Cartesian2d<RangedCoordf64, RangedCoordf64>> =
        ChartBuilder::on(&canvas)
            .margin(10)
            .x_label_area_size(40)
            .y_label_area_size(52)
            .build_cartesian_2d(x, y)?;
    let mut mesh = chart.configure_mesh();
    mesh.x_desc(across).y_desc(up).x_labels(6).y_labels(6);
    mesh.light_line_style(TRANSPARENT)
        .label_style(("sans-serif", 15))
        .draw()?;
    for (index, line) in lines.iter().enumerate() {
        let style = colour(index).stroke_width(if line.main { 4 } else { 2 });
        let points = line.points.iter().copied();
        match index / COLOURS.len() {
            _ if line.main => chart.draw_series(LineSeries::new(points, style))?,
            0 => chart.draw_series(LineSeries::new(points, style))?,
            1 => chart.draw_series(DashedLineSeries::new(points, 6, 4, style))?,
            _ => chart.draw_series(DashedLineSeries::new(points, 2, 4, style))?,
        };
    }
    canvas.present()?;
    Ok(())
}
