/** The results as a page of its own: no script, nothing fetched, readable from a file. */

import { goalOf, titleOf } from "../plan.mjs";
import { bars, escape, lines } from "./plot.mjs";
import { allFigures, roofline } from "./roofline.mjs";
import { ROOF_STYLE } from "./roofline-plot.mjs";

/** @typedef {import("../results.mjs").Row} Row */

const STYLE = `
:root { color-scheme: light dark; --ink: #1d1d1f; --paper: #fff; --faint: #d8d8dc; --ours: #b03e00; --peer: #1e5eb2; --second: #7a3b9d; --good: #2e7d4f; }
@media (prefers-color-scheme: dark) {
    :root { --ink: #ececf0; --paper: #17171a; --faint: #3a3a40; --ours: #ff9a5c; --peer: #7fb2ff; --second: #cf9bec; --good: #6cc592; }
}
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
figure { margin: 1rem 0; } figcaption { font-weight: 600; }
svg { width: 100%; max-width: 50rem; height: auto; } svg text { font-size: 12px; fill: var(--ink); }
.grid { stroke: var(--faint); } .goal { stroke: var(--ink); stroke-width: 2; stroke-dasharray: 5 3; } svg .value { font-weight: 600; }
rect.ahead { fill: var(--good); } rect.behind { fill: var(--ours); }
polyline { fill: none; stroke-width: 2; } polyline.ours, line.ours { stroke: var(--ours); } polyline.peer, line.peer { stroke: var(--peer); stroke-dasharray: 6 3; }
polyline.second, line.second { stroke: var(--second); stroke-dasharray: 2 3; } circle.second, svg text.second { fill: var(--second); }
circle.ours, svg text.ours { fill: var(--ours); } circle.peer, svg text.peer { fill: var(--peer); } .spread { stroke-width: 1.5; stroke-dasharray: none; }
.warning { border-left: 4px solid var(--ours); padding-left: 0.8rem; }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; } .scroll { overflow-x: auto; }
th, td { padding: 0.15rem 0.6rem; text-align: left; border-bottom: 1px solid var(--faint); white-space: nowrap; } .number { text-align: right; }
${ROOF_STYLE}`;

const WARM = "warm run, median ms";
/** Of those beside us, in the order of their lines. */
const KINDS = /** @type {const} */ (["peer", "second"]);
const STARTING = [
    "start to first answer, ms",
    "first run, ms",
    "model load, ms",
    "wasm instantiate, ms",
    "navigation to first overlay in a browser just started, median ms",
    "navigation to first overlay in a browser at rest, median ms",
];

/**
 * @param {string} name Of the machine.
 * @param {import("../results.mjs").Document} results
 * @returns {string}
 */
export function report(name, { machine, rows, figures = [] }) {
    const timed = rows.filter(({ metric }) => !metric.includes("bytes"));
    const places = unique(timed.map(({ host, device, adapter }) => ({ host, device, adapter })));
    const peers = unique(rows.map(({ peer_name }) => peer_name).filter((name) => !name.startsWith("ours")));
    const peer = peers.join(" and ") || "the peer";
    return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(`SoftCAM beside ${peer}: ${name}`)}</title>
