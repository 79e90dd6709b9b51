/**
 * Answers to what the state asks: each question is asked once, kept for a while, and given up as soon as nobody wants its
 * answer any more. It knows nothing of what is shown.
 *
 * @module
 */

import { EngineError, Superseded } from "../engine/connection.js";
import { STOPPED_TWICE } from "../engine/refusals.js";
import { t } from "../text/index.js";
import { answerKey, isFrame, lookedAt } from "./state.js";

/** @typedef {import("../engine/engine.js").Engine} Engine */
/** @typedef {import("../engine/protocol.js").Explained} Explained */
/** @typedef {import("../engine/protocol.js").Failure} Failure */
/** @typedef {import("../engine/protocol.js").Loaded} Loaded */
/** @typedef {import("../engine/protocol.js").EvidenceMap} EvidenceMap */
/** @typedef {import("./state.js").Pane} Pane */

/**
 * @template T
 * @typedef {{status: "waiting", progress: {done: number, total: number} | null} | {status: "done", value: T} | {status: "failed", failure: Failure}} Answer
 */

/**
 * A way to explain other than by the evidence itself.
 * @typedef {object} Method
 * @property {(question: MethodQuestion) => Promise<Omit<EvidenceMap, "limit">>} run For one choice; what serves the others
 *     as well, it may keep.
 */

/**
 * @typedef {object} MethodQuestion
 * @property {Pane} pane With size and fit.
 * @property {Explained} explained Its answer.
 * @property {import("../evidence/classes.js").Choice} choice
 * @property {Engine} engine
 * @property {AbortSignal} signal
 * @property {(done: number, total: number) => void} report
 */

/** Answers that stay. */
const KEPT = 40;
/** Cells times classes of the answers that stay. */
const VALUES = 12e6;
/** A picture that has broken this many engines is not given to another. */
const MAX_ATTEMPTS = 2;

export class Answers {
    #engine;
    #onChange;
    /** @type {Map<string, Answer<Loaded>>} */
    #models = new Map();
    /** @type {Map<string, Answer<Explained>>} */
    #answers = new Map();
    /** @type {Map<string, Answer<Omit<EvidenceMap, "limit">>>} */
    #maps = new Map();
    /** What can be given up. @type {Map<string, AbortController>} */
    #asked = new Map();
    /** Keys of the answers that are on show or soon will be: they stay, whatever else is let go of. @type {Set<string>} */
    #wanted = new Set();
    /** Keys of answers to frames, of which only those on show are kept. @type {Set<string>} */
    #passing = new Set();
    /** How many engines a question has broken. @type {Map<string, number>} */
    #broken = new Map();
    /** The device that answers, once one did. @type {Loaded["device"]["kind"] | null} */
    #device = null;
    /** Whether there is an engine to ask. */
    #ready = false;

    /**
     * @param {Engine} engine
     * @param {() => void} onChange There is news.
     */
    constructor(engine, onChange) {
        this.#engine = engine;
        this.#onChange = onChange;
    }

    /** An engine is there, with a model. @param {string} model @param {Loaded} loaded */
    ready(model, loaded) {
        this.#ready = true;
        if (loaded.device.kind !== this.#device) {
            // Another device was chosen, or had to be: what it is asked, it answers itself.
            this.#device = loaded.device.kind;
            this.#answers.forEach(({ status }, key) => status === "done" && this.#answers.delete(key));
        }
        this.#models.set(model, { status: "done", value: loaded });
        this.#onChange();
    }

