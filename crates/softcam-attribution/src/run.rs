//! A method from its first pass to its map, on one thread.

use crate::attribution::Attribution;
use crate::method::Method;
use crate::options::Options;
use crate::plan::Plan;
use crate::subject::Subject;
use crate::target::Target;
use softcam::{Error, Result, Watch};

/// Explains `target` by `method`. `watch` is asked before the first pass, between passes and behind the last.
///
/// # Errors
///
/// As [`Plan::new`] and [`Plan::finish`], and one that [`Error::is_cancelled`] where `watch` said no.
pub async fn attribute(
    subject: &Subject<'_>,
    method: Method,
    target: Target,
    options: &Options,
    watch: &mut dyn Watch,
) -> Result<Attribution> {
    let mut plan = Plan::new(subject, method, target, options)?;
    let passes = plan.passes();
    for index in 0..passes {
        ask(watch, index, passes).await?;
        let pass = plan.pass(index)?;
        plan.absorb(index, pass);
    }
    ask(watch, passes, passes).await?;
    plan.finish()
}

async fn ask(watch: &mut dyn Watch, done: usize, total: usize) -> Result<()> {
    let goes_on = watch.go_on(done, total).await;
    goes_on.then_some(()).ok_or_else(Error::cancelled)
}
