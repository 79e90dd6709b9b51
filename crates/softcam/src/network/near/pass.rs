//! The pass through the blocks, on cut-outs as long as that is less work.

use super::area::Area;
use super::reach::Reach;
use crate::network::blocks::{Blocks, Kernels};

/// Kernels that can cut planes up.
pub(in crate::network) trait Parts: Kernels {
    /// What lies in `area`.
    fn part(&mut self, planes: &Self::Planes, area: &Area) -> Self::Planes;
    /// `planes` with `part` over them, its upper left corner at row and column `at`.
    fn laid(&mut self, planes: Self::Planes, part: &Self::Planes, at: [isize; 2]) -> Self::Planes;
    /// In memory of its own.
    fn copied(&mut self, planes: &Self::Planes) -> Self::Planes;
    /// `[height, width]`.
    fn size(planes: &Self::Planes) -> [usize; 2];
    /// Of every channel.
    fn means(planes: &Self::Planes) -> Vec<f32>;
}

/// The input of a run and what every block gave.
#[derive(Debug)]
pub(in crate::network) struct Kept<P>(pub Vec<P>);

/// What lies between two blocks of a run on another picture.
pub(in crate::network) enum State<P> {
    /// As in the kept run, but for `area`, where `part` lies.
    Part { area: Area, part: P },
    /// Something else everywhere.
    Whole(P),
}

/// From this share of the whole on, a cut-out is no gain: it has to be copied, and its border is computed for nothing.
const GAIN: f64 = 0.9;

impl<P: Clone> State<P> {
    /// Of a picture `planes` that differs from the kept one in `area` alone.
    pub fn new<K: Parts<Planes = P>>(planes: &P, area: Area, kernels: &mut K) -> Self {
        let part = kernels.part(planes, &area);
        Self::Part { area, part }
    }

    /// Behind block `index`.
    pub fn step<K: Parts<Planes = P>>(
        self,
        index: usize,
        (blocks, reaches): (&Blocks<K>, &[Reach]),
        kept: &Kept<P>,
        kernels: &mut K,
    ) -> Self {
        let (area, part) = match self {
            Self::Whole(planes) => {
                return Self::Whole(blocks.forward_range(index..index + 1, planes, kernels));
            }
            Self::Part { area, part } => (area, part),
        };
        let (before, reach) = (&kept.0[index], &reaches[index]);
        let size = K::size(before);
        let reached = reach.reached(&area, size);
        let cut = match reached.is_empty() {
            true => Area {
                rows: 0..0,
                columns: 0..0,
            },
            false => reach.needed(&reached, size),
        };
        let whole = Area::whole(size);
        if cut.cells() as f64 >= GAIN * whole.cells() as f64 {
            let planes = kernels.copied(before);
            let planes = lay(planes, &part, &area, &whole, kernels);
            kernels.recycle(part);
            return Self::Whole(blocks.forward_range(index..index + 1, planes, kernels));
        }
        if cut.is_empty() {
            kernels.recycle(part);
            let part = kernels.part(&kept.0[index + 1], &cut);
            return Self::Part { area: cut, part };
        }
        let input = kernels.part(before, &cut);
        let input = lay(input, &part, &area, &cut, kernels);
        kernels.recycle(part);
        let output = blocks.forward_range(index..index + 1, input, kernels);
        let [down, right] = reach.origin(&cut);
        let within = Area {
            rows: reached.rows.start - down..reached.rows.end - down,
            columns: reached.columns.start - right..reached.columns.end - right,
        };
        let part = kernels.part(&output, &within);
        kernels.recycle(output);
        Self::Part {
            area: reached,
            part,
        }
    }
}

/// `planes`, which are the whole's `cut`, with `part` where `area` of the whole lies.
pub(in crate::network) fn lay<K: Parts>(
    planes: K::Planes,
    part: &K::Planes,
    area: &Area,
    cut: &Area,
    kernels: &mut K,
) -> K::Planes {
    let from = |place: usize, start: usize| place as isize - start as isize;
    let at = [
        from(area.rows.start, cut.rows.start),
        from(area.columns.start, cut.columns.start),
    ];
    kernels.laid(planes, part, at)
}
