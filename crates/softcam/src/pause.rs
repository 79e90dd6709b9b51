//! Asking, in the middle of a run, whether to go on.

use crate::error::{Error, Result};
use std::pin::Pin;

/// Asked between the blocks of a network whether to go on; every `async || -> bool` is one. What it awaits, the run waits
/// for: on one thread, that is how others get their turn.
pub trait Pause {
    /// Whether to go on.
    fn go_on(&mut self) -> Pin<Box<dyn Future<Output = bool> + '_>>;
}

impl<F: AsyncFnMut() -> bool> Pause for F {
    fn go_on(&mut self) -> Pin<Box<dyn Future<Output = bool> + '_>> {
        Box::pin(self())
    }
}

/// Asks, where there is somebody to ask.
pub(crate) async fn check(pause: &mut Option<&mut dyn Pause>) -> Result<()> {
    match pause {
        Some(pause) => {
            let goes_on = pause.go_on().await;
            goes_on.then_some(()).ok_or_else(Error::cancelled)
        }
        None => Ok(()),
    }
}

/// The same one to ask, lent for one run.
pub(crate) fn again<'a>(pause: &'a mut Option<&mut dyn Pause>) -> Option<&'a mut dyn Pause> {
    match pause {
        Some(pause) => Some(&mut **pause),
        None => None,
    }
}
