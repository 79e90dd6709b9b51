/**
 * The models to choose from: those that ship with the page, and the visitor's own. An own model lives as long as the
 * page does, unless the visitor says that this device should remember it.
 *
 * @module
 */

/** @typedef {import("../engine/protocol.js").ShippedModel} ShippedModel */
/** @typedef {import("../engine/protocol.js").OwnModel} OwnModel */
/** @typedef {import("../engine/protocol.js").ModelSource} ModelSource */

/**
 * One model on the shelf.
 * @typedef {object} Entry
 * @property {string} id Unique on the shelf.
 * @property {ModelSource} model
 * @property {boolean} own
 * @property {boolean} remembered Whether this device keeps it beyond the visit.
 * @property {boolean} [taught] Whether it was learnt on this page, in this visit.
 */

const DATABASE = "softcam";
const STORE = "models";

export class Shelf {
    /** @type {Entry[]} */
    #entries;
    /** Ends when all that was asked for so far is written. @type {Promise<void>} */
    #written = Promise.resolve();

    /** @param {ShippedModel[]} shipped */
    constructor(shipped) {
        this.#entries = shipped.map((model) => ({ id: model.id, model, own: false, remembered: false }));
    }

    get entries() {
        return [...this.#entries];
    }

    /** @param {string} id */
    find(id) {
        return this.#entries.find((entry) => entry.id === id) ?? null;
    }

    /**
     * Puts an own model on the shelf, for this visit.
     * @param {OwnModel} model
     * @param {boolean} [taught] Whether it was learnt on this page.
     * @returns {Entry}
     */
    add(model, taught = false) {
        const entry = { id: `own-${Date.now().toString(36)}-${this.#entries.length}`, model, own: true, remembered: false, taught };
        this.#entries.push(entry);
        return entry;
    }

    /**
     * Fetches what this device remembers. A browser that keeps no data has nothing to remember, which is no error; nor is
     * an empty database made where there is none.
     */
    async recall() {
        const databases = await indexedDB.databases?.().catch(() => []);
        if (databases && !databases.some(({ name }) => name === DATABASE)) {
            return;
        }
        const kept = await inStore("readonly", (store) => store.getAll()).catch(() => []);
        for (const { id, title, blob } of kept) {
            if (!this.find(id)) {
                this.#entries.push({ id, model: { title, blob }, own: true, remembered: true });
            }
        }
    }

    /**
     * Keeps an own model on this device.
     * @param {Entry} entry
     */
    async remember(entry) {
        await this.#store(entry, true);
    }

    /**
     * Removes an own model from this device; it stays on the shelf for this visit.
     * @param {Entry} entry
     */
    async forget(entry) {
        await this.#store(entry, false);
    }

    /**
     * The entry says at once what was asked for, so that a page drawn meanwhile shows the visitor's choice and not the one
     * before; it is taken back where the browser refuses. Writing follows in the order of asking.
     * @param {Entry} entry
     * @param {boolean} kept
     */
    async #store(entry, kept) {
        const before = entry.remembered;
        entry.remembered = kept;
        const written = this.#written.then(() => write(entry, kept));
        this.#written = written.catch(() => {});
        try {
            await written;
        } catch (error) {
            entry.remembered = before;
            throw error;
        }
    }

    /**
     * Removes an own model from the shelf and from this device.
     * @param {Entry} entry
     */
    async remove(entry) {
        if (entry.remembered) {
            await this.forget(entry);
        }
        this.#entries = this.#entries.filter((other) => other !== entry);
    }
}

/**
 * Puts an own model into the store, or takes it out.
 * @param {Entry} entry
 * @param {boolean} kept
 */
async function write({ id, model }, kept) {
    if (!kept) {
        await inStore("readwrite", (store) => store.delete(id));
    } else if ("blob" in model) {
        // Bytes, not the dropped file: that may be gone from the disk at the next visit.
        const blob = new Blob([await model.blob.arrayBuffer()]);
        await inStore("readwrite", (store) => store.put({ id, title: model.title, blob }));
    }
}

/**
 * One transaction on the store.
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest} use
 * @returns {Promise<any>} The request's result, once it is safely stored.
 */
async function inStore(mode, use) {
    const opening = indexedDB.open(DATABASE, 1);
    opening.addEventListener("upgradeneeded", () => opening.result.createObjectStore(STORE, { keyPath: "id" }));
    /** @type {IDBDatabase} */
    const database = await settled(opening);
    try {
        const transaction = database.transaction(STORE, mode);
        const request = use(transaction.objectStore(STORE));
        await new Promise((resolve, reject) => {
            transaction.addEventListener("complete", resolve);
            transaction.addEventListener("abort", () => reject(transaction.error));
        });
        return request.result;
    } finally {
        database.close();
    }
}

/**
 * @param {IDBRequest} request
 * @returns {Promise<any>}
 */
function settled(request) {
    return new Promise((resolve, reject) => {
        request.addEventListener("success", () => resolve(request.result));
        request.addEventListener("error", () => reject(request.error));
    });
}
