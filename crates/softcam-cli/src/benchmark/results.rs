//! What a run found out, for everything that tells of it.

use super::arguments::Arguments;
use super::chosen::Chosen;
use super::figures::{FIGURES, Figure};
use super::networks::{Networks, Role};
use super::record::Record;
use super::summary::{Difference, Entry, Resampling, Value};
use super::units::Unit;
use crate::eval::data::Data;
use crate::eval::measured::Measured;
use rayon::prelude::*;
use softcam_attribution::Method;
use softcam_data::Boxes;
use std::collections::BTreeMap;

/// Everything that was found out.
pub struct Results<'a> {
    /// What was asked for.
    pub arguments: &'a Arguments,
    /// Who was explained.
    pub networks: &'a Networks,
    /// The labelled pictures.
    pub data: &'a Data,
    /// Around findings.
    pub boxes: Option<&'a Boxes>,
    /// Figures of each network as a classifier.
    pub classification: &'a [Measured<'a>],
    /// Which pictures were explained.
    pub chosen: &'a Chosen,
    /// Network by network, methods in their order.
    pub entries: Vec<Entry>,
    /// Results that are not there, for the run was stopped by --minutes.
    pub missing: usize,
    /// Results that there would be.
    pub all: usize,
    /// How intervals are drawn.
    pub resampling: Resampling<'a>,
    /// This run took so long; what an earlier one left is not in it.
    pub seconds: f64,
}

/// Figures of one method with one network.
pub struct Row {
    /// Index of the network.
    pub network: usize,
    /// Who explained.
    pub method: Method,
    /// By the figures' ids.
    pub values: BTreeMap<&'static str, Value>,
    /// Less SoftCAM's evidence: by the network whose evidence it is and the figure's id.
    pub differences: BTreeMap<(usize, &'static str), Difference>,
    /// Median runs per explanation, forwards.
    pub forward: f64,
    /// And back.
    pub backward: f64,
    /// Median time per explanation on one core, others at work beside it.
    pub milliseconds: f64,
    /// Largest gap between what a map adds up to and what it claims to; none where it claims nothing.
    pub gap: Option<f64>,
}

/// Gathers results by network and method. Pictures whose result is not there are left out.
pub fn entries<'a>(
    networks: &Networks,
    methods: &[Method],
    units: &[Unit],
    find: impl Fn(&str) -> Option<&'a Record>,
) -> Vec<Entry> {
    let mut entries: Vec<Entry> = (0..networks.all.len())
        .flat_map(|network| {
            methods.iter().map(move |method| Entry {
                network,
                method: *method,
                records: BTreeMap::new(),
            })
        })
        .collect();
    for unit in units {
        let entry = (entries.iter_mut())
            .find(|entry| entry.network == unit.network && entry.method == unit.method);
        if let (Some(entry), Some(record)) = (entry, find(&unit.key)) {
            entry.records.insert(unit.picture, record.clone());
        }
    }
    entries.retain(|entry| !entry.records.is_empty());
    entries
}

