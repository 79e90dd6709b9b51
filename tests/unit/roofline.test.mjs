import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { MOVES, NEEDS, PEAKS, lineOf, withFigure } from "../bench/figures.mjs";
import { goalOf, topics } from "../bench/plan.mjs";
import { report } from "../bench/report/report.mjs";
import { pointsOf, roofline } from "../bench/report/roofline.mjs";
import { Results } from "../bench/results.mjs";
import { ceilings } from "../bench/roofline/ceilings.mjs";
import { count, countsOf, figuresOf } from "../bench/roofline/counts.mjs";
import { loops } from "../bench/roofline/loops.mjs";
import { PRODUCTS, assemble } from "../bench/roofline/module.mjs";
import { measure } from "../bench/roofline/node.mjs";
import { measureTogether } from "../bench/roofline/threads.mjs";
import { rowsOfSweep } from "../bench/sweep-rows.mjs";
import { contentsOf } from "../browser/networks.mjs";
import { root } from "../browser/harness.mjs";

test("a network small enough to be counted by hand", () => {
    const lite = {
        conv_stem: "8x3x3x3", bn1: "norm 8",
        "blocks.0.0.conv_dw": "8x1x3x3", "blocks.0.0.bn1": "norm 8", "blocks.0.0.conv_pw": "4x8x1x1",
        "blocks.1.0.conv_pw": "8x4x1x1", "blocks.1.0.conv_dw": "8x1x5x5", "blocks.1.0.conv_pwl": "4x8x1x1",
        "blocks.1.1.conv_pw": "12x4x1x1", "blocks.1.1.conv_dw": "12x1x3x3", "blocks.1.1.conv_pwl": "4x12x1x1",
        classifier: "5x4 + bias",
    };
    // 7 pixels become 4, and these become 2.
    const weights = [8 * 27, 8 * 9, 4 * 8, 8 * 4, 8 * 25, 4 * 8, 12 * 4, 12 * 9, 4 * 12, 2 * 4];
    const cells = [16, 16, 16, 16, 4, 4, 4, 4, 4, 4];
    const values = [3 * 49, 8 * 16, 8 * 16, 4 * 16, 8 * 16, 8 * 4, 4 * 4, 12 * 4, 12 * 4, 4 * 4, 2 * 4];
    const moved = weights.map((weight, at) => weight + values[at] + values[at + 1]);
    // The last block's input comes to its output; that of the one before has as many channels, but more cells.
    const residual = 4 * 4;
    const sum = (list) => list.reduce((a, b) => a + b);
    assert.deepEqual(count(lite, 2, 7), {
        multiplications: sum(weights.map((weight, at) => weight * cells[at])),
        bytes: 4 * (sum(moved) + residual),
        weights: sum(weights),
    });
    assert.throws(() => count({ conv_stem: "8x3x3x3", classifier: "5x9" }, 2, 7), /classifier has weights for 9 channels, and gets 8/);
});

test("a residual's shortcut and a pooling count", () => {
    const resnet = {
        conv1: "4x3x7x7",
        "layer1.0.conv1": "4x4x3x3", "layer1.0.conv2": "4x4x3x3",
        "layer2.0.conv1": "8x4x3x3", "layer2.0.conv2": "8x8x3x3", "layer2.0.downsample.0": "8x4x1x1",
        fc: "5x8 + bias",
    };
    const moved = [
        3 * 256 + 4 * 64 + 4 * 147, 4 * 64 + 4 * 16, // the stem, its pooling
        4 * 16 + 4 * 16 + 144, 4 * 16 + 4 * 16 + 144 + 4 * 16,
        4 * 16 + 8 * 4 + 288, 8 * 4 + 8 * 4 + 576 + 8 * 4, 4 * 16 + 8 * 4 + 32,
        8 * 4 + 2 * 4 + 16,
    ];
    const { multiplications, bytes } = count(resnet, 2, 16);
    assert.equal(multiplications, 588 * 64 + 144 * 16 * 2 + 288 * 4 + 576 * 4 + 32 * 4 + 16 * 4);
    assert.equal(bytes, 4 * moved.reduce((a, b) => a + b));
});

