/**
 * Which files of a folder or an archive are asked about, and in which order: the rule of `softcam explain DIR`, to which
 * `tests/fixtures/many/gathered.json` holds both. Pure functions.
 *
 * @module
 */

/** Pictures by the end of their names, also those that are named and refused: then their reason is told. */
const PICTURES =
    /\.(png|jpg|jpeg|jpe|jfif|webp|bmp|dib|gif|tif|tiff|heic|heif|avif|svg|dcm|dicom|jp2|j2k|jxl|pgm|ppm|pbm|pnm|ima|ico|jls|jxr|nii|cr2|cr3|nef|arw|dng|[0-9]+)$/;

/**
 * What a file in a folder or an archive is taken for, by its name alone: asked about, passed over without a word, or left out
 * and named. Files without an ending are asked about, since scanners often write such, and files whose ending is a number:
 * archives of DICOM files name them by their identifiers.
 * @param {string} path With slashes, seen from the folder.
 * @returns {"picture" | "hidden" | "other"}
 */
export function kindOf(path) {
    const parts = path.split("/").filter(Boolean);
    const name = parts.at(-1);
    if (name === undefined || parts.some((part) => part.startsWith(".") || part === "__MACOSX")) {
        return "hidden";
    }
    const lower = name.toLowerCase();
    // The last is the list of what is on a disc of DICOM files.
    if (lower === "thumbs.db" || lower === "desktop.ini" || lower === "dicomdir") {
        return "hidden";
    }
    return !lower.includes(".") || PICTURES.test(lower) ? "picture" : "other";
}

/**
 * The order of two paths as people count: digits by their number, the letters A to Z whatever their case, everything else by
 * code point; part by part of the path. Where all that is the same, by code point.
 * @param {string} a
 * @param {string} b
 * @returns {number} Negative where a comes first.
 */
export function natural(a, b) {
    const [left, right] = [a.split("/"), b.split("/")];
    for (let index = 0; index < Math.min(left.length, right.length); index++) {
        const order = partOrder(pieces(left[index]), pieces(right[index]));
        if (order !== 0) {
            return order;
        }
    }
    return left.length - right.length || partOrder(Array.from(a), Array.from(b), true);
}

/** Numbers whole, everything else by character. @param {string} part */
function pieces(part) {
    return part.match(/[0-9]+|./gsu) ?? [];
}

/**
 * @param {string[]} a
 * @param {string[]} b
 * @param {boolean} [plain] By code point alone.
 */
function partOrder(a, b, plain = false) {
    for (let index = 0; index < Math.min(a.length, b.length); index++) {
        const order = plain ? (a[index].codePointAt(0) ?? 0) - (b[index].codePointAt(0) ?? 0) : pieceOrder(a[index], b[index]);
        if (order !== 0) {
            return order;
        }
    }
    return a.length - b.length;
}

/** @param {string} a @param {string} b */
function pieceOrder(a, b) {
    if (isNumber(a) && isNumber(b)) {
        const [m, n] = [a, b].map((digits) => digits.replace(/^0+/, ""));
        return m.length - n.length || (m < n ? -1 : Number(m > n));
    }
    return codePoint(a) - codePoint(b);
}

/** @param {string} piece */
function isNumber(piece) {
    return /^[0-9]/.test(piece);
}

/** Of the first character, capital A to Z as small ones. @param {string} piece */
function codePoint(piece) {
    return piece.replace(/^[A-Z]/, (letter) => letter.toLowerCase()).codePointAt(0) ?? 0;
}
