/**
 * The pictures to choose from, under the stage: samples of the model in use, and the visitor's own.
 *
 * @module
 */

import { languageOf, t, tOr } from "../text/index.js";
import { button, make, replaceKeeping } from "./dom.js";

/**
 * One picture of the strip.
 * @typedef {object} Frame
 * @property {string} id
 * @property {string} title
 * @property {string | Blob} image Address of a small picture, or the picture itself.
 * @property {string | null} note What there is to know at once: that it was seen in training, what the model said.
 * @property {string | null} [noteLanguage] Of the note, where that is not the page's.
 * @property {boolean} chosen
 * @property {boolean} own
 */

/**
 * @typedef {object} Handlers
 * @property {(id: string) => void} choose
 * @property {(files: File[]) => void} add
 * @property {() => void} camera
 */

export class Filmstrip {
    #handlers;
    #camera;
    #list = make("ul", { className: "gallery" });
    #input = make("input", {
        className: "visually-hidden",
        attributes: { type: "file", tabindex: -1, "aria-hidden": true, "aria-label": t("film.pick"), multiple: true, accept: "image/png,image/jpeg,image/webp,image/bmp,image/gif,image/tiff" },
    });
    /** What is shown, so that it is made anew only when it changes. */
    #made = "";
    /** Addresses of the visitor's own pictures. @type {Map<string, string>} */
    #addresses = new Map();

    /**
     * @param {HTMLElement} root
     * @param {Handlers} handlers
     */
    constructor(root, handlers) {
        this.#handlers = handlers;
        this.#input.addEventListener("change", () => {
            const files = Array.from(this.#input.files ?? []);
            // So that the same file can be picked twice in a row.
            this.#input.value = "";
            if (files.length > 0) {
                handlers.add(files);
            }
        });
        const pick = button(t("film.pick"), () => this.pick(), { className: "pick" });
        this.#camera = button(t("tool.camera"), () => handlers.camera(), {
            className: "film-camera",
            attributes: { title: t("tool.camera.hint"), "data-tool": "camera" },
        });
        this.#list.setAttribute("aria-label", t("film.label"));
        const picks = make("div", { className: "picks" }, [pick, this.#camera]);
        root.replaceChildren(make("div", { className: "strip" }, [picks, this.#list]), this.#input);
    }

    /**
     * @param {boolean} offered Not where a model judges people's health.
     * @param {boolean} open Whether its panel is.
     */
    offerCamera(offered, open) {
        this.#camera.hidden = !offered;
        this.#camera.setAttribute("aria-pressed", String(open));
    }

    /** Lets the visitor choose files. */
    pick() {
        this.#input.click();
    }

    /**
     * @param {Frame[]} frames
     * @param {boolean} fetch Whether small pictures may be fetched: nothing that is waited for is on its way any more.
     */
    show(frames, fetch) {
        const made = JSON.stringify([fetch, frames.map(({ image: _, ...frame }) => frame)]);
        if (made === this.#made) {
            return;
        }
        this.#made = made;
        const kept = new Set(frames.map(({ id }) => id));
        for (const [id, address] of this.#addresses) {
            if (!kept.has(id)) {
                URL.revokeObjectURL(address);
                this.#addresses.delete(id);
            }
        }
        const before = this.#list.scrollLeft;
        replaceKeeping(
            this.#list,
            frames.map((frame) => make("li", {}, [this.#frame(frame, fetch)])),
        );
        this.#list.scrollLeft = before;
    }

    /**
     * @param {Frame} frame
     * @param {boolean} fetch
     */
    #frame({ id, title, image, note, noteLanguage, chosen, own }, fetch) {
        const picture = make("img", { attributes: { alt: "", width: 72, height: 72, loading: "lazy", draggable: "false" } });
        if (fetch) {
            picture.src = this.#address(id, image);
        }
        const name = own ? title : tOr(`sample:${title}`, title);
        const children = [picture, make("span", { className: "title", text: name, attributes: { lang: own ? null : languageOf(`sample:${title}`) } })];
        if (note) {
            children.push(make("span", { className: "note", text: note, attributes: { lang: noteLanguage } }));
        }
        const choose = make(
            "button",
            {
                attributes: { type: "button", "aria-pressed": String(chosen), title: note ? `${name}: ${note}` : name, "data-key": id },
                on: { click: () => this.#handlers.choose(id) },
            },
            children,
        );
        return choose;
    }

    /**
     * @param {string} id
     * @param {string | Blob} image
     */
    #address(id, image) {
        if (typeof image === "string") {
            return image;
        }
        const address = this.#addresses.get(id) ?? URL.createObjectURL(image);
        this.#addresses.set(id, address);
        return address;
    }
}