test("networks need what the kernels' own counts say, and have the weights that ship", async () => {
    const billions = async (network, size) => Number(((await countsOf(network, size)).multiplications / 1e9).toPrecision(3));
    // crates/softcam-webgpu/README.md has these of networks with ten classes.
    assert.equal(await billions("resnet18", 224), 1.81);
    assert.equal(await billions("resnet50", 224), 4.09);
    assert.equal(await billions("resnet50", 512), 21.4);
    const evidence = (classes, cells) => classes * 1280 * cells ** 2;
    const lite = (await countsOf("efficientnet-lite0", 512)).multiplications - evidence(990, 16);
    assert.equal(Number((lite / 1e9).toPrecision(3)), 2.01);

    const shipped = contentsOf(await readFile(path.join(root, "web/models/efficientnet-lite0.safetensors")));
    const lengths = shipped.tensors.filter(({ name }) => name.endsWith(".weight")).map(({ shape }) => shape.reduce((a, b) => a * b));
    assert.equal((await countsOf("efficientnet-lite0", 224)).weights, lengths.reduce((a, b) => a + b));

    const figures = await figuresOf([{ network: "resnet18", size: 224 }, { network: "resnet18", size: 224 }, { network: "resnet18", size: 320 }]);
    assert.equal(figures.length, 6, "each network and size once");
    assert.deepEqual([...new Set(figures.map(({ network }) => network))], ["resnet18@224", "resnet18@320"]);
    const [multiplications, bytes, intensity] = figures.map(({ value }) => value);
    assert.ok(Math.abs(multiplications / bytes - intensity) < 1e-9);
});

test("the loops do what they are timed for", async () => {
    assert.throws(() => assemble(/** @type {any} */ ("unheard-of"), 1));
    assert.notDeepEqual(assemble("simd", 1), assemble("relaxed", 1));
    const { instance } = await WebAssembly.instantiate(assemble("simd", 1));
    const { memory, multiply_add, read, copy } = /** @type {any} */ (instance.exports);
    // Fourteen sums that tend towards one.
    assert.ok(Math.abs(multiply_add(100) - 14) < 1e-4);
    const words = new Int32Array(memory.buffer);
    words.forEach((_, index) => (words[index] = Math.imul(index, 2654435761)));
    const expected = words.subarray(0, 256 / 4).reduce((sum, word, index) => (index % 4 ? sum : sum ^ word), 0);
    assert.equal(read(0, 256, 1), expected);
    assert.equal(read(0, 256, 2), 0, "each pass reads all of it");
    const before = words.slice();
    copy(256, 1024, 512, 3);
    assert.deepEqual(words.slice(256, 384), before.slice(64, 192));
    assert.deepEqual([words.slice(0, 256), words.slice(384)], [before.slice(0, 256), before.slice(384)], "and nothing beside it");
});

test("a rate is what was done over what it took", async () => {
    let clock = 0;
    const { calibrate, rate } = await loops(assemble("simd", 1), PRODUCTS, () => (clock += 1));
    assert.equal(calibrate({ loop: "read", bytes: 256 }), 1);
    // The clock has ticked once before the first call, and once after each of four.
    assert.equal(rate({ loop: "copy", bytes: 512 }, 3, 4), (512 * 3 * 4 * 1000) / 4);
    assert.equal(rate({ loop: "multiply_add", bytes: 0 }, 2, 1), PRODUCTS * 2 * 1000);
});

test("threads measure together; one that fails ends all; what an engine does not know is left out", async () => {
    const question = { wasm: Array.from(assemble("simd", 1)), products: 1, tasks: [{ loop: "read", bytes: 128 }, { loop: "copy", bytes: 256 }], threads: 2, rounds: 2, milliseconds: 1 };
    let ended = 0;
    const start = (answers) => () => ({ ask: () => answers.shift(), end: () => (ended += 1) });
    const rates = [{ rates: [[1, 2], [3, 4]] }, { rates: [[10, 20], [30, 40]] }].map((answer) => Promise.resolve(answer));
    assert.deepEqual(await measureTogether(question, start(rates)), [[11, 22], [33, 44]]);
    assert.equal(ended, 2);
    // The second would wait for the first for ever.
    const broken = [Promise.resolve({ error: "no memory" }), new Promise(() => {})];
    await assert.rejects(measureTogether(question, start(broken)), /no memory/);
    assert.equal(ended, 4);
    assert.equal(await measureTogether({ ...question, wasm: [0, 97, 115, 109, 9, 9, 9, 9] }, start([])), undefined);

    const measured = await measure({ ...question, tasks: [{ loop: "multiply_add", bytes: 0 }, ...question.tasks], products: PRODUCTS });
    assert.deepEqual(measured?.map((all) => all.length), [2, 2, 2]);
    assert.ok(measured?.flat().every((rate) => Number.isFinite(rate) && rate > 0));
    const impossible = { ...question, tasks: [{ loop: "read", bytes: 2 ** 20 }] };
    await assert.rejects(measure(impossible), /out of bounds/);
});

