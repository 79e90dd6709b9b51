/**
 * The pictures of this visit by identifier: the samples of the page, and the visitor's own, which never leave memory.
 *
 * @module
 */

import { fileOf } from "../engine/development.js";
import { browsersOwn, isDicom, isGrey16, playsAnother } from "../engine/kinds.js";
import { PLACES } from "./catalogue.js";
import { CAMERA, isFrame } from "./state.js";

/**
 * One picture of a set in the list of samples.
 * @typedef {object} Sample
 * @property {string} file Name inside the folder of samples.
 * @property {string} thumbnail Name inside the folder of samples.
 * @property {string} title
 * @property {string} [label] What the data set says that it shows; of medical pictures.
 * @property {boolean | "film"} [seen] Whether the model was trained on it; `film`: or on the same film with another thing done to it.
 * @property {string} attribution Whose it is.
 * @property {string} source Where it was taken from.
 * @property {string} licence With what was changed.
 * @property {boolean} [medical] Among everyday pictures: that it is none.
 * @property {string} [note] What there is to see.
 * @property {string} [population] Whose picture it is, by the name that cards have for it, such as "adults".
 * @property {import("../engine/protocol.js").Rect[]} [boxes] Where radiologists saw the finding, in pixels of the photo; whose reading
 *     it is says the attribution.
 */

/** The list of samples. @typedef {{sets: Record<string, Sample[]>}} SampleSets */

/**
 * A picture of the visitor's own.
 * @typedef {object} Own
 * @property {string} id
 * @property {string} name Of its file, with the folders that it came in.
 * @property {Blob | {size: number, arrayBuffer: () => Promise<ArrayBuffer>}} file
 * @property {Kind} [kind] Once it was opened.
 * @property {boolean} [unshown] Whether the browser does not show it, or shows another picture of the file.
 * @property {Blob} [small] A small picture, of what browsers do not show.
 */

/** Who opens a file: the engine alone, or the reader of films before it, or the browser. @typedef {"plain" | "grey16" | "film" | "browser"} Kind */

/** Frames of the camera that stay: the newest, and the one that is still on show while that is explained. */
const FRAMES = 2;

export class Pictures {
    #sets;
    /** The newest frames of the camera: in memory alone, where a file would go by way of the browser. @type {{id: string, bytes: Uint8Array<ArrayBuffer>}[]} */
    #frames = [];
    /** @type {Own[]} */
    #own = [];
    /** Of lessons that were dropped; not among those to choose from. @type {(Own & {credit: string})[]} */
    #taught = [];
    #count = 0;
    /** The history outlives the visit: what it kept of another one must not name a picture of this. */
    #visit = Date.now().toString(36);
    /** Samples on their way or here, by file. @type {Map<string, Promise<Blob>>} */
    #fetched = new Map();
    /** Whoever reads films, once there is one. @type {Promise<import("../engine/films.js").Films> | null} */
    #films = null;
    /** The same, once it is there. @type {import("../engine/films.js").Films | null} */
    #filmsNow = null;
    #assets;

    /**
     * @param {SampleSets["sets"]} sets
     * @param {import("../engine/protocol.js").Assets} assets
     */
    constructor(sets, assets) {
        this.#sets = sets;
        this.#assets = assets;
    }

    /** @param {string} name Of a set. */
    samples(name) {
        return this.#sets[name] ?? [];
    }

