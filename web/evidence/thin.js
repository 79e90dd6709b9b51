/**
 * A side of a map that adds up to much although none of its cells is strong enough to be seen. Pure functions.
 *
 * @module
 */

/** From this share of the scale's end on, a cell has a colour that is seen. */
const SEEN = 0.2;
/** From this share of both sides on, a side is much. */
const MUCH = 0.25;

/** @typedef {import("./sums.js").Ledger} Ledger */

/**
 * @param {ArrayLike<number>} values Evidence of all cells.
 * @param {Ledger} ledger What they add up to.
 * @param {number} limit Where the scale ends.
 * @returns {{positive: number | null, negative: number | null}} The strongest cell of either side, where that is such a side.
 */
export function thinSides(values, { order, positive, negative }, limit) {
    const thin = (/** @type {number} */ sum, /** @type {1 | -1} */ sign) => {
        const cell = order.find((cell) => values[cell] * sign > 0);
        return cell !== undefined && sum >= MUCH * (positive - negative) && values[cell] * sign < SEEN * limit ? values[cell] : null;
    };
    return { positive: thin(positive, 1), negative: thin(-negative, -1) };
}

/**
 * Whether a map is hardly to be seen on a scale, because another one's cells are far stronger.
 * @param {ArrayLike<number>} values
 * @param {Ledger} ledger
 * @param {number} limit
 */
export function isFaint(values, { order }, limit) {
    const most = Math.abs(values[order[0]]);
    return most > 0 && most < SEEN * limit;
}
