//! The report: one HTML page that needs nothing else and runs nothing.

use super::figures::Better;
use super::grid::{classification, costs, value};
use super::outcome::{Outcome, label};
use super::plate::plate;
use super::plots::{Line, curves};
use super::results::{Results, Row};
use super::summary::Entry;
use super::verdict::{Verdict, signed};
use crate::failure::Result;
use crate::html::escape;
use softcam::reading::NOTICE;
use softcam_attribution::Method;
use std::fmt::Write;

const STYLE: &str = "\
body{font:16px/1.5 system-ui,sans-serif;color:#1e1e1e;background:#fff;max-width:76rem;margin:2rem auto;padding:0 1rem}\
.wide{overflow-x:auto}table{border-collapse:collapse;margin:1rem 0;font-size:.875rem}\
th,td{padding:.25rem .6rem;text-align:right;border-bottom:1px solid #ddd;vertical-align:top}\
th:first-child,td:first-child{text-align:left;position:sticky;left:0;background:#fff}td{white-space:nowrap}\
tr.own td{background:#eef3fa;font-weight:600}tr.control td{color:#666}\
.ahead{color:#b03e00;font-weight:600}.behind{color:#1e5eb2}small{display:block;color:#555}\
.notice{border-left:4px solid #b03e00;padding:.5rem 1rem;background:#faf0ea}\
.plots,.plate{display:flex;flex-wrap:wrap;gap:1rem}.plots figure{display:flex;flex-wrap:wrap;max-width:46rem}\
figure{margin:0}.plate figure{width:168px}figure img{max-width:100%}figcaption{font-size:.8125rem}svg{max-width:100%;height:auto}";

/// The whole page.
pub fn page(results: &Results, summary: &[Row], outcomes: &[Outcome]) -> Result<String> {
    let title = escape(&results.heading());
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}: SoftCAM beside its rivals</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}: SoftCAM beside its rivals</h1>\n"
    );
    if results.medical() {
        writeln!(html, "<p class=\"notice\">{NOTICE}</p>")?;
    }
    writeln!(html, "<p>{}</p>", escape(&results.rule()))?;
    writeln!(
        html,
        "<p>95 % intervals are bootstrapped over {}, {} times. A difference is the method less SoftCAM's evidence on the same \
         pictures, and its resamples are the same for both. It counts as ahead or behind where its interval leaves zero out, and as the same where the whole interval is written as 0; \
         nothing is corrected for the number of comparisons, and the best of many rivals is best by luck, too.</p>",
        results.data.unit, results.resampling.bootstrap.resamples
    )?;
    html.push_str("<h2>What came out</h2>\n");
    for outcome in outcomes {
        html.push_str("<ul>\n");
        for sentence in &outcome.sentences {
            writeln!(html, "<li>{}</li>", escape(sentence))?;
        }
        html.push_str("</ul>\n");
    }
    html.push_str(&classification(results).html());
    explanations(results, summary, &mut html)?;
    html.push_str(&costs(results, summary).html());
    for plot in PLOTS {
        draw(results, summary, &plot, &mut html)?;
    }
    html.push_str(&plate(results, summary)?);
    html.push_str("</body>\n</html>\n");
    Ok(html)
}

