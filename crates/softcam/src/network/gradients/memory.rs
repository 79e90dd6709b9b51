//! Memory that outlives a run.

use softcam_kernels::Workspace;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What finished runs computed in, for later ones: one for each thread that ever ran at the same time as others. Clones
/// share it.
#[derive(Debug, Clone, Default)]
pub struct Memory(Arc<Mutex<Vec<Workspace>>>);

impl Memory {
    pub(super) fn take(&self) -> Workspace {
        self.all().pop().unwrap_or_default()
    }

    pub(super) fn give_back(&self, workspace: Workspace) {
        self.all().push(workspace);
    }

    fn all(&self) -> MutexGuard<'_, Vec<Workspace>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
