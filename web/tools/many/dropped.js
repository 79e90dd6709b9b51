/**
 * From what was dropped or chosen, folders and archives among it, to a list of pictures, and of what may be a lesson. Files stay where they are; none is
 * read here but the lists of archives.
 *
 * @module
 */

import { EngineError } from "../../engine/connection.js";
import { refusal, unreadable } from "../../engine/refusals.js";
import { isJson } from "../../ui/intake.js";
import { isArchive, openArchive } from "./archive.js";
import { kindOf, natural } from "./gather.js";

/** @typedef {import("../../ui/intake.js").Dropped} Dropped */
/** @typedef {import("../../engine/protocol.js").Failure} Failure */
/** What bytes can be read from, as from a File. @typedef {{size: number, arrayBuffer: () => Promise<ArrayBuffer>}} Readable */
/** @typedef {{name: string, file: Readable}} Found A picture, or what may be one. */
/** @typedef {{name: string, failure: Failure}} Left What was left out, and why. */

/**
 * @typedef {object} Gathered
 * @property {Found[]} found Pictures, and what may be one.
 * @property {Found[]} texts Files in JSON of folders and archives, of which one may be a lesson; they are in `left` as well.
 * @property {Left[]} left
 */

/** Files in all. */
const MOST = 20_000;
/** Folders within folders. */
const DEPTH = 32;

/**
 * The pictures in the order in which they came; those of a folder or an archive by natural name.
 * @param {readonly Dropped[]} dropped
 * @returns {Promise<Gathered>}
 */
export async function picturesIn(dropped) {
    /** @type {Gathered} */
    const gathered = { found: [], texts: [], left: [] };
    const { found, texts, left } = gathered;
    for (const { file, entry } of grouped(dropped)) {
        if (Array.isArray(file)) {
            // Of a folder that was chosen, all files come at once.
            takeFolder(file.map((each) => ({ name: each.webkitRelativePath, file: each })), gathered);
        } else if (entry?.isDirectory) {
            /** @type {Found[]} */
            const inside = [];
            try {
                await walk(/** @type {FileSystemDirectoryEntry} */ (entry), entry.name, DEPTH, inside);
            } catch (error) {
                left.push({ name: entry.name, failure: unreadable(error) });
            }
            takeFolder(inside, gathered);
        } else if (file && isArchive(file.name)) {
            try {
                const archive = await openArchive(file);
                const named = (/** @type {import("./archive.js").Packed} */ packed) => ({ name: `${file.name}/${packed.name}`, file: packed });
                found.push(...archive.files.map(named).sort((a, b) => natural(a.name, b.name)));
                texts.push(...archive.texts.map(named));
                left.push(...archive.left.map(({ name, code }) => ({ name: `${file.name}/${name}`, failure: refusal(code).failure })));
            } catch (error) {
                left.push({ name: file.name, failure: error instanceof EngineError ? error.failure : unreadable(error) });
            }
        } else if (file) {
            found.push({ name: file.name, file });
        }
    }
    left.push(...found.splice(MOST).map(({ name }) => ({ name, failure: refusal("left-too-many").failure })));
    return gathered;
}

/**
 * The files of a folder that was chosen stand together.
 * @param {readonly Dropped[]} dropped
 * @returns {{file: File | File[] | null, entry: FileSystemEntry | null}[]}
 */
function grouped(dropped) {
    const chosen = dropped.flatMap(({ file }) => (file?.webkitRelativePath ? [file] : []));
    const others = dropped.filter(({ file }) => !file?.webkitRelativePath);
    return chosen.length > 0 ? [{ file: chosen, entry: null }, ...others] : [...others];
}

/**
 * @param {Found[]} files With the folder's name in front of theirs.
 * @param {Gathered} gathered
 */
function takeFolder(files, { found, texts, left }) {
    const inside = (/** @type {string} */ name) => name.slice(name.indexOf("/") + 1);
    for (const { name, file } of files.sort((a, b) => natural(a.name, b.name))) {
        const kind = kindOf(inside(name));
        if (kind === "picture") {
            found.push({ name, file });
        } else if (kind === "other") {
            left.push({ name, failure: refusal(isArchive(name) ? "packed-archive" : "packed-no-picture").failure });
            texts.push(...(isJson(name) ? [{ name, file }] : []));
        }
    }
}

/**
 * Every file in or below a folder.
 * @param {FileSystemDirectoryEntry} folder
 * @param {string} path
 * @param {number} depth
 * @param {Found[]} found
 */
async function walk(folder, path, depth, found) {
    const reader = folder.createReader();
    for (;;) {
        // A folder is read in parts: an empty one is the last.
        const entries = await new Promise((/** @type {(entries: FileSystemEntry[]) => void} */ resolve, reject) => reader.readEntries(resolve, reject));
        if (entries.length === 0) {
            return;
        }
        for (const entry of entries) {
            const name = `${path}/${entry.name}`;
            if (entry.isFile) {
                const one = /** @type {FileSystemFileEntry} */ (entry);
                found.push({ name, file: await new Promise((/** @type {(file: File) => void} */ resolve, reject) => one.file(resolve, reject)) });
            } else if (depth > 0 && found.length <= MOST) {
                await walk(/** @type {FileSystemDirectoryEntry} */ (entry), name, depth - 1, found);
            }
        }
    }
}
