import assert from "node:assert/strict";
import { test } from "node:test";
import { askAdapter, deviceName } from "../bench/hosts/adapter.mjs";
import { check, compare } from "../bench/measure/agreement.mjs";
import { takeTurns } from "../bench/measure/turns.mjs";
import { OptionError, readOptions } from "../bench/options.mjs";
import { PEERS, peersOf } from "../bench/peers.mjs";
import { goalOf, topics, topicsOfMemory } from "../bench/plan.mjs";
import { bars, lines, ticks } from "../bench/report/plot.mjs";
import { report } from "../bench/report/report.mjs";
import { Results } from "../bench/results.mjs";
import { rowsOf } from "../bench/rows.mjs";
import { median, quantile, quartiles } from "../bench/statistics.mjs";

test("quantiles lie between neighbours, in whatever order the values come", () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 3, 2]), 2.5);
    assert.deepEqual(quartiles([5, 1, 4, 2, 3]), [2, 4]);
    assert.deepEqual(quartiles([7]), [7, 7]);
    assert.equal(quantile([10, 20], 0.1), 11);
    assert.throws(() => median([]), /no values/);
});

test("an emulated adapter is never called a GPU", async () => {
    const gpu = (info) => ({ requestAdapter: async () => ({ features: new Set(), info }) });
    const cases = [
        [{ vendor: "google", architecture: "swiftshader" }, true],
        [{ vendor: "google", architecture: "swiftshader", description: "SwiftShader driver 5.0.0" }, true],
        [{ vendor: "mesa", description: "llvmpipe (LLVM 19, 256 bits)" }, true],
        [{ vendor: "x", isFallbackAdapter: true }, true],
        [{ vendor: "nvidia", architecture: "hopper", description: "NVIDIA H100" }, false],
    ];
    for (const [info, software] of cases) {
        const adapter = await askAdapter(gpu(info));
        assert.equal(adapter.software, software, JSON.stringify(info));
        assert.equal(deviceName("webgpu", adapter), software ? "webgpu (software)" : "webgpu");
        assert.equal(deviceName("cpu", adapter), "cpu");
    }
    const { name } = await askAdapter(gpu({ vendor: "nvidia", architecture: "hopper", device: "h100", description: "driver 1" }));
    assert.equal(name, "h100, driver 1");
    assert.equal((await askAdapter(gpu(undefined))).name, "unnamed adapter");
    assert.equal(await askAdapter(undefined), null);
    assert.equal(await askAdapter({ requestAdapter: async () => null }), null);
});

test("outputs must be the same function, or for int8 arithmetic point the same way", () => {
    const answer = (...maps) => ({ logits: Float32Array.of(0), maps: Float32Array.from(maps) });
    const exact = compare(answer(1, -1, 2), answer(1, -1, 2));
    assert.equal(exact.apart, 0);
    check(exact, "float");
    const near = compare(answer(1, -1, 2), answer(1.1, -1, 2));
    assert.throws(() => check(near, "float"), /nothing to compare/);
    assert.throws(() => check(near, "int8"), /nothing to compare/);
    check(near, "int8-static");
    const broken = compare(answer(1, -1, 2), answer(1, NaN, 2));
    for (const precision of ["float", "int8", "int8-static"]) {
        assert.throws(() => check(broken, precision), /nothing to compare/, precision);
    }
    assert.throws(() => compare(answer(1, 2), answer(1)), /2 values against 1/);
});