    /** The engine is gone; what it was asked is asked again once there is another one. */
    pause() {
        this.#ready = false;
        for (const [key, { status }] of this.#answers) {
            if (status === "waiting") {
                const times = (this.#broken.get(key) ?? 0) + 1;
                this.#broken.set(key, times);
                this.#answers.delete(key);
                if (times >= MAX_ATTEMPTS) {
                    this.#answers.set(key, { status: "failed", failure: STOPPED_TWICE });
                }
            }
        }
        for (const [key, { status }] of this.#maps) {
            if (status === "waiting") {
                this.#maps.delete(key);
            }
        }
        this.#onChange();
    }

    /** Another device answers: what it takes there, and which it is. @param {Loaded["device"]} device @param {Explained["milliseconds"] | null} milliseconds @param {string | null} newest Key of the newest answer. */
    moved(device, milliseconds, newest) {
        for (const answer of this.#models.values()) {
            if (answer.status === "done") {
                answer.value = { ...answer.value, device };
            }
        }
        this.#device = device.kind;
        const answer = newest === null ? null : this.#answers.get(newest);
        if (milliseconds && answer?.status === "done") {
            answer.value = { ...answer.value, milliseconds, on: device.kind };
        }
        this.#onChange();
    }

    /** @param {string} model @returns {Answer<Loaded> | null} */
    model(model) {
        return this.#models.get(model) ?? null;
    }

    /** @param {Pane} pane With size and fit. @returns {Answer<Explained> | null} */
    explained(pane) {
        const key = answerKey(pane);
        const answer = this.#answers.get(key);
        if (answer?.status === "done") {
            // What is looked at stays longest.
            this.#answers.delete(key);
            this.#answers.set(key, answer);
        }
        return answer ?? null;
    }

    /** What was answered, without a reason to keep it: of pictures that are not on show. @param {Pane} pane With size and fit. */
    answered(pane) {
        return this.#answers.get(answerKey(pane)) ?? null;
    }

    /** @param {Pane} pane With size, fit and choice. */
    map(pane) {
        return this.#maps.get(mapKey(pane)) ?? null;
    }

    /** Has these models loaded, one after the other; gives no other up. @param {readonly string[]} models */
    wantModels(models) {
        for (const model of models) {
            if (this.#ready && !this.#models.has(model)) {
                void this.#load(model);
            }
        }
    }

    /**
     * Has these panes explained, and gives up whatever else is being explained.
     * @param {readonly Pane[]} panes With size and fit.
     */
    wantExplained(panes) {
        const wanted = new Map(panes.map((pane) => [answerKey(pane), pane]));
        this.#wanted = new Set(wanted.keys());
        for (const key of this.#asked.keys()) {
            if (this.#answers.get(key)?.status === "waiting" && !wanted.has(key)) {
                this.#giveUp(key, this.#answers);
            }
        }
        for (const key of this.#passing) {
            if (!wanted.has(key)) {
                this.#passing.delete(key);
                this.#answers.delete(key);
            }
        }
        for (const [key, pane] of wanted) {
            if (this.#ready && !this.#answers.has(key)) {
                if (isFrame(pane.picture)) {
                    this.#passing.add(key);
                }
                void this.#explain(key, pane);
            }
        }
    }

    /**
     * Has another method's maps made, and gives up every other.
     * @param {readonly {pane: Pane, explained: Explained, run: Method["run"]}[]} questions Panes with size, fit and choice.
     */
    wantMaps(questions) {
        const wanted = new Map(questions.map((question) => [mapKey(question.pane), question]));
        for (const key of this.#asked.keys()) {
            if (this.#maps.get(key)?.status === "waiting" && !wanted.has(key)) {
                this.#giveUp(key, this.#maps);
            }
        }
        for (const [key, question] of wanted) {
            if (this.#ready && !this.#maps.has(key)) {
                void this.#makeMap(key, question);
            }
        }
    }

    /** Forgets a failure, so that it can be tried again. @param {Pane} pane */
    forget(pane) {
        this.#answers.delete(answerKey(pane));
        this.#broken.delete(answerKey(pane));
        if (this.#models.get(pane.model)?.status === "failed") {
            this.#models.delete(pane.model);
        }
        for (const [key, { status }] of this.#maps) {
            if (status === "failed") {
                this.#maps.delete(key);
            }
        }
    }

    /** @param {string} model */
    async #load(model) {
        this.#models.set(model, { status: "waiting", progress: null });
        try {
            this.#models.set(model, { status: "done", value: await this.#engine.load(model) });
        } catch (error) {
            this.#failed(model, this.#models, error);
        }
        this.#onChange();
    }

