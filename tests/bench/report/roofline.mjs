/** How near to what the machine can do, as a plot with a table, from what was counted and measured. */

import { MOVES, NEEDS, PEAKS } from "../figures.mjs";
import { titleOf } from "../plan.mjs";
import { escape, short } from "./plot.mjs";
import { SETS, drawing, namesOf, sizeOf } from "./roofline-plot.mjs";

/** @typedef {import("../figures.mjs").Figure} Figure */
/** @typedef {import("../results.mjs").Row} Row */

const WORDS = `The flat lines are what the arithmetic allows in a loop that does nothing else, the slopes what memory does; bytes are those of
layer after layer. Multiplications are counted by the definition of a convolution: Winograd's form, which ours takes for some,
needs fewer. Shares are of what mul and add allow.`;

/**
 * @typedef {object} Point
 * @property {string} network With its size.
 * @property {string} title
 * @property {number} size
 * @property {number} multiplications Millions.
 * @property {number} bytes Megabytes.
 * @property {number} intensity
 * @property {{name: string, value: number}[]} reached Ours first: billions of multiply-adds per second.
 */

/**
 * What was reached at every network and size that is counted. A network without a run has no point.
 * @param {Row[]} warm Of one host and device, in float.
 * @param {Figure[]} figures
 * @returns {Point[]}
 */
export function pointsOf(warm, figures) {
    const need = (what, network) => figures.find((one) => one.figure === NEEDS[what] && one.network === network)?.value;
    const points = [...new Set(warm.map(({ network }) => network))].flatMap((network) => {
        const [multiplications, bytes, intensity] = ["multiplications", "bytes", "intensity"].map((what) => need(what, network));
        const rows = warm.filter((row) => row.network === network);
        if (multiplications === undefined || bytes === undefined || intensity === undefined) {
            return [];
        }
        // Millions in as many milliseconds are billions in a second.
        const reached = [["ours", rows[0].ours], ...rows.map(({ peer_name, peer }) => [peer_name, peer])];
        return {
            network,
            title: titleOf(network.split("@")[0]),
            size: rows[0].size ?? 0,
            multiplications,
            bytes,
            intensity,
            reached: reached.map(([name, milliseconds]) => ({ name: String(name), value: multiplications / Number(milliseconds) })),
        };
    });
    return points.toSorted((a, b) => a.title.localeCompare(b.title) || a.size - b.size);
}

/**
 * @param {Figure[]} figures Of one host and device, and the networks'.
 * @param {Row[]} warm Of the same, in float.
 * @returns {string} Nothing where the machine has not been measured.
 */
export function roofline(figures, warm) {
    const roofs = Object.entries(PEAKS).flatMap(([kind, name]) => {
        const found = figures.find(({ figure }) => figure === name);
        return found ? [{ kind, value: found.value }] : [];
    });
    const points = pointsOf(warm, figures);
    const plain = roofs.find(({ kind }) => kind === "simd");
    if (!plain) {
        return "";
    }
    const slopes = SETS.flatMap((bytes) => {
        const found = figures.find((one) => one.figure === MOVES.copy && one.bytes === bytes);
        return found ? [{ bytes, value: found.value }] : [];
    });
    return `${drawing(roofs, slopes, points)}<p>${WORDS}</p>${table(plain.value, points)}`;
}

/** @param {number} roof @param {Point[]} points */
function table(roof, points) {
    if (!points.length) {
        return "";
    }
    const names = namesOf(points);
    const number = (value) => `<td class="number">${value >= 1000 ? Math.round(value).toLocaleString("en") : Number(value.toPrecision(3))}</td>`;
    const lines = points.map(({ network, multiplications, bytes, intensity, reached }) => {
        const cells = names.map((name) => {
            const value = reached.find((one) => one.name === name)?.value;
            return value === undefined ? "<td></td>" : `<td class="number">${short(value)} (${(value / roof).toFixed(2)})</td>`;
        });
        return `<tr><td>${escape(network)}</td>${[multiplications, bytes, intensity].map(number).join("")}${cells.join("")}</tr>`;
    });
    const heads = ["network", "multiplications, 10⁶", "MB layer by layer", "per byte", ...names.map((name) => `${name}, 10⁹/s (share)`)];
    return `<div class="scroll"><table><tr>${heads.map((head) => `<th>${escape(head)}</th>`).join("")}</tr>${lines.join("\n")}</table></div>`;
}

/** All of them, as the report has all rows. @param {Figure[]} figures */
export function allFigures(figures) {
    if (!figures.length) {
        return "";
    }
    const lines = figures.map(({ figure, host, device, network, bytes, value, spread }) => {
        const words = [figure, host, device, network || (bytes ? sizeOf(bytes) : "")].map((word) => `<td>${escape(word)}</td>`).join("");
        return `<tr>${words}<td class="number">${short(value)}${spread ? ` (${spread.map(short).join("–")})` : ""}</td></tr>`;
    });
    const heads = ["figure", "host", "device", "of", "value (quartiles)"].map((head) => `<th>${head}</th>`).join("");
    return `<h2>All figures</h2><p>Of the machine the best of all rounds, each thread on memory of its own; of the networks counts.</p>
<div class="scroll"><table><tr>${heads}</tr>${lines.join("\n")}</table></div>`;
}
