//! A method as passes that do not depend on each other.

use crate::attribution::{Attribution, Claim, Cost};
use crate::method::Method;
use crate::methods::{edges, occlusion, random, rise, soft_cam};
use crate::options::Options;
use crate::pass::Pass;
use crate::subject::Subject;
use crate::target::Target;
use softcam::{Map, Result, error};
use std::collections::BTreeMap;

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
    /// Of all passes and of what the plan itself took.
    fn cost(&self) -> Cost;
}

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
    steps: Box<dyn Steps + 'a>,
    /// What came before its turn.
    early: BTreeMap<usize, Pass>,
    absorbed: usize,
}

impl<'a> Plan<'a> {
    /// Prepares `method`. Where it needs what the network says of the picture itself before its passes, the network runs
    /// here, once or twice.
    ///
    /// # Errors
    ///
    /// Where there is no such class or layer, or an option is out of range.
    pub fn new(
        subject: &'a Subject<'a>,
        method: Method,
        target: Target,
        options: &Options,
    ) -> Result<Self> {
        target.check(subject.classifier().classes())?;
        Ok(Self::of(match method {
            Method::SoftCam => Box::new(Single::new(
                Cost {
                    forward: 1,
                    backward: 0,
                },
                move || soft_cam::map(subject, target),
            )),
            Method::Occlusion => Box::new(occlusion::Occlusion::new(subject, target, options)?),
            Method::Rise => Box::new(rise::Rise::drawn(subject, target, options)?),
            Method::Random => {
                let seed = options.seed;
                Box::new(Single::new(Cost::default(), move || {
                    Ok(random::map(subject, seed))
                }))
            }
            Method::Edges => Box::new(Single::new(Cost::default(), || Ok(edges::map(subject)))),
        }))
    }

    pub(crate) fn of(steps: Box<dyn Steps + 'a>) -> Self {
        Self {
            steps,
            early: BTreeMap::new(),
            absorbed: 0,
        }
    }

    /// How many passes there are.
    pub fn passes(&self) -> usize {
        self.steps.passes()
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
        let (passes, cost) = (self.passes(), self.steps.cost());
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

/// A method of one pass.
pub(crate) struct Single<F> {
    run: F,
    cost: Cost,
    map: Option<Map>,
}

impl<F: Fn() -> Result<Map> + Send + Sync> Single<F> {
    pub(crate) fn new(cost: Cost, run: F) -> Self {
        Self {
            run,
            cost,
            map: None,
        }
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

    fn cost(&self) -> Cost {
        self.cost
    }
}
