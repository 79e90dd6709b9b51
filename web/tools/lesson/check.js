/**
 * What is wrong with a lesson's file, each fault with its line: no JSON, not of the format's form, or something that no form
 * can say, such as a model that there is not. Pure functions.
 *
 * @module
 */

import { isPatch } from "../../engine/patches.js";
import { VIEW } from "../../page/state.js";
import { KINDS, SLIDERS } from "../nudge/changes.js";
import { NotJson, parse } from "./json.js";
import { faultsOf } from "./schema.js";
import { pictureIn } from "./pictured.js";
import { VALUES } from "./values.js";

/** @typedef {import("./json.js").Node} Node */
/** @typedef {import("./json.js").Fault} Fault */
/** @typedef {import("./library.js").Lesson} Lesson */
/** @typedef {import("./library.js").SetTask} SetTask */
/** @typedef {import("./dropped.js").Beside} Beside */

/**
 * What a lesson may name.
 * @typedef {object} Known
 * @property {(id: string) => boolean} model
 * @property {(id: string) => boolean} picture
 * @property {(name: string) => boolean} tool
 * @property {(name: string) => boolean} method
 * @property {(parameters: URLSearchParams) => URLSearchParams} kept What the page keeps of a link.
 */

/** What a link may say of the page; a lesson's own place is none of it. */
const PAGE = ["model", "sample", "picture", "size", "fit", "class", "edits", "shuffled", "method", "population", "options", "view", "zoom", "cell", "cells", "tool", "tools", "beside", "arrangement", "swipe"];

/** Of these, what is not kept would be ignored in silence. */
const KEPT = ["size", "fit", "class", "edits", "shuffled", "population", "options", "view", "zoom", "cell", "cells", "tools", "beside", "arrangement", "swipe"];
/** As they are without being said. @type {Record<string, string>} */
const BEGUN = { shuffled: "0", arrangement: "side", swipe: "0.5" };
/** Classes of the networks of the page at most. */
const CLASSES = 1000;

/** Bytes of all pictures of a lesson together. */
const PICTURES = 32e6;

/**
 * @param {string} text Of the file.
 * @param {any} schema
 * @param {Known} known
 * @param {Beside} [beside] The files that came with it.
 * @returns {{lesson: Lesson | null, faults: Fault[]}} A lesson, or faults, by line.
 */
export function check(text, schema, known, beside = () => null) {
    try {
        const node = parse(text);
        const form = faultsOf(node, schema);
        const faults = form.length > 0 ? form : [...ofPictures(node, beside), ...ofLesson(node, known)];
        return { lesson: faults.length === 0 ? node.value : null, faults: faults.toSorted((a, b) => a.line - b.line) };
    } catch (error) {
        if (error instanceof NotJson) {
            return { lesson: null, faults: [error.fault] };
        }
        throw error;
    }
}

/** @param {Node} node @param {Beside} beside @returns {Fault[]} */
function ofPictures(node, beside) {
    const pictures = member(node, "pictures")?.items ?? [];
    const names = pictures.map(({ value }) => value.name);
    let bytes = 0;
    return pictures.flatMap((picture, index) => {
        const { name, file, data } = picture.value;
        const faults = [];
        if (names.indexOf(name) < index) {
            faults.push(fault(picture, "twice", { name }));
        }
        if ((file === undefined) === (data === undefined)) {
            return [...faults, fault(picture, "file-or-data", { name })];
        }
        if (file !== undefined) {
            const found = beside(file);
            bytes += found?.size ?? 0;
            if (!found) {
                faults.push(fault(/** @type {Node} */ (member(picture, "file")), "no-file", { found: file }));
            }
        } else {
            const decoded = pictureIn(data);
            bytes += decoded?.size ?? 0;
            if (!decoded) {
                faults.push(fault(/** @type {Node} */ (member(picture, "data")), "no-picture", { name }));
            }
        }
        if (bytes > PICTURES) {
            faults.push(fault(picture, "too-much", { most: PICTURES / 1e6 }));
            bytes = 0;
        }
        return faults;
    });
}

/** @param {Node} node @param {Known} known @returns {Fault[]} */
function ofLesson(node, known) {
    /** @type {string[]} */
    const pictures = (member(node, "pictures")?.items ?? []).map(({ value }) => value.name);
    const steps = member(node, "steps")?.items ?? [];
    const ids = steps.map((step) => member(step, "id")?.value);
    /** Whether a page was set by this step or one before. */
    let set = false;
    return steps.flatMap((step, index) => {
        const faults = [];
        const id = member(step, "id");
        if (id && ids.indexOf(id.value) < index) {
            faults.push(fault(id, "twice", { name: id.value }));
        }
        const page = member(step, "page");
        faults.push(...(page ? ofPage(page, known, pictures) : []));
        set ||= page !== undefined;
        const task = member(step, "task");
        if (task && !set) {
            faults.push(fault(step, "no-page", {}));
        }
        return [...faults, ...ofTask(step, task, page), ...(task ? ofLimits(task, known, pictures) : []), ...ofTexts(step), ...(task ? ofTexts(task) : [])];
    });
}

