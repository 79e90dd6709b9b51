/**
 * What a file of the visitor's own is, where the engine alone does not open it: told by its first bytes. Pure functions.
 *
 * @module
 */

import { isGrey16Tiff } from "./tiff.js";

/** Kinds of values that the first element of a DICOM file without its usual beginning may have. */
const FIRST_KINDS = ["UL", "OB", "UI", "CS", "SH", "LO", "DA", "TM"];
/** Brands of containers, by what browsers call these pictures. @type {Record<string, readonly string[]>} */
const BRANDS = {
    "image/avif": ["avif", "avis"],
    "image/heic": ["heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1"],
};

/**
 * Whether a file is DICOM, with or without the 128 bytes and four letters that it should begin with; as `is_dicom` of
 * crates/softcam-dicom has it.
 * @param {Uint8Array} bytes
 */
export function isDicom(bytes) {
    if (letters(bytes, 128, 4) === "DICM") {
        return true;
    }
    if (bytes.length < 12) {
        return false;
    }
    const kind = FIRST_KINDS.includes(letters(bytes, 4, 2));
    const begins = (/** @type {number} */ low, /** @type {number} */ high) => high === 0 && (low === 2 || low === 8);
    if (begins(bytes[0], bytes[1]) && bytes[3] === 0) {
        const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true);
        return kind || (bytes[0] === 8 && length > 0 && length <= 256 && length % 2 === 0);
    }
    return begins(bytes[1], bytes[0]) && bytes[2] === 0 && kind;
}

/** Bytes in which the numbers of a PGM stand, comments and all. */
const PGM_HEADER = 4096;
/** Width, height and white of a PGM, with comments between them. */
const PGM = /^P[25](?:\s|#.*[\r\n])+\d+(?:\s|#.*[\r\n])+\d+(?:\s|#.*[\r\n])+(\d+)\s/;

/**
 * Whether a file is a grey PNG, PGM or TIFF of 16 bits.
 * @param {Uint8Array} bytes Of the whole file: what a TIFF says of itself may stand anywhere in it.
 */
export function isGrey16(bytes) {
    if (letters(bytes, 1, 3) === "PNG") {
        return bytes[24] === 16 && bytes[25] === 0;
    }
    return isGrey16Tiff(bytes) || Number(letters(bytes, 0, PGM_HEADER).match(PGM)?.[1] ?? 0) > 255;
}

/**
 * Whether a file is an animated PNG whose picture is none of its frames: programs that know no animations show the picture,
 * and so does the engine; browsers show the frames.
 * @param {Uint8Array} bytes Of the whole file.
 */
export function playsAnother(bytes) {
    if (letters(bytes, 1, 3) !== "PNG") {
        return false;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let animated = false;
    for (let at = 8; at + 8 <= bytes.length; at += 12 + view.getUint32(at)) {
        const kind = letters(bytes, at + 4, 4);
        if (kind === "fcTL" || kind === "IDAT") {
            return animated && kind === "IDAT";
        }
        animated ||= kind === "acTL";
    }
    return false;
}

/**
 * The type of a picture that only the browser may be able to open.
 * @param {Uint8Array} bytes
 * @returns {"image/avif" | "image/heic" | null}
 */
export function browsersOwn(bytes) {
    if (letters(bytes, 4, 4) !== "ftyp") {
        return null;
    }
    const length = Math.min(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0), 256, bytes.length);
    const brands = new Set();
    for (let at = 8; at + 4 <= length; at += 4) {
        brands.add(letters(bytes, at, 4));
    }
    const type = Object.keys(BRANDS).find((name) => BRANDS[name].some((brand) => brands.has(brand)));
    return /** @type {"image/avif" | "image/heic" | undefined} */ (type) ?? null;
}

/**
 * @param {Uint8Array} bytes
 * @param {number} at
 * @param {number} count
 */
function letters(bytes, at, count) {
    return String.fromCharCode(...bytes.subarray(at, at + count));
}
