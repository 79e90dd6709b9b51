/**
 * One picture from the visitor's hand to the stage: what is wanted, what is on show, and how it is looked at.
 *
 * A result replaces the one on show only once it is complete; whatever fails on the way leaves on show what was there.
 *
 * @module
 */

import { EngineError, Superseded } from "./engine.js";
import { mapOf, topClasses } from "./ledger.js";
import { showCredit } from "./ui/gallery.js";
import * as status from "./ui/status.js";

/** @typedef {import("./engine.js").Engine} Engine */
/** @typedef {import("./protocol.js").Explained} Explained */
/** @typedef {import("./protocol.js").Loaded} Loaded */
/** @typedef {import("./ui/gallery.js").Sample} Sample */

/**
 * A picture to explain.
 * @typedef {object} Picture
 * @property {ArrayBuffer} bytes Of its file.
 * @property {Sample | null} sample Where it is one of ours.
 * @property {Picture | null} [instead] What it overtook, for the case that it cannot be opened.
 */

/**
 * A result; all of it belongs together.
 * @typedef {object} Result
 * @property {Explained} explained
 * @property {Picture} picture
 * @property {Loaded} by The model and the device that explained it.
 * @property {number} size Side of the network's input.
 * @property {number} limit End of the colour scale.
 */

/**
 * @typedef {object} Surroundings
 * @property {Engine} engine
 * @property {import("./ui/stage.js").Stage} stage
 * @property {import("./ui/ledger-panel.js").LedgerPanel} ledger
 * @property {import("./ui/classes.js").ClassList} classes
 * @property {import("./ui/controls.js").Controls} controls
 * @property {() => void} onWaiting A picture waits, and there is no engine to take it.
 */

/** A picture that has broken this many engines is not given to another. */
const MAX_ATTEMPTS = 2;

export class Explaining {
    /** @type {Surroundings} */
    #around;
    /** The model and the device in use, once there are any. @type {Loaded | null} */
    #ready = null;
    /** What waits for the engine, or what the engine works on. @type {Picture | null} */
    #wanted = null;
    /** How often the engine has been given a picture since one succeeded. */
    #attempts = 0;
    /** The newest result, drawn or about to be. @type {Result | null} */
    #result = null;
    /** The class that the visitor chose for that picture; else the most likely. @type {number | null} */
    #chosen = null;
    /** Counts drawings, so that one that was overtaken is not shown. */
    #drawing = 0;

    /** @param {Surroundings} around */
    constructor(around) {
        this.#around = around;
    }

    /**
     * A model on a device is there, after a start, a restart or a change of the model. What is wanted or on show is
     * explained with it.
     * @param {Loaded} loaded
     */
    begin(loaded) {
        this.#ready = loaded;
        if (this.#attempts < MAX_ATTEMPTS) {
            this.#wanted ??= this.#result?.picture ?? null;
        }
        void this.#run();
    }

    /** The engine is gone, for a while or for good. */
    pause() {
        this.#ready = null;
        if (this.#attempts >= MAX_ATTEMPTS) {
            this.#wanted = null;
            status.showBusy(null);
        }
    }

    /** @param {Omit<Picture, "instead">} picture A newer one than any before. */
    explain(picture) {
        this.#wanted = { ...picture, instead: this.#wanted };
        this.#attempts = 0;
        void this.#run();
    }

    /** Explains once more what is wanted or on show: a setting has changed. */
    again() {
        this.#wanted ??= this.#result?.picture ?? null;
        this.#attempts = 0;
        void this.#run();
    }

    /** @param {number} chosen Class to show from now on. */
    choose(chosen) {
        this.#chosen = chosen;
        void this.redraw();
    }

    /** Draws the newest result once more: the way of looking has changed. */
    async redraw() {
        if (!this.#result) {
            return;
        }
        if (!this.#around.controls.scaleLocked) {
            this.#result.limit = this.#result.explained.limit;
        }
        try {
            await this.#draw(this.#result);
        } catch (error) {
            this.#fail(error, () => {});
        }
    }

