//! `--method`: the same class of the same picture by a method that computes its map after the fact.

use crate::failure::Result;
use crate::methods::gap;
use crate::output::progress_bar;
use rayon::prelude::*;
use serde_json::{Value, json};
use softcam::Map;
use softcam::explain::Request;
use softcam::overlay::scale_limit;
use softcam::preprocess::{Photo, fit};
use softcam::weights::Model;
use softcam_attribution::{
    Attribution, Claim, Classifier, Cost, Method, Options, Plan, Subject, Sum, Target,
};
use std::io::{self, Write};
use std::time::Instant;

/// Maps with more columns are not printed cell by cell.
const PRINTED: usize = 32;

/// Passes that each thread runs before all wait for each other: enough to keep all busy, few enough for memory.
const ROUND: usize = 4;

/// A method's map with what it cost.
pub struct Explained {
    /// Who explained.
    pub method: Method,
    /// What may be chosen of it.
    pub options: Options,
    /// Over the network's input.
    pub map: Map,
    cost: Cost,
    claim: Option<Claim>,
    sum: f64,
    /// The logit, or the difference of two.
    score: f32,
    seconds: f64,
}

/// Explains `target`, whose score is `score`, by a method with options; passes are spread over all cores.
pub fn run(
    model: &Model,
    photo: &Photo,
    request: Request,
    (target, score): (Target, f32),
    (method, options): (Method, Options),
) -> Result<Explained> {
    let classifier = Classifier::new(model)?;
    let input = fit(photo, classifier.input(), request.fit, request.size)?;
    let subject = Subject::new(&classifier, input.values, request.size)?;
    let start = Instant::now();
    let attribution = side_by_side(&subject, method, target, &options)?;
    let seconds = start.elapsed().as_secs_f64();
    let total = || {
        attribution
            .map
            .values
            .iter()
            .map(|value| f64::from(*value))
            .sum()
    };
    Ok(Explained {
        sum: attribution.sum().unwrap_or_else(total),
        method,
        options,
        map: attribution.map,
        cost: attribution.cost,
        claim: attribution.claim,
        score,
        seconds,
    })
}

fn side_by_side(
    subject: &Subject,
    method: Method,
    target: Target,
    options: &Options,
) -> Result<Attribution> {
    let mut plan = Plan::new(subject, method, target, options)?;
    let passes = plan.passes();
    let bar = progress_bar(passes).with_message(method.title());
    let round = ROUND * rayon::current_num_threads();
    for first in (0..passes).step_by(round) {
        let indices = first..(first + round).min(passes);
        let done = (indices.clone().into_par_iter())
            .map(|index| plan.pass(index))
            .collect::<softcam::Result<Vec<_>>>()?;
        for (index, pass) in indices.zip(done) {
            plan.absorb(index, pass);
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    Ok(plan.finish()?)
}

impl Explained {
    /// End of its colour scale, which is its own: only evidence is in logits.
    pub fn limit(&self) -> f32 {
        scale_limit(&self.map.values)
    }

    /// For programs.
    pub fn document(&self) -> Value {
        json!({
            "name": self.method.name(),
            "title": self.method.title(),
            "options": self.options,
            "rows": self.map.rows,
            "columns": self.map.columns,
            "map": self.map.values,
            "limit": self.limit(),
            "forward": self.cost.forward,
            "backward": self.cost.backward,
            "milliseconds": 1000.0 * self.seconds,
            "sum": self.sum,
            "claim": self.claim,
            "gap": self.sum - f64::from(self.promised()),
            "score": self.score,
        })
    }

    /// What the map should add up to: what it claims, else the score that it explains.
    fn promised(&self) -> f32 {
        self.claim.map_or(self.score, |claim| claim.value)
    }

    /// For people.
    pub fn print(&self, name: &str, out: &mut impl Write) -> io::Result<()> {
        let (rows, columns) = self.map.shape();
        writeln!(
            out,
            "\n{} for {name}, {rows} x {columns} values{}",
            self.method.title(),
            if self.method.is_control() {
                ": a control, which an explanation must beat"
            } else {
                ""
            }
        )?;
        if columns <= PRINTED {
            for row in self.map.values.chunks_exact(columns) {
                let cells: Vec<String> = row.iter().map(|value| format!("{value:>9.4}")).collect();
                writeln!(out, "  {}", cells.join(""))?;
            }
        }
        let way = match self.claim.map(|claim| claim.of) {
            Some(Sum::Mean) => "Mean of all values",
            Some(Sum::Total) | None => "Sum of all values",
        };
        match self.claim {
            Some(claim) => writeln!(
                out,
                "{way} = {:.4}; the method claims {:.4}, a gap of {}. The logit or difference that it explains is {:.4}.",
                self.sum,
                claim.value,
                gap(self.sum - f64::from(claim.value)),
                self.score
            )?,
            None => writeln!(
                out,
                "{way} = {:.4}; the method claims no sum. The logit or difference that it explains is {:.4}, a gap of {}.",
                self.sum,
                self.score,
                gap(self.sum - f64::from(self.score))
            )?,
        }
        writeln!(
            out,
            "Colour scale ±{}, its own; {}, {:.0} ms on the CPU",
            self.limit(),
            self.cost,
            1000.0 * self.seconds
        )
    }
}
