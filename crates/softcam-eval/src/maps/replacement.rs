//! Pixels taken away, or put back, in the order of a map.

use super::grid::{Shrink, resize};
use super::order::{Ties, descending};
use super::{Curve, Fill, Picture, Score};
use crate::error::{Error, Result};
use softcam::map::Map;

/// A plan: one picture becomes another in steps, pixel groups in order. Picture 0 is the first as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Replacement {
    picture: Picture,
    /// Normalised, before anything is replaced.
    from: Vec<f32>,
    /// Normalised, what pixels are replaced by.
    to: Vec<f32>,
    /// Pixels in the order in which they are replaced.
    order: Vec<u32>,
    /// How many of them each picture has replaced; ascending.
    replaced: Vec<usize>,
    positions: Vec<f64>,
    /// Which of the pictures is the whole one.
    whole: usize,
}

impl Replacement {
    /// How many pictures there are to ask about.
    pub fn pictures(&self) -> usize {
        self.replaced.len()
    }

    /// Picture `index`: normalised, `[3, size, size]`.
    ///
    /// # Panics
    /// If `index` is not below [`Self::pictures`].
    pub fn picture(&self, index: usize) -> Vec<f32> {
        let mut values = self.from.clone();
        for &pixel in &self.order[..self.replaced[index]] {
            self.picture
                .copy_pixel(&self.to, &mut values, pixel as usize);
        }
        values
    }

    /// Whether each pixel of picture `index` has been replaced, row-major.
    ///
    /// # Panics
    /// If `index` is not below [`Self::pictures`].
    pub fn replaced(&self, index: usize) -> Vec<bool> {
        let mut replaced = vec![false; self.picture.pixels()];
        for &pixel in &self.order[..self.replaced[index]] {
            replaced[pixel as usize] = true;
        }
        replaced
    }

    /// The picture that is whole: the first of a deletion, the last of an insertion.
    pub fn whole(&self) -> usize {
        self.whole
    }

    /// Where picture `index` lies on the curve, from 0 to 1.
    ///
    /// # Panics
    /// If `index` is not below [`Self::pictures`].
    pub fn position(&self, index: usize) -> f64 {
        self.positions[index]
    }

    /// The curve, from the probabilities of all classes for every picture, in order.
    ///
    /// # Errors
    ///
    /// Where there is not an answer per picture, or `score` is not defined on one.
    pub fn curve(&self, answers: &[Vec<f32>], score: Score) -> Result<Curve> {
        if answers.len() != self.pictures() {
            return Err(Error::Length {
                what: "answers",
                got: answers.len(),
                expected: self.pictures(),
            });
        }
        let whole = &answers[self.whole];
        let values = answers.iter().map(|answer| score.of(answer, whole));
        Ok(Curve {
            positions: self.positions.clone(),
            values: values.collect::<Result<_>>()?,
        })
    }
}

/// What of pixels is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PixelOptions {
    /// Steps of the same number of pixels, from nothing to everything.
    pub steps: usize,
    /// What stands where pixels are missing.
    pub fill: Fill,
    /// Which of equal values come first.
    pub ties: Ties,
}

impl PixelOptions {
    /// RISE's deletion: to the mean colour; 28 steps of 8 rows' pixels each at 224 px (RISE has 224 of one row's).
    pub fn deletion() -> Self {
        Self {
            steps: 28,
            fill: Fill::Mean,
            ties: Ties::Scattered,
        }
    }

    /// RISE's insertion: from the blurred picture, with as many steps.
    pub fn insertion() -> Self {
        Self {
            fill: Fill::Blur,
            ..Self::deletion()
        }
    }
}

/// Deletion (Petsiuk et al., "RISE", BMVC 2018): pixels are taken away, those of the largest values first. The faster the
/// probability of the shown class falls, the smaller the area.
///
/// # Errors
///
/// Where `map` does not have the values that it says it has.
pub fn deletion(picture: &Picture, map: &Map, options: &PixelOptions) -> Result<Replacement> {
    let to = options.fill.of(picture);
    by_pixels(picture, map, options, (picture.values().to_vec(), to), 0)
}

/// Insertion (the same paper): pixels are put back, those of the largest values first. The faster the probability rises, the
/// larger the area.
///
/// # Errors
///
/// Where `map` does not have the values that it says it has.
pub fn insertion(picture: &Picture, map: &Map, options: &PixelOptions) -> Result<Replacement> {
    let from = options.fill.of(picture);
    let whole = options.steps.max(1);
    by_pixels(
        picture,
        map,
        options,
        (from, picture.values().to_vec()),
        whole,
    )
}

fn by_pixels(
    picture: &Picture,
    map: &Map,
    options: &PixelOptions,
    (from, to): (Vec<f32>, Vec<f32>),
    whole: usize,
) -> Result<Replacement> {
    let values = on_pixels(map, picture.size())?;
    let (steps, pixels) = (options.steps.max(1), values.len());
    let share = |step: usize| step as f64 / steps as f64;
    Ok(Replacement {
        picture: picture.clone(),
        from,
        to,
        order: descending(&values, options.ties),
        replaced: (0..=steps)
            .map(|step| (share(step) * pixels as f64).round() as usize)
            .collect(),
        positions: (0..=steps).map(share).collect(),
        whole,
    })
}

/// What of patches is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PatchOptions {
    /// Side of a patch in pixels of a 512 px input; it is scaled with the input.
    pub side: f64,
    /// Patches that are taken away, one after the other.
    pub patches: usize,
    /// What stands in their place.
    pub fill: Fill,
    /// Whether a patch's value is the mean over its pixels instead of the largest.
    pub mean: bool,
    /// Rows from which on, and up to which, there are patches.
    pub rows: Rows,
    /// Which of equal patches come first.
    pub ties: Ties,
}

