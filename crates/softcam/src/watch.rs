//! Asking, between the parts of a long computation, whether to go on.

use std::pin::Pin;

/// Told how many parts of how many are done, and asked whether to go on; every `async |done, total| -> bool` is one. What
/// it awaits, the computation waits for: on one thread, that is how others get their turn.
pub trait Watch {
    /// Whether to go on.
    fn go_on(&mut self, done: usize, total: usize) -> Pin<Box<dyn Future<Output = bool> + '_>>;
}

impl<F: AsyncFnMut(usize, usize) -> bool> Watch for F {
    fn go_on(&mut self, done: usize, total: usize) -> Pin<Box<dyn Future<Output = bool> + '_>> {
        Box::pin(self(done, total))
    }
}
