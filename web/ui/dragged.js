/**
 * A slider of which every value takes a run of the network: while one is under way only the newest value waits, and one drag is
 * one step of the history, however many values it goes through.
 *
 * @module
 */

/** @typedef {import("../page/store.js").Kind} Kind */

/** @template T */
export class Dragged {
    #commit;
    #settle;
    /** What was put in by the visitor and is not in the state yet. @type {T | null} */
    #pending = null;
    /** Whether a run is under way. */
    #busy = false;
    #dragging = false;
    /** Whether the next change begins a step of its own. */
    #begins = true;

    /**
     * @param {(value: T, kind: Kind) => void} commit Makes it the state.
     * @param {() => void} settle The hand is off, and nothing is left to be done.
     */
    constructor(commit, settle) {
        this.#commit = commit;
        this.#settle = settle;
    }

    /** What is not in the state yet. */
    get pending() {
        return this.#pending;
    }

    /** Whether the slider is in a visitor's hand. */
    get dragging() {
        return this.#dragging;
    }

    /**
     * @param {HTMLInputElement} slider
     * @param {(input: number) => T} valueOf What a place of it stands for; whatever else is to be shown at once, is.
     */
    follow(slider, valueOf) {
        const begin = () => (this.#begins = true);
        slider.addEventListener("pointerdown", begin);
        slider.addEventListener("focus", begin);
        slider.addEventListener("input", () => {
            this.#dragging = true;
            this.#pending = valueOf(Number(slider.value));
            this.goOn();
        });
        // Whatever is under way gives way to where the slider stands now.
        slider.addEventListener("change", () => {
            this.#dragging = false;
            if (!this.#toState()) {
                this.#settle();
            }
        });
    }

    /** Whether a run is under way. */
    get busy() {
        return this.#busy;
    }

    set busy(busy) {
        this.#busy = busy;
    }

    /** What waits has its turn, if nothing is under way. */
    goOn() {
        if (!this.#busy) {
            this.#toState();
        }
    }

    /** What waits becomes the state, also where a run is under way. */
    #toState() {
        const value = this.#pending;
        if (value === null) {
            return false;
        }
        this.#pending = null;
        this.#busy = true;
        const kind = this.#begins ? "step" : "part";
        this.#begins = false;
        this.#commit(value, kind);
        return true;
    }

    /** What waits is not wanted any more. */
    drop() {
        this.#pending = null;
    }
}
