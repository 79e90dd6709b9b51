//! Occlusion (Zeiler & Fergus, "Visualizing and understanding convolutional networks", ECCV 2014), as Captum's `Occlusion`
//! has it.
//!
//! A square slides over the picture and is replaced by the baseline. What the score loses is the value of every pixel under
//! it; where squares overlap, the mean of theirs. The last square of a row or column reaches beyond the picture where the
//! stride does not divide it. Scores are logits. Signed: covering what spoke against the target raises its score.

use crate::attribution::Claim;
use crate::baseline;
use crate::options::{Options, within};
use crate::pass::Pass;
use crate::steps::Steps;
use crate::subject::Subject;
use crate::target::Target;
use softcam::network::gradients::KeptRun;
use softcam::{Map, Result};

/// Squares along each axis at the default options.
const ACROSS: usize = 7;

/// Squares to cover, and what covering them cost.
pub(crate) struct Occlusion<'a> {
    subject: &'a Subject<'a>,
    target: Target,
    baseline: Vec<f32>,
    patch: usize,
    stride: usize,
    /// Squares along each axis.
    across: usize,
    /// The picture as it is: covering a square changes only what that reaches.
    run: KeptRun,
    score: f32,
    sums: Vec<f64>,
    squares: Vec<u32>,
}

impl<'a> Occlusion<'a> {
    pub(crate) fn new(subject: &'a Subject<'a>, target: Target, options: &Options) -> Result<Self> {
        let size = subject.size();
        let patch = options.patch.unwrap_or(size.div_ceil(ACROSS));
        let patch = within("patch", patch, 1, size)?;
        let stride = options.stride.unwrap_or(patch.div_ceil(2));
        let stride = within("stride", stride, 1, patch)?;
        let network = subject.classifier().network();
        let run = network.keep(subject.image(), size)?;
        let score = target.score(run.logits());
        Ok(Self {
            subject,
            target,
            baseline: baseline::image(options.baseline, subject),
            patch,
            stride,
            across: (size - patch).div_ceil(stride) + 1,
            run,
            score,
            sums: vec![0.0; size * size],
            squares: vec![0; size * size],
        })
    }

    /// Rows and columns of a square, cut off at the picture's edge.
    fn square(&self, index: usize) -> [std::ops::Range<usize>; 2] {
        [index / self.across, index % self.across].map(|place| {
            let start = place * self.stride;
            start..(start + self.patch).min(self.subject.size())
        })
    }
}

impl Steps for Occlusion<'_> {
    fn passes(&self) -> usize {
        self.across * self.across
    }

    fn pass(&self, index: usize) -> Result<Pass> {
        let size = self.subject.size();
        let [rows, columns] = self.square(index);
        let mut image = self.subject.image().to_vec();
        let channels = image.chunks_exact_mut(size * size);
        for (channel, baseline) in channels.zip(self.baseline.chunks_exact(size * size)) {
            for row in rows.clone() {
                let part = row * size + columns.start..row * size + columns.end;
                channel[part.clone()].copy_from_slice(&baseline[part]);
            }
        }
        let network = self.subject.classifier().network();
        let covered = network.logits_near(&self.run, &image)?;
        Ok(Pass::score(self.score - self.target.score(&covered)))
    }

    fn absorb(&mut self, index: usize, pass: Pass) {
        let size = self.subject.size();
        let [rows, columns] = self.square(index);
        for row in rows {
            for pixel in row * size + columns.start..row * size + columns.end {
                self.sums[pixel] += f64::from(pass.as_score());
                self.squares[pixel] += 1;
            }
        }
    }

    fn finish(self: Box<Self>) -> Result<(Map, Option<Claim>)> {
        let means = self.sums.iter().zip(&self.squares);
        let values = means
            .map(|(sum, &squares)| (sum / f64::from(squares)) as f32)
            .collect();
        Ok((self.subject.map(values), None))
    }
}
