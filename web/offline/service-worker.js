/**
 * Keeps the published page for use without the network. `cargo xtask dist` writes the list of its files into it, so that a
 * new version of the page is a new version of this file, and every file is known by its hash.
 *
 * Only what is on the list is kept or answered for. Nothing is kept, and nothing of what was kept is used, before its bytes
 * have the hash that the list says. What arrives from the network is handed on as it comes, all but its last piece, which
 * waits for the hash.
 *
 * `version.json` beside it withdraws all this: where it says `"offline": false`, the worker deletes what it kept and goes.
 */

/** @typedef {[sha256: string, bytes: number, core: boolean]} Entry Of a file; every browser that keeps the page keeps the core. */
/** @typedef {{version: string, keeps: boolean, files: Record<string, Entry>}} Release */

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

const RELEASE = /** @type {Release} */ (/** @type {unknown} */ (/* files */ null));

const SCOPE = new URL("./", worker.location.href).href;
/** Other copies of the page on this origin have caches of their own. */
const CACHE = `softcam ${SCOPE}`;
/** Content is kept under its hash, so that what two versions share is there once. */
const KEPT = `${SCOPE}.kept/`;
/** Of a kept answer: the path that it was fetched for. */
const PATH = "x-softcam-path";
/** Whether nothing is to be kept any more. Pages that are open still ask this worker. */
let withdrawn = !RELEASE.keeps;
/** At once from the network. */
const SIDE_BY_SIDE = 4;
/** As engine/worker/fused.js has it, which a worker of one file cannot import. */
const IS_FUSED = WebAssembly.validate(
    Uint8Array.of(
        ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 123, 1, 123, 3, 2, 1, 0, 4, 4, 1, 112, 4, 0],
        ...[10, 13, 1, 11, 0, 32, 0, 32, 0, 32, 0, 253, 133, 2, 11],
    ),
);

worker.addEventListener("install", (event) => {
    event.waitUntil(RELEASE.keeps ? install().catch(tellWhy) : worker.skipWaiting());
});

worker.addEventListener("activate", (event) => {
    event.waitUntil(RELEASE.keeps ? activate() : withdraw());
});

worker.addEventListener("fetch", (event) => {
    const { request } = event;
    const path = pathOf(request.url);
    if (request.mode === "navigate") {
        event.waitUntil(obey());
    }
    if (request.method === "GET" && !withdrawn && path !== null && !request.headers.has("Range")) {
        event.respondWith(answer(path, (work) => event.waitUntil(work)));
    }
});

worker.addEventListener("message", (event) => {
    const [port] = event.ports;
    const { type, paths = [] } = event.data ?? {};
    const listed = paths.map((/** @type {string} */ path) => pathOf(new URL(path, SCOPE).href)).filter(Boolean);
    const say = (/** @type {object} */ message) => port?.postMessage(message);
    const settle = (/** @type {Promise<object | void>} */ work) =>
        event.waitUntil(
            work.then(
                (result) => say({ done: true, ...result }),
                (error) => say({ done: true, failed: String(error?.message ?? error) }),
            ),
        );
    if (type === "take-over") {
        settle(worker.skipWaiting());
    } else if (type === "keep") {
        settle(keep(listed, (kept, all) => say({ kept, all })));
    } else if (type === "forget") {
        settle(forget(listed));
    } else if (type === "state") {
        settle(state());
    }
});

/** The path of a file on the list; nothing for all else. @param {string} url */
function pathOf(url) {
    const { origin, pathname } = new URL(url);
    const whole = origin + pathname;
    if (!whole.startsWith(SCOPE)) {
        return null;
    }
    const path = whole.slice(SCOPE.length) || "index.html";
    return Object.hasOwn(RELEASE.files, path) ? path : null;
}

/** Whether a file's name has its hash in it, so that nothing else can lie at its address. @param {string} path */
const isHashed = (path) => /-[0-9a-f]{16}[./]/.test(path);

/** What a file is in every version. @param {string} path */
const roleOf = (path) => path.replace(/-[0-9a-f]{16}(?=[./])/, "");

/** What lets the page's workers share memory, so that several threads compute: hosts that send no headers of their own have it
 * from here. */
const ISOLATING = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

