/**
 * The worker for films: a wasm module of its own, which reads DICOM files and grey pictures of 16 bits. What is in a file's
 * header stays here, unless the page asks for it to show it.
 *
 * @module
 */

import { bitmap } from "../bitmap.js";
import { codeOf } from "./aside-code.js";
import { listen } from "./turns.js";
import { UnknownError } from "./unknown.js";

/** @typedef {import("../protocol.js").FilmQuestions} FilmQuestions */
/** @typedef {import("./turns.js").Turn} Turn */
/** @typedef {typeof import("../../../pkg/softcam_dicom.js")} Softcam */
/** @typedef {import("../../../pkg/softcam_dicom.js").Film} Film */

/** Films that stay: two can be compared. */
const KEPT = 2;
/** Longest side of a small picture. */
const SMALL = 144;

const { codeAtHand, prepareCode } = /** @type {ReturnType<typeof codeOf<Softcam>>} */ (codeOf("softcam_dicom"));
/** @type {Map<string, Film>} */
const films = new Map();

/**
 * @param {string} id
 * @param {ArrayBuffer | null} bytes Where the worker does not have it yet.
 */
async function filmOf(id, bytes) {
    const { Film } = await codeAtHand();
    const kept = films.get(id);
    if (kept) {
        films.delete(id);
        films.set(id, kept);
        return kept;
    }
    if (!bytes) {
        throw new UnknownError("photo");
    }
    for (const [oldest, film] of films) {
        // Room is made before it is taken.
        if (films.size >= KEPT) {
            film.free();
            films.delete(oldest);
        }
    }
    const film = Film.open(new Uint8Array(bytes));
    films.set(id, film);
    return film;
}

/**
 * A small picture for a list: pixels at even distances.
 * @param {Uint8ClampedArray} pixels RGBA
 * @param {number} width
 * @param {number} height
 */
function smallOf(pixels, width, height) {
    const step = Math.max(1, width / SMALL, height / SMALL);
    const [across, down] = [Math.max(1, Math.floor(width / step)), Math.max(1, Math.floor(height / step))];
    const small = new Uint8ClampedArray(4 * across * down);
    for (let y = 0; y < down; y++) {
        for (let x = 0; x < across; x++) {
            const from = 4 * (Math.floor((y + 0.5) * step) * width + Math.floor((x + 0.5) * step));
            small.set(pixels.subarray(from, from + 4), 4 * (y * across + x));
        }
    }
    return bitmap(small, across, down).buffer;
}

/**
 * @type {{[T in keyof FilmQuestions]:
 *     (payload: FilmQuestions[T]["ask"], turn: Turn) => Promise<[FilmQuestions[T]["answer"], Transferable[]?]>}}
 */
const ANSWERS = {
    async develop({ film: id, bytes, frame, tone }) {
        const film = await filmOf(id, bytes);
        const { width, height, pixels, greys, notes } = film.develop(frame, tone ?? undefined);
        const made = bitmap(pixels, width, height).buffer;
        const small = smallOf(pixels, width, height);
        const answer = { about: film.about(), greys: greys ?? null, notes, bitmap: made, small };
        return [answer, [made, small]];
    },

    async header({ film: id, bytes, people }) {
        const film = await filmOf(id, bytes);
        return [film.header(people)];
    },
};

listen(ANSWERS, prepareCode);
