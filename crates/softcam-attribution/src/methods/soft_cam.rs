//! SoftCAM (Djoumessi & Berens, arXiv 2505.17748): the evidence map that the network decided by.
//!
//! Its mean is the logit, or the difference of two. Nothing is computed after the fact, so a network that decided otherwise
//! cannot have had this map. Cells are those of the network's last layer.

use crate::subject::Subject;
use crate::target::Target;
use softcam::{Map, Result};

pub(crate) fn map(subject: &Subject, target: Target) -> Result<Map> {
    let record = subject.record(subject.classifier().blocks())?;
    let map = record.maps().map_of(target.class, target.against)?;
    // The claim comes from the logits as the network computed them, not from the map.
    Ok(Map {
        total: Some(target.score(record.logits())),
        ..map
    })
}
