/**
 * The sign at a right answer, for those who see it and those who hear it.
 *
 * @module
 */

import { t } from "../../text/index.js";
import { make } from "../../ui/dom.js";

export function tick() {
    return make("span", { className: "tick", text: "\u2713", attributes: { role: "img", "aria-label": t("lesson.right") } });
}
