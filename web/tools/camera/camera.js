/**
 * The camera: its newest frame is the picture on show, explained as fast as the device can; a key freezes it. No frame is
 * kept, unless the visitor asks for one, which then is a picture like every other.
 *
 * @module
 */

import { bitmap } from "../../engine/bitmap.js";
import { className, topClasses } from "../../evidence/classes.js";
import { t } from "../../text/index.js";
import { duration, local, percent } from "../../text/numbers.js";
import { button, make, setText } from "../../ui/dom.js";
import { isLive, settingsOf, withCamera, withFrozen, withKept, withoutCamera } from "./settings.js";
import { Camera, NoCamera } from "./stream.js";

/** @typedef {import("../../page/view.js").PageView} PageView */
/** @typedef {import("./stream.js").Trouble} Trouble */

/** Frames over which the rate is taken. */
const MANY = 12;
/** A key that is pressed within one of these belongs to it. */
const WRITES = "input:not([type=radio], [type=checkbox], [type=range]), textarea, select, [contenteditable]";

class CameraPanel {
    #context;
    #root;
    #start = button(t("camera.start"), () => void this.#open({}), { className: "camera-start" });
    #stop = button(t("camera.stop"), () => this.#turnOff(null), { className: "camera-stop" });
    #freeze = button(t("camera.freeze"), () => this.#toggleFrozen(), { className: "camera-freeze", attributes: { "aria-keyshortcuts": "F", "aria-pressed": "false" } });
    #other = button(t("camera.other"), () => void this.#switch(), { className: "camera-other" });
    #mirror = make("input", { className: "camera-mirror", attributes: { type: "checkbox" } });
    #mirrorLabel = make("label", { className: "check" }, [this.#mirror, t("camera.mirror")]);
    #keep = button(t("camera.keep"), () => this.#keepFrame(), { className: "camera-keep" });
    /** What stands above the panel where there is room, and below it on a phone. */
    #says = make("p", { className: "camera-says", attributes: { "aria-hidden": true } });
    #state = make("p", { className: "camera-state", attributes: { role: "status" } });
    #rate = make("p", { className: "camera-rate" });
    #trouble = make("p", { className: "camera-trouble", attributes: { role: "alert" } });
    #medical = make("p", { text: t("camera.medical") });
    #content = make("div", { className: "camera-body" });
    /** @type {Camera | null} */
    #camera = null;
    /** Whether the browser is asked for one. */
    #opening = false;
    /** Whether none of its frames was on show yet. */
    #begins = true;
    /** Other cameras, the next one first. @type {string[]} */
    #others = [];
    /** The frame that was handed in last, whose answer is waited for. @type {string | null} */
    #asked = null;
    /** Since when the frames on show were shown. @type {number[]} */
    #times = [];
    #shown = 0;
    #kept = 0;
    /** @type {PageView | null} */
    #view = null;
    #abort = new AbortController();

