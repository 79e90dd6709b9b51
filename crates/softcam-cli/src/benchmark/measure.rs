//! All measures of one map.

use super::figures::Group;
use super::record::{Record, Share};
use softcam::Map;
use softcam::preprocess::{Placement, Rect};
use softcam_attribution::Classifier;
use softcam_eval::localisation::{Options, localise_marks};
use softcam_eval::maps::randomisation::Randomisation;
use softcam_eval::maps::replacement::{
    PatchOptions, PixelOptions, Replacement, deletion, insertion, patch_deletion,
};
use softcam_eval::maps::road::{self, Order, Road};
use softcam_eval::maps::stability::{self, Stability};
use softcam_eval::maps::{
    Curve, Marks, Picture, Score, Shrink, consistency, content, gini, resize, topk,
};

/// Rows and columns of the grid on which sparseness is compared.
const GRID: usize = 16;

/// What a map is measured with.
pub struct Case<'a> {
    /// Who answers about changed pictures.
    pub classifier: &'a Classifier,
    /// Normalised.
    pub picture: &'a Picture,
    /// Where the picture lies on the photo.
    pub placement: &'a Placement,
    /// In pixels of the photo; none where the picture has no box.
    pub boxes: &'a [Rect],
    /// The class whose probability is asked for.
    pub class: usize,
    /// Whether the picture shows the finding.
    pub finding: bool,
    /// Steps of the pixel curves.
    pub steps: usize,
    /// Of everything that is drawn by chance.
    pub seed: u64,
}

/// Why a measure failed: the library's or the network's reason.
type Result<T> = crate::failure::Result<T>;

/// Another map by the same method: of another picture, or of the network with so many layers shuffled.
pub type Again<'a> = dyn Fn(Vec<f32>, Option<usize>) -> softcam::Result<Map> + 'a;

