/** What stands alone, without a peer: what a machine can do at most, what a network needs. */

/**
 * @typedef {object} Figure
 * @property {string} figure
 * @property {string} host As in a row.
 * @property {string} device
 * @property {string} network As in a row; empty where it is about the machine.
 * @property {number} value
 * @property {number[]} [spread] Quartiles.
 * @property {number} [bytes] That are gone over, by each thread.
 * @property {number} [rounds] Of which the best is the value.
 * @property {string} [date] When it was found.
 */

/** What the machine can do at most, by the instructions or the loop. */
export const PEAKS = { simd: "multiply-adds, mul and add, G/s", relaxed: "multiply-adds, relaxed SIMD, G/s" };
export const MOVES = { read: "bytes read, GB/s", copy: "bytes copied, read and written, GB/s" };
/** What a network needs whoever computes it. */
export const NEEDS = {
    multiplications: "multiplications, millions",
    bytes: "bytes through memory layer by layer, MB",
    intensity: "multiplications per such byte",
};

/** What no two have in common. */
const KEY = /** @type {const} */ (["figure", "host", "device", "network", "bytes"]);

/**
 * The list with another figure, in the place of the one that was found before.
 * @param {Figure[]} list
 * @param {Figure} found
 */
export function withFigure(list, found) {
    const before = list.findIndex((one) => KEY.every((key) => one[key] === found[key]));
    return before < 0 ? [...list, found] : list.with(before, found);
}

/** @param {Figure} figure */
export function lineOf({ figure, host, device, network, bytes, value }) {
    const where = `${host.padEnd(8)} ${device.padEnd(17)} ${network.padEnd(22)} ${(bytes ? `${bytes / 1024} KiB` : "").padEnd(11)}`;
    return `${where} ${figure.padEnd(38)} ${value.toPrecision(4).padStart(14)}`;
}
