/**
 * A side of a map that adds up to much although none of its cells is strong enough to be seen. Pure functions.
 *
 * @module
 */

/** From this share of the scale's end on, a cell has a colour that is seen. */
const SEEN = 0.2;
/** From this share of both sides on, a side is much. */
const MUCH = 0.25;

/**
 * @param {ArrayLike<number>} values Evidence of all cells.
 * @param {number} limit Where the scale ends.
 * @returns {{positive: number | null, negative: number | null}} The strongest cell of either side, where that is such a side.
 */
export function thinSides(values, limit) {
    let [positive, negative, most, least] = [0, 0, 0, 0];
    for (let cell = 0; cell < values.length; cell++) {
        const value = values[cell];
        positive += Math.max(0, value);
        negative -= Math.min(0, value);
        most = Math.max(most, value);
        least = Math.min(least, value);
    }
    const thin = (/** @type {number} */ sum, /** @type {number} */ strongest) =>
        sum > 0 && sum >= MUCH * (positive + negative) && Math.abs(strongest) < SEEN * limit ? strongest : null;
    return { positive: thin(positive, most), negative: thin(negative, least) };
}

/**
 * Whether a map is hardly to be seen on a scale, because another one's cells are far stronger.
 * @param {ArrayLike<number>} values
 * @param {number} limit
 */
export function isFaint(values, limit) {
    return Array.prototype.every.call(values, (value) => Math.abs(value) < SEEN * limit) && Array.prototype.some.call(values, (value) => value !== 0);
}
