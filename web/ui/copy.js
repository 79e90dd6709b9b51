/**
 * A text for the clipboard; where the browser does not allow that, the text itself, to be copied by hand.
 *
 * @module
 */

import { t } from "../text/index.js";
import { make, setText } from "./dom.js";

export class Copied {
    /** Says how it went. */
    note = make("p", { attributes: { role: "status" } });
    text;

    /**
     * @param {string} label Of the text that is shown.
     * @param {{className: string, rows: number}} look
     */
    constructor(label, { className, rows }) {
        this.text = make("textarea", { className, attributes: { readonly: true, rows, "aria-label": label } });
        this.text.hidden = true;
    }

    /**
     * @param {string} text
     * @param {string} done What is said where it has worked.
     */
    async copy(text, done) {
        try {
            await navigator.clipboard.writeText(text);
            this.text.hidden = true;
            setText(this.note, done);
        } catch {
            setText(this.note, t("bars.copy-by-hand"));
            this.text.hidden = false;
            this.text.value = text;
            this.text.focus();
            this.text.select();
        }
    }

    /** What was copied is not what is on show any more. */
    clear() {
        this.text.hidden = true;
        this.text.value = "";
        setText(this.note, "");
    }
}
