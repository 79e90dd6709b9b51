//! RISE (Petsiuk, Das & Saenko, "Randomized input sampling for explanation of black-box models", BMVC 2018), as its official
//! code (eclique/RISE) has it.
//!
//! A mask is a small random grid of zeros and ones, enlarged bilinearly to one cell more than the picture and cut out at a
//! random shift. The picture is multiplied by it (behind it lies the mean colour), and the map is the mean of all masks,
//! each weighed by the probability that the network gives the class, over the share of cells that let the picture through.
//!
//! Of two classes, masks are weighed by the difference of the logits, since RISE is defined for one probability alone; the
//! map may then be negative. Enlarging repeats the edge cells as torch does; the official code mirrors them.

use crate::attribution::Claim;
use crate::method::Method;
use crate::options::{Options, within};
use crate::pass::Pass;
use crate::plan::Plan;
use crate::resample::between;
use crate::steps::Steps;
use crate::subject::Subject;
use crate::target::Target;
use softcam::random::{Random, at, unit};
use softcam::{Map, Result, error};

/// One random grid and its shift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mask {
    /// Whether each cell lets the picture through, `[cells, cells]` row-major.
    pub open: Vec<bool>,
    /// Pixels from the enlarged grid's top and left edge to the picture's: below a cell's side, which is the picture's over
    /// `cells`, rounded up.
    pub shift: [usize; 2],
}

impl Mask {
    /// Mask `index` of the sequence of `seed`: every cell is open with probability `share`.
    pub fn drawn(seed: u64, index: usize, cells: usize, share: f32, size: usize) -> Self {
        let mut random = Random::new(at(seed, index as u64));
        let open = (0..cells * cells)
            .map(|_| unit(random.next()) < share)
            .collect();
        let side = size.div_ceil(cells);
        Self {
            open,
            shift: [random.below(side), random.below(side)],
        }
    }

    /// At the size of the picture, row-major, 0 to 1.
    pub fn enlarged(&self, cells: usize, size: usize) -> Vec<f32> {
        let length = (cells + 1) * size.div_ceil(cells);
        let places = between(cells, length);
        let [rows, columns] = self.shift.map(|shift| &places[shift..][..size]);
        let mut result = Vec::with_capacity(size * size);
        for &(above, below, share) in rows {
            let row: Vec<f32> = (0..cells)
                .map(|column| {
                    let [a, b] = [above, below]
                        .map(|row| f32::from(u8::from(self.open[row * cells + column])));
                    a + share * (b - a)
                })
                .collect();
            let pixels = columns
                .iter()
                .map(|&(left, right, share)| row[left] + share * (row[right] - row[left]));
            result.extend(pixels);
        }
        result
    }
}

/// Masks, and what the network said behind each.
pub(crate) struct Rise<'a> {
    subject: &'a Subject<'a>,
    target: Target,
    masks: Vec<Mask>,
    cells: usize,
    share: f32,
    sums: Vec<f64>,
}

impl<'a> Rise<'a> {
    pub(crate) fn drawn(
        subject: &'a Subject<'a>,
        target: Target,
        options: &Options,
    ) -> Result<Self> {
        let count = within("masks", options.masks, 1, 100_000)?;
        let cells = within("cells", options.cells, 1, 64)?;
        let share = within("share", options.share, f32::MIN_POSITIVE, 1.0)?;
        let masks =
            (0..count).map(|index| Mask::drawn(options.seed, index, cells, share, subject.size()));
        Ok(Self::new(subject, target, masks.collect(), (cells, share)))
    }

    fn new(
        subject: &'a Subject<'a>,
        target: Target,
        masks: Vec<Mask>,
        (cells, share): (usize, f32),
    ) -> Self {
        let size = subject.size();
        Self {
            subject,
            target,
            masks,
            cells,
            share,
            sums: vec![0.0; size * size],
        }
    }
}

