/**
 * The numbers beside the picture: colour bar, sum, and the reading of one cell.
 *
 * @module
 */

import { signed, tick } from "../format.js";
import { sumOfShares } from "../ledger.js";
import { byId, paint } from "./dom.js";

/**
 * What the panel shows.
 * @typedef {object} Shown
 * @property {string} title Of the class, or of one over another.
 * @property {Float32Array} map
 * @property {number} columns Of the map.
 * @property {number} logit What the map must add up to.
 * @property {number} limit End of the colour scale.
 */

export class LedgerPanel {
    #panel = byId("ledger", HTMLElement);
    #marker = byId("marker", HTMLElement);
    /** @type {Shown | null} */
    #shown = null;

    /** @param {import("../protocol.js").Painted} bar */
    setColourBar(bar) {
        paint(byId("bar", HTMLCanvasElement), bar);
    }

    /** @param {Shown} shown */
    show(shown) {
        this.#shown = shown;
        this.#panel.hidden = false;
        byId("ledger-title", HTMLElement).textContent = shown.title;
        byId("tick-low", HTMLElement).textContent = `\u2212${tick(shown.limit)}`;
        byId("tick-high", HTMLElement).textContent = `+${tick(shown.limit)}`;
        const sum = sumOfShares(shown.map);
        const cells = shown.map.length;
        byId("sum", HTMLElement).textContent =
            `Sum of all ${cells} cells, each divided by ${cells}: ${signed(sum, 4)} = logit ${signed(shown.logit, 4)}`;
        this.read(null);
    }

    /** @param {{row: number, column: number} | null} cell */
    read(cell) {
        const readout = byId("readout", HTMLElement);
        if (!this.#shown) {
            return;
        }
        const { map, columns, limit, logit } = this.#shown;
        this.#marker.hidden = cell === null;
        if (!cell) {
            readout.textContent = "Point at the picture, or walk through it with the arrow keys, to read a cell.";
            return;
        }
        const value = map[cell.row * columns + cell.column];
        const share = value / map.length;
        const place = Math.min(1, Math.max(-1, value / limit));
        this.#marker.style.left = `${50 + 50 * place}%`;
        const speaks = value > 0 ? "speaks for it" : value < 0 ? "speaks against it" : "says nothing";
        readout.textContent =
            `Row ${cell.row + 1}, column ${cell.column + 1}: evidence ${signed(value, 3)} ${speaks}; ` +
            `adds ${signed(share, 4)} to the logit of ${signed(logit, 4)}.`;
    }
}
