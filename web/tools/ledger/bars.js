/**
 * The cells of a map as bars: in which order, on which axis, and as a table. Pure functions.
 *
 * @module
 */

/**
 * @typedef {object} Bars
 * @property {number[]} order Cells by their evidence: from what speaks most for it to what speaks most against it.
 * @property {number[]} place Of each cell in that order.
 * @property {Float64Array} running What the cells up to each place add up to, in logit units; one longer than `order`, from 0.
 * @property {number} peak What all cells that speak for it add up to: there the running sum turns.
 */

/**
 * @param {Float32Array} values Of a map.
 * @returns {Bars}
 */
export function barsOf(values) {
    const order = Array.from(values.keys()).sort((a, b) => values[b] - values[a] || a - b);
    /** @type {number[]} */
    const place = Array(order.length);
    const running = new Float64Array(order.length + 1);
    order.forEach((cell, at) => {
        place[cell] = at;
        running[at + 1] = running[at] + values[cell] / values.length;
    });
    return { order, place, running, peak: running.reduce((most, sum) => Math.max(most, sum), 0) };
}

/**
 * The axis that the bars and every mark fit on.
 * @param {readonly number[]} ends What has to be on it; 0 always is.
 * @returns {{from: number, to: number, ticks: number[]}}
 */
export function axisOf(ends) {
    const known = ends.filter(Number.isFinite);
    const [least, most] = [Math.min(0, ...known), Math.max(0, ...known)];
    const span = most - least || 1;
    const [from, to] = [least - 0.03 * span, most + 0.03 * span];
    const unit = 10 ** Math.floor(Math.log10(span));
    const step = [0.2, 0.5, 1, 2, 5].map((factor) => factor * unit).find((step) => span / step <= 5) ?? unit;
    const ticks = [];
    for (let at = Math.ceil(from / step); at * step <= to; at++) {
        // Plus 0, since -0 is none that people read.
        ticks.push(at * step + 0);
    }
    return { from, to, ticks };
}

/**
 * The strongest cells in the direction of the sum, as {@link import("../../evidence/sums.js").strongest} counts them.
 * @param {Float32Array} values
 * @param {import("../../evidence/sums.js").Ledger} ledger
 * @param {number} count
 * @returns {number[]}
 */
export function strongestCells(values, { sum, order }, count) {
    const sign = sum >= 0 ? 1 : -1;
    return order.filter((cell) => values[cell] * sign > 0).slice(0, count);
}

/**
 * All cells as text that a spreadsheet takes, strongest first whichever way they point, so that the running sum ends at
 * what they all add up to. Every cell of it is a number or begins with a letter: nothing is taken for a formula.
 * @param {{values: Float32Array, columns: number}} map
 * @param {import("../../evidence/sums.js").Ledger} ledger
 * @param {{row: string, column: string, evidence: string, share: string, running: string}} heads Of the columns.
 */
export function tableOf({ values, columns }, { order }, heads) {
    const head = [heads.row, heads.column, heads.evidence, heads.share, heads.running].map(harmless);
    let running = 0;
    const lines = order.map((cell) => {
        const share = values[cell] / values.length;
        running += share;
        const numbers = [values[cell], share, running].map((value) => value.toFixed(6).replace(/^-(?=[0.]+$)/, ""));
        return [Math.floor(cell / columns) + 1, (cell % columns) + 1, ...numbers].join("\t");
    });
    return `${[head.join("\t"), ...lines].join("\n")}\n`;
}

/** A text that no spreadsheet takes for a formula, nor for two cells. @param {string} text */
function harmless(text) {
    return text.replace(/[\t\r\n"]+/g, " ").replace(/^[\s=+\-@]+/, "");
}
