//! Plots as SVG.

use crate::failure::Failure;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use softcam_eval::Metrics;
use std::error::Error;

const SIDE: u32 = 420;
const INK: RGBColor = RGBColor(30, 94, 178);
const GREY: RGBColor = RGBColor(150, 150, 150);

/// Colours of curves, told apart by readers with any common colour-vision deficiency (Okabe & Ito 2008, without their
/// yellow, which is hard to see on white).
pub const COLOURS: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
    RGBColor(0, 0, 0),
];

/// ROC curves: of the positive class, or of the first classes against the rest, in the order of [`COLOURS`].
pub fn roc(metrics: &Metrics) -> crate::failure::Result<String> {
    plot("1 − specificity", "sensitivity", |chart| {
        for ((_, points), colour) in metrics.roc.iter().zip(COLOURS) {
            let points = points
                .iter()
                .map(|p| (p.false_positive_rate, p.true_positive_rate));
            chart.draw_series(LineSeries::new(points, colour.stroke_width(2)))?;
        }
        Ok(())
    })
}

/// Accuracy by confidence: bars where the pictures are, on the diagonal where probabilities mean what they say.
pub fn reliability(metrics: &Metrics) -> crate::failure::Result<String> {
    plot(
        "probability of the top class",
        "share that is right",
        |chart| {
            let filled = metrics.reliability.iter().filter(|bin| bin.count > 0.0);
            chart.draw_series(filled.clone().map(|bin| {
                Rectangle::new(
                    [(bin.range.0, 0.0), (bin.range.1, bin.accuracy)],
                    INK.mix(0.25).filled(),
                )
            }))?;
            let most = filled.clone().map(|bin| bin.count).fold(1.0, f64::max);
            // The area of a point is the share of pictures that it stands for.
            chart.draw_series(filled.map(|bin| {
                let radius = 2.0 + 6.0 * (bin.count / most).sqrt();
                Circle::new((bin.confidence, bin.accuracy), radius as i32, INK.filled())
            }))?;
            Ok(())
        },
    )
}

/// A chart on an SVG that `'a` borrows.
type Chart<'a> = ChartContext<'a, SVGBackend<'a>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;
/// plotters' errors borrow from what is drawn on.
type Drawn = Result<(), Box<dyn Error>>;

/// A square from 0 to 1 both ways with a grey diagonal, and on it what `draw` draws.
fn plot(
    across: &str,
    up: &str,
    draw: impl for<'a> FnOnce(&mut Chart<'a>) -> Drawn,
) -> crate::failure::Result<String> {
    let mut svg = String::new();
    on_canvas(&mut svg, across, up, draw)
        .map_err(|error| Failure::new(format!("The plot cannot be drawn: {error}."), ""))?;
    Ok(svg)
}

fn on_canvas(
    svg: &mut String,
    across: &str,
    up: &str,
    draw: impl for<'a> FnOnce(&mut Chart<'a>) -> Drawn,
) -> Drawn {
    let canvas = SVGBackend::with_string(svg, (SIDE, SIDE)).into_drawing_area();
    let mut chart = ChartBuilder::on(&canvas)
        .margin(10)
        .x_label_area_size(40)
        .y_label_area_size(52)
        .build_cartesian_2d(0.0..1.0, 0.0..1.0)?;
    let mut mesh = chart.configure_mesh();
    mesh.x_desc(across).y_desc(up).x_labels(6).y_labels(6);
    mesh.light_line_style(TRANSPARENT)
        .label_style(("sans-serif", 16))
        .draw()?;
    chart.draw_series(LineSeries::new([(0.0, 0.0), (1.0, 1.0)], &GREY))?;
    draw(&mut chart)?;
    canvas.present()?;
    Ok(())
}