    /**
     * @param {HTMLElement} root
     * @param {import("../index.js").Context} context
     */
    constructor(root, context) {
        this.#root = root;
        this.#context = context;
        const { signal } = this.#abort;
        this.#mirror.addEventListener("change", () => this.#camera && (this.#camera.mirrored = this.#mirror.checked));
        document.addEventListener("keydown", (event) => this.#key(event), { signal });
        // What nobody looks at is not filmed.
        document.addEventListener("visibilitychange", () => document.hidden && this.#turnOff("hidden"), { signal });
        addEventListener("pagehide", () => this.#turnOff("hidden"), { signal });
        this.#trouble.hidden = true;
        this.#content.append(
            this.#says,
            make("p", { className: "hint", text: t("camera.hint") }),
            make("div", { className: "row" }, [this.#start, this.#freeze, this.#keep, this.#other, this.#stop]),
            this.#mirrorLabel,
            this.#state,
            this.#rate,
            this.#trouble,
        );
        root.replaceChildren(this.#medical, this.#content);
    }

    /** @param {PageView} view */
    show(view) {
        this.#view = view;
        const { state, panes } = view;
        const { solved } = panes[0];
        const medical = solved?.loaded.card.medical === true;
        const live = isLive(state);
        const { on, frozen } = settingsOf(state);
        if (this.#camera && (medical || (on && !live))) {
            // Another picture or model was chosen.
            this.#turnOff(null);
            return;
        }
        if (!this.#camera && !this.#opening && (on || (live && !frozen))) {
            // A state of the history, or of a link, in which there was one.
            this.#context.change(withoutCamera, "part");
            return;
        }
        const running = this.#camera !== null;
        this.#medical.hidden = !medical;
        this.#content.hidden = medical;
        this.#start.hidden = running;
        this.#start.disabled = this.#opening;
        this.#stop.hidden = this.#freeze.hidden = !running;
        this.#freeze.setAttribute("aria-pressed", String(frozen));
        this.#keep.hidden = !live;
        this.#other.hidden = !running || this.#others.length < 1;
        this.#mirrorLabel.hidden = !running;
        setText(this.#state, this.#stateText(frozen && live));
        if (live && solved?.pane.picture === this.#asked && this.#asked !== null) {
            this.#asked = null;
            this.#count();
            if (frozen) {
                this.#announce(view);
            }
        }
        if (running && !frozen && this.#asked === null) {
            // The newest frame, as soon as the one before is explained.
            this.#camera?.next((frame) => this.#hand(frame));
        }
        const { answer } = panes[0];
        this.#says.hidden = !live || !answer;
        setText(this.#says, answer ? (answer.withheld ? t("unlike.title") : topOf(answer)) : "");
        const run = solved?.explained.milliseconds.run ?? 0;
        const rate = this.#framesPerSecond();
        this.#rate.hidden = !live || rate === null;
        setText(this.#rate, rate === null ? "" : t("camera.rate", { rate: local(rate.toFixed(1)), run: duration(run) }));
    }

    close() {
        this.#abort.abort();
        this.#end();
        this.#context.pictures.forgetFrames();
        // Whatever closed it, the page must not wait for a frame that never comes.
        this.#context.change((state) => (isLive(state) || settingsOf(state).on ? withoutCamera(withFrozen(state, false)) : state), "part");
    }

    /** @param {boolean} frozen */
    #stateText(frozen) {
        if (this.#opening) {
            return t("camera.opening");
        }
        if (!this.#camera) {
            return t(frozen ? "camera.off-frozen" : "camera.off");
        }
        return t(frozen ? "camera.on-frozen" : "camera.on", { name: this.#camera.name });
    }

    /** @param {{facing?: "user" | "environment", device?: string}} wish */
    async #open(wish) {
        if (this.#opening) {
            return;
        }
        this.#opening = true;
        this.#say(null);
        // Phones point their back camera at things.
        const first = matchMedia("(pointer: coarse)").matches ? /** @type {const} */ ({ facing: "environment" }) : {};
        this.#end();
        try {
            const camera = await Camera.open({ ...first, ...wish }, () => this.#turnOff("ended"));
            if (this.#abort.signal.aborted || document.hidden) {
                // Too late: the visitor has gone elsewhere.
                camera.close();
                return;
            }
            this.#camera = camera;
            this.#mirror.checked = camera.mirrored = camera.facing !== "environment";
            this.#others = await camera.others();
            this.#begins = true;
            camera.next((frame) => this.#hand(frame));
        } catch (error) {
            if (!(error instanceof NoCamera)) {
                throw error;
            }
            this.#say(error.trouble, error.message);
            this.#context.change(withoutCamera, "part");
        } finally {
            this.#opening = false;
            this.#context.refresh();
        }
    }

    async #switch() {
        const facing = this.#camera?.facing;
        const [next] = this.#others;
        await this.#open(facing ? { facing: facing === "user" ? "environment" : "user" } : { device: next });
    }

    /**
     * A frame is the picture now.
     * @param {import("./stream.js").Frame} frame
     */
    #hand({ pixels, width, height }) {
        this.#asked = this.#context.pictures.addFrame(bitmap(pixels, width, height));
        if (this.#begins) {
            this.#begins = false;
            this.#times = [];
            this.#context.change(withCamera, "part");
        }
        this.#context.refresh();
    }

    #count() {
        this.#shown += 1;
        this.#times = [...this.#times, performance.now()].slice(-MANY - 1);
        Object.assign(this.#root.dataset, { shown: this.#shown, delivered: this.#camera?.delivered ?? 0 });
    }

    #framesPerSecond() {
        const [first] = this.#times;
        const last = this.#times.at(-1);
        return last === undefined || this.#times.length < 3 ? null : ((this.#times.length - 1) * 1000) / (last - first);
    }

    #toggleFrozen() {
        const view = this.#view;
        if (!view || !isLive(view.state) || !this.#camera) {
            return;
        }
        const { frozen } = settingsOf(view.state);
        // A frame that is on its way is the one that stays.
        this.#camera.forget();
        this.#times = [];
        this.#context.change((state) => withFrozen(state, !frozen), "part");
        if (!frozen && this.#asked === null) {
            this.#announce(view);
        }
    }

    /** What the frozen frame shows; of those that pass, nothing is announced. @param {PageView} view */
    #announce({ panes: [{ answer }] }) {
        if (answer) {
            this.#context.announce(t("camera.said", { name: answer.withheld ? t("unlike.title") : answer.name }));
        }
    }

    /** The frame on show becomes a picture like every other; the camera ends with its tool. */
    #keepFrame() {
        const { pictures } = this.#context;
        const id = this.#view?.panes[0].solved?.pane.picture;
        const file = id ? pictures.frameFile(id) : null;
        if (file) {
            this.#kept += 1;
            const own = pictures.add(new File([file], t("camera.picture", { time: new Date().toLocaleTimeString() })));
            this.#context.change((state) => withKept(state, own));
        }
    }

    /** @param {"hidden" | "ended" | null} why */
    #turnOff(why) {
        if (this.#camera) {
            this.#end();
            this.#say(why);
            this.#context.change(withoutCamera, "part");
            this.#context.refresh();
        }
    }

    #end() {
        this.#camera?.close();
        this.#camera = null;
        this.#asked = null;
    }

    /**
     * @param {Trouble | "hidden" | "ended" | null} what
     * @param {string} [reason]
     */
    #say(what, reason = "") {
        this.#trouble.hidden = what === null;
        setText(this.#trouble, what === null ? "" : t(`camera.trouble.${what}`, { reason }));
    }

    /** @param {KeyboardEvent} event */
    #key(event) {
        const writing = event.target instanceof Element && event.target.matches(WRITES);
        if ((event.key === "f" || event.key === "F") && !writing && !event.ctrlKey && !event.metaKey && !event.altKey && this.#camera) {
            event.preventDefault();
            this.#toggleFrozen();
        }
    }
}

/** The most likely class and its probability. @param {import("../../evidence/view.js").AnswerView} answer */
function topOf({ card, explained }) {
    const [top] = topClasses(explained.logits, 1);
    return `${className(card.classes[top])} ${percent(explained.probabilities[top])}`;
}

/** @type {import("../index.js").Tool} */
export default { open: (root, context) => new CameraPanel(root, context) };
