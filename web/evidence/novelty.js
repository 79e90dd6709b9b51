/**
 * Whether a picture is like those that a model knows, in plain words. Pure functions.
 *
 * @module
 */

import { t } from "../text/index.js";
import { apart } from "../text/numbers.js";

/** @typedef {import("../engine/protocol.js").Novelty} Novelty */

/** @param {Novelty} novelty */
export function noveltySentence({ score, threshold, counterpart }) {
    const [measured, limit] = Number.isFinite(score)
        ? apart(score, threshold)
        : [t("unlike.beyond"), apart(threshold, threshold)[0]];
    const sentence = t("unlike.score", { measured, limit });
    return counterpart ? `${sentence} ${t(/** @type {import("../text/index.js").Key} */ (`unlike.counterpart:${counterpart}`))}` : sentence;
}
