/** One worker, asked to start before there is an engine. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Connection } from "../../web/connection.js";
import { Engine } from "../../web/engine.js";

const ASSETS = { worker: "file:///", wasm: "", models: "" };
const READY = { type: "ready", card: {}, device: { kind: "cpu", name: "CPU", reason: "" }, colourBar: {} };
const LOADING = { type: "loading", bytes: 1, total: 2 };
const FAILURE = { fault: "network", message: "Gone.", advice: "" };

let say;
let started;
beforeEach(() => {
    started = 0;
    globalThis.Worker = class {
        constructor() {
            started += 1;
        }
        addEventListener(type, listener) {
            if (type === "message") {
                say = (data) => listener({ data });
            }
        }
        postMessage() {}
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
    const engine = new Engine(ASSETS, { title: "A", file: "a" }, "cpu", {
        loading: (bytes, total) => events.push(["loading", bytes, total]),
        ready: ({ device }) => events.push(["ready", device.kind]),
    });
    engine.follow(begun);
    assert.deepEqual(events, [["loading", 1, 2], ["ready", "cpu"]]);
    assert.equal(engine.running, true);
    assert.equal(started, 1);
    engine.stop();
});
