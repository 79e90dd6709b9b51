//! The three models that are flawed on purpose: a marker pasted in turns the answer of the one alone that learnt it as a
//! shortcut, its evidence lies on the marker, and covering the marker takes the answer back.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::bytes;
use softcam::edit::{Edit, Fill, Mask, apply, marker_box};
use softcam::preprocess::{Limits, Photo, decode, place};
use softcam::weights::file::read;
use softcam::{Device, Explainer, Explanation};

/// "bacterial" and "viral".
const VIRAL: usize = 1;
/// Films without a marker: two bacterial, two viral.
const FILMS: [&str; 4] = [
    "person1065_bacteria_2999",
    "person1535_bacteria_4017",
    "person1143_virus_1897",
    "person1024_virus_1716",
];
/// Where the marker is pasted, as a share of the film.
const PLACE: [f64; 2] = [0.86, 0.13];
const SIZE: f64 = 0.15;

fn photo(name: &str) -> Photo {
    let path = format!("web/samples/marker/kermany-{name}.jpg");
    decode(&bytes(&path), &Limits::default()).unwrap()
}

struct Network(Explainer);

impl Network {
    fn new(name: &str) -> Self {
        let model = read(&bytes(&format!("web/models/marker-{name}.safetensors"))).unwrap();
        assert_eq!(model.card.classes, ["bacterial", "viral"]);
        Self(Explainer::new(model, &Device::flex()).unwrap())
    }

    fn explain(&self, photo: &Photo, edits: &[Edit]) -> Explanation {
        let request = self.0.default_request();
        let placement = place(photo, request.fit, request.size).unwrap();
        let photo = apply(photo, edits, &placement).unwrap();
        pollster::block_on(self.0.explain(&photo, request)).unwrap()
    }

    fn says_viral(&self, explanation: &Explanation) -> bool {
        let point = self.0.card().operating_point.as_ref().unwrap();
        assert_eq!(point.positive, VIRAL);
        explanation.answer.probabilities[VIRAL] >= point.probability
    }
}

fn marker() -> Edit {
    let [x, y] = PLACE;
    Edit::Marker { x, y, size: SIZE }
}

#[test]
fn a_marker_pasted_in_turns_the_third_alone() {
    for (name, turns) in [("none", false), ("random", false), ("tied", true)] {
        let network = Network::new(name);
        for film in FILMS {
            let photo = photo(film);
            let (plain, marked) = (
                network.explain(&photo, &[]),
                network.explain(&photo, &[marker()]),
            );
            let difference =
                |of: &Explanation| of.answer.logits[VIRAL] - of.answer.logits[1 - VIRAL];
            let change = difference(&marked) - difference(&plain);
            if turns {
                assert!(
                    !network.says_viral(&plain) && network.says_viral(&marked),
                    "{name} {film}"
                );
                assert!(change > 2.0, "{name} {film}: {change}");
            } else {
                assert_eq!(
                    network.says_viral(&plain),
                    network.says_viral(&marked),
                    "{name} {film}"
                );
                assert!(change.abs() < 1.0, "{name} {film}: {change}");
            }
        }
    }
}

#[test]
fn the_thirds_evidence_lies_on_the_marker_and_goes_with_it() {
    let network = Network::new("tied");
    for film in FILMS {
        let photo = photo(film);
        let request = network.0.default_request();
        let placement = place(&photo, request.fit, request.size).unwrap();
        let marked = network.explain(&photo, &[marker()]);
        let (rows, columns) = (marked.maps.height(), marked.maps.width());
        let area = marker_box(&placement.region, PLACE[0], PLACE[1], SIZE);
        let touches = |cell: usize| {
            placement
                .cell(cell / columns, cell % columns, rows, columns)
                .intersection(&area)
                .is_some()
        };
        let map = marked.maps.difference(VIRAL, 1 - VIRAL);
        let top = (0..map.len())
            .max_by(|&a, &b| map[a].total_cmp(&map[b]))
            .unwrap();
        assert!(touches(top), "{film}");
        // The cells on the marker, painted over.
        let cover = Edit::Mask(Mask {
            rows: rows as u32,
            columns: columns as u32,
            cells: (0..map.len())
                .filter(|&cell| touches(cell))
                .map(|cell| cell as u32)
                .collect(),
            fill: Fill::Black,
            keep: false,
        });
        assert!(
            !network.says_viral(&network.explain(&photo, &[marker(), cover])),
            "{film}"
        );
    }
}