const addressOf = (/** @type {string} */ path) => KEPT + RELEASE.files[path][0];

async function install() {
    const cache = await caches.open(CACHE);
    const kept = await Promise.all((await cache.keys()).map((key) => cache.match(key)));
    const roles = new Set(kept.map((response) => roleOf(response?.headers.get(PATH) ?? "")));
    // What was kept of the version before stays so.
    await keep(Object.keys(RELEASE.files).filter((path) => isCore(path) || roles.has(roleOf(path))));
}

/** Whether this browser keeps a file in any case: of the engine's two modules for one thread, the one that it runs. @param {string} path */
function isCore(path) {
    const isForHere = !path.includes("/softcam_cpu") || path.includes("_fused") === IS_FUSED;
    return RELEASE.files[path][2] && isForHere;
}

/** Nobody else learns why a worker was not installed. @param {unknown} error */
async function tellWhy(error) {
    const reason = String(error instanceof Error ? error.message : error);
    const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
    pages.forEach((page) => page.postMessage({ notKept: reason }));
    throw error;
}

async function activate() {
    await worker.clients.claim();
    const cache = await caches.open(CACHE);
    const current = new Set(Object.keys(RELEASE.files).map(addressOf));
    const old = (await cache.keys()).filter(({ url }) => !current.has(url));
    await Promise.all(old.map((key) => cache.delete(key)));
}

/** Gives up whatever was kept. The next visit is as if there had been no worker. */
async function withdraw() {
    withdrawn = true;
    await caches.delete(CACHE);
    await worker.registration.unregister();
}

/** Asks the site whether anything is to be kept at all; without an answer, all stays as it is. */
async function obey() {
    const response = await fetch(`${SCOPE}version.json`, { cache: "no-store", credentials: "omit" }).catch(() => null);
    const version = response?.ok ? await response.json().catch(() => null) : null;
    if (version?.offline === false) {
        await withdraw();
    }
}

/**
 * @param {string} path
 * @param {(work: Promise<unknown>) => void} meanwhile
 * @returns {Promise<Response>}
 */
async function answer(path, meanwhile) {
    const kept = await fromCache(path);
    if (kept) {
        return kept;
    }
    const response = await fetch(SCOPE + path, { cache: isHashed(path) ? "default" : "no-cache", credentials: "omit" });
    if (!response.ok || !response.body) {
        return response;
    }
    if (!isHashed(path)) {
        // What another version has in its place is that version's to keep.
        meanwhile(keepIfListed(path, response.clone()));
        const { status, statusText } = response;
        return new Response(response.body, { status, statusText, headers: isolating(response.headers) });
    }
    return checked(path, response, meanwhile);
}

/**
 * A kept file, if its bytes are what they should be.
 * @param {string} path
 */
async function fromCache(path) {
    // Without making a cache where there is none.
    const kept = await caches.match(addressOf(path), { cacheName: CACHE });
    if (!kept) {
        return null;
    }
    const bytes = await kept.arrayBuffer().catch(() => new ArrayBuffer(0));
    if (await isListed(path, bytes)) {
        // What an earlier version kept may have more headers.
        return new Response(bytes, { headers: isolating(headersFor(path, kept.headers)) });
    }
    await forget([path]);
    return null;
}

/**
 * The same answer, which fails at its end where its bytes are not those of the list; where they are, it is kept.
 * @param {string} path
 * @param {Response} response
 * @param {(work: Promise<unknown>) => void} meanwhile
 */
function checked(path, response, meanwhile) {
    /** @type {Uint8Array<ArrayBuffer>[]} */
    const pieces = [];
    // The browser has to know at once that there is work to come when the answer is out.
    /** @type {(work?: Promise<unknown>) => void} */
    let end = () => {};
    meanwhile(new Promise((resolve) => (end = resolve)));
    const check = {
        /** @param {Uint8Array<ArrayBuffer>} piece @param {TransformStreamDefaultController} controller */
        transform(piece, controller) {
            const last = pieces.at(-1);
            if (last) {
                controller.enqueue(last);
            }
            pieces.push(piece);
        },
        /** @param {TransformStreamDefaultController} controller */
        async flush(controller) {
            const bytes = await new Blob(pieces).arrayBuffer();
            if (!(await isListed(path, bytes))) {
                controller.error(new TypeError(`${path} arrived changed`));
                end();
                return;
            }
            const last = pieces.at(-1);
            if (last) {
                controller.enqueue(last);
            }
            // Where there is no room, the page goes on without.
            end(put(path, bytes, response.headers).catch(() => {}));
        },
        cancel: () => end(),
    };
    const body = response.body?.pipeThrough(new TransformStream(check));
    const headers = new Headers(response.headers);
    // It comes out unpacked.
    headers.delete("Content-Encoding");
    headers.set("Content-Length", String(RELEASE.files[path][1]));
    return new Response(body, { headers: isolating(headers) });
}

