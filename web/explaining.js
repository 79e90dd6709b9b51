/**
 * One picture from the visitor's hand to the stage: what is wanted, what is on show, and how it is looked at.
 *
 * A result replaces the one on show only once it is complete; whatever fails on the way leaves on show what was there.
 * Of a picture that is unlike those that the model knows, nothing is drawn until the visitor asks for it.
 *
 * @module
 */

import { choiceName, decisionOf, decisionSentence, defaultChoice, positiveClass } from "./decision.js";
import { EngineError, Superseded } from "./engine.js";
import { mapOf, topClasses } from "./ledger.js";
import { TEACHING_NOTICE, UNLIKE_WARNING } from "./notice.js";
import { showDecision } from "./ui/decision.js";
import { byId } from "./ui/dom.js";
import { showCredit } from "./ui/gallery.js";
import * as status from "./ui/status.js";
import { hideUnlike, showUnlike } from "./ui/unlike.js";

/** @typedef {import("./engine.js").Engine} Engine */
/** @typedef {import("./protocol.js").Explained} Explained */
/** @typedef {import("./protocol.js").Loaded} Loaded */
/** @typedef {import("./ui/gallery.js").Sample} Sample */

/**
 * A picture to explain.
 * @typedef {object} Picture
 * @property {ArrayBuffer} bytes Of its file.
 * @property {Sample | null} sample Where it is one of ours.
 * @property {number} chosenAt {@link Explaining#changes} when it was chosen. If the model has begun to change since, it was
 *     chosen for the one before.
 * @property {Picture | null} [instead] What it overtook, for the case that it cannot be opened.
 */

/**
 * A result; all of it belongs together.
 * @typedef {object} Result
 * @property {Explained} explained
 * @property {Picture} picture
 * @property {Loaded} by The model and the device that explained it.
 * @property {number} size Side of the network's input.
 * @property {Scale} scale
 * @property {boolean} anyway Whether it is shown although the picture was flagged.
 */

/**
 * Ends of the colour scale: of single maps, and of one map less another.
 * @typedef {Pick<Explained, "limit" | "differenceLimit">} Scale
 */

