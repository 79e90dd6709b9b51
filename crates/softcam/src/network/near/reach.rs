//! What a change of a block's input reaches, and what has to be there to compute it again.

use super::area::Area;
use crate::backbone::{Backbone, Block, Join, Step, Window};
use std::ops::Range;

/// Windows of one block.
#[derive(Debug)]
pub(in crate::network) struct Reach {
    steps: Vec<Window>,
    /// What the input meets the steps' output through, where it does: the shortcut's window, or one cell at a time.
    beside: Option<Window>,
    /// Input cells per output cell.
    stride: usize,
}

impl Reach {
    /// Those of every block of `backbone`.
    pub fn of(backbone: &Backbone) -> Vec<Self> {
        backbone.blocks.iter().map(Self::of_block).collect()
    }

    fn of_block(block: &Block) -> Self {
        let steps: Vec<Window> = block.steps.iter().map(Step::window).copied().collect();
        let beside = match &block.join {
            Join::Chain => None,
            Join::Concatenate | Join::Add { shortcut: None, .. } => Some(Window::POINT),
            Join::Add {
                shortcut: Some(unit),
                ..
            } => Some(unit.window),
        };
        Self {
            stride: steps.iter().map(|window| window.stride).product(),
            steps,
            beside,
        }
    }

    /// Output cells that depend on a cell of `area` of an input of `size`.
    pub fn reached(&self, area: &Area, [height, width]: [usize; 2]) -> Area {
        Area {
            rows: self.reached_span(&area.rows, height),
            columns: self.reached_span(&area.columns, width),
        }
    }

    /// Input cells to cut out so that the block, run on them alone, gives `output` as on the whole input of `size`: all that
    /// it depends on, cut where the windows' steps fall on the same cells and padding comes out the same.
    pub fn needed(&self, output: &Area, [height, width]: [usize; 2]) -> Area {
        Area {
            rows: self.needed_span(&output.rows, height),
            columns: self.needed_span(&output.columns, width),
        }
    }

    /// Where the output of a cut-out begins on the whole output.
    pub fn origin(&self, cut: &Area) -> [usize; 2] {
        [cut.rows.start, cut.columns.start].map(|start| start / self.stride)
    }

    /// Sizes along an axis: of the input and behind each step.
    fn sizes(&self, size: usize) -> Vec<usize> {
        let mut sizes = vec![size];
        for window in &self.steps {
            let last = sizes[sizes.len() - 1];
            sizes.push(window.output_size(last));
        }
        sizes
    }

    fn reached_span(&self, span: &Range<usize>, size: usize) -> Range<usize> {
        let sizes = self.sizes(size);
        let mut reached = span.clone();
        for (window, &size) in self.steps.iter().zip(&sizes) {
            reached = forward(window, &reached, size);
        }
        match &self.beside {
            Some(window) => union(reached, forward(window, span, size)),
            None => reached,
        }
    }

    fn needed_span(&self, output: &Range<usize>, size: usize) -> Range<usize> {
        let sizes = self.sizes(size);
        let mut needed = output.clone();
        for (window, &size) in self.steps.iter().zip(&sizes).rev() {
            needed = backward(window, &needed, size);
        }
        if let Some(window) = &self.beside {
            needed = union(needed, backward(window, output, size));
        }
        let start = needed.start - needed.start % self.stride;
        let end = needed.end + (size - needed.end) % self.stride;
        start..end
    }
}

/// Output places whose window touches one of `span`.
fn forward(window: &Window, span: &Range<usize>, size: usize) -> Range<usize> {
    if span.is_empty() {
        return 0..0;
    }
    let (before, _) = window.padding_for(size);
    let (stride, last) = (window.stride, window.reach() - 1);
    let start = (span.start + before).saturating_sub(last).div_ceil(stride);
    let end = (span.end - 1 + before) / stride + 1;
    let end = end.min(window.output_size(size));
    if start < end { start..end } else { 0..0 }
}

/// Input places within the windows of `span`; what lies beyond the input is padding.
fn backward(window: &Window, span: &Range<usize>, size: usize) -> Range<usize> {
    if span.is_empty() {
        return 0..0;
    }
    let (before, _) = window.padding_for(size);
    let start = (span.start * window.stride).saturating_sub(before);
    let end = ((span.end - 1) * window.stride + window.reach()).saturating_sub(before);
    start.min(size)..end.min(size)
}

fn union(one: Range<usize>, other: Range<usize>) -> Range<usize> {
    match (one.is_empty(), other.is_empty()) {
        (true, _) => other,
        (_, true) => one,
        _ => one.start.min(other.start)..one.end.max(other.end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backbone::{Architecture, Options, Padding};

    /// Output places that each input place reaches, found by trying.
    fn by_hand(window: &Window, size: usize) -> Vec<Vec<usize>> {
        let (before, _) = window.padding_for(size);
        let mut reached = vec![Vec::new(); size];
        for output in 0..window.output_size(size) {
            for tap in 0..window.kernel {
                let place = output * window.stride + tap * window.dilation;
                if let Some(input) = place.checked_sub(before).filter(|input| *input < size) {
                    reached[input].push(output);
                }
            }
        }
        reached
    }

    #[test]
    fn what_is_reached_and_needed_is_what_windows_touch() {
        for kernel in [1, 2, 3, 5, 7] {
            for stride in [1, 2, 3] {
                for padding in [
                    Padding::Same,
                    Padding::Symmetric(0),
                    Padding::Symmetric(kernel / 2),
                ] {
                    for size in kernel..14 {
                        let window = Window::new(kernel, stride, padding);
                        let reached = by_hand(&window, size);
                        for start in 0..size {
                            for end in start + 1..=size {
                                let span = forward(&window, &(start..end), size);
                                for output in 0..window.output_size(size) {
                                    let touched =
                                        reached[start..end].iter().flatten().any(|o| *o == output);
                                    assert!(
                                        !touched || span.contains(&output),
                                        "{window:?} {size} {start} {end}: {output}"
                                    );
                                }
                                let needed = backward(&window, &span, size);
                                for (input, outputs) in reached.iter().enumerate() {
                                    let used = outputs.iter().any(|output| span.contains(output));
                                    assert!(
                                        !used || needed.contains(&input),
                                        "{window:?} {size} {span:?}: {input}"
                                    );
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_cut_out_has_the_padding_of_the_whole() {
        for architecture in Architecture::ALL {
            for reach in Reach::of(&architecture.backbone(Options::default())) {
                for size in 32..70 {
                    let sizes = reach.sizes(size);
                    let whole = sizes[sizes.len() - 1];
                    for start in 0..whole {
                        for end in start + 1..=whole.min(start + 3) {
                            let needed = reach.needed_span(&(start..end), size);
                            assert!(needed.start % reach.stride == 0 && needed.end <= size);
                            let cut = reach.sizes(needed.len());
                            for (index, window) in reach.steps.iter().enumerate() {
                                let before = |size: usize| window.padding_for(size).0;
                                assert_eq!(
                                    before(sizes[index]),
                                    before(cut[index]),
                                    "{architecture:?}"
                                );
                            }
                            let origin = needed.start / reach.stride;
                            let last = origin + cut[cut.len() - 1];
                            assert!(
                                origin <= start && end <= last && last <= whole,
                                "{architecture:?} {size} {start}..{end}: {origin}..{last}"
                            );
                        }
                    }
                }
            }
        }
    }
}