/** @param {string} path @param {Response} response */
async function keepIfListed(path, response) {
    const bytes = await response.arrayBuffer().catch(() => null);
    if (bytes && (await isListed(path, bytes))) {
        await put(path, bytes, response.headers).catch(() => {});
    }
}

/** @param {string} path @param {ArrayBuffer} bytes */
async function isListed(path, bytes) {
    const [sha256, length] = RELEASE.files[path];
    if (bytes.byteLength !== length) {
        return false;
    }
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("") === sha256;
}

/** @param {string} path @param {ArrayBuffer} bytes @param {Headers} headers As it was sent with. */
async function put(path, bytes, headers) {
    if (withdrawn) {
        return;
    }
    const cache = await caches.open(CACHE);
    await cache.put(addressOf(path), new Response(bytes, { headers: headersFor(path, headers) }));
}

/**
 * What is said of a kept file: its type alone of what the host has sent. A policy that a host sends by mistake would stand
 * long after the mistake is mended.
 * @param {string} path
 * @param {Headers} sent
 */
function headersFor(path, sent) {
    const headers = new Headers({ "Content-Length": String(RELEASE.files[path][1]), [PATH]: path });
    const type = sent.get("Content-Type");
    if (type) {
        headers.set("Content-Type", type);
    }
    return headers;
}

/** @param {Headers} sent */
function isolating(sent) {
    const headers = new Headers(sent);
    Object.entries(ISOLATING).forEach(([name, value]) => headers.set(name, value));
    return headers;
}

/**
 * Fetches and keeps files that are not kept yet.
 * @param {string[]} paths On the list.
 * @param {(kept: number, all: number) => void} [report] Bytes so far, of those that are missing.
 */
async function keep(paths, report = () => {}) {
    const cache = await caches.open(CACHE);
    const there = new Set((await cache.keys()).map(({ url }) => url));
    const missing = [...new Set(paths)].filter((path) => !there.has(addressOf(path)));
    const all = missing.reduce((sum, path) => sum + RELEASE.files[path][1], 0);
    let kept = 0;
    report(kept, all);
    const next = missing[Symbol.iterator]();
    const work = async () => {
        for (const path of next) {
            await keepOne(path);
            kept += RELEASE.files[path][1];
            report(kept, all);
        }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
}

/** @param {string} path */
async function keepOne(path) {
    let why = "is not what the list of this version says";
    // What the page has just fetched is in the browser's own cache; a copy there that is not as listed is fetched anew.
    for (const cache of /** @type {RequestCache[]} */ (isHashed(path) ? ["force-cache", "reload"] : ["no-cache"])) {
        const response = await fetch(SCOPE + path, { cache, credentials: "omit" });
        const bytes = response.ok ? await response.arrayBuffer() : new ArrayBuffer(0);
        if (await isListed(path, bytes)) {
            await put(path, bytes, response.headers);
            return;
        }
        if (!response.ok) {
            why = `is not there (status ${response.status})`;
        }
    }
    throw new Error(`${path} ${why}`);
}

/** @param {string[]} paths On the list. */
async function forget(paths) {
    const cache = await caches.open(CACHE);
    await Promise.all(paths.map((path) => cache.delete(addressOf(path))));
}

/** What is kept, of what there is. */
async function state() {
    const cache = await caches.open(CACHE);
    const there = new Set((await cache.keys()).map(({ url }) => url));
    const files = Object.entries(RELEASE.files).map(([path, [, bytes]]) => ({ path, bytes, core: isCore(path), kept: there.has(addressOf(path)) }));
    return { version: RELEASE.version, files };
}
