/**
 * Every method that is computed from the network, in a worker of its own.
 *
 * @module
 */

import { Attribution } from "../../engine/attribution.js";
import { lookedAt } from "../../page/state.js";
import { optionsFrom } from "./list.js";

/** @typedef {import("../../engine/engine.js").Engine} Engine */

/** The worker of an engine's page, which starts with the first question. @param {Engine} engine */
export function attributionOf(engine) {
    return (engine.attribution ??= new Attribution(engine));
}

/** @type {import("../../page/answers.js").Method["run"]} */
async function run({ pane, explained, choice, engine, signal, report }) {
    const { model, shuffled, method } = pane;
    const { logits, ...map } = await attributionOf(engine).attribute(
        { model, shuffled },
        lookedAt(pane),
        { method, options: optionsFrom(method, pane.options), target: { class: choice.shown, against: choice.against } },
        { expected: explained.logits, signal, onProgress: ({ done, total }) => report(done, total) },
    );
    return { ...map, total: null };
}

export default { run };
