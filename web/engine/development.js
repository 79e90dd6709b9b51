/**
 * How a film is shown: which frame, and what of its greys. It is part of a picture's identifier, so that everything that is
 * asked about a picture, kept of it or compared with it is of the film as it is shown. Pure functions.
 *
 * @module
 */

/** @typedef {import("../../pkg/softcam_dicom.js").Tone} Tone */

/**
 * @typedef {object} Development
 * @property {number} frame From 1.
 * @property {Tone | null} tone Nothing: what the file offers first.
 */

/** Between a picture and how it is shown. */
const MARK = "@";
/** As a file is shown that nobody has said anything about. @type {Development} */
export const FIRST = { frame: 1, tone: null };

/**
 * @param {string} picture Identifier, with or without a development.
 * @returns {{id: string, development: Development | null}} The file's own identifier.
 */
export function takenApart(picture) {
    const at = picture.startsWith("own:") ? picture.indexOf(MARK) : -1;
    if (at < 0) {
        return { id: picture, development: null };
    }
    const id = picture.slice(0, at);
    try {
        return { id, development: JSON.parse(picture.slice(at + 1)) };
    } catch {
        // Somebody's link, and not one of ours.
        return { id, development: null };
    }
}

/**
 * The same picture, shown in this way.
 * @param {string} picture
 * @param {Development} development
 */
export function developed(picture, { frame, tone }) {
    const { id } = takenApart(picture);
    return frame === FIRST.frame && tone === null ? id : `${id}${MARK}${JSON.stringify({ frame, tone })}`;
}

/** The identifier of the file that a picture comes from. @param {string | null} picture */
export function fileOf(picture) {
    return picture === null ? null : takenApart(picture).id;
}

/** How a picture is shown. @param {string} picture @returns {Development} */
export function developmentOf(picture) {
    return takenApart(picture).development ?? FIRST;
}
