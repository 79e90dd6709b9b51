/** Workers that compute with the engine's own. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Connection, requestListeners, workerRequests } from "../../web/engine/connection.js";
import { Engine } from "../../web/engine/engine.js";
import { threadCount } from "../../web/engine/worker/thread-count.js";
import { madeUpWorkers, settled } from "./made-up-workers.mjs";

const ASSETS = { worker: "file:///", wasm: "", models: "" };
const THREAD = { glue: "file:///glue.js", module: "module", memory: "memory" };

/** @type {any[]} */
let workers;
beforeEach(() => {
    workers = madeUpWorkers();
});

/** The engine's worker and two threads beside it, and what the page hears of them. */
function withThreads() {
    const connection = new Connection(ASSETS);
    const [engine] = workers;
    const heard = [];
    connection.listener = { hear: (message) => heard.push(message.type), broken: (failure) => heard.push(failure.code) };
    engine.say({ type: "threads", count: 2, thread: THREAD });
    return { connection, engine, threads: workers.slice(1), heard };
}

test("the engine goes on once all of its threads run", () => {
    const { engine, threads } = withThreads();
    assert.deepEqual(
        threads.map(({ posted }) => posted),
        [[THREAD], [THREAD]],
    );
    threads[0].say("runs");
    assert.deepEqual(engine.posted, []);
    threads[1].say("runs");
    assert.deepEqual(engine.posted, [{ type: "threads-started", running: true }]);
});

test("what threads have asked the network for is kept with what their worker has", () => {
    const { engine, threads } = withThreads();
    const entry = { name: "http://site/glue.js", startTime: 5, transferSize: 300, encodedBodySize: 200 };
    const before = workerRequests.length;
    let told = 0;
    const listener = () => (told += 1);
    requestListeners.add(listener);
    // Both threads ask for the same file: these are two requests.
    threads.forEach((thread, index) => thread.say({ origin: index, entries: [entry] }));
    requestListeners.delete(listener);
    assert.deepEqual(workerRequests.slice(before), [{ origin: 0, entries: [entry] }, { origin: 1, entries: [entry] }]);
    assert.equal(told, 2);
    assert.deepEqual(engine.posted, [], "none of them runs by that");
});

test("where one does not start, none is kept and the engine goes on without", () => {
    const { engine, threads, heard } = withThreads();
    threads[0].say("runs");
    threads[1].fail("no memory");
    assert.deepEqual(engine.posted, [{ type: "threads-started", running: false }]);
    assert.ok(threads.every(({ ended }) => ended));
    // What was under way says nothing more.
    threads[0].fail("late");
    threads[1].say("runs");
    assert.equal(engine.posted.length, 1);
    assert.equal(engine.ended, false);
    assert.deepEqual(heard, []);
});

test("one that ends later ends the engine, which would wait for it for ever", () => {
    const { engine, threads, heard } = withThreads();
    threads.forEach((thread) => thread.say("runs"));
    threads[1].fail("unreachable");
    assert.deepEqual(heard, ["thread-ended"]);
    assert.ok([engine, ...threads].every(({ ended }) => ended));
});

test("threads end with the engine", () => {
    const { connection, threads } = withThreads();
    threads.forEach((thread) => thread.say("runs"));
    connection.close();
    assert.ok(threads.every(({ ended }) => ended));
});

test("an engine that lost a thread starts again on the same device, without threads", async () => {
    const broken = [];
    const listener = { loading() {}, preparing() {}, ready() {}, moved() {}, broken: (failure, restarting) => broken.push([failure.code, restarting]) };
    const sources = { model: () => ({ id: "a" }), photo: async () => new ArrayBuffer(0) };
    const engine = new Engine(ASSETS, sources, "a", "auto", listener);
    engine.start();
    assert.equal(workers[0].posted[0].alone, false);
    workers[0].say({ type: "threads", count: 1, thread: THREAD });
    workers[1].say("runs");
    workers[1].fail("unreachable");
    await settled();
    assert.deepEqual(broken, [["thread-ended", true]]);
    const [start] = workers[2].posted;
    assert.deepEqual([start.type, start.device, start.alone], ["start", "auto", true]);
});

test("threads are for pages that are isolated, and not more than help", () => {
    const count = (crossOriginIsolated, hardwareConcurrency) => threadCount({ crossOriginIsolated, navigator: { hardwareConcurrency } });
    assert.equal(count(false, 8), 1);
    assert.equal(count(undefined, 8), 1);
    assert.equal(count(true, 1), 1);
    assert.equal(count(true, undefined), 1);
    assert.equal(count(true, 2), 2);
    assert.equal(count(true, 64), 4);
    assert.equal(threadCount({ crossOriginIsolated: true, navigator: { hardwareConcurrency: 8, connection: { saveData: true } } }), 1);
});
