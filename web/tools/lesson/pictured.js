/**
 * Pictures that stand in a lesson's file. Pure functions.
 *
 * @module
 */

/** How picture files begin. */
const BEGINNINGS = ["\x89PNG", "\xff\xd8\xff", "RIFF", "GIF8", "BM", "II*\0", "MM\0*"];

/**
 * A picture that stands in a lesson.
 * @param {string} data Base64.
 * @returns {Blob | null} Nothing where it is none.
 */
export function pictureIn(data) {
    let text = "";
    try {
        text = atob(data);
    } catch {
        return null;
    }
    if (!BEGINNINGS.some((beginning) => text.startsWith(beginning))) {
        return null;
    }
    return new Blob([Uint8Array.from(text, (sign) => sign.charCodeAt(0))]);
}

/**
 * Base64 of a picture's file.
 * @param {Blob} file
 */
export async function dataOf(file) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    // In parts: so many arguments at once are too many.
    const parts = Array.from({ length: Math.ceil(bytes.length / 32768) }, (_, part) => String.fromCharCode(...bytes.subarray(32768 * part, 32768 * (part + 1))));
    return btoa(parts.join(""));
}
