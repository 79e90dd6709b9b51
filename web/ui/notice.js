/**
 * What stands beside a medical model's answers for as long as it is in use. There is no way to close it.
 *
 * @module
 */

import { TEACHING_NOTICE } from "../notice.js";
import { byId } from "./dom.js";

/** @param {boolean} medical Whether the model in use judges people's health. */
export function showNotice(medical) {
    // On a narrow page the answer is a screen below the picture, so there it says so once more.
    for (const id of ["notice", "notice-answer"]) {
        const notice = byId(id, HTMLElement);
        notice.hidden = !medical;
        notice.textContent = medical ? TEACHING_NOTICE : "";
    }
}
