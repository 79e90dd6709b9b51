//! What a model said about every picture, as a table.

use super::results::Results;
use crate::failure::Result;

/// One row per answered picture: file, for each class that the table says something of whether the picture shows it (1, 0,
/// or empty), a probability and a logit per class, novelty score, flagged.
pub fn table(results: &Results) -> Result<Vec<u8>> {
    let set = &results.data.set;
    let labelled = || set.labelled.iter().copied();
    let column =
        |what: &'static str| (set.classes.iter()).map(move |class| format!("{what} {class}"));
    let mut table = csv::Writer::from_writer(Vec::new());
    let header = (std::iter::once("file".to_owned()))
        .chain(labelled().map(|class| format!("label {}", set.classes[class])))
        .chain(column("probability"))
        .chain(column("logit"))
        .chain(["novelty", "flagged"].map(str::to_owned));
    table.write_record(header)?;
    for (picture, answers) in &results.answered.pictures {
        let item = &set.items[*picture];
        let answer = &answers[0];
        let shown = labelled().map(|class| match item.class[class] {
            Some(true) => "1".to_owned(),
            Some(false) => "0".to_owned(),
            None => String::new(),
        });
        let novelty = answer.novelty;
        let row = (std::iter::once(item.file.clone()))
            .chain(shown)
            .chain(answer.probabilities.iter().map(f32::to_string))
            .chain(answer.logits.iter().map(f32::to_string))
            .chain([
                novelty.map(|n| n.score.to_string()).unwrap_or_default(),
                novelty.map(|n| n.flagged().to_string()).unwrap_or_default(),
            ]);
        table.write_record(row)?;
    }
    Ok(table.into_inner().map_err(|error| error.into_error())?)
}
