/**
 * What the page and its workers have asked the network for. Browsers keep such a list, but of the first 250 only.
 *
 * @module
 */

import { requestListeners, workerRequests } from "./connection.js";

/** @typedef {import("./protocol.js").RequestEntry} RequestEntry */

/** Those of the page itself. @type {RequestEntry[]} */
const own = [];
/** @type {PerformanceObserver | null} */
let observer = null;

/** @param {PerformanceEntryList} entries */
const keep = (entries) => void own.push(.../** @type {PerformanceResourceTiming[]} */ (entries));

/** Keeps all of them from now on, and those that the browser has kept so far. */
export function watchRequests() {
    observer ??= new PerformanceObserver((list) => {
        keep(list.getEntries());
        requestListeners.forEach((tell) => tell());
    });
    observer.observe({ type: "resource", buffered: true });
}

/** Each list with the origin of its clock. @returns {import("./protocol.js").Requests[]} */
export function allRequests() {
    // Those that the observer is yet to be told of.
    keep(observer?.takeRecords() ?? []);
    return [{ origin: performance.timeOrigin, entries: own }, ...workerRequests];
}
