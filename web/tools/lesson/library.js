/**
 * The lessons that there are: those of the page, those of files that were dropped, and the one that a link is.
 *
 * @module
 */

import { language, t } from "../../text/index.js";
import { check } from "./check.js";
import { hash } from "./code.js";
import { pictureIn } from "./pictured.js";

/** @typedef {import("./check.js").Known} Known */
/** @typedef {import("./json.js").Fault} Fault */
/** @typedef {import("../../page/state.js").State} State */
/** @typedef {import("../../page/state.js").LessonPlace} LessonPlace */
/** @typedef {import("../../page/state.js").Hidden} Hidden */
/** @typedef {import("../../text/index.js").Key} Key */

/** One for every language, or one per language. @typedef {string | {en: string, de?: string}} Text */

/**
 * @typedef {{kind: "think", question: Text}} ThinkTask
 * @typedef {{kind: "write", question: Text}} WriteTask
 * @typedef {{kind: "choice", question: Text, options: Text[], right?: number}} ChoiceTask
 * @typedef {{kind: "mark", question: Text, boxes?: boolean}} MarkTask
 * @typedef {{kind: "mask", question: Text, answer?: "changes" | "stays", cells?: number, least?: number, within?: number[]}} MaskTask
 * @typedef {{kind: "slider", question: Text, slider: string, least?: number, most?: number}} SliderTask
 * @typedef {{kind: "cell", question: Text, which: "for" | "against", among?: number}} CellTask
 * @typedef {{kind: "set", question: Text, what: "class" | "model" | "method" | "picture" | "anyway", to?: string}} SetTask
 * @typedef {{kind: "teach", question: Text, classes?: number}} TeachTask
 * @typedef {ThinkTask | WriteTask | ChoiceTask | MarkTask | MaskTask | SliderTask | CellTask | SetTask | TeachTask} Task
 */

/**
 * @typedef {object} Step
 * @property {string} id
 * @property {Text} title
 * @property {Text[]} text
 * @property {string} [page] As in a link.
 * @property {Hidden[]} [hide] Until the task is done.
 * @property {Hidden[]} [then-hide] Once it is done.
 * @property {Task} [task]
 * @property {Text[]} [then] Read once it is done.
 */

/**
 * A lesson, as web/lessons/schema.json has it.
 * @typedef {object} Lesson
 * @property {string} id
 * @property {Text} title
 * @property {Text} [about]
 * @property {number} [minutes]
 * @property {boolean} [medical]
 * @property {Text} [before]
 * @property {Text} [after]
 * @property {{name: string, title?: Text, credit?: string, file?: string, data?: string}[]} [pictures] Of its own.
 * @property {Step[]} steps
 */

/** A picture of a lesson's own, on its way to the others. @typedef {{name: string, title: string, credit: string, file: Blob | import("../many/dropped.js").Readable}} Pictured */

/** A line of the list. @typedef {{id: string, file: string, title: Text, about: Text, minutes: number, medical: boolean}} Listed */

/** Faults that are named at most: what follows the first few often follows from them. */
const NAMED = 8;

export class Library {
    #fetch;
    #read;
    #known;
    /** @type {Promise<Listed[]> | null} */
    #list = null;
    /** @type {Map<string, Promise<Lesson>>} */
    #lessons = new Map();

    /**
     * @param {(file: string) => Promise<string>} fetch A file of the folder of lessons.
     * @param {(parameters: URLSearchParams) => State} read What a link shows.
     * @param {Known} known What a lesson may name.
     */
    constructor(fetch, read, known) {
        this.#fetch = fetch;
        this.#read = read;
        this.#known = known;
    }

    /** Those of the page. */
    list() {
        this.#list ??= this.#fetch("index.json").then((text) => JSON.parse(text).lessons);
        this.#list.catch(() => (this.#list = null));
        return this.#list;
    }