<style>${STYLE}</style>
<h1>${escape(`SoftCAM beside ${peer}`)}</h1>
<p>${escape(`${name}: ${machine.cpu}, ${machine.cores} cores${period(rows)}`)}</p>
<ul>${Object.values(machine.hosts).map(hostLine).join("")}</ul>
<p>Ratios are ours / peer: below 1, we are ahead; a stroke across a bar's row is what that figure aims at. The same network and weights in the same process, in turns, with as many threads each on the CPU;
from RGB pixels to logits and maps in JavaScript. <b>int8</b> has int8 weights and float arithmetic; <b>int8-static</b> is the peer's int8
arithmetic, which gives other maps, beside our int8 weights.</p>
${places.map((place) => section(place, rows, figures)).join("\n")}
${figure("Bytes over the wire", ratios(rows.filter(({ metric }) => metric.includes("bytes")), ({ metric, network, device, peer_name }) => [metric, network, device, beside(peer_name)]))}
${table(rows)}
${allFigures(figures)}
</html>
`;
}

/** When the rows were measured, by day. */
function period(rows) {
    const days = unique(rows.map(({ date }) => date?.slice(0, 10)).filter(Boolean)).sort();
    return days.length ? `, ${unique([days[0], days.at(-1)]).join(" to ")}` : "";
}

function hostLine({ version, adapter }) {
    const device = adapter ? adapter.name + (adapter.software ? " (software, no GPU)" : "") : "nothing";
    return `<li>${escape(`${version}; WebGPU on ${device}`)}</li>`;
}

/** One host with one device. */
function section({ host, device, adapter }, rows, figures) {
    const here = rows.filter((row) => row.host === host && row.device === device);
    const of = (/** @type {string} */ metric) => here.filter((row) => row.metric === metric);
    const label = ({ network, precision, variant, peer_name }) => [network, precision, variant, beside(peer_name)];
    // How time grows is asked of what ships.
    const floats = of(WARM).filter(({ precision, variant }) => precision === "float" && !variant);
    const machine = figures.filter((one) => one.network !== "" || (one.host === host && one.device === device));
    const starting = STARTING.flatMap((metric) => of(metric));
    const heading = [host, device, adapter].filter(Boolean).join(", ");
    const emulated = device.includes("software")
        ? `<p class="warning">This adapter emulates a GPU on the CPU. The times below compare how both sides fare on it, and say nothing about a GPU.</p>`
        : "";
    return [
        `<h2>${escape(heading)}</h2>${emulated}`,
        figure("Warm run, ratios", ratios(of(WARM), label)),
        figure("Warm run by the size of the input", bySize(floats)),
        figure("Warm run by the size of the network, 224 px", byParameters(floats.filter(({ size }) => size === 224))),
        figure("What the machine can do, and what is made of it", roofline(machine, floats)),
        figure("Starting, ratios", ratios(starting, ({ metric, ...row }) => [metric.replace(/,.*/, ""), ...label(row)])),
        figure("Peak memory, ratios", ratios(of("peak memory, MB"), label)),
        figure("Covered pictures near a kept run, ratios to full runs", ratios(here.filter(({ metric }) => metric.startsWith("sweep")), ({ metric, network }) => [metric.replace(/,.*/, ""), network])),
    ].join("\n");
}

/** The first peer is beside us wherever none is named. @param {string} peer */
const beside = (peer) => (peer.startsWith("onnxruntime-web") ? "" : peer);

/** @param {Row[]} rows @param {(row: Row) => (string | undefined)[]} label */
function ratios(rows, label) {
    const items = rows.map((row) => ({ label: label(row).filter(Boolean).join(", "), value: row.ratio, goal: goalOf(row) }));
    return items.length ? bars("Ratios, ours / peer", items) : "";
}

/** The network that was run at the most sizes. */
function bySize(rows) {
    const nameOf = (/** @type {Row} */ row) => row.network.split("@")[0];
    const groups = unique(rows.map(nameOf)).map((name) => rows.filter((row) => nameOf(row) === name));
    const count = (/** @type {Row[]} */ list) => unique(list.map(({ size }) => size)).length;
    const [most] = groups.toSorted((a, b) => count(b) - count(a));
    if (!most || count(most) < 2) {
        return "";
    }
    const network = nameOf(most[0]);
    const axes = { x: `side of the input in pixels (${titleOf(network)}, float)`, y: "ms" };
    return lines("Warm time by input size", axes, sides(most, ({ size }) => size ?? 0));
}

/** @param {Row[]} rows */
function byParameters(rows) {
    if (unique(rows.map(({ parameters }) => parameters)).length < 2) {
        return "";
    }
    const axes = { x: "millions of parameters (float)", y: "ms" };
    const label = ({ network }) => titleOf(network.split("@")[0]);
    return lines("Warm time by network size", axes, sides(rows, ({ parameters }) => (parameters ?? 0) / 1e6, label));
}

/** Ours and whoever is beside it as series. */
function sides(rows, x, label = (_) => "") {
    const points = (list, /** @type {"ours" | "peer"} */ who) =>
        list.map((row) => ({ x: x(row), y: row[who], spread: row[`${who}_spread`], label: label(row) }));
    // Rows of several peers have the same runs of ours.
    const once = rows.filter((row, at) => rows.findIndex((other) => x(other) === x(row)) === at);
    const others = unique(rows.map(({ peer_name }) => peer_name)).map((name, at) => ({
        name,
        kind: KINDS[at % KINDS.length],
        points: points(rows.filter(({ peer_name }) => peer_name === name), "peer"),
    }));
    return [{ name: "ours", kind: /** @type {const} */ ("ours"), points: points(once, "ours") }, ...others];
}

function figure(caption, drawing) {
    return drawing && `<figure><figcaption>${escape(caption)}</figcaption>${drawing}</figure>`;
}

/** @param {Row[]} rows */
function table(rows) {
    const number = (value) => (value >= 1000 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3))));
    const cell = (value, spread) => `<td class="number">${number(value)}${spread ? ` (${spread.map(number).join("–")})` : ""}</td>`;
    const lines = rows.map((row) => {
        const words = [row.metric, row.host, row.device, row.network, [row.precision, row.variant].filter(Boolean).join(", "), row.peer_name];
        const cells = words.map((word) => `<td>${escape(word)}</td>`).join("");
        return `<tr>${cells}${cell(row.ours, row.ours_spread)}${cell(row.peer, row.peer_spread)}<td class="number">${row.ratio.toFixed(2)}</td></tr>`;
    });
    const heads = ["metric", "host", "device", "network", "precision", "beside", "ours (quartiles)", "peer (quartiles)", "ratio"];
    return `<h2>All rows</h2><div class="scroll"><table><tr>${heads.map((head) => `<th>${head}</th>`).join("")}</tr>${lines.join("\n")}</table></div>`;
}

/** @template T @param {T[]} list */
function unique(list) {
    return [...new Map(list.map((item) => [JSON.stringify(item), item])).values()];
}