/// RISE with masks of the caller's own, such as another program drew. `cells` and `share` are those that they were drawn
/// with.
///
/// # Errors
///
/// As [`Plan::new`], and where a mask is of another size or shifted by more than a cell.
pub fn with_masks<'a>(
    subject: &'a Subject<'a>,
    target: Target,
    masks: Vec<Mask>,
    cells: usize,
    share: f32,
) -> Result<Plan<'a>> {
    target.check(subject.classifier().classes())?;
    within("masks", masks.len(), 1, 100_000)?;
    within("cells", cells, 1, 64)?;
    within("share", share, f32::MIN_POSITIVE, 1.0)?;
    let side = subject.size().div_ceil(cells);
    for mask in &masks {
        if mask.open.len() != cells * cells {
            return Err(error!(MASK_SHAPE, rows = cells, columns = cells, most = 64));
        }
        for shift in mask.shift {
            within("shift", shift, 0, side - 1)?;
        }
    }
    Ok(Plan::of(
        Method::Rise,
        Box::new(Rise::new(subject, target, masks, (cells, share))),
    ))
}

impl Steps for Rise<'_> {
    fn passes(&self) -> usize {
        self.masks.len()
    }

    fn pass(&self, index: usize) -> Result<Pass> {
        let size = self.subject.size();
        let mask = self.masks[index].enlarged(self.cells, size);
        let image = (self.subject.image().chunks_exact(size * size))
            .flat_map(|channel| channel.iter().zip(&mask).map(|(value, mask)| value * mask));
        let logits = self.subject.logits(&image.collect::<Vec<f32>>())?;
        let classifier = self.subject.classifier();
        let of = |logits: &[f32]| classifier.probabilities(logits);
        Ok(Pass::score(self.target.probability(&logits, of)))
    }

    fn absorb(&mut self, index: usize, pass: Pass) {
        let weight = f64::from(pass.as_score());
        let mask = self.masks[index].enlarged(self.cells, self.subject.size());
        for (sum, mask) in self.sums.iter_mut().zip(mask) {
            *sum += weight * f64::from(mask);
        }
    }

    fn finish(self: Box<Self>) -> Result<(Map, Option<Claim>)> {
        let all = self.masks.len() as f64 * f64::from(self.share);
        let values = self.sums.iter().map(|sum| (sum / all) as f32).collect();
        Ok((self.subject.map(values), None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_let_their_share_through_and_differ_by_index_and_seed() {
        let masks: Vec<Mask> = (0..400)
            .map(|index| Mask::drawn(9, index, 7, 0.3, 64))
            .collect();
        let open = masks
            .iter()
            .flat_map(|mask| &mask.open)
            .filter(|open| **open)
            .count();
        let share = open as f64 / (400.0 * 49.0);
        // Five standard deviations of a binomial share.
        assert!(
            (share - 0.3).abs() < 5.0 * (0.3_f64 * 0.7 / (400.0 * 49.0)).sqrt(),
            "{share}"
        );
        assert!(
            masks
                .iter()
                .flat_map(|mask| mask.shift)
                .all(|shift| shift < 10)
        );
        assert_ne!(masks[0], masks[1]);
        assert_ne!(masks[0], Mask::drawn(8, 0, 7, 0.3, 64));
        assert_eq!(masks[5], Mask::drawn(9, 5, 7, 0.3, 64));
    }

    #[test]
    fn an_enlarged_mask_shows_its_cells() {
        // Three cells of 4 pixels: enlarged to 16, cut out from 2 on.
        let mask = Mask {
            open: vec![true, false, false, false, false, true, false, true, true],
            shift: [2, 2],
        };
        let pixels = mask.enlarged(3, 12);
        let at = |row: usize, column: usize| pixels[row * 12 + column];
        assert_eq!([at(0, 0), at(11, 11), at(0, 11)], [1.0, 1.0, 0.0]);
        // Centres of enlarged cells lie at 2.67, 8 and 13.33; pixel 5 of the picture is at 7.5.
        assert!((at(0, 5) - 0.09375).abs() < 1e-6, "{}", at(0, 5));
    }
}
