/**
 * The change of workers behind the visitor's back, message by message: the workers here are made up, so that every order
 * of events can be had.
 */

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Engine, Superseded } from "../../web/engine/engine.js";
import { sameMaps } from "../../web/engine/succession.js";

/** @type {FakeWorker[]} */
let workers;

/** Answers nothing by itself. */
class FakeWorker {
    heard = [];
    ended = false;
    #listeners = {};

    constructor() {
        workers.push(this);
    }

    addEventListener(type, listener) {
        this.#listeners[type] = listener;
    }

    postMessage(message) {
        this.heard.push(message);
    }

    terminate() {
        this.ended = true;
    }

    /** Says something, and lets whoever hears it act. */
    async say(message) {
        this.#listeners.message({ data: message });
        await settled();
    }

    /** The newest message of this type, or question of this name. */
    asked(what) {
        return this.heard.findLast(({ type, question }) => (question ?? type) === what);
    }

    /** Answers the newest question of this name. */
    async answer(question, answer) {
        await this.say({ type: "answer", id: this.asked(question).id, answer });
    }
}

const MODELS = { a: { file: "a.safetensors", title: "A" }, b: { file: "b.safetensors", title: "B" } };
const CPU = { kind: "cpu", name: "CPU", reason: "", deviation: 0, tolerance: 0.001 };
const GPU = { kind: "webgpu", name: "acme", reason: "", deviation: 0, tolerance: 0.001 };
const MAPS = [0, 1, 2, 3];
const LOOKED = { photo: "sample:x", size: 224, fit: "stretch", edits: [] };
/** Of what this model is asked. */
const of = (model) => ({ model, shuffled: 0 });
const loaded = (device) => ({ card: {}, layers: [], device });

let events;
let engine;
beforeEach(() => {
    workers = [];
    globalThis.Worker = FakeWorker;
    mock.timers.enable({ apis: ["setTimeout"] });
    events = [];
    const note = (type) => (...given) => events.push([type, ...given]);
    const sources = { model: (id) => MODELS[id], photo: async () => new ArrayBuffer(4) };
    engine = new Engine({ worker: "file:///", wasm: "", models: "" }, sources, "a", "auto", {
        loading: note("loading"),
        preparing: note("preparing"),
        ready: note("ready"),
        moved: note("moved"),
        broken: note("broken"),
    });
});
afterEach(() => {
    engine.stop();
    mock.timers.reset();
});

/** Lets everything happen that needs no worker and next to no time. */
async function settled() {
    for (let i = 0; i < 5; i++) {
        mock.timers.tick(1);
        await new Promise((resolve) => setImmediate(resolve));
    }
}

async function pass(milliseconds) {
    mock.timers.tick(milliseconds);
    await settled();
}

async function startOnCpu() {
    engine.start();
    const [first] = workers;
    await first.say({ type: "outlook", outlook: { kind: "webgpu", name: "acme", reason: "" } });
    await getReady(first, CPU);
    return first;
}

/** Asks the engine to explain something; the worker has heard of it when this is over. */
async function begin(model = "a", looked = LOOKED) {
    const explaining = engine.explain(of(model), looked);
    // Who does not wait for it may see it fail.
    explaining.catch(() => {});
    await settled();
    return { explaining };
}

/** Has the engine explain something, and this worker answer. */
async function explain(worker, maps = MAPS) {
    const { explaining } = await begin();
    await answer(worker, maps);
    return explaining;
}

/** Answers what this worker was asked to explain last. */
async function answer(worker, maps = MAPS) {
    await worker.answer("explain", { maps: Float32Array.from(maps), milliseconds: { decode: 1, run: 2 } });
}

/** Has the engine draw something. */
async function draw() {
    const drawing = engine.draw({ looked: LOOKED });
    await settled();
    return { drawing };
}

/** Lets a second worker begin with what the first one hands over. */
async function startSecond(first) {
    await pass(250);
    await first.answer("handOver", new Blob(["a"]));
    return workers[1];
}

const getReady = (worker, device = GPU) => worker.say({ type: "ready", model: "a", loaded: loaded(device) });
const moves = () => events.filter(([type]) => type === "moved");

