/**
 * Fetching with a count of bytes, from this origin alone.
 *
 * @module
 */

import { FailureError } from "./failure.js";

/**
 * Adds up the bytes of several downloads into one progress report. Of a hundredth, nobody sees a part.
 */
export class Progress {
    #bytes = 0;
    #total = 0;
    #reported = 0;
    /** @type {(bytes: number, total: number) => void} */
    #report;

    /** @param {(bytes: number, total: number) => void} report */
    constructor(report) {
        this.#report = report;
    }

    /** @param {number} bytes */
    expect(bytes) {
        this.#total += bytes;
        this.#tell();
    }

    /** @param {number} bytes */
    add(bytes) {
        this.#bytes += bytes;
        const news = this.#bytes - this.#reported;
        if (news >= this.#total / 100 || this.#bytes >= this.#total) {
            this.#tell();
        }
    }

    #tell() {
        this.#reported = this.#bytes;
        this.#report(this.#bytes, Math.max(this.#total, this.#bytes));
    }
}

/**
 * A response whose body counts itself while it is read, so that wasm still compiles as it arrives.
 * @param {string} url
 * @param {Progress} progress
 * @returns {Promise<Response>}
 */
async function fetchCounted(url, progress) {
    const { response, body } = await request(url);
    if (!response.headers.has("Content-Encoding")) {
        // Behind gzip, Content-Length counts other bytes than those that come out.
        progress.expect(Number(response.headers.get("Content-Length") ?? 0));
    }
    const counter = new TransformStream({
        /** @type {TransformerTransformCallback<Uint8Array, Uint8Array>} */
        transform(chunk, controller) {
            progress.add(chunk.byteLength);
            controller.enqueue(chunk);
        },
    });
    const headers = { "Content-Type": response.headers.get("Content-Type") ?? "" };
    return new Response(body.pipeThrough(counter), { headers });
}

/**
 * Fetches a wasm module with its glue, and starts it.
 * @param {string} name
 * @param {string} folder
 * @param {Progress} progress
 * @returns {Promise<{code: any, glue: string}>} What it exports, and where its glue is.
 */
export async function fetchModule(name, folder, progress) {
    const file = `${name}_bg.wasm`;
    const wasm = fetchCounted(new URL(file, folder).href, progress);
    // A failure is reported when it is waited for.
    wasm.catch(() => {});
    const glue = new URL(`${name}.js`, folder).href;
    const code = await import(glue).catch((error) => Promise.reject(unreachable(glue, error.message)));
    await code.default({ module_or_path: wasm }).catch((/** @type {unknown} */ error) => Promise.reject(isNoModule(error) ? damaged(file) : error));
    return { code, glue };
}

/** Whether what arrived is no wasm module: a proxy's page, or the beginning of one. @param {unknown} error */
function isNoModule(error) {
    return error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError;
}

/**
 * Downloads a file whose size and hash are known, and refuses anything else.
 * @param {string} url
 * @param {{bytes: number, sha256: string}} expected
 * @param {Progress} progress
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function download(url, expected, progress) {
    progress.expect(expected.bytes);
    const reader = (await request(url)).body.getReader();
    const bytes = new Uint8Array(expected.bytes);
    let arrived = 0;
    for (;;) {
        const { done, value } = await reader.read().catch((error) => {
            throw unreachable(url, String(error));
        });
        if (done) {
            break;
        }
        if (arrived + value.length > bytes.length) {
            void reader.cancel().catch(() => {});
            throw new FailureError({
                fault: "model",
                code: "download-longer",
                values: { bytes: expected.bytes },
                message: `The model file arrived changed (more than ${expected.bytes} bytes).`,
                advice: "Reload the page; if that does not help, the copy on the server is damaged.",
            });
        }
        bytes.set(value, arrived);
        arrived += value.length;
        progress.add(value.length);
    }
    if ((await sha256Hex(bytes)) !== expected.sha256) {
        throw changed(arrived, expected);
    }
    return bytes;
}

/**
 * SHA-256 in hex, by which a file is known. Browsers have none for pages that came by plain http.
 * @param {Uint8Array<ArrayBuffer> | ArrayBuffer} bytes
 */
export async function sha256Hex(bytes) {
    const digest = globalThis.crypto?.subtle ? new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)) : await ours(bytes);
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {Uint8Array<ArrayBuffer> | ArrayBuffer} bytes */
async function ours(bytes) {
    const url = new URL("sha256.js", import.meta.url).href;
    const { sha256 } = await import("./sha256.js").catch((error) => Promise.reject(unreachable(url, String(error))));
    return sha256(bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes);
}

/** @param {string} url */
async function request(url) {
    const response = await fetch(url, { credentials: "omit" }).catch((error) => {
        throw unreachable(url, String(error));
    });
    if (!response.ok || !response.body) {
        throw unreachable(url, `status ${response.status}`);
    }
    return { response, body: response.body };
}

/**
 * @param {number} arrived
 * @param {{bytes: number}} expected
 */
function changed(arrived, { bytes }) {
    return new FailureError({
        fault: "model",
        code: "download-changed",
        values: { arrived, bytes },
        message: `The model file arrived changed or incomplete (${arrived} of ${bytes} bytes).`,
        advice: "Reload the page; if that does not help, the copy on the server is damaged.",
    });
}

/**
 * @param {string} url
 * @param {string} reason
 */
export function unreachable(url, reason) {
    const name = url.split("/").pop() ?? url;
    return new FailureError({
        fault: "network",
        code: "download-failed",
        values: { name, reason },
        message: `${name} could not be downloaded (${reason}).`,
        advice: "Check the connection, or whether an ad blocker holds the file back, and try again.",
    });
}

/** @param {string} name Of a file. */
export function damaged(name) {
    return new FailureError({
        fault: "network",
        code: "download-damaged",
        values: { name },
        message: `${name} arrived changed or incomplete.`,
        advice: "Reload the page; if that does not help, a proxy or an ad blocker puts something else in its place.",
    });
}
