/**
 * What there is to see of an answer: one class's map, or one over another, with the numbers that go with it and what must
 * stand beside it. Page and embedded viewer show the same. Pure functions.
 *
 * @module
 */

import { t } from "../text/index.js";
import { choiceName, className, defaultChoice, excludeEachOther, knownChoice, positiveClass, rivalOf } from "./classes.js";
import { decisionOf } from "./decision.js";
import { countable } from "./grid.js";
import { largest, roundUp, scaleOf, scaleOfMost } from "./scale.js";
import { ledgerOf, mapOf } from "./sums.js";

/** @typedef {import("../engine/protocol.js").Explained} Explained */
/** @typedef {import("../engine/protocol.js").EvidenceMap} EvidenceMap */
/** @typedef {import("../engine/protocol.js").ModelCard} ModelCard */
/** @typedef {import("./classes.js").Choice} Choice */

/**
 * The answer of a network to a picture, as far as it may be shown.
 * @typedef {object} AnswerView
 * @property {ModelCard} card
 * @property {Explained} explained
 * @property {boolean} withheld Whether nothing of the answer is to be shown: the picture is unlike those that the model knows.
 * @property {string | null} warning What must stand on the picture.
 * @property {string | null} notice What must stand beside an answer about people's health.
 * @property {Choice} choice
 * @property {string} name Of the choice.
 * @property {string} subject What the evidence speaks for or against: of two classes, the one that is shown.
 * @property {number | null} rival The class that it is best set against.
 * @property {number | null} positive Of two classes the one that is looked for.
 * @property {import("./decision.js").Decision | null} decision
 * @property {EvidenceMap} map Of the choice.
 * @property {number} limit End of the colour scale that is used.
 * @property {number} beyond Cells that lie beyond it.
 * @property {import("./sums.js").Ledger} ledger
 * @property {number | null} yesFrom The mean of the map from which on the model says yes, where the map is that of the
 *     finding over the other class.
 * @property {string} method What made the map.
 * @property {boolean} empty Whether another method's map is as good as nothing beside the evidence: its colours then end where
 *     what a cell of the evidence adds would, so that rounding is not painted as if it were evidence.
 */

/** Share of what a value of the evidence adds at most, below which a map is as good as nothing. */
const AS_NOTHING = 0.01;

/**
 * @param {object} given
 * @param {ModelCard} given.card
 * @param {Explained} given.explained
 * @param {Choice | null} given.choice What the visitor chose; else what the model says.
 * @param {boolean} given.anyway Whether the visitor wants to see it although it was flagged.
 * @param {number | null} given.limit End of the colour scale, where that is kept from another picture.
 * @param {number | null} [given.evidenceLimit] End of the evidence's, where that is kept: also for a map that is drawn like it.
 * @param {{method: string, map: Omit<EvidenceMap, "limit">} | null} [given.other] Another method's map of the choice.
 * @returns {AnswerView}
 */
export function answerView({ card, explained, choice: wanted, anyway, limit, evidenceLimit = null, other = null }) {
    const { logits, novelty } = explained;
    const choice = knownChoice(wanted, card.classes.length) ?? defaultChoice(card, logits);
    const own = evidenceMap(explained, choice);
    const added = (evidenceLimit ?? own.limit) / (other?.map.values.length ?? 1);
    const empty = other !== null && largest(other.map.values) < AS_NOTHING * added;
    const map = other ? { ...other.map, limit: other.map.likeEvidence ? added : empty ? roundUp(added) : endOf(other.map) } : own;
    const decision = decisionOf(card, explained.probabilities);
    const flagged = novelty?.flagged === true;
    const used = limit ?? map.limit;
    return {
        card,
        explained,
        withheld: flagged && !anyway,
        warning: flagged ? t("unlike.warning") : null,
        notice: card.medical ? t("notice.teaching") : null,
        choice,
        name: choiceName(card.classes, choice),
        subject: card.classes.length === 2 ? className(card.classes[choice.shown]) : choiceName(card.classes, choice),
        rival: excludeEachOther(card) ? rivalOf(logits, choice.shown) : null,
        positive: positiveClass(card),
        decision,
        map,
        limit: used,
        beyond: map.values.reduce((count, value) => count + Number(Math.abs(value) > used * (1 + 1e-6)), 0),
        ledger: ledgerOf(map.values),
        yesFrom: decision && choice.against !== null && !other ? (choice.shown === decision.positive ? 1 : -1) * decision.onEvidence : null,
        method: other?.method ?? "evidence",
        empty,
    };
}

/** The end of the scale of a map in a unit of its own. @param {Omit<EvidenceMap, "limit">} map */
function endOf(map) {
    return countable(map) ? scaleOf(map.values) : scaleOfMost(map.values);
}

/**
 * A SoftCAM's own map of a choice; its mean is the logit, or the difference of two. Single maps share one scale; a
 * difference has one of its own, since it may be far smaller or larger than they are.
 * @param {Explained} explained
 * @param {Choice} choice
 * @returns {EvidenceMap}
 */
export function evidenceMap(explained, { shown, against }) {
    const { logits, rows, columns, placement } = explained;
    const values = mapOf(explained, shown, against);
    const total = against === null ? logits[shown] : logits[shown] - logits[against];
    return { values, rows, columns, placement, total, limit: against === null ? explained.limit : scaleOf(values) };
}