test("nothing begins before the first explanation, or a while without one", async () => {
    const first = await startOnCpu();
    const { explaining } = await begin();
    await pass(60_000);
    assert.equal(first.asked("handOver"), undefined, "a picture is being explained");
    await answer(first);
    await explaining;
    await pass(200);
    const { drawing } = await draw();
    await pass(200);
    assert.equal(first.asked("handOver"), undefined, "a map is being drawn");
    await first.answer("draw", {});
    await drawing;
    await pass(250);
    assert.ok(first.asked("handOver"));
    assert.equal(workers.length, 1, "no model, no worker");

    workers = [];
    const other = await startOnCpu();
    await pass(1000);
    await pass(900);
    assert.equal(other.asked("handOver"), undefined);
    await pass(100);
    await pass(250);
    assert.ok(other.asked("handOver"));
});

test("a second worker gets the model from memory, repeats what is on show, and takes over", async () => {
    const first = await startOnCpu();
    await explain(first);
    const second = await startSecond(first);
    const { model, source, device } = second.asked("start");
    assert.deepEqual([model, source.title, await source.blob.text(), device], ["a", "A", "a", "webgpu"]);
    await getReady(second);
    const { payload } = second.asked("explain");
    assert.deepEqual([payload.of, payload.seen.photo, payload.seen.bytes.byteLength], [of("a"), "sample:x", 4]);
    assert.equal(first.ended, false);
    await answer(second, MAPS.map((value) => value + 0.001));
    assert.equal(first.ended, true);
    assert.deepEqual(moves(), [["moved", GPU, { decode: 1, run: 2 }]]);
    const { drawing } = await draw();
    assert.equal(second.asked("draw").payload.seen.bytes, null, "the picture is there already");
    await second.answer("draw", "drawn");
    assert.equal(await drawing, "drawn");
});

test("another answer than the CPU's is not taken", async () => {
    for (const maps of [[0, 1, 2, 3.01], [0, 1, 2, NaN], [0, 1, 2]]) {
        workers = [];
        events = [];
        const first = await startOnCpu();
        await explain(first);
        const second = await startSecond(first);
        await getReady(second);
        await answer(second, maps);
        assert.deepEqual([first.ended, second.ended], [false, true]);
        const [[, device, milliseconds]] = moves();
        assert.equal(device.kind, "cpu");
        assert.match(device.reason, /not used: .*\(acme\) gave another answer/);
        assert.equal(milliseconds, null);
    }
});

test("what is asked while the second worker repeats is repeated there as well, before anything changes", async () => {
    const first = await startOnCpu();
    await explain(first);
    const second = await startSecond(first);
    await getReady(second);
    const newer = await begin("a", { ...LOOKED, size: 448 });
    await answer(second);
    assert.equal(first.ended, false, "a picture is with the first worker");
    await answer(first, [5, 6]);
    await newer.explaining;
    assert.equal(first.ended, false, "the second does not know it yet");
    assert.equal(second.asked("explain").payload.seen.size, 448);
    const { drawing } = await draw();
    await answer(second, [5, 6]);
    assert.equal(first.ended, false, "a map is with the first worker");
    await first.answer("draw", {});
    await drawing;
    assert.equal(first.ended, true);
    assert.equal(moves().length, 1);
});

test("a model that changes at any time is the one that takes over", async () => {
    for (const moment of ["before the second is ready", "while the second repeats"]) {
        workers = [];
        events = [];
        const first = await startOnCpu();
        await explain(first);
        const second = await startSecond(first);
        if (moment === "while the second repeats") {
            await getReady(second);
        }
        const loading = engine.load("b");
        if (moment === "while the second repeats") {
            await answer(second);
        } else {
            await getReady(second);
        }
        assert.equal(first.ended, false, moment);
        await first.answer("load", loaded(CPU));
        await loading;
        await first.answer("handOver", new Blob(["b"]));
        const { model, source } = second.asked("load").payload;
        assert.deepEqual([model, source.title, await source.blob.text()], ["b", "B", "b"]);
        const { explaining } = await begin("b");
        await second.answer("load", loaded(GPU));
        assert.equal(first.ended, false, moment);
        await answer(first, [7, 9]);
        await explaining;
        await answer(second, [7, 9]);
        assert.equal(first.ended, true, moment);
    }
});

