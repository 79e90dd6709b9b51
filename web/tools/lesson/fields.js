/**
 * Fields of a form, each with its label, and with what is wrong with it beside it.
 *
 * @module
 */

import { make, newLabel, setText } from "../../ui/dom.js";

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Control */

/** What stands beside a field that is wrong. @type {WeakMap<Control, HTMLElement>} */
const said = new WeakMap();

/** @param {string} text @param {Control} control @param {string} [hint] */
export function labelled(text, control, hint = "") {
    control.id = newLabel();
    const trouble = make("p", { className: "maker-trouble", attributes: { role: "alert", id: newLabel() } });
    if (!said.has(control)) {
        control.addEventListener("input", () => complain(control, ""));
    }
    said.set(control, trouble);
    const hints = hint ? [make("p", { className: "hint", text: hint, attributes: { id: newLabel() } })] : [];
    if (hint) {
        control.setAttribute("aria-describedby", hints[0].id);
        control.dataset.hint = hints[0].id;
    }
    return make("div", { className: "maker-field" }, [make("label", { text, attributes: { for: control.id } }), ...hints, control, trouble]);
}

/**
 * Says beside a field what is wrong with it, to be seen and heard; nothing where nothing is. What is written there next ends it.
 * @param {Control} control
 * @param {string} text
 */
export function complain(control, text) {
    const trouble = said.get(control);
    if (!trouble) {
        return;
    }
    setText(trouble, text);
    const described = [control.dataset.hint ?? "", text ? trouble.id : ""].filter(Boolean).join(" ");
    for (const [name, value] of [["aria-describedby", described], ["aria-invalid", text ? "true" : ""]]) {
        if (value) {
            control.setAttribute(name, value);
        } else {
            control.removeAttribute(name);
        }
    }
}

/** Brings a field into sight, with what is said beside it, and the focus there. @param {Control} control */
export function bringTo(control) {
    control.focus({ preventScroll: true });
    (control.parentElement ?? control).scrollIntoView({ block: "center" });
}
