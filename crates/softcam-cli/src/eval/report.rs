//! The report: one HTML page that needs nothing else and runs nothing.

use super::boxes::Task;
use super::measured::{Located, Measured};
use super::plots;
use super::plots::COLOURS;
use super::results::Results;
use super::subject::Subject;
use super::table::{localisation_rows, short};
use crate::figures::{METRICS, caution, text};
use crate::html::escape;
use crate::parts::repeated;
use crate::picture::{Look, draw};
use crate::pictures::open;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::ImageFormat;
use plotters::style::RGBColor;
use softcam::explain::Request;
use softcam::overlay::{Interpolation, Palette, Style, Tint, scale_limit, shared_limit};
use softcam::{Explainer, Explanation};
use softcam_eval::Decision;
use std::fmt::Write;
use std::io::Cursor;

/// Samples of each kind.
const SAMPLES: usize = 4;
/// Longest side of a sample in pixels.
const SIDE: u32 = 320;
/// Larger confusion matrices do not fit a page.
const SHOWN_CLASSES: usize = 20;

const STYLE: &str = "\
body{font:16px/1.5 system-ui,sans-serif;color:#1e1e1e;background:#fff;max-width:60rem;margin:2rem auto;padding:0 1rem}\
table{border-collapse:collapse;margin:1rem 0}\
th,td{padding:.25rem .75rem;text-align:right;border-bottom:1px solid #ddd}\
th:first-child,td:first-child{text-align:left}\
td.right{background:#e4ecf7}\
.notice{border-left:4px solid #b03e00;padding:.5rem 1rem;background:#faf0ea}\
.plots,.samples{display:flex;flex-wrap:wrap;gap:1rem}\
figure{margin:0;max-width:320px}figure img{max-width:100%}figcaption{font-size:.875rem}\
.plots figure{max-width:420px}svg{max-width:100%;height:auto}";

/// The whole page.
pub fn page(
    results: &Results,
    subject: &Subject,
    request: Request,
) -> crate::failure::Result<String> {
    let measured = &results.models[0];
    let card = &subject.model.card;
    let title = escape(&card.title);
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}: evaluation</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
    );
    if card.medical {
        html.push_str(
            "<p class=\"notice\">This model is a teaching tool, and what it says is no diagnosis. Its figures hold for the \
             pictures that they were measured on.</p>\n",
        );
    }
    describe(results, measured, &mut html)?;
    metrics(results, &mut html)?;
    write!(
        html,
        "<div class=\"plots\">\n<figure>{}<figcaption>{}</figcaption></figure>\n\
         <figure>{}<figcaption>Reliability: on the diagonal, probabilities mean what they say. Larger points stand for more \
         pictures.</figcaption></figure>\n</div>\n",
        plots::roc(&measured.metrics)?,
        curves(measured),
        plots::reliability(&measured.metrics)?
    )?;
    confusion(measured, &mut html)?;
    if let (Some(located), Some(task)) = (&measured.located, results.boxes) {
        localisation(located, task, &card.classes, &mut html)?;
    }
    samples(results, subject, request, &mut html)?;
    html.push_str("</body>\n</html>\n");
    Ok(html)
}

fn describe(
    results: &Results,
    measured: &Measured,
    html: &mut String,
) -> crate::failure::Result<()> {
    let card = &measured.subject.model.card;
    let data = &results.data.set;
    writeln!(
        html,
        "<p>{}, {}, input of {} px. {} pictures, {} {}. Left out: {} with another label, {} excluded, {} unreadable{}.</p>",
        escape(&measured.subject.file),
        measured.subject.precision(),
        measured.request.size,
        measured.metrics.pictures,
        measured.metrics.units,
        results.data.unit,
        data.unmapped,
        data.excluded,
        results.answered.unreadable.len(),
        repeated(data.repeated),
    )?;
    if let Decision::Threshold {
        positive,
        probability,
    } = measured.subject.decision()
    {
        let chosen = card
            .operating_point
            .as_ref()
            .map_or("", |point| &point.chosen);
        writeln!(
            html,
            "<p>An answer is “{}” from a probability of {probability:.3} on. {}</p>",
            escape(&card.classes[positive]),
            escape(chosen)
        )?;
    }
    if let Some(flagged) = measured.flagged {
        writeln!(
            html,
            "<p>{flagged} pictures were flagged as unlike those that the model knows; they are in all figures.</p>"
        )?;
    }
    Ok(())
}

