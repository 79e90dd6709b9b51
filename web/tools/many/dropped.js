/**
 * From what was dropped or chosen, folders and archives among it, to a list of pictures. Files stay where they are; none is
 * read here but the lists of archives.
 *
 * @module
 */

import { EngineError } from "../../engine/connection.js";
import { refusal, unreadable } from "../../engine/refusals.js";
import { isArchive, openArchive } from "./archive.js";
import { kindOf, natural } from "./gather.js";

/** @typedef {import("../../ui/intake.js").Dropped} Dropped */
/** @typedef {import("../../engine/protocol.js").Failure} Failure */
/** What bytes can be read from, as from a File. @typedef {{arrayBuffer: () => Promise<ArrayBuffer>}} Readable */
/** @typedef {{name: string, file: Readable}} Found A picture, or what may be one. */
/** @typedef {{name: string, failure: Failure}} Left What was left out, and why. */

/** Files in all. */
const MOST = 20_000;
/** Folders within folders. */
const DEPTH = 32;

/**
 * The pictures in the order in which they came; those of a folder or an archive by natural name.
 * @param {readonly Dropped[]} dropped
 * @returns {Promise<{found: Found[], left: Left[]}>}
 */
export async function picturesIn(dropped) {
    /** @type {Found[]} */
    const found = [];
    /** @type {Left[]} */
    const left = [];
    for (const { file, entry } of grouped(dropped)) {
        if (Array.isArray(file)) {
            // Of a folder that was chosen, all files come at once.
            takeFolder(file.map((each) => ({ name: each.webkitRelativePath, file: each })), found, left);
        } else if (entry?.isDirectory) {
            /** @type {Found[]} */
            const inside = [];
            try {
                await walk(/** @type {FileSystemDirectoryEntry} */ (entry), entry.name, DEPTH, inside);
            } catch (error) {
                left.push({ name: entry.name, failure: unreadable(error) });
            }
            takeFolder(inside, found, left);
        } else if (file && isArchive(file.name)) {
            try {
                const archive = await openArchive(file);
                const named = archive.files.map(({ name, arrayBuffer }) => ({ name: `${file.name}/${name}`, file: { arrayBuffer } }));
                found.push(...named.sort((a, b) => natural(a.name, b.name)));
                left.push(...archive.left.map(({ name, code }) => ({ name: `${file.name}/${name}`, failure: refusal(code).failure })));
            } catch (error) {
                left.push({ name: file.name, failure: error instanceof EngineError ? error.failure : unreadable(error) });
            }
        } else if (file) {
            found.push({ name: file.name, file });
        }
    }
    left.push(...found.splice(MOST).map(({ name }) => ({ name, failure: refusal("left-too-many").failure })));
    return { found, left };
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
 * @param {Found[]} found
 * @param {Left[]} left
 */
function takeFolder(files, found, left) {
    const inside = (/** @type {string} */ name) => name.slice(name.indexOf("/") + 1);
    for (const { name, file } of files.sort((a, b) => natural(a.name, b.name))) {
        const kind = kindOf(inside(name));
        if (kind === "picture") {
            found.push({ name, file });
        } else if (kind === "other") {
            left.push({ name, failure: refusal(isArchive(name) ? "packed-archive" : "packed-no-picture").failure });
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
