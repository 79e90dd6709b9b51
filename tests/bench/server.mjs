/**
 * A server for the page, the peer and the benchmark, with no policy in the way: onnxruntime-web needs more rights than
 * this project's page has.
 */

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
 * @param {Record<string, string>} folders Path prefix to folder.
 * @returns {Promise<{url: string, stop: () => void}>}
 */
export async function serve(folders) {
    const server = createServer(async (request, response) => {
        const { pathname } = new URL(request.url ?? "/", "http://localhost");
        const prefix = Object.keys(folders).find((candidate) => pathname.startsWith(candidate));
        try {
            const file = path.join(folders[prefix ?? ""], pathname.slice(prefix?.length));
            const body = await readFile(file);
            const type = TYPES[path.extname(file)] ?? "application/octet-stream";
            response.writeHead(200, { "Content-Type": type, "Cache-Control": "no-store" }).end(body);
        } catch {
            response.writeHead(404).end();
        }
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
    const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
    return { url: `http://127.0.0.1:${port}`, stop: () => server.close() };
}
