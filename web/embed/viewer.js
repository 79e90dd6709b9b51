/**
 * `<softcam-viewer model="..." src="...">`: one image with the evidence for its most likely classes.
 *
 * | attribute | meaning |
 * |---|---|
 * | `model` | address of a model file; all viewers with the same model and device share one worker |
 * | `src` | address of an image; a visitor may also drop one |
 * | `shown-class` | index of the class to show; else the most likely, or of two classes the one over the other |
 * | `device` | `auto` (default), `webgpu` or `cpu` |
 * | `opacity` | of the evidence, 0 to 1 (default 0.85) |
 *
 * Of a picture that is unlike those that the model knows, no map and no probability is shown until the visitor asks for
 * it, and then with a warning on it. Beside the answers of a medical model it says that they are no diagnosis.
 *
 * Events: `softcam-explained` with `{ explained, card, device }`, `softcam-flagged` with `{ novelty, card }` in its place
 * for a picture of that kind, `softcam-failed` with `{ fault, message, advice }`.
 *
 * @module
 */

import { choiceName, decisionOf, decisionSentence, defaultChoice, positiveClass } from "../decision.js";
import { percent, signed, tick } from "../format.js";
import { mapOf, sumOfShares, topClasses } from "../ledger.js";
import { TEACHING_NOTICE, UNLIKE_WARNING } from "../notice.js";
import { noveltySentence } from "../novelty.js";
import { make, paint } from "../ui/dom.js";
import { EngineError, SoftCam } from "./index.js";

/** @typedef {import("./index.js").Explained} Explained */
/** @typedef {import("../decision.js").Choice} Choice */

/**
 * What is to be drawn.
 * @typedef {object} Shown
 * @property {SoftCam} softcam
 * @property {Explained} explained
 * @property {Choice} choice
 * @property {ImageData} evidence
 */

const LISTED = 5;

const STYLE = new CSSStyleSheet();
STYLE.replaceSync(`
    :host { display: block; font: 1rem/1.45 system-ui, sans-serif; color: CanvasText; max-width: 40rem; }
    .stage { position: relative; line-height: 0; background: #8883; min-height: 4rem; }
    canvas { width: 100%; display: block; }
    .photo { filter: grayscale(1); }
    .overlay { position: absolute; inset: 0; height: 100%; }
    .bar { height: 0.8rem; background: #8d8d8d; }
    .ticks { display: flex; justify-content: space-between; font-size: 0.85rem; font-variant-numeric: tabular-nums; }
    label { display: flex; gap: 0.5rem; margin: 0.5rem 0; }
    select { flex: 1; min-width: 0; font: inherit; }
    p { margin: 0.25rem 0; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
    .notice, .warning { font-weight: 600; padding: 0.3rem 0.5rem; border: 1px solid currentColor; line-height: 1.4; }
    .warning { margin: 0; color: #fff; background: #8f1d1d; border: 0; }
    button { font: inherit; }
    [hidden] { display: none; }
`);

/** Models in use, by address and device: a page with ten viewers needs one worker. @type {Map<string, Promise<SoftCam>>} */
const loaded = new Map();

/**
 * @param {string} model
 * @param {import("./index.js").DevicePreference} device
 */
function load(model, device) {
    const key = JSON.stringify([new URL(model, document.baseURI).href, device]);
    let softcam = loaded.get(key);
    if (!softcam) {
        softcam = SoftCam.load(model, { device });
        // A failure is not remembered: the next viewer may have better luck.
        softcam.catch(() => loaded.delete(key));
        loaded.set(key, softcam);
    }
    return softcam;
}

/**
 * The worker keeps the last explanation alone, so explaining and drawing are one step that nobody may interrupt.
 * @type {WeakMap<SoftCam, Promise<unknown>>}
 */
const turns = new WeakMap();

/**
 * @template T
 * @param {SoftCam} softcam
 * @param {() => Promise<T>} step
 * @returns {Promise<T>}
 */
function inTurn(softcam, step) {
    const turn = (turns.get(softcam) ?? Promise.resolve()).then(step, step);
    turns.set(softcam, turn);
    return turn;
}

export class SoftcamViewer extends HTMLElement {
    static observedAttributes = ["model", "src", "shown-class", "device", "opacity"];

