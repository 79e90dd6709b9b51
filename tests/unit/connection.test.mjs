/** One worker, asked to start before there is an engine. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Connection, EngineError, Superseded, Unknown } from "../../web/engine/connection.js";
import { Engine } from "../../web/engine/engine.js";

const ASSETS = { worker: "file:///", wasm: "", models: "" };
const READY = { type: "ready", model: "a", loaded: { card: {}, layers: [], device: { kind: "cpu", name: "CPU", reason: "" } } };
const LOADING = { type: "loading", bytes: 1, total: 2 };
const FAILURE = { fault: "network", message: "Gone.", advice: "" };

let say;
let started;
let posted;
beforeEach(() => {
    started = 0;
    posted = [];
    globalThis.Worker = class {
        constructor() {
            started += 1;
        }
        addEventListener(type, listener) {
            if (type === "message") {
                say = (data) => listener({ data });
            }
        }
        postMessage(message) {
            posted.push(message);
        }
        terminate() {}
    };
});

/** A listener that keeps what it hears. */
function recorder() {
    const heard = [];
    return { heard, hear: (message) => heard.push(message.type), broken: (failure) => heard.push(failure.message) };
}

test("what a worker says before anybody listens is kept, in order, for the first who does", () => {
    const connection = new Connection(ASSETS);
    say(LOADING);
    say(READY);
    const [first, second] = [recorder(), recorder()];
    connection.listener = first;
    say(LOADING);
    assert.deepEqual(first.heard, ["loading", "ready", "loading"]);
    connection.listener = second;
    say(READY);
    assert.deepEqual(first.heard, ["loading", "ready", "loading"]);
    assert.deepEqual(second.heard, ["ready"]);
});

test("so is that it broke", () => {
    const connection = new Connection(ASSETS);
    say({ type: "failed", id: null, failure: FAILURE, fatal: true });
    const listener = recorder();
    connection.listener = listener;
    assert.deepEqual(listener.heard, ["Gone."]);
});

test("an engine goes on with a worker that was ready before it, and starts no other", () => {
    const begun = new Connection(ASSETS);
    say(LOADING);
    say(READY);
    const events = [];
    const sources = { model: () => assert.fail("it is there"), photo: () => assert.fail("nobody wants one") };
    const engine = new Engine(ASSETS, sources, "a", "cpu", {
        loading: (bytes, total) => events.push(["loading", bytes, total]),
        ready: (model, { device }) => events.push(["ready", model, device.kind]),
    });
    engine.follow(begun);
    assert.deepEqual(events, [["loading", 1, 2], ["ready", "a", "cpu"]]);
    assert.equal(engine.running, true);
    assert.equal(started, 1);
    engine.stop();
});

test("every question gets its own answer, in whatever order they come", async () => {
    const connection = new Connection(ASSETS);
    const [a, b, c] = ["a", "b", "c"].map((model) => connection.ask("handOver", { model }));
    const ids = posted.map(({ id }) => id);
    assert.equal(new Set(ids).size, 3);
    assert.equal(connection.quiet, false);
    say({ type: "answer", id: ids[1], answer: "for b" });
    say({ type: "failed", id: ids[0], failure: FAILURE, fatal: false });
    say({ type: "unknown", id: ids[2], what: "model" });
    assert.equal(await b, "for b");
    await assert.rejects(a, (error) => error instanceof EngineError && error.failure === FAILURE);
    await assert.rejects(c, (error) => error instanceof Unknown && error.what === "model");
    assert.equal(connection.quiet, true);
});

test("a question that is given up ends at once, the worker is told, and its late answer is nobody's", async () => {
    const connection = new Connection(ASSETS);
    const abort = new AbortController();
    const asked = connection.ask("handOver", { model: "a" }, { signal: abort.signal });
    const [{ id }] = posted;
    abort.abort();
    await assert.rejects(asked, Superseded);
    assert.deepEqual(posted.at(-1), { type: "cancel", id });
    say({ type: "answer", id, answer: 1 });
    await assert.rejects(connection.ask("handOver", { model: "a" }, { signal: abort.signal }), Superseded);
    assert.equal(posted.length, 2, "what was given up before it was asked is not asked");
});