test("the best round is the ceiling, of each thread count by itself", async () => {
    const asked = [];
    const host = {
        name: "node",
        ceilings: async (question) => {
            asked.push(question);
            const isRelaxed = question.tasks.length === 1;
            return isRelaxed ? undefined : question.tasks.map((_, task) => [2e9, 1e9 * (task + 3), 1e9]);
        },
    };
    const figures = await ceilings(/** @type {any} */ (host), 2, 3);
    assert.deepEqual(asked.map(({ threads, rounds }) => [threads, rounds]), [[2, 3], [2, 3]]);
    assert.deepEqual(figures[0], { figure: PEAKS.simd, host: "node", device: "cpu, 2 threads", network: "", value: 3, spread: [1.5, 2.5], rounds: 3 });
    assert.ok(!figures.some(({ figure }) => figure === PEAKS.relaxed), "Node does without relaxed SIMD");
    for (const figure of Object.values(MOVES)) {
        const sets = figures.filter((one) => one.figure === figure).map(({ bytes }) => bytes);
        assert.deepEqual([sets[0], sets.at(-1)], [16 * 1024, 64 * 1024 ** 2]);
        assert.equal(new Set(sets).size, sets.length);
    }
    assert.equal((await ceilings(/** @type {any} */ (host), 1, 3))[0].device, "cpu");
});

test("a run replaces the figures that it finds anew, and keeps the others", (t) => {
    t.mock.method(console, "log", () => {});
    const figure = (value, rest = {}) => ({ figure: MOVES.read, host: "node", device: "cpu", network: "", bytes: 1024, value, ...rest });
    assert.deepEqual(withFigure([figure(1), figure(2, { bytes: 2048 })], figure(3)), [figure(3), figure(2, { bytes: 2048 })]);
    assert.equal(withFigure([figure(1)], figure(2, { device: "cpu, 2 threads" })).length, 2);
    assert.match(lineOf(figure(1.5)), /node .*1 KiB .*1\.500$/);
    const machine = { cpu: "CPU", cores: 2, hosts: {} };
    const first = new Results("peer 1", machine);
    first.state(figure(1));
    first.state(figure(2, { bytes: 2048 }));
    const second = new Results("peer 1", machine);
    second.goOnFrom(first.document());
    second.state(figure(3));
    assert.equal(second.fresh, 1);
    assert.deepEqual(second.document().figures?.map(({ value }) => value), [3, 2]);
    assert.deepEqual(first.document().figures?.map(({ value }) => value), [1, 2], "what was read stays as it was");
    // Files of before there were figures.
    const third = new Results("peer 1", machine);
    third.goOnFrom({ machine, rows: [] });
    assert.deepEqual(third.document().figures, []);
});

test("a sweep is ours near a run against ours in full, with maps and without", () => {
    const found = { model: "lite", size: 224, grid: 14, full: 30, near: 20, nearWithoutMaps: 15, worst: 1e-7, worstLogit: 2e-7, load: 1 };
    const rows = rowsOfSweep(/** @type {any} */ ({ rows: [found] }));
    assert.deepEqual(rows.map(({ ours, peer, network, runs }) => [ours, peer, network, runs]), [[20, 30, "lite@224", 196], [15, 30, "lite@224", 196]]);
    assert.equal(new Set(rows.map(({ metric }) => metric)).size, 2);
    assert.deepEqual(rows.map(goalOf), [0.6, 0.6]);
    const page = report("machine", { machine: { cpu: "CPU", cores: 2, hosts: {} }, rows: rows.map((row) => ({ ...row, ratio: row.ours / row.peer })) });
    assert.match(page, /<figcaption>Covered pictures/);
    assert.doesNotMatch(page, /<h1>[^<]*ours/, "who is beside us is somebody else");
});

