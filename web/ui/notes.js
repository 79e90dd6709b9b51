/**
 * What was done to a picture's values on the way to what is shown, in sentences.
 *
 * @module
 */

import { t } from "../text/index.js";
import { local } from "../text/numbers.js";

/** @typedef {import("../engine/protocol.js").Note} Note */

/** @param {readonly Note[]} notes */
export function noteText(notes) {
    return notes.map(sentenceOf).join(" ");
}

/** @param {Note} note */
function sentenceOf(note) {
    switch (note.kind) {
        case "window": {
            const values = { centre: number(note.centre), width: number(note.width), name: note.name };
            return t(note.name ? "note.window-named" : "note.window", values);
        }
        case "frame":
            return t("note.frame", { frame: note.frame, frames: note.frames });
        case "page":
            return t("note.page", { page: note.page, pages: note.pages });
        case "bits":
            return t("note.bits", { bits: note.bits });
        case "profile":
        case "profile-foreign":
        case "profile-table":
        case "table":
            return t(`note.${note.kind}`, { name: note.name });
        default:
            return t(`note.${note.kind}`);
    }
}

/** A value of a film, which may have a fraction. @param {number} value */
export function number(value) {
    return local(String(Number(value.toPrecision(6))).replace("-", "\u2212"));
}
