/**
 * The state in the address: everything but the visitor's own pictures and what they insisted on. A link restores it in
 * another browser. Pure functions.
 *
 * The hash is a list of `name=value`; what is as it always begins is left out. What no version of this page wrote is
 * ignored, part by part, so that a link that was cut or edited shows what is left of it.
 *
 * @module
 */

import { MAX_ZOOM, WHOLE } from "../evidence/zoom.js";
import { packed } from "./packed.js";
import { VIEW, initialState } from "./state.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Pane} Pane */

const SAMPLE = "sample:";
const DEVICES = ["auto", "webgpu", "cpu"];
const FITS = ["centre-square", "pad", "stretch", "disc"];
const HIDDEN = /** @type {const} */ (["answer", "map", "sum", "settings"]);
/** Characters of a question that a link may ask. */
export const LONGEST_QUESTION = 300;
const ARRANGEMENTS = ["side", "swipe", "difference"];
/** Longest list of numbers, and deepest value, that a link may carry. */
const MANY = 5000;

/**
 * What stands in the browser's address bar. In a lesson that is the lesson and its step alone: names of models and files would
 * tell what the lesson asks about. Of a link that is a lesson they are packed.
 * @param {State} state
 * @param {string} language As for {@link toHash}.
 * @returns {string} Without the `#`.
 */
export function toAddress(state, language) {
    const hash = toHash(state, language);
    if (!state.lesson || state.lesson.id === "link") {
        return state.lesson ? packed(hash) : hash;
    }
    const parameters = new URLSearchParams(hash);
    const kept = ["lesson", "step", "device", "lang"];
    return new URLSearchParams([...parameters].filter(([name]) => kept.includes(name))).toString();
}

/**
 * What a visitor shares: the same, but where a lesson came from a file. That is in no link, so it is what is on show without it.
 * @param {State} state
 * @param {string} language As for {@link toHash}.
 * @returns {string} Without the `#`.
 */
export function toShared(state, language) {
    return isOwn(state.lesson) ? packed(toHash(state, language)) : toAddress(state, language);
}

/** @param {State["lesson"]} lesson */
function isOwn(lesson) {
    return lesson?.id.startsWith("own-") ?? false;
}

/**
 * A link to all that is on show.
 * @param {State} state
 * @param {string} language The visitor's: whoever follows the link has one of their own, unless another was chosen.
 * @returns {string} Without the `#`; empty where there is nothing to say but the model.
 */
export function toHash(state, language) {
    const { pane, beside, view, zoom } = state;
    const parameters = new URLSearchParams();
    const put = (/** @type {string} */ name, /** @type {string | number | null | undefined} */ value) =>
        value !== null && value !== undefined && value !== "" && parameters.set(name, String(value));
    writePane(pane, put);
    const differs = Object.entries(view).filter(([name, value]) => value !== /** @type {any} */ (VIEW)[name]);
    put("view", differs.length > 0 ? JSON.stringify(Object.fromEntries(differs)) : null);
    put("zoom", zoom.scale > 1 ? [zoom.x, zoom.y, zoom.scale].map((part) => Number(part.toFixed(4))).join(",") : null);
    put("cell", state.cursor && state.held ? `${state.cursor.row},${state.cursor.column}` : null);
    put("cells", ranges(state.selection));
    put("tool", state.tool);
    put("tools", Object.keys(state.tools).length > 0 ? JSON.stringify(state.tools) : null);
    put("beside", beside && !owns(beside) ? JSON.stringify(beside) : null);
    put("arrangement", beside && state.arrangement !== "side" ? state.arrangement : null);
    put("swipe", beside && state.swipe !== 0.5 ? Number(state.swipe.toFixed(3)) : null);
    writeLesson(state, put);
    put("device", state.device === "auto" ? null : state.device);
    put("lang", state.language === language ? null : state.language);
    return parameters.toString().replaceAll("%2C", ",").replaceAll("%3A", ":").replaceAll("%2F", "/");
}

/**
 * @param {Pane} pane
 * @param {(name: string, value: string | number | null | undefined) => unknown} put
 */
function writePane({ model, picture, size, fit, choice, edits, shuffled, method, population, options }, put) {
    put("model", model.startsWith("own") ? null : model);
    put("sample", picture?.startsWith(SAMPLE) ? picture.slice(SAMPLE.length) : null);
    put("size", size);
    put("fit", fit);
    put("class", choice ? [choice.shown, choice.against].filter((index) => index !== null).join("-") : null);
    put("edits", edits.length > 0 ? JSON.stringify(edits) : null);
    put("shuffled", shuffled || null);
    put("method", method === "evidence" ? null : method);
    put("population", population);
    put("options", options);
}

/**
 * Where in a lesson, and what is hidden there; not what was answered. A lesson from a file of the visitor's own is in no link.
 * @param {State} state
 * @param {(name: string, value: string | number | null | undefined) => unknown} put
 */
