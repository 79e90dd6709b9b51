/**
 * `<softcam-viewer model="..." src="...">`: one image with the evidence for its most likely classes, in the same panels as
 * on the project's own page.
 *
 * | attribute | meaning |
 * |---|---|
 * | `model` | address of a model file; all viewers with the same model and device share one worker |
 * | `src` | address of an image; a visitor may also drop one |
 * | `shown-class` | index of the class to show; else the most likely, or of two classes the one over the other |
 * | `device` | `auto` (default), `webgpu` or `cpu` |
 * | `opacity` | of the evidence, 0 to 1 (default 0.85) |
 * | `lang` | in which it speaks; else the language of what it stands in, else English |
 *
 * Of a picture that is unlike those that the model knows, no map and no probability is shown until the visitor asks for
 * it, and then with a warning on it. Beside the answers of a medical model it says that they are no diagnosis.
 *
 * Events: `softcam-explained` with `{ explained, card, device }`, `softcam-flagged` with `{ novelty, card }` in its place
 * for a picture of that kind, `softcam-failed` with `{ fault, message, advice }`.
 *
 * @module
 */

import { WHOLE, boundedZoom } from "../evidence/zoom.js";
import { answerFor, cardFor } from "../evidence/population.js";
import { answerView } from "../evidence/view.js";
import { bestLanguage, fetchLanguage, t, use } from "../text/index.js";
import { AnswerPanel, sentenceOf } from "../ui/answer.js";
import { make, setText } from "../ui/dom.js";
import { Stage } from "../ui/stage.js";
import { badgeText, failureText } from "../ui/status.js";
import { EngineError, SoftCam, Superseded, unreachable } from "./index.js";

/** @typedef {import("./index.js").Explained} Explained */
/** @typedef {import("./index.js").Failure} Failure */
/** @typedef {import("../evidence/classes.js").Choice} Choice */
/** @typedef {import("../evidence/grid.js").Cell} Cell */
/** @typedef {import("../text/index.js").Language} Language */

/**
 * A picture with its answer.
 * @typedef {object} Solved
 * @property {SoftCam} softcam
 * @property {Explained} explained
 * @property {string} key Of the picture.
 */

/**
 * What is said in place of an answer, or beside the one before.
 * @typedef {{busy: string | null, failure: Failure | null, hint: string | null}} Said
 */

/**
 * What a viewer consists of.
 * @typedef {object} Parts
 * @property {HTMLElement} root
 * @property {AnswerPanel} panel
 * @property {Stage} stage
 * @property {HTMLElement} invitation
 * @property {HTMLElement} failed
 * @property {HTMLElement} badge
 * @property {HTMLElement} announcement
 */

/** How the page's panels look, in their own words: the same file as there. */
const PANELS = new CSSStyleSheet();
const panels = fetch(new URL("../style.css", import.meta.url), { credentials: "omit" })
    .then((response) => response.text())
    .then((text) => PANELS.replace(text))
    // Plain, rather than not at all.
    .catch(() => {});

/** What only an element on another page needs. */
const OWN = new CSSStyleSheet();
OWN.replaceSync(`
    :host { display: block; max-width: 40rem; padding: 0.5rem; font: 1rem/1.4 system-ui, sans-serif; color: var(--ink, CanvasText); background: var(--paper, Canvas); }
    :host([hidden]) { display: none; }
    .viewer:not(.styled) { visibility: hidden; }
    .viewer > * + * { margin-top: 0.6rem; }
    .viewer .stage { min-height: 8rem; max-height: 80vh; border-radius: var(--round); background: var(--stage); }
    .viewer .sub { margin-top: 0.25rem; font-size: var(--large); color: var(--quiet); }
    .viewer .failed { padding: 0.4rem 0.75rem; color: var(--alert); background: var(--alert-paper); }
    .viewer .invitation { color: var(--quiet); }
`);

/** Models in use, by address and device: a page with ten viewers needs one worker. @type {Map<string, Promise<SoftCam>>} */
const loaded = new Map();
/** Tells that a device has changed. */
const devices = new EventTarget();

/**
 * @param {string} model
 * @param {import("./index.js").DevicePreference} device
 */
