/**
 * Writes a zip archive: files as they are, one behind the other, in one Blob that refers to theirs. Nothing is copied, and
 * nothing is packed: pictures are packed already, and numbers hardly can be.
 *
 * @module
 */

/** Without zip64, no archive has more. */
const MOST_BYTES = 0xffffffff;
const MOST_FILES = 0xfffe;
/** Names are UTF-8. */
const FLAGS = 0x800;
const VERSION = 20;

/** An archive is too large for its format. */
export class TooLarge extends Error {}

export class ZipWriter {
    /** @type {BlobPart[]} */
    #parts = [];
    /** @type {Uint8Array<ArrayBuffer>[]} */
    #list = [];
    #at = 0;
    #time;
    #date;
    /** @type {Set<string>} */
    #names = new Set();

    /** @param {Date} [now] When the files were made. */
    constructor(now = new Date()) {
        this.#time = (now.getHours() << 11) | (now.getMinutes() << 5) | (now.getSeconds() >> 1);
        this.#date = ((Math.max(1980, now.getFullYear()) - 1980) << 9) | ((now.getMonth() + 1) << 5) | now.getDate();
    }

    /**
     * @param {string} name With slashes; no two files have the same.
     * @param {Blob} content
     * @param {number} crc Of its bytes.
     */
    add(name, content, crc) {
        if (this.#names.has(name)) {
            throw new Error(`twice: ${name}`);
        }
        this.#names.add(name);
        const bytes = new TextEncoder().encode(name);
        if (this.#list.length >= MOST_FILES || this.#at + content.size + bytes.length > MOST_BYTES / 2) {
            throw new TooLarge(name);
        }
        const shared = [VERSION, FLAGS, 0, this.#time, this.#date];
        const sizes = [crc, content.size, content.size];
        const local = header(30, bytes);
        local.long(0x04034b50);
        shared.forEach(local.short);
        sizes.forEach(local.long);
        local.short(bytes.length);
        local.short(0);
        const entry = header(46, bytes);
        entry.long(0x02014b50);
        entry.short(VERSION);
        shared.forEach(entry.short);
        sizes.forEach(entry.long);
        entry.short(bytes.length);
        [0, 0, 0, 0].forEach(entry.short);
        entry.long(0);
        entry.long(this.#at);
        this.#list.push(entry.bytes);
        this.#parts.push(local.bytes, content);
        this.#at += local.bytes.length + content.size;
    }

    /** The archive. */
    finish() {
        const size = this.#list.reduce((sum, entry) => sum + entry.length, 0);
        const end = header(22, new Uint8Array());
        end.long(0x06054b50);
        [0, 0, this.#list.length, this.#list.length].forEach(end.short);
        end.long(size);
        end.long(this.#at);
        end.short(0);
        return new Blob([...this.#parts, ...this.#list, end.bytes], { type: "application/zip" });
    }
}

/**
 * Numbers, smallest byte first, and a name behind them.
 * @param {number} length Of the numbers.
 * @param {Uint8Array} name
 */
function header(length, name) {
    const bytes = new Uint8Array(length + name.length);
    bytes.set(name, length);
    const view = new DataView(bytes.buffer);
    let at = 0;
    return {
        bytes,
        short: (/** @type {number} */ value) => {
            view.setUint16(at, value, true);
            at += 2;
        },
        long: (/** @type {number} */ value) => {
            view.setUint32(at, value, true);
            at += 4;
        },
    };
}
