/**
 * Which of two curves of deletion or insertion says more for its map. Pure functions.
 *
 * @module
 */

/** @typedef {import("../../engine/protocol.js").CurvePoint} CurvePoint */
/** @typedef {{points: readonly CurvePoint[], area: number | null}} Curve */

/** Areas that differ by less are a tie: a curve has few points, and a pixel more or less decides between them. */
const TIE = 0.005;
/** Below this probability of the whole picture, the network did not say the class in the first place. */
const SAID = 0.5;

/**
 * @typedef {object} Verdict
 * @property {"first" | "second" | "tie"} ahead Whose curve falls faster, or rises faster.
 * @property {number} by How much area is between them, 0 to 1.
 * @property {number} whole Probability of the class for the whole picture.
 * @property {boolean} unsaid Whether that is too low for a curve to mean much.
 */

/**
 * @param {"deletion" | "insertion"} kind
 * @param {Curve} first
 * @param {Curve} second
 * @returns {Verdict | null} Nothing before both are finished.
 */
export function verdictOf(kind, first, second) {
    if (first.area === null || second.area === null || first.points.length === 0) {
        return null;
    }
    const more = first.area - second.area;
    const by = Math.abs(more);
    const firstAhead = kind === "deletion" ? more < 0 : more > 0;
    const whole = (kind === "deletion" ? first.points[0] : first.points[first.points.length - 1]).probability;
    return { ahead: by < TIE ? "tie" : firstAhead ? "first" : "second", by, whole, unsaid: whole < SAID };
}