function load(model, device) {
    const key = JSON.stringify([new URL(model, document.baseURI).href, device]);
    let softcam = loaded.get(key);
    if (!softcam) {
        softcam = SoftCam.load(model, {
            device,
            onBroken: (_, restarting) => restarting || loaded.delete(key),
            onDevice: () => devices.dispatchEvent(new Event("change")),
        });
        // A failure is not remembered: the next viewer may have better luck.
        softcam.catch(() => loaded.delete(key));
        loaded.set(key, softcam);
    }
    return softcam;
}

let pictures = 0;

export class SoftcamViewer extends HTMLElement {
    static observedAttributes = ["model", "src", "shown-class", "device", "opacity", "lang"];

    #root;
    /** In the language that it speaks. @type {Parts | null} */
    #parts = null;
    /** @type {Language | null} */
    #language = null;
    /** What was dropped, in place of `src`. @type {Blob | null} */
    #dropped = null;
    /** What is being asked; an answer that was overtaken is not shown. @type {AbortController | null} */
    #asking = null;
    /** @type {Solved | null} */
    #solved = null;
    /** @type {Said} */
    #said = { busy: null, failure: null, hint: null };
    /** Whether the visitor wants to see this picture's answer although it was flagged. */
    #anyway = false;
    /** Whose threshold counts, where the model has several; else the model's default. @type {string | null} */
    #population = null;
    /** @type {{cell: Cell | null, unseen: boolean}} */
    #cursor = { cell: null, unseen: false };
    #zoom = WHOLE;
    /** @type {Map<string, import("../engine/protocol.js").Painted>} */
    #bars = new Map();
    #onDevice = () => this.#render();

    constructor() {
        super();
        this.#root = this.attachShadow({ mode: "open" });
        this.#root.adoptedStyleSheets = [PANELS, OWN];
        this.addEventListener("dragover", (event) => event.preventDefault());
        this.addEventListener("drop", (event) => {
            event.preventDefault();
            const file = event.dataTransfer?.files[0];
            if (file) {
                this.show(file);
            }
        });
    }

    connectedCallback() {
        devices.addEventListener("change", this.#onDevice);
        void this.#ask();
    }

    disconnectedCallback() {
        devices.removeEventListener("change", this.#onDevice);
        this.#asking?.abort();
    }

    /**
     * @param {string} name
     * @param {string | null} before
     * @param {string | null} now
     */
    attributeChangedCallback(name, before, now) {
        if (before === now || !this.isConnected) {
            return;
        }
        if (name === "opacity" || name === "shown-class") {
            this.#render();
            return;
        }
        if (name === "lang") {
            void this.#speak();
            return;
        }
        if (name === "src") {
            this.#dropped = null;
        }
        if (name === "src" || name === "model") {
            this.#anyway = false;
        }
        void this.#ask();
    }

    /**
     * Shows an image that is not at an address.
     * @param {Blob} image
     */
    show(image) {
        this.#dropped = image;
        this.#anyway = false;
        // The class was chosen for another image.
        this.removeAttribute("shown-class");
        void this.#ask();
    }

    /** Finds the language that fits, and says everything anew where it is another one. */
    async #speak() {
        const wanted = bestLanguage([this.closest("[lang]")?.getAttribute("lang") ?? document.documentElement.lang]);
        const language = await fetchLanguage(wanted).catch(() => fetchLanguage("en"));
        if (language === this.#language) {
            return;
        }
        this.#language = language;
        use(language);
        this.#parts?.stage.close();
        this.#parts = this.#build();
        this.#parts.root.lang = language.language;
        this.#root.replaceChildren(this.#parts.root);
        void panels.then(() => this.#parts?.root.classList.add("styled"));
        this.#render();
    }

    /** @returns {Parts} */
    #build() {
        const root = make("div", { className: "viewer" });
        const panel = new AnswerPanel(root, {
            choose: (choice) => this.#choose(choice),
            population: (name) => {
                this.#population = name;
                this.#render();
                this.#tell();
            },
            anyway: () => {
                this.#anyway = true;
                this.#render();
                this.#tell();
                this.#parts?.stage.focus();
            },
            ask: () => {},
            several: () => {},
        });
        const help = make("p", { className: "visually-hidden", text: t("stage.help") });
        help.id = "help";
        const frame = make("div", { attributes: { "aria-describedby": help.id, "aria-roledescription": t("stage.role") } });
        // A page that is scrolled goes on scrolling over the picture.
        frame.addEventListener("wheel", (event) => event.ctrlKey || event.metaKey || event.stopImmediatePropagation(), { capture: true });
        const stage = new Stage(frame, {
            draw: (part, width, height, photo) => this.#draw(part, width, height, photo),
            cursor: (cell, unseen) => {
                this.#cursor = { cell, unseen };
                this.#render();
            },
            zoom: (zoom) => {
                this.#zoom = boundedZoom(zoom);
                this.#render();
            },
            select: () => {},
        });
        const { parent, before } = panel.top;
        const invitation = make("p", { className: "invitation", attributes: { role: "status" } });
        const failed = make("p", { className: "failed", attributes: { role: "alert" } });
        parent.insertBefore(frame, before);
        frame.after(invitation, failed, help);
        const badge = make("p", { className: "badge" });
        const announcement = make("p", { className: "visually-hidden announcement", attributes: { role: "status" } });
        root.append(badge, make("p", { className: "hint demo", text: t("foot.demo") }), announcement);
        return { root, panel, stage, invitation, failed, badge, announcement };
    }

    /** @param {Choice} choice */
    #choose({ shown, against }) {
        if (against === null) {
            this.setAttribute("shown-class", String(shown));
        } else {
            // Without the attribute, what a new picture would show.
            this.removeAttribute("shown-class");
        }
    }