test("whoever waits for quiet goes on after whoever got the last answer", async () => {
    const connection = new Connection(ASSETS);
    const order = [];
    const asked = connection.ask("handOver", { model: "a" }).then(() => order.push("answer"));
    const quiet = connection.untilQuiet().then(() => order.push("quiet"));
    say({ type: "answer", id: posted[0].id, answer: 1 });
    await Promise.all([asked, quiet]);
    assert.deepEqual(order, ["answer", "quiet"]);
});

/** An engine on one worker that is ready, with the sources that it asks for. */
function running() {
    const fetched = [];
    const sources = {
        model: (id) => ({ title: id, file: id }),
        photo: async (id) => {
            fetched.push(id);
            return new ArrayBuffer(8);
        },
    };
    const engine = new Engine(ASSETS, sources, "a", "cpu", { loading() {}, ready() {} });
    engine.start();
    say(READY);
    posted = [];
    return { engine, fetched };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const LOOKED = { photo: "own:1", size: 224, fit: "pad", edits: [] };

test("a photo goes to the worker once, and again where it has let go of it", async () => {
    const { engine, fetched } = running();
    const explained = { maps: new Float32Array(1) };
    const ask = async (answer) => {
        const asked = engine.explain({ model: "a", shuffled: 0 }, LOOKED);
        await settled();
        await answer();
        return asked;
    };
    const last = () => posted.findLast(({ type }) => type === "ask");
    const reply = () => say({ type: "answer", id: last().id, answer: explained });
    await ask(reply);
    assert.equal(last().payload.seen.bytes.byteLength, 8);
    await ask(reply);
    assert.equal(last().payload.seen.bytes, null, "it is known");
    assert.deepEqual(fetched, ["own:1"]);
    await ask(async () => {
        say({ type: "unknown", id: last().id, what: "photo" });
        await settled();
        assert.equal(last().payload.seen.bytes.byteLength, 8);
        reply();
    });
    assert.deepEqual(fetched, ["own:1", "own:1"]);
});

test("a model that is not there is loaded before it is asked, once for all who want it", async () => {
    const { engine } = running();
    const asked = [1, 2].map(() => engine.explain({ model: "b", shuffled: 0 }, LOOKED));
    await settled();
    assert.deepEqual(posted.map(({ question }) => question), ["load"]);
    assert.deepEqual(posted[0].payload, { model: "b", source: { title: "b", file: "b" } });
    say({ type: "answer", id: posted[0].id, answer: READY.loaded });
    await settled();
    assert.deepEqual(posted.map(({ question }) => question), ["load", "explain", "explain"]);
    posted.slice(1).forEach(({ id }) => say({ type: "answer", id, answer: { maps: new Float32Array() } }));
    await Promise.all(asked);
});

test("the file of a model that the worker has let go of is asked for once more, with the model", async () => {
    const { engine } = running();
    const asked = engine.fileOf("a");
    await settled();
    assert.deepEqual(posted.map(({ question }) => question), ["handOver"]);
    say({ type: "unknown", id: posted[0].id, what: "model" });
    await settled();
    assert.deepEqual(posted.map(({ question }) => question), ["handOver", "load"]);
    say({ type: "answer", id: posted[1].id, answer: READY.loaded });
    await settled();
    assert.equal(posted[2].question, "handOver");
    say({ type: "answer", id: posted[2].id, answer: "file" });
    assert.equal(await asked, "file");
});

test("a run that fails on the CPU, which has passed its test, is the model's fault", async () => {
    const { engine } = running();
    const fails = async (doing, code) => {
        const failed = assert.rejects(doing(), (error) => error instanceof EngineError && ((said) => assert.equal(said.code, code) ?? true)(error.failure));
        await settled();
        say({ type: "failed", id: posted.at(-1).id, failure: { ...FAILURE, fault: "device", code: "run-not-finite" }, fatal: false });
        await failed;
    };
    await fails(() => engine.load("b"), "model-not-finite");
    await fails(() => engine.explain({ model: "a", shuffled: 0 }, LOOKED), "model-not-finite");
    say({ ...READY, loaded: { ...READY.loaded, device: { kind: "webgpu", name: "", reason: "" } } });
    await fails(() => engine.explain({ model: "a", shuffled: 0 }, LOOKED), "run-not-finite");
});

test("an engine that is stopped says so to whoever asks", async () => {
    const { engine } = running();
    engine.stop();
    await assert.rejects(engine.load("a"), /not running/);
    assert.equal(engine.running, false);
});
