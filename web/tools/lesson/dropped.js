/**
 * The lesson among files that came together, in a folder, in an archive or side by side, and the files that it names.
 *
 * @module
 */

import { EngineError } from "../../engine/connection.js";
import { unreadable } from "../../engine/refusals.js";
import { t } from "../../text/index.js";
import { isLesson } from "../../ui/intake.js";

/** @typedef {import("../many/dropped.js").Found} Found */
/** @typedef {import("../many/dropped.js").Left} Left */
/** @typedef {import("../many/dropped.js").Readable} Readable */

/** The file that a lesson means by a name; nothing where none came. @typedef {(name: string) => Readable | null} Beside */

/** Files that are looked into: beside the pictures of a data set may lie thousands. */
const MOST = 100;
/** Bytes of one of them: more than a lesson with all its pictures may have. */
const MOST_BYTES = 1 << 26;

/**
 * The lessons among files in JSON, those in the uppermost folders first. Two are enough to know that there are too many.
 * @param {readonly Found[]} texts
 * @returns {Promise<{lessons: {name: string, text: string}[], unread: Left[]}>} `unread`: what may be one and cannot be read.
 */
export async function lessonsIn(texts) {
    /** @type {{name: string, text: string}[]} */
    const lessons = [];
    /** @type {Left[]} */
    const unread = [];
    const depth = (/** @type {Found} */ { name }) => name.split("/").length;
    const likely = texts.filter(({ file }) => file.size <= MOST_BYTES).sort((a, b) => depth(a) - depth(b)).slice(0, MOST);
    for (const { name, file } of likely) {
        try {
            const text = new TextDecoder().decode(await file.arrayBuffer());
            if (isLesson(text) && lessons.push({ name, text }) === 2) {
                break;
            }
        } catch (error) {
            unread.push({ name, failure: error instanceof EngineError ? error.failure : unreadable(error) });
        }
    }
    return { lessons, unread };
}

/** What to say where two lessons came at once. @param {{name: string}[]} lessons */
export function several([first, second]) {
    const message = t("lesson.several", { first: first.name, second: second.name });
    return { fault: /** @type {const} */ ("request"), message, advice: t("lesson.several.advice") };
}

/**
 * What a lesson's names mean: files seen from where it lies.
 * @param {readonly Found[]} found Each with the folders that it lies in.
 * @param {string} lesson The same of its own file.
 * @returns {Beside}
 */
export function besideOf(found, lesson) {
    const folder = plain(lesson).split("/").slice(0, -1);
    const files = new Map(found.map(({ name, file }) => [plain(name), file]));
    return (name) => {
        const path = [...folder];
        for (const part of plain(name).split("/")) {
            if (part === ".." && path.pop() === undefined) {
                return null;
            }
            path.push(...(["", ".", ".."].includes(part) ? [] : [part]));
        }
        return files.get(path.join("/")) ?? null;
    };
}

/** Names are written in several ways that look alike. @param {string} path */
function plain(path) {
    return path.normalize("NFC").replaceAll("\\", "/");
}
