//! Who computes a layer: the thread that asks, alone or with others.

#[cfg(feature = "threads")]
use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

/// Products below which waking other threads costs more than they save.
const ALONE: usize = 200_000;

/// How often the asking thread looks whether the others are done before it falls asleep. To wake it takes as long as a small layer,
/// and a network has dozens of them.
#[cfg(feature = "threads")]
const GLANCES: usize = 50_000;

/// Threads that share the work of a layer, the one that asks among them. Alone unless it was made from a pool.
///
/// Each part of a layer is computed by one thread as it would be by a single one, so that results are the same to the last
/// bit.
#[derive(Debug, Clone, Default)]
pub struct Team {
    #[cfg(feature = "threads")]
    others: Option<Arc<rayon_core::ThreadPool>>,
}

impl Team {
    /// The asking thread and those of a pool.
    #[cfg(feature = "threads")]
    pub fn with(pool: Arc<rayon_core::ThreadPool>) -> Self {
        Self { others: Some(pool) }
    }

    /// How many threads it has.
    pub fn size(&self) -> usize {
        #[cfg(feature = "threads")]
        if let Some(pool) = &self.others {
            return pool.current_num_threads() + 1;
        }
        1
    }

    /// The team where there are so many products to compute that it pays, else the asking thread alone.
    pub(crate) fn for_products(&self, products: usize) -> Self {
        match products < ALONE {
            true => Self::default(),
            false => self.clone(),
        }
    }

    /// Into how many parts work is best cut, so that no thread waits long for the others.
    pub(crate) fn parts(&self) -> usize {
        match self.size() {
            1 => 1,
            threads => 4 * threads,
        }
    }

    /// Does `work` for every part. Each thread takes the next part that no other has.
    pub(crate) fn each<P: Send>(
        &self,
        parts: impl Iterator<Item = P> + Send,
        work: impl Fn(P) + Sync,
    ) {
        self.each_with(parts, &mut vec![(); self.size()], |part, ()| work(part));
    }

    /// The same with something for each thread to work in: one thread for each of `memories`, which are not more than
    /// the team has threads.
    pub(crate) fn each_with<P: Send, M: Send>(
        &self,
        parts: impl Iterator<Item = P> + Send,
        memories: &mut [M],
        work: impl Fn(P, &mut M) + Sync,
    ) {
        let Some((own, others)) = memories.split_first_mut() else {
            return;
        };
        debug_assert!(others.len() < self.size(), "more memories than threads");
        #[cfg(feature = "threads")]
        if let Some(pool) = self.others.as_ref().filter(|_| !others.is_empty()) {
            let parts = Mutex::new(parts);
            let next = || parts.lock().unwrap_or_else(PoisonError::into_inner).next();
            let take = |memory: &mut M| {
                while let Some(part) = next() {
                    work(part, memory);
                }
            };
            let at_work = AtomicUsize::new(others.len());
            pool.in_place_scope(|scope| {
                for memory in others {
                    scope.spawn(|_| {
                        take(memory);
                        at_work.fetch_sub(1, Ordering::Release);
                    });
                }
                take(own);
                // The scope itself would wait asleep. It still waits for a thread that panicked, which is never counted off.
                for _ in 0..GLANCES {
                    if at_work.load(Ordering::Acquire) == 0 {
                        break;
                    }
                    std::hint::spin_loop();
                }
            });
            return;
        }
        #[cfg(not(feature = "threads"))]
        let _ = others;
        parts.for_each(|part| work(part, own));
    }
}

#[cfg(all(test, feature = "threads"))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

    use super::Team;
    use rayon_core::ThreadPoolBuilder;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::mpsc::channel;
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    fn team(others: usize) -> Team {
        let pool = ThreadPoolBuilder::new().num_threads(others).build();
        Team::with(Arc::new(pool.unwrap()))
    }

    #[test]
    fn threads_work_at_the_same_time() {
        let (sender, receiver) = channel();
        let receiver = Mutex::new(receiver);
        // Alone, the first part would wait for the second for ever.
        team(1).each(0..2, |part| match part {
            0 => {
                let second = receiver.lock().unwrap();
                second.recv_timeout(Duration::from_secs(60)).unwrap();
            }
            _ => sender.send(()).unwrap(),
        });
    }

    #[test]
    fn every_part_is_done_once() {
        for team in [Team::default(), team(1), team(3)] {
            let mut parts = vec![0; 100];
            team.each(parts.iter_mut(), |part| *part += 1);
            assert!(parts.iter().all(|&part| part == 1));
            team.each(parts[..0].iter_mut(), |_| unreachable!());
        }
    }

    #[test]
    fn a_panic_reaches_who_asked() {
        for team in [Team::default(), team(2)] {
            let asked = || team.each(0..10, |part| assert_ne!(part, 7));
            assert!(catch_unwind(AssertUnwindSafe(asked)).is_err());
            // And the team still works.
            team.each(0..10, |_| {});
        }
    }
}