    /** Those of files that were dropped. */
    get own() {
        return Array.from(this.#lessons.keys()).filter((id) => id.startsWith("own-"));
    }

    /** Those of the page, then those of files. @returns {Promise<Listed[]>} */
    async all() {
        const own = this.own.map(async (id) => {
            const { title = id, about = "", minutes = 0, medical = false } = (await this.lesson(id)) ?? {};
            return { id, file: "", title, about, minutes, medical };
        });
        return [...(await this.list()), ...(await Promise.all(own))];
    }

    /**
     * @param {string} id
     * @returns {Promise<Lesson | null>} Nothing where there is no such lesson.
     */
    async lesson(id) {
        if (!this.#lessons.has(id)) {
            const listed = (await this.list()).find((each) => each.id === id);
            if (!listed) {
                return null;
            }
            const lesson = this.#fetch(listed.file).then((text) => JSON.parse(text));
            this.#lessons.set(id, lesson);
            lesson.catch(() => this.#lessons.delete(id));
        }
        return this.#lessons.get(id) ?? null;
    }

    /** What is wrong with a lesson; nothing where it is one. @param {string} text */
    async check(text) {
        return check(text, JSON.parse(await this.#fetch("schema.json")), this.#known).faults;
    }

    /**
     * A lesson from a file of the visitor's own.
     * @param {string} text
     * @param {import("./dropped.js").Beside} [beside] The files that came with it.
     * @returns {Promise<{id: string | null, known: boolean, pictures: Pictured[], faults: Fault[]}>} `known`: it was opened before, and its
     *     pictures are there.
     */
    async add(text, beside = () => null) {
        const { lesson, faults } = check(text, JSON.parse(await this.#fetch("schema.json")), this.#known, beside);
        if (!lesson) {
            return { id: null, known: false, pictures: [], faults };
        }
        const id = ownName(lesson, beside);
        if (this.#lessons.has(id)) {
            return { id, known: true, pictures: [], faults };
        }
        const pictures = (lesson.pictures ?? []).flatMap(({ name, title, credit = "", file: named, data }) => {
            const file = data === undefined ? beside(named ?? "") : pictureIn(data);
            return file ? [{ name, title: said(title) || name, credit, file }] : [];
        });
        // Their files are kept by whoever keeps pictures; once is enough.
        const light = lesson.pictures ? { ...lesson, pictures: lesson.pictures.map(({ data: _, ...picture }) => picture) } : lesson;
        this.#lessons.set(id, Promise.resolve(light));
        return { id, known: false, pictures, faults };
    }

    /** Lets go of one of a file. @param {string} id */
    remove(id) {
        this.#lessons.delete(id);
    }

    /**
     * The state that a step puts on show.
     * @param {string} page
     * @param {string} [lesson] Identifier of the lesson, whose own pictures a step may show.
     */
    read(page, lesson = "") {
        const parameters = new URLSearchParams(page.replace(/^#/, ""));
        const picture = parameters.get("picture");
        parameters.delete("picture");
        const state = this.#read(parameters);
        return picture === null ? state : { ...state, pane: { ...state.pane, picture: lessonPicture(lesson, picture) } };
    }
}

/**
 * By which a lesson of a file is known: by all that is in it, so that the same file goes on where it was, also on a page that was
 * loaded anew, and another one never does. Of files beside it, their sizes have to do.
 * @param {Lesson} lesson
 * @param {import("./dropped.js").Beside} beside
 */
function ownName(lesson, beside) {
    const sizes = (lesson.pictures ?? []).map(({ file }) => (file === undefined ? 0 : beside(file)?.size));
    return `own-${hash(JSON.stringify([lesson, sizes])).toString(36)}`;
}

/** Identifier of a picture of a lesson's own. @param {string} lesson @param {string} name */
export function lessonPicture(lesson, name) {
    return `lesson:${lesson}/${name}`;
}

/** A text in the visitor's language, or in the first that there is. @param {Text | undefined} text */
export function said(text) {
    if (text === undefined || typeof text === "string") {
        return text ?? "";
    }
    return (language() === "de" ? text.de : undefined) ?? text.en;
}

/** The lesson that a link is: one step, on what the link shows. @param {NonNullable<LessonPlace["link"]>} link @returns {Lesson} */
export function lessonOf({ ask, mark }) {
    const question = ask || t(mark ? "lesson.link.mark" : "lesson.link.look");
    const title = t("lesson.link");
    /** @type {Task} */
    const task = mark ? { kind: "mark", question, boxes: true } : { kind: "think", question };
    return { id: "link", title, steps: [{ id: "link", title, text: [t("lesson.link.what")], task }] };
}

/** What to say of a file that is refused. @param {string} name @param {Fault[]} faults @returns {{fault: "request", message: string, advice: string}} */
export function refusal(name, faults) {
    const named = faults.slice(0, NAMED).map((fault) => faultText(fault));
    const more = faults.length > NAMED ? [t("lesson.faults-more", { count: faults.length - NAMED })] : [];
    return { fault: "request", message: [t("lesson.refused", { name }), ...named, ...more].join(" "), advice: t("lesson.refused.advice") };
}

/** @param {Fault} fault */
export function faultText({ line, what, values }) {
    return t("lesson.fault.line", { line, what: t(/** @type {Key} */ (`lesson.fault.${what}`), values) });
}
