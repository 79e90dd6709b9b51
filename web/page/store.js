/**
 * Holds the state, tells whoever shows it, and keeps address and history in step: back undoes, forward redoes.
 *
 * @module
 */

import { toAddress, toHash, toShared } from "./address.js";
import { panesOf } from "./state.js";

/** @typedef {import("./state.js").State} State */

/** How a change enters the history: as a step of its own, or as part of the one before (a slider that is dragged). @typedef {"step" | "part"} Kind */

export class Store {
    /** @type {State} */
    #state;
    /** @type {(() => void)[]} */
    #listeners = [];
    #address;
    /** The visitor's own, which a link need not name. */
    #language;
    /** Whether a change waits for the address to be written. @type {Kind | null} */
    #unwritten = null;
    /** The state that the entry in use has. @type {State} */
    #entry;

    /**
     * @param {State} state
     * @param {{history: History, location: Location}} browser
     * @param {string} language That the visitor's browser asks for.
     */
    constructor(state, { history, location }, language) {
        this.#state = this.#entry = state;
        this.#address = { history, location };
        this.#language = language;
        this.#write("part");
    }

    get state() {
        return this.#state;
    }

    /** @param {() => void} listener Told of every change. */
    listen(listener) {
        this.#listeners.push(listener);
    }

    /**
     * @param {(state: State) => State} change Pure.
     * @param {Kind} [kind]
     */
    change(change, kind = "step") {
        const next = change(this.#state);
        if (next !== this.#state) {
            if (kind === "step") {
                // What went before is written as it was: else the step would be lost in it.
                this.flush();
            }
            this.#state = next;
            this.#schedule(kind);
            this.#tell();
        }
    }

    /** A state from the history, or from an address that was typed. @param {State} state */
    restore(state) {
        this.#state = this.#entry = state;
        this.#tell();
    }

    #tell() {
        this.#listeners.forEach((listener) => listener());
    }

    /**
     * Browsers allow a hundred or so changes of the address in half a minute: a dragged slider writes at its end.
     * @param {Kind} kind
     */
    #schedule(kind) {
        if (kind === "step") {
            this.#write("step");
        } else if (this.#unwritten === null) {
            this.#unwritten = "part";
            setTimeout(() => this.flush(), 400);
        }
    }

    /** A link to what is on show, as far as a link can carry it. @returns {string} */
    get link() {
        return this.#with(toHash(this.#state, this.#language));
    }

    /** The same for others, who are not to read in it what a lesson asks about. @returns {string} */
    get shared() {
        return this.#with(toShared(this.#state, this.#language));
    }

    /** @param {string} hash */
    #with(hash) {
        const link = new URL(this.#address.location.href);
        link.hash = hash;
        return link.href;
    }

    /** Writes what is not yet in the address. */
    flush() {
        if (this.#unwritten) {
            this.#write(this.#unwritten);
        }
    }

    /** @param {Kind} kind */
    #write(kind) {
        this.#unwritten = null;
        const { history, location } = this.#address;
        const address = new URL(location.href);
        const [before, now] = [this.#entry, this.#state].map((state) => toHash(state, this.#language));
        const unchanged = before === now && samePlace(this.#entry, this.#state);
        this.#entry = this.#state;
        address.hash = toAddress(this.#state, this.#language);
        for (const name of ["model", "sample", "size", "device", "lang"]) {
            // What an earlier link said in its query is in the hash now, and may have changed.
            address.searchParams.delete(name);
        }
        if (kind === "step" && !unchanged) {
            history.pushState(this.#state, "", address);
        } else {
            history.replaceState(this.#state, "", address);
        }
    }
}

/** Whether two states show the same pictures at the same step of a lesson: of the visitor's own, no address tells. @param {State} a @param {State} b */
function samePlace(a, b) {
    const place = (/** @type {State} */ state) => JSON.stringify([panesOf(state).map(({ picture }) => picture), state.lesson?.id, state.lesson?.step]);
    return place(a) === place(b);
}