    /**
     * @param {string} key
     * @param {Pane} pane
     */
    async #explain(key, pane) {
        const { model, shuffled } = pane;
        const abort = new AbortController();
        this.#asked.set(key, abort);
        this.#answers.set(key, { status: "waiting", progress: null });
        try {
            const value = await this.#engine.explain({ model, shuffled }, lookedAt(pane), { signal: abort.signal });
            this.#answers.set(key, { status: "done", value: { ...value, on: this.#device ?? undefined } });
            this.#broken.delete(key);
            this.#trim();
        } catch (error) {
            this.#failedUnlessAskedAnew(key, this.#answers, abort, error);
        }
        this.#settled(key, abort);
    }

    /**
     * @param {string} key
     * @param {{pane: Pane, explained: Explained, run: Method["run"]}} question
     */
    async #makeMap(key, { pane, explained, run }) {
        const abort = new AbortController();
        const { choice } = pane;
        if (!choice) {
            return;
        }
        this.#asked.set(key, abort);
        this.#maps.set(key, { status: "waiting", progress: null });
        const report = (/** @type {number} */ done, /** @type {number} */ total) => {
            if (this.#maps.get(key)?.status === "waiting") {
                this.#maps.set(key, { status: "waiting", progress: { done, total } });
                this.#onChange();
            }
        };
        try {
            const value = await run({ pane, explained, choice, engine: this.#engine, signal: abort.signal, report });
            this.#maps.set(key, { status: "done", value });
        } catch (error) {
            this.#failedUnlessAskedAnew(key, this.#maps, abort, error);
        }
        this.#settled(key, abort);
    }

    /**
     * @param {string} key
     * @param {AbortController} abort
     */
    #settled(key, abort) {
        if (this.#asked.get(key) === abort) {
            this.#asked.delete(key);
        }
        this.#onChange();
    }

    /**
     * A question that was given up may be asked anew before its end is known: that end is not the new one's.
     * @template T
     * @param {string} key
     * @param {Map<string, Answer<T>>} among
     * @param {AbortController} abort
     * @param {unknown} error
     */
    #failedUnlessAskedAnew(key, among, abort, error) {
        if (this.#asked.get(key) === abort) {
            this.#failed(key, among, error);
        }
    }

    /**
     * @template T
     * @param {string} key
     * @param {Map<string, Answer<T>>} among
     */
    #giveUp(key, among) {
        among.delete(key);
        this.#asked.get(key)?.abort();
        this.#asked.delete(key);
    }

    /**
     * @template T
     * @param {string} key
     * @param {Map<string, Answer<T>>} among
     * @param {unknown} error
     */
    #failed(key, among, error) {
        if (error instanceof Superseded) {
            // Given up, or the engine broke: whoever still wants it asks again.
            if (among.get(key)?.status === "waiting") {
                among.delete(key);
            }
        } else if (error instanceof EngineError) {
            among.set(key, { status: "failed", failure: error.failure });
        } else {
            const reason = error instanceof Error ? error.message : String(error);
            if (among === /** @type {Map<string, any>} */ (this.#maps)) {
                const [message, advice] = [t("part.not-loaded", { reason }), t("part.advice")];
                among.set(key, { status: "failed", failure: { fault: "network", message, advice } });
                return;
            }
            const message = `The picture could not be loaded (${reason}).`;
            const advice = "Check the connection, or drop a picture of your own.";
            among.set(key, { status: "failed", failure: { fault: "network", code: "picture-not-loaded", values: { reason }, message, advice } });
        }
    }

    /** Lets go of the oldest answers. */
    #trim() {
        const sizes = Array.from(this.#answers, ([key, answer]) => ({ key, size: answer.status === "done" ? answer.value.maps.length : 0 }));
        let total = sizes.reduce((sum, { size }) => sum + size, 0);
        let count = sizes.length;
        for (const { key, size } of sizes) {
            if (count <= KEPT && total <= VALUES) {
                break;
            }
            if (this.#answers.get(key)?.status !== "waiting" && !this.#wanted.has(key)) {
                this.#answers.delete(key);
                total -= size;
                count -= 1;
            }
        }
        const maps = Array.from(this.#maps.keys());
        maps.slice(0, Math.max(0, maps.length - KEPT)).forEach((key) => this.#maps.delete(key));
    }
}

/** @param {Pane} pane With size, fit and choice. */
function mapKey(pane) {
    return JSON.stringify([answerKey(pane), pane.choice, pane.method, pane.options]);
}