fn explanations(results: &Results, summary: &[Row], html: &mut String) -> Result<()> {
    let figures = results.shown(summary);
    html.push_str("<h2>As explanations</h2>\n<dl>\n");
    for figure in &figures {
        let better = match figure.better {
            Better::Higher => "More is better.",
            Better::Lower => "Less is better.",
        };
        writeln!(
            html,
            "<dt>{}</dt><dd>{} {better}</dd>",
            figure.name, figure.about
        )?;
    }
    html.push_str("</dl>\n");
    if let Some(chance) = results.chance("box_share") {
        writeln!(
            html,
            "<p>Boxes cover {chance:.3} of what the network sees: the activation precision of a map without knowledge.</p>"
        )?;
    }
    if let Some(chance) = results.chance("outside_chance") {
        writeln!(
            html,
            "<p>{chance:.3} of the input is outside of the picture's content.</p>"
        )?;
    }
    html.push_str("<div class=\"wide\"><table>\n<tr><th>method</th>");
    for figure in &figures {
        write!(html, "<th>{}</th>", figure.name)?;
    }
    html.push_str("</tr>\n");
    for row in summary {
        let class = match row.method {
            Method::SoftCam => " class=\"own\"",
            method if method.is_control() => " class=\"control\"",
            _ => "",
        };
        write!(html, "<tr{class}><td>{}</td>", escape(&label(results, row)))?;
        for figure in &figures {
            let Some(found) = row.values.get(figure.id) else {
                html.push_str("<td>–</td>");
                continue;
            };
            write!(
                html,
                "<td>{}<small>{} pictures</small>",
                value(found.estimate),
                found.pictures
            )?;
            for ((reference, id), difference) in &row.differences {
                if *id == figure.id {
                    let class = match difference.verdict {
                        Verdict::Ahead => " class=\"ahead\"",
                        Verdict::Behind => " class=\"behind\"",
                        Verdict::Same | Verdict::Undecided => "",
                    };
                    write!(
                        html,
                        "<small{class}>{} {}: {}</small>",
                        difference.verdict.name(),
                        escape(&results.networks.all[*reference].name),
                        signed(difference.estimate)
                    )?;
                }
            }
            html.push_str("</td>");
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</table></div>\n");
    Ok(())
}

/// A curve that every method has.
struct Plot {
    id: &'static str,
    title: &'static str,
    across: &'static str,
    up: &'static str,
    about: &'static str,
}

const PLOTS: [Plot; 5] = [
    Plot {
        id: "top_k",
        title: "Patches in boxes",
        across: "patches with the most evidence",
        up: "share that touches a box",
        about: "Top-k localisation precision: patches of 33 pixels at 512, overlapping ones left out; hits of all pictures together.",
    },
    Plot {
        id: "patches",
        title: "Patches deleted",
        across: "deleted patches, as a share of 29",
        up: "probability, of the whole picture's",
        about: "The paper's faithfulness: patches deleted one after the other, most evidence first. Lower is better; the area is AUDC.",
    },
    Plot {
        id: "deletion",
        title: "Pixels deleted",
        across: "deleted pixels",
        up: "probability of the shown class",
        about: "Pixels replaced by the mean colour, most evidence first. Lower is better.",
    },
    Plot {
        id: "insertion",
        title: "Pixels inserted",
        across: "inserted pixels",
        up: "probability of the shown class",
        about: "Pixels put back into the blurred picture, most evidence first. Higher is better.",
    },
    Plot {
        id: "randomised",
        title: "Layers shuffled",
        across: "step: one layer, a quarter, half, all",
        up: "rank correlation with the map",
        about: "How like its map still is once layers are shuffled from the last one down. Lower is better; a control that ignores the network stays at 1.",
    },
];

fn draw(results: &Results, summary: &[Row], plot: &Plot, html: &mut String) -> Result<()> {
    let points = |entry: &Entry| -> Option<Vec<(f64, f64)>> {
        if plot.id == "top_k" {
            let ratios = entry.ratios(plot.id)?;
            let counted = ratios.iter().enumerate();
            return Some(
                counted
                    .map(|(index, ratio)| (index as f64 + 1.0, *ratio))
                    .collect(),
            );
        }
        let values = entry.curve(plot.id)?;
        let last = (values.len() - 1).max(1) as f64;
        let placed = values.iter().enumerate();
        Some(
            placed
                .map(|(index, value)| (index as f64 / last, *value))
                .collect(),
        )
    };
    let mut figures = String::new();
    for (network, of) in results.networks.all.iter().enumerate() {
        let own = results
            .entries
            .iter()
            .zip(summary)
            .filter(|(entry, _)| entry.network == network);
        let lines: Vec<Line> = own
            .filter_map(|(entry, row)| {
                Some(Line {
                    name: results.title(network, row.method).to_owned(),
                    points: points(entry)?,
                    main: row.method == Method::SoftCam,
                })
            })
            .collect();
        if lines.is_empty() {
            continue;
        }
        let all = || lines.iter().flat_map(|line| &line.points);
        let right = all().map(|point| point.0).fold(1.0, f64::max);
        let left = if plot.id == "top_k" { 1.0 } else { 0.0 };
        let top = all().map(|point| point.1).fold(0.05, f64::max);
        let bottom = all().map(|point| point.1).fold(0.0, f64::min);
        let across = (plot.across, left..right.max(left + 1.0));
        let (svg, key) = curves(&lines, across, (plot.up, bottom..1.05 * top))?;
        writeln!(
            figures,
            "<figure>{svg}<figcaption><b>{}</b><br>{key}</figcaption></figure>",
            escape(&of.name)
        )?;
    }
    if !figures.is_empty() {
        writeln!(
            html,
            "<h2>{}</h2>\n<p>{} Methods of many runs are on fewer pictures.</p>\n<div class=\"plots\">\n{figures}</div>",
            plot.title, plot.about
        )?;
    }
    Ok(())
}
