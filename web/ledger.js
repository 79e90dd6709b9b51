/**
 * The arithmetic of an explanation: what a cell adds, and what all cells add up to. Pure functions on the maps.
 *
 * @module
 */

/** @typedef {import("./protocol.js").Explained} Explained */

/**
 * The map of a class, or of a class over another.
 * @param {Pick<Explained, "maps" | "rows" | "columns">} explained
 * @param {number} shownClass
 * @param {number | null} against
 * @returns {Float32Array}
 */
export function mapOf({ maps, rows, columns }, shownClass, against) {
    const cells = rows * columns;
    const map = maps.slice(shownClass * cells, (shownClass + 1) * cells);
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

/**
 * The classes by descending logit.
 * @param {Float32Array} logits
 * @param {number} count How many of them.
 * @returns {number[]}
 */
export function topClasses(logits, count) {
    return Array.from(logits.keys())
        .sort((a, b) => logits[b] - logits[a])
        .slice(0, count);
}

/**
 * The classes whose name contains every word of the query, names that begin with it first.
 * @param {string[]} names
 * @param {string} query
 * @param {number} count How many at most.
 * @returns {number[]}
 */
export function searchClasses(names, query, count) {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) {
        return [];
    }
    const rank = (/** @type {string} */ name) => {
        const synonyms = name.split(", ");
        if (synonyms.includes(words.join(" "))) {
            return 0;
        }
        return name.split(/[\s,-]+/).some((part) => part === words[0]) ? 1 : 2;
    };
    return names
        .map((name, index) => ({ name: name.toLowerCase(), index }))
        .filter(({ name }) => words.every((word) => name.includes(word)))
        .map(({ name, index }) => ({ rank: rank(name), index }))
        .sort((a, b) => a.rank - b.rank || a.index - b.index)
        .slice(0, count)
        .map(({ index }) => index);
}

/**
 * The cell under a point of the photo, if the network saw it.
 * @param {Pick<Explained, "placement" | "rows" | "columns">} explained
 * @param {number} x In pixels of the photo.
 * @param {number} y In pixels of the photo.
 * @returns {{row: number, column: number} | null}
 */
export function cellAt({ placement: { region }, rows, columns }, x, y) {
    const column = Math.floor(((x - region.x) / region.width) * columns);
    const row = Math.floor(((y - region.y) / region.height) * rows);
    const inside = row >= 0 && row < rows && column >= 0 && column < columns;
    return inside ? { row, column } : null;
}

/**
 * The rectangle of a cell as shares of the photo's width and height, cut off at the photo's edge.
 * @param {Pick<Explained, "placement" | "rows" | "columns">} explained
 * @param {{row: number, column: number}} cell
 * @returns {{left: number, top: number, width: number, height: number}}
 */
export function cellOnPhoto({ placement: { photo, region }, rows, columns }, { row, column }) {
    const clamp = (/** @type {number} */ share) => Math.min(1, Math.max(0, share));
    const left = clamp((region.x + (column * region.width) / columns) / photo.width);
    const right = clamp((region.x + ((column + 1) * region.width) / columns) / photo.width);
    const top = clamp((region.y + (row * region.height) / rows) / photo.height);
    const bottom = clamp((region.y + ((row + 1) * region.height) / rows) / photo.height);
    return { left, top, width: right - left, height: bottom - top };
}
