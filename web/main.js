/**
 * The page: what the user asked for, what the engine answered, and who shows it.
 *
 * @module
 */

import { Engine, EngineError, Superseded } from "./engine.js";
import { mapOf, topClasses } from "./ledger.js";
import { showCard } from "./ui/card.js";
import { ClassList } from "./ui/classes.js";
import { byId, make } from "./ui/dom.js";
import { setUpGallery, showCredit } from "./ui/gallery.js";
import { setUpIntake } from "./ui/intake.js";
import { LedgerPanel } from "./ui/ledger-panel.js";
import { savePng } from "./ui/save.js";
import { Stage } from "./ui/stage.js";
import * as status from "./ui/status.js";

/** @typedef {import("./protocol.js").Explained} Explained */
/** @typedef {import("./protocol.js").DeviceReport} DeviceReport */
/** @typedef {import("./ui/gallery.js").Sample} Sample */

/**
 * A picture to explain.
 * @typedef {object} Picture
 * @property {ArrayBuffer} bytes Of its file.
 * @property {Sample | null} sample Where it is one of ours.
 */

/** What is on show; all of it belongs together. */
/** @type {{explained: Explained, picture: Picture, size: number, shownClass: number, limit: number} | null} */
let shown = null;
/** The picture that waits for the engine, or that the engine is working on. */
/** @type {Picture | null} */
let wanted = null;
/** How often the engine has been given a picture since one succeeded. */
let wantedAttempts = 0;
/** A picture that has broken this many engines is not given to another. */
const MAX_ATTEMPTS = 2;
/** @type {{card: import("./protocol.js").ModelCard, device: DeviceReport} | null} */
let ready = null;

const opacity = byId("opacity", HTMLInputElement);
const smooth = byId("smooth", HTMLInputElement);
const contours = byId("contours", HTMLInputElement);
const grey = byId("grey", HTMLInputElement);
const lock = byId("lock", HTMLInputElement);
const against = byId("against", HTMLInputElement);
const sizeChoice = byId("size", HTMLSelectElement);
const fitChoice = byId("fit", HTMLSelectElement);
const deviceChoice = byId("device", HTMLSelectElement);
const saveButton = byId("save", HTMLButtonElement);

const ledger = new LedgerPanel();
const stage = new Stage((cell) => ledger.read(cell));
const classes = new ClassList((chosen) => choose(chosen));
/** @type {Engine | null} */
let engine = null;

/** Reads a picture's bytes and has it explained. */
async function open(/** @type {Blob} */ file, /** @type {Sample | null} */ sample = null) {
    const bytes = await file.arrayBuffer().catch(() => null);
    if (!bytes) {
        const message = "The file could not be read.";
        status.showFailure({ fault: "image", message, advice: "Check that it still exists, then try again." });
        return;
    }
    status.clearFailure();
    wanted = { bytes, sample };
    wantedAttempts = 0;
    await explainWanted();
}

/** Explains what is wanted, once the engine is ready; a failure leaves on show what was there. */
async function explainWanted() {
    const picture = wanted;
    if (!picture) {
        return;
    }
    if (!ready || !engine) {
        status.showBusy("Your picture waits for the model");
        return;
    }
    status.showBusy("Explaining \u2026");
    wantedAttempts += 1;
    engine.cancelAll();
    const size = Number(sizeChoice.value);
    const fit = /** @type {import("./protocol.js").FitRule} */ (fitChoice.value);
    try {
        const explained = await engine.explain(picture.bytes, { size, fit });
        const samePicture = shown?.picture === picture;
        const shownClass = samePicture && shown ? shown.shownClass : topClasses(explained.logits, 1)[0];
        const limit = lock.checked && shown ? shown.limit : explained.limit;
        await draw({ explained, picture, size, shownClass, limit });
        wanted = null;
        wantedAttempts = 0;
        status.showBusy(null);
    } catch (error) {
        settle(error, () => (wanted = null));
    }
}

/**
 * Draws a state and makes it the one on show.
 * @param {NonNullable<typeof shown>} next
 */
async function draw(next) {
    if (!engine || !ready) {
        return;
    }
    const { explained, picture, size, shownClass, limit } = next;
    const names = ready.card.classes;
    const top = topClasses(explained.logits, 1)[0];
    const other = against.checked && shownClass !== top ? top : null;
    const painted = await engine.overlay({
        explanation: explained.id,
        shownClass,
        against: other,
        limit,
        smooth: smooth.checked,
        contours: contours.checked,
    });
    shown = next;

    stage.show(explained, painted);
    applyLook();
    const title = other === null ? names[shownClass] : `${names[shownClass]}, over ${names[other]}`;
    stage.describe(`Picture with the evidence for ${title}`);
    const { logits } = explained;
    const logit = other === null ? logits[shownClass] : logits[shownClass] - logits[other];
    const map = mapOf(explained, shownClass, other);
    ledger.show({ title: `Evidence for ${title}`, map, columns: explained.columns, logit, limit });
    classes.show(explained, shownClass);
    byId("against-label", HTMLElement).hidden = shownClass === top;
    byId("against-text", HTMLElement).textContent = `Subtract the evidence for the most likely class, ${names[top]}`;
    showCredit(picture.sample);
    status.showBadge(ready.device, explained, size);
    saveButton.disabled = false;
}