/** @param {Node} page @param {Known} known @param {string[]} pictures Of the lesson's own. @returns {Fault[]} */
function ofPage(page, known, pictures) {
    const parameters = new URLSearchParams(page.value.replace(/^#/, ""));
    const faults = Array.from(parameters.keys()).filter((name) => !PAGE.includes(name)).map((name) => fault(page, "parameter", { name }));
    const names = /** @type {const} */ ([
        ["model", known.model, ""],
        ["sample", known.picture, "sample:"],
        ["tool", known.tool, ""],
        ["method", known.method, ""],
    ]);
    const picture = parameters.get("picture");
    if (picture !== null && !pictures.includes(picture)) {
        faults.push(fault(page, "no-such", { name: "picture", found: picture }));
    }
    for (const [name, is, before] of names) {
        const value = parameters.get(name);
        if (value === null ? name === "model" || (name === "sample" && picture === null) : !is(before + value) && value !== "evidence") {
            faults.push(value === null ? fault(page, "missing", { name: "page", member: name }) : fault(page, "no-such", { name, found: value }));
        }
    }
    return [...faults, ...ofState(page, parameters, known)];
}

/** What of a page would be ignored, or names what there is not. @param {Node} page @param {URLSearchParams} parameters @param {Known} known @returns {Fault[]} */
function ofState(page, parameters, known) {
    const kept = known.kept(parameters);
    const broken = ["beside", "tools", "view", "edits"].filter((name) => parameters.has(name) && valueOf(parameters.get(name)) === undefined);
    const ignored = KEPT.filter((name) => {
        const [given, now] = [parameters, kept].map((all) => valueOf(all.get(name)));
        if (given === null || broken.includes(name) || given === BEGUN[name]) {
            return false;
        }
        return typeof given === "object" ? !isIn(given, name === "view" ? { ...VIEW, ...now } : now) : now === null;
    });
    const beside = valueOf(kept.get("beside")) ?? {};
    const { shown = 0, against = 0 } = beside.choice ?? {};
    const classes = [...(kept.get("class") ?? "").split("-").map(Number), shown, against];
    const edits = [...(valueOf(kept.get("edits")) ?? []), ...(beside.edits ?? [])];
    const named = /** @type {[string, any, (id: string) => boolean][]} */ ([
        ["model", beside.model, known.model],
        ["sample", beside.picture, known.picture],
        ["method", beside.method, (id) => id === "evidence" || known.method(id)],
        ...edits.map((edit) => ["edit", edit.kind ?? "", () => edit.kind === "mask" || KINDS.includes(edit.kind) || isPatch(edit)]),
        ...edits.map(({ photo }) => ["sample", photo, known.picture]),
    ]);
    return [
        ...broken.map((name) => fault(page, "not-json", { name })),
        ...ignored.map((name) => fault(page, "ignored", { name, found: String(parameters.get(name)) })),
        ...named.filter(([, value, is]) => value !== undefined && !is(value)).map(([name, value]) => fault(page, "no-such", { name, found: String(value) })),
        ...classes.filter((index) => index >= CLASSES).map((index) => fault(page, "range", { name: "class", found: index, least: 0, most: CLASSES - 1 })),
    ];
}

/** Of a part of a link: what JSON says, else the text; `undefined` where it begins like JSON and is none. @param {string | null} text @returns {any} */
function valueOf(text) {
    if (text === null || !/^\s*[[{]/.test(text)) {
        return text;
    }
    try {
        return parse(text).value;
    } catch {
        return undefined;
    }
}

/** Whether all that a value has is in another one as well. @param {any} value @param {any} other @returns {boolean} */
function isIn(value, other) {
    if (typeof value !== "object" || value === null) {
        return value === other;
    }
    return typeof other === "object" && other !== null && Object.entries(value).every(([name, inner]) => isIn(inner, other[name]));
}

/** What a task waits for and can never come. @param {Node} task @param {Known} known @param {string[]} pictures Of the lesson's own. @returns {Fault[]} */
function ofLimits(task, known, pictures) {
    const { kind, slider, least = -Infinity, most = Infinity, what, to } = task.value;
    if (kind === "set" && to !== undefined) {
        const there = {
            class: () => /^\d+$/.test(to) && Number(to) < CLASSES,
            model: () => known.model(to),
            method: () => to === "evidence" || known.method(to),
            picture: () => pictures.includes(to) || known.picture(`sample:${to}`),
            anyway: () => false,
        }[/** @type {SetTask["what"]} */ (what)];
        return there() ? [] : [fault(/** @type {Node} */ (member(task, "to")), "no-such", { name: what, found: to })];
    }
    const range = { ...SLIDERS, shuffled: { least: 0, most: 1000 }, opacity: { least: 0, most: 1 } }[/** @type {string} */ (slider)];
    if (kind !== "slider" || !range) {
        return [];
    }
    const [name, found] = least > Math.min(range.most, most) ? ["least", least] : ["most", most];
    const reached = least <= Math.min(range.most, most) && most >= range.least;
    return reached ? [] : [fault(/** @type {Node} */ (member(task, name)), "range", { name, found, least: range.least, most: Math.min(range.most, name === "least" ? most : Infinity) })];
}

/** The tool that a task is done with. @type {Record<string, string>} */
const TOOL_OF = { mask: "mask", teach: "teach", shuffled: "sanity" };

/**
 * @param {Node} step
 * @param {Node | undefined} task
 * @param {Node | undefined} page
 * @returns {Fault[]}
 */
function ofTask(step, task, page) {
    const hide = member(step, "hide");
    const hidden = hide?.value ?? [];
    if (!task) {
        // Nothing would ever show it.
        const forever = hidden.filter((/** @type {string} */ what) => what !== "settings");
        return hide && forever.length > 0 ? [fault(hide, "hidden-forever", { found: forever.join(", ") })] : [];
    }
    const { kind, right, options, slider, least, most, within } = task.value;
    const faults = [];
    if (kind === "choice" && right !== undefined && right >= options.length) {
        faults.push(fault(/** @type {Node} */ (member(task, "right")), "no-option", { found: right, count: options.length }));
    }
    if (kind === "mark" && !hidden.includes("map")) {
        faults.push(fault(hide ?? step, "shows-map", {}));
    }
    if (kind === "mask" && least !== undefined && task.value.cells !== undefined && least > task.value.cells) {
        faults.push(fault(/** @type {Node} */ (member(task, "least")), "least-above", { least, most: task.value.cells }));
    }
    if (kind === "mask" && within && !(within[0] < within[2] && within[1] < within[3])) {
        faults.push(fault(/** @type {Node} */ (member(task, "within")), "no-part", {}));
    }
    if (kind === "slider" && least === undefined && most === undefined) {
        faults.push(fault(task, "no-limit", {}));
    }
    const sees = kind === "cell" || kind === "mask" || kind === "teach" || (kind === "slider" && slider !== "opacity");
    // Where a cell is looked for, what all of them add up to may come later.
    const may = kind === "cell" ? ["settings", "sum"] : ["settings"];
    if (sees && hide && hidden.some((/** @type {string} */ what) => !may.includes(what))) {
        faults.push(fault(hide, "needs-map", { kind }));
    }
    const tool = kind === "mask" || kind === "teach" ? TOOL_OF[kind] : kind === "slider" ? (TOOL_OF[slider] ?? (slider === "opacity" ? null : "nudge")) : null;
    if (tool && page && new URLSearchParams(page.value.replace(/^#/, "")).get("tool") !== tool) {
        faults.push(fault(page, "needs-tool", { kind, tool }));
    }
    return faults;
}

/** Places in texts that nothing fills. @param {Node} of @returns {Fault[]} */
function ofTexts(of) {
    /** @type {Node[]} */
    const texts = [];
    const gather = (/** @type {Node | undefined} */ node) => {
        if (typeof node?.value === "string") {
            texts.push(node);
        }
        node?.items?.forEach(gather);
        node?.members?.forEach(({ node: inner }) => gather(inner));
    };
    ["title", "text", "then", "question", "options"].forEach((name) => gather(member(of, name)));
    return texts.flatMap((text) =>
        Array.from(text.value.matchAll(/\{([^{}]*)\}/g), ([, name]) => name)
            .filter((name) => !VALUES.includes(name))
            .map((name) => fault(text, "no-value", { found: name, wanted: VALUES.join(", ") })),
    );
}

/** @param {Node} node @param {string} name */
function member(node, name) {
    return node.members?.get(name)?.node;
}

/** @param {Node} node @param {string} what @param {Record<string, string | number>} values @returns {Fault} */
function fault({ line }, what, values) {
    return { line, what, values };
}
