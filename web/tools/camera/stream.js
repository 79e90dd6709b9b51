/**
 * A camera of the device, as frames: one at a time, the newest, and only when somebody asks for it. Nothing is kept here.
 *
 * @module
 */

import { canBeRead } from "../../engine/canvas.js";

/** Longest side of a frame in pixels: several times what the network sees. */
const SIDE = 640;

/**
 * Why there is no camera.
 * @typedef {"insecure" | "unreadable" | "denied" | "none" | "busy" | "other"} Trouble
 */

/** No camera, and why. */
export class NoCamera extends Error {
    /**
     * @param {Trouble} trouble
     * @param {string} reason As the browser has it.
     */
    constructor(trouble, reason) {
        super(reason);
        this.trouble = trouble;
    }
}

/** What the browser calls the reasons. @type {Record<string, Trouble>} */
const TROUBLES = { NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "none", OverconstrainedError: "none", NotReadableError: "busy", AbortError: "busy" };

/** @typedef {{pixels: Uint8ClampedArray, width: number, height: number}} Frame */

export class Camera {
    #stream;
    #side;
    #video = document.createElement("video");
    #canvas = document.createElement("canvas");
    #context = this.#canvas.getContext("2d", { willReadFrequently: true });
    #closed = false;
    /** How many frames the camera has delivered so far. */
    delivered = 0;
    /** Whether the newest one was taken already. */
    #taken = true;
    /** Who waits for a frame. @type {((frame: Frame) => void) | null} */
    #waiting = null;
    /** Whether frames are turned around, left for right. */
    mirrored = false;

    /**
     * @param {MediaStream} stream
     * @param {number} side Longest side of a frame in pixels.
     * @param {() => void} onEnd It has ended by itself: unplugged, or taken away.
     */
    constructor(stream, side, onEnd) {
        this.#stream = stream;
        this.#side = side;
        this.#track.addEventListener("ended", () => !this.#closed && onEnd());
        const video = this.#video;
        // Phones play nothing without being asked that has sound or wants the whole screen.
        video.muted = true;
        video.playsInline = true;
        video.srcObject = stream;
        this.#listen();
        // Whether it plays is seen by its frames.
        video.play().catch(() => {});
    }

    /**
     * Asks for a camera, and the visitor for permission.
     * @param {{facing?: "user" | "environment", device?: string, side?: number}} wish `side`: the longest of a frame, in pixels.
     * @param {() => void} onEnd
     */
    static async open({ facing, device, side = SIDE }, onEnd) {
        const devices = navigator.mediaDevices;
        if (!devices?.getUserMedia) {
            throw new NoCamera("insecure", location.protocol);
        }
        // Before anybody is asked for permission.
        if (!canBeRead()) {
            throw new NoCamera("unreadable", "getImageData");
        }
        /** @type {MediaTrackConstraints} */
        const which = device ? { deviceId: { exact: device } } : facing ? { facingMode: { ideal: facing } } : {};
        try {
            const video = { ...which, width: { ideal: SIDE }, height: { ideal: (SIDE * 3) / 4 }, frameRate: { ideal: 30 } };
            return new Camera(await devices.getUserMedia({ video, audio: false }), side, onEnd);
        } catch (error) {
            const { name, message } = /** @type {DOMException} */ (error);
            throw new NoCamera(TROUBLES[name] ?? "other", message || name);
        }
    }

    /** Other cameras that there are, by identifier. @returns {Promise<string[]>} */
    async others() {
        const all = await navigator.mediaDevices.enumerateDevices().catch(() => []);
        const here = this.#track.getSettings().deviceId;
        const cameras = all.filter(({ kind, deviceId }) => kind === "videoinput" && deviceId !== "").map(({ deviceId }) => deviceId);
        const at = cameras.indexOf(here ?? "");
        // The next one first, so that one comes to all of them.
        return at < 0 ? cameras : [...cameras.slice(at + 1), ...cameras.slice(0, at)];
    }

    get #track() {
        return this.#stream.getVideoTracks()[0];
    }

    /** In the browser's own words. */
    get name() {
        return this.#track.label;
    }

    /** Where it looks, where that is known: phones say so. */
    get facing() {
        return this.#track.getSettings().facingMode ?? null;
    }

    /**
     * The newest frame that was not taken yet; where there is none, the next one. Whoever asked before and has not got one
     * gets none.
     * @param {(frame: Frame) => void} take
     */
    next(take) {
        this.#waiting = take;
        this.#give();
    }

    /** Nobody waits any more. */
    forget() {
        this.#waiting = null;
    }

    /** Turns it off. */
    close() {
        this.#closed = true;
        this.#waiting = null;
        this.#stream.getTracks().forEach((track) => track.stop());
        this.#video.srcObject = null;
    }

    #listen() {
        const video = this.#video;
        const arrived = () => {
            if (!this.#closed) {
                this.delivered += 1;
                this.#taken = false;
                this.#listen();
                this.#give();
            }
        };
        if ("requestVideoFrameCallback" in video) {
            video.requestVideoFrameCallback(arrived);
        } else {
            // Browsers without it show a new frame with most of their own.
            requestAnimationFrame(arrived);
        }
    }

    #give() {
        const { videoWidth, videoHeight } = this.#video;
        const take = this.#waiting;
        if (!take || this.#taken || !this.#context || videoWidth === 0) {
            return;
        }
        this.#waiting = null;
        this.#taken = true;
        const scale = Math.min(1, this.#side / Math.max(videoWidth, videoHeight));
        const [width, height] = [Math.max(1, Math.round(videoWidth * scale)), Math.max(1, Math.round(videoHeight * scale))];
        const canvas = this.#canvas;
        if (canvas.width !== width || canvas.height !== height) {
            Object.assign(canvas, { width, height });
        }
        const context = this.#context;
        context.setTransform(this.mirrored ? -1 : 1, 0, 0, 1, this.mirrored ? width : 0, 0);
        context.drawImage(this.#video, 0, 0, width, height);
        take({ pixels: context.getImageData(0, 0, width, height).data, width, height });
    }
}