test("both sides take turns, and nothing is timed that disagrees", async () => {
    const order = [];
    const side = (who, value) => async () => ({
        times: { instantiate: 1, load: 2 },
        run: async () => {
            order.push(who);
            return { milliseconds: order.length, logits: Float32Array.of(value), maps: Float32Array.of(value, 0) };
        },
    });
    const question = { sides: ["ours", "peer"], precision: "float", runs: 3, warmUps: 1, budget: 60_000 };
    const { sides } = await takeTurns(question, { ours: side("ours", 1), peer: side("peer", 1) });
    assert.equal(order.join(" "), "ours peer peer ours peer ours ours peer peer ours");
    assert.deepEqual(sides.ours, { instantiate: 1, load: 2, first: 1, warm: [6, 7, 10] });
    assert.deepEqual(sides.peer.warm, [5, 8, 9]);

    order.length = 0;
    await assert.rejects(takeTurns(question, { ours: side("ours", 1), peer: side("peer", 2) }), /nothing to compare/);
    assert.equal(order.length, 2);
    const alone = await takeTurns({ ...question, sides: ["peer"] }, { ours: side("ours", 1), peer: side("peer", 2) });
    assert.deepEqual(Object.keys(alone.sides), ["peer"]);

    // Whoever else runs beside ours is held to the same.
    const withLitert = { ...question, sides: ["ours", "peer", "litert"] };
    const litert = await takeTurns(withLitert, { ours: side("ours", 1), peer: side("peer", 1), litert: side("litert", 1 + 1e-4) });
    assert.equal(litert.sides.litert.warm.length, 3);
    assert.ok(litert.agreements.peer.apart === 0 && litert.agreements.litert.apart > 0);
    const other = { ours: side("ours", 1), peer: side("peer", 1), litert: side("litert", 2) };
    await assert.rejects(takeTurns(withLitert, other), /ours and litert differ .* nothing to compare/);

    // Several threads beside one must give the very same, not only nearly.
    const three = { ...question, sides: ["ours", "peer", "alone"] };
    const all = await takeTurns(three, { ours: side("ours", 1), peer: side("peer", 1 + 1e-6), alone: side("alone", 1) });
    assert.equal(all.sides.alone.warm.length, 3);
    const off = { ours: side("ours", 1), peer: side("peer", 1), alone: side("alone", 1 + 1e-6) };
    await assert.rejects(takeTurns(three, off), /several threads give other logits than one/);
});

test("ours is asked for several answers at once beside one by one, once all turns are over", async () => {
    const asked = [];
    const answer = { milliseconds: 1, logits: Float32Array.of(1), maps: Float32Array.of(1, 0) };
    const side = { times: { instantiate: 1, load: 2 }, run: async () => (asked.push(1), answer) };
    const batch = async (/** @type {number} */ count) => (asked.push(count), { count, together: asked.length, apart: 40 });
    const open = { ours: async () => ({ ...side, batch }), peer: async () => side };
    const question = { sides: ["ours", "peer"], precision: "float", runs: 1, warmUps: 0, budget: 60_000, batch: 16 };
    const outcome = await takeTurns(question, open);
    assert.deepEqual(asked, [1, 1, 1, 1, 16, 16, 16, 16], "the first is a warm-up");
    const row = rowsOf(outcome, { peer: "onnxruntime-web 1" }, 40).find(({ peer_name }) => peer_name === "ours, one by one");
    assert.equal(row.metric, "an answer of 16 asked at once against one by one, median ms");
    assert.deepEqual([row.ours, row.peer, row.runs], [7, 40, 3]);
    const single = await takeTurns({ ...question, batch: 1 }, open);
    assert.ok(!rowsOf(single, { peer: "onnxruntime-web 1" }, 40).some(({ metric }) => metric.includes("at once")));
});

test("the plan holds back on an emulated GPU, and gives no graph twice", () => {
    const choice = { device: "webgpu", emulated: true, quick: false, everything: false, networks: [], sizes: [] };
    const names = (chosen) => chosen.map(({ network, size, precision }) => `${network}@${size} ${precision}`);
    assert.deepEqual(names(topics(choice)), ["efficientnet-lite0@224 float", "resnet18@224 float"]);
    assert.deepEqual(names(topics({ ...choice, networks: ["resnet50"], sizes: [512] })), ["resnet50@512 float"]);
    assert.deepEqual(names(topics({ ...choice, networks: ["resnet50"] })), ["resnet50@224 float"]);
    assert.deepEqual(names(topics({ ...choice, networks: ["resnet50"], sizes: [224], emulated: false })), [
        "resnet50@224 float",
        "resnet50@224 int8",
    ]);
    const full = topics({ ...choice, device: "cpu", emulated: false });
    assert.equal(new Set(names(full)).size, full.length);
    for (const expected of ["resnet50@512 int8-static", "resnet50@1024 float", "efficientnet-lite0@1024 float", "efficientnet-lite4@224 int8"]) {
        assert.ok(names(full).includes(expected), expected);
    }
    assert.deepEqual(names(topicsOfMemory(full)), ["efficientnet-lite0@224 int8", "resnet50@512 int8"]);
    assert.deepEqual(topicsOfMemory([]), []);
});

