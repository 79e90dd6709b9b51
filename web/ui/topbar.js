/**
 * The bar at the top: what the network looks at, its variant, and the ways to settings, to the model's card, to a link.
 *
 * @module
 */

import { LANGUAGES, language, t, tOr } from "../text/index.js";
import { button, make, newLabel, replaceKeeping } from "./dom.js";

/**
 * A group of models that is offered, or a model of the visitor's own.
 * @typedef {object} Tab
 * @property {string} id
 * @property {string} title
 * @property {boolean} chosen
 */

/**
 * @typedef {object} Shown
 * @property {Tab[]} tabs
 * @property {{id: string, title: string, chosen: boolean}[]} variants Of the chosen one.
 * @property {string} language
 */

/**
 * @typedef {object} Handlers
 * @property {(id: string) => void} tab
 * @property {(model: string) => void} variant
 * @property {(language: string) => void} language
 * @property {() => void} share
 * @property {() => void} save
 * @property {(which: "settings" | "about" | "help" | "lessons", panel: HTMLElement) => void} open A panel is opened; it is filled then.
 */

/** Tabs that one row holds beside everything else. */
const USUAL = 4;

export class TopBar {
    #handlers;
    #root;
    #tabs = make("div", { className: "tabs", attributes: { role: "radiogroup", "aria-label": t("top.domains") } });
    #variants = make("div", { className: "segments", attributes: { role: "radiogroup", "aria-label": t("top.variants") } });
    #save = button(t("top.save"), () => this.#handlers.save(), { className: "save" });
    #language = make("select", { className: "language", attributes: { "aria-label": t("top.language") } });
    #names = { tab: `tab-${newLabel()}`, variant: `variant-${newLabel()}` };

    /**
     * @param {HTMLElement} root
     * @param {Handlers} handlers
     */
    constructor(root, handlers) {
        this.#handlers = handlers;
        this.#root = root;
        this.#language.append(
            ...LANGUAGES.map(({ language, name }) => make("option", { text: name, attributes: { value: language, lang: language } })),
        );
        this.#language.addEventListener("change", () => handlers.language(this.#language.value));
        const share = button(t("top.share"), () => handlers.share(), { className: "share" });
        root.replaceChildren(
            make("h1", {}, [make("span", { text: "SoftCAM" })]),
            this.#tabs,
            this.#variants,
            make("div", { className: "actions" }, [...this.#popover("lessons"), ...this.#popover("about"), ...this.#popover("settings"), share, this.#save, ...this.#popover("help", "?")]),
            this.#language,
        );
    }

    /**
     * A button and the panel that it opens.
     * @param {"settings" | "about" | "help" | "lessons"} which
     * @param {string} [text] Of the button, where its name is too long for it.
     */
    #popover(which, text) {
        const id = newLabel();
        const panel = make("div", {
            className: `popover ${which}`,
            attributes: { id, popover: "auto", role: "dialog", "aria-label": t(`top.${which}`) },
        });
        panel.addEventListener("beforetoggle", (event) => {
            if (/** @type {ToggleEvent} */ (event).newState === "open") {
                this.#handlers.open(which, panel);
            }
        });
        const name = t(`top.${which}`);
        const opener = make("button", {
            className: text ? `${which} sign` : which,
            text: text ?? name,
            attributes: { type: "button", popovertarget: id, "aria-label": text && name, title: text && name },
        });
        return [opener, panel];
    }

    /** @param {boolean} possible Whether there is anything to save. */
    offerSaving(possible) {
        this.#save.disabled = !possible;
    }

    /** @param {Shown} shown */
    show({ tabs, variants, language: spoken }) {
        replaceKeeping(
            this.#tabs,
            tabs.map(({ id, title, chosen }) =>
                this.#radio({ name: this.#names.tab, id, title: tOr(`domain:${id}`, title), chosen, choose: () => this.#handlers.tab(id) }),
            ),
        );
        this.#variants.hidden = variants.length < 2;
        this.#root.classList.toggle("crowded", tabs.length > USUAL);
        replaceKeeping(
            this.#variants,
            variants.map(({ id, title, chosen }) =>
                this.#radio({
                    name: this.#names.variant,
                    id,
                    title: tOr(`variant:${title}`, title),
                    chosen,
                    choose: () => this.#handlers.variant(id),
                }),
            ),
        );
        this.#language.value = spoken || language();
    }

    /** @param {{name: string, id: string, title: string, chosen: boolean, choose: () => void}} line */
    #radio({ name, id, title, chosen, choose }) {
        const radio = make("input", {
            attributes: { type: "radio", name, value: id, "data-key": `${name} ${id}` },
            on: { change: choose },
        });
        radio.checked = chosen;
        return make("label", {}, [radio, make("span", { text: title })]);
    }
}
