/**
 * Reads zip archives: the list of what is in them, and one file at a time. The archive stays where it is, on the disk; of a
 * file in it that is packed, no more than that file is in memory.
 *
 * What an archive claims is not believed: sizes are limited before anything is unpacked, what is unpacked must have the size
 * and the checksum that were claimed, and files that lie on each other (as those of a zip bomb do) are refused. Names
 * are names and never places on a disk.
 *
 * @module
 */

import { EngineError } from "../../engine/connection.js";
import { refusal } from "../../engine/refusals.js";
import { isJson } from "../../ui/intake.js";
import { crc32 } from "./crc32.js";
import { kindOf } from "./gather.js";

/** A file in an archive. @typedef {{name: string, size: number, arrayBuffer: () => Promise<ArrayBuffer>}} Packed */

/**
 * @typedef {object} Archive
 * @property {Packed[]} files Pictures, and what may be one, in the order of the archive.
 * @property {Packed[]} texts Files in JSON, of which one may be a lesson; they are among those that are left out as well.
 * @property {{name: string, code: string}[]} left What is left out, and why: the code of an error.
 */

/** Files in one archive. */
const MOST_FILES = 20_000;
/** Bytes of the list of files. */
const MOST_LIST = 1 << 25;
/** Bytes of one file: what a picture may have anyway. */
const MOST_BYTES = 1 << 26;
/** The end of an archive without its comment, and the longest comment. */
const END = 22;
const COMMENT = 0xffff;
/** The beginning of a file in an archive, without its name. */
const LOCAL = 30;
/** An entry of the list, without its name. */
const ENTRY = 46;

/** In the format for very large archives (zip64): the end, and where that stands. */
const END64 = 56;
const FINDER64 = 20;

const SIGN = { end: 0x06054b50, entry: 0x02014b50, local: 0x04034b50, end64: 0x06064b50, finder64: 0x07064b50 };
/** Stands for a number that is too large for its place, and is elsewhere. */
const ELSEWHERE = 0xffffffff;
/** What the numbers of zip64 stand in, beside an entry. */
const EXTRA64 = 1;

/** Whether a file is taken for an archive. @param {string} name */
export function isArchive(name) {
    return /\.zip$/i.test(name);
}

/**
 * Lists what is in an archive.
 * @param {Blob} file
 * @returns {Promise<Archive>}
 * @throws {EngineError} Where it is none, or is not to be trusted.
 */
export async function openArchive(file) {
    const { list, count, shift } = await findList(file);
    const entries = entriesOf(list, count, shift);
    refuseOverlaps(entries, file.size);
    /** @type {Archive} */
    const archive = { files: [], texts: [], left: [] };
    for (const entry of entries) {
        if (entry.bytes.at(-1) === 0x2f) {
            // A folder.
            continue;
        }
        const name = nameOf(entry);
        const kind = name === null ? "other" : kindOf(name);
        if (kind === "hidden" && !leadsOut(name ?? "")) {
            continue;
        }
        const code = reasonAgainst(entry, name, kind);
        const packed = { name: name ?? cp437(entry.bytes), size: entry.size, arrayBuffer: () => unpack(file, entry) };
        if (code === null) {
            archive.files.push(packed);
            continue;
        }
        archive.left.push({ name: packed.name, code });
        if (isJson(packed.name) && reasonAgainst(entry, name, "picture") === null) {
            archive.texts.push(packed);
        }
    }
    return archive;
}

/**
 * An entry of the list.
 * @typedef {object} Entry
 * @property {Uint8Array} bytes Of its name.
 * @property {boolean} utf8 Whether it says that its name is UTF-8.
 * @property {boolean} encrypted
 * @property {number} method 0 for as it is, 8 for deflated.
 * @property {number} crc
 * @property {number} packed Bytes in the archive.
 * @property {number} size Bytes once it is unpacked, by its own account.
 * @property {number} at Where it begins in the archive.
 */

/**
 * The list of files stands at the end, and where it stands, behind it.
 * @param {Blob} file
 */