    /** Has the picture explained that the attributes name, or the one that was dropped. */
    async #ask() {
        this.#asking?.abort();
        const asking = new AbortController();
        this.#asking = asking;
        const current = () => this.#asking === asking;
        await this.#speak();
        const [model, src] = [this.getAttribute("model"), this.getAttribute("src")];
        const source = this.#dropped ?? src;
        if (!current()) {
            return;
        }
        if (!model || !source) {
            this.#solved = null;
            this.#say({ hint: t(model ? "viewer.drop" : "viewer.no-model") });
            return;
        }
        const device = /** @type {import("./index.js").DevicePreference} */ (this.getAttribute("device") ?? "auto");
        try {
            this.#say({ busy: t("busy.loading") });
            const [softcam, image] = await Promise.all([load(model, device), fetchImage(source)]);
            if (!current()) {
                return;
            }
            this.#say({ busy: t("busy.explaining") });
            const explained = await explainOnce(softcam, image, asking.signal);
            if (current()) {
                pictures += 1;
                this.#solved = { softcam, explained, key: String(pictures) };
                this.#zoom = WHOLE;
                this.#cursor = { cell: null, unseen: false };
                this.#say({});
                this.#tell();
            }
        } catch (error) {
            if (current()) {
                this.#fail(error);
            }
        }
    }

    /** @param {Partial<Said>} said */
    #say({ busy = null, failure = null, hint = null }) {
        this.#said = { busy, failure, hint };
        this.#render();
    }

    /** Tells the page that embeds it. */
    #tell() {
        if (!this.#solved) {
            return;
        }
        const { softcam } = this.#solved;
        const { device } = softcam;
        const card = cardFor(softcam.card, this.#population);
        const explained = answerFor(this.#solved.explained, card);
        const { novelty } = explained;
        const withheld = novelty?.flagged && !this.#anyway;
        const [type, detail] = withheld ? ["softcam-flagged", { novelty, card }] : ["softcam-explained", { explained, card, device }];
        this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true }));
    }

    #view() {
        if (!this.#solved) {
            return null;
        }
        const { softcam, explained } = this.#solved;
        const wanted = this.getAttribute("shown-class");
        const choice = wanted === null || wanted === "" ? null : { shown: Number(wanted), against: null };
        const card = cardFor(softcam.card, this.#population);
        return answerView({ card, explained: answerFor(explained, card), choice, anyway: this.#anyway, limit: null });
    }

    /** Shows what there is. */
    #render() {
        if (!this.#language || !this.#parts) {
            return;
        }
        // Another viewer may speak another one.
        use(this.#language);
        const { panel, stage, invitation, failed, badge, announcement } = this.#parts;
        const { busy, failure, hint } = this.#said;
        const answer = this.#view();
        invitation.hidden = hint === null;
        setText(invitation, hint ?? "");
        failed.hidden = failure === null;
        setText(failed, failure ? failureText(failure) : "");
        const { cell, unseen } = this.#cursor;
        panel.show({ answer, cursor: cell, unseen, selection: [], colourBar: answer && this.#bar(answer.explained.dark), others: [] });
        if (!answer || !this.#solved) {
            stage.show(null, busy);
            setText(badge, "");
            return;
        }
        const { softcam, explained, key } = this.#solved;
        const { photo } = explained.placement;
        stage.root.style.aspectRatio = `${photo.width} / ${photo.height}`;
        stage.show({
            picture: key,
            evidence: answer.withheld ? null : JSON.stringify([key, answer.choice]),
            photo,
            grid: answer.withheld ? null : answer.map,
            zoom: this.#zoom,
            cursor: cell,
            selection: null,
            lines: false,
            gesture: "move",
            opacity: Number(this.getAttribute("opacity") ?? 0.85),
            grey: !answer.withheld,
            label: labelOf(answer),
            caption: null,
            busy,
            clip: null,
        });
        setText(badge, badgeText(softcam.device, explained, explained.placement.input));
        setText(announcement, answer.withheld ? t("unlike.title") : `${panel.headline}. ${sentenceOf(answer)}`);
    }

    /** @param {boolean} dark */
    #bar(dark) {
        const key = String(dark);
        if (!this.#bars.has(key)) {
            this.#solved?.softcam.colourBar({ dark }).then(
                (bar) => {
                    this.#bars.set(key, painted(bar));
                    this.#render();
                },
                () => {},
            );
        }
        return this.#bars.get(key) ?? null;
    }

    /**
     * @param {import("../engine/protocol.js").Rect} part
     * @param {number} width
     * @param {number} height
     * @param {boolean} withPhoto
     */
    async #draw(part, width, height, withPhoto) {
        const answer = this.#view();
        if (!answer || !this.#solved) {
            return null;
        }
        const { softcam, explained } = this.#solved;
        const where = { part, width, height };
        const { shown: shownClass, against } = answer.choice;
        try {
            const [photo, evidence] = await Promise.all([
                withPhoto ? softcam.picture(explained, where) : null,
                answer.withheld ? null : softcam.overlay(explained, { shownClass, against, ...where }),
            ]);
            return { photo: photo && painted(photo), evidence: evidence && painted(evidence) };
        } catch (error) {
            if (!(error instanceof Superseded)) {
                this.#fail(error);
            }
            return null;
        }
    }

    /** @param {unknown} error */
    #fail(error) {
        const values = { reason: String(error) };
        const failure =
            error instanceof EngineError
                ? error.failure
                : { fault: /** @type {const} */ ("device"), code: "engine-did-not-run", values, message: values.reason, advice: "Reload the page." };
        this.#say({ failure });
        this.dispatchEvent(new CustomEvent("softcam-failed", { detail: failure, bubbles: true }));
    }
}