    get own() {
        return [...this.#own];
    }

    /**
     * By whose threshold a picture is read: what the visitor chose, else what is known of a sample; nothing, and so a model's first,
     * where neither says.
     * @param {{picture: string | null, population: string | null}} pane
     */
    population({ picture, population }) {
        return population ?? this.sample(picture)?.population ?? null;
    }

    /** @param {string | null} id @returns {Sample | null} */
    sample(id) {
        const file = id?.startsWith("sample:") ? id.slice(7) : null;
        return Object.values(this.#sets).flat().find((sample) => sample.file === file) ?? null;
    }

    /** Whether there is such a picture. @param {string | null} id */
    has(id) {
        if (isFrame(id)) {
            return id === CAMERA ? this.#frames.length > 0 : this.#frames.some((frame) => frame.id === id);
        }
        return this.sample(id) !== null || this.#file(id) !== null;
    }

    /** @param {string | null} id */
    name(id) {
        return this.sample(id)?.title ?? this.#file(id)?.name ?? "";
    }

    /** The bytes of a picture's file, however it is shown. @param {string} id @returns {Promise<ArrayBuffer>} */
    async original(id) {
        return this.#file(id)?.file.arrayBuffer() ?? this.bytes(id);
    }

    /** A file of the visitor's own or of a lesson's, however it is shown. @param {string | null} id @returns {Own | null} */
    #file(id) {
        const file = fileOf(id);
        return [...this.#own, ...this.#taught].find((each) => each.id === file) ?? null;
    }

    /** The file of a picture of the visitor's own or of a lesson's, as it came. @param {string | null} id */
    fileOf(id) {
        return this.#file(id)?.file ?? null;
    }

    /** Whose a picture of a lesson's own is, where the lesson says so. @param {string | null} id */
    credit(id) {
        return this.#taught.find((each) => each.id === id)?.credit ?? "";
    }

    /** Pictures that a lesson brings, for its steps. @param {(Own & {credit: string})[]} pictures */
    addTaught(pictures) {
        this.#taught.push(...pictures);
    }

    /** Lets go of those of a lesson. @param {string} before With which their identifiers begin. */
    removeTaught(before) {
        this.#taught = this.#taught.filter(({ id }) => !id.startsWith(before));
    }

    /**
     * @param {Own["file"]} file
     * @param {string} [name] Else that of the file.
     * @returns {string} Its identifier.
     */
    add(file, name = file instanceof File ? file.name : "") {
        this.#count += 1;
        const id = `own:${this.#visit}-${this.#count}`;
        this.#own.push({ id, name: name || `#${this.#count}`, file });
        return id;
    }

    /**
     * A frame of the camera, which takes the place of those before.
     * @param {Uint8Array<ArrayBuffer>} bytes Of its file.
     * @returns {string} Its identifier.
     */
    addFrame(bytes) {
        this.#count += 1;
        const id = `camera:${this.#count}`;
        this.#frames = [...this.#frames, { id, bytes }].slice(-FRAMES);
        return id;
    }

    /** The newest frame in place of the camera; any other picture as it is. @param {string | null} id */
    now(id) {
        return id === CAMERA ? (this.#frames.at(-1)?.id ?? id) : id;
    }

    /** The file of a frame, as long as it is there. @param {string | null} id */
    frameFile(id) {
        const frame = this.#frames.find((frame) => frame.id === id);
        return frame ? new Blob([frame.bytes], { type: "image/bmp" }) : null;
    }

    /** The camera is off. */
    forgetFrames() {
        this.#frames = [];
    }

    /** Lets go of one that could not be opened, or that the visitor removes. @param {string} id */
    remove(id) {
        this.#own = this.#own.filter((own) => own.id !== fileOf(id));
    }

    /**
     * @param {string} file Of a sample.
     * @param {Promise<Response>} response Already on its way.
     */
    expect(file, response) {
        this.#fetched.set(file, blobOf(response));
        this.#fetched.get(file)?.catch(() => this.#fetched.delete(file));
    }

    /** Who opens a picture, as far as that is known. @param {string | null} id @returns {Kind} */
    kind(id) {
        return this.#file(id)?.kind ?? "plain";
    }

    /** The browser does not show this one. @param {string} id */
    isUnshown(id) {
        const own = this.#file(id);
        if (own) {
            own.unshown = true;
        }
    }

    /** Whether a small picture has to be drawn, since the browser does not show the file. @param {string | null} id */
    lacksSmall(id) {
        const own = this.#file(id);
        return own?.unshown === true && !own.small;
    }

    /** @param {string} id @param {Blob} small */
    keepSmall(id, small) {
        const own = this.#file(id);
        if (own) {
            own.small ??= small;
        }
    }

    /** What a film says of itself as it is shown, once it was. @param {string | null} id */
    told(id) {
        return this.#filmsNow?.told(id ?? "") ?? null;
    }

    /** What was done to a picture before the engine had it. @param {string | null} id @returns {import("../engine/protocol.js").Note[]} */
    notes(id) {
        return this.kind(id) === "browser" ? [{ kind: "browser" }] : (this.told(id)?.notes ?? []);
    }

    /** Finds out what a film says of itself. @param {string} id */
    async learn(id) {
        const own = this.#file(id);
        if (own && !this.told(id)) {
            await (await this.#reader()).develop(id, own.file);
        }
    }

    /**
     * The header of a film.
     * @param {string} id
     * @param {boolean} people Whether what may name somebody is wanted, too.
     */
    async header(id, people) {
        const own = this.#file(id);
        return own ? (await this.#reader()).header(id, own.file, people) : [];
    }

    #reader() {
        this.#films ??= import("../engine/films.js").then(({ Films }) => (this.#filmsNow = new Films(this.#assets)));
        this.#films.catch(() => (this.#films = null));
        return this.#films;
    }

    /**
     * @param {Own} own
     * @param {string} id
     */
    async #opened(own, id) {
        const bytes = await own.file.arrayBuffer();
        if (!own.kind) {
            const first = new Uint8Array(bytes, 0, Math.min(512, bytes.byteLength));
            own.kind = isDicom(first) ? "film" : isGrey16(new Uint8Array(bytes)) ? "grey16" : browsersOwn(first) ? "browser" : "plain";
            own.unshown ||= own.kind === "film" || playsAnother(new Uint8Array(bytes));
        }
        if (own.kind === "film" || id !== own.id) {
            const { bitmap, small } = await (await this.#reader()).develop(id, own.file);
            if (own.kind === "film") {
                own.small ??= new Blob([small], { type: "image/bmp" });
            }
            return bitmap;
        }
        if (own.kind === "browser") {
            const type = browsersOwn(new Uint8Array(bytes)) ?? "";
            const opened = await (await import("../engine/browser-picture.js")).openedByBrowser(new Blob([bytes]), type);
            if (opened) {
                return opened;
            }
            // The engine knows what to say of it.
            own.kind = "plain";
        }
        return bytes;
    }

    /**
     * @param {string} id
     * @returns {Promise<ArrayBuffer>} A copy of the bytes of a file that the engine opens.
     */
    async bytes(id) {
        const own = this.#file(id);
        if (own) {
            return this.#opened(own, id);
        }
        const frame = this.#frames.find((frame) => frame.id === id);
        if (frame) {
            return frame.bytes.slice().buffer;
        }
        const file = id.replace("sample:", "");
        if (!this.#fetched.has(file)) {
            this.expect(file, fetch(PLACES.samples + file, { credentials: "omit" }));
        }
        const blob = await /** @type {Promise<Blob>} */ (this.#fetched.get(file));
        return blob.arrayBuffer();
    }
}

/** @param {Promise<Response>} arriving */
async function blobOf(arriving) {
    const response = await arriving;
    if (!response.ok) {
        throw new Error(`status ${response.status}`);
    }
    return response.blob();
}
