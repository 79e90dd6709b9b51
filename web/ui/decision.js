/**
 * A probability with the point from which on it counts as a yes.
 *
 * @module
 */

import { decisionSentence } from "../decision.js";
import { byId, make } from "./dom.js";

/** @param {import("../decision.js").Decision | null} decision Nothing hides it. */
export function showDecision(decision) {
    const panel = byId("decision", HTMLElement);
    panel.hidden = decision === null;
    if (!decision) {
        panel.replaceChildren();
        return;
    }
    const { probability, threshold, chosen } = decision;
    const fill = make("i");
    fill.style.transform = `scaleX(${probability})`;
    const tick = make("b");
    tick.style.left = `${100 * threshold}%`;
    const bar = make("div", { className: "gauge" }, [fill, tick]);
    // The sentence says all of it.
    bar.setAttribute("aria-hidden", "true");
    const rule = make("details", {}, [make("summary", { text: "Why from there on" }), make("p", { text: chosen })]);
    panel.replaceChildren(make("p", { text: decisionSentence(decision) }), bar, rule);
}