/**
 * Explains a picture, and once more where a worker broke on the way and another one has taken its place.
 * @param {SoftCam} softcam
 * @param {Blob} image
 * @param {AbortSignal} signal
 */
async function explainOnce(softcam, image, signal) {
    try {
        return await softcam.explain(image, { signal });
    } catch (error) {
        if (!(error instanceof Superseded) || signal.aborted) {
            throw error;
        }
        return softcam.explain(image, { signal });
    }
}

/** @param {import("../evidence/view.js").AnswerView} answer */
function labelOf({ withheld, name, warning }) {
    const picture = t("viewer.picture");
    if (withheld) {
        return t("stage.withheld", { name: picture });
    }
    const label = t("stage.label", { picture, name });
    return warning ? `${label}. ${warning}` : label;
}

/** @param {ImageData} image */
function painted({ width, height, data }) {
    return { width, height, pixels: /** @type {Uint8ClampedArray<ArrayBuffer>} */ (data) };
}

/**
 * @param {Blob | string} source
 * @returns {Promise<Blob>}
 */
async function fetchImage(source) {
    if (source instanceof Blob) {
        return source;
    }
    const response = await fetch(new URL(source, document.baseURI), { credentials: "omit" }).catch((error) => {
        throw unreachable(source, String(error));
    });
    if (!response.ok) {
        throw unreachable(source, `status ${response.status}`);
    }
    return response.blob();
}

customElements.define("softcam-viewer", SoftcamViewer);
