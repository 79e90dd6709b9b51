/**
 * Many pictures on the page: the batch, and the line that says how far it is. Fetched when more than one picture comes.
 *
 * @module
 */

import { sha256Hex } from "../../engine/worker/download.js";
import { t } from "../../text/index.js";
import { Batch } from "./batch.js";
import { Row } from "./row.js";

/** @typedef {import("./batch.js").Lent} Lent */
/** @typedef {import("../../engine/protocol.js").ModelSource} ModelSource */

export class Controller {
    lent;
    batch;
    /** @type {Row | null} */
    #row = null;
    /** Hashes of the visitor's own models. @type {WeakMap<Blob, Promise<string>>} */
    #hashes = new WeakMap();

    /**
     * @param {Omit<Lent, "subject">} lent
     * @param {() => ModelSource} model The one in use.
     */
    constructor(lent, model) {
        this.lent = { ...lent, subject: () => this.#subject(model()) };
        this.batch = new Batch(this.lent);
        this.batch.tell = (done, total) => lent.announce(t("many.told", { done, total }));
    }

    /**
     * Where the line stands; anew where the page is made anew.
     * @param {HTMLElement} root
     * @param {() => void} open
     * @param {() => void} lesson
     */
    mount(root, open, lesson) {
        this.#row = new Row(root, this.batch, open, lesson);
    }

    /** @param {import("../index.js").PageView} view @param {boolean} told Whether answers may be told. */
    show(view, told) {
        this.batch.follow(view.panes.some(({ busy }) => busy !== null));
        this.#row?.show(told, view.state.tool === "many");
    }

    /** Lets go of all pictures. */
    clear() {
        this.batch.clear();
        this.lent.leave();
    }

    /** @param {ModelSource} model */
    async #subject(model) {
        if ("sha256" in model) {
            return { id: stem(model.file), sha256: model.sha256 };
        }
        const { blob, name, title } = model;
        const hash = this.#hashes.get(blob) ?? blob.arrayBuffer().then(sha256Hex);
        this.#hashes.set(blob, hash);
        return { id: name ? stem(name) : title, sha256: await hash };
    }
}

/** A file's name without its ending. @param {string} name */
function stem(name) {
    return name.replace(/.*\//, "").replace(/(.)\.[^.]*$/, "$1");
}