/// Which rows have patches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// All.
    All,
    /// The official SoftCAM code's: those between the least and the greatest coordinate of pixels with a grey value above
    /// 80 after a 3 x 3 blur. Of the least x and the least y the greater counts, of the greatest likewise: so the code has
    /// it, though the paper's text says that patches cover the picture. None are where nothing is bright.
    Bright,
}

impl Default for PatchOptions {
    /// The paper's patches, of the whole input.
    fn default() -> Self {
        Self {
            side: 33.0,
            patches: 29,
            fill: Fill::Mean,
            mean: false,
            rows: Rows::All,
            ties: Ties::Scattered,
        }
    }
}

impl PatchOptions {
    /// As the official SoftCAM code (`extract_patch`, `get_deletion_analysis`) has it. With [`Score::Kept`] the area under
    /// the mean curve is its AUDC for two classes, with [`Score::Winner`] for several.
    pub fn official() -> Self {
        Self {
            rows: Rows::Bright,
            ties: Ties::Raster,
            ..Self::default()
        }
    }
}

/// Deletion of patches (Djoumessi & Berens, MIDL 2026, "faithfulness"; AUDC is the area): patches that do not overlap are
/// taken away, those of the largest values first, cumulatively. The area is over the number of patches, which counts as 1.
///
/// With fewer patches than asked for, the last pictures are alike, as in the official code.
///
/// # Errors
///
/// Where `map` does not have the values that it says it has.
pub fn patch_deletion(picture: &Picture, map: &Map, options: &PatchOptions) -> Result<Replacement> {
    let values = on_pixels(map, picture.size())?;
    let size = picture.size();
    let side = ((options.side / 512.0 * size as f64).round() as usize).max(1);
    let rows = match options.rows {
        Rows::All => 0..size,
        Rows::Bright => bright_rows(picture),
    };
    let mut patches = Vec::new();
    for top in rows.clone().step_by(side) {
        for left in (0..size).step_by(side) {
            let pixels = (top..(top + side).min(size))
                .flat_map(|row| (left..(left + side).min(size)).map(move |x| row * size + x));
            patches.push(pixels.collect::<Vec<usize>>());
        }
    }
    let score = |patch: &Vec<usize>| {
        let values = patch.iter().map(|&pixel| values[pixel]);
        if options.mean {
            values.sum::<f32>() / patch.len() as f32
        } else {
            values.fold(f32::NEG_INFINITY, f32::max)
        }
    };
    let scores: Vec<f32> = patches.iter().map(score).collect();
    let (mut order, mut replaced) = (Vec::new(), vec![0]);
    for &patch in descending(&scores, options.ties)
        .iter()
        .take(options.patches)
    {
        order.extend(patches[patch as usize].iter().map(|&pixel| pixel as u32));
        replaced.push(order.len());
    }
    replaced.resize(options.patches.max(1) + 1, order.len());
    let last = (replaced.len() - 1) as f64;
    Ok(Replacement {
        picture: picture.clone(),
        from: picture.values().to_vec(),
        to: options.fill.of(picture),
        order,
        positions: (0..replaced.len()).map(|at| at as f64 / last).collect(),
        replaced,
        whole: 0,
    })
}

/// See [`Rows::Bright`].
fn bright_rows(picture: &Picture) -> std::ops::Range<usize> {
    let size = picture.size();
    let grey: Vec<f32> = (0..size * size)
        .map(|pixel| grey(picture.rgb(pixel)))
        .collect();
    // OpenCV's 3 x 3 kernel, and its border without the edge repeated.
    let reflect = |at: usize, step: isize| {
        let to = (at as isize + step).unsigned_abs();
        if to < size {
            to
        } else {
            size.saturating_sub(2)
        }
    };
    let blurred = |row: usize, column: usize| -> f32 {
        let weights = [(-1, 0.25), (0, 0.5), (1, 0.25)];
        let at = |(down, a): (isize, f32), (across, b): (isize, f32)| {
            a * b * grey[reflect(row, down) * size + reflect(column, across)]
        };
        weights
            .iter()
            .flat_map(|&down| weights.iter().map(move |&across| at(down, across)))
            .sum()
    };
    let mut bounds: Option<[usize; 4]> = None;
    for row in 0..size {
        for column in 0..size {
            if blurred(row, column).round() > 80.0 {
                let [left, right, top, bottom] = bounds.unwrap_or([column, column, row, row]);
                bounds = Some([left.min(column), right.max(column), top, bottom.max(row)]);
            }
        }
    }
    match bounds {
        Some([left, right, top, bottom]) => left.max(top)..right.max(bottom),
        None => 0..0,
    }
}

/// Brightness as OpenCV has it (ITU-R BT.601).
fn grey([r, g, b]: [f32; 3]) -> f32 {
    0.299 * r + 0.587 * g + 0.114 * b
}

/// The map at every pixel of the picture.
pub(super) fn on_pixels(map: &Map, size: usize) -> Result<Vec<f32>> {
    let expected = map.rows * map.columns;
    if map.values.len() != expected || expected == 0 {
        return Err(Error::Length {
            what: "values of a map",
            got: map.values.len(),
            expected: expected.max(1),
        });
    }
    if !map.values.iter().all(|value| value.is_finite()) {
        return Err(Error::NotFinite {
            index: 0,
            what: "value of its map",
        });
    }
    Ok(resize(&map.values, map.shape(), (size, size), Shrink::Mean))
}
