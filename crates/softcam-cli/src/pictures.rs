//! Work on many pictures, on all cores.

use crate::failure::Result;
use crate::opening;
use crate::output::progress_bar;
use indicatif::ProgressBar;
use softcam::preprocess::Photo;
use softcam_data::Item;
use std::fs;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

/// Opens a picture.
pub fn open<C>(item: &Item<C>) -> Result<Photo> {
    let bytes = fs::read(&item.path)?;
    Ok(opening::photo(bytes)?)
}

/// What `work` makes of each of `items`, in their order, with progress. It gets what `start` made for its thread (networks,
/// since one on the CPU answers one picture at a time), the picture's index, the picture, and the bar, to write above it. The
/// first failure ends all of it.
pub fn each<I: Sync, S, T: Send>(
    items: &[I],
    start: impl Fn() -> Result<S> + Sync,
    work: impl Fn(&S, usize, &I, &ProgressBar) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let bar = progress_bar(items.len());
    let (next, stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
    // One thread's work: pictures that no other has taken, until none is left.
    let run = || -> Result<Vec<(usize, T)>> {
        let state = start()?;
        let mut done = Vec::new();
        while !stopped.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else {
                break;
            };
            done.push((index, work(&state, index, item, &bar)?));
            bar.inc(1);
        }
        Ok(done)
    };
    let stopping = || {
        let result = run();
        if result.is_err() {
            stopped.store(true, Ordering::Relaxed);
        }
        result
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let results: Vec<Result<_>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..cores.min(items.len()))
            .map(|_| scope.spawn(stopping))
            .collect();
        let joined = threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
        joined.collect()
    });
    bar.finish_and_clear();
    let mut all = Vec::with_capacity(items.len());
    for result in results {
        all.extend(result?);
    }
    all.sort_by_key(|(index, _)| *index);
    Ok(all.into_iter().map(|(_, made)| made).collect())
}
