/**
 * Films, as the page sees them: a worker of its own, with a module of its own, so that a large file keeps nobody waiting but
 * who asked for it. Nothing of it is fetched before there is a film.
 *
 * @module
 */

import { Connection, EngineError, Superseded, Unknown } from "./connection.js";
import { developmentOf, takenApart } from "./development.js";

/** @typedef {import("./protocol.js").Assets} Assets */
/** @typedef {import("./protocol.js").Failure} Failure */
/** @typedef {import("./protocol.js").FilmQuestions} FilmQuestions */
/** @typedef {import("./protocol.js").Developed} Developed */

/** The worker's own imports bring the others. */
const MODULES = ["film-worker.js"];
/** Pictures of which it is known what there is to tell. */
const KEPT = 60;

/** What a film is in. @typedef {{arrayBuffer: () => Promise<ArrayBuffer>}} File */

export class Films {
    #assets;
    /** @type {{connection: Connection, films: Set<string>, failure: Failure | null} | null} */
    #current = null;
    /** What there is to tell of pictures, by identifier. @type {Map<string, Omit<Developed, "bitmap" | "small">>} */
    #told = new Map();

    /** @param {Assets} assets */
    constructor(assets) {
        this.#assets = assets;
    }

    /**
     * A picture as the engine takes it.
     * @param {string} picture
     * @param {File} file Of the film.
     * @returns {Promise<Developed>}
     */
    async develop(picture, file) {
        const { frame, tone } = developmentOf(picture);
        const { bitmap, small, ...told } = await this.#ask("develop", picture, file, { frame, tone });
        this.#told.delete(picture);
        this.#told.set(picture, told);
        for (const [oldest] of this.#told) {
            if (this.#told.size > KEPT) {
                this.#told.delete(oldest);
            }
        }
        return { bitmap, small, ...told };
    }

    /** What there is to tell of a picture that was developed. @param {string} picture */
    told(picture) {
        return this.#told.get(picture) ?? null;
    }

    /**
     * Its header, for whoever looks at it; it is kept nowhere.
     * @param {string} picture
     * @param {File} file
     * @param {boolean} people Whether what may name somebody is wanted, too.
     */
    header(picture, file, people) {
        return this.#ask("header", picture, file, { people });
    }

    /**
     * @template {keyof FilmQuestions} T
     * @param {T} question
     * @param {string} picture
     * @param {File} file
     * @param {Omit<FilmQuestions[T]["ask"], "film" | "bytes">} payload
     * @returns {Promise<FilmQuestions[T]["answer"]>}
     */
    async #ask(question, picture, file, payload) {
        const film = takenApart(picture).id;
        for (let attempt = 0; ; attempt++) {
            const current = (this.#current ??= this.#start());
            const bytes = current.films.has(film) ? null : await file.arrayBuffer();
            current.films.add(film);
            try {
                const ask = /** @type {any} */ ({ ...payload, film, bytes });
                return await current.connection.ask(question, ask, { transfer: bytes ? [bytes] : [] });
            } catch (error) {
                current.films.delete(film);
                if (error instanceof Superseded && current.failure) {
                    throw new EngineError(current.failure);
                }
                if (!(error instanceof Unknown) || attempt > 1) {
                    throw error;
                }
            }
        }
    }

    #start() {
        const next = { connection: new Connection(this.#assets, MODULES), films: new Set(), failure: /** @type {Failure | null} */ (null) };
        next.connection.listener = {
            hear() {},
            broken: (failure) => {
                next.failure = failure.code === "engine-stopped" ? stopped(failure) : failure;
                if (this.#current === next) {
                    this.#current = null;
                }
            },
        };
        next.connection.post({ type: "prepare", assets: this.#assets, device: "cpu" });
        return next;
    }
}

/** The engine itself goes on; the film is at fault. @param {Failure} failure @returns {Failure} */
function stopped({ values }) {
    const reason = values?.reason ?? "";
    return {
        fault: "image",
        code: "film-stopped",
        values: { reason },
        message: `What reads DICOM files stopped unexpectedly at this one (${reason}).`,
        advice: "Export it as PNG from a DICOM viewer first.",
    };
}
