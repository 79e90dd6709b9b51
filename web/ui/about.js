/**
 * What the model is, and the visitor's own models: fetched when it is opened.
 *
 * @module
 */

import { figureTables } from "../evidence/figures.js";
import { t } from "../text/index.js";
import { tick } from "../text/numbers.js";
import { button, make } from "./dom.js";

/** @typedef {import("../engine/protocol.js").ModelCard} ModelCard */

/**
 * @typedef {object} Shown
 * @property {ModelCard | null} card
 * @property {string} description
 * @property {string[]} notes What there is to know about the model that was opened last.
 * @property {{remembered: boolean} | null} own Whether the model in use is one of the visitor's own.
 */

/**
 * @typedef {object} Handlers
 * @property {(files: File[]) => void} open
 * @property {(keep: boolean) => void} remember
 * @property {() => void} remove
 */

export class About {
    #handlers;
    #description = make("p", { className: "description" });
    #notes = make("ul", { className: "notes", attributes: { "aria-live": "polite", "aria-label": t("about.notes") } });
    #remember = make("input", { className: "remember", attributes: { type: "checkbox" } });
    #own = make("div", { className: "own" });
    #card = make("div", { className: "card", attributes: { lang: "en" } });
    /** @type {ModelCard | null} */
    #described = null;

    /**
     * @param {HTMLElement} root
     * @param {Handlers} handlers
     */
    constructor(root, handlers) {
        this.#handlers = handlers;
        const input = make("input", {
            className: "visually-hidden model-file",
            attributes: { type: "file", tabindex: -1, "aria-hidden": true, multiple: true, accept: ".safetensors,.json" },
        });
        input.addEventListener("change", () => {
            const files = Array.from(input.files ?? []);
            input.value = "";
            if (files.length > 0) {
                handlers.open(files);
            }
        });
        this.#remember.addEventListener("change", () => this.#handlers.remember(this.#remember.checked));
        this.#own.append(
            make("label", { className: "check" }, [this.#remember, t("about.remember")]),
            button(t("about.remove"), () => this.#handlers.remove(), { className: "remove-model" }),
        );
        root.replaceChildren(
            this.#description,
            make("p", { className: "row" }, [button(t("about.open"), () => input.click(), { className: "open-model" }), input]),
            this.#own,
            this.#notes,
            this.#card,
            links(),
        );
    }

    /** @param {Shown} shown */
    show({ card, description, notes, own }) {
        this.#description.textContent = description;
        this.#notes.replaceChildren(...notes.map((text) => make("li", { text })));
        this.#own.hidden = own === null;
        this.#remember.checked = own?.remembered ?? false;
        if (card !== this.#described) {
            this.#described = card;
            this.#card.replaceChildren(...(card ? [describe(card)] : []));
        }
    }
}

/** Where to read on. */
function links() {
    const to = (/** @type {string} */ href, /** @type {string} */ text) => make("a", { text, attributes: { href, rel: "noreferrer" } });
    return make("p", { className: "links" }, [
        to("https://arxiv.org/abs/2505.17748", t("about.paper")),
        " \u00b7 ",
        to("https://github.com/kdjoumessi/SoftCAM", t("about.code")),
    ]);
}

/** @param {ModelCard} card */
function describe(card) {
    const { provenance, operating_point: point, out_of_distribution: unlike } = card;
    const entries = [
        [t("card.model"), card.title],
        [t("card.use"), card.intended_use],
        [t("card.trained"), provenance.training_data],
        [t("card.classes"), card.classes.length > 12 ? t("card.many", { count: card.classes.length }) : card.classes.join("; ")],
        [t("card.limits"), make("ul", {}, card.limits.map((text) => make("li", { text })))],
        [t("card.figures"), make("div", {}, figures(card))],
        [t("card.temperature"), t("card.temperature-is", { value: tick(card.temperature) })],
        [t("card.point"), point && `${t("card.point-is", { value: tick(point.probability) })} ${point.chosen}`],
        [t("card.unlike"), unlike && `${t("card.unlike-is", { value: tick(unlike.threshold) })} ${unlike.fitted}`],
        [t("card.weights"), provenance.weights],
        [t("card.conversion"), provenance.conversion],
        [t("card.licence"), provenance.licence],
        [t("card.cite"), provenance.attribution],
    ];
    const said = /** @type {[string, string | HTMLElement][]} */ (entries.filter(([, what]) => what));
    return make("dl", {}, said.flatMap(([term, what]) => [make("dt", { text: term }), make("dd", {}, [what])]));
}

/** @param {ModelCard} card */
function figures({ figures }) {
    if (figures.length === 0) {
        return [make("p", { text: t("card.unmeasured") })];
    }
    return figureTables(figures).map(({ measuredOn, rows }) => {
        const intervals = rows.some(({ interval }) => interval);
        const heads = ["", t("card.value"), ...(intervals ? [t("card.interval")] : [])];
        const header = (/** @type {string} */ text, /** @type {string} */ scope) => make("th", { text, attributes: { scope } });
        const body = rows.map(({ name, value, interval }) =>
            make("tr", {}, [
                header(name, "row"),
                make("td", { text: value }),
                ...(intervals ? [make("td", { text: interval })] : []),
            ]),
        );
        return make("table", {}, [
            make("caption", { text: t("card.measured", { on: measuredOn }) }),
            make("thead", {}, [make("tr", {}, heads.map((text) => (text ? header(text, "col") : make("td"))))]),
            make("tbody", {}, body),
        ]);
    });
}
