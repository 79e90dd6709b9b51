/**
 * What stands beside a medical model's answers for as long as it is in use. There is no way to close it.
 *
 * @module
 */

import { TEACHING_NOTICE } from "../notice.js";
import { byId } from "./dom.js";

/** @param {boolean} medical Whether the model in use judges people's health. */
export function showNotice(medical) {
    const notice = byId("notice", HTMLElement);
    notice.hidden = !medical;
    notice.textContent = medical ? TEACHING_NOTICE : "";
}
