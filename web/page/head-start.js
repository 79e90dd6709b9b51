/**
 * What the first picture needs, on its way before the rest of the page has arrived: the worker and its code, the lists of
 * models and samples, the model and the picture to start with. Of the document it touches nothing but the links to what
 * comes behind.
 *
 * @module
 */

import { Connection } from "../engine/connection.js";
import { PLACES, firstModel } from "./catalogue.js";
import { unpacked } from "./packed.js";

/** @typedef {import("../engine/protocol.js").DevicePreference} DevicePreference */
/** @typedef {import("../engine/protocol.js").ShippedModel} ShippedModel */
/** @typedef {import("./pictures.js").Sample} Sample */

/**
 * @typedef {object} Offer
 * @property {import("./catalogue.js").Catalogue} catalogue
 * @property {import("./pictures.js").SampleSets["sets"]} sets
 * @property {ShippedModel} model That the worker starts with.
 * @property {boolean} known Whether there is the model that the link names, if it names one.
 * @property {{sample: Sample, response: Promise<Response>} | null} picture That the link names, or the first of the model's.
 */

/** What the link says: in its hash, or as earlier links have it in their query. */
export const parameters = unpacked(new URLSearchParams(location.search));
unpacked(new URLSearchParams(location.hash.slice(1))).forEach((value, name) => parameters.set(name, value));
if (parameters.has("lesson") && history.state?.lesson?.id === parameters.get("lesson")) {
    // The address of a lesson names no model and no picture; a page that is loaded anew still knows them.
    const { model, picture } = history.state.pane ?? {};
    const kept = { model, sample: String(picture).startsWith("sample:") ? picture.slice("sample:".length) : null };
    Object.entries(kept).forEach(([name, value]) => !parameters.has(name) && typeof value === "string" && parameters.set(name, value));
}

const folder = (/** @type {string} */ path) => new URL(path, document.baseURI).href;
/** Where the engine's files lie. */
export const assets = { wasm: folder(PLACES.wasm), worker: folder(PLACES.worker), models: folder(PLACES.models) };

/** That the worker starts with. */
export const device = devicePreference(parameters.get("device"));

/** The worker: its code comes at once, its model as soon as it is known which. */
export const worker = new Connection(assets);
worker.post({ type: "prepare", assets, device });

// Browsers fetch six files at once from a host: the rest of the page comes behind the engine's files.
void worker.spoken.then(() => {
    document.querySelectorAll('link[rel="later"]').forEach((link) => link.setAttribute("rel", "modulepreload"));
});

/** @type {Promise<Offer>} */
export const offer = findFirst();
// A failure is reported when the offer is waited for.
offer.catch(() => {});

async function findFirst() {
    /** @type {[import("./catalogue.js").Catalogue, Partial<import("./pictures.js").SampleSets> | null]} */
    const [catalogue, samplesList] = await Promise.all([
        json(PLACES.modelList),
        // Without samples, the page still explains what is dropped on it.
        json(PLACES.sampleList).catch(() => null),
    ]);
    if (!Array.isArray(catalogue?.models) || catalogue.models.length === 0) {
        throw new Error(`${PLACES.modelList} lists no models`);
    }
    const sets = samplesList?.sets ?? {};
    const wanted = parameters.get("sample");
    const set = Object.keys(sets).find((name) => sets[name].some(({ file }) => file === wanted));
    const linked = firstModel(catalogue, parameters.get("model"), set);
    const model = linked ?? catalogue.models[0];
    worker.post({ type: "start", assets, model: model.id, source: model, device });
    const samples = sets[model.samples] ?? [];
    const sample = samples.find(({ file }) => file === wanted) ?? (parameters.get("picture") === "none" ? null : samples[0]);
    const picture = sample ? { sample, response: fetch(PLACES.samples + sample.file, { credentials: "omit" }) } : null;
    // Here, too.
    picture?.response.catch(() => {});
    return { catalogue, sets, model, known: linked !== null, picture };
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
    return response.json().catch(() => {
        throw new Error(`${path} arrived changed or incomplete`);
    });
}

/**
 * @param {string | null} asked
 * @returns {DevicePreference}
 */
function devicePreference(asked) {
    return asked === "webgpu" || asked === "cpu" ? asked : "auto";
}