impl Results<'_> {
    /// Figures and differences of every entry, in the order of the entries.
    pub fn summary(&self) -> Vec<Row> {
        self.entries
            .par_iter()
            .map(|entry| self.row(entry))
            .collect()
    }

    fn row(&self, entry: &Entry) -> Row {
        let values = FIGURES
            .iter()
            .filter_map(|figure| Some((figure.id, self.resampling.value(entry, figure)?)));
        let mut differences = BTreeMap::new();
        for reference in self.references(entry) {
            let Some(softcam) = self.softcam(reference) else {
                continue;
            };
            for figure in &FIGURES {
                if let Some(difference) = self.resampling.difference(entry, softcam, figure) {
                    differences.insert((reference, figure.id), difference);
                }
            }
        }
        let gaps = entry
            .records
            .values()
            .filter_map(|record| record.values.get("gap"));
        Row {
            network: entry.network,
            method: entry.method,
            values: values.collect(),
            differences,
            forward: entry.median(|record| record.forward as f64).unwrap_or(0.0),
            backward: entry.median(|record| record.backward as f64).unwrap_or(0.0),
            milliseconds: entry.median(|record| record.milliseconds).unwrap_or(0.0),
            gap: gaps.copied().reduce(f64::max),
        }
    }

    /// Networks whose evidence an entry is held against: its own; a black box's explanations against every model's; the
    /// evidence of a further model against the first one's.
    fn references(&self, entry: &Entry) -> Vec<usize> {
        let models =
            || (0..self.networks.all.len()).filter(|n| self.networks.all[*n].role == Role::SoftCam);
        match (self.networks.all[entry.network].role, entry.method) {
            (Role::BlackBox, _) => models().collect(),
            (Role::SoftCam, Method::SoftCam) => {
                (entry.network > 0).then_some(0).into_iter().collect()
            }
            (Role::SoftCam, _) => vec![entry.network],
        }
    }

    /// The evidence of a model.
    pub fn softcam(&self, network: usize) -> Option<&Entry> {
        (self.entries.iter())
            .find(|entry| entry.network == network && entry.method == Method::SoftCam)
    }

    /// What a row is called: the method, and of a black box SoftCAM's form, which is Zhou et al.'s CAM with its bias.
    pub fn title(&self, network: usize, method: Method) -> &'static str {
        match (self.networks.all[network].role, method) {
            (Role::BlackBox, Method::SoftCam) => "CAM (SoftCAM's form of the black box)",
            _ => method.title(),
        }
    }

    /// Figures that at least one row has.
    pub fn shown(&self, summary: &[Row]) -> Vec<&'static Figure> {
        let shown = FIGURES.iter();
        shown
            .filter(|figure| summary.iter().any(|row| row.values.contains_key(figure.id)))
            .collect()
    }

    /// Mean of a number over the pictures that have it, whatever the method: shares of boxes, say.
    pub fn chance(&self, id: &str) -> Option<f64> {
        let softcam = self.softcam(0)?;
        let values: Vec<f64> = (softcam.records.values())
            .filter_map(|record| record.values.get(id).copied())
            .collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    }

    /// Whether one of the models judges people's health.
    pub fn medical(&self) -> bool {
        self.networks
            .subjects
            .iter()
            .any(|subject| subject.model.card.medical)
    }

    /// Title of what is written.
    pub fn heading(&self) -> String {
        let card = &self.networks.subjects[0].model.card;
        self.arguments
            .title
            .clone()
            .unwrap_or_else(|| card.title.clone())
    }

    /// Which pictures count, as a sentence.
    pub fn rule(&self) -> String {
        let chosen = self.chosen;
        let shows = match self.networks.positive() {
            Some(_) => "show the finding",
            None => "are of any class",
        };
        let asked = match self.networks.positive() {
            Some(_) => "the finding over the other class",
            None => "each picture's true class",
        };
        let of = match chosen.findings.len() == chosen.fitting {
            true => String::new(),
            false => format!(
                "; {} of these, evenly spread{}",
                chosen.findings.len(),
                match self.boxes {
                    Some(_) => " with boxed ones first, were explained",
                    None => ", were explained",
                }
            ),
        };
        format!(
            "Explained was {asked}. Of {} pictures that {shows}, every network calls {} rightly{of}. {} pictures that a \
             network takes for unlike its training set were left out. Methods that run the network more than 25 times, and \
             the measures road, stability and randomisation, got {} of them{}.{}",
            chosen.showing,
            chosen.fitting,
            chosen.flagged,
            chosen.costly.len(),
            match self.arguments.costly_again {
                true => "",
                false => "; stability and randomisation were measured of the other methods alone",
            },
            match self.missing {
                0 => String::new(),
                missing => format!(
                    " THIS IS NOT ALL: {missing} of {} results are missing, for the run was stopped; methods may be on fewer \
                     pictures than others.",
                    self.all
                ),
            }
        )
    }
}
