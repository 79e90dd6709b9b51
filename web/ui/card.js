/**
 * The model card in the page's foot.
 *
 * @module
 */

import { byId, make } from "./dom.js";

/** @param {import("../protocol.js").ModelCard} card */
export function showCard(card) {
    const { provenance } = card;
    /** @type {[string, string][]} */
    const entries = [
        ["Model", card.title],
        ["What it is for", card.intended_use],
        ["Trained on", provenance.training_data],
        ["Weights", provenance.weights],
        ["What was done to them", provenance.conversion],
        ["Licence", provenance.licence],
        ["Cite", provenance.attribution],
        ...card.limits.map((limit, index) => /** @type {[string, string]} */ ([`Limit ${index + 1}`, limit])),
        ...card.figures.map(
            ({ name, value, measured_on }) =>
                /** @type {[string, string]} */ ([name, `${Number(value.toPrecision(4))} (${measured_on})`]),
        ),
    ];
    const list = make(
        "dl",
        {},
        entries.flatMap(([term, text]) => [make("dt", { text: term }), make("dd", { text })]),
    );
    byId("card-body", HTMLElement).replaceChildren(list);
}