test("LiteRT.js runs where it can, and is one more row of every figure", () => {
    const both = ["onnxruntime", "litert"];
    assert.deepEqual(peersOf(both, { host: "chromium", precision: "float" }), [PEERS.onnxruntime, PEERS.litert]);
    assert.deepEqual(peersOf(both, { host: "chromium", precision: "int8" }), [PEERS.onnxruntime]);
    assert.deepEqual(peersOf(["litert"], { host: "node", precision: "float" }), []);
    const side = (...warm) => ({ instantiate: 1, load: 10, first: 100, warm });
    const agreement = { apart: 1e-6, cosine: 1 };
    const outcome = {
        sides: { ours: side(3, 4, 5), peer: side(8, 8, 9), litert: side(2, 2, 1), alone: side(6, 6, 6) },
        agreements: { peer: agreement, litert: { ...agreement, apart: 2e-6 } },
    };
    const rows = rowsOf(outcome, { peer: "onnxruntime-web 1", litert: "LiteRT.js 2" }, 40);
    const warm = rows.filter(({ metric }) => metric.startsWith("warm run"));
    assert.deepEqual(warm.map(({ peer_name, ours, peer }) => [peer_name, ours, peer]), [
        ["onnxruntime-web 1", 4, 8],
        ["LiteRT.js 2", 4, 2],
        ["ours, one thread", 4, 6],
    ]);
    assert.deepEqual(warm.map(({ agreement }) => agreement?.apart), [1e-6, 2e-6, undefined]);
    assert.equal(rows.filter(({ metric, peer }) => metric === "start to first answer, ms" && peer === 111).length, 2);
    assert.throws(() => rowsOf({ sides: { ours: side(1) }, agreements: {} }, { litert: "LiteRT.js 2" }, 40), /has not answered/);
    const goal = (metric, device, peer_name) => goalOf({ metric, device, peer_name });
    assert.deepEqual(warm.map(({ metric, peer_name }) => goal(metric, "cpu, 2 threads", peer_name)), [0.55, 0.8, 0.6]);
    assert.equal(goal("warm run, median ms", "webgpu (software)", "LiteRT.js 2"), 1);
});

const NUMBERS = /\b(?:x|y|x1|x2|y1|y2|cx|cy|width|height|points|viewBox)="([^"]*)"/g;

/** Every coordinate of a drawing. */
function coordinates(drawing) {
    return [...drawing.matchAll(NUMBERS)].flatMap(([, list]) => list.split(/[ ,]/)).map(Number);
}

test("plots have finite coordinates and no markup from outside", () => {
    const nasty = `<script>alert("&'")</script>`;
    const barred = bars(nasty, [{ label: nasty, value: 0.5, goal: 0.8 }, { label: "b", value: 120, goal: 1 }]);
    const series = [{ name: nasty, kind: "ours", points: [{ x: 224, y: 5, spread: [4, 6], label: nasty }, { x: 100, y: 0.01 }] }];
    const lined = lines(nasty, { x: nasty, y: nasty }, series);
    for (const drawing of [barred, lined]) {
        assert.ok(!drawing.includes("<script"), drawing);
        assert.ok(drawing.includes("&lt;script&gt;alert(&quot;&amp;&#39;&quot;)"));
        const numbers = coordinates(drawing);
        assert.ok(numbers.length > 10 && numbers.every(Number.isFinite));
        assert.ok(!/NaN|Infinity|undefined/.test(drawing));
    }
    assert.throws(() => bars("", [{ label: "", value: Infinity, goal: 1 }]));
    assert.throws(() => lines("", { x: "", y: "" }, [{ name: "", kind: "ours", points: [{ x: 1, y: NaN }] }]));
});

test("ticks are round and reach past the largest value", () => {
    assert.deepEqual(ticks(1), [0, 0.2, 0.4, 0.6, 0.8, 1]);
    assert.deepEqual(ticks(1024), [0, 500, 1000, 1500]);
    for (const largest of [1e-6, 0.37, 3, 99, 12345]) {
        const scale = ticks(largest);
        assert.ok(scale.at(-1) >= largest && scale.length <= 7, `${largest}: ${scale}`);
    }
    assert.ok(ticks(0).every(Number.isFinite));
});

