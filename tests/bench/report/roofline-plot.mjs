/**
 * Multiply-adds per second over multiplications per byte, both as logarithms, under what a machine's arithmetic and its memory
 * allow (Williams, Waterman & Patterson, "Roofline", CACM 2009).
 */

import { escape, line, place, short, svg, text } from "./plot.mjs";

/** @typedef {import("./roofline.mjs").Point} Point */

/** For the style of a page. The roofs are the machine's, the points in the colours of all plots. */
export const ROOF_STYLE = `
.roof { stroke: var(--ink); stroke-width: 1.5; } .roof.relaxed { stroke-dasharray: 6 3; } .leader { stroke: var(--ink); opacity: 0.35; }
.slope { stroke: var(--ink); stroke-width: 1; opacity: 0.6; } rect.peer { fill: var(--peer); } path.second { fill: var(--second); }
`;

const [LEFT, RIGHT, TOP, BOTTOM, WIDTH, HEIGHT] = [64, 176, 60, 46, 860, 440];
/** Multiplications per byte: from below where memory limits anything to above all networks. */
const ACROSS = [1 / 8, 128];
/** Slopes that are drawn: of what a core's own cache may hold, of what caches share, and of what none holds. */
export const SETS = [1, 16, 64].map((mebibytes) => mebibytes * 2 ** 20);

/** @param {{kind: string, value: number}[]} roofs @param {{bytes: number, value: number}[]} slopes @param {Point[]} points */
export function drawing(roofs, slopes, points) {
    const all = [...roofs.map(({ value }) => value), ...points.flatMap(({ reached }) => reached.map(({ value }) => value))];
    const up = [2 ** Math.floor(Math.log2(Math.min(...all) / 1.5)), 2 ** Math.ceil(Math.log2(Math.max(...all) * 1.1))];
    const scale = (value, [low, high]) => Math.log2(value / low) / Math.log2(high / low);
    const x = (value) => LEFT + (WIDTH - LEFT - RIGHT) * scale(value, ACROSS);
    const y = (value) => HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * scale(value, up);
    const highest = Math.max(...roofs.map(({ value }) => value));
    const grid = [
        ...powers(ACROSS).map((tick) => line(x(tick), TOP, x(tick), y(up[0]), "grid") + text(x(tick), y(up[0]) + 16, short(tick), { anchor: "middle" })),
        ...powers(up).map((tick) => line(LEFT, y(tick), WIDTH - RIGHT, y(tick), "grid") + text(LEFT - 6, y(tick) + 4, short(tick), { anchor: "end" })),
        text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, "multiplications per byte that goes through memory layer by layer", { anchor: "middle" }),
        `<text transform="translate(14 ${place((TOP + HEIGHT - BOTTOM) / 2)}) rotate(-90)" text-anchor="middle">10⁹ multiply-adds a second</text>`,
    ];
    // Where arithmetic of either kind is as fast, one label is above its line and one below.
    const flat = roofs.toSorted((a, b) => b.value - a.value).map(({ kind, value }, index) => {
        const from = Math.max(ACROSS[0], ...slopes.slice(0, 1).map((slope) => value / slope.value));
        const label = `${kind === "relaxed" ? "relaxed SIMD" : "mul, add"}: ${short(value)}`;
        const low = y(value) + (index ? 11 : -2);
        return line(x(from), y(value), x(ACROSS[1]), y(value), `roof ${kind}`) + text(WIDTH - RIGHT + 6, low, label);
    });
    const steep = slopes.map(({ bytes, value }, index) => {
        const from = Math.max(ACROSS[0], up[0] / value);
        const to = highest / value;
        if (from >= to) {
            return "";
        }
        // Beside its slope, each a line lower than the one before.
        const at = LEFT + 0.3 * (WIDTH - LEFT - RIGHT);
        const low = HEIGHT - BOTTOM - 12 - 16 * (slopes.length - 1 - index);
        return (
            line(x(from), y(from * value), x(to), y(to * value), "slope") +
            text(at, low, `${index + 1}: ${sizeOf(bytes)} copied at ${short(value)} GB/s`) +
            text(x(from) + 4, y(from * value) - 6, String(index + 1), { name: "value" })
        );
    });
    return svg(WIDTH, HEIGHT, "Multiply-adds a second over multiplications per byte", [...grid, ...flat, ...steep, ...curves(points, x, y), legend(points)]);
}

/** Powers of two from one to the other. */
function powers([low, high]) {
    return Array.from({ length: Math.round(Math.log2(high / low)) + 1 }, (_, index) => low * 2 ** index);
}

export const sizeOf = (bytes) => (bytes >= 2 ** 20 ? `${bytes / 2 ** 20} MiB` : `${bytes / 2 ** 10} KiB`);

/** Sides as in the other plots, each with a form of its own: ours round. */
const kindOf = (/** @type {number} */ index) => ["ours", "peer", "second"][Math.min(index, 2)];

function mark(index, x, y, said) {
    const title = `<title>${escape(said)}</title>`;
    const [left, top] = [place(x - 3.5), place(y - 3.5)];
    return [
        `<circle cx="${place(x)}" cy="${place(y)}" r="4" class="ours">${title}</circle>`,
        `<rect x="${left}" y="${top}" width="7" height="7" class="peer">${title}</rect>`,
        `<path d="M${place(x)} ${place(y - 5)}l5 5l-5 5l-5 -5z" class="second">${title}</path>`,
    ][Math.min(index, 2)];
}

/** A line through the sizes of each network, for each side; its name above, clear of the others. */
function curves(points, x, y) {
    const names = namesOf(points);
    const titles = [...new Set(points.map(({ title }) => title))];
    const groups = titles.map((title) => points.filter((point) => point.title === title).toSorted((a, b) => a.size - b.size));
    const highest = (group) => group.flatMap((point) => point.reached.map(({ value }) => ({ x: x(point.intensity), y: y(value) }))).toSorted((a, b) => a.y - b.y)[0];
    /** Where the last name of each line ends. */
    const ends = [-Infinity, -Infinity, -Infinity];
    return groups
        .map((group) => ({ group, top: highest(group) }))
        .toSorted((a, b) => a.top.x - b.top.x)
        .flatMap(({ group, top }) => {
            const drawn = names.flatMap((name, index) => {
                const there = group.flatMap((point) => {
                    const value = point.reached.find((one) => one.name === name)?.value;
                    return value === undefined ? [] : [{ ...point, value }];
                });
                const path = there.map((point) => `${place(x(point.intensity))},${place(y(point.value))}`).join(" ");
                const marks = there.map((point) => mark(index, x(point.intensity), y(point.value), `${point.network}, ${name}: ${short(point.value)}`));
                return [`<polyline points="${path}" class="${kindOf(index)}"/>`, ...marks];
            });
            const half = 3.6 * group[0].title.length;
            const level = Math.max(0, ends.findIndex((end) => end < top.x - half));
            ends[level] = top.x + half;
            const low = TOP - 8 - 16 * level;
            return [line(top.x, low + 4, top.x, top.y - 6, "leader"), ...drawn, text(top.x, low, group[0].title, { anchor: "middle", name: "value" })];
        });
}

function legend(points) {
    const names = namesOf(points);
    return names
        .map((name, index) => [name, index, HEIGHT - BOTTOM - 18 * (names.length - index) + 8])
        .map(([name, index, low]) => mark(index, WIDTH - RIGHT + 12, low - 4, name) + text(WIDTH - RIGHT + 22, low, name))
        .join("");
}

/** Ours first. @param {Point[]} points */
export const namesOf = (points) => [...new Set(points.flatMap(({ reached }) => reached.map(({ name }) => name)))];
