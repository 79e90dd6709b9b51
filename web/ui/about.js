/**
 * What the model is, and the visitor's own models: fetched when it is opened.
 *
 * @module
 */

import { className } from "../evidence/classes.js";
import { figureTables } from "../evidence/figures.js";
import { populationName } from "../evidence/population.js";
import { language, languageOf, t, tOr } from "../text/index.js";
import { tick } from "../text/numbers.js";
import { button, make, setLanguage } from "./dom.js";

/** @typedef {import("../engine/protocol.js").ModelCard} ModelCard */

/**
 * @typedef {object} Shown
 * @property {ModelCard | null} card
 * @property {string} description
 * @property {string | null} descriptionLanguage Where that is not the page's.
 * @property {string[]} notes What there is to know about the model that was opened last.
 * @property {{remembered: boolean} | null} own Whether the model in use is one of the visitor's own.
 */

/**
 * @typedef {object} Handlers
 * @property {(files: File[]) => void} open
 * @property {(keep: boolean) => void} remember
 * @property {() => void} remove
 * @property {(several: boolean) => void} several Several of its classes may be right at once, or only one.
 */

export class About {
    #handlers;
    #description = make("p", { className: "description" });
    #notes = make("ul", { className: "notes", attributes: { "aria-live": "polite", "aria-label": t("about.notes") } });
    #remember = make("input", { className: "remember", attributes: { type: "checkbox" } });
    #several = make("input", { className: "several", attributes: { type: "checkbox" } });
    #own = make("div", { className: "own" });
    #card = make("div", { className: "card" });
    /** For what the browser keeps of the page. */
    offline = make("div");
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
            attributes: { type: "file", tabindex: -1, "aria-hidden": true, "aria-label": t("about.open"), multiple: true, accept: ".safetensors,.json,.txt,.csv,.tsv" },
        });
        input.addEventListener("change", () => {
            const files = Array.from(input.files ?? []);
            input.value = "";
            if (files.length > 0) {
                handlers.open(files);
            }
        });
        this.#remember.addEventListener("change", () => this.#handlers.remember(this.#remember.checked));
        this.#several.addEventListener("change", () => this.#handlers.several(this.#several.checked));
        this.#own.hidden = true;
        this.#own.append(
            make("label", { className: "check" }, [this.#several, t("about.several")]),
            make("label", { className: "check" }, [this.#remember, t("about.remember")]),
            button(t("about.remove"), () => this.#handlers.remove(), { className: "remove-model" }),
        );
        root.replaceChildren(
            this.#description,
            make("p", { className: "row" }, [button(t("about.open"), () => input.click(), { className: "open-model" }), input]),
            this.#own,
            this.#notes,
            this.offline,
            this.#card,
            links(),
        );
    }

    /** @param {Shown} shown */
    show({ card, description, descriptionLanguage, notes, own }) {
        this.#description.textContent = description;
        setLanguage(this.#description, descriptionLanguage);
        this.#notes.replaceChildren(...notes.map((text) => make("li", { text })));
        this.#own.hidden = own === null;
        this.#remember.checked = own?.remembered ?? false;
        this.#several.checked = card?.activation === "sigmoid";
        if (card !== this.#described) {
            this.#described = card;
            this.#card.replaceChildren(...(card ? [describe(card)] : []));
        }
    }
}

/** Where to read on. */
function links() {
    const to = (/** @type {string} */ href, /** @type {string} */ text) => make("a", { text, attributes: { href, rel: "noreferrer" } });
    const links = [to("https://arxiv.org/abs/2505.17748", t("about.paper")), to("https://github.com/kdjoumessi/SoftCAM", t("about.code"))];
    // As published by `cargo xtask dist`, which writes it.
    if (document.querySelector('link[rel="manifest"]')) {
        links.push(to("licences.txt", t("about.licences")));
    }
    return make("p", { className: "links" }, links.flatMap((link, index) => (index > 0 ? [" \u00b7 ", link] : [link])));
}

/**
 * The headings are in the page's language; what stands in the card is in English.
 * @param {ModelCard} card
 */
function describe(card) {
    const { classes, provenance, operating_point: point, out_of_distribution: unlike } = card;
    /** @type {[string, (string | HTMLElement | null | undefined)[]][]} */
    const entries = [
        [t("card.model"), [quote(card.title)]],
        [t("card.use"), [quote(card.intended_use)]],
        [t("card.trained"), [quote(provenance.training_data)]],
        [t("card.classes"), [classes.length > 12 ? t("card.many", { count: classes.length }) : classes.map(className).join("; ")]],
        [t("card.limits"), [make("ul", {}, card.limits.map((text) => make("li", {}, [quote(text) ?? ""])))]],
        [t("card.figures"), figures(card)],
        [t("card.temperature"), [t(card.activation === "sigmoid" ? "card.temperature-sigmoid" : "card.temperature-is", { value: tick(card.temperature) })]],
        [t("card.point"), point ? [`${t("card.point-is", { value: tick(point.probability) })} `, quote(sentence(point.chosen))] : []],
        [t("card.populations"), populations(card)],
        [t("card.unlike"), unlike ? [`${t("card.unlike-is", { value: tick(unlike.threshold) })} `, quote(unlike.fitted)] : []],
        [t("card.weights"), [quote(provenance.weights)]],
        [t("card.conversion"), [quote(provenance.conversion)]],
        [t("card.licence"), [quote(provenance.licence)]],
        [t("card.cite"), [quote(provenance.attribution)]],
    ];
    return make(
        "dl",
        {},
        entries.flatMap(([term, parts]) => {
            const said = parts.filter((part) => part !== null && part !== undefined);
            return said.length > 0 ? [make("dt", { text: term }), make("dd", {}, said)] : [];
        }),
    );
}

/** How answers are read for each population. @param {ModelCard} card */
function populations({ populations = [] }) {
    if (populations.length < 2) {
        return [];
    }
    const said = populations.map(({ name, temperature, operating_point: point }) =>
        make("li", {}, [
            t("card.population", { name: populationName(name), temperature: tick(temperature) }),
            ...(point ? [" ", t("card.point-is", { value: tick(point.probability) }), " ", quote(sentence(point.chosen)) ?? ""] : []),
        ]),
    );
    return [make("ul", {}, said)];
}

/** What a card says, marked as English where the page is not. @param {string | undefined} text */
function quote(text) {
    return text ? make("span", { text, attributes: { lang: language() === "en" ? null : "en" } }) : null;
}

/** With a capital letter, as it follows a full stop. @param {string} text */
function sentence(text) {
    return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** @param {ModelCard} card */
function figures({ figures }) {
    if (figures.length === 0) {
        return [make("p", { text: t("card.unmeasured") })];
    }
    return figureTables(figures).map(({ measuredOn, rows }) => {
        const intervals = rows.some(({ interval }) => interval);
        const heads = ["", t("card.value"), ...(intervals ? [t("card.interval")] : [])];
        const header = (/** @type {string} */ text, /** @type {string} */ scope, /** @type {string | null} */ lang = null) =>
            make("th", { text, attributes: { scope, lang } });
        const body = rows.map(({ name, value, interval }) =>
            make("tr", {}, [
                header(tOr(`figure:${name}`, name), "row", languageOf(`figure:${name}`)),
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
