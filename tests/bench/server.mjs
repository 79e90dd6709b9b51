/**
 * A server for the page, the peer and the benchmark, with no policy in the way: onnxruntime-web needs more rights than
 * this project's page has.
 */

import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import path from "node:path";

const TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".wasm": "application/wasm",
    ".jpg": "image/jpeg",
    ".svg": "image/svg+xml",
};

/**
 * Two workers' clocks tick every 5 µs on an isolated page, else every 100 µs.
 */
const ISOLATED = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

/**
 * @typedef {object} Sent
 * @property {string} file
 * @property {number} at When its last byte was handed over, in milliseconds since 1970.
 */

/**
 * @param {Record<string, string | string[]>} folders Path prefix to a folder, or to several of which the first that has the
 *     file serves it.
 * @returns {Promise<{url: string, sent: Sent[], locate: (address: string) => string, stop: () => void}>} `sent` grows
 *     with every file that went out whole.
 */
export async function serve(folders) {
    /** @type {Sent[]} */
    const sent = [];
    const locate = (/** @type {string} */ address) => {
        const prefix = Object.keys(folders).find((candidate) => address.startsWith(candidate)) ?? "";
        const files = [folders[prefix]].flat().map((folder) => path.join(folder, address.slice(prefix.length)));
        return files.find((file) => existsSync(file)) ?? files[0];
    };
    const server = createServer(async (request, response) => {
        const { pathname } = new URL(request.url ?? "/", "http://localhost");
        try {
            const file = locate(pathname);
            const body = await readFile(file);
            const type = TYPES[path.extname(file)] ?? "application/octet-stream";
            // The page itself is served as any server would.
            const headers = /^\/(bench|ort|litert)\/|-worker\.js$/.test(pathname) ? ISOLATED : {};
            response.writeHead(200, { "Content-Type": type, "Cache-Control": "no-store", ...headers });
            response.end(body, () => sent.push({ file, at: performance.timeOrigin + performance.now() }));
        } catch {
            response.writeHead(404).end();
        }
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
    const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
    return { url: `http://127.0.0.1:${port}`, sent, locate, stop: () => server.close() };
}
