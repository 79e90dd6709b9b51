/**
 * Every method that is computed from the network, in a worker of its own.
 *
 * @module
 */

import { Attribution } from "../../engine/attribution.js";
import { lookedAt } from "../../page/state.js";
import { optionsFrom, readingOf, runsBefore, scaledLikeEvidence } from "./list.js";

/** @typedef {import("../../engine/engine.js").Engine} Engine */

/** The worker of an engine's page, which starts with the first question. @param {Engine} engine */
export function attributionOf(engine) {
    return (engine.attribution ??= new Attribution(engine));
}

/** @type {import("../../page/answers.js").Method["run"]} */
async function run({ pane, explained, choice, engine, signal, report }) {
    const { model, shuffled, method } = pane;
    const options = optionsFrom(method, pane.options, { size: pane.size ?? 0, columns: explained.columns });
    const before = runsBefore(method);
    const { logits, ...map } = await attributionOf(engine).attribute(
        { model, shuffled },
        lookedAt(pane),
        { method, options, target: { class: choice.shown, against: choice.against } },
        // In runs of the network, as what it has cost is counted.
        { expected: explained.logits, signal, onProgress: ({ done, total }) => report(done + before, total + before) },
    );
    return { ...map, total: null, likeEvidence: scaledLikeEvidence(method, pane.options), reading: readingOf(method, choice) };
}

export default { run };
