import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { afterEach, test } from "node:test";
import { Progress, download } from "../../web/engine/worker/download.js";
import { toFailure } from "../../web/engine/worker/failure.js";

const body = new TextEncoder().encode("weights of a network");
const entry = { bytes: body.length, sha256: createHash("sha256").update(body).digest("hex") };
const realFetch = globalThis.fetch;
afterEach(() => (globalThis.fetch = realFetch));

function serve(response) {
    globalThis.fetch = async () => response;
}

const silent = () => new Progress(() => {});
const failureOf = async (promise) =>
    promise.then(
        () => assert.fail("it went through"),
        (error) => toFailure(error),
    );

test("a file that arrives whole is handed over, with its bytes counted", async () => {
    serve(new Response(body));
    const reports = [];
    const bytes = await download("x/model", entry, new Progress((done, total) => reports.push([done, total])));
    assert.deepEqual(bytes, body);
    assert.deepEqual(reports.at(0), [0, body.length]);
    assert.deepEqual(reports.at(-1), [body.length, body.length]);
});

test("progress is told by the hundredth, and that all is there", () => {
    const reports = [];
    const progress = new Progress((done, total) => reports.push([done, total]));
    progress.expect(10_000);
    for (let chunk = 0; chunk < 1000; chunk++) {
        progress.add(10);
    }
    assert.equal(reports.length, 101);
    assert.deepEqual(reports.slice(0, 3), [[0, 10_000], [100, 10_000], [200, 10_000]]);
    assert.deepEqual(reports.at(-1), [10_000, 10_000]);
});

test("a changed file is refused", async () => {
    serve(new Response("weights of another one"));
    const { failure, fatal } = await failureOf(download("x/model", entry, silent()));
    assert.equal(failure.fault, "model");
    assert.equal(fatal, false);
    assert.match(failure.message, /changed/);
});

test("a body that is too short or too long is refused, and one that breaks off is the network's fault", async () => {
    const parts = [body.slice(0, 7), body.slice(7)];
    const stream = (chunks, end) =>
        new Response(
            new ReadableStream({
                pull(controller) {
                    const chunk = chunks.shift();
                    return chunk ? controller.enqueue(chunk) : end(controller);
                },
            }),
        );
    const close = (controller) => controller.close();
    serve(stream([...parts], close));
    assert.deepEqual(await download("x/model", entry, silent()), body);
    serve(stream([parts[0]], close));
    const short = await failureOf(download("x/model", entry, silent()));
    assert.match(short.failure.message, /7 of 20 bytes/);
    // It has no end, and nobody waits for one.
    serve(stream([...parts, parts[0]], () => {}));
    const long = await failureOf(download("x/model", entry, silent()));
    assert.match(long.failure.message, /more than 20 bytes/);
    assert.equal(long.failure.fault, "model");
    serve(stream([parts[0]], (controller) => controller.error(new TypeError("connection reset"))));
    const broken = await failureOf(download("x/model", entry, silent()));
    assert.equal(broken.failure.fault, "network");
    assert.match(broken.failure.message, /connection reset/);
});

test("what cannot be fetched is named, with advice", async () => {
    serve(new Response("gone", { status: 404 }));
    const missing = await failureOf(download("x/model.safetensors", entry, silent()));
    assert.equal(missing.failure.fault, "network");
    assert.match(missing.failure.message, /model\.safetensors.*404/);
    globalThis.fetch = async () => Promise.reject(new TypeError("offline"));
    const offline = await failureOf(download("x/model", entry, silent()));
    assert.match(offline.failure.message, /offline/);
    assert.notEqual(offline.failure.advice, "");
});

test("a stream that breaks off is a failure of the network", async () => {
    const stream = new ReadableStream({
        pull(controller) {
            controller.enqueue(body.slice(0, 3));
            controller.error(new Error("connection reset"));
        },
    });
    serve(new Response(stream));
    const { failure } = await failureOf(download("x/model", entry, silent()));
    assert.equal(failure.fault, "network");
});

test("anything unforeseen poisons the worker", () => {
    const { failure, fatal } = toFailure(new WebAssembly.RuntimeError("unreachable"));
    assert.equal(fatal, true);
    assert.equal(failure.fault, "device");
    const known = { fault: "image", message: "Broken.", advice: "Another one." };
    assert.deepEqual(toFailure(known), { failure: known, fatal: false });
});
