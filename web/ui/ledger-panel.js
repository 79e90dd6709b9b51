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
 * @property {string} name Of the class, or of one over another.
 * @property {number | null} rival Class whose evidence was subtracted, if any.
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
        byId("ledger-title", HTMLElement).textContent = `Evidence for ${shown.name}`;
        byId("tick-low", HTMLElement).textContent = `\u2212${tick(shown.limit)}`;
        byId("tick-high", HTMLElement).textContent = `+${tick(shown.limit)}`;
        const sum = sumOfShares(shown.map);
        const cells = shown.map.length;
        const total = shown.rival === null ? "logit" : "difference of the logits";
        // The device adds in float32, this sum does not: as many digits as both agree on, four at most.
        const digits = [4, 3, 2].find((count) => signed(sum, count) === signed(shown.logit, count)) ?? 4;
        byId("sum", HTMLElement).textContent =
            `Sum of all ${cells} cells, each divided by ${cells}: ${signed(sum, digits)} = ${total} ${signed(shown.logit, digits)}`;
        const beyond = shown.map.filter((value) => Math.abs(value) > shown.limit).length;
        byId("beyond", HTMLElement).textContent =
            beyond === 0 ? "" : `${beyond} of them lie beyond this colour scale, which was kept from another picture or model.`;
        this.read(null, null);
    }

    /** There is no answer, and nothing that could be read. */
    hide() {
        this.#shown = null;
        this.#panel.hidden = true;
        byId("readout", HTMLElement).textContent = "";
    }

    /** The colour bar, for a saved picture. */
    get colourBar() {
        return byId("bar", HTMLCanvasElement);
    }

    /**
     * @param {{row: number, column: number} | null} cell
     * @param {string | null} unseenBecause How the picture was cut, where the cursor is on what was cut off.
     */
    read(cell, unseenBecause) {
        const readout = byId("readout", HTMLElement);
        if (!this.#shown) {
            return;
        }
        const { map, columns, limit, logit, rival } = this.#shown;
        this.#marker.hidden = cell === null;
        if (!cell) {
            readout.textContent = unseenBecause
                ? `The network did not see this part (${unseenBecause}; see "Picture" under "Run").`
                : "Point at the picture, or walk through it with the arrow keys, to read a cell.";
            return;
        }
        const value = map[cell.row * columns + cell.column];
        const share = value / map.length;
        const place = Math.min(1, Math.max(-1, value / limit));
        this.#marker.style.left = `${50 + 50 * place}%`;
        const speaks = value > 0 ? "speaks for it" : value < 0 ? "speaks against it" : "says nothing";
        readout.textContent =
            `Row ${cell.row + 1}, column ${cell.column + 1}: evidence ${signed(value, 3)} ${speaks}; ` +
            `adds ${signed(share, 4)} to the ${rival === null ? "logit" : "difference"} of ${signed(logit, 4)}.`;
    }
}