    #stage = make("div", { className: "stage" });
    #photo = make("canvas", { className: "photo" });
    #overlay = make("canvas", { className: "overlay" });
    #answer = make("div");
    #select = make("select");
    #bar = make("canvas", { className: "bar" });
    #low = make("span");
    #high = make("span");
    #sum = make("p", { className: "sum" });
    #decision = make("p");
    #notice = make("p", { className: "notice", text: TEACHING_NOTICE });
    #warning = make("p", { className: "warning", text: UNLIKE_WARNING });
    #unlike = make("div", { className: "unlike" });
    #status = make("p");
    /** @type {Blob | null} What was dropped, in place of `src`. */
    #dropped = null;
    /** Counts requests, so that an answer that was overtaken is not shown. */
    #request = 0;
    /** Whether the visitor wants to see this picture's answer although it was flagged. */
    #anyway = false;

    constructor() {
        super();
        const root = this.attachShadow({ mode: "open" });
        root.adoptedStyleSheets = [STYLE];
        this.#stage.append(this.#photo, this.#overlay);
        this.#notice.setAttribute("role", "note");
        this.#unlike.setAttribute("role", "status");
        this.#notice.hidden = this.#warning.hidden = this.#unlike.hidden = true;
        this.#stage.setAttribute("role", "img");
        this.#status.setAttribute("role", "status");
        this.#answer.append(
            make("label", {}, ["Evidence for", this.#select]),
            this.#bar,
            make("div", { className: "ticks" }, [this.#low, make("span", { text: "0 (logit units)" }), this.#high]),
            this.#sum,
            this.#decision,
        );
        this.#answer.hidden = true;
        root.append(
            this.#notice,
            this.#warning,
            this.#stage,
            this.#unlike,
            this.#answer,
            this.#status,
            make("p", { text: "A teaching demo, not a diagnosis. Computed on this machine." }),
        );
        this.#select.addEventListener("change", () => {
            // Without the attribute, what a new picture would show.
            if (this.#select.value) {
                this.setAttribute("shown-class", this.#select.value);
            } else {
                this.removeAttribute("shown-class");
            }
        });
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
        void this.#update();
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
        if (name === "opacity") {
            this.#applyOpacity();
            return;
        }
        if (name === "src") {
            this.#dropped = null;
        }
        if (name === "src" || name === "model") {
            this.#anyway = false;
        }
        void this.#update();
    }

    /**
     * Shows an image that is not at an address.
     * @param {Blob} image
     */
    show(image) {
        this.#dropped = image;
        this.#anyway = false;
        // The class was chosen for another image; where the attribute was set, its removal updates already.
        const updates = this.hasAttribute("shown-class");
        this.removeAttribute("shown-class");
        if (!updates) {
            void this.#update();
        }
    }

    #applyOpacity() {
        this.#overlay.style.opacity = this.getAttribute("opacity") ?? "0.85";
    }

    async #update() {
        const request = ++this.#request;
        const [model, src] = [this.getAttribute("model"), this.getAttribute("src")];
        if (!model || !(src || this.#dropped)) {
            this.#status.textContent = model ? "Drop a picture here." : "The attribute model is missing.";
            return;
        }
        this.#status.textContent = "Working \u2026";
        try {
            const device = /** @type {import("./index.js").DevicePreference} */ (this.getAttribute("device") ?? "auto");
            const [softcam, image] = await Promise.all([load(model, device), fetchImage(this.#dropped ?? src ?? "")]);
            const wanted = this.getAttribute("shown-class");
            const anyway = this.#anyway;
            const { explained, shown } = await inTurn(softcam, async () => {
                const explained = await softcam.explain(image);
                if (explained.novelty?.flagged && !anyway) {
                    return { explained, shown: null };
                }
                const choice =
                    wanted === null
                        ? defaultChoice(softcam.card, explained.logits)
                        : { shownClass: Number(wanted), against: null };
                const evidence = await softcam.overlay(explained, choice);
                return { explained, shown: { softcam, explained, choice, evidence } };
            });
            if (request === this.#request) {
                this.#notice.hidden = !softcam.card.medical;
                if (shown) {
                    this.#show(shown);
                } else {
                    this.#withhold(softcam, explained);
                }
            }
        } catch (error) {
            if (request === this.#request) {
                this.#fail(error);
            }
        }
    }

    /**
     * Says why there is no answer, in place of one. Nothing of an earlier one stays.
     * @param {SoftCam} softcam
     * @param {Explained} explained
     */
    #withhold({ card, device }, { novelty, view }) {
        if (!novelty) {
            return;
        }
        paint(this.#photo, view);
        this.#overlay.width = this.#overlay.height = 0;
        this.#stage.setAttribute("aria-label", "Picture without evidence: the model does not know pictures like it");
        this.#answer.hidden = this.#warning.hidden = true;
        const anyway = make("button", { text: "Show it anyway" });
        anyway.type = "button";
        anyway.addEventListener("click", () => {
            this.#anyway = true;
            void this.#update();
        });
        this.#unlike.hidden = false;
        this.#unlike.replaceChildren(
            make("p", {}, [make("strong", { text: "This picture is unlike what the model was trained on." })]),
            make("p", { text: `${noveltySentence(novelty)} So no map and no probability is shown.` }),
            anyway,
        );
        this.#status.textContent = deviceName(device);
        this.dispatchEvent(new CustomEvent("softcam-flagged", { detail: { novelty, card }, bubbles: true }));
    }

    /** @param {Shown} shown */
    #show({ softcam: { card, device, colourBar }, explained, choice, evidence }) {
        const { logits, probabilities, view } = explained;
        const { shownClass, against } = choice;
        const limit = against === null ? explained.limit : explained.differenceLimit;
        this.#unlike.hidden = true;
        this.#unlike.replaceChildren();
        this.#warning.hidden = !explained.novelty?.flagged;
        paint(this.#photo, view);
        draw(this.#overlay, evidence);
        draw(this.#bar, colourBar);
        this.#applyOpacity();
        const name = choiceName(card.classes, choice);
        const warning = this.#warning.hidden ? "" : `. ${UNLIKE_WARNING}`;
        this.#stage.setAttribute("aria-label", `Picture with the evidence for ${name}${warning}`);
        const listed = topClasses(logits, LISTED);
        const single = (listed.includes(shownClass) ? listed : [...listed, shownClass]).map((index) => ({
            text: `${card.classes[index]}: ${percent(probabilities[index])}`,
            value: String(index),
            selected: against === null && index === shownClass,
        }));
        const over = { text: choiceName(card.classes, defaultChoice(card, logits)), value: "", selected: against !== null };
        this.#select.replaceChildren(
            ...(positiveClass(card) === null ? single : [over, ...single]).map(({ text, value, selected }) => {
                const option = make("option", { text });
                option.value = value;
                option.selected = selected;
                return option;
            }),
        );
        this.#low.textContent = `\u2212${tick(limit)}`;
        this.#high.textContent = `+${tick(limit)}`;
        const sum = sumOfShares(mapOf(explained, shownClass, against));
        const [total, logit] =
            against === null
                ? ["logit", logits[shownClass]]
                : ["difference of the logits", logits[shownClass] - logits[against]];
        this.#sum.textContent = `Mean of all cells: ${signed(sum, 4)} = ${total} ${signed(logit, 4)}`;
        const decision = decisionOf(card, probabilities);
        this.#decision.hidden = decision === null;
        this.#decision.textContent = decision && decisionSentence(decision);
        this.#answer.hidden = false;
        this.#status.textContent = deviceName(device);
        this.dispatchEvent(new CustomEvent("softcam-explained", { detail: { explained, card, device }, bubbles: true }));
    }

    /** @param {unknown} error */
    #fail(error) {
        const failure =
            error instanceof EngineError
                ? error.failure
                : { fault: "device", message: String(error), advice: "Reload the page." };
        this.#status.textContent = `${failure.message} ${failure.advice}`;
        this.dispatchEvent(new CustomEvent("softcam-failed", { detail: failure, bubbles: true }));
    }
}

/** @param {import("./index.js").DeviceReport} device */
function deviceName({ kind, name }) {
    return kind === "webgpu" ? `WebGPU: ${name}` : "CPU";
}

/**
 * @param {Blob | string} source
 * @returns {Promise<Blob>}
 */
async function fetchImage(source) {
    if (source instanceof Blob) {
        return source;
    }
    const failed = (/** @type {string} */ reason) =>
        new EngineError({
            fault: "network",
            message: `${source} could not be loaded (${reason}).`,
            advice: "Check the address and the connection.",
        });
    const response = await fetch(new URL(source, document.baseURI), { credentials: "omit" }).catch((error) => {
        throw failed(String(error));
    });
    if (!response.ok) {
        throw failed(`status ${response.status}`);
    }
    return response.blob();
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {ImageData} image
 */
function draw(canvas, image) {
    canvas.width = image.width;
    canvas.height = image.height;
    canvas.getContext("2d")?.putImageData(image, 0, 0);
}

customElements.define("softcam-viewer", SoftcamViewer);
