/**
 * A sheet over the whole page, to be read or printed: what is below it neither takes the focus nor goes to paper.
 *
 * @module
 */

import { t } from "../../text/index.js";
import { button, make, newLabel } from "../../ui/dom.js";

export class Sheet {
    root;
    body = make("div", { className: "sheet-body" });
    /** Whether it was closed: what is still on its way is not wanted any more. */
    closed = false;
    /** Told when it is closed. @type {() => void} */
    listener = () => {};
    /** What was usable before. @type {HTMLElement[]} */
    #below;
    #before = document.activeElement;

    /**
     * @param {string} name Of its kind, as a class.
     * @param {string} title
     * @param {boolean} [printed] Whether it is meant for paper.
     */
    constructor(name, title, printed = true) {
        const heading = make("h1", { text: title, attributes: { id: newLabel(), tabindex: -1 } });
        this.root = make("section", { className: `sheet ${name}`, attributes: { role: "dialog", "aria-modal": "true", "aria-labelledby": heading.id, lang: document.documentElement.lang } }, [
            make("header", {}, [
                heading,
                make("div", { className: "row sheet-ways" }, [
                    ...(printed ? [button(t("lesson.print"), () => window.print(), { className: "sheet-print" })] : []),
                    button(t("lesson.sheet.close"), () => this.close(), { className: "sheet-close" }),
                ]),
            ]),
            this.body,
        ]);
        this.#below = Array.from(document.body.children).flatMap((element) => (element instanceof HTMLElement && !element.inert ? [element] : []));
        this.#below.forEach((element) => (element.inert = true));
        document.body.append(this.root);
        document.body.classList.add("sheeted");
        this.root.addEventListener("keydown", (event) => {
            if (event.key === "Escape") {
                this.close();
            }
        });
        heading.focus();
    }

    close() {
        this.closed = true;
        this.listener();
        this.root.remove();
        this.#below.forEach((element) => (element.inert = false));
        document.body.classList.remove("sheeted");
        if (this.#before instanceof HTMLElement) {
            this.#before.focus({ preventScroll: true });
        }
    }
}
