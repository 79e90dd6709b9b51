/**
 * The queue of many pictures: order, failures, giving way, stopping and going on, settings that change.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { EngineError, Superseded } from "../../web/engine/connection.js";
import { Queue } from "../../web/tools/many/queue.js";

const image = (message) => new EngineError({ fault: "image", message, advice: "" });
const settled = async (done) => {
    for (let turn = 0; turn < 1000; turn++) {
        if (done()) {
            return;
        }
        await new Promise((resolve) => setTimeout(resolve, 1));
    }
    assert.fail("it did not come to that");
};

/** A queue whose pictures are answered when the test says so. */
function watched(key = "A") {
    const asked = [];
    let time = 0;
    const explain = (id, signal) =>
        new Promise((resolve, reject) => {
            asked.push({ id, resolve, reject });
            signal.addEventListener("abort", () => reject(new Superseded()));
        });
    const queue = new Queue(explain, () => {}, () => (time += 100));
    queue.settings(key);
    const next = async (count) => {
        await settled(() => asked.length === count);
        return asked[count - 1];
    };
    return { queue, asked, next };
}

const states = (queue) => queue.entries.map(({ state }) => state).join(" ");

test("pictures are explained in their order, and none that failed is lost", async () => {
    const { queue, asked, next } = watched();
    queue.add(["a", "b", "c"]);
    queue.start();
    (await next(1)).resolve("of a");
    (await next(2)).reject(image("broken"));
    (await next(3)).reject(new DOMException("gone", "NotFoundError"));
    await settled(() => !queue.going);
    assert.deepEqual(asked.map(({ id }) => id), ["a", "b", "c"]);
    assert.equal(states(queue), "done failed failed");
    assert.equal(queue.find("a").answer, "of a");
    assert.equal(queue.find("b").failure.message, "broken");
    assert.equal(queue.find("c").failure.code, "file-unreadable");
    assert.deepEqual(queue.counts, { total: 3, done: 1, failed: 2, waiting: 0, old: 0 });
});

test("what joins later is explained too", async () => {
    const { queue, next } = watched();
    queue.add(["a"]);
    queue.start();
    queue.add(["b"]);
    (await next(1)).resolve(1);
    (await next(2)).resolve(2);
    await settled(() => !queue.going);
    assert.equal(states(queue), "done done");
});

test("stopped, it goes on where it ended", async () => {
    const { queue, asked, next } = watched();
    queue.add(["a", "b"]);
    queue.start();
    (await next(1)).resolve(1);
    await next(2);
    queue.stop();
    await settled(() => states(queue) === "done waiting");
    assert.equal(queue.going, false);
    queue.start();
    (await next(3)).resolve(2);
    await settled(() => states(queue) === "done done");
    assert.deepEqual(asked.map(({ id }) => id), ["a", "b", "b"]);
});

test("it gives way to others, and begins again", async () => {
    const { queue, asked, next } = watched();
    queue.add(["a"]);
    queue.start();
    await next(1);
    queue.hold(true);
    await settled(() => states(queue) === "waiting");
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(asked.length, 1);
    queue.hold(false);
    (await next(2)).resolve(1);
    await settled(() => states(queue) === "done");
});

test("answers of other settings are old, and asked again only if somebody wants it", async () => {
    const { queue, asked, next } = watched();
    queue.add(["a", "b"]);
    queue.start();
    (await next(1)).resolve("under A");
    await next(2);
    queue.settings("B");
    await settled(() => !queue.going);
    assert.deepEqual(queue.counts, { total: 2, done: 0, failed: 0, waiting: 2, old: 1 });
    assert.equal(queue.find("a").answer, "under A", "what there was stays");
    assert.equal(asked.length, 2);
    queue.settings("A");
    assert.equal(queue.counts.done, 1, "back again, it is no longer old");
    queue.settings("B");
    queue.start();
    (await next(3)).resolve("under B");
    (await next(4)).resolve("under B");
    await settled(() => !queue.going);
    assert.deepEqual(queue.counts, { total: 2, done: 2, failed: 0, waiting: 0, old: 0 });
});

test("a picture that breaks the engine twice is not given to a third", async () => {
    const { queue, next } = watched();
    queue.add(["a", "b"]);
    assert.equal(queue.atWork, null);
    queue.start();
    const first = await next(1);
    assert.deepEqual(queue.atWork, { id: "a", again: false });
    first.reject(new Superseded());
    const second = await next(2);
    assert.deepEqual(queue.atWork, { id: "a", again: true });
    second.reject(new Superseded());
    const third = await next(3);
    assert.deepEqual(queue.atWork, { id: "b", again: false });
    third.resolve(1);
    await settled(() => !queue.going);
    assert.equal(queue.find("a").failure.code, "stopped-twice");
    assert.equal(queue.find("b").state, "done");
});

test("trouble that is not the picture's ends it, and the picture waits", async () => {
    const { queue, next } = watched();
    queue.add(["a", "b"]);
    queue.start();
    (await next(1)).reject(new EngineError({ fault: "device", message: "lost", advice: "" }));
    await settled(() => !queue.going);
    assert.equal(queue.trouble.failure.message, "lost");
    assert.equal(states(queue), "waiting waiting");
});

test("the speed is of what came lately", async () => {
    const { queue, next } = watched();
    queue.add(["a", "b"]);
    assert.equal(queue.perMinute, null);
    queue.start();
    (await next(1)).resolve(1);
    (await next(2)).resolve(2);
    await settled(() => !queue.going);
    // The clock of this test goes on by 100 ms whenever it is looked at: 3 times for 2 pictures.
    assert.equal(queue.perMinute, 600);
});

test("nothing is left of what was cleared", async () => {
    const { queue, next } = watched();
    queue.add(["a", "b"]);
    queue.start();
    await next(1);
    queue.clear();
    await settled(() => !queue.going);
    assert.equal(queue.entries.length, 0);
    assert.equal(queue.find("a"), null);
});
