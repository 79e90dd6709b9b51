/**
 * The visitor's pictures as one batch: what came in, what was left out, and what the model said of each. Of an answer it keeps
 * what is small: numbers, a small picture, and the maps as a Blob, which is the browser's to put on disk.
 *
 * @module
 */

import { Superseded } from "../../engine/connection.js";
import { sha256Hex } from "../../engine/worker/download.js";
import { lookedAt } from "../../page/state.js";
import { crc32 } from "./crc32.js";
import { Queue } from "./queue.js";
import { thumbnail } from "./thumbnail.js";

/** @typedef {import("../../engine/protocol.js").Explained} Explained */
/** @typedef {import("../../engine/protocol.js").Loaded} Loaded */
/** @typedef {import("../../engine/protocol.js").Failure} Failure */
/** @typedef {import("../../page/state.js").Pane} Pane */
/** @typedef {import("../../page/view.js").Solved} Solved */
/** @typedef {import("../../page/view.js").PageView} PageView */

/**
 * What the page lends.
 * @typedef {object} Lent
 * @property {import("../../engine/engine.js").Engine} engine
 * @property {import("../../page/pictures.js").Pictures} pictures
 * @property {() => {pane: Pane, loaded: Loaded} | null} asked How pictures are asked about now: a pane with size and fit, as a
 *     picture has it that nothing was tried on. Nothing until the model is there.
 * @property {(pane: Pane) => Explained | null} answered What was answered already.
 * @property {() => Promise<{id: string, sha256: string}>} subject The model, by its short name and the hash of its file.
 * @property {(picture: string) => boolean} anyway Whether the visitor wants an answer that means nothing.
 * @property {(picture: string) => void} present Shows a picture.
 * @property {(solved: Solved) => PageView} viewOf A picture by itself, as the page would show it.
 * @property {(dark: boolean) => Promise<import("../../engine/protocol.js").Painted>} colourBar
 * @property {() => import("../../page/state.js").View} look How maps are drawn.
 * @property {(text: string) => void} announce
 * @property {(error: unknown) => void} fail
 * @property {() => void} leave Shows another picture, where the one on show is gone.
 * @property {() => void} refresh
 */

/**
 * An answer without its maps.
 * @typedef {Omit<Explained, "maps"> & {
 *     sha256: string,
 *     device: "cpu" | "webgpu",
 *     card: import("../../engine/protocol.js").ModelCard,
 *     image: Blob | null,
 *     map: {file: Blob, crc: number} | null,
 * }} Answer `card` as it is in the model's file; `image` small, with the map over it; `map` as `.npy`, where it was kept.
 */

/** Bytes of all maps that are kept; those of further pictures are made again when they are saved. */
const MAPS = 1 << 28;

export class Batch {
    #lent;
    /** @type {Queue<Answer>} */
    queue;
    /** Names in the order in which they came, by identifier. @type {Map<string, string>} */
    names = new Map();
    /** What was left out. @type {import("./dropped.js").Left[]} */
    left = [];
    /** Bytes of maps so far. */
    #bytes = 0;
    /** The picture that is to be shown, until one was. @type {string | null} */
    #first = null;
    /** Whether the first one could not be shown, so that the next one is. */
    #next = false;
    /** How many quarters have been announced. */
    #told = 0;

