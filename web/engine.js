/**
 * The engine as the page sees it, whichever worker answers: the one that started, the one that replaces it when it
 * breaks, or the one on WebGPU that takes over where the choice of the device is ours.
 *
 * @module
 */

import { Connection, EngineError, Superseded, newId } from "./connection.js";
import { Succession } from "./succession.js";

/** @typedef {import("./protocol.js").FromWorker} FromWorker */
/** @typedef {import("./protocol.js").Failure} Failure */
/** @typedef {import("./protocol.js").Assets} Assets */
/** @typedef {import("./protocol.js").ModelSource} ModelSource */
/** @typedef {import("./protocol.js").Opened} Opened */
/** @typedef {import("./protocol.js").Loaded} Loaded */
/** @typedef {import("./protocol.js").DevicePreference} DevicePreference */
/** @typedef {import("./protocol.js").DeviceReport} DeviceReport */
/** @typedef {import("./protocol.js").Explained} Explained */
/** @typedef {import("./protocol.js").Painted} Painted */
/** @typedef {Extract<FromWorker, {type: "ready"}>} Ready */

/**
 * @typedef {object} Listener
 * @property {(bytes: number, total: number) => void} loading
 * @property {(what: string) => void} preparing
 * @property {(layer: string, done: number, total: number) => void} converting
 * @property {(ready: Ready) => void} ready
 * @property {(device: DeviceReport, milliseconds: Explained["milliseconds"] | null) => void} moved Another device goes on,
 *     or there is more to say about this one. The model and every explanation stay; `milliseconds` is what the newest
 *     takes on the other one.
 * @property {(failure: Failure, restarting: boolean) => void} broken The worker broke. Another one starts on the CPU
 *     where the device was at fault; otherwise nothing happens until `start` is called.
 */

export { EngineError, Superseded };

/** Starts in a row without one success, after which a broken engine stays broken until the user acts. */
const MAX_STARTS = 3;

export class Engine {
    /** The worker that answers. @type {Connection | null} */
    #current = null;
    /** What may bring another one, while it may. @type {Succession | null} */
    #succession = null;
    /** What the worker that answers runs on, once it is ready. @type {DeviceReport | null} */
    #report = null;
    /** Why that is not WebGPU, where the worker itself does not know. */
    #reason = "";
    #failedStarts = 0;
    /** @type {Assets} */
    #assets;
    /** @type {ModelSource} */
    #model;
    /** @type {DevicePreference} */
    #device;
    /** @type {Listener} */
    #listener;

    /**
     * @param {Assets} assets
     * @param {ModelSource} model
     * @param {DevicePreference} device
     * @param {Listener} listener
     */
    constructor(assets, model, device, listener) {
        this.#assets = assets;
        this.#model = model;
        this.#device = device;
        this.#listener = listener;
    }

