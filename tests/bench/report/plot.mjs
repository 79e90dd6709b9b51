/** Plots as inline SVG: no library, no script, nothing to fetch. */

/** Names come from adapters and machines that nobody vouches for. */
export function escape(text) {
    const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
    return String(text).replace(/[&<>"']/g, (character) => entities[character]);
}

/** A coordinate: one decimal, and never anything that an SVG cannot hold. */
export function place(value) {
    if (!Number.isFinite(value)) {
        throw new Error(`${value} is no coordinate`);
    }
    return String(Math.round(10 * value) / 10);
}

export const text = (x, y, words, { anchor = "start", name = "" } = {}) =>
    `<text x="${place(x)}" y="${place(y)}" text-anchor="${anchor}" class="${name}">${escape(words)}</text>`;
export const line = (x1, y1, x2, y2, name) =>
    `<line x1="${place(x1)}" y1="${place(y1)}" x2="${place(x2)}" y2="${place(y2)}" class="${name}"/>`;

/**
 * @param {number} width
 * @param {number} height
 * @param {string} title
 * @param {string[]} parts
 */
export const svg = (width, height, title, parts) =>
    `<svg viewBox="0 0 ${place(width)} ${place(height)}" role="img" aria-label="${escape(title)}">${parts.join("")}</svg>`;

/** A round number that is not less: 1, 2 or 5 times a power of ten. */
function roundUp(value) {
    const power = 10 ** Math.floor(Math.log10(value));
    return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value * (1 - 1e-9)) ?? 10 * power;
}

/** Some round numbers from 0 past the largest value. */
export function ticks(largest) {
    const step = roundUp((largest > 0 ? largest : 1) / 5);
    const count = Math.max(1, Math.ceil(largest / step - 1e-9));
    return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

export const short = (value) => (value >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(3))));

/**
 * Ratios as bars, with a line where they should end.
 * @param {string} title
 * @param {{label: string, value: number}[]} items
 * @param {number} goal
 */
export function bars(title, items) {
    const [left, right, row, top, width] = [400, 60, 22, 22, 860];
    const scale = ticks(Math.max(...items.flatMap(({ value, goal }) => [value, 1.1 * goal])));
    const end = scale[scale.length - 1];
    const x = (value) => left + ((width - left - right) * value) / end;
    const bottom = top + row * items.length;
    const grid = scale.map((tick) => line(x(tick), top, x(tick), bottom, "grid") + text(x(tick), bottom + 16, short(tick), { anchor: "middle" }));
    const rows = items.map(({ label, value, goal }, index) => {
        const y = top + row * index;
        const side = value <= goal ? "ahead" : "behind";
        return (
            text(left - 8, y + 15, label, { anchor: "end" }) +
            `<rect x="${place(left)}" y="${place(y + 4)}" width="${place(x(value) - left)}" height="14" class="${side}"/>` +
            line(x(goal), y + 1, x(goal), y + 21, "goal") +
            text(Math.max(x(value), Math.abs(x(value) - x(goal)) < 40 ? x(goal) : 0) + 5, y + 15, value.toFixed(2), { name: "value" })
        );
    });
    return svg(width, bottom + 24, title, [...grid, ...rows]);
}

/**
 * Lines through points, each with the spread of its value.
 * @param {string} title
 * @param {{x: string, y: string}} axes What they show.
 * @param {{name: string, kind: "ours" | "peer" | "second", points: {x: number, y: number, spread?: number[], label?: string}[]}[]} series
 */
export function lines(title, axes, series) {
    const [left, right, top, bottom, width, height] = [64, 190, 22, 46, 720, 320];
    const points = series.flatMap(({ points }) => points);
    const across = ticks(Math.max(...points.map(({ x }) => x)));
    const up = ticks(Math.max(...points.map(({ y, spread = [] }) => Math.max(y, ...spread))));
    const x = (value) => left + ((width - left - right) * value) / across[across.length - 1];
    const y = (value) => height - bottom - ((height - top - bottom) * value) / up[up.length - 1];
    const grid = [
        ...across.map((tick) => line(x(tick), top, x(tick), y(0), "grid") + text(x(tick), y(0) + 16, short(tick), { anchor: "middle" })),
        ...up.map((tick) => line(left, y(tick), width - right, y(tick), "grid") + text(left - 6, y(tick) + 4, short(tick), { anchor: "end" })),
        text((left + width - right) / 2, height - 8, axes.x, { anchor: "middle" }),
        `<text transform="translate(14 ${place((top + height - bottom) / 2)}) rotate(-90)" text-anchor="middle">${escape(axes.y)}</text>`,
    ];
    const drawn = series.map(({ name, kind, points }) => {
        const sorted = points.toSorted((a, b) => a.x - b.x);
        const path = sorted.map((point) => `${place(x(point.x))},${place(y(point.y))}`).join(" ");
        const marks = sorted.map((point) => {
            const { spread = [point.y, point.y], label = "" } = point;
            const said = `<title>${escape(`${label} ${name}: ${short(point.y)}`.trim())}</title>`;
            const mark = `<circle cx="${place(x(point.x))}" cy="${place(y(point.y))}" r="3.5" class="${kind}">${said}</circle>`;
            const above = kind === "peer" && label ? text(x(point.x), y(point.y) - 8, label, { anchor: "middle" }) : "";
            return line(x(point.x), y(spread[0]), x(point.x), y(spread[1]), `spread ${kind}`) + mark + above;
        });
        const last = sorted[sorted.length - 1];
        const caption = last ? text(x(last.x) + 8, y(last.y) + 4, name, { name: `value ${kind}` }) : "";
        return `<polyline points="${path}" class="${kind}"/>${marks.join("")}${caption}`;
    });
    return svg(width, height, title, [...grid, ...drawn]);
}