test("a change of the model that fails leaves everything as it was", async () => {
    const first = await startOnCpu();
    await explain(first);
    const second = await startSecond(first);
    const loading = engine.load("b");
    await getReady(second);
    const failure = { fault: "network", message: "gone", advice: "" };
    await Promise.all([
        assert.rejects(loading, /gone/),
        first.say({ type: "failed", id: first.asked("load").id, failure, fatal: false }),
    ]);
    await answer(second);
    assert.equal(second.asked("load"), undefined);
    assert.equal(first.ended, true);
});

test("a second worker that fails, or falls back to the CPU, is ended, and the first goes on", async () => {
    const failure = { fault: "network", message: "softcam_web.js could not be downloaded.", advice: "" };
    for (const fail of [
        (second) => second.say({ type: "failed", id: null, failure, fatal: true }),
        (second) => getReady(second, { ...CPU, reason: "softcam_web.js does not like it here." }),
    ]) {
        workers = [];
        events = [];
        const first = await startOnCpu();
        await explain(first);
        const second = await startSecond(first);
        await fail(second);
        assert.deepEqual([first.ended, second.ended], [false, true]);
        assert.match(moves()[0][1].reason, /^WebGPU was tried and is not used: softcam_web\.js/);
        assert.equal(events.some(([type]) => type === "broken"), false);
        assert.deepEqual((await explain(first)).maps, Float32Array.from(MAPS));
        const loading = engine.load("b");
        await first.answer("load", loaded(CPU));
        assert.match((await loading).device.reason, /softcam_web\.js/, "it still says so");
        await pass(60_000);
        assert.equal(workers.length, 2, "once is enough");
    }
});

test("stopping, starting again and breaking end the second worker too", async () => {
    for (const end of [
        () => engine.stop(),
        () => engine.start("cpu"),
        () => workers[0].say({ type: "failed", id: null, failure: { fault: "device", message: "", advice: "" }, fatal: true }),
    ]) {
        workers = [];
        const first = await startOnCpu();
        await explain(first);
        const second = await startSecond(first);
        const { explaining } = await begin();
        await Promise.all([assert.rejects(explaining, Superseded), end()]);
        assert.deepEqual([first.ended, second.ended], [true, true]);
        const moved = moves().length;
        await getReady(second);
        await pass(60_000);
        assert.equal(moves().length, moved);
        engine.start("auto");
    }
});

test("what was only tried on a picture is nothing that the second worker has to repeat", async () => {
    const first = await startOnCpu();
    await explain(first);
    const second = await startSecond(first);
    await getReady(second);
    const edited = await begin("a", { ...LOOKED, edits: [{ kind: "blur", sigma: 0.1 }] });
    await answer(first, [9, 9]);
    await edited.explaining;
    await answer(second);
    assert.equal(first.ended, true);
    assert.deepEqual(second.asked("explain").payload.seen.edits, []);
});

test("an outlook on the CPU alone is said once there is something to say it of", async () => {
    engine.start();
    const [first] = workers;
    await first.say({ type: "outlook", outlook: { kind: "cpu", name: "CPU", reason: "No adapter." } });
    assert.deepEqual(events, []);
    await getReady(first, CPU);
    assert.equal(events[0][2].device.reason, "No adapter.");
    await pass(60_000);
    assert.equal(workers.length, 1);
});

test("maps are the same within a share of their range, and no number is no number", () => {
    const maps = (...values) => Float32Array.from(values);
    assert.equal(sameMaps(maps(0, 10), maps(0.009, 10), 0.001), true);
    assert.equal(sameMaps(maps(0, 10), maps(0.011, 10), 0.001), false);
    assert.equal(sameMaps(maps(0, 10), maps(NaN, 10), 0.001), false);
    assert.equal(sameMaps(maps(0, 10), maps(0), 0.001), false);
});
