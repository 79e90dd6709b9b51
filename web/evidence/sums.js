/**
 * The arithmetic of a map: what a cell adds, what all cells add up to, and what some of them do. Pure functions.
 *
 * @module
 */

/**
 * @typedef {object} Ledger
 * @property {number} cells How many there are.
 * @property {number} positive What the cells that speak for it add up to, in logit units.
 * @property {number} negative The same of those that speak against it; not above 0.
 * @property {number} sum Both together.
 * @property {number[]} order Cells by the size of their evidence, strongest first.
 * @property {number} half How many of the strongest cells in the direction of the sum make half of that direction.
 */

/**
 * One class's map out of all, or one less another.
 * @param {{maps: Float32Array, rows: number, columns: number}} explained
 * @param {number} shown
 * @param {number | null} against
 * @returns {Float32Array}
 */
export function mapOf({ maps, rows, columns }, shown, against) {
    const cells = rows * columns;
    const map = maps.slice(shown * cells, (shown + 1) * cells);
    if (against !== null) {
        const other = maps.subarray(against * cells, (against + 1) * cells);
        map.forEach((value, cell) => (map[cell] = value - other[cell]));
    }
    return map;
}

/**
 * What a map adds up to: each cell contributes its evidence divided by the number of cells.
 * @param {Float32Array} map
 * @returns {number} In logit units.
 */
export function sumOfShares(map) {
    let sum = 0;
    for (const value of map) {
        sum += value;
    }
    return sum / map.length;
}

/** Ledgers of maps that are still there: those of methods may have as many cells as the picture has pixels. @type {WeakMap<Float32Array, Ledger>} */
const ledgers = new WeakMap();

/**
 * The map as a ledger.
 * @param {Float32Array} map Does not change any more.
 * @returns {Ledger}
 */
export function ledgerOf(map) {
    let ledger = ledgers.get(map);
    if (!ledger) {
        ledger = addUp(map);
        ledgers.set(map, ledger);
    }
    return ledger;
}

/** @param {Float32Array} map @returns {Ledger} */
function addUp(map) {
    let [positive, negative] = [0, 0];
    for (const value of map) {
        if (value > 0) {
            positive += value;
        } else {
            negative += value;
        }
    }
    const cells = map.length;
    const order = Array.from(map.keys()).sort((a, b) => Math.abs(map[b]) - Math.abs(map[a]));
    const sign = positive + negative >= 0 ? 1 : -1;
    const direction = sign > 0 ? positive : -negative;
    let [half, reached] = [0, 0];
    for (const cell of order) {
        if (reached * 2 >= direction) {
            break;
        }
        if (map[cell] * sign > 0) {
            reached += map[cell] * sign;
            half += 1;
        }
    }
    return { cells, positive: positive / cells, negative: negative / cells, sum: (positive + negative) / cells, order, half };
}

/**
 * What the strongest cells of one direction make of it.
 * @param {Float32Array} map
 * @param {Ledger} ledger
 * @param {number} count How many.
 * @returns {{share: number, sum: number, count: number}} `share` of all evidence in the direction of the sum, 0 to 1.
 */
export function strongest(map, ledger, count) {
    const sign = ledger.sum >= 0 ? 1 : -1;
    const cells = ledger.order.filter((cell) => map[cell] * sign > 0).slice(0, count);
    const sum = cells.reduce((total, cell) => total + map[cell], 0) / map.length;
    const all = sign > 0 ? ledger.positive : ledger.negative;
    return { share: all === 0 ? 0 : sum / all, sum, count: cells.length };
}

/**
 * What some cells add, and what is left without them.
 * @param {Float32Array} map
 * @param {readonly number[]} cells
 * @returns {{sum: number, rest: number, mean: number}} `sum` of their shares; `rest` of all other shares; `mean` of the
 *     other cells alone: what the logit is where these cells are left out of the mean. Not a number where none is left.
 */
export function withoutCells(map, cells) {
    let [selected, count] = [0, 0];
    for (const cell of new Set(cells)) {
        if (cell >= 0 && cell < map.length) {
            selected += map[cell];
            count += 1;
        }
    }
    const total = sumOfShares(map) * map.length;
    const rest = total - selected;
    return { sum: selected / map.length, rest: rest / map.length, mean: rest / (map.length - count) };
}

/**
 * As many digits as two numbers agree on, four at most: the device adds in float32, the page does not.
 * @param {(value: number, digits: number) => string} text
 * @param {number} a
 * @param {number} b
 */
export function agreeingDigits(text, a, b) {
    return [4, 3, 2].find((digits) => text(a, digits) === text(b, digits)) ?? 4;
}

/**
 * One map less another of the same cells.
 * @param {Float32Array} a
 * @param {Float32Array} b
 */
export function difference(a, b) {
    return a.map((value, cell) => value - b[cell]);
}

/**
 * The mean of maps of the same cells.
 * @param {readonly Float32Array[]} maps At least one.
 * @returns {Float32Array}
 */
export function meanMap(maps) {
    const sum = new Float64Array(maps[0].length);
    for (const map of maps) {
        map.forEach((value, cell) => (sum[cell] += value));
    }
    return Float32Array.from(sum, (value) => value / maps.length);
}
