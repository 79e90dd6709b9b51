/**
 * The pictures to choose from, under the stage: samples of the model in use, and the visitor's own.
 *
 * @module
 */

import { languageOf, t, tOr } from "../text/index.js";
import { button, make } from "./dom.js";

/**
 * One picture of the strip.
 * @typedef {object} Frame
 * @property {string} id
 * @property {string} title
 * @property {string | Blob | null} image Address of a small picture, or the picture itself; nothing while there is none.
 * @property {string | null} note What there is to know at once: that it was seen in training, what the model said.
 * @property {string | null} [noteLanguage] Of the note, where that is not the page's.
 * @property {boolean} chosen
 * @property {boolean} own
 * @property {boolean} [brief] Without what stands in brackets behind the title, which tells what a network makes of it.
 */

/**
 * @typedef {object} Handlers
 * @property {(id: string) => void} choose
 * @property {(files: File[]) => void} add
 * @property {() => void} camera
 * @property {(id: string) => void} unshown The browser does not show this picture of the visitor's own.
 */

/** Up to so many frames are each a stop for the tab key; of more, only the chosen one is, and arrow keys lead to the others. */
const STOPS = 30;
/** Keys that go from frame to frame. @type {Record<string, (at: number, last: number) => number>} */
const WAYS = { ArrowRight: (at) => at + 1, ArrowLeft: (at) => at - 1, Home: () => 0, End: (_, last) => last };

