/**
 * A slider, or anything else that is dragged, of which every value takes a run of the network: while one is under way only the newest value waits, and one drag is
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
        slider.addEventListener("pointerdown", () => this.begin());
        slider.addEventListener("focus", () => this.begin());
        slider.addEventListener("input", () => this.put(valueOf(Number(slider.value))));
        slider.addEventListener("change", () => this.finish());
    }

    /** The next change begins a step of its own. */
    begin() {
        this.#begins = true;
    }

    /** A value of a drag that goes on. @param {T} value */
    put(value) {
        this.#dragging = true;
        this.#pending = value;
        this.goOn();
    }

    /** The hand is off: whatever is under way gives way to the last value. */
    finish() {
        this.#dragging = false;
        if (!this.#toState()) {
            this.#settle();
        }
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