/**
 * @typedef {object} Surroundings
 * @property {Engine} engine
 * @property {import("./ui/stage.js").Stage} stage
 * @property {import("./ui/ledger-panel.js").LedgerPanel} ledger
 * @property {import("./ui/classes.js").ClassList} classes
 * @property {import("./ui/controls.js").Controls} controls
 * @property {() => void} onWaiting A picture waits, and there is no engine to take it.
 * @property {() => void} onSettled Nothing waits any more: what was wanted is on show, or the reason why it is not.
 * @property {() => {title: string, explain: () => void}[]} others Models for other things, to explain what is on show.
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
    /** How often the model has begun to change. */
    #changes = 0;
    /** Whether it is about to: no other model's start matters until then. */
    #changing = false;
    /** Whether the last change lets the new model explain what the one before was shown; null until that is known. */
    #kept = /** @type {boolean | null} */ (true);
    /** What was on show before the model changed, where it was not to be explained unasked. @type {Picture | null} */
    #aside = null;
    /** How often the engine has been given a picture since one succeeded. */
    #attempts = 0;
    /** The newest result, drawn or about to be. @type {Result | null} */
    #result = null;
    /** The class that the visitor chose for that picture; else the most likely. @type {number | null} */
    #chosen = null;
    /** Counts drawings, so that one that was overtaken is not shown. */
    #drawing = 0;
    /** What says in words what the stage shows, as long as it shows it. @type {import("./ui/save.js").Caption | null} */
    #caption = null;

    /** @param {Surroundings} around */
    constructor(around) {
        this.#around = around;
        byId("same-picture", HTMLButtonElement).addEventListener("click", () => {
            if (this.#aside) {
                this.explain({ ...this.#aside, chosenAt: this.#changes });
            }
        });
    }

    /**
     * A model on a device is there, after a start or a restart. It explains what is wanted or on show, unless another one
     * is about to take its place.
     * @param {Loaded} loaded
     * @param {boolean} keeps Whether that is so also for pictures that came before the model began to change.
     */
    ready(loaded, keeps) {
        if (!this.#changing) {
            this.begin(loaded, keeps);
        }
    }

    /**
     * The same of the model that was changed to.
     * @param {Loaded} loaded
     * @param {boolean} keeps
     */
    begin(loaded, keeps) {
        this.#ready = loaded;
        this.#changing = false;
        this.#kept ??= keeps;
        if (!keeps) {
            this.#around.engine.cancelPictures();
            this.#setAside();
        }
        if (this.#attempts < MAX_ATTEMPTS) {
            this.#wanted ??= this.#result?.picture ?? null;
        }
        void this.#run();
    }

    /** The model begins to change: no picture goes to the one before any more. */
    hold() {
        this.#ready = null;
        this.#changes += 1;
        this.#changing = true;
        this.#kept = null;
        this.#around.engine.cancelPictures();
    }

    /** The change failed: the model before is still there. @param {Loaded} loaded */
    release(loaded) {
        this.#ready = loaded;
        this.#changing = false;
        this.#kept = true;
        void this.#run();
    }

    /** The change goes on with the start of an engine, which says when its model is ready. */
    awaitStart() {
        this.#changing = false;
    }

    /** How often the model has begun to change so far. */
    get changes() {
        return this.#changes;
    }

    /**
     * The model in use goes on on another device, or there is more to say about this one. Whatever is on show, wanted or
     * chosen stays as it is.
     * @param {Loaded} loaded
     * @param {Explained["milliseconds"] | null} milliseconds What the picture on show takes there, where that has changed.
     */
    moved(loaded, milliseconds) {
        const result = this.#result?.by === loaded ? this.#result : null;
        if (result && milliseconds) {
            result.explained.milliseconds = milliseconds;
        }
        status.showBadge(loaded.device, result && result.explained, result ? result.size : loaded.card.input.size);
    }

    /** The engine is gone, for a while or for good. */
    pause() {
        this.#ready = null;
        if (this.#attempts >= MAX_ATTEMPTS) {
            this.#wanted = null;
            status.showBusy(null);
        }
    }

    /**
     * @param {Omit<Picture, "instead">} picture A newer one than any before.
     */
    explain(picture) {
        this.#wanted = { ...picture, instead: this.#wanted };
        this.#attempts = 0;
        if (this.#isOld(picture) && this.#kept === false) {
            this.#setAside();
        }
        void this.#run();
    }

    /** Explains once more what is wanted or on show: a setting has changed. */
    again() {
        this.#wanted ??= this.#result?.picture ?? null;
        this.#attempts = 0;
        void this.#run();
    }

    /**
     * @param {number} chosen Class to show from now on.
     * @param {boolean} [over] Whether its rival's evidence is subtracted; else that stays as it is.
     */
    choose(chosen, over = this.#around.controls.against) {
        this.#chosen = chosen;
        this.#around.controls.against = over;
        void this.redraw();
    }

    /** Draws the newest result once more: the way of looking has changed. */
    async redraw() {
        if (!this.#result || isWithheld(this.#result)) {
            return;
        }
        if (!this.#around.controls.scaleLocked) {
            this.#result.scale = this.#result.explained;
        }
        try {
            await this.#draw(this.#result);
        } catch (error) {
            this.#fail(error, () => {});
        }
    }

    /** Name and numbers of what is on show, for a saved picture. */
    get caption() {
        return this.#caption;
    }

    async #run() {
        const picture = this.#wanted;
        if (!picture) {
            return;
        }
        const { engine, controls, onWaiting, onSettled } = this.#around;
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
            const before = this.#result && sameClasses(this.#result.by, by) ? this.#result : null;
            const scale = controls.scaleLocked && before ? before.scale : explained;
            const samePicture = before?.picture === picture;
            if (!samePicture) {
                const choice = defaultChoice(by.card, explained.logits);
                this.#chosen = null;
                controls.against = choice.against !== null;
            }
            // Who asked one model for an answer all the same has not asked another.
            const anyway = samePicture && before?.by.card === by.card && before.anyway;
            this.#result = { explained, picture: { ...picture, instead: null }, by, size, scale, anyway };
            this.#wanted = null;
            this.#aside = null;
            this.#attempts = 0;
            if (isWithheld(this.#result)) {
                this.#withhold(this.#result);
            } else {
                await this.#draw(this.#result);
            }
            status.showBusy(null);
            onSettled();
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
        const warning = warningOf(result);
        const decision = decisionOf(by.card, explained.probabilities);
        this.#caption = {
            ...view,
            probabilities: explained.probabilities,
            decision: decision && decisionSentence(decision),
            notice: by.card.medical ? TEACHING_NOTICE : null,
            warning,
        };
        hideUnlike();
        stage.setLook(controls.look);
        stage.warn(warning);
        stage.show(explained, painted);
        stage.describe(`Picture with the evidence for ${view.name}${warning ? `. ${warning}` : ""}`);
        ledger.show({ ...view, columns: explained.columns });
        stage.reread();
        const positive = positiveClass(by.card);
        classes.show(explained, { shownClass: view.shownClass, against: view.rival }, positive);
        // Of two classes, the list itself offers all there is.
        const rival = positive === null ? rivalOf(explained.logits, view.shownClass) : null;
        controls.offerAgainst(rival === null ? null : by.card.classes[rival]);
        showDecision(decision);
        showCredit(picture.sample);
        status.showBadge(by.device, explained, size);
        status.showOutcome("answer");
    }

    /**
     * Says why there is no answer, in place of one.
     * @param {Result} result
     */
    #withhold(result) {
        const { stage, ledger, classes, controls, others } = this.#around;
        const { explained, picture, by, size } = result;
        const { novelty } = explained;
        // Whatever is being drawn is of an earlier picture.
        this.#drawing += 1;
        this.#caption = null;
        stage.setLook({ opacity: controls.look.opacity, grey: false });
        stage.warn(null);
        stage.withhold(explained);
        ledger.hide();
        classes.clear();
        controls.offerAgainst(null);
        showDecision(null);
        showCredit(picture.sample);
        status.showBadge(by.device, explained, size);
        status.showOutcome("withheld");
        if (novelty) {
            const anyway = () => {
                result.anyway = true;
                if (this.#result === result) {
                    // The button that was pressed goes away; the picture is what it was pressed for.
                    void this.redraw().then(() => byId("stage", HTMLElement).focus());
                }
            };
            showUnlike(novelty, { anyway, others: others() });
        }
    }

    /** Whether the model has begun to change since the picture was chosen. @param {Pick<Picture, "chosenAt">} picture */
    #isOld({ chosenAt }) {
        return chosenAt !== this.#changes;
    }

    /** What came before the model changed is not explained unasked: the stage is empty, with an offer to do so. */
    #setAside() {
        const { stage, ledger, classes, controls } = this.#around;
        const shown = this.#result?.picture ?? null;
        const wanted = this.#wanted;
        const old = wanted && this.#isOld(wanted) ? wanted : null;
        this.#aside = old ?? shown ?? this.#aside;
        this.#wanted = wanted && !old ? { ...wanted, instead: null } : null;
        this.#result = null;
        status.showBusy(null);
        this.#drawing += 1;
        this.#caption = null;
        stage.warn(null);
        stage.clear();
        hideUnlike();
        ledger.hide();
        classes.clear();
        controls.offerAgainst(null);
        showDecision(null);
        showCredit(null);
        status.showOutcome("nothing");
        byId("again", HTMLElement).hidden = this.#aside === null;
        if (!this.#wanted) {
            this.#around.onSettled();
        }
    }

    /**
     * What is to be seen of a result: one class's map, or one over another.
     * @param {Result} result
     */
    #view({ explained, by, scale }) {
        const { logits } = explained;
        const shownClass = this.#chosen ?? defaultChoice(by.card, logits).shownClass;
        const rival = this.#around.controls.against ? rivalOf(logits, shownClass) : null;
        return {
            shownClass,
            rival,
            name: choiceName(by.card.classes, { shownClass, against: rival }),
            map: mapOf(explained, shownClass, rival),
            logit: rival === null ? logits[shownClass] : logits[shownClass] - logits[rival],
            limit: rival === null ? scale.limit : scale.differenceLimit,
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
        this.#around.onSettled();
        giveUp();
    }
}

/**
 * Whether nothing of an answer is to be shown.
 * @param {Result} result
 */
function isWithheld({ explained, anyway }) {
    return explained.novelty?.flagged === true && !anyway;
}

/**
 * What must stand on the picture.
 * @param {Result} result
 */
function warningOf({ explained }) {
    return explained.novelty?.flagged ? UNLIKE_WARNING : null;
}

/**
 * Whether two models tell the same things apart, so that what was chosen for one holds for the other.
 * @param {Loaded} a
 * @param {Loaded} b
 */
function sameClasses(a, b) {
    return a.card === b.card || JSON.stringify(a.card.classes) === JSON.stringify(b.card.classes);
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
