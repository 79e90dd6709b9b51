/**
 * A word of the trade with its explanation one tap away. Pages that use it once need to know nothing else of it:
 * `term("logit")` is an element to put into a sentence.
 *
 * @module
 */

import { t } from "../text/index.js";
import { make, newLabel } from "./dom.js";

/** @typedef {import("../text/index.js").Key} Key */

/** @param {string} name Of a pair of messages: `term.NAME`, the word, and `term.NAME.means`. */
export function term(name) {
    const id = newLabel();
    const meaning = t(/** @type {Key} */ (`term.${name}.means`));
    const panel = make("span", { className: "popover term-text", text: meaning, attributes: { id, popover: "auto", role: "note" } });
    const word = make("button", {
        className: "term",
        text: t(/** @type {Key} */ (`term.${name}`)),
        attributes: { type: "button", popovertarget: id, "data-term": name },
    });
    return make("span", {}, [word, panel]);
}
