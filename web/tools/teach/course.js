/**
 * What a visitor teaches, as long as the page is open: the book, the worker that looks at its pictures, and the layer that
 * was learnt from it last. It outlives the tool's panel, a change of model and a change of language; nothing of it is stored.
 *
 * @module
 */

import { keepAsGiven } from "../../evidence/classes.js";
import { EngineError, Superseded } from "../../engine/connection.js";
import { Teaching } from "../../engine/teaching.js";
import { asked, bookKey, emptyBook, obstacle, unseen, withSeen } from "./book.js";

/** @typedef {import("./book.js").Book} Book */
/** @typedef {import("../../engine/protocol.js").TeachingReport} TeachingReport */

/**
 * A layer that was learnt.
 * @typedef {object} Learnt
 * @property {string} key Of the book that it was learnt from.
 * @property {string[]} names Of its classes.
 * @property {number[]} lessons Identifiers of its pictures, as the report counts them.
 * @property {TeachingReport} report
 * @property {string} title
 * @property {Blob} file
 * @property {string} model Identifier on the shelf.
 */

/**
 * Puts a model onto the shelf in place of the one before, and uses it; its identifier, nothing where that failed.
 * @typedef {(learnt: {title: string, blob: Blob}, before: string | null) => Promise<string | null>} Adopt
 */

export class Course {
    /** @type {Book} */
    book;
    /** @type {Learnt | null} */
    learnt = null;
    /** The class that was removed last, as long as it can come back. @type {import("./book.js").Removed | null} */
    removed = null;
    /** Frames that were taken, for their names. */
    frames = 0;
    /** How far the fit is that is under way. @type {{done: number, total: number} | null} */
    progress = null;
    /** Whether one is under way. @type {AbortController | null} */
    #fit = null;
    #teaching;
    #looking = false;
    /** Told whenever something has changed. @type {() => void} */
    listener = () => {};

    /**
     * @param {import("../../engine/aside.js").Given} given
     * @param {string} model Whose backbone is used.
     * @param {(number: number) => string} nameOf
     */
    constructor(given, model, nameOf) {
        this.#teaching = new Teaching(given, model);
        this.book = emptyBook(nameOf);
    }

    get learning() {
        return this.#fit !== null;
    }

    /** Whether what was learnt last is still what the book says. */
    get current() {
        return this.learnt !== null && this.learnt.key === bookKey(this.book);
    }

    /** @param {(book: Book) => Book} change */
    change(change) {
        this.book = change(this.book);
        this.listener();
        void this.#look();
    }

    /** The network looks at one picture after the other; one that cannot be used says why. */
    async #look() {
        if (this.#looking) {
            return;
        }
        this.#looking = true;
        try {
            for (let next = unseen(this.book); next; next = unseen(this.book)) {
                const { id, file } = next;
                const seen = await this.#teaching.features(file).catch((error) => {
                    if (error instanceof EngineError) {
                        return { failure: error.failure };
                    }
                    throw error;
                });
                this.book = withSeen(this.book, id, seen);
                this.listener();
            }
        } catch (error) {
            if (!(error instanceof Superseded)) {
                throw error;
            }
        } finally {
            this.#looking = false;
        }
    }

    /**
     * Learns what is in the book.
     * @param {Adopt} adopt
     * @param {string} title What the model is called on the page; all its classes would be too long.
     */
    async learn(adopt, title) {
        if (this.#fit || obstacle(this.book)) {
            return;
        }
        const fit = new AbortController();
        this.#fit = fit;
        const key = bookKey(this.book);
        const { lessons, ...question } = asked(this.book);
        this.listener();
        try {
            const onProgress = (/** @type {{done: number, total: number}} */ progress) => {
                this.progress = progress;
                this.listener();
            };
            const { file, report } = await this.#teaching.teach(question, { signal: fit.signal, onProgress });
            keepAsGiven(question.names);
            const model = await adopt({ title, blob: file }, this.learnt?.model ?? null);
            if (model !== null) {
                this.learnt = { key, names: question.names, lessons, report, title, file, model };
            }
        } finally {
            this.#fit = null;
            this.progress = null;
            this.listener();
        }
    }

    /** Uses what was learnt once more, also where it was taken off the shelf. @param {Adopt} adopt */
    async use(adopt) {
        const { learnt } = this;
        const model = learnt && (await adopt({ title: learnt.title, blob: learnt.file }, learnt.model));
        if (learnt && model) {
            this.learnt = { ...learnt, model };
            this.listener();
        }
    }

    /** Gives a fit up; the book stays. */
    cancel() {
        this.#fit?.abort();
    }
}

/** One per engine. @type {WeakMap<object, Course>} */
const courses = new WeakMap();

/**
 * @param {import("../../engine/engine.js").Engine} engine
 * @param {string} model
 * @param {(number: number) => string} nameOf
 */
export function courseOf(engine, model, nameOf) {
    const course = courses.get(engine) ?? new Course(engine, model, nameOf);
    courses.set(engine, course);
    return course;
}
