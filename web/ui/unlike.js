/**
 * In place of an answer: why there is none for a picture that is unlike those that the model knows.
 *
 * @module
 */

import { noveltySentence } from "../novelty.js";
import { byId, make } from "./dom.js";

/**
 * @typedef {object} Ways
 * @property {() => void} anyway Show the answer all the same.
 * @property {{title: string, explain: () => void}[]} others Models for other things.
 */

/**
 * @param {import("../protocol.js").Novelty} novelty
 * @param {Ways} ways
 */
export function showUnlike(novelty, { anyway, others }) {
    const title = make("h2", { text: "This picture is unlike what the model was trained on" });
    title.id = "unlike-title";
    const ways = others.map(({ title, explain }) => make("li", {}, [button(title, explain)]));
    const panel = byId("unlike", HTMLElement);
    // Visible before it is filled, so that it is read out.
    panel.hidden = false;
    panel.replaceChildren(
        title,
        make("p", { text: noveltySentence(novelty) }),
        make("p", {
            text: "A network answers whatever it is shown, with a probability like any other. Here that would mean nothing, so no map and no probability is shown.",
        }),
        ...(ways.length > 0 ? [make("p", { text: "Explain it with another model:" }), make("ul", {}, ways)] : []),
        make("p", {}, [button("Show it anyway", anyway), " The map then carries a warning."]),
    );
}

export function hideUnlike() {
    const panel = byId("unlike", HTMLElement);
    panel.hidden = true;
    panel.replaceChildren();
}

/**
 * @param {string} text
 * @param {() => void} action
 */
function button(text, action) {
    const element = make("button", { text });
    element.type = "button";
    element.addEventListener("click", action);
    return element;
}
