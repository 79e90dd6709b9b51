/**
 * The camera of the tool: what it sees, small, and frames for as long as a button is held.
 *
 * @module
 */

import { bitmap } from "../../engine/bitmap.js";
import { t } from "../../text/index.js";
import { button, make, setText } from "../../ui/dom.js";
import { Camera, NoCamera } from "../camera/stream.js";

/** Longest side of a frame in pixels: enough for the square that the network sees, and small in memory. */
const SIDE = 320;
/** Milliseconds from one frame that is kept to the next: closer ones are nearly the same. */
const APART = 160;

export class Eye {
    #take;
    #refresh;
    #start = button(t("camera.start"), () => void this.#open(), { className: "teach-camera-start" });
    #other = button(t("camera.other"), () => void this.#switch(), { className: "teach-camera-other" });
    #stop = button(t("camera.stop"), () => this.#turnOff(null), { className: "teach-camera-stop" });
    #canvas = make("canvas", { className: "teach-preview", attributes: { role: "img", "aria-label": t("teach.preview") } });
    #state = make("p", { className: "teach-camera-state", attributes: { role: "status" } });
    #trouble = make("p", { className: "teach-camera-trouble", attributes: { role: "alert" } });
    /** @type {Camera | null} */
    #camera = null;
    /** Further cameras, the next one first. @type {string[]} */
    #others = [];
    #opening = false;
    #abort = new AbortController();
    /** Who gets frames now. @type {unknown} */
    #holder = null;
    /** When the last frame was kept. */
    #last = -Infinity;
    /** Whether one more frame is wanted, and no other. */
    #once = false;

    /**
     * @param {(holder: any, file: Blob) => void} take Gets a frame while somebody holds a button.
     * @param {() => void} refresh
     */
    constructor(take, refresh) {
        this.#take = take;
        this.#refresh = refresh;
        const { signal } = this.#abort;
        // What nobody looks at is not filmed.
        document.addEventListener("visibilitychange", () => document.hidden && this.#turnOff("hidden"), { signal });
        addEventListener("pagehide", () => this.#turnOff("hidden"), { signal });
        this.#trouble.hidden = true;
        this.root = make("div", { className: "teach-eye" }, [make("div", { className: "row" }, [this.#start, this.#other, this.#stop]), this.#state, this.#trouble, this.#canvas]);
        this.show();
    }

    /** Whether there are frames to take. */
    get on() {
        return this.#camera !== null;
    }

    show() {
        this.#start.hidden = this.on;
        this.#start.disabled = this.#opening;
        this.#stop.hidden = this.#canvas.hidden = !this.on;
        this.#other.hidden = !this.on || this.#others.length === 0;
        this.#other.disabled = this.#opening;
        setText(this.#state, this.#opening ? t("camera.opening") : this.#camera ? t("camera.on", { name: this.#camera.name }) : "");
    }

    /** Frames go to `holder` from now on; the newest one at once. @param {unknown} holder */
    hold(holder) {
        this.#holder = holder;
        this.#last = -Infinity;
        this.#once = false;
    }

    /** No more of them, after the first. */
    letGo() {
        if (this.#last > -Infinity) {
            this.#holder = null;
        } else {
            // Too short a press for a frame: the next one is taken.
            this.#once = true;
        }
    }

    close() {
        this.#abort.abort();
        this.#end();
    }

    /** @param {{facing?: "user" | "environment", device?: string}} [wish] */
    async #open(wish) {
        if (this.#opening) {
            return;
        }
        this.#opening = true;
        this.#say(null);
        this.#refresh();
        try {
            // Phones point their back camera at things.
            const first = matchMedia("(pointer: coarse)").matches ? /** @type {const} */ ({ facing: "environment" }) : {};
            const camera = await Camera.open({ ...first, ...wish, side: SIDE }, () => this.#turnOff("ended"));
            if (this.#abort.signal.aborted || document.hidden) {
                camera.close();
                return;
            }
            this.#camera = camera;
            camera.mirrored = camera.facing !== "environment";
            this.#others = await camera.others();
            camera.next((frame) => this.#see(camera, frame));
        } catch (error) {
            if (!(error instanceof NoCamera)) {
                throw error;
            }
            this.#say(error.trouble, error.message);
        } finally {
            this.#opening = false;
            this.#refresh();
        }
    }

    async #switch() {
        const facing = this.#camera?.facing;
        const [device] = this.#others;
        this.#end();
        await this.#open(facing ? { facing: facing === "user" ? "environment" : "user" } : { device });
    }

    /** @param {Camera} camera @param {import("../camera/stream.js").Frame} frame */
    #see(camera, { pixels, width, height }) {
        Object.assign(this.#canvas, { width, height });
        this.#canvas.getContext("2d")?.putImageData(new ImageData(new Uint8ClampedArray(pixels), width, height), 0, 0);
        const now = performance.now();
        if (this.#holder !== null && now - this.#last >= APART) {
            this.#last = now;
            this.#take(this.#holder, new Blob([bitmap(pixels, width, height)], { type: "image/bmp" }));
            if (this.#once) {
                this.#once = false;
                this.#holder = null;
            }
        }
        camera.next((next) => this.#see(camera, next));
    }

    /** @param {"hidden" | "ended" | null} why */
    #turnOff(why) {
        if (this.#camera) {
            this.#end();
            this.#say(why);
            this.#refresh();
        }
    }

    #end() {
        this.#camera?.close();
        this.#camera = null;
        this.#holder = null;
        this.#once = false;
    }

    /**
     * @param {import("../camera/stream.js").Trouble | "hidden" | "ended" | null} what
     * @param {string} [reason]
     */
    #say(what, reason = "") {
        this.#trouble.hidden = what === null;
        setText(this.#trouble, what === null ? "" : t(`camera.trouble.${what}`, { reason }));
    }
}
