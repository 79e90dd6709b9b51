//! A run as JSON for programs.

use super::run::Run;
use serde_json::{Value, json};
use softcam::reading::{NOTICE, UNLIKE_WARNING};

/// Everything that may be said; of a picture that is withheld, why.
pub fn document(run: &Run, all_maps: bool) -> Value {
    let (answer, card) = (&run.explanation.answer, run.card);
    let mut document = json!({
        "model": card.title,
        "version": env!("CARGO_PKG_VERSION"),
        "size": run.request.size,
        "notice": run.reading.notice.then_some(NOTICE),
        "novelty": answer.novelty.map(|novelty| json!({
            "score": novelty.score,
            "threshold": novelty.threshold,
            "flagged": novelty.flagged(),
            "counterpart": novelty.counterpart,
        })),
        "flagged": run.unlike(),
        "withheld": run.withheld(),
        "edits": run.edits,
        "notes": run.notes,
        "placement": answer.placement,
        "device": "cpu",
        "seconds": run.seconds,
    });
    if run.withheld() {
        return document;
    }
    let classes = &card.classes;
    let top: Vec<Value> = (run.top().into_iter())
        .map(|class| {
            json!({
                "class": class,
                "name": classes[class],
                "logit": answer.logits[class],
                "probability": answer.probabilities[class],
            })
        })
        .collect();
    let (shown, maps) = (&run.shown, &run.explanation.maps);
    let mut answered = json!({
        "warning": run.unlike().then_some(UNLIKE_WARNING),
        "decision": run.reading.decision,
        "activation": card.activation,
        "temperature": card.temperature,
        "population": card.populations.first().map(|population| &population.name),
        "top": top,
        "class": shown.choice.class,
        "name": classes[shown.choice.class],
        "against": shown.choice.against.map(|class| &classes[class]),
        "logit": shown.logit,
        "probability": answer.probabilities[shown.choice.class],
        "rows": maps.height(),
        "columns": maps.width(),
        "map": shown.map,
        "sum_of_shares": shown.sum_of_shares(),
        "limit": shown.limit,
        "logits": answer.logits,
        "before": run.before.as_ref().map(|before| json!({
            "logits": before.logits,
            "probabilities": before.probabilities,
        })),
    });
    if let Some(method) = &run.method {
        answered["method"] = method.document();
    }
    if all_maps {
        answered["maps"] = json!(maps.data());
    }
    if let (Value::Object(document), Value::Object(answered)) = (&mut document, answered) {
        document.extend(answered);
    }
    document
}