    /** @param {Lent} lent */
    constructor(lent) {
        this.#lent = lent;
        this.queue = new Queue((id, signal, key) => this.#explain(id, signal, key), () => this.#changed());
    }

    /**
     * Takes in what was dropped.
     * @param {Pick<import("./dropped.js").Gathered, "found" | "left">} gathered
     * @param {boolean} start Whether they are explained at once, and the first is shown.
     * @returns {number} How many pictures came.
     */
    add({ found, left }, start) {
        this.left.push(...left);
        const ids = found.map(({ name, file }) => this.#lent.pictures.add(file, name));
        found.forEach(({ name }, index) => this.names.set(ids[index], name));
        this.queue.add(ids);
        this.#told = 0;
        if (ids.length > 0 && start) {
            this.#first = ids[0];
            this.#next = false;
            this.#lent.present(ids[0]);
            this.queue.start();
        }
        return ids.length;
    }

    /** Lets go of all of them. */
    clear() {
        this.queue.entries.forEach(({ id }) => this.#lent.pictures.remove(id));
        this.queue.clear();
        this.names.clear();
        this.left = [];
        this.#bytes = 0;
    }

    /**
     * A picture that could not be shown. It stays, with the reason.
     * @param {string} id
     * @param {Failure} failure
     * @returns {boolean} Whether it is one of these.
     */
    failed(id, failure) {
        const known = this.queue.failed(id, failure);
        if (id === this.#first) {
            this.#first = null;
            this.#next = true;
        }
        return known;
    }

    /** The settings in use, and whether somebody waits for the engine. @param {boolean} busy */
    follow(busy) {
        const asked = this.#lent.asked();
        this.queue.settings(asked && settingsKey(asked.pane));
        this.queue.hold(busy || asked === null);
    }

    /** @param {string} id @returns {Answer | null} */
    answer(id) {
        return this.queue.find(id)?.answer ?? null;
    }

    /** Whether nothing of an answer may be shown. @param {string} id */
    withheld(id) {
        return this.answer(id)?.novelty?.flagged === true && !this.#lent.anyway(id);
    }

    /**
     * @param {string} id
     * @param {AbortSignal} signal
     * @param {string | null} key
     * @returns {Promise<Answer>}
     */
    async #explain(id, signal, key) {
        const { engine, pictures } = this.#lent;
        const asked = this.#lent.asked();
        if (!asked || settingsKey(asked.pane) !== key) {
            // Something has been chosen that the queue is yet to hear of.
            throw new Superseded();
        }
        const pane = { ...asked.pane, picture: id };
        const sha256 = await sha256Hex(await pictures.original(id));
        const { explained, looked } = await this.explained(pane, signal);
        const device = engine.device ?? asked.loaded.device.kind;
        const { maps, ...small } = explained;
        const image = await thumbnail(engine, { looked, explained, card: asked.loaded.card, look: this.#lent.look() }, signal);
        const map = await this.#mapOf(explained);
        // Of many films, only the newest are known later.
        const notes = [...pictures.notes(id), ...explained.notes];
        if (this.#next) {
            this.#next = false;
            this.#lent.present(id);
        }
        return { ...small, notes, sha256, device, card: asked.loaded.card, image, map };
    }

    /**
     * A picture with its maps. The worker keeps of it no more than of a frame that passes.
     * @param {Pane} pane With size and fit.
     * @param {AbortSignal} signal
     */
    async explained(pane, signal) {
        const looked = { ...lookedAt(pane), passing: true };
        const kept = this.#lent.answered(pane);
        return { looked, explained: kept ?? (await this.#lent.engine.explain({ model: pane.model, shuffled: 0 }, looked, { signal })) };
    }

    /** @param {Explained} explained */
    async #mapOf({ maps, logits, rows, columns }) {
        if (this.#bytes + 4 * maps.length > MAPS) {
            return null;
        }
        this.#bytes += 4 * maps.length;
        return npyOf(this.#lent.engine, { maps, logits, rows, columns });
    }

    #changed() {
        const { queue } = this;
        const { total, done, failed } = queue.counts;
        const quarter = total > 0 ? Math.floor((4 * (done + failed)) / total) : 0;
        if (quarter > this.#told) {
            // Now and then is enough for whoever hears the page.
            this.#told = quarter;
            this.tell?.(done + failed, total);
        }
        if (queue.trouble) {
            const { trouble } = queue;
            queue.trouble = null;
            this.#lent.fail(trouble);
        }
        this.#lent.refresh();
    }

    /** Says how far it is. @type {((done: number, total: number) => void) | null} */
    tell = null;
}

/**
 * Maps as the bytes of a `.npy` file.
 * @param {import("../../engine/engine.js").Engine} engine
 * @param {Pick<Explained, "maps" | "logits" | "rows" | "columns">} explained
 */
export async function npyOf(engine, { maps, logits, rows, columns }) {
    const bytes = await engine.ask("npy", { values: maps, classes: logits.length, rows, columns });
    return { file: new Blob([bytes]), crc: crc32(bytes) };
}

/** What an answer depends on. @param {Pane} pane With size and fit. */
export function settingsKey({ model, size, fit }) {
    return JSON.stringify([model, size, fit]);
}
