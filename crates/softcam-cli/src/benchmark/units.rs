//! The pieces of work of a run, and their names in the store.

use super::arguments::Arguments;
use super::chosen::Chosen;
use super::figures::Group;
use super::key::Key;
use super::networks::Networks;
use crate::eval::boxes::rects;
use crate::eval::data::Data;
use crate::failure::{Context, Result};
use softcam::preprocess::Size;
use softcam_attribution::{Method, Options};
use softcam_data::Boxes;
use std::fs;

/// What a result depends on beside its inputs; another number where a measure changes its meaning.
const MEANING: u64 = 1;

/// One method on one picture with one network.
pub struct Unit {
    /// Index of the network.
    pub network: usize,
    /// Index of the picture.
    pub picture: usize,
    /// Who explains.
    pub method: Method,
    /// What is measured.
    pub groups: Vec<Group>,
    /// Whether the picture shows the finding.
    pub finding: bool,
    /// Whether the map is kept for the plate.
    pub kept: bool,
    /// Under which its result is kept.
    pub key: String,
}

/// Methods that run the network more often than this are costly.
const MANY: usize = 25;

/// How often a method runs the network, about; a run followed back counts as three.
pub fn passes(method: Method, options: &Options) -> usize {
    match method {
        Method::Random | Method::Edges => 0,
        Method::SoftCam => 1,
        Method::Occlusion => 170,
        Method::Rise => options.masks,
        // One run for every channel of the last features, of which the backbones have some hundred to two thousand.
        Method::ScoreCam => 1000,
        // As many, of what is behind the last block alone.
        Method::AblationCam => 50,
        Method::IntegratedGradients => 4 * options.steps,
        Method::SmoothGrad => 4 * options.samples,
        _ => 4,
    }
}

/// Whether a method gets few pictures only.
pub fn is_costly(method: Method, options: &Options) -> bool {
    passes(method, options) > MANY
}

/// All units: methods of few runs first, picture by picture, in an order that takes from all over the table, so that a run
/// that is stopped has seen some of everything.
///
/// # Errors
///
/// Where a picture cannot be read.
pub fn units(
    arguments: &Arguments,
    networks: &Networks,
    data: &Data,
    boxes: Option<&Boxes>,
    chosen: &Chosen,
) -> Result<Vec<Unit>> {
    let options = arguments.method.options();
    let settings = serde_json::to_vec(&options)?;
    let mut units = Vec::new();
    let mixed = |pictures: &[usize]| -> Vec<usize> {
        let mut places: Vec<usize> = (0..pictures.len()).collect();
        // Van der Corput's sequence: every next place halves a gap.
        places.sort_by_key(|place| (*place as u32).reverse_bits());
        places.into_iter().map(|place| pictures[place]).collect()
    };
    let pictures = (mixed(&chosen.findings)
        .into_iter()
        .map(|picture| (picture, true)))
    .chain(
        mixed(&chosen.healthy)
            .into_iter()
            .map(|picture| (picture, false)),
    );
    for (picture, finding) in pictures {
        let item = &data.set.items[picture];
        let bytes = fs::read(&item.path).with_context(|| format!("cannot read {}", item.file))?;
        // Boxes as the table gives them, whatever the picture's size is.
        let unit = Size {
            width: 1000,
            height: 1000,
        };
        let drawn = boxes
            .map(|boxes| rects(boxes, &item.file, unit))
            .unwrap_or_default();
        let few = chosen.costly.contains(&picture);
        let of_picture = Key::new()
            .with(&MEANING.to_le_bytes())
            .with(&bytes)
            .with(format!("{drawn:?} {:?}", networks.target(item.class)).as_bytes())
            .with(&settings)
            .with(&arguments.curve_steps.to_le_bytes());
        for (index, network) in networks.all.iter().enumerate() {
            for method in arguments.methods() {
                let groups: Vec<Group> = (arguments.metrics().into_iter())
                    .filter(|group| match finding {
                        true => few || !group.is_costly(),
                        false => *group == Group::Consistency,
                    })
                    .filter(|group| {
                        let often = group.runs_again() && is_costly(method, &options);
                        !often || arguments.costly_again
                    })
                    // What has no sign agrees with every finding by construction.
                    .filter(|group| *group != Group::Consistency || method.signed())
                    .collect();
                let wanted = few || !is_costly(method, &options);
                if !wanted || (!finding && (groups.is_empty() || is_costly(method, &options))) {
                    continue;
                }
                let kept = finding && few;
                let what = format!(
                    "{} {:?} {method} {groups:?} {finding} {kept}",
                    network.request.size, network.request.fit
                );
                let key = of_picture
                    .with(network.parts[network.part(picture)].key.text().as_bytes())
                    .with(what.as_bytes());
                units.push(Unit {
                    network: index,
                    picture,
                    method,
                    groups,
                    finding,
                    kept,
                    key: key.text(),
                });
            }
        }
    }
    // Stable.
    units.sort_by_key(|unit| is_costly(unit.method, &options));
    Ok(units)
}

impl Unit {
    /// Runs of the network that it takes, about: what the time left is told by.
    pub fn weight(&self, options: &Options, curve_steps: usize, shuffles: usize) -> u64 {
        let own = passes(self.method, options);
        let of = |group: &Group| match group {
            Group::Patches => 30,
            Group::Deletion | Group::Insertion => curve_steps + 1,
            Group::Road => 20,
            Group::Stability => 8 * own,
            Group::Randomisation => shuffles * own,
            _ => 0,
        };
        1 + (own + self.groups.iter().map(of).sum::<usize>()) as u64
    }
}