async function findList(file) {
    const from = Math.max(0, file.size - END - COMMENT);
    const tail = new DataView(await file.slice(from).arrayBuffer());
    let at = tail.byteLength - END;
    // The comment may hold the sign as well; only that of the end has the comment's length right.
    while (at >= 0 && (tail.getUint32(at, true) !== SIGN.end || at + END + tail.getUint16(at + 20, true) !== tail.byteLength)) {
        at -= 1;
    }
    if (at < 0) {
        const begins = file.size >= 4 && new DataView(await file.slice(0, 4).arrayBuffer()).getUint32(0, true) === SIGN.local;
        throw refusal(begins ? "archive-damaged" : "archive-not-zip");
    }
    const end = from + at;
    const said = {
        disks: [tail.getUint16(at + 4, true), tail.getUint16(at + 6, true)],
        here: tail.getUint16(at + 8, true),
        count: tail.getUint16(at + 10, true),
        bytes: tail.getUint32(at + 12, true),
        start: tail.getUint32(at + 16, true),
        // Where the list ends.
        until: end,
    };
    const { disks, here, count, bytes, start, until } = (await findEnd64(file, end)) ?? said;
    if (disks.some((disk) => disk !== 0)) {
        throw refusal("archive-in-parts");
    }
    if (here !== count) {
        throw refusal("archive-damaged");
    }
    if (count > MOST_FILES || bytes > MOST_LIST) {
        throw refusal("archive-too-many");
    }
    // Something may stand in front of the archive, such as a program that unpacks it: everything lies later then.
    const shift = until - bytes - start;
    if (shift < 0) {
        throw refusal("archive-damaged");
    }
    return { list: new DataView(await file.slice(start + shift, start + shift + bytes).arrayBuffer()), count, shift };
}

/**
 * The end in the format for very large archives, where there is one. It stands right in front of the other, whatever stands in
 * front of the archive.
 * @param {Blob} file
 * @param {number} end Where the other end stands.
 */
async function findEnd64(file, end) {
    const from = Math.max(0, end - FINDER64 - END64);
    const tail = new DataView(await file.slice(from, end).arrayBuffer());
    const finder = tail.byteLength - FINDER64;
    if (finder < 0 || tail.getUint32(finder, true) !== SIGN.finder64) {
        return null;
    }
    if (finder < END64 || tail.getUint32(finder - END64, true) !== SIGN.end64) {
        throw refusal("archive-damaged");
    }
    const at = finder - END64;
    const long = (/** @type {number} */ offset) => wide(tail, at + offset);
    return {
        disks: [tail.getUint32(finder + 4, true), tail.getUint32(at + 16, true), tail.getUint32(at + 20, true)],
        here: long(24),
        count: long(32),
        bytes: long(40),
        start: long(48),
        until: from + at,
    };
}

/** A number of 64 bits. @param {DataView} view @param {number} at */
function wide(view, at) {
    return Number(view.getBigUint64(at, true));
}

/**
 * @param {DataView} list
 * @param {number} count
 * @param {number} shift
 * @returns {Entry[]}
 */
function entriesOf(list, count, shift) {
    /** @type {Entry[]} */
    const entries = [];
    for (let at = 0; at < list.byteLength; ) {
        if (at + ENTRY > list.byteLength || list.getUint32(at, true) !== SIGN.entry) {
            throw refusal("archive-damaged");
        }
        const short = (/** @type {number} */ offset) => list.getUint16(at + offset, true);
        const long = (/** @type {number} */ offset) => list.getUint32(at + offset, true);
        const flags = short(8);
        const next = at + ENTRY + short(28) + short(30) + short(32);
        if (next > list.byteLength) {
            throw refusal("archive-damaged");
        }
        const [size, packed, begins] = numbersOf([long(24), long(20), long(42)], list, at + ENTRY + short(28), short(30));
        entries.push({
            bytes: new Uint8Array(list.buffer, list.byteOffset + at + ENTRY, short(28)),
            utf8: (flags & 0x800) !== 0,
            encrypted: (flags & 0x41) !== 0,
            method: short(10),
            crc: long(16),
            packed,
            size,
            at: begins + shift,
        });
        at = next;
    }
    if (entries.length !== count) {
        throw refusal("archive-damaged");
    }
    return entries;
}

/**
 * Numbers of an entry, each from beside it where there was no room for it.
 * @param {number[]} numbers
 * @param {DataView} list
 * @param {number} from Where that is, which stands beside it,
 * @param {number} length and how long it is.
 */
