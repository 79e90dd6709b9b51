//! Tables that the page for a repository and the report both have: as classifiers, and what explanations cost.

use super::outcome::label;
use super::results::{Results, Row};
use crate::figures::METRICS;
use crate::html::escape;
use crate::methods::gap;
use softcam_eval::Estimate;

/// A table with what is said of it; cells are plain text.
pub struct Grid {
    /// Heading.
    pub title: &'static str,
    /// Said above it; may be empty.
    pub about: &'static str,
    head: Vec<&'static str>,
    /// Each as long as the head.
    rows: Vec<Vec<String>>,
}

/// A figure with its interval.
pub fn value(Estimate { value, low, high }: Estimate) -> String {
    format!("{value:.3} ({low:.3} to {high:.3})")
}

/// Each network's figures as a classifier.
pub fn classification(results: &Results) -> Grid {
    let networks = results.networks.all.iter().zip(results.classification);
    let rows = networks.map(|(network, measured)| {
        let first = [network.name.clone(), measured.metrics.pictures.to_string()];
        let figures =
            (METRICS.iter()).map(|(_, of)| of(&measured.metrics).map_or("–".to_owned(), value));
        first.into_iter().chain(figures).collect()
    });
    let names = METRICS.iter().map(|(name, _)| *name);
    Grid {
        title: "As classifiers",
        about: "",
        head: ["network", "pictures"].into_iter().chain(names).collect(),
        rows: rows.collect(),
    }
}

/// What each method's explanation costs.
pub fn costs(results: &Results, summary: &[Row]) -> Grid {
    let rows = summary.iter().map(|row| {
        vec![
            label(results, row),
            row.forward.to_string(),
            row.backward.to_string(),
            format!("{:.1}", row.milliseconds),
            row.gap.map_or("–".to_owned(), gap),
        ]
    });
    Grid {
        title: "What an explanation costs",
        about: "Medians over pictures. Milliseconds are of one core with others at work beside it. SoftCAM's run is the one \
                that gives the answer. The gap is the largest between what a map adds up to and what it claims to: of SoftCAM \
                the logit, of Integrated Gradients the score less that of the baseline; the others claim nothing.",
        head: vec!["method", "forward", "back", "ms", "gap"],
        rows: rows.collect(),
    }
}

impl Grid {
    /// With its heading of the second order.
    pub fn markdown(&self) -> String {
        let mut page = format!("## {}\n\n", self.title);
        if !self.about.is_empty() {
            page.push_str(&format!("{}\n\n", self.about));
        }
        page.push_str(&format!("| {} |\n", self.head.join(" | ")));
        page.push_str(&format!("|{}\n", "---|".repeat(self.head.len())));
        for row in &self.rows {
            let cells: Vec<String> = row.iter().map(|text| cell(text)).collect();
            page.push_str(&format!("| {} |\n", cells.join(" | ")));
        }
        page
    }

    /// The same in HTML.
    pub fn html(&self) -> String {
        let mut html = format!("<h2>{}</h2>\n", self.title);
        if !self.about.is_empty() {
            html.push_str(&format!("<p>{}</p>\n", self.about));
        }
        html.push_str("<div class=\"wide\"><table>\n<tr>");
        for name in &self.head {
            html.push_str(&format!("<th>{name}</th>"));
        }
        html.push_str("</tr>\n");
        for row in &self.rows {
            html.push_str("<tr>");
            for text in row {
                html.push_str(&format!("<td>{}</td>", escape(text)));
            }
            html.push_str("</tr>\n");
        }
        html.push_str("</table></div>\n");
        html
    }
}

/// Text in a cell of Markdown; names come from files that nobody vouches for.
pub fn cell(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => safe.push_str("&lt;"),
            '|' | '*' | '_' | '`' | '[' | '\\' => safe.extend(['\\', character]),
            '\n' | '\r' => safe.push(' '),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_in_their_cells() {
        assert_eq!(cell("a|b <c>\n*d*"), "a\\|b &lt;c> \\*d\\*");
        let grid = Grid {
            title: "Title",
            about: "About.",
            head: vec!["a", "b"],
            rows: vec![vec!["<i>|".into(), "2".into()]],
        };
        assert_eq!(
            grid.markdown(),
            "## Title\n\nAbout.\n\n| a | b |\n|---|---|\n| &lt;i>\\| | 2 |\n"
        );
        assert_eq!(
            grid.html(),
            "<h2>Title</h2>\n<p>About.</p>\n<div class=\"wide\"><table>\n<tr><th>a</th><th>b</th></tr>\n\
             <tr><td>&lt;i&gt;|</td><td>2</td></tr>\n</table></div>\n"
        );
    }
}
