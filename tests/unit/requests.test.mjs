/** The page's own list of its requests: longer than the browser's, and nothing is in it twice that was asked once. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { requestListeners, workerRequests } from "../../web/engine/connection.js";
import { allRequests, watchRequests } from "../../web/engine/requests.js";
import { requestsSoFar } from "../../web/ui/trust.js";

test("all requests are kept, those of the browser's list, later ones, and those that are yet to be told", (context) => {
    const entry = (name, startTime) => ({ name: `http://site/${name}`, startTime, transferSize: 0, encodedBodySize: 9 });
    let tell;
    let untold = [];
    let wish;
    const { PerformanceObserver } = globalThis;
    context.after(() => (globalThis.PerformanceObserver = PerformanceObserver));
    globalThis.PerformanceObserver = class {
        constructor(callback) {
            tell = (entries) => callback({ getEntries: () => entries });
        }
        observe(options) {
            wish = options;
        }
        takeRecords() {
            return untold.splice(0);
        }
    };
    let told = 0;
    requestListeners.add(() => (told += 1));
    watchRequests();
    assert.deepEqual(wish, { type: "resource", buffered: true });
    for (let from = 0; from < 600; from += 100) {
        tell(Array.from({ length: 100 }, (_, index) => entry(from + index, from + index)));
    }
    untold = [entry("late", 999)];
    assert.equal(allRequests()[0].entries.length, 601);
    assert.equal(allRequests()[0].entries.length, 601, "and once only");
    assert.equal(told, 6);

    // A worker that asks for what the page has asked for makes a request of its own.
    workerRequests.push({ origin: performance.timeOrigin + 2000, entries: [entry("0", 1)] });
    const listed = requestsSoFar();
    assert.equal(listed.length, 602);
    assert.deepEqual(listed.filter(({ url }) => url === "http://site/0").map(({ at }) => Math.round(at)), [0, 2001]);
    workerRequests.pop();
});
