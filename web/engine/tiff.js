/**
 * What a TIFF holds, as far as its tags say it. Pure functions.
 *
 * @module
 */

const TAGS = { reduced: 254, bits: 258, meaning: 262, samples: 277, kind: 339 };
/** Pages that are looked at: a chain of them may lead in a circle. */
const PAGES = 100;

/**
 * Whether a file is a TIFF whose first page, reduced copies left out, has whole numbers of 16 bits, one per pixel, which are
 * its greys.
 * @param {Uint8Array} bytes
 */
export function isGrey16Tiff(bytes) {
    const order = String.fromCharCode(...bytes.subarray(0, 2));
    if (order !== "II" && order !== "MM") {
        return false;
    }
    try {
        for (const tags of pages(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), order === "II")) {
            if (((tags.get(TAGS.reduced) ?? 0) & 1) === 0) {
                const { bits, meaning, samples, kind } = TAGS;
                const one = (tags.get(samples) ?? 1) === 1 && (tags.get(kind) ?? 1) === 1;
                return one && tags.get(bits) === 16 && (tags.get(meaning) ?? 2) <= 1;
            }
        }
    } catch (error) {
        // What lies beyond the end of the file is for the engine to explain.
        if (!(error instanceof RangeError)) {
            throw error;
        }
    }
    return false;
}

/**
 * The tags of each page that are one number, or the first of several, where these fit into their entry.
 * @param {DataView} view
 * @param {boolean} little
 */
function* pages(view, little) {
    const version = view.getUint16(2, little);
    if (version !== 42 && version !== 43) {
        return;
    }
    const big = version === 43;
    const number = (/** @type {number} */ at) => (big ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little));
    const word = big ? 8 : 4;
    let at = number(big ? 8 : 4);
    for (let page = 0; at !== 0 && page < PAGES; page++) {
        const count = big ? number(at) : view.getUint16(at, little);
        const first = at + (big ? 8 : 2);
        const entry = 4 + 2 * word;
        /** @type {Map<number, number>} */
        const tags = new Map();
        for (let from = first; from < first + count * entry; from += entry) {
            const value = from + 4 + word;
            tags.set(view.getUint16(from, little), view.getUint16(from + 2, little) === 3 ? view.getUint16(value, little) : view.getUint32(value, little));
        }
        yield tags;
        at = number(first + count * entry);
    }
}