test("the plan reaches from 224 to 1024 px where large inputs are asked about", () => {
    const plan = topics({ device: "cpu", emulated: false, quick: false, everything: false, networks: [], sizes: [] });
    for (const network of ["efficientnet-lite0", "resnet18", "resnet50"]) {
        const sizes = plan.filter((topic) => topic.network === network && topic.precision === "float").map(({ size }) => size);
        assert.ok([224, 512, 1024].every((size) => sizes.includes(size)), `${network}: ${sizes}`);
    }
});

const warmRow = (network, size, ours, peer, rest = {}) => ({
    metric: "warm run, median ms", host: "node", adapter: "", device: "cpu", network: `${network}@${size}`, precision: "float",
    ours, peer, peer_name: "peer 1", ratio: ours / peer, size, ...rest,
});
const needs = (network, multiplications, bytes) =>
    Object.entries({ multiplications, bytes, intensity: multiplications / bytes }).map(([need, value]) => ({ figure: NEEDS[need], host: "any", device: "any", network, value }));
const peak = (value, rest = {}) => ({ figure: PEAKS.simd, host: "node", device: "cpu", network: "", value, ...rest });

test("a point is multiplications over time, for ours and for each peer", () => {
    const rows = [warmRow("resnet50", 512, 1000, 2000), warmRow("resnet50", 224, 200, 400), warmRow("resnet50", 224, 200, 100, { peer_name: "peer 2" }), warmRow("resnet18", 224, 1, 1)];
    const points = pointsOf(rows, [...needs("resnet50@224", 4000, 200), ...needs("resnet50@512", 20000, 700)]);
    assert.deepEqual(points.map(({ network, intensity }) => [network, intensity]), [["resnet50@224", 20], ["resnet50@512", 20000 / 700]]);
    assert.deepEqual(points[0].reached, [{ name: "ours", value: 20 }, { name: "peer 1", value: 10 }, { name: "peer 2", value: 40 }]);
});

test("the roofline is drawn for hosts and threads that were measured, with nothing from outside in it", () => {
    const nasty = `<script>"`;
    const rows = [warmRow("resnet50", 224, 200, 400, { peer_name: nasty }), warmRow("resnet50", 512, 900, 2000, { peer_name: nasty })];
    const slopes = [2 ** 20, 2 ** 24, 2 ** 26].map((bytes, index) => ({ figure: MOVES.copy, host: "node", device: "cpu", network: "", bytes, value: 90 / (index + 1) }));
    const counted = [...needs("resnet50@224", 4000, 200), ...needs("resnet50@512", 20000, 700)];
    const drawn = roofline([peak(25), peak(30, { figure: PEAKS.relaxed }), ...slopes, ...counted], rows);
    assert.ok(!drawn.includes("<script") && !/NaN|Infinity|undefined/.test(drawn), drawn);
    const places = [...drawn.matchAll(/<(?:circle cx|rect x)="([\d.]+)" c?y="([\d.]+)"/g)].map(([, ...at]) => at.map(Number));
    assert.equal(places.length, 6, "two points and one in the legend, of either side");
    // Faster is higher, more multiplications per byte further right.
    const [[x224, y224], [x512, y512]] = places;
    assert.ok(x224 < x512 && y512 < y224);
    const roof = drawn.match(/y1="([\d.]+)"[^>]*class="roof simd"/);
    assert.ok(Number(roof?.[1]) < y512, "below the roof");
    assert.match(drawn, /20 \(0\.80\)/, "a share of what mul and add allow");

    assert.equal(roofline(counted, rows), "", "nothing without the machine");
    assert.match(roofline([peak(25)], rows), /<svg/, "no points, no slopes");
    const machine = { cpu: "CPU", cores: 2, hosts: {} };
    const page = (figures) => report("machine", { machine, rows: rows.map((row) => ({ ...row, peer_name: "peer 1" })), figures });
    assert.match(page([peak(25), ...counted]), /class="roof simd"/);
    assert.doesNotMatch(page([peak(25, { device: "cpu, 2 threads" }), ...counted]), /class="roof simd"/);
    assert.match(page([peak(25, { spread: [20, 24] })]), /25 \(20–24\)/);
});
