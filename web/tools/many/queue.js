/**
 * Pictures that are to be explained, one after the other. What is answered under other settings than those in use is old: it
 * stays, and can be asked again. It knows nothing of the page.
 *
 * @module
 */

import { EngineError, Superseded } from "../../engine/connection.js";
import { STOPPED_TWICE, unreadable } from "../../engine/refusals.js";

/** @typedef {import("../../engine/protocol.js").Failure} Failure */

/**
 * One picture.
 * @template A
 * @typedef {object} Entry
 * @property {string} id
 * @property {"waiting" | "running" | "done" | "failed"} state
 * @property {string | null} key The settings of the answer or the failure.
 * @property {A | null} answer The last one that there was.
 * @property {Failure | null} failure
 * @property {number} broke How many engines it has broken.
 */

/** A picture that has broken this many engines is not given to another. */
const MAX_BROKEN = 2;
/** Answers that the speed is measured by. */
const RECENT = 20;
/** Milliseconds until an engine that broke is asked again. */
const RECOVERY = 250;

/**
 * @template A
 */
export class Queue {
    /** @type {Entry<A>[]} */
    entries = [];
    /** By identifier. @type {Map<string, Entry<A>>} */
    #byId = new Map();
    #explain;
    #changed;
    #now;
    /** The settings in use; nothing while they are not known. @type {string | null} */
    #key = null;
    /** Whether it goes on by itself. */
    #going = false;
    #held = false;
    #looping = false;
    /** @type {AbortController | null} */
    #abort = null;
    /** Times of the newest answers, and of beginnings. @type {number[]} */
    #times = [];
    /** @type {(() => void)[]} */
    #waiting = [];

    /**
     * @param {(id: string, signal: AbortSignal, key: string | null) => Promise<A>} explain Under the settings of that key.
     * @param {() => void} changed There is news.
     * @param {() => number} [now] In milliseconds.
     */
    constructor(explain, changed, now = () => performance.now()) {
        this.#explain = explain;
        this.#changed = changed;
        this.#now = now;
    }

    /** @param {string} id */
    find(id) {
        return this.#byId.get(id) ?? null;
    }

    /** @param {readonly string[]} ids New ones, at the end. */
    add(ids) {
        for (const id of ids) {
            /** @type {Entry<A>} */
            const entry = { id, state: "waiting", key: null, answer: null, failure: null, broke: 0 };
            this.entries.push(entry);
            this.#byId.set(id, entry);
        }
        this.#changed();
    }

    /** Lets go of everything. */
    clear() {
        this.stop();
        this.entries = [];
        this.#byId.clear();
        this.#changed();
    }

    /**
     * The settings in use from now on. Whoever changed them decides whether the pictures are asked again.
     * @param {string | null} key
     */
    settings(key) {
        if (key === this.#key) {
            return;
        }
        const other = this.#key !== null && key !== null;
        this.#key = key ?? this.#key;
        if (other) {
            this.stop();
        }
        this.#wake();
    }

    /** Whether an answer or a failure is not of the settings in use. @param {Entry<A>} entry */
    isOld(entry) {
        return entry.key !== null && entry.key !== this.#key;
    }

    /** Whether it works, or would if it were let. */
    get going() {
        return this.#going;
    }

    /**
     * The picture that is with the engine, and whether it was so before when one stopped: it gets no third one.
     * @returns {{id: string, again: boolean} | null}
     */
    get atWork() {
        const entry = this.entries.find(({ state }) => state === "running");
        return entry ? { id: entry.id, again: entry.broke + 1 >= MAX_BROKEN } : null;
    }

    /** How many there are of each, and how fast they come. */
    get counts() {
        const counts = { total: this.entries.length, done: 0, failed: 0, waiting: 0, old: 0 };
        for (const entry of this.entries) {
            const old = this.isOld(entry);
            counts.old += Number(old);
            counts.done += Number(!old && entry.state === "done");
            counts.failed += Number(!old && entry.state === "failed");
            counts.waiting += Number(old || entry.state === "waiting" || entry.state === "running");
        }
        return counts;
    }

    /** Pictures per minute, lately; nothing where too few came to tell. */
    get perMinute() {
        const first = this.#times[0];
        const last = this.#times.at(-1);
        return first === undefined || last === undefined || last <= first ? null : (60_000 * (this.#times.length - 1)) / (last - first);
    }

    /** Goes on with whatever has no answer under the settings in use; what failed under them stays so. */
    start() {
        for (const entry of this.entries) {
            if (this.isOld(entry)) {
                entry.state = "waiting";
            }
        }
        this.#going = true;
        this.#times = [this.#now()];
        this.#changed();
        void this.#loop();
    }

    /** Ends what is under way; {@link start} goes on where it ended. */
    stop() {
        this.#going = false;
        this.#abort?.abort();
        this.#wake();
        this.#changed();
    }

    /** Lets others go first: what is under way is begun again later. @param {boolean} held */
    hold(held) {
        if (held === this.#held) {
            return;
        }
        this.#held = held;
        if (held) {
            this.#abort?.abort();
        } else {
            this.#times = [this.#now()];
            this.#wake();
        }
    }

    /** It failed where somebody else asked. @param {string} id @param {Failure} failure */
    failed(id, failure) {
        const entry = this.find(id);
        if (entry) {
            Object.assign(entry, { state: "failed", key: this.#key, failure });
            this.#changed();
        }
        return entry !== null;
    }

    #wake() {
        this.#waiting.splice(0).forEach((go) => go());
    }

    async #loop() {
        if (this.#looping) {
            return;
        }
        this.#looping = true;
        try {
            while (this.#going) {
                if (this.#held || this.#key === null) {
                    await new Promise((/** @type {(value: void) => void} */ resolve) => this.#waiting.push(resolve));
                    continue;
                }
                const entry = this.entries.find(({ state }) => state === "waiting");
                if (!entry) {
                    this.#going = false;
                    break;
                }
                await this.#one(entry);
            }
        } finally {
            this.#looping = false;
            this.#changed();
        }
    }

    /** @param {Entry<A>} entry */
    async #one(entry) {
        const abort = new AbortController();
        const key = this.#key;
        this.#abort = abort;
        entry.state = "running";
        try {
            const answer = await this.#explain(entry.id, abort.signal, key);
            Object.assign(entry, { state: "done", key, answer, failure: null, broke: 0 });
            this.#times = [...this.#times, this.#now()].slice(-RECENT);
        } catch (error) {
            await this.#ended(entry, key, error, abort.signal.aborted);
        }
        this.#abort = null;
        this.#changed();
    }

    /**
     * @param {Entry<A>} entry
     * @param {string | null} key
     * @param {unknown} error
     * @param {boolean} given Whether it was given up.
     */
    async #ended(entry, key, error, given) {
        const failed = (/** @type {Failure} */ failure) => void Object.assign(entry, { state: "failed", key, failure });
        entry.state = "waiting";
        if (given) {
            return;
        }
        if (error instanceof Superseded) {
            entry.broke += 1;
            if (entry.broke >= MAX_BROKEN) {
                failed(STOPPED_TWICE);
            } else {
                await new Promise((resolve) => setTimeout(resolve, RECOVERY));
            }
        } else if (!(error instanceof EngineError)) {
            // The file is gone, or has changed since it was dropped.
            failed(unreadable(error));
        } else if (error.failure.fault === "image") {
            failed(error.failure);
        } else {
            // Nothing about this picture: the model, the device or the settings.
            this.#going = false;
            this.trouble = error;
        }
    }

    /** Why it ended by itself, until somebody has said so. @type {EngineError | null} */
    trouble = null;
}
