/**
 * The change of workers behind the visitor's back, message by message: the workers here are made up, so that every order
 * of events can be had.
 */

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Engine, Superseded } from "../../web/engine.js";
import { sameMaps } from "../../web/succession.js";

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

    /** The newest request of this type. */
    asked(type) {
        return this.heard.findLast((message) => message.type === type);
    }
}

const MODEL = { file: "a.safetensors", title: "A" };
const OTHER = { file: "b.safetensors", title: "B" };
const CPU = { kind: "cpu", name: "CPU", reason: "", deviation: 0, tolerance: 0.001 };
const GPU = { kind: "webgpu", name: "acme", reason: "", deviation: 0, tolerance: 0.001 };
const MAPS = [0, 1, 2, 3];
const OPTIONS = { size: 224, fit: "stretch" };

let events;
let engine;
beforeEach(() => {
    workers = [];
    globalThis.Worker = FakeWorker;
    mock.timers.enable({ apis: ["setTimeout"] });
    events = [];
    const note = (type) => (...given) => events.push([type, ...given]);
    engine = new Engine({ worker: "file:///", wasm: "", models: "" }, MODEL, "auto", {
        loading: note("loading"),
        preparing: note("preparing"),
        converting: note("converting"),
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
    await first.say({ type: "ready", card: {}, device: CPU, colourBar: {} });
    return first;
}

/** Has the engine explain something, and this worker answer. */
async function explain(worker, maps = MAPS) {
    const explaining = engine.explain(new ArrayBuffer(4), OPTIONS);
    await answer(worker, maps);
    return explaining;
}

/** Answers what this worker was asked to explain last. */
async function answer(worker, maps = MAPS) {
    const { id } = worker.asked("explain");
    const explained = { id, maps: Float32Array.from(maps), milliseconds: { decode: 1, run: 2 } };
    await worker.say({ type: "explained", id, explained });
}

/** Lets a second worker begin with what the first one hands over. */
async function startSecond(first) {
    await pass(250);
    await first.say({ type: "handedOver", id: first.asked("handOver").id, weights: new Blob(["a"]) });
    return workers[1];
}

const getReady = (worker, device = GPU) => worker.say({ type: "ready", card: {}, device, colourBar: {} });
const moves = () => events.filter(([type]) => type === "moved");

test("nothing begins before the first explanation, or a while without one", async () => {
    const first = await startOnCpu();
    const explaining = engine.explain(new ArrayBuffer(4), OPTIONS);
    await pass(60_000);
    assert.equal(first.asked("handOver"), undefined, "a picture is being explained");
    await answer(first);
    await explaining;
    await pass(200);
    const drawing = engine.overlay({});
    await pass(200);
    assert.equal(first.asked("handOver"), undefined, "a map is being drawn");
    await first.say({ type: "painted", id: first.asked("overlay").id, painted: {} });
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

test("a second worker gets the model from memory, repeats what is on show, and takes over under the same name", async () => {
    const first = await startOnCpu();
    const { id } = await explain(first);
    const second = await startSecond(first);
    const { model, device } = second.asked("start");
    assert.deepEqual([model.title, await model.blob.text(), device], ["A", "a", "webgpu"]);
    await getReady(second);
    assert.equal(second.asked("explain").id, id);
    assert.equal(first.ended, false);
    await answer(second, MAPS.map((value) => value + 0.001));
    assert.equal(first.ended, true);
    assert.deepEqual(moves(), [["moved", GPU, { decode: 1, run: 2 }]]);
    void engine.overlay({ explanation: id }).catch(() => {});
    assert.equal(second.asked("overlay").request.explanation, id);
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
    const newer = engine.explain(new ArrayBuffer(4), OPTIONS);
    await answer(second);
    assert.equal(first.ended, false, "a picture is with the first worker");
    await answer(first, [5, 6]);
    const { id } = await newer;
    assert.equal(first.ended, false, "the second does not know it yet");
    assert.equal(second.asked("explain").id, id);
    const drawing = engine.overlay({ explanation: id });
    await answer(second, [5, 6]);
    assert.equal(first.ended, false, "a map is with the first worker");
    await first.say({ type: "painted", id: first.asked("overlay").id, painted: {} });
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
        const loading = engine.load({ ...OTHER });
        if (moment === "while the second repeats") {
            await answer(second);
        } else {
            await getReady(second);
        }
        assert.equal(first.ended, false, moment);
        await first.say({ type: "loaded", id: first.asked("load").id, loaded: { card: {}, device: CPU } });
        await loading;
        await first.say({ type: "handedOver", id: first.asked("handOver").id, weights: new Blob(["b"]) });
        const { id, model } = second.asked("load");
        assert.deepEqual([model.title, await model.blob.text()], ["B", "b"]);
        const explaining = engine.explain(new ArrayBuffer(4), OPTIONS);
        await second.say({ type: "loaded", id, loaded: { card: {}, device: GPU } });
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
    const loading = engine.load(OTHER);
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
        const loading = engine.load(OTHER);
        await first.say({ type: "loaded", id: first.asked("load").id, loaded: { card: {}, device: CPU } });
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
        const waiting = engine.explain(new ArrayBuffer(4), OPTIONS);
        await Promise.all([assert.rejects(waiting, Superseded), end()]);
        assert.deepEqual([first.ended, second.ended], [true, true]);
        const moved = moves().length;
        await getReady(second);
        await pass(60_000);
        assert.equal(moves().length, moved);
        engine.start("auto");
    }
});

test("an outlook on the CPU alone is said once there is something to say it of", async () => {
    engine.start();
    const [first] = workers;
    await first.say({ type: "outlook", outlook: { kind: "cpu", name: "CPU", reason: "No adapter." } });
    assert.deepEqual(events, []);
    await first.say({ type: "ready", card: {}, device: CPU, colourBar: {} });
    assert.equal(events[0][1].device.reason, "No adapter.");
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
