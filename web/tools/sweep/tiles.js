/**
 * The arithmetic of an occlusion sweep: which cells are covered together, and what the answers without them say. Pure
 * functions.
 *
 * @module
 */

/** @typedef {import("../../../pkg/softcam_web.js").Fill} Fill */
/** @typedef {import("../../evidence/classes.js").Choice} Choice */

/**
 * @typedef {object} Settings
 * @property {Fill} fill What covers the cells.
 * @property {number} block Cells per side that are covered at once.
 */

/** @type {readonly Fill[]} */
export const FILLS = ["blur", "mean", "noise", "black"];
export const BLOCKS = /** @type {const} */ ([1, 2, 3]);

/** @type {Settings} */
const USUAL = { fill: "blur", block: 1 };

/**
 * Settings from what a link, or the tool's own memory, may hold.
 * @param {any} given
 * @returns {Settings}
 */
export function settingsFrom(given) {
    const { fill, block } = given ?? {};
    return { fill: FILLS.includes(fill) ? fill : USUAL.fill, block: BLOCKS.includes(block) ? block : USUAL.block };
}

/** As the options of a pane. @param {Settings} settings */
export function toOptions({ fill, block }) {
    return `${fill}-${block}`;
}

/** @param {string} options */
export function fromOptions(options) {
    const [fill, block] = options.split("-");
    return settingsFrom({ fill, block: Number(block) });
}

/**
 * The grid in blocks, row by row; those at the right and lower edge are smaller where the grid does not divide.
 * @param {number} rows
 * @param {number} columns
 * @param {number} block
 * @returns {number[][]} Cells of each, by index.
 */
export function tilesOf(rows, columns, block) {
    const tiles = [];
    for (let top = 0; top < rows; top += block) {
        for (let left = 0; left < columns; left += block) {
            const tile = [];
            for (let row = top; row < Math.min(rows, top + block); row++) {
                for (let column = left; column < Math.min(columns, left + block); column++) {
                    tile.push(row * columns + column);
                }
            }
            tiles.push(tile);
        }
    }
    return tiles;
}

/**
 * What is shown of an answer: a logit, or the difference of two.
 * @param {Float32Array} logits
 * @param {Choice} choice
 */
export function scoreOf(logits, { shown, against }) {
    return against === null ? logits[shown] : logits[shown] - logits[against];
}

/**
 * What the score loses when a tile is covered, on the scale of the evidence: there, a cell's value divided by the number
 * of cells is what it adds, so here it is what the score loses by covering it; of a tile, each of its cells has an equal
 * part. Unlike evidence, these values add up to nothing: cells that say the same each cost little.
 * @param {object} given
 * @param {number} given.whole Score of the picture as it is.
 * @param {readonly number[]} given.covered Score with each tile covered.
 * @param {readonly number[][]} given.tiles
 * @param {number} given.cells How many there are.
 * @returns {Float32Array}
 */
export function lossMap({ whole, covered, tiles, cells }) {
    const map = new Float32Array(cells);
    tiles.forEach((tile, index) => {
        const value = ((whole - covered[index]) * cells) / tile.length;
        tile.forEach((cell) => (map[cell] = value));
    });
    return map;
}

/** The cell with the most to say, for or against. @param {Float32Array} map */
export function strongestCell(map) {
    let best = 0;
    map.forEach((value, cell) => {
        if (Math.abs(value) > Math.abs(map[best])) {
            best = cell;
        }
    });
    return best;
}

/** A map less its mean: the cosine of two such maps is the correlation of their values. @param {Float32Array} map */
export function centred(map) {
    const mean = map.reduce((sum, value) => sum + value, 0) / map.length;
    return map.map((value) => value - mean);
}

/**
 * How far a map of what covering costs agrees with the evidence. The values speak for the few strong cells, the ranks for
 * the many weak ones, whose order is often chance.
 * @param {{cosine: number, rank: number}} likeness Of the centred maps.
 */
export function agreement({ cosine, rank }) {
    if (cosine >= 0.7) {
        return rank >= 0.4 ? "agree" : "strong";
    }
    return cosine >= 0.3 || rank >= 0.3 ? "partly" : "differ";
}
