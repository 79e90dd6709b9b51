/**
 * Where cells lie on the photo, and how one walks through them. Pure functions.
 *
 * @module
 */

/** @typedef {{row: number, column: number}} Cell */

/**
 * A map's grid on a photo.
 * @typedef {object} Grid
 * @property {number} rows
 * @property {number} columns
 * @property {import("../engine/protocol.js").Placement} placement
 */

/** @typedef {{x: number, y: number, width: number, height: number}} Rect */

/** The grid on which people mark where they would look: as fine as the maps of the method's paper, whatever a model's own. */
export const MARKS = { rows: 16, columns: 16 };

/** Cells of the finest map whose cells are marked. */
const COUNTABLE = 64 * 64;

/** Whether a map has few enough cells that lines around and between them do not cover the picture. @param {{rows: number, columns: number}} grid */
export function countable({ rows, columns }) {
    return rows * columns <= COUNTABLE;
}

/**
 * The cell under a point of the photo, if the network saw it.
 * @param {Grid} grid
 * @param {number} x In pixels of the photo.
 * @param {number} y In pixels of the photo.
 * @returns {Cell | null}
 */
export function cellAt({ placement: { region }, rows, columns }, x, y) {
    const column = Math.floor(((x - region.x) / region.width) * columns);
    const row = Math.floor(((y - region.y) / region.height) * rows);
    const inside = row >= 0 && row < rows && column >= 0 && column < columns;
    return inside ? { row, column } : null;
}

/**
 * The rectangle of a cell in pixels of the photo, cut off at the photo's edge.
 * @param {Grid} grid
 * @param {Cell} cell
 * @returns {Rect}
 */
