/**
 * The published page, target/dist, from a plain static server below a path: media types and nothing else, as the simplest
 * host there is. Single files can be replaced, so that a new version, a damaged copy or a withdrawal can be tried.
 */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { root } from "./harness.mjs";

export const DIST = path.join(root, "target/dist");

const TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".wasm": "application/wasm",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
};

/**
 * @param {{below?: string, packed?: boolean}} [options] Path on the server, with slashes around it, and whether it sends
 *     the packed files that lie beside the plain ones.
 */
export async function startPublished({ below = "/some/course/softcam/", packed = false } = {}) {
    /** In place of what the folder has; nothing where it is gone. @type {Map<string, Buffer | null>} */
    const instead = new Map();
    /** Sent with every file. @type {Record<string, string>} */
    const headers = {};
    /** Every request: its path on the server, the status of its answer, bytes of its body.
     * @type {{path: string, status: number, bytes: number}[]} */
    const log = [];
    const server = createServer(async (request, response) => {
        const { pathname } = new URL(request.url, "http://localhost");
        const file = pathname.startsWith(below) ? pathname.slice(below.length) || "index.html" : null;
        const read = (name) => readFile(path.join(DIST, name)).catch(() => null);
        const plain = file === null || file.includes("..") ? null : (instead.has(file) ? instead.get(file) : await read(file));
        const small = packed && plain && !instead.has(file) && /\bbr\b/.test(request.headers["accept-encoding"] ?? "") ? await read(`${file}.br`) : null;
        const content = small ?? plain;
        log.push({ path: pathname, status: content ? 200 : 404, bytes: content?.length ?? 0 });
        if (small) {
            response.setHeader("Content-Encoding", "br");
        }
        const type = TYPES[path.extname(pathname)] ?? (pathname.endsWith("/") ? "text/html" : "application/octet-stream");
        response.writeHead(content ? 200 : 404, { "Content-Type": content ? type : "text/plain", ...headers });
        response.end(content ?? "not found");
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address();
    return {
        below,
        url: `http://127.0.0.1:${port}${below}`,
        log,
        instead,
        headers,
        stop: () => {
            server.closeAllConnections();
            server.close();
        },
    };
}

/** What the published service worker knows: version, and files with their hashes. */
export async function release() {
    const worker = await readFile(path.join(DIST, "service-worker.js"), "utf8");
    const [whole, text] = worker.match(/(\{"files":.*?\})\)\);\n/);
    return { worker, text, release: JSON.parse(text), whole };
}

/**
 * Another version of the page, in which some files are others: as `cargo xtask dist` would write it.
 * @param {Record<string, Buffer>} files
 * @param {string} version
 * @returns {Promise<Map<string, Buffer>>} All that differs.
 */
export async function nextVersion(files, version) {
    const { worker, text, release: known } = await release();
    for (const [file, content] of Object.entries(files)) {
        known.files[file] = [createHash("sha256").update(content).digest("hex"), content.length, known.files[file]?.[2] ?? false];
    }
    const next = { ...known, version };
    return new Map([
        ...Object.entries(files),
        ["service-worker.js", Buffer.from(worker.replace(text, JSON.stringify(next)))],
        ["version.json", Buffer.from(JSON.stringify({ version, offline: true }))],
    ]);
}
