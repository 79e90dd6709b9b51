/**
 * Addresses that workers are started from.
 *
 * @module
 */

/**
 * A worker loaded from a network address has the policy that comes with *its* response, and a static host sends none. A
 * worker made from a blob inherits the page's policy instead: so it, too, can talk to this origin alone.
 * @param {import("./protocol.js").Assets} assets
 * @param {readonly string[]} modules
 * @returns {string}
 */
export function workerUrl({ worker }, modules) {
    const list = JSON.stringify(modules.map((name) => new URL(name, worker).href));
    return trusted(URL.createObjectURL(new Blob([`(${startWorker})(${list});`], { type: "text/javascript" })));
}

/**
 * What a worker does first; it runs there, and knows nothing of what is around it here. The modules are imported by a call:
 * for those that a blob names in import declarations, Firefox asks the network and never the service worker, so that a page
 * that is kept for use without the network could not start. What is said to the worker meanwhile waits for them.
 * @param {string[]} modules
 */
function startWorker(modules) {
    /** @type {any[]} */
    const early = [];
    const hold = (/** @type {MessageEvent} */ event) => {
        event.stopImmediatePropagation();
        early.push(event.data);
    };
    addEventListener("message", hold);
    Promise.all(modules.map((url) => import(url))).then(() => {
        removeEventListener("message", hold);
        early.forEach((data) => dispatchEvent(new MessageEvent("message", { data })));
    }, reportError);
}

/**
 * An address of a script of this page's own, as its policy wants it.
 * @param {string} url
 * @returns {string}
 */
export function trusted(url) {
    const trustedTypes = /** @type {any} */ (globalThis).trustedTypes;
    policy ??= trustedTypes?.createPolicy("softcam-worker", {
        createScriptURL: (/** @type {string} */ own) => own,
    });
    return policy ? policy.createScriptURL(url) : url;
}

/** @type {any} */
let policy;
