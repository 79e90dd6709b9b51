/**
 * From what a teacher has filled in to a lesson as a file has it. Pure functions.
 *
 * @module
 */

import { hash } from "./code.js";

/** @typedef {import("./library.js").Lesson} Lesson */
/** @typedef {import("./library.js").Task} Task */

/** What is asked of a picture; nothing where it is only looked at. @typedef {"look" | "think" | "write" | "choice" | "mark" | "mask"} Asks */

/**
 * A step that is being made.
 * @typedef {object} Draft
 * @property {string} picture Identifier on the page: `sample:FILE` of a sample, which need not be in the file.
 * @property {string} title
 * @property {string} text Paragraphs, with empty lines between them.
 * @property {Asks} asks
 * @property {string} question
 * @property {string} options One a line.
 * @property {number | null} right Which of them, from 0; nothing where none is.
 * @property {boolean} [boxes] Whether marks are held against the radiologists' boxes as well, where the sample has any.
 * @property {string} then Read once the task is done; paragraphs.
 */

/** @type {readonly Asks[]} */
const ASKS = ["look", "think", "write", "choice", "mark", "mask"];

/** Signs by which a lesson's name says what it asks. */
const MARK = 5;

/** Until a task is done, everything that would give it away. */
const HIDDEN = /** @type {const} */ (["answer", "map", "settings"]);
/** Whether a cover changes the answer is seen only beside that. */
const SEEN = /** @type {const} */ (["settings"]);
/** What covers. */
const COVERS = "&tool=mask";

/**
 * @param {{title: string, minutes: number | null, steps: Draft[]}} draft
 * @param {{id?: string, model: string, medical: boolean, data: Map<string, {title: string, credit: string, data: string}>}} given `id`: that
 *     of the lesson that was edited, where it asks the same still; else it gets one that no other lesson has. `data`: base64 of each picture of the teacher's own, by its identifier on the page.
 * @returns {Lesson & {format: 1}}
 */
export function written({ title, minutes, steps }, { id, model, medical, data }) {
    const names = new Map(Array.from(data.keys(), (picture, index) => [picture, `picture-${index + 1}`]));
    return {
        format: 1,
        id: id ?? nameOf(title, asked(steps, (picture) => data.get(picture)?.data ?? picture)),
        title: title.trim(),
        ...(minutes ? { minutes } : {}),
        ...(medical ? { medical } : {}),
        ...(data.size > 0 ? { pictures: Array.from(data, ([picture, given]) => pictureOf(names.get(picture) ?? "", given)) } : {}),
        steps: steps.map((step, index) => {
            const task = taskOf(step);
            const then = paragraphs(step.then);
            const shown = step.picture.startsWith("sample:") ? `sample=${step.picture.slice(7)}` : `picture=${names.get(step.picture)}`;
            return {
                id: `step-${index + 1}`,
                title: step.title.trim(),
                text: paragraphs(step.text),
                page: `model=${model}&${shown}${task?.kind === "mask" ? COVERS : ""}`,
                ...(task ? { hide: [...(task.kind === "mask" ? SEEN : HIDDEN)], task } : {}),
                ...(then.length > 0 ? { then } : {}),
            };
        }),
    };
}

/**
 * What a teacher filled in, of a lesson as a file has it.
 * @param {Lesson} lesson
 * @returns {{title: string, minutes: number | null, model: string, steps: Draft[]} | null} A step's picture is a sample or has its name
 *     in the lesson. Nothing where the lesson has what cannot be filled in: it was written by hand.
 */
