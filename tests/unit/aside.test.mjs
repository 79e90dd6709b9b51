/** Films, teaching and model files in workers of their own; the workers are made up here. Those for methods have tests of their own. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { EngineError } from "../../web/engine/connection.js";
import { developed } from "../../web/engine/development.js";
import { Films } from "../../web/engine/films.js";
import { openModel } from "../../web/engine/opening.js";
import { Teaching } from "../../web/engine/teaching.js";
import { madeUpWorkers, settled } from "./made-up-workers.mjs";

const ASSETS = { worker: "file:///", wasm: "", models: "" };
const STOPPED = { fault: "device", code: "engine-stopped", values: { reason: "out of $& memory" }, message: "", advice: "" };
const DEVELOPED = { about: {}, greys: null, notes: [], bitmap: new ArrayBuffer(1), small: new ArrayBuffer(1) };

let workers;
beforeEach(() => (workers = madeUpWorkers()));

/** A film's file that counts how often it was read. */
function film() {
    const read = { count: 0, arrayBuffer: async () => ((read.count += 1), new ArrayBuffer(3)) };
    return read;
}

/** Answers the question that was asked last. */
const answer = (worker, value) => worker.say({ type: "answer", id: worker.asked.at(-1).id, answer: value });

test("a film's file is handed over once, however it is shown, and again where the worker has let go of it", async () => {
    const films = new Films(ASSETS);
    const file = film();
    assert.equal(workers.length, 0, "nothing is started before there is a film");
    const first = films.develop("own:1", file);
    await settled();
    const [worker] = workers;
    assert.equal(worker.posted[0].type, "prepare");
    assert.deepEqual([worker.asked[0].payload.film, worker.asked[0].payload.frame, worker.asked[0].payload.bytes.byteLength], ["own:1", 1, 3]);
    answer(worker, DEVELOPED);
    assert.equal((await first).bitmap, DEVELOPED.bitmap);
    assert.deepEqual(films.told("own:1"), { about: {}, greys: null, notes: [] });

    const second = films.develop(developed("own:1", { frame: 2, tone: null }), file);
    await settled();
    assert.deepEqual([worker.asked[1].payload.film, worker.asked[1].payload.frame, worker.asked[1].payload.bytes], ["own:1", 2, null]);
    worker.say({ type: "unknown", id: worker.asked[1].id, what: "photo" });
    await settled();
    assert.equal(worker.asked[2].payload.bytes.byteLength, 3);
    answer(worker, DEVELOPED);
    await second;
    assert.equal(file.count, 2);
    assert.equal(workers.length, 1);
});

test("a film that cannot be opened says so, and is handed over anew when it is asked about once more", async () => {
    const films = new Films(ASSETS);
    const bad = { fault: "image", code: "dicom-cut", message: "Cut.", advice: "" };
    for (const count of [1, 2]) {
        const header = films.header("own:1", film(), false);
        header.catch(() => {});
        await settled();
        const { asked } = workers[0];
        if (count === 2) {
            workers[0].say({ type: "unknown", id: asked.at(-1).id, what: "photo" });
            await settled();
        }
        assert.ok(workers[0].asked.at(-1).payload.bytes);
        workers[0].say({ type: "failed", id: workers[0].asked.at(-1).id, failure: bad, fatal: false });
        await assert.rejects(header, (error) => error instanceof EngineError && error.failure === bad);
    }
    assert.equal(workers.length, 1, "the worker goes on");
});

/** What is asked of each, and what is said where its worker stops. */
const KINDS = {
    films: [() => new Films(ASSETS).header("own:1", film(), false), "film-stopped", "image", "What reads DICOM files stopped unexpectedly at this one (out of $& memory)."],
    opening: [
        () => openModel(ASSETS, { file: new Blob(), descriptions: [] }),
        "opening-stopped",
        "model",
        "What reads model files stopped unexpectedly at this one (out of $& memory).",
    ],
    teaching: [
        () => new Teaching({ assets: ASSETS, fileOf: async () => new Blob(), sources: {} }, "m").features(new Blob()),
        "teaching-stopped",
        "device",
        "What learns your classes stopped unexpectedly (out of $& memory).",
    ],
};

for (const [name, [ask, code, fault, message]] of Object.entries(KINDS)) {
    test(`${name}: a worker that stops is a failure with its reason, one that did not load says so itself`, async () => {
        const stopped = ask();
        stopped.catch(() => {});
        await settled();
        workers[0].say({ type: "failed", id: null, failure: STOPPED, fatal: true });
        await assert.rejects(stopped, ({ failure }) => {
            assert.deepEqual([failure.code, failure.fault, failure.message, failure.values], [code, fault, message, STOPPED.values]);
            return failure.advice.length > 0;
        });
        assert.equal(workers[0].ended, true);
        const gone = { fault: "network", code: "download-failed", values: {}, message: "Gone.", advice: "" };
        const again = ask();
        again.catch(() => {});
        await settled();
        workers[1].say({ type: "failed", id: null, failure: gone, fatal: true });
        await assert.rejects(again, ({ failure }) => failure === gone);
    });
}

test("the worker that opened a model file ends, and its memory with it", async () => {
    const steps = [];
    const opened = openModel(ASSETS, { file: new Blob(), descriptions: ["{}"] }, { onProgress: (step) => steps.push(step) });
    await settled();
    const [worker] = workers;
    assert.deepEqual(worker.asked[0].payload.descriptions, ["{}"]);
    worker.say({ type: "progress", id: worker.asked[0].id, progress: { layer: "stem", done: 1, total: 2 } });
    answer(worker, { title: "mine" });
    assert.equal((await opened).title, "mine");
    assert.deepEqual([steps.length, worker.ended], [1, true]);
});

test("after a worker has stopped, the next question starts another, which gets everything", async () => {
    const asked = [];
    const teaching = new Teaching({ assets: ASSETS, fileOf: async (model) => (asked.push(model), new Blob()), sources: {} }, "m");
    const first = teaching.features(new Blob());
    first.catch(() => {});
    await settled();
    workers[0].say({ type: "failed", id: null, failure: STOPPED, fatal: true });
    await assert.rejects(first, EngineError);
    const second = teaching.features(new Blob());
    await settled();
    assert.equal(workers.length, 2);
    assert.ok(workers[1].asked[0].payload.file instanceof Blob);
    answer(workers[1], { features: new Float32Array(1) });
    await second;
    const third = teaching.features(new Blob());
    await settled();
    assert.equal(workers[1].asked[1].payload.file, null);
    answer(workers[1], { features: new Float32Array(1) });
    await third;
    assert.deepEqual(asked, ["m", "m"]);
    teaching.close();
    assert.equal(workers[1].ended, true);
});