impl Case<'_> {
    /// Adds the figures of `groups` to `record`. `shuffles` are numbers of layers for the randomisation check.
    pub fn measure(
        &self,
        map: &Map,
        groups: &[Group],
        (again, shuffles): (&Again, &[usize]),
        record: &mut Record,
    ) -> Result<()> {
        for group in groups {
            match group {
                Group::Localisation => self.localisation(map, record),
                Group::TopK => self.top_k(map, record),
                Group::Consistency => self.consistency(map, record),
                Group::Patches => {
                    let plan = patch_deletion(self.picture, map, &PatchOptions::default())?;
                    let answers = self.answers(&plan)?;
                    let curve = plan.curve(&answers, Score::Relative(self.class))?;
                    record.value("patches", Some(curve.area()));
                    record.curve("patches", &curve);
                    let kept = plan.curve(&answers, Score::Kept(self.class))?;
                    record.curve("patches_kept", &kept);
                }
                Group::Deletion => {
                    let options = PixelOptions {
                        steps: self.steps,
                        ..PixelOptions::deletion()
                    };
                    let plan = deletion(self.picture, map, &options)?;
                    self.pixels("deletion", &plan, record)?;
                }
                Group::Insertion => {
                    let options = PixelOptions {
                        steps: self.steps,
                        ..PixelOptions::insertion()
                    };
                    let plan = insertion(self.picture, map, &options)?;
                    self.pixels("insertion", &plan, record)?;
                }
                Group::Road => self.road(map, record)?,
                Group::Outside => {
                    let mask = content::empty(self.picture, self.placement)?;
                    let outside = content::outside(map, &mask, self.picture.size())?;
                    // Where everything is content, nothing can lie outside.
                    if outside.chance > 0.0 {
                        record.value("outside", outside.absolute);
                        record.value("outside_chance", Some(outside.chance));
                    }
                }
                Group::Gini => {
                    let cells = resize(&map.values, map.shape(), (GRID, GRID), Shrink::Mean);
                    record.value("gini", gini(&cells));
                }
                Group::Stability => self.stability(map, again, record)?,
                Group::Randomisation => {
                    let shuffled = (shuffles.iter())
                        .map(|&layers| {
                            let own = self.picture.values().to_vec();
                            Ok((layers, again(own, Some(layers))?))
                        })
                        .collect::<softcam::Result<Vec<_>>>()?;
                    let all = Randomisation::new(map, &shuffled)?;
                    let ranks: Vec<f64> = all.absolute.iter().map(|s| s.rank).collect();
                    record.value("randomised", ranks.last().copied());
                    record.curves.insert("randomised".to_owned(), ranks);
                }
            }
        }
        Ok(())
    }

    fn localisation(&self, map: &Map, record: &mut Record) {
        let Some(marks) = Marks::from_boxes(self.boxes, self.placement) else {
            return;
        };
        let located = localise_marks(&map.values, map.shape(), &marks, Options::default());
        let flag = |flag: bool| Some(f64::from(u8::from(flag)));
        record.value("activation_precision", located.precision);
        record.value("activation_sensitivity", Some(located.sensitivity));
        record.value("pointing", flag(located.pointed));
        record.value("pointing_15px", flag(located.pointed_nearly));
        record.value("box_share", Some(located.chance.pixels));
    }

    fn top_k(&self, map: &Map, record: &mut Record) {
        let Some(marks) = Marks::from_boxes(self.boxes, self.placement) else {
            return;
        };
        let options = topk::Options::default();
        let hits = topk::overlapping(map, &marks, &options).hits;
        let shares: Vec<Share> = (1..=options.top)
            .map(|k| {
                let best = &hits[..k.min(hits.len())];
                let right = best.iter().filter(|hit| **hit).count();
                [right as f64, best.len() as f64]
            })
            .collect();
        record.shares.insert("top_k".to_owned(), shares);
    }

    fn consistency(&self, map: &Map, record: &mut Record) {
        let cells = consistency::consistency(map, Shrink::Mean);
        match self.finding {
            true => record.value("r_plus", cells.map(|cells| cells.positive)),
            false => record.value("r_minus", cells.map(|cells| cells.negative)),
        }
    }

    fn road(&self, map: &Map, record: &mut Record) -> Result<()> {
        let options = road::Options {
            seed: self.seed,
            ..road::Options::default()
        };
        let curve = |order: Order| -> Result<Curve> {
            let plan = Road::new(self.picture, map, order, &options)?;
            let answers = (0..plan.pictures())
                .map(|index| self.answer(&plan.picture(index)))
                .collect::<Result<Vec<_>>>()?;
            Ok(plan.curve(&answers, Score::Probability(self.class))?)
        };
        let most = curve(Order::MostRelevant)?;
        let least = curve(Order::LeastRelevant)?;
        record.value("road_most", road::mean(&most));
        record.value("road_least", road::mean(&least));
        record.value("road", road::combined(&most, &least));
        record.curve("road_most", &most);
        record.curve("road_least", &least);
        Ok(())
    }

    fn stability(&self, map: &Map, again: &Again, record: &mut Record) -> Result<()> {
        let options = stability::Options {
            samples: 4,
            seed: self.seed,
            ..stability::Options::default()
        };
        let plan = Stability::new(self.picture, &options);
        let mut maps = vec![map.clone()];
        for index in 1..plan.pictures() {
            maps.push(again(plan.picture(index), None)?);
        }
        let stable = plan.compare(&maps)?;
        let both = || [stable.noise, stable.shift].into_iter().flatten();
        let changes: Vec<f64> = both().map(|change| change.max).collect();
        let ranks: Vec<f64> = both().map(|change| change.rank).collect();
        record.value("change", changes.into_iter().reduce(f64::max));
        let mean = ranks.iter().sum::<f64>() / ranks.len() as f64;
        record.value("rank", (!ranks.is_empty()).then_some(mean));
        Ok(())
    }

    fn pixels(&self, id: &str, plan: &Replacement, record: &mut Record) -> Result<()> {
        let answers = self.answers(plan)?;
        let curve = plan.curve(&answers, Score::Probability(self.class))?;
        record.value(id, Some(curve.area()));
        record.curve(id, &curve);
        Ok(())
    }

    fn answers(&self, plan: &Replacement) -> Result<Vec<Vec<f32>>> {
        (0..plan.pictures())
            .map(|index| self.answer(&plan.picture(index)))
            .collect()
    }

    /// Probabilities of all classes for a normalised picture.
    fn answer(&self, image: &[f32]) -> Result<Vec<f32>> {
        let logits = self.classifier.logits(image, self.picture.size())?;
        Ok(self.classifier.probabilities(&logits))
    }
}

impl Record {
    /// Keeps a number, where there is one.
    pub fn value(&mut self, id: &str, value: Option<f64>) {
        if let Some(value) = value.filter(|value| value.is_finite()) {
            self.values.insert(id.to_owned(), value);
        }
    }

    /// Keeps a curve.
    pub fn curve(&mut self, id: &str, curve: &Curve) {
        self.curves.insert(id.to_owned(), curve.values.clone());
    }
}
