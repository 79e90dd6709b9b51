/**
 * Films, as the page sees them: a worker of its own, with a module of its own, so that a large file keeps nobody waiting but
 * who asked for it. Nothing of it is fetched before there is a film.
 *
 * @module
 */

import { Aside } from "./aside.js";
import { developmentOf, takenApart } from "./development.js";

/** @typedef {import("./protocol.js").Assets} Assets */
/** @typedef {import("./protocol.js").FilmQuestions} FilmQuestions */
/** @typedef {import("./protocol.js").Developed} Developed */

/** Pictures of which it is known what there is to tell. */
const KEPT = 60;

/** The engine itself goes on; the film is at fault. @type {import("./protocol.js").Failure} */
const STOPPED = {
    fault: "image",
    code: "film-stopped",
    message: "What reads DICOM files stopped unexpectedly at this one ({reason}).",
    advice: "Export it as PNG from a DICOM viewer first.",
};

/** What a film is in. @typedef {{arrayBuffer: () => Promise<ArrayBuffer>}} File */

export class Films {
    #aside;
    /** What there is to tell of pictures, by identifier. @type {Map<string, Omit<Developed, "bitmap" | "small">>} */
    #told = new Map();

    /** @param {Assets} assets */
    constructor(assets) {
        this.#aside = new Aside(assets, ["film-worker.js"], STOPPED);
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
        const prepare = async (/** @type {import("./connection.js").Connection} */ { known }) => {
            const bytes = known.photos.has(film) ? null : await file.arrayBuffer();
            return { ask: /** @type {any} */ ({ ...payload, film, bytes }), transfer: bytes ? [bytes] : [], sent: () => known.photos.add(film) };
        };
        return this.#aside.ask(question, prepare);
    }
}
