/** What a machine can do at most in wasm: multiply-adds per second, and bytes per second from its caches and its memory. */

import { MOVES, PEAKS } from "../figures.mjs";
import { quartiles } from "../statistics.mjs";
import { PRODUCTS, assemble } from "./module.mjs";

const KIB = 1024;
/** From what every first cache holds to what none does. */
const SETS = [16, 64, 256, 1024, 4 * 1024, 16 * 1024, 64 * 1024].map((kibibytes) => kibibytes * KIB);
const PAGE = 64 * KIB;
/** Of a round: short, so that some are left alone on a machine that does other things, too. */
const MILLISECONDS = 10;

/**
 * The best of some rounds is the ceiling: whatever else the machine did only lowers it.
 * @param {import("../hosts/host.mjs").Host} host
 * @param {number} threads At once, each with memory of its own.
 * @param {number} rounds
 * @returns {Promise<import("../figures.mjs").Figure[]>}
 */
export async function ceilings(host, threads, rounds) {
    const moves = /** @type {const} */ (["read", "copy"]).flatMap((loop) => SETS.map((bytes) => ({ loop, bytes })));
    const asked = [
        { arithmetic: /** @type {const} */ ("simd"), tasks: [{ loop: "multiply_add", bytes: 0 }, ...moves], pages: Math.max(...SETS) / PAGE },
        { arithmetic: /** @type {const} */ ("relaxed"), tasks: [{ loop: "multiply_add", bytes: 0 }], pages: 1 },
    ];
    const figures = [];
    for (const { arithmetic, tasks, pages } of asked) {
        const wasm = Array.from(assemble(arithmetic, pages));
        const rates = await host.ceilings({ wasm, products: PRODUCTS, tasks, threads, rounds, milliseconds: MILLISECONDS });
        rates?.forEach((all, index) => {
            const { loop, bytes } = tasks[index];
            const billions = all.map((rate) => rate / 1e9);
            const figure = loop === "multiply_add" ? PEAKS[arithmetic] : MOVES[loop];
            const where = { host: host.name, device: threads > 1 ? `cpu, ${threads} threads` : "cpu", network: "", ...(bytes && { bytes }) };
            figures.push({ figure, ...where, value: Math.max(...billions), spread: quartiles(billions), rounds });
        });
    }
    return figures;
}
