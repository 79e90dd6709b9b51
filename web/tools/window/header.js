/**
 * A film's header, folded: asked for when it is opened and kept nowhere, so that nothing of it is in a link, a saved picture
 * or a table. What may name somebody is blank until it is asked for.
 *
 * @module
 */

import { t } from "../../text/index.js";
import { button, make } from "../../ui/dom.js";

/** @typedef {import("../../../pkg/softcam_dicom.js").FilmField} FilmField */

export class Header {
    #ask;
    #failed;
    #body = make("tbody");
    #people = button(t("window.people"), () => void this.#fill(true), { className: "people" });
    #hint = make("p", { className: "hint", text: t("window.header-stays") });
    root = make("details", { className: "film-header" });
    /** Whose header is on show. */
    #of = "";

    /**
     * @param {(people: boolean) => Promise<FilmField[]>} ask
     * @param {(error: unknown) => void} failed
     */
    constructor(ask, failed) {
        this.#ask = ask;
        this.#failed = failed;
        const columns = ["window.tag", "window.field", "window.value"].map((key) =>
            make("th", { text: t(/** @type {import("../../text/index.js").Key} */ (key)), attributes: { scope: "col" } }),
        );
        const table = make("table", {}, [make("thead", {}, [make("tr", {}, columns)]), this.#body]);
        this.root.append(make("summary", { text: t("window.header") }), this.#hint, this.#people, make("div", { className: "film-fields", attributes: { tabindex: 0, role: "group", "aria-label": t("window.header") } }, [table]));
        this.root.addEventListener("toggle", () => {
            if (this.root.open) {
                void this.#fill(false);
            } else {
                this.#clear();
            }
        });
    }

    /** Another file: its header is asked for anew. @param {string} file @param {boolean} there Whether it has one. */
    show(file, there) {
        this.root.hidden = !there;
        if (this.#of !== file) {
            this.#of = file;
            this.root.open = false;
            this.#clear();
        }
    }

    #clear() {
        this.#body.replaceChildren();
        this.#people.hidden = true;
    }

    /** @param {boolean} people */
    async #fill(people) {
        const of = this.#of;
        try {
            const fields = await this.#ask(people);
            if (of !== this.#of || !this.root.open) {
                return;
            }
            this.#people.hidden = people || fields.every(({ value }) => (value ?? null) !== null);
            this.#body.replaceChildren(
                ...fields.map(({ tag, name, value }) => {
                    const shown = value ?? null;
                    const cell = shown === null ? make("td", { className: "blank", text: t("window.blank") }) : make("td", { text: shown, attributes: { translate: "no" } });
                    return make("tr", {}, [make("td", { text: tag }), make("td", { text: name, attributes: { lang: "en" } }), cell]);
                }),
            );
        } catch (error) {
            this.#failed(error);
        }
    }
}