fn metrics(results: &Results, html: &mut String) -> crate::failure::Result<()> {
    html.push_str("<h2>Figures</h2>\n<table>\n<tr><th>metric, with 95 % interval</th>");
    for measured in results.models {
        write!(html, "<th>{}</th>", escape(&measured.subject.file))?;
    }
    html.push_str("</tr>\n");
    for (name, of) in METRICS {
        if results
            .models
            .iter()
            .all(|measured| of(&measured.metrics).is_none())
        {
            continue;
        }
        write!(html, "<tr><td>{name}</td>")?;
        for measured in results.models {
            write!(html, "<td>{}</td>", text(of(&measured.metrics)))?;
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</table>\n");
    let first = &results.models[0];
    let classes = &first.subject.model.card.classes;
    if let Some(caution) = caution(&first.metrics.few, classes, results.data.unit) {
        writeln!(html, "<p class=\"notice\">{}</p>", escape(&caution))?;
    }
    if let Some(agreement) = &results.agreement {
        writeln!(
            html,
            "<p>Both models answer alike on {:.2} % of the pictures; the largest difference of any logit is {:.4}.</p>",
            100.0 * agreement.share,
            agreement.largest_logit_difference
        )?;
    }
    Ok(())
}

/// Which curve is which.
fn curves(measured: &Measured) -> String {
    let classes = &measured.subject.model.card.classes;
    if let [(class, _)] = &measured.metrics.roc[..] {
        return format!("ROC curve of “{}”", escape(short(&classes[*class])));
    }
    let keys = measured
        .metrics
        .roc
        .iter()
        .zip(COLOURS)
        .map(|((class, _), colour)| {
            let RGBColor(r, g, b) = colour;
            let name = escape(short(&classes[*class]));
            format!("<span style=\"color:rgb({r},{g},{b})\">▬</span> {name}")
        });
    let keys: Vec<String> = keys.collect();
    format!(
        "ROC curve of each class against the rest: {}",
        keys.join(", ")
    )
}

fn confusion(measured: &Measured, html: &mut String) -> crate::failure::Result<()> {
    let confusion = &measured.metrics.confusion;
    if confusion.classes().len() > SHOWN_CLASSES {
        return Ok(());
    }
    let name = |class: &usize| escape(short(&measured.subject.model.card.classes[*class]));
    html.push_str("<h2>What was called what</h2>\n<table>\n<tr><th>true class</th>");
    for class in confusion.classes() {
        write!(html, "<th>{}</th>", name(class))?;
    }
    html.push_str("</tr>\n");
    for (row, (class, counts)) in confusion.classes().iter().zip(confusion.rows()).enumerate() {
        write!(html, "<tr><td>{}</td>", name(class))?;
        for (column, count) in counts.iter().enumerate() {
            let right = if row == column {
                " class=\"right\""
            } else {
                ""
            };
            write!(html, "<td{right}>{count}</td>")?;
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</table>\n");
    Ok(())
}

fn localisation(
    located: &Located,
    task: &Task,
    classes: &[String],
    html: &mut String,
) -> crate::failure::Result<()> {
    write!(
        html,
        "<h2>Where the evidence lies</h2>\n<p>Boxes that people drew against the {}: {} pictures with a box. “Chance” is \
         what a map without any knowledge would get.</p>\n\
         <table>\n<tr><th>measure</th><th>all</th><th>chance</th><th>answered rightly</th></tr>\n",
        escape(&task.evidence.describe(classes)),
        located.all.pictures
    )?;
    let all = localisation_rows(|of| vec![of(&located.all)], &located.all, task.options);
    for (name, values, chance) in all {
        let right = located.right.as_ref().and_then(|right| {
            let rows = localisation_rows(|of| vec![of(right)], right, task.options);
            rows.into_iter()
                .find(|row| row.0 == name)
                .and_then(|row| row.1[0])
        });
        writeln!(
            html,
            "<tr><td>{name}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            text(values[0]),
            chance
                .map(|chance| format!("{chance:.3}"))
                .unwrap_or_default(),
            text(right)
        )?;
    }
    html.push_str("</table>\n");
    Ok(())
}

/// The first right answers, one class after the other, and the wrong ones that the model was surest of.
fn samples(
    results: &Results,
    subject: &Subject,
    request: Request,
    html: &mut String,
) -> crate::failure::Result<()> {
    let (right, wrong) = choose(results);
    let explainer = subject.explainer()?;
    let kinds = [
        ("Answered rightly: the first of each class", right),
        (
            "Answered wrongly: those that the model was surest of",
            wrong,
        ),
    ];
    for (title, chosen) in kinds {
        if chosen.is_empty() {
            continue;
        }
        write!(html, "<h2>{title}</h2>\n<div class=\"samples\">\n")?;
        for index in chosen {
            sample(results, &explainer, request, index, html)?;
        }
        html.push_str("</div>\n");
    }
    Ok(())
}

fn choose(results: &Results) -> (Vec<usize>, Vec<usize>) {
    let pictures = &results.answered.pictures;
    let calls = &results.models[0].calls;
    let truth = |index: usize| results.data.set.items[pictures[index].0].class;
    let sureness = |index: usize| pictures[index].1[0].probabilities[calls[index]];
    let all = 0..pictures.len();
    let (hits, mut wrong): (Vec<usize>, Vec<usize>) =
        all.partition(|&index| truth(index) == calls[index]);
    // First those that are the first of their class, then those that are the second, and so on.
    let mut met = std::collections::BTreeMap::new();
    let mut right: Vec<(usize, usize)> = (hits.into_iter())
        .map(|index| {
            let place = met.entry(truth(index)).or_insert(0);
            *place += 1;
            (*place, index)
        })
        .collect();
    right.sort_unstable();
    wrong.sort_by(|&a, &b| sureness(b).total_cmp(&sureness(a)));
    wrong.truncate(SAMPLES);
    (
        right
            .into_iter()
            .take(SAMPLES)
            .map(|(_, index)| index)
            .collect(),
        wrong,
    )
}

fn sample(
    results: &Results,
    explainer: &Explainer,
    request: Request,
    index: usize,
    html: &mut String,
) -> crate::failure::Result<()> {
    let item = &results.data.set.items[results.answered.pictures[index].0];
    let called = results.models[0].calls[index];
    let photo = open(item)?;
    let explanation = pollster::block_on(explainer.explain(&photo, request))?;
    let classes = &explainer.card().classes;
    let Shown { map, limit, name } = Shown::new(&explanation, called, classes);
    let style = Style {
        limit,
        interpolation: Interpolation::Smooth,
        contours: true,
        tint: Tint {
            fade: true,
            palette: Palette::of(&photo, &explanation.answer.placement),
        },
    };
    let look = Look {
        opacity: 0.85,
        grey: false,
        side: SIDE,
    };
    let mut png = Cursor::new(Vec::new());
    let shape = (explanation.maps.height(), explanation.maps.width());
    let placement = &explanation.answer.placement;
    draw(&photo, placement, (&map, shape), style, look, &[])?
        .write_to(&mut png, ImageFormat::Png)?;
    writeln!(
        html,
        "<figure><img alt=\"{name}, over the picture\" src=\"data:image/png;base64,{}\">\
         <figcaption>{}: is {}, called {} ({:.1} %). Shown: {name}.</figcaption></figure>",
        STANDARD.encode(png.into_inner()),
        escape(&item.file),
        escape(short(&classes[item.class])),
        escape(short(&classes[called])),
        100.0 * explanation.answer.probabilities[called],
    )?;
    Ok(())
}

/// What is drawn: for two classes the evidence for the answer over the other, else for the answer.
struct Shown {
    map: Vec<f32>,
    limit: f32,
    name: String,
}

impl Shown {
    fn new(explanation: &Explanation, called: usize, classes: &[String]) -> Self {
        let maps = &explanation.maps;
        let name = |class: usize| escape(short(&classes[class]));
        if maps.classes() == 2 {
            let other = 1 - called;
            let map = maps.difference(called, other);
            return Self {
                limit: scale_limit(&map),
                map,
                name: format!("evidence for {} over {}", name(called), name(other)),
            };
        }
        Self {
            map: maps.map(called).to_vec(),
            limit: shared_limit(maps),
            name: format!("evidence for {}", name(called)),
        }
    }
}
