/**
 * What the browser keeps of the published page, and what the visitor wants kept: fetched when it is opened.
 *
 * @module
 */

import { t } from "../text/index.js";
import { megabytes } from "../text/numbers.js";
import { button, make, setText } from "./dom.js";

/** @typedef {import("../page/offline.js").File} File */

/** What it needs of it. @typedef {Pick<import("../page/offline.js").Offline, "why" | "reason" | "started" | "files" | "keep" | "forget">} Offline */

/**
 * A model of the site.
 * @typedef {object} Model
 * @property {string} name
 * @property {string} file Its path.
 * @property {string[]} samples Paths of its pictures.
 */

export class Kept {
    #offline;
    #models;
    #sum = make("p", { className: "kept-sum" });
    #list = make("ul", { className: "kept-models" });
    #said = make("p", { className: "kept-said", attributes: { role: "status" } });
    #all = button(t("offline.keep-all"), () => void this.#keep(null), { className: "keep-all" });
    #none = button(t("offline.keep-none"), () => void this.#forgetAll(), { className: "keep-none" });
    #row = make("p", { className: "row" }, [this.#all, this.#none]);
    /** @type {File[]} */
    #files = [];
    #busy = false;

    /**
     * @param {Element} root
     * @param {Offline} offline
     * @param {() => Model[]} models
     */
    constructor(root, offline, models) {
        this.#offline = offline;
        this.#models = models;
        const part = make("details", { className: "kept" }, [
            make("summary", { text: t("offline.title") }),
            this.#sum,
            this.#list,
            this.#row,
            this.#said,
        ]);
        root.append(part);
    }

    async show() {
        if (this.#files.length === 0) {
            this.#row.hidden = this.#list.hidden = true;
            setText(this.#sum, t("offline.not-yet"));
        }
        await this.#offline.started;
        const { why, reason } = this.#offline;
        this.#row.hidden = this.#list.hidden = why !== null;
        if (why) {
            setText(this.#sum, t(`offline.not.${why}`, { reason }));
            return;
        }
        this.#files = await this.#offline.files();
        const size = (/** @type {File[]} */ files) => files.reduce((sum, { bytes }) => sum + bytes, 0);
        const kept = this.#files.filter((file) => file.kept);
        const whole = this.#files.filter(({ core }) => core).every((file) => file.kept);
        const sizes = { kept: megabytes(size(kept)), all: megabytes(size(this.#files)) };
        setText(this.#sum, [t(whole ? "offline.works" : "offline.not-yet"), t("offline.sum", sizes)].join(" "));
        this.#all.disabled = this.#busy || kept.length === this.#files.length;
        this.#none.disabled = this.#busy || kept.every(({ core }) => core);
        this.#list.replaceChildren(...this.#models().map((model) => this.#line(model)));
    }

    /** @param {Model} model */
    #line(model) {
        const file = this.#files.find(({ path }) => path === model.file);
        const box = make("input", { attributes: { type: "checkbox" } });
        box.checked = file?.kept ?? false;
        box.disabled = this.#busy;
        box.addEventListener("change", () => void (box.checked ? this.#keep([model.file, ...model.samples]) : this.#forget([model.file])));
        const state = t(file?.kept ? "offline.kept" : "offline.not-kept", { bytes: megabytes(file?.bytes ?? 0) });
        return make("li", {}, [
            make("label", { className: "check" }, [box, make("span", { text: model.name }), make("span", { className: "kept-state", text: state })]),
        ]);
    }

    /** @param {string[] | null} paths All, where none are named. */
    async #keep(paths) {
        const wanted = paths ?? this.#files.map(({ path }) => path);
        await this.#while(
            () =>
                this.#offline.keep(wanted, (kept, all) => {
                    setText(this.#said, t("offline.keeping", { kept: megabytes(kept), all: megabytes(all) }));
                }),
            t("offline.done"),
        );
    }

    /** @param {string[]} paths */
    async #forget(paths) {
        await this.#while(() => this.#offline.forget(paths), t("offline.forgotten"));
    }

    async #forgetAll() {
        await this.#forget(this.#files.filter(({ core }) => !core).map(({ path }) => path));
    }

    /**
     * @param {() => Promise<void>} work
     * @param {string} done What is said then.
     */
    async #while(work, done) {
        this.#busy = true;
        this.#list.querySelectorAll("input").forEach((box) => (box.disabled = true));
        this.#all.disabled = this.#none.disabled = true;
        const said = await work().then(
            () => done,
            (error) => t("offline.failed", { reason: error instanceof Error ? error.message : String(error) }),
        );
        this.#busy = false;
        await this.show();
        setText(this.#said, said);
    }
}