function numbersOf(numbers, list, from, length) {
    if (!numbers.includes(ELSEWHERE)) {
        return numbers;
    }
    for (let at = from; at + 4 <= from + length; at += 4 + list.getUint16(at + 2, true)) {
        if (list.getUint16(at, true) !== EXTRA64) {
            continue;
        }
        const until = Math.min(from + length, at + 4 + list.getUint16(at + 2, true));
        let next = at + 4;
        return numbers.map((number) => {
            if (number !== ELSEWHERE) {
                return number;
            }
            if (next + 8 > until) {
                throw refusal("archive-damaged");
            }
            next += 8;
            return wide(list, next - 8);
        });
    }
    // Nothing is: a file of just that many bytes, or nonsense.
    return numbers;
}

/**
 * @param {Entry[]} entries
 * @param {number} size Of the archive.
 */
function refuseOverlaps(entries, size) {
    let free = 0;
    for (const { at, bytes, packed } of [...entries].sort((a, b) => a.at - b.at)) {
        if (at < free) {
            throw refusal("archive-overlaps");
        }
        free = at + LOCAL + bytes.length + packed;
        if (free > size) {
            throw refusal("archive-damaged");
        }
    }
}

/**
 * Why a file of the archive is left out; nothing where it is not.
 * @param {Entry} entry
 * @param {string | null} name
 * @param {"picture" | "hidden" | "other"} kind
 */
function reasonAgainst({ encrypted, method, size, packed }, name, kind) {
    if (name === null) {
        return "packed-name";
    }
    if (leadsOut(name)) {
        return "packed-path";
    }
    if (kind !== "picture") {
        return isArchive(name) ? "packed-archive" : "packed-no-picture";
    }
    if (encrypted || method === 99) {
        return "packed-encrypted";
    }
    if (method !== 0 && method !== 8) {
        return "packed-method";
    }
    return size > MOST_BYTES || packed > MOST_BYTES ? "packed-too-large" : null;
}

/** Whether a name would be a place outside, if it were one. @param {string} name */
function leadsOut(name) {
    return name.startsWith("/") || /^[a-z]:/i.test(name) || name.split(/[/\\]/).includes("..");
}

/**
 * The name of an entry; nothing where it is not what it says. Where it says nothing, many a program writes UTF-8 all the same,
 * which is told by trying; else it is in the characters of the first PCs.
 * @param {Entry} entry
 */
function nameOf({ bytes, utf8 }) {
    try {
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
        return utf8 ? null : cp437(bytes);
    }
}

const CP437 =
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";

/** @param {Uint8Array} bytes */
function cp437(bytes) {
    return Array.from(bytes, (byte) => (byte < 128 ? String.fromCharCode(byte) : CP437[byte - 128])).join("");
}

/**
 * The bytes of a file in an archive.
 * @param {Blob} file
 * @param {Entry} entry
 */
async function unpack(file, { at, packed, size, method, crc }) {
    const head = new DataView(await file.slice(at, at + LOCAL).arrayBuffer());
    if (head.byteLength < LOCAL || head.getUint32(0, true) !== SIGN.local) {
        throw refusal("packed-damaged");
    }
    const start = at + LOCAL + head.getUint16(26, true) + head.getUint16(28, true);
    const content = file.slice(start, start + packed);
    const bytes = method === 0 ? new Uint8Array(await content.arrayBuffer()) : await inflate(content, size);
    if (bytes.length !== size || crc32(bytes) !== crc) {
        throw refusal("packed-damaged");
    }
    return bytes.buffer;
}

/**
 * @param {Blob} content
 * @param {number} size That is claimed; one byte more ends it.
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
async function inflate(content, size) {
    const bytes = new Uint8Array(size);
    let filled = 0;
    try {
        const reader = content.stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
        for (;;) {
            const { done, value } = await reader.read();
            if (done) {
                break;
            }
            if (filled + value.length > size) {
                await reader.cancel();
                throw refusal("packed-damaged");
            }
            bytes.set(value, filled);
            filled += value.length;
        }
    } catch (error) {
        // What the browser says of broken data says nothing to anybody; that the archive itself is gone is something else.
        throw error instanceof EngineError || error instanceof DOMException ? error : refusal("packed-damaged");
    }
    return filled === size ? bytes : bytes.slice(0, filled);
}
