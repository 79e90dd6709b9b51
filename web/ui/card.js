/**
 * What a model's card says: what it was trained on, how well it does, where it fails.
 *
 * @module
 */

import { figureTables } from "../figures.js";
import { byId, make } from "./dom.js";

/** @typedef {import("../protocol.js").ModelCard} ModelCard */

/** @param {ModelCard} card */
export function showCard(card) {
    const { provenance, operating_point: point, out_of_distribution: unlike } = card;
    const entries = [
        ["Model", card.title],
        ["What it is for", card.intended_use],
        ["Trained on", provenance.training_data],
        ["Classes", card.classes.length > 12 ? `${card.classes.length} of them` : card.classes.join("; ")],
        ["Where it fails, and what it is not for", make("ul", {}, card.limits.map((text) => make("li", { text })))],
        ["How well it does", make("div", {}, figures(card))],
        ["Where \u201cyes\u201d begins", point && `At a probability of ${rounded(point.probability)}. ${point.chosen}`],
        ["When a picture counts as unlike those it knows", unlike && `Above a score of ${rounded(unlike.threshold)}. ${unlike.fitted}`],
        ["Weights", provenance.weights],
        ["What was done to them", provenance.conversion],
        ["Licence", provenance.licence],
        ["Cite", provenance.attribution],
    ];
    const said = /** @type {[string, string | HTMLElement][]} */ (entries.filter(([, what]) => what));
    const list = said.flatMap(([term, what]) => [make("dt", { text: term }), make("dd", {}, [what])]);
    byId("card-body", HTMLElement).replaceChildren(make("dl", {}, list));
}

/** @param {ModelCard} card */
function figures({ figures }) {
    if (figures.length === 0) {
        return [make("p", { text: "Nobody has measured it." })];
    }
    return figureTables(figures).map(({ measuredOn, rows }) => {
        const intervals = rows.some(({ interval }) => interval);
        const heads = ["", "value", ...(intervals ? ["interval"] : [])];
        const body = rows.map(({ name, value, interval }) =>
            make("tr", {}, [
                header(name, "row"),
                make("td", { text: value }),
                ...(intervals ? [make("td", { text: interval })] : []),
            ]),
        );
        return make("table", {}, [
            make("caption", { text: `Measured on: ${measuredOn}` }),
            make("thead", {}, [make("tr", {}, heads.map((text) => (text ? header(text, "col") : make("td"))))]),
            make("tbody", {}, body),
        ]);
    });
}

/**
 * @param {string} text
 * @param {"row" | "col"} scope
 */
function header(text, scope) {
    const cell = make("th", { text });
    cell.scope = scope;
    return cell;
}

/** @param {number} value */
function rounded(value) {
    return String(Number(value.toPrecision(3)));
}