export class Filmstrip {
    #handlers;
    #camera;
    #list = make("ul", { className: "gallery" });
    /** Takes any file: most of a disc of films have no ending, and of what is no picture it is said. */
    #input = make("input", {
        className: "visually-hidden",
        attributes: { type: "file", tabindex: -1, "aria-hidden": true, "aria-label": t("film.pick"), multiple: true },
    });
    /** Works without a place on the page. */
    #folder = make("input", { attributes: { type: "file", webkitdirectory: true } });
    /** What is shown of each, so that it is made anew only when it changes. @type {Map<string, {made: string, image: Frame["image"], item: HTMLLIElement}>} */
    #items = new Map();
    /** Addresses of the visitor's own pictures. @type {Map<Blob, string>} */
    #addresses = new Map();

    /**
     * @param {HTMLElement} root
     * @param {Handlers} handlers
     */
    constructor(root, handlers) {
        this.#handlers = handlers;
        for (const input of [this.#input, this.#folder]) {
            input.addEventListener("change", () => {
                const files = Array.from(input.files ?? []);
                // So that the same file can be picked twice in a row.
                input.value = "";
                if (files.length > 0) {
                    handlers.add(files);
                }
            });
        }
        this.#list.addEventListener("keydown", (event) => this.#walk(event));
        const pick = button(t("film.pick"), () => this.pick(), { className: "pick" });
        this.#camera = button(t("tool.camera"), () => handlers.camera(), {
            className: "film-camera",
            attributes: { title: t("tool.camera.hint"), "data-tool": "camera" },
        });
        const folder = button(t("film.folder"), () => this.#folder.click(), { className: "film-folder", attributes: { title: t("film.folder.hint") } });
        this.#list.setAttribute("aria-label", t("film.label"));
        const picks = make("div", { className: "picks" }, [pick, folder, this.#camera]);
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
        const images = new Set(frames.map(({ image }) => image));
        for (const [image, address] of this.#addresses) {
            if (!images.has(image)) {
                URL.revokeObjectURL(address);
                this.#addresses.delete(image);
            }
        }
        const stop = frames.length > STOPS ? (frames.find(({ chosen }) => chosen) ?? frames[0]).id : null;
        const items = new Map(frames.map((frame) => [frame.id, this.#item(frame, fetch, stop === null || stop === frame.id)]));
        this.#items = items;
        this.#arrange(Array.from(items.values(), ({ item }) => item));
    }

    /**
     * What is there already where it has not changed.
     * @param {Frame} frame
     * @param {boolean} fetch
     * @param {boolean} stop Whether the tab key stops here.
     */
    #item({ image, ...frame }, fetch, stop) {
        const made = JSON.stringify([fetch, stop, frame]);
        const kept = this.#items.get(frame.id);
        if (kept && kept.made === made && kept.image === image) {
            return kept;
        }
        return { made, image, item: make("li", {}, [this.#frame({ image, ...frame }, fetch, stop)]) };
    }

    /** Leaves alone what stands where it should: of hundreds, one changes at a time. @param {HTMLLIElement[]} items */
    #arrange(items) {
        const active = document.activeElement;
        const key = active instanceof HTMLElement && this.#list.contains(active) ? active.dataset.key : undefined;
        const before = this.#list.scrollLeft;
        const wanted = new Set(items);
        for (const child of Array.from(this.#list.children)) {
            if (!wanted.has(/** @type {HTMLLIElement} */ (child))) {
                child.remove();
            }
        }
        items.forEach((item, index) => {
            const there = this.#list.children[index] ?? null;
            if (there !== item) {
                this.#list.insertBefore(item, there);
            }
        });
        this.#list.scrollLeft = before;
        if (key !== undefined && document.activeElement !== active) {
            this.#items.get(key)?.item.querySelector("button")?.focus({ preventScroll: true });
        }
    }

    /** @param {KeyboardEvent} event */
    #walk(event) {
        const way = WAYS[event.key];
        const buttons = Array.from(this.#list.querySelectorAll("button"));
        const at = buttons.findIndex((each) => each === document.activeElement);
        if (way && at >= 0) {
            event.preventDefault();
            buttons[Math.min(buttons.length - 1, Math.max(0, way(at, buttons.length - 1)))].focus();
        }
    }

    /**
     * @param {Frame} frame
     * @param {boolean} fetch
     * @param {boolean} stop
     */
    #frame({ id, title, image, note, noteLanguage, chosen, own, brief = false }, fetch, stop) {
        const picture = make("img", { attributes: { alt: "", width: 72, height: 72, loading: "lazy", draggable: "false" } });
        if (fetch && image !== null) {
            if (typeof image !== "string") {
                picture.addEventListener("error", () => {
                    picture.removeAttribute("src");
                    this.#handlers.unshown(id);
                });
            }
            picture.src = this.#address(image);
        }
        const full = own ? title : tOr(`sample:${title}`, title);
        const name = brief ? full.replace(/ \([^)]*\)$/, "") : full;
        const said = make("span", own ? { className: "title" } : { className: "title", text: name, attributes: { lang: languageOf(`sample:${title}`) } });
        if (own) {
            // The end of a file's name is what tells it from the others of its folder or archive.
            const [begins, ends] = takenApart(name);
            said.append(make("span", { className: "begins", text: begins }), make("span", { className: "ends", text: ends }));
        }
        const children = [picture, said];
        if (note) {
            children.push(make("span", { className: "note", text: note, attributes: { lang: noteLanguage } }));
        }
        const choose = make(
            "button",
            {
                attributes: { type: "button", "aria-pressed": String(chosen), tabindex: stop ? null : -1, title: note ? `${name}: ${note}` : name, "data-key": id },
                on: { click: () => this.#handlers.choose(id) },
            },
            children,
        );
        return choose;
    }

    /** @param {string | Blob} image */
    #address(image) {
        if (typeof image === "string") {
            return image;
        }
        const address = this.#addresses.get(image) ?? URL.createObjectURL(image);
        this.#addresses.set(image, address);
        return address;
    }
}

/** Characters at the end of a name that are in sight: a little less than the strip has room for. */
const SEEN = 11;

/**
 * A name in two parts: what may be cut where there is no room, and what stays in sight: the file's own name, or the end of it.
 * @param {string} name With the folders in front of it.
 */
export function takenApart(name) {
    const all = Array.from(name);
    const file = Array.from(name.slice(name.lastIndexOf("/") + 1));
    const at = all.length - Math.min(SEEN, file.length);
    return [all.slice(0, at).join(""), all.slice(at).join("")];
}