function writeLesson({ lesson, hidden }, put) {
    if (!lesson || isOwn(lesson)) {
        return;
    }
    put("lesson", lesson.id);
    put("step", lesson.step > 0 ? lesson.step + 1 : null);
    put("hide", hidden.join(","));
    put("ask", lesson.link?.ask);
    put("mark", lesson.link?.mark ? 1 : null);
}

/** Whether something names a picture or a model of the visitor's own, which no link can carry. @param {Partial<Pane>} pane */
function owns({ picture, model, edits = [] }) {
    const pasted = edits.some((edit) => edit.kind === "piece" && !edit.photo.startsWith(SAMPLE));
    return Boolean((picture && !picture.startsWith(SAMPLE)) || model?.startsWith("own") || pasted);
}

/**
 * What is on show and in no link, since it is the visitor's own.
 * @param {State} state
 * @returns {("picture" | "model" | "second")[]}
 */
export function leftOut({ pane: { picture, model }, beside }) {
    const out = { picture: owns({ picture }), model: owns({ model }), second: beside !== null && owns(beside) };
    return /** @type {const} */ (["picture", "model", "second"]).filter((what) => out[what]);
}

/**
 * @param {URLSearchParams} parameters Of a hash, or of a query as earlier links have it.
 * @param {string} model To begin with, where the link names none that is known.
 * @param {string | null} picture The same.
 * @param {string} language The visitor's.
 * @returns {State}
 */
export function fromParameters(parameters, model, picture, language) {
    const state = initialState(model, picture);
    const read = (/** @type {string} */ name) => parameters.get(name);
    const pane = { ...state.pane };
    pane.size = whole(read("size"), 32, 4096);
    pane.fit = /** @type {Pane["fit"]} */ (oneOf(read("fit"), FITS));
    pane.choice = choiceFrom(read("class"));
    pane.edits = listFrom(read("edits"));
    pane.shuffled = whole(read("shuffled"), 0, 1000) ?? 0;
    pane.method = name(read("method")) ?? "evidence";
    pane.options = name(read("options")) ?? "";
    pane.population = short(read("population"));
    const beside = json(read("beside"));
    const tool = name(read("tool"));
    if (tool === "sweep" && beside?.method === "occlusion") {
        // So earlier links call it, when there was no other occlusion.
        beside.method = tool;
    }
    return {
        ...state,
        pane,
        beside: beside ? paneFrom(beside) : null,
        arrangement: /** @type {State["arrangement"]} */ (oneOf(read("arrangement"), ARRANGEMENTS) ?? "side"),
        swipe: share(read("swipe")) ?? 0.5,
        view: viewFrom(json(read("view"))),
        zoom: zoomFrom(read("zoom")),
        cursor: cellFrom(read("cell")),
        held: read("cell") !== null,
        selection: cellsFrom(read("cells")),
        tool,
        tools: toolsFrom(json(read("tools"))),
        ...lessonFrom(read),
        device: /** @type {State["device"]} */ (oneOf(read("device"), DEVICES) ?? "auto"),
        language: name(read("lang")) ?? language,
    };
}

/**
 * What the page keeps of a link: what no version of it wrote is left out.
 * @param {URLSearchParams} parameters
 */
export function kept(parameters) {
    return new URLSearchParams(toHash(fromParameters(parameters, "", null, "en"), "en"));
}

/** @param {(name: string) => string | null} read @returns {Pick<State, "lesson" | "hidden">} */
function lessonFrom(read) {
    const id = name(read("lesson"));
    if (id === null || id.startsWith("own-")) {
        return { lesson: null, hidden: [] };
    }
    const ask = read("ask")?.slice(0, LONGEST_QUESTION) ?? "";
    const link = id === "link" ? { ask, mark: read("mark") === "1" } : null;
    const step = (whole(read("step"), 1, 100) ?? 1) - 1;
    // Whoever is to mark before they see must not see.
    const asked = [...(read("hide")?.split(",") ?? []), ...(link?.mark ? ["map"] : [])];
    // Until a lesson from a file says what it hides, it hides all that a step can ask about.
    const hidden = HIDDEN.filter((what) => (link ? asked.includes(what) : what !== "settings"));
    return { lesson: { id, step, of: 0, begun: false, answers: {}, marks: [], marking: null, boxes: false, told: false, numbers: {}, link }, hidden };
}

/** Cells as ranges: 3-5,9. @param {readonly number[]} cells */
function ranges(cells) {
    const sorted = [...new Set(cells)].sort((a, b) => a - b);
    /** @type {string[]} */
    const parts = [];
    for (let i = 0; i < sorted.length; ) {
        let end = i;
        while (sorted[end + 1] === sorted[end] + 1) {
            end += 1;
        }
        parts.push(end === i ? String(sorted[i]) : `${sorted[i]}-${sorted[end]}`);
        i = end + 1;
    }
    return parts.join(",");
}