/** @param {number} shownClass */
async function choose(shownClass) {
    if (shown) {
        await redraw({ ...shown, shownClass });
    }
}

/** @param {NonNullable<typeof shown>} next */
async function redraw(next) {
    try {
        await draw(next);
    } catch (error) {
        settle(error, () => {});
    }
}

/**
 * @param {unknown} error
 * @param {() => void} giveUp
 */
function settle(error, giveUp) {
    if (error instanceof Superseded) {
        return;
    }
    giveUp();
    status.showBusy(null);
    if (!(error instanceof EngineError)) {
        throw error;
    }
    status.showFailure(error.failure);
}

function applyLook() {
    byId("opacity-value", HTMLOutputElement).value = `${opacity.value} %`;
    stage.setLook(Number(opacity.value) / 100, grey.checked);
}

/** @type {import("./engine.js").Listener} */
const listener = {
    loading: status.showLoading,
    preparing: status.showPreparing,
    ready(message) {
        ready = message;
        status.hideProgress();
        ledger.setColourBar(message.colourBar);
        classes.setNames(message.card.classes);
        showCard(message.card);
        offerSizes(message.card.input);
        status.showBadge(message.device, null, message.card.input.size);
        // After a restart, the picture on show is explained anew, so that what is shown and what the engine holds agree.
        if (wantedAttempts < MAX_ATTEMPTS) {
            wanted ??= shown?.picture ?? null;
        }
        void explainWanted();
    },
    broken(failure) {
        ready = null;
        status.hideProgress();
        status.showFailure(failure);
        if (wantedAttempts >= MAX_ATTEMPTS) {
            wanted = null;
            status.showBusy(null);
        }
    },
};

/** @param {import("./protocol.js").ModelCard["input"]} input */
function offerSizes({ sizes, size, fit }) {
    if (sizeChoice.options.length > 0) {
        return; // a restart: the user's choice stays
    }
    const wantedSize = Number(parameters.get("size"));
    sizeChoice.append(
        ...sizes.map((side) => {
            const note = side === size ? " (as trained)" : "";
            const option = make("option", { text: `${side} \u00d7 ${side} pixels${note}` });
            option.value = String(side);
            option.selected = side === (sizes.includes(wantedSize) ? wantedSize : size);
            return option;
        }),
    );
    fitChoice.value = fit;
}

/**
 * @template T
 * @param {string} path
 * @returns {Promise<T>}
 */
async function json(path) {
    const response = await fetch(path, { credentials: "omit" });
    if (!response.ok) {
        throw new Error(`${path}: status ${response.status}`);
    }
    return response.json();
}

/** @param {Sample} sample */
async function openSample(sample) {
    try {
        const response = await fetch(`web/samples/${sample.file}`, { credentials: "omit" });
        if (!response.ok) {
            throw new Error(`status ${response.status}`);
        }
        await open(await response.blob(), sample);
    } catch (error) {
        const message = `The sample could not be loaded (${error instanceof Error ? error.message : error}).`;
        status.showFailure({ fault: "network", message, advice: "Check the connection, or drop a picture of your own." });
    }
}

/** Links may carry a device, a size and a sample; never a picture. */
const parameters = new URLSearchParams(location.search);

async function main() {
    setUpIntake(
        (file) => void open(file),
        (message, advice) => status.showFailure({ fault: "image", message, advice }),
    );
    const device = parameters.get("device");
    if (device === "webgpu" || device === "cpu") {
        deviceChoice.value = device;
    }
    opacity.addEventListener("input", applyLook);
    grey.addEventListener("change", applyLook);
    for (const control of [smooth, contours, against]) {
        control.addEventListener("change", () => shown && void redraw(shown));
    }
    lock.addEventListener("change", () => {
        if (shown && !lock.checked) {
            void redraw({ ...shown, limit: shown.explained.limit });
        }
    });
    for (const control of [sizeChoice, fitChoice]) {
        control.addEventListener("change", () => {
            status.clearFailure();
            wanted ??= shown?.picture ?? null;
            wantedAttempts = 0;
            void explainWanted();
        });
    }
    deviceChoice.addEventListener("change", () => {
        ready = null;
        wantedAttempts = 0;
        wanted ??= shown?.picture ?? null;
        status.clearFailure();
        engine?.start(/** @type {import("./protocol.js").DevicePreference} */ (deviceChoice.value));
    });
    saveButton.addEventListener("click", () => {
        if (shown && ready) {
            const name = `evidence-${ready.card.classes[shown.shownClass]}`;
            void savePng(stage.layers, { opacity: Number(opacity.value) / 100, grey: grey.checked }, name);
        }
    });

    /** @type {Promise<Sample[]>} */
    const samples = json("web/samples/index.json");
    /** @type {import("./protocol.js").ModelEntry[]} */
    const models = await json("web/models/index.json");
    engine = new Engine(models[0], /** @type {any} */ (deviceChoice.value), listener);
    engine.start();

    const gallery = await samples;
    setUpGallery(gallery, (sample) => void openSample(sample));
    const first = gallery.find(({ file }) => file === parameters.get("sample"));
    if (first) {
        await openSample(first);
    }
}

main().catch((error) => {
    const message = `The page could not start (${error instanceof Error ? error.message : error}).`;
    status.showFailure({ fault: "network", message, advice: "Check the connection and reload the page." });
});
