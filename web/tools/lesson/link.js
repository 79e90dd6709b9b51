/**
 * A link that is a lesson of one step: what is on show, with something hidden and a question. Pure function.
 *
 * @module
 */

/** @typedef {import("../../page/state.js").Hidden} Hidden */

/** Of another lesson, or of another link. */
const OWN = ["lesson", "step", "hide", "ask", "mark"];

/**
 * @param {string} address Of what is on show.
 * @param {{hide: readonly Hidden[], ask: string, mark: boolean}} wish
 */
export function lessonLink(address, { hide, ask, mark }) {
    const url = new URL(address);
    const parameters = new URLSearchParams(url.hash.slice(1));
    OWN.forEach((name) => parameters.delete(name));
    parameters.set("lesson", "link");
    // Whoever is to mark before they see must not see.
    const hidden = mark && !hide.includes("map") ? [...hide, "map"] : hide;
    if (hidden.length > 0) {
        parameters.set("hide", hidden.join(","));
    }
    if (ask) {
        parameters.set("ask", ask);
    }
    if (mark) {
        parameters.set("mark", "1");
    }
    url.hash = parameters.toString().replaceAll("%2C", ",").replaceAll("%3A", ":").replaceAll("%2F", "/");
    return url.href;
}
