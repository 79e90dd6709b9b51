//! What a method is made of.

use crate::attribution::Claim;
use crate::pass::Pass;
use softcam::{Map, Result, error};

/// What a method has to say for itself.
pub(crate) trait Steps: Send + Sync {
    /// How many passes there are.
    fn passes(&self) -> usize;
    /// Runs one; the same index always gives the same.
    fn pass(&self, index: usize) -> Result<Pass>;
    /// Takes what a pass gave; called once for each, in the order of their indices.
    fn absorb(&mut self, index: usize, pass: Pass);
    /// What all passes together say, once they are absorbed.
    fn finish(self: Box<Self>) -> Result<(Map, Option<Claim>)>;
}

/// A method of one pass.
pub(crate) struct Single<F> {
    run: F,
    map: Option<Map>,
}

impl<F: Fn() -> Result<Map> + Send + Sync> Single<F> {
    pub(crate) fn new(run: F) -> Self {
        Self { run, map: None }
    }
}

impl<F: Fn() -> Result<Map> + Send + Sync> Steps for Single<F> {
    fn passes(&self) -> usize {
        1
    }

    fn pass(&self, _: usize) -> Result<Pass> {
        Ok(Pass((self.run)()?))
    }

    fn absorb(&mut self, _: usize, pass: Pass) {
        self.map = Some(pass.0);
    }

    fn finish(self: Box<Self>) -> Result<(Map, Option<Claim>)> {
        let missing = || error!(METHOD_PASSES, missing = 1, passes = 1);
        let map = self.map.ok_or_else(missing)?;
        let claim = map.total.map(Claim::mean);
        Ok((map, claim))
    }
}
