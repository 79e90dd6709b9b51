//! What a model said about every picture, as a table.

use super::results::Results;

/// One row per answered picture: file, label, called, a probability and a logit per class, novelty score, flagged.
pub fn table(results: &Results) -> crate::failure::Result<Vec<u8>> {
    let measured = &results.models[0];
    let classes = &measured.subject.model.card.classes;
    let mut table = csv::Writer::from_writer(Vec::new());
    let column = |what: &'static str| classes.iter().map(move |class| format!("{what} {class}"));
    let fixed = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>()
    };
    let header = (fixed(&["file", "label", "called"]).into_iter())
        .chain(column("probability"))
        .chain(column("logit"))
        .chain(fixed(&["novelty", "flagged"]));
    table.write_record(header)?;
    for ((picture, answers), call) in results.answered.pictures.iter().zip(&measured.calls) {
        let item = &results.data.set.items[*picture];
        let answer = &answers[0];
        let mut row = vec![
            item.file.clone(),
            classes[item.class].clone(),
            classes[*call].clone(),
        ];
        row.extend(answer.probabilities.iter().map(f32::to_string));
        row.extend(answer.logits.iter().map(f32::to_string));
        row.push(
            answer
                .novelty
                .map(|n| n.score.to_string())
                .unwrap_or_default(),
        );
        row.push(
            answer
                .novelty
                .map(|n| n.flagged().to_string())
                .unwrap_or_default(),
        );
        table.write_record(row)?;
    }
    Ok(table.into_inner().map_err(|error| error.into_error())?)
}
