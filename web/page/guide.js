/**
 * Shows newcomers around, once: what was closed stays closed on this device. Fetched behind the first picture.
 *
 * @module
 */

import { fetchTools } from "../text/index.js";

const KEY = "softcam-tour";
const SEEN = "seen";

export class Guide {
    /** @type {import("../ui/tour.js").Tour | null} */
    #tour = null;
    #page;

    /** @param {import("./page.js").Page} page */
    constructor(page) {
        this.#page = page;
        document.addEventListener("keydown", (event) => {
            if (event.key === "?" && !event.ctrlKey && !event.metaKey && !event.altKey && !writes(event.target)) {
                event.preventDefault();
                document.querySelector(/** @type {"button"} */ (".top button.help"))?.click();
            }
        });
    }

    /** Points at the page's parts, unless that was seen before. */
    greet() {
        if (!seen()) {
            void this.#show(0, false);
        }
    }

    /** The same because the visitor asks for it. */
    start() {
        void this.#show(0, true);
    }

    /** Goes on in another language. */
    retell() {
        if (this.#tour) {
            void this.#show(this.#tour.at, false);
        }
    }

    /**
     * @param {number} at
     * @param {boolean} focus Whether the keyboard goes there.
     */
    async #show(at, focus) {
        try {
            const [{ Tour }] = await Promise.all([import("../ui/tour.js"), fetchTools()]);
            this.#tour?.remove();
            const tour = new Tour(at, () => {
                this.#tour = null;
                remember();
            });
            this.#tour = tour;
            if (focus) {
                tour.focus();
            }
        } catch (error) {
            this.#page.notLoaded(error);
        }
    }
}

/** Whether a key that is pressed there is part of a text. @param {EventTarget | null} target */
function writes(target) {
    return target instanceof Element && target.matches("input:not([type=radio], [type=checkbox], [type=range]), textarea, select, [contenteditable]");
}

/** A browser that keeps nothing would show them at every visit: there, only who asks gets them. */
function seen() {
    try {
        return localStorage.getItem(KEY) === SEEN;
    } catch {
        return true;
    }
}

function remember() {
    try {
        localStorage.setItem(KEY, SEEN);
    } catch {
        // Then they are not shown unasked at all.
    }
}