    /**
     * Starts a fresh worker; whatever the old one was doing is dropped.
     * @param {DevicePreference} [device]
     */
    start(device = this.#device) {
        this.#device = device;
        const current = new Connection(this.#assets);
        this.follow(current);
        current.post({ type: "start", assets: this.#assets, model: this.#model, device });
    }

    /**
     * Goes on with a worker that has been told to start already, or is about to be.
     * @param {Connection} current With the model and the device of this engine.
     */
    follow(current) {
        this.stop();
        this.#reason = "";
        this.#current = current;
        if (this.#device === "auto") {
            this.#succession = new Succession(this.#assets, current, this.#model, {
                takeOver: (next, { device, milliseconds }) => this.#takeOver(next, device, milliseconds),
                giveUp: (reason) => this.#stay(reason),
            });
        }
        // Last, since it may have something to say already.
        current.listener = this.#handlers();
    }

    /**
     * Reads a model file, or converts a float checkpoint into one. The model in use stays.
     * @param {Blob} file
     * @param {string | null} description JSON: a model card, or the settings of a conversion.
     * @returns {Promise<Opened>}
     */
    async open(file, description) {
        return this.#running().ask({ type: "open", id: newId(), file, description });
    }

    /** Whether there is a worker, be it still starting. */
    get running() {
        return this.#current !== null;
    }

    /**
     * Starts a fresh worker with another model: for when the one that it was to start with cannot be had.
     * @param {ModelSource} model
     */
    startWith(model) {
        this.#model = model;
        this.#failedStarts = 0;
        this.start();
    }

    /**
     * Changes the model. On failure, the one before it stays.
     * @param {ModelSource} model
     * @returns {Promise<Loaded>}
     */
    async load(model) {
        /** @type {Loaded} */
        const { card, device } = await this.#running().ask({ type: "load", id: newId(), model });
        this.#model = model;
        this.#succession?.uses(model);
        return { card, device: this.#reported(device) };
    }

    /**
     * Explains a photo. A newer call supersedes this one.
     * @param {ArrayBuffer} bytes Of the photo's file.
     * @param {{size: number, fit: import("./protocol.js").FitRule}} options
     * @returns {Promise<Explained>}
     */
    async explain(bytes, options) {
        const current = this.#running();
        const id = newId();
        // A copy goes to the worker, so that the page can ask again at another size or on another device.
        const copies = { sent: bytes.slice(0), kept: this.#succession && bytes.slice(0) };
        /** @type {Explained} */
        const explained = await current.ask({ type: "explain", id, bytes: copies.sent, ...options });
        if (copies.kept) {
            this.#succession?.shows({ id, bytes: copies.kept, options: { ...options }, maps: explained.maps.slice() });
        }
        return explained;
    }

    /**
     * Draws a map of the last explanation.
     * @param {import("./protocol.js").OverlayRequest} request
     * @returns {Promise<Painted>}
     */
    async overlay(request) {
        return this.#running().ask({ type: "overlay", id: newId(), request });
    }

    /** Gives up every explanation and overlay that has been asked for and not answered. */
    cancelPictures() {
        this.#current?.cancelPictures();
    }

    /** Ends the worker. What has been asked and not answered is rejected. */
    stop() {
        this.#succession?.close();
        this.#succession = null;
        this.#current?.close();
        this.#current = null;
        this.#report = null;
    }

    #running() {
        if (!this.#current) {
            const message = "The engine is not running.";
            throw new EngineError({ fault: "device", message, advice: "Start it again, then retry." });
        }
        return this.#current;
    }

    /** @returns {import("./connection.js").Listener} */
    #handlers() {
        return { hear: (message) => this.#hear(message), broken: (failure) => this.#break(failure) };
    }

    /** @param {FromWorker} message */
    #hear(message) {
        switch (message.type) {
            case "loading":
                return this.#listener.loading(message.bytes, message.total);
            case "preparing":
                return this.#listener.preparing(message.what);
            case "converting":
                return this.#listener.converting(message.layer, message.done, message.total);
            case "outlook":
                return message.outlook.kind === "webgpu" ? this.#succession?.foundAdapter() : this.#stay(message.outlook.reason);
            case "ready":
                this.#failedStarts = 0;
                this.#succession?.uses(this.#model);
                return this.#listener.ready({ ...message, device: this.#reported(message.device) });
        }
    }

    /**
     * A worker's report on its device, with what else is known about it.
     * @param {DeviceReport} device
     */
    #reported(device) {
        this.#report = { ...device, reason: device.reason || (device.kind === "cpu" ? this.#reason : "") };
        return this.#report;
    }

    /** No other device takes over. @param {string} reason */
    #stay(reason) {
        this.#succession = null;
        this.#reason = reason;
        if (this.#report) {
            this.#listener.moved(this.#reported(this.#report), null);
        }
    }

    /**
     * @param {Connection} next
     * @param {DeviceReport} device
     * @param {Explained["milliseconds"] | null} milliseconds
     */
    #takeOver(next, device, milliseconds) {
        this.#current?.close();
        this.#current = next;
        next.listener = this.#handlers();
        this.#succession = null;
        this.#listener.moved(this.#reported(device), milliseconds);
    }

    /**
     * The worker is done for. A device that failed is not tried again; a file that is wrong or missing stays so until
     * the user acts.
     * @param {Failure} failure
     */
    #break(failure) {
        this.stop();
        this.#failedStarts += 1;
        const restarting = failure.fault === "device" && this.#failedStarts < MAX_STARTS;
        this.#listener.broken(failure, restarting);
        if (restarting) {
            this.start("cpu");
        }
    }
}
