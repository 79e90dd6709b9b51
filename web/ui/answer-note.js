/**
 * An answer in a few words, for a line under a small picture.
 *
 * @module
 */

import { shortName, topClasses } from "../evidence/classes.js";
import { decisionOf } from "../evidence/decision.js";
import { t } from "../text/index.js";
import { percent } from "../text/numbers.js";

/** @param {{card: import("../engine/protocol.js").ModelCard, explained: import("../engine/protocol.js").Explained}} said */
export function answerNote({ card, explained }) {
    if (explained.novelty?.flagged) {
        return t("film.unlike");
    }
    const decision = decisionOf(card, explained.probabilities);
    if (decision) {
        return t(decision.yes ? "film.yes" : "film.no", { value: percent(decision.probability) });
    }
    const [top] = topClasses(explained.logits, 1);
    return `${shortName(card.classes[top])} ${percent(explained.probabilities[top])}`;
}
