//! Doing what the store does not have yet.

use super::arguments::Arguments;
use super::figures::Group;
use super::measure::Case;
use super::networks::Networks;
use super::record::{Kept, Record};
use super::store::Store;
use super::units::Unit;
use crate::eval::boxes::rects;
use crate::eval::data::Data;
use crate::failure::Result;
use crate::pictures::open;
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;
use softcam::preprocess::fit;
use softcam::sanity::{layer_names, shuffle};
use softcam::weights::Model;
use softcam_attribution::{Attribution, Classifier, Method, Options, Plan, Subject, Target};
use softcam_data::Boxes;
use softcam_eval::maps::Picture;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Layers that are shuffled for the randomisation check, as shares of all.
const SHUFFLED: [f64; 4] = [0.0, 0.25, 0.5, 1.0];

/// Everything that units need.
pub struct Bench<'a> {
    /// What was asked for.
    pub arguments: &'a Arguments,
    /// Who is explained.
    pub networks: &'a Networks,
    /// Of which pictures.
    pub data: &'a Data,
    /// Around findings.
    pub boxes: Option<&'a Boxes>,
    /// How methods go about it.
    pub options: Options,
    /// By network and part: how many layers are shuffled, and the network that is left.
    shuffled: Vec<Vec<Vec<(usize, Classifier)>>>,
}

impl<'a> Bench<'a> {
    /// Makes the shuffled networks ready, where one of `pending` needs them.
    pub fn new(
        arguments: &'a Arguments,
        networks: &'a Networks,
        data: &'a Data,
        boxes: Option<&'a Boxes>,
        pending: &[&Unit],
    ) -> Result<Self> {
        let needed = (pending.iter()).any(|unit| unit.groups.contains(&Group::Randomisation));
        let shuffles = |model: &Model| {
            if !needed {
                return Ok(Vec::new());
            }
            let layers = layer_names(model).len();
            let count = |share: f64| ((share * layers as f64).round() as usize).max(1);
            (SHUFFLED.into_iter().map(count))
                .map(|count| {
                    let model = shuffle(model.clone(), count, arguments.method.seed())?;
                    Ok((count, Classifier::new(&model)?))
                })
                .collect::<Result<Vec<_>>>()
        };
        let shuffled = (networks.all.iter())
            .map(|network| {
                let parts = network.parts.iter();
                parts.map(|part| shuffles(&part.model)).collect()
            })
            .collect::<Result<_>>()?;
        Ok(Self {
            arguments,
            networks,
            data,
            boxes,
            options: arguments.method.options(),
            shuffled,
        })
    }

    /// Runs `pending` on all cores, in its order; each result is kept as soon as it is there. After `limit` nothing more is
    /// begun.
    pub fn run(
        &self,
        pending: &[&Unit],
        store: &Store,
        limit: Option<Duration>,
    ) -> Result<BTreeMap<String, Record>> {
        let weight =
            |unit: &Unit| unit.weight(&self.options, self.arguments.curve_steps, SHUFFLED.len());
        let bar = bar(pending.iter().map(|unit| weight(unit)).sum());
        let (start, next, failed) = (Instant::now(), AtomicUsize::new(0), AtomicBool::new(false));
        let go_on = || {
            let late = limit.is_some_and(|limit| start.elapsed() > limit);
            !late && !failed.load(Ordering::Relaxed)
        };
        let work = |_| -> Result<Vec<(String, Record)>> {
            let mut done = Vec::new();
            while go_on()
                && let Some(unit) = pending.get(next.fetch_add(1, Ordering::Relaxed))
            {
                let result = self.one(unit).and_then(|record| {
                    store.keep(&unit.key, &record)?;
                    Ok(record)
                });
                failed.fetch_or(result.is_err(), Ordering::Relaxed);
                let record = result.map_err(|error| {
                    let file = &self.data.set.items[unit.picture].file;
                    error.within(format!("stopped at {} of {file}", unit.method.title()))
                })?;
                bar.set_message(unit.method.title());
                bar.inc(weight(unit));
                done.push((unit.key.clone(), record));
            }
            Ok(done)
        };
        let threads = rayon::current_num_threads();
        let done: Result<Vec<Vec<_>>> = (0..threads).into_par_iter().map(work).collect();
        bar.finish_and_clear();
        Ok(done?.into_iter().flatten().collect())
    }

    fn one(&self, unit: &Unit) -> Result<Record> {
        let item = &self.data.set.items[unit.picture];
        let network = &self.networks.all[unit.network];
        let classifier = network.classifier(unit.picture);
        let photo = open(item)?;
        let spec = classifier.input();
        let input = fit(&photo, spec, network.request.fit, network.request.size)?;
        let target = self.networks.target(item.class);

        let start = Instant::now();
        let explained = explain(
            classifier,
            input.values.clone(),
            network.request.size,
            (unit.method, target, &self.options),
        )?;
        let milliseconds = 1000.0 * start.elapsed().as_secs_f64();

        let mut record = Record {
            forward: explained.cost.forward,
            backward: explained.cost.backward,
            milliseconds,
            map: unit.kept.then(|| Kept::new(&explained.map)),
            ..Record::default()
        };
        if let (Some(sum), Some(claim)) = (explained.sum(), explained.claim) {
            record.value("gap", Some((sum - f64::from(claim.value)).abs()));
        }
        let drawn = self
            .boxes
            .map(|boxes| rects(boxes, &item.file, photo.size()));
        let case = Case {
            classifier,
            picture: &Picture::new(input.values, input.size, spec)?,
            placement: &input.placement,
            boxes: drawn.as_deref().unwrap_or_default(),
            class: target.class,
            finding: unit.finding,
            steps: self.arguments.curve_steps,
            seed: self.arguments.method.seed(),
        };
        let shuffled = &self.shuffled[unit.network][network.part(unit.picture)];
        let again = |image: Vec<f32>, layers: Option<usize>| {
            let other = shuffled.iter().find(|(count, _)| layers == Some(*count));
            let classifier = other.map_or(classifier, |(_, classifier)| classifier);
            let how = (unit.method, target, &self.options);
            Ok(explain(classifier, image, network.request.size, how)?.map)
        };
        let counts: Vec<usize> = shuffled.iter().map(|(count, _)| *count).collect();
        case.measure(&explained.map, &unit.groups, (&again, &counts), &mut record)?;
        Ok(record)
    }
}

/// A method from its first pass to its map, on this thread.
pub fn explain(
    classifier: &Classifier,
    image: Vec<f32>,
    size: usize,
    (method, target, options): (Method, Target, &Options),
) -> softcam::Result<Attribution> {
    let subject = Subject::new(classifier, image, size)?;
    let mut plan = Plan::new(&subject, method, target, options)?;
    for index in 0..plan.passes() {
        let pass = plan.pass(index)?;
        plan.absorb(index, pass);
    }
    plan.finish()
}

/// Counts runs of the network, not units: these differ a thousandfold.
fn bar(length: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {percent} % {msg} ({eta} left)");
    ProgressBar::new(length).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