export function cellOnPhoto({ placement: { photo, region }, rows, columns }, { row, column }) {
    const clamp = (/** @type {number} */ value, /** @type {number} */ end) => Math.min(end, Math.max(0, value));
    const left = clamp(region.x + (column * region.width) / columns, photo.width);
    const right = clamp(region.x + ((column + 1) * region.width) / columns, photo.width);
    const top = clamp(region.y + (row * region.height) / rows, photo.height);
    const bottom = clamp(region.y + ((row + 1) * region.height) / rows, photo.height);
    return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Of a cell: a hair beyond, since the very middle may lie on a line between smaller cells, where rounding would decide. */
const MIDDLE = 0.5 + 1e-6;

/**
 * The cell of another grid at the place of a cell of this one. On the same photo that is what lies under its middle;
 * of two photos, the same part of what the network sees.
 * @param {Grid} from
 * @param {Cell} cell
 * @param {Grid} to
 * @param {boolean} samePhoto
 * @returns {Cell | null} Nothing where the other network did not look there.
 */
export function samePlace(from, cell, to, samePhoto) {
    const across = (cell.column + MIDDLE) / from.columns;
    const down = (cell.row + MIDDLE) / from.rows;
    const { region } = (samePhoto ? from : to).placement;
    return cellAt(to, region.x + across * region.width, region.y + down * region.height);
}

/**
 * The cell of a second map that is read together with one of the first. A cell that was pointed at in the second map is
 * kept, as long as it names the same place: its cells may be smaller.
 * @param {Grid} first
 * @param {Grid} second
 * @param {Cell | null} cursor Of the first.
 * @param {Cell | null} pointed Of the second.
 * @param {boolean} samePhoto
 * @returns {Cell | null}
 */
export function cellBeside(first, second, cursor, pointed, samePhoto) {
    const back = pointed && samePlace(second, pointed, first, samePhoto);
    if (cursor && back && back.row === cursor.row && back.column === cursor.column) {
        return pointed;
    }
    return cursor && samePlace(first, cursor, second, samePhoto);
}

/**
 * A cell with what is around it, within the photo.
 * @param {Grid} grid
 * @param {Cell} cell
 * @param {number} factor How many times as wide and high.
 * @returns {Rect}
 */
export function around({ placement: { photo, region }, rows, columns }, { row, column }, factor) {
    const [across, down] = [region.width / columns, region.height / rows];
    const [width, height] = [Math.min(photo.width, factor * across), Math.min(photo.height, factor * down)];
    const x = region.x + (column + 0.5) * across - width / 2;
    const y = region.y + (row + 0.5) * down - height / 2;
    return { x: Math.min(photo.width - width, Math.max(0, x)), y: Math.min(photo.height - height, Math.max(0, y)), width, height };
}

/** @type {Record<string, [number, number]>} Arrow keys as steps of row and column. */
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/**
 * The cell that an arrow key leads to; the middle where there was none.
 * @param {{rows: number, columns: number}} grid
 * @param {Cell | null} from
 * @param {string} key
 * @returns {Cell | null} Nothing for any other key.
 */
export function step({ rows, columns }, from, key) {
    const way = STEPS[key];
    if (!way) {
        return null;
    }
    const start = from ?? { row: (rows - 1) >> 1, column: (columns - 1) >> 1 };
    const [down, right] = from ? way : [0, 0];
    return {
        row: Math.min(rows - 1, Math.max(0, start.row + down)),
        column: Math.min(columns - 1, Math.max(0, start.column + right)),
    };
}

/**
 * All cells of the rectangle that two cells span.
 * @param {{columns: number}} grid
 * @param {Cell} a
 * @param {Cell} b
 * @returns {number[]} Indices, row by row.
 */
export function box({ columns }, a, b) {
    const cells = [];
    for (let row = Math.min(a.row, b.row); row <= Math.max(a.row, b.row); row++) {
        for (let column = Math.min(a.column, b.column); column <= Math.max(a.column, b.column); column++) {
            cells.push(row * columns + column);
        }
    }
    return cells;
}

/**
 * All cells on the straight line from the middle of one to the middle of another: a pointer that moves fast is not seen in
 * every cell that it passes.
 * @param {{columns: number}} grid
 * @param {Cell} from
 * @param {Cell} to
 * @returns {number[]} Indices in the order of the line, both ends among them; each touches the next by a side.
 */
export function between({ columns }, from, to) {
    const [across, down] = [Math.abs(to.column - from.column), Math.abs(to.row - from.row)];
    const [right, below] = [Math.sign(to.column - from.column), Math.sign(to.row - from.row)];
    let { row, column } = from;
    const cells = [row * columns + column];
    for (let [x, y] = [0, 0]; x < across || y < down;) {
        // Whichever border of the cell the line meets first.
        if ((2 * x + 1) * down <= (2 * y + 1) * across && x < across) {
            column += right;
            x++;
        } else {
            row += below;
            y++;
        }
        cells.push(row * columns + column);
    }
    return cells;
}

/**
 * In which part of the picture cells lie, as a key of the messages: "middle", "top-left", ... Where their mean lies in the middle, but
 * hardly any of them, they lie on two sides of it.
 * @param {{rows: number, columns: number}} grid
 * @param {readonly number[]} cells At least one.
 */
export function whereabouts({ rows, columns }, cells) {
    const down = partOf(cells.map((cell) => Math.floor(cell / columns)), rows);
    const right = partOf(cells.map((cell) => cell % columns), columns);
    if (down === BOTH_ENDS || right === BOTH_ENDS) {
        return down === right ? "spread" : right === BOTH_ENDS ? "sides" : "ends";
    }
    return /** @type {const} */ (["top-left", "top", "top-right", "left", "middle", "right", "bottom-left", "bottom", "bottom-right"])[3 * down + right];
}

const BOTH_ENDS = 3;

/**
 * Which part of a line its places lie in: 0, the beginning, 1, the middle, 2, the end, or both ends.
 * @param {readonly number[]} places
 * @param {number} count Of places on the line.
 */
function partOf(places, count) {
    const points = places.map((place) => (place + 0.5) / count);
    const mean = points.reduce((sum, point) => sum + point, 0) / points.length;
    if (Math.abs(mean - 0.5) > 0.1) {
        return mean < 0.5 ? 0 : 2;
    }
    // One cell to either side of the middle belongs to it, however few there are.
    const inMiddle = points.filter((point) => Math.abs(point - 0.5) <= Math.max(0.1, 0.5 / count)).length;
    return inMiddle < points.length / 4 ? BOTH_ENDS : 1;
}
