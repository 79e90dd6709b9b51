/**
 * The published page's side of its service worker, which keeps it for use without the network: what was used, and what the
 * visitor wants kept. Fetched once the first picture is on show.
 *
 * @module
 */

import { requestListeners } from "../engine/connection.js";
import { allRequests } from "../engine/requests.js";
import { trusted } from "../engine/worker-url.js";
import { fetchTools, t } from "../text/index.js";
import { button, make } from "../ui/dom.js";

/** Why nothing is kept. @typedef {"insecure" | "unsupported" | "withdrawn" | "refused" | "missing"} Why */
/** A file of the page. @typedef {{path: string, bytes: number, core: boolean, kept: boolean}} File */

/** Where the page lies. */
const base = () => new URL("./", document.baseURI).href;

export class Offline {
    /** @type {ServiceWorkerRegistration | null} */
    #registration = null;
    /** Nothing is known before the browser has been asked. @type {Why | null} */
    why = null;
    /** What its worker said of that, in English. */
    reason = "";
    /** Paths that the worker was told of. @type {Set<string>} */
    #told = new Set();
    /** Whether the visitor wants the new version. */
    #reloads = false;

    /** The version that the site has, or that is kept. @type {string | null} */
    #release = null;
    /** Whether the page is kept: not before that is known. */
    #kept = false;

    /** Ends when it is known whether anything is kept. @type {Promise<void>} */
    started = this.#start();

    /** Has the browser keep the page, unless the site says that it should not. */
    async #start() {
        const { serviceWorker } = navigator;
        if (!serviceWorker) {
            this.why = isSecureContext ? "unsupported" : "insecure";
            return;
        }
        const version = await fetch("version.json", { cache: "no-store", credentials: "omit" })
            .then((response) => response.json())
            // Without the network, whatever is kept goes on.
            .catch(() => null);
        this.#release = version?.version ?? null;
        if (version?.offline === false) {
            this.why = "withdrawn";
            await withdraw();
            return;
        }
        const before = serviceWorker.controller;
        serviceWorker.addEventListener("message", ({ data }) => {
            this.reason = typeof data?.notKept === "string" ? data.notKept : this.reason;
        });
        serviceWorker.startMessages();
        serviceWorker.addEventListener("controllerchange", () => {
            if (this.#reloads) {
                location.reload();
            } else if (before) {
                // Another tab has changed to it.
                void this.#offerReload();
            }
        });
        try {
            const url = trusted(new URL("service-worker.js", base()).href);
            this.#registration = await serviceWorker.register(url, { scope: "./", updateViaCache: "none" });
        } catch {
            this.#registration = (await serviceWorker.getRegistration(base()).catch(() => null)) ?? null;
            this.why = this.#registration ? null : "refused";
        }
        if (!this.#registration) {
            return;
        }
        this.#watch(this.#registration);
        if (!(await Promise.race([serviceWorker.ready, givenUp(this.#registration)]))) {
            // What its worker says of it may come a moment later.
            await new Promise((resolve) => setTimeout(resolve, 300));
            this.why = this.reason ? "missing" : "refused";
            return;
        }
        this.#kept = true;
        requestListeners.add(() => this.#tellUsed());
        // Without the network, its worker knows.
        this.#release ??= (await this.#ask({ type: "state" }).catch(() => null))?.version ?? null;
        this.#tellUsed();
    }

    /** For whoever looks into a fault. @returns {import("../ui/trust.js").Published} */
    get published() {
        return { release: this.#release, kept: this.why ?? (this.#kept ? "yes" : "not yet") };
    }

    /** Files of this version, and which of them are kept. @returns {Promise<File[]>} */
    async files() {
        return (await this.#ask({ type: "state" })).files;
    }

    /**
     * @param {string[]} paths
     * @param {(kept: number, all: number) => void} report Bytes, of what was not kept yet.
     */
    async keep(paths, report) {
        // Else a browser may clear it away when it needs room.
        void navigator.storage?.persist?.().catch(() => {});
        await this.#ask({ type: "keep", paths }, ({ kept, all }) => report(kept, all));
    }

    /** @param {string[]} paths */
    async forget(paths) {
        await this.#ask({ type: "forget", paths });
    }

    /** Looks for a new version now: what the site does not have any more may have gone with an old one. */
    look() {
        void this.#registration?.update().catch(() => {});
    }

    /** What this visit has used so far is kept. */
    #tellUsed() {
        const entries = allRequests().flatMap(({ entries }) => entries);
        const news = entries.flatMap(({ name }) => {
            const path = name.startsWith(base()) ? name.slice(base().length).replace(/[?#].*/, "") : "";
            return path && !this.#told.has(path) ? [path] : [];
        });
        news.forEach((path) => this.#told.add(path));
        if (news.length > 0) {
            // Where there is no room, or the network has gone, it is not kept.
            this.#ask({ type: "keep", paths: [...new Set(news)] }).catch(() => news.forEach((path) => this.#told.delete(path)));
        }
    }

    /**
     * @param {{type: string, paths?: string[]}} question
     * @param {(message: any) => void} [hear] What is said before it is done.
     * @returns {Promise<any>}
     */
    async #ask(question, hear = () => {}) {
        const { active } = await navigator.serviceWorker.ready;
        return new Promise((resolve, reject) => {
            const { port1, port2 } = new MessageChannel();
            port1.addEventListener("message", ({ data }) => {
                if (!data.done) {
                    hear(data);
                    return;
                }
                port1.close();
                if (data.failed === undefined) {
                    resolve(data);
                } else {
                    reject(new Error(data.failed));
                }
            });
            port1.start();
            active?.postMessage(question, [port2]);
        });
    }

    /** @param {ServiceWorkerRegistration} registration */
    #watch(registration) {
        if (registration.waiting) {
            void this.#offerReload();
        }
        const follow = () => {
            const { installing } = registration;
            installing?.addEventListener("statechange", () => {
                // The first one of all is no news.
                if (installing.state === "installed" && registration.active) {
                    void this.#offerReload();
                }
            });
        };
        follow();
        registration.addEventListener("updatefound", follow);
    }

    /** Says that there is a new version, and stays until the visitor changes to it, or wants to do so later. */
    async #offerReload() {
        await fetchTools();
        document.querySelector(".new-version")?.remove();
        const reload = () => {
            this.#reloads = true;
            const waiting = this.#registration?.waiting;
            if (waiting) {
                waiting.postMessage({ type: "take-over" });
            } else {
                location.reload();
            }
        };
        const said = make("p", { className: "new-version", attributes: { role: "status" } }, [
            make("span", { text: t("offline.new-version") }),
            button(t("offline.reload"), reload),
            button("\u00d7", () => said.remove(), { className: "sign", attributes: { "aria-label": t("alert.close") } }),
        ]);
        document.querySelector("main")?.before(said);
    }
}

/**
 * Ends when a first worker has not come to anything: a file is not what its list says, or there is no room.
 * @param {ServiceWorkerRegistration} registration
 * @returns {Promise<null>}
 */
function givenUp({ installing, active }) {
    return new Promise((resolve) => {
        installing?.addEventListener("statechange", () => {
            if (installing.state === "redundant" && !active) {
                resolve(null);
            }
        });
    });
}

/** The site wants nothing kept: what was kept goes. */
async function withdraw() {
    const registrations = await navigator.serviceWorker.getRegistrations();
    await Promise.all(registrations.filter(({ scope }) => scope === base()).map((registration) => registration.unregister()));
    await caches.delete(`softcam ${base()}`);
}