test("the report stands alone, warns of an emulated GPU, and does without rows that are not there", () => {
    const machine = {
        cpu: "<b>CPU</b>", cores: 2, date: "2026-01-01",
        hosts: { node: { version: "Node 20", adapter: { name: "SwiftShader", software: true } }, chromium: { version: "Chromium", adapter: null } },
    };
    const row = (network, size, rest) => ({
        metric: "warm run, median ms", host: "node", adapter: "", device: "cpu", network: `${network}@${size}`, precision: "float",
        ours: 10, peer: 20, peer_name: "peer 1", ratio: 0.5, ours_spread: [9, 11], peer_spread: [19, 21], size, parameters: 4e6, ...rest,
    });
    const rows = [
        row("efficientnet-lite0", 224),
        row("efficientnet-lite0", 512),
        row("resnet18", 224, { device: "webgpu (software)", adapter: "SwiftShader", variant: "a" }),
        row("resnet18", 224, { metric: "weights, gzip bytes", host: "any", device: "any", ours: 5e6, peer: 4e6, ratio: 1.25 }),
    ];
    const page = report("machine", { machine, rows });
    assert.ok(page.includes("&lt;b&gt;CPU") && !page.includes("<b>CPU"));
    assert.ok(!/<script|https?:|\bsrc=|\bhref=|@import|url\(/.test(page));
    assert.match(page, /emulates a GPU on the CPU/);
    assert.match(page, /<polyline/);
    assert.ok(coordinates(page).every(Number.isFinite));
    const beside = [224, 512].flatMap((size) => ["peer 1", "LiteRT.js 2"].map((peer_name) => row("efficientnet-lite0", size, { peer_name })));
    const three = report("machine", { machine, rows: beside });
    assert.match(three, /beside peer 1 and LiteRT.js 2/);
    assert.deepEqual([...three.matchAll(/<polyline [^>]*class="(\w+)"/g)].map(([, kind]) => kind), ["ours", "peer", "second"]);
    assert.doesNotMatch(report("machine", { machine, rows: beside.slice(0, 2) }), /<polyline/, "one size is no curve");
    assert.match(report("machine", { machine, rows: [] }), /<h1>/);
    const variants = [224, 512].map((size) => row("efficientnet-lite0", size, { variant: "matrix" }));
    assert.doesNotMatch(report("machine", { machine, rows: variants }), /<polyline/, "only what ships is drawn by size");
});

test("options are checked before anything starts", () => {
    const defaults = readOptions([]);
    assert.deepEqual(readOptions(["--threads", "1,4"]).threads, [1, 4]);
    assert.deepEqual([defaults.peers, readOptions(["--peers", "onnxruntime,litert"]).peers], [["onnxruntime"], ["onnxruntime", "litert"]]);
    assert.deepEqual(defaults.hosts, ["chromium", "node"]);
    assert.deepEqual([defaults.runs, defaults.budget, defaults.devicesAsked], [undefined, 40, false]);
    const asked = readOptions("--only bytes,resnet18 --sizes 224,512 --runs 3 --devices webgpu".split(" "));
    assert.deepEqual([asked.parts, asked.networks, asked.sizes], [["bytes"], ["resnet18"], [224, 512]]);
    assert.deepEqual([asked.runs, asked.devices, asked.devicesAsked], [3, ["webgpu"], true]);
    for (const wrong of [
        "--host firefox", "--devices gpu", "--only nothing", "--sizes 0", "--sizes x", "--runs 1.5", "--runs 0", "--budget -1", "--peers tfjs",
        "--variants mine", "--name ../elsewhere", "--name .", "--unheard-of", "positional",
    ]) {
        assert.throws(() => readOptions(wrong.split(" ")), OptionError, wrong);
    }
});

test("a run replaces the rows that it measures anew, and keeps the others", (t) => {
    t.mock.method(console, "log", () => {});
    const machine = { cpu: "CPU", cores: 2, hosts: { node: { version: "Node 20", adapter: null } } };
    const row = (network, ours, rest = {}) => ({
        metric: "warm run, median ms", host: "node", adapter: "", device: "cpu", network, precision: "float", ours, peer: 10, ...rest,
    });
    const first = new Results("peer 1", machine);
    ["a", "b"].forEach((network) => first.record(row(network, 5)));
    first.record(row("a", 9, { variant: "matrix" }));
    const second = new Results("peer 2", { ...machine, hosts: { chromium: { version: "Chromium", adapter: null } } });
    second.goOnFrom(first.document());
    assert.equal(second.fresh, 0);
    second.record(row("a", 6));
    const { machine: both, rows } = second.document();
    assert.deepEqual(Object.keys(both.hosts), ["node", "chromium"]);
    assert.deepEqual(rows.map(({ ours, peer_name }) => [ours, peer_name]), [[6, "peer 2"], [5, "peer 1"], [9, "peer 1"]]);
    second.record(row("a", 7, { peer_name: "LiteRT.js 2.5.3" }));
    second.record(row("a", 8, { peer_name: "LiteRT.js 2.6.0" }));
    const names = second.document().rows.map(({ ours, peer_name }) => [ours, peer_name]);
    assert.deepEqual([names.length, names[0], names.at(-1)], [4, [6, "peer 2"], [8, "LiteRT.js 2.6.0"]], "each peer has rows of its own");
    assert.ok(rows.every(({ date }) => !Number.isNaN(Date.parse(date))));
    const elsewhere = new Results("peer 1", { ...machine, cores: 64 });
    assert.throws(() => elsewhere.goOnFrom(first.document()), /another machine \(CPU, 2 cores\)/);
});