export function draftOf(lesson) {
    const plain = (/** @type {import("./library.js").Text | undefined} */ text) => (typeof text === "string" ? text : "");
    const pages = lesson.steps.map(({ page = "" }) => /^model=([^&]*)&(sample|picture)=([^&]*)(?:&tool=mask)?$/.exec(page));
    const model = pages[0]?.[1] ?? "";
    const steps = lesson.steps.map(({ title, text, task, then = [] }, index) => {
        const [, , kind = "", name = ""] = pages[index] ?? [];
        return {
            picture: kind === "sample" ? `sample:${name}` : name,
            title: plain(title),
            text: text.map(plain).join("\n\n"),
            asks: ASKS.find((asks) => asks === task?.kind) ?? "look",
            question: plain(task?.question),
            options: task?.kind === "choice" ? task.options.map(plain).join("\n") : "",
            right: task?.kind === "choice" ? (task.right ?? null) : null,
            ...(task?.kind === "mark" && task.boxes ? { boxes: true } : {}),
            then: then.map(plain).join("\n\n"),
        };
    });
    const draft = { title: plain(lesson.title), minutes: lesson.minutes ?? null, model, steps };
    // It can be filled in if and only if filling it in gives the same lesson.
    const pictures = (lesson.pictures ?? []).map(({ name, title, credit = "", file }) => /** @type {const} */ ([name, { title: plain(title), credit, data: "", file }]));
    const again = written(draft, { id: lesson.id, model, medical: lesson.medical === true, data: new Map(pictures) });
    const names = new Map((again.pictures ?? []).map(({ name }, index) => [name, pictures[index][0]]));
    const renamed = JSON.stringify(canonical(again)).replace(/picture-\d+/g, (name) => names.get(name) ?? name);
    return pages.every(Boolean) && renamed === JSON.stringify(canonical(lesson)) ? draft : null;
}

/** Members in one order, without the pictures' data and the format's number. @param {Lesson & {format?: number}} lesson */
function canonical({ format: _, ...lesson }) {
    const pictures = lesson.pictures?.map(({ data: __, ...picture }) => picture);
    const sorted = (/** @type {unknown} */ value) =>
        value !== null && typeof value === "object" && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
    return JSON.parse(JSON.stringify({ ...lesson, ...(pictures ? { pictures } : {}) }), (_key, value) => sorted(value));
}

/** @param {string} name @param {{title: string, credit: string, data: string}} given */
function pictureOf(name, { title, credit, data }) {
    return { name, ...(title ? { title } : {}), ...(credit ? { credit } : {}), data };
}

/** @param {Draft} draft @returns {Task | null} */
function taskOf({ asks, question, options, right, boxes }) {
    switch (asks) {
        case "look":
            return null;
        case "choice":
            return { kind: "choice", question: question.trim(), options: lines(options), ...(right === null ? {} : { right }) };
        case "mark":
            return { kind: asks, question: question.trim(), ...(boxes ? { boxes } : {}) };
        default:
            return { kind: asks, question: question.trim() };
    }
}

/** @param {string} text */
export function lines(text) {
    return text.split("\n").map((line) => line.trim()).filter(Boolean);
}

/** @param {string} text */
function paragraphs(text) {
    return text.split(/\n\s*\n/).map((each) => each.trim()).filter(Boolean);
}

/**
 * What codes of students are about: of which pictures what is asked, and the answers to choose from. Of lessons that ask something
 * else, they are to be refused.
 * @param {readonly Draft[]} steps
 * @param {(picture: string) => string} [of] What a picture is told from others by.
 */
export function asked(steps, of = (picture) => picture) {
    return JSON.stringify(steps.map(({ picture, asks, options }) => [of(picture), asks, asks === "choice" ? lines(options) : []]));
}

/** A name for results that lessons which ask something else do not have. @param {string} title @param {string} what */
function nameOf(title, what) {
    const mark = (hash(what) % 36 ** MARK).toString(36).padStart(MARK, "0");
    return `${slug(title).slice(0, 30 - MARK).replace(/-+$/, "")}-${mark}`;
}

/** A name for results, of what the format allows. @param {string} title */
export function slug(title) {
    const plain = title.normalize("NFKD").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^[^a-z]+|-+$/g, "").slice(0, 30).replace(/-+$/, "");
    return plain || "lesson";
}
