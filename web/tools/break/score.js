/**
 * What patches buy: the evidence in the cells under them and in all others, before and after, and how far the network is from
 * a goal. Pure functions.
 *
 * @module
 */

/**
 * Evidence in two parts of the picture, as shares that add up to the logit.
 * @typedef {{under: number, elsewhere: number, sum: number}} Parts
 */

/**
 * @param {Float32Array} values Of a map.
 * @param {Float32Array} covered How much of each cell is covered.
 * @returns {Parts}
 */
export function partsOf(values, covered) {
    let [under, elsewhere] = [0, 0];
    values.forEach((value, cell) => {
        if (covered[cell] > 0) {
            under += value;
        } else {
            elsewhere += value;
        }
    });
    return { under: under / values.length, elsewhere: elsewhere / values.length, sum: (under + elsewhere) / values.length };
}

/**
 * Two parts and their sum as they are read: what is rounded adds up, too.
 * @param {Parts} parts
 * @param {number} digits
 * @returns {Parts}
 */
export function asRead({ under, sum }, digits) {
    const unit = 10 ** digits;
    const [all, one] = [Math.round(sum * unit), Math.round(under * unit)];
    return { under: one / unit, elsewhere: (all - one) / unit, sum: all / unit };
}

/**
 * @param {Parts} after
 * @param {Parts} before
 * @returns {Parts}
 */
export function change(after, before) {
    return { under: after.under - before.under, elsewhere: after.elsewhere - before.elsewhere, sum: after.sum - before.sum };
}

/** How many cells are covered, be it in part, and how much of what the network sees. @param {Float32Array} covered */
export function extent(covered) {
    let [cells, share] = [0, 0];
    for (const part of covered) {
        cells += Number(part > 0);
        share += part;
    }
    return { cells, share: covered.length > 0 ? share / covered.length : 0 };
}

/**
 * How far a class is behind the best of all others.
 * @param {Float32Array} logits
 * @param {number} goal
 * @returns {{behind: number, leader: number}} Not above 0 where it is the most likely itself.
 */
export function behind(logits, goal) {
    let leader = goal === 0 ? 1 : 0;
    logits.forEach((logit, index) => {
        if (index !== goal && logit > logits[leader]) {
            leader = index;
        }
    });
    return { behind: logits[leader] - logits[goal], leader };
}

/**
 * How much of the way to the goal is done.
 * @param {number} before How far behind it was.
 * @param {number} after How far it is.
 * @returns {number} 0 to 1; 1 only where it is there.
 */
export function progress(before, after) {
    if (after < 0) {
        return 1;
    }
    return before <= 0 ? 0 : Math.min(0.999, Math.max(0, (before - after) / before));
}

/**
 * The square of a few cells that says most, somewhat inside of the photo.
 * @param {{values: Float32Array, rows: number, columns: number}} map
 * @param {number} side In cells.
 * @returns {{row: number, column: number}} Its first cell.
 */
export function strongestSquare({ values, rows, columns }, side) {
    let [most, best] = [-Infinity, { row: 0, column: 0 }];
    for (let row = 0; row + side <= rows; row++) {
        for (let column = 0; column + side <= columns; column++) {
            let sum = 0;
            for (let cell = 0; cell < side * side; cell++) {
                sum += values[(row + Math.floor(cell / side)) * columns + column + (cell % side)];
            }
            if (sum > most) {
                [most, best] = [sum, { row, column }];
            }
        }
    }
    return best;
}
