/**
 * Decisions between two classes, and where "yes" begins. Pure functions on a card and its probabilities.
 *
 * @module
 */

import { t } from "../text/index.js";
import { apart, local } from "../text/numbers.js";
import { className } from "./classes.js";
import { populationName, populationOf } from "./population.js";

/** @typedef {import("../engine/protocol.js").ModelCard} ModelCard */

/**
 * A probability beside the point from which on it counts as a yes.
 * @typedef {object} Decision
 * @property {string} name Of the class that "yes" means.
 * @property {number} positive Its index.
 * @property {number} probability
 * @property {number} threshold "Yes" from here on.
 * @property {boolean} yes
 * @property {number} onEvidence The same point on the evidence axis: the difference of the logits from which on it is a yes.
 * @property {string | null} population Whose threshold it is, where the model has several.
 * @property {string} chosen By which rule the threshold was chosen, and on which data.
 */

/**
 * @param {Pick<ModelCard, "classes" | "operating_point" | "temperature" | "populations"> & {population?: string}} card
 * @param {Float32Array} probabilities
 * @returns {Decision | null} Nothing where the model has no such point, or more than two classes: then no difference of two
 *     logits says where it is.
 */
export function decisionOf({ classes, operating_point: point, temperature, populations, population }, probabilities) {
    if (!point || classes.length !== 2) {
        return null;
    }
    const probability = probabilities[point.positive];
    // The card holds float32 values as decimal text, the probabilities are float32: compared as such.
    const yes = probability >= Math.fround(point.probability);
    const onEvidence = temperature * Math.log(point.probability / (1 - point.probability));
    return {
        name: className(classes[point.positive]),
        positive: point.positive,
        probability,
        threshold: point.probability,
        yes,
        onEvidence,
        population: populationOf({ populations, population }),
        chosen: point.chosen,
    };
}

/** A probability and its limit as texts that claim no certainty that is not there. @param {Decision} decision */
export function decisionNumbers({ probability, threshold }) {
    const [value, limit] = apart(probability, threshold);
    const rounded = Number(value.replace(",", "."));
    if (rounded >= 1 && probability < 1) {
        return [t("above", { value: local("0.99") }), limit];
    }
    return [rounded <= 0 && probability > 0 ? t("below", { value: local("0.01") }) : value, limit];
}

/** @param {Decision} decision */
export function decisionSentence(decision) {
    const [value, limit] = decisionNumbers(decision);
    const name = `${decision.name[0].toUpperCase()}${decision.name.slice(1)}`;
    const said = t(decision.yes ? "decision.yes" : "decision.no", { name, value, limit });
    return decision.population ? `${said} ${thresholdFor(decision.population)}` : said;
}

/** Whose threshold was used, as a sentence. @param {string} population */
export function thresholdFor(population) {
    return t("population.threshold", { name: populationName(population) });
}
