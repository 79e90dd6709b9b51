//! A method as passes that do not depend on each other.

use crate::attribution::{Attribution, Cost};
use crate::method::Method;
use crate::pass::Pass;
use crate::steps::Steps;
use softcam::{Result, error};
use std::collections::BTreeMap;

/// A method on one picture, as passes that may run in any order and on any thread:
///
/// ```no_run
/// # use softcam_attribution::{Method, Options, Plan, Subject, Target};
/// # fn run(subject: &Subject) -> softcam::Result<()> {
/// let mut plan = Plan::new(subject, Method::Occlusion, Target::class(3), &Options::default())?;
/// for index in 0..plan.passes() {
///     let pass = plan.pass(index)?;
///     plan.absorb(index, pass);
/// }
/// let attribution = plan.finish()?;
/// # Ok(())
/// # }
/// ```
///
/// [`Self::pass`] takes the plan by shared reference, so threads can share the work. Whatever the order in which passes are
/// handed to [`Self::absorb`], they are summed in that of their indices: the map is the same to the last bit.
pub struct Plan<'a> {
    method: Method,
    steps: Box<dyn Steps + 'a>,
    /// What came before its turn.
    early: BTreeMap<usize, Pass>,
    absorbed: usize,
}

impl<'a> Plan<'a> {
    /// Of the steps of `method`.
    pub(crate) fn of(method: Method, steps: Box<dyn Steps + 'a>) -> Self {
        Self {
            method,
            steps,
            early: BTreeMap::new(),
            absorbed: 0,
        }
    }

    /// How many passes there are.
    pub fn passes(&self) -> usize {
        self.steps.passes()
    }

    /// What all passes take, with what the plan itself took.
    pub fn cost(&self) -> Cost {
        self.method.price().of(self.passes())
    }

    /// Runs pass `index`, below [`Self::passes`]. It changes nothing, so threads may run several at once.
    ///
    /// # Errors
    ///
    /// Where the network fails.
    pub fn pass(&self, index: usize) -> Result<Pass> {
        self.steps.pass(index)
    }

    /// Takes what pass `index` gave; in whatever order, but each once. Until the passes before it have come, it is kept.
    pub fn absorb(&mut self, index: usize, pass: Pass) {
        if index < self.absorbed {
            return;
        }
        self.early.insert(index, pass);
        while let Some(next) = self.early.remove(&self.absorbed) {
            self.steps.absorb(self.absorbed, next);
            self.absorbed += 1;
        }
    }

    /// The map.
    ///
    /// # Errors
    ///
    /// Where a pass was left out, or the map has values that are not finite: a wrong map is worse than none.
    pub fn finish(self) -> Result<Attribution> {
        let (passes, cost) = (self.passes(), self.cost());
        if self.absorbed < passes {
            let missing = passes - self.absorbed - self.early.len();
            return Err(error!(METHOD_PASSES, missing, passes));
        }
        let (map, claim) = self.steps.finish()?;
        if !map.values.iter().all(|value| value.is_finite()) {
            return Err(error!(RUN_NOT_FINITE));
        }
        Ok(Attribution { map, cost, claim })
    }
}
