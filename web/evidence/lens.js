/**
 * Where a magnifying glass lies, and what it shows. Pure functions.
 *
 * @module
 */

/** @typedef {import("./zoom.js").Geometry} Geometry */
/** @typedef {import("./zoom.js").Size} Size */
/** @typedef {import("../engine/protocol.js").Rect} Rect */

/** How many times larger than around it. */
export const LENS = 3;
const LARGEST = 220;
const SMALLEST = 96;
/** Between a finger's tip and the glass above it. */
const ABOVE = 28;

/**
 * @typedef {object} Glass
 * @property {Rect} rect In the frame, in pixels of the page.
 * @property {Rect | null} part Of the photo that is seen, in its pixels.
 * @property {Rect} inside Where in the glass that lies: elsewhere there is no photo.
 */

/**
 * @param {{x: number, y: number, touch: boolean}} at A point of the frame.
 * @param {Geometry} geometry
 * @param {Size} photo
 * @param {Size} frame
 * @returns {Glass}
 */
export function glassAt(at, { part, rect }, photo, frame) {
    const side = Math.round(Math.max(SMALLEST, Math.min(LARGEST, 0.6 * Math.min(frame.width, frame.height))));
    const within = (/** @type {number} */ start, /** @type {number} */ length) => Math.min(length - side, Math.max(0, start));
    // Under a mouse's pointer; above a finger, or beside it where there is no room above.
    let [left, top] = [at.x - side / 2, at.y - side / 2];
    if (at.touch) {
        top = at.y - side - ABOVE;
        if (top < 0) {
            top = 0;
            left = at.x + ABOVE + side <= frame.width ? at.x + ABOVE : at.x - ABOVE - side;
        }
        [left, top] = [within(left, frame.width), within(top, frame.height)];
    }
    const [across, down] = [rect.width / part.width, rect.height / part.height];
    const x = part.x + (at.x - rect.x) / across;
    const y = part.y + (at.y - rect.y) / down;
    const [width, height] = [side / LENS / across, side / LENS / down];
    const [from, to] = [Math.max(0, x - width / 2), Math.min(photo.width, x + width / 2)];
    const [first, last] = [Math.max(0, y - height / 2), Math.min(photo.height, y + height / 2)];
    const inside = {
        x: (from - (x - width / 2)) * across * LENS,
        y: (first - (y - height / 2)) * down * LENS,
        width: (to - from) * across * LENS,
        height: (last - first) * down * LENS,
    };
    const seen = to > from && last > first ? { x: from, y: first, width: to - from, height: last - first } : null;
    return { rect: { x: left, y: top, width: side, height: side }, part: seen, inside };
}
