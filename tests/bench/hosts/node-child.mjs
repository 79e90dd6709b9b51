/** What a process of its own does for node.mjs: name the adapter, or measure one case. */

import { readFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { addCopying } from "../measure/copying.mjs";
import { askAdapter } from "./adapter.mjs";

// Whoever asked is gone.
process.on("disconnect", () => process.exit());

process.on("message", async ({ ask, question, folders }) => {
    try {
        const gpu = await installWebGpu();
        process.send?.({ result: ask === "adapter" ? await askAdapter(gpu) : await measure(question, folders) });
    } catch (error) {
        process.send?.({ error: String(error?.stack ?? error?.message ?? JSON.stringify(error)) });
    }
});

async function measure(question, folders) {
    const file = (address) => {
        const prefix = Object.keys(folders).find((candidate) => address.startsWith(candidate)) ?? "";
        return path.join(folders[prefix], address.slice(prefix.length));
    };
    const files = {
        locate: (address) => pathToFileURL(file(address)).href,
        read: async (address) => new Uint8Array(await readFile(file(address))),
    };
    const { takeTurns } = await import("../measure/turns.mjs");
    const { open: ours } = await import("../measure/ours.mjs");
    const { open: peer } = await import("../measure/peer.mjs");
    return takeTurns(question, { ours: () => ours(question, files), peer: () => peer(question, files) });
}

/** Makes Node look enough like a page for wgpu and for onnxruntime-web. Nothing where the package is not installed. */
async function installWebGpu() {
    const dawn = await import("webgpu").catch(() => undefined);
    if (!dawn) {
        return undefined;
    }
    Object.assign(globalThis, dawn.globals);
    const gpu = dawn.create([]);
    Object.defineProperty(globalThis, "navigator", { value: { gpu, userAgent: "Node" }, configurable: true });
    // wgpu asks whether the global object is a Window before it looks for navigator.gpu.
    class Window {}
    Object.setPrototypeOf(globalThis, Window.prototype);
    Object.assign(globalThis, { Window, window: globalThis });
    acceptSharedMemory(/** @type {any} */ (globalThis).GPUQueue.prototype);
    return gpu;
}

/**
 * Dawn's binding for Node refuses to write from shared memory, which is what onnxruntime's wasm has; a browser takes it.
 * Such data is copied first, and the time that this takes is the binding's, not the peer's.
 */
function acceptSharedMemory(queue) {
    const { writeBuffer } = queue;
    queue.writeBuffer = function (buffer, offset, data, from = 0, count) {
        if (!((data.buffer ?? data) instanceof SharedArrayBuffer)) {
            return writeBuffer.apply(this, arguments);
        }
        const begin = performance.now();
        const whole = ArrayBuffer.isView(data) ? data : new Uint8Array(data);
        const copy = /** @type {any} */ (whole).slice(from, count === undefined ? undefined : from + count);
        addCopying(performance.now() - begin);
        return writeBuffer.call(this, buffer, offset, copy);
    };
}