/** @param {string | null} text */
function cellsFrom(text) {
    /** @type {number[]} */
    const cells = [];
    for (const part of text?.split(",") ?? []) {
        const [from, to = from] = part.split("-").map((end) => whole(end, 0, MANY));
        for (let cell = from ?? 1; from !== null && to !== null && cell <= to && cells.length < MANY; cell++) {
            cells.push(cell);
        }
    }
    return cells;
}

/** @param {string | null} text @returns {any} */
function json(text) {
    try {
        const value = text === null || text.length > 20 * MANY ? null : JSON.parse(text);
        return typeof value === "object" ? value : null;
    } catch {
        return null;
    }
}

/** @param {string | null} text @returns {any[]} */
function listFrom(text) {
    const list = json(text);
    return Array.isArray(list) ? list.filter((entry) => typeof entry === "object" && entry !== null).slice(0, 50) : [];
}

/** @param {any} given @returns {Partial<Pane>} */
function paneFrom(given) {
    /** @type {Partial<Pane>} */
    const pane = {};
    const text = (/** @type {unknown} */ value) => (typeof value === "string" && value.length < 200 ? value : null);
    if (text(given.model)) {
        pane.model = given.model;
    }
    if (text(given.picture)?.startsWith(SAMPLE)) {
        pane.picture = given.picture;
    }
    if (text(given.method)) {
        pane.method = given.method;
    }
    if (text(given.options)) {
        pane.options = given.options;
    }
    if (given.population === null || text(given.population)) {
        pane.population = given.population;
    }
    if ("size" in given) {
        pane.size = whole(String(given.size), 32, 4096);
    }
    if (given.fit === null || FITS.includes(given.fit)) {
        pane.fit = given.fit;
    }
    if (Array.isArray(given.edits)) {
        pane.edits = listFrom(JSON.stringify(given.edits));
    }
    if ("shuffled" in given) {
        pane.shuffled = whole(String(given.shuffled), 0, 1000) ?? 0;
    }
    if (given.choice === null) {
        pane.choice = null;
    } else if (typeof given.choice === "object") {
        const { shown, against } = given.choice;
        pane.choice = choiceFrom([shown, against].filter((index) => Number.isInteger(index)).join("-"));
    }
    return pane;
}

/** @param {string | null} text */
function choiceFrom(text) {
    const [shown, against = null] = text?.split("-").map((index) => whole(index, 0, 1e6)) ?? [];
    return shown === undefined || shown === null ? null : { shown, against };
}

/** @param {any} given @returns {State["view"]} */
function viewFrom(given) {
    const view = { ...VIEW };
    for (const key of /** @type {const} */ (["smooth", "contours", "grey", "fade", "grid", "lens"])) {
        if (typeof given?.[key] === "boolean") {
            view[key] = given[key];
        }
    }
    view.opacity = share(given?.opacity) ?? VIEW.opacity;
    view.limit = typeof given?.limit === "number" && given.limit > 0 && Number.isFinite(given.limit) ? given.limit : null;
    return view;
}

/** @param {string | null} text @returns {State["zoom"]} */
function zoomFrom(text) {
    const [x, y, scale] = text?.split(",").map(Number) ?? [];
    const valid = [x, y].every((part) => part >= 0 && part <= 1) && scale >= 1 && scale <= MAX_ZOOM;
    return valid ? { x, y, scale } : WHOLE;
}

/** @param {string | null} text @returns {State["cursor"]} */
function cellFrom(text) {
    const [row, column] = text?.split(",").map((part) => whole(part, 0, MANY)) ?? [];
    return row === undefined || row === null || column === undefined || column === null ? null : { row, column };
}

/** @param {any} given @returns {State["tools"]} */
function toolsFrom(given) {
    const entries = Object.entries(given ?? {}).filter(([key, value]) => name(key) && value && typeof value === "object");
    return /** @type {State["tools"]} */ (Object.fromEntries(entries));
}

/** @param {string | null} text */
function name(text) {
    return text !== null && /^[a-z][a-z0-9-]{0,40}$/.test(text) ? text : null;
}

/** A name of any kind. @param {string | null} text */
function short(text) {
    return text !== null && text.length > 0 && text.length < 100 ? text : null;
}

/**
 * @param {string | null} text
 * @param {readonly string[]} known
 */
function oneOf(text, known) {
    return text !== null && known.includes(text) ? text : null;
}

/** @param {unknown} given */
function share(given) {
    const value = given === null || given === undefined || given === "" ? NaN : Number(given);
    return value >= 0 && value <= 1 ? value : null;
}

/**
 * @param {string | null} text
 * @param {number} least
 * @param {number} most
 */
function whole(text, least, most) {
    const value = text === null || text.trim() === "" ? NaN : Number(text);
    return Number.isInteger(value) && value >= least && value <= most ? value : null;
}