    /** Name and numbers of what is on show, for a saved picture. */
    get caption() {
        const result = this.#result;
        return result && { ...this.#view(result), probabilities: result.explained.probabilities };
    }

    async #run() {
        const picture = this.#wanted;
        if (!picture) {
            return;
        }
        const { engine, controls, onWaiting } = this.#around;
        const by = this.#ready;
        if (!by) {
            status.showBusy("Your picture waits for the model");
            onWaiting();
            return;
        }
        status.showBusy("Explaining \u2026");
        this.#attempts += 1;
        engine.cancelPictures();
        const { size, fit } = controls.run;
        try {
            const explained = await engine.explain(picture.bytes, { size, fit });
            const before = this.#result?.by.card === by.card ? this.#result : null;
            const limit = controls.scaleLocked && before ? before.limit : explained.limit;
            if (before?.picture !== picture) {
                this.#chosen = null;
                // Softmax over two classes sees nothing but their difference.
                controls.against = by.card.classes.length === 2;
            }
            this.#result = { explained, picture: { ...picture, instead: null }, by, size, limit };
            this.#wanted = null;
            this.#attempts = 0;
            await this.#draw(this.#result);
            status.showBusy(null);
        } catch (error) {
            this.#fail(error, () => {
                this.#wanted = picture.instead ?? null;
                void this.#run();
            });
        }
    }

    /** @param {Result} result */
    async #draw(result) {
        const { engine, stage, ledger, classes, controls } = this.#around;
        const drawing = ++this.#drawing;
        const { explained, picture, by, size } = result;
        const view = this.#view(result);
        const painted = await engine.overlay({
            explanation: explained.id,
            shownClass: view.shownClass,
            against: view.rival,
            limit: view.limit,
            ...controls.style,
        });
        if (drawing !== this.#drawing) {
            return;
        }
        stage.setLook(controls.look);
        stage.show(explained, painted);
        stage.describe(`Picture with the evidence for ${view.name}`);
        ledger.show({ ...view, columns: explained.columns });
        stage.reread();
        classes.show(explained, view.shownClass);
        const rival = rivalOf(explained.logits, view.shownClass);
        controls.offerAgainst(rival === null ? null : by.card.classes[rival]);
        showCredit(picture.sample);
        status.showBadge(by.device, explained, size);
        status.showResult();
    }

    /**
     * What is to be seen of a result: one class's map, or one over another.
     * @param {Result} result
     */
    #view({ explained, by, limit }) {
        const { logits } = explained;
        const names = by.card.classes;
        const shownClass = this.#chosen ?? topClasses(logits, 1)[0];
        const rival = this.#around.controls.against ? rivalOf(logits, shownClass) : null;
        return {
            shownClass,
            rival,
            name: rival === null ? names[shownClass] : `${names[shownClass]}, over ${names[rival]}`,
            map: mapOf(explained, shownClass, rival),
            logit: rival === null ? logits[shownClass] : logits[shownClass] - logits[rival],
            // As overlay::difference_limit: no difference of two maps can leave twice the scale that both fit into.
            limit: rival === null ? limit : 2 * limit,
        };
    }

    /**
     * @param {unknown} error
     * @param {() => void} giveUp
     */
    #fail(error, giveUp) {
        if (error instanceof Superseded) {
            return;
        }
        status.showBusy(null);
        if (!(error instanceof EngineError)) {
            throw error;
        }
        status.showFailure(error.failure);
        giveUp();
    }
}

/**
 * The class that a class is best set against: the most likely one; of two classes, always the other.
 * @param {Float32Array} logits
 * @param {number} shownClass
 * @returns {number | null}
 */
function rivalOf(logits, shownClass) {
    if (logits.length === 2) {
        return 1 - shownClass;
    }
    const [top] = topClasses(logits, 1);
    return top === shownClass ? null : top;
}
