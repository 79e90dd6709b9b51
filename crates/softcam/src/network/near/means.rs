//! Means of what lies between two blocks.

use super::area::Area;
use super::pass::{Parts, State};

/// Mean of every channel, from the kept run's `means` where only a part has changed; `base` is what that run has there.
pub(in crate::network) fn means_near<K: Parts>(
    state: &State<K::Planes>,
    (base, means): (&K::Planes, &[f32]),
    kernels: &mut K,
) -> Vec<f32> {
    let (area, part) = match state {
        State::Whole(planes) => return K::means(planes),
        State::Part { area, part } => (area, part),
    };
    if area.is_empty() {
        return means.to_vec();
    }
    let before = kernels.part(base, area);
    let share = area.cells() as f32 / Area::whole(K::size(base)).cells() as f32;
    let changes = K::means(part).into_iter().zip(K::means(&before));
    let near = means.iter().zip(changes);
    let near = near.map(|(mean, (now, then))| mean + (now - then) * share);
    let near = near.collect();
    kernels.recycle(before);
    near
}
