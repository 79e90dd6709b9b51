//! Threads for the network: workers that the page starts with this module and its memory.

use rayon_core::{ThreadBuilder, ThreadPoolBuilder};
use softcam::Team;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use wasm_bindgen::prelude::*;

/// Threads that no worker runs yet.
static WAITING: Mutex<Vec<ThreadBuilder>> = Mutex::new(Vec::new());

/// This thread and `others`, each of which is to be run by a worker before anything is asked of the team: it would wait for
/// them. This thread alone where there can be no others.
pub(crate) fn team(others: usize) -> Team {
    let pool = ThreadPoolBuilder::new()
        .num_threads(others)
        .spawn_handler(|thread| {
            waiting().push(thread);
            Ok(())
        })
        .build();
    pool.map_or_else(|_| Team::default(), |pool| Team::with(Arc::new(pool)))
}

fn waiting() -> MutexGuard<'static, Vec<ThreadBuilder>> {
    WAITING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a worker needs to be one of the threads: the module, and the memory of this instance.
#[wasm_bindgen(js_name = threadParts)]
pub fn thread_parts() -> Vec<JsValue> {
    vec![wasm_bindgen::module(), wasm_bindgen::memory()]
}

/// Runs one of the threads, in a worker with this instance's memory, until the worker ends.
#[wasm_bindgen(js_name = runThread)]
pub fn run_thread() {
    let thread = waiting().pop();
    if let Some(thread) = thread {
        thread.run();
    }
}
