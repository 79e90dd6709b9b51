/**
 * Which part of a photo is on show, and where on the screen. Pure functions.
 *
 * @module
 */

/** @typedef {import("../engine/protocol.js").Rect} Rect */
/**
 * The part of the photo that is on show: everything at `scale` 1.
 * @typedef {object} Zoom
 * @property {number} x Middle of what is seen, as a share of the photo's width.
 * @property {number} y
 * @property {number} scale 1 to {@link MAX_ZOOM}.
 */
/** @typedef {{width: number, height: number}} Size */

/**
 * @typedef {object} Geometry
 * @property {Rect} part Of the photo that is on show, in its pixels.
 * @property {Rect} rect Where that lies in the frame, in pixels of the page.
 * @property {number} scale Pixels of the page per pixel of the photo.
 */

export const MAX_ZOOM = 32;

/** @type {Zoom} */
export const WHOLE = { x: 0.5, y: 0.5, scale: 1 };

/** So that a strip of a picture can be pointed at, it is drawn thicker than it is. */
const THINNEST = 24;

/**
 * As large as there is, and no part of it beside the photo.
 * @param {Zoom} zoom
 * @returns {Zoom}
 */
export function boundedZoom({ x, y, scale }) {
    const bounded = Math.min(MAX_ZOOM, Math.max(1, scale));
    const inside = (/** @type {number} */ share) => Math.min(1 - 0.5 / bounded, Math.max(0.5 / bounded, share));
    return { x: inside(x), y: inside(y), scale: bounded };
}

/**
 * @param {Size} photo
 * @param {Zoom} zoom
 * @param {Size} frame
 * @returns {Geometry}
 */
export function geometryOf(photo, zoom, frame) {
    const scale = Math.min(frame.width / photo.width, frame.height / photo.height) * zoom.scale;
    const [x, width, left, wide] = axis(photo.width, zoom.x, frame.width, scale);
    const [y, height, top, high] = axis(photo.height, zoom.y, frame.height, scale);
    return { part: { x, y, width, height }, rect: { x: left, y: top, width: wide, height: high }, scale };
}

/**
 * @param {number} length Of the photo.
 * @param {number} middle As a share of it.
 * @param {number} frame
 * @param {number} scale
 */
function axis(length, middle, frame, scale) {
    const seen = frame / scale;
    if (seen >= length) {
        const drawn = Math.min(frame, Math.max(THINNEST, length * scale));
        return [0, length, (frame - drawn) / 2, drawn];
    }
    const start = Math.min(length - seen, Math.max(0, middle * length - seen / 2));
    return [start, seen, 0, frame];
}

/**
 * Where a rectangle of the photo lies in the frame.
 * @param {Geometry} geometry
 * @param {Rect} on In pixels of the photo.
 * @returns {Rect}
 */
export function onScreen({ part, rect }, { x, y, width, height }) {
    const [across, down] = [rect.width / part.width, rect.height / part.height];
    return {
        x: rect.x + (x - part.x) * across,
        y: rect.y + (y - part.y) * down,
        width: width * across,
        height: height * down,
    };
}

/**
 * Zooms by a factor so that the point under the cursor stays where it is.
 * @param {Size} photo
 * @param {Zoom} zoom
 * @param {Size} frame
 * @param {{x: number, y: number}} point Of the frame.
 * @param {number} factor
 * @returns {Zoom} Not yet bounded.
 */
export function zoomAt(photo, zoom, frame, point, factor) {
    const { part, rect, scale } = geometryOf(photo, zoom, frame);
    const x = part.x + ((point.x - rect.x) / rect.width) * part.width;
    const y = part.y + ((point.y - rect.y) / rect.height) * part.height;
    const next = scale * factor;
    return {
        x: (x + (frame.width / 2 - point.x) / next) / photo.width,
        y: (y + (frame.height / 2 - point.y) / next) / photo.height,
        scale: zoom.scale * factor,
    };
}
