/** Which of the engine's modules for the CPU a browser runs. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import binaryen from "binaryen";
import { isFused, moduleForCpu } from "../../web/engine/worker/fused.js";
import { root } from "../browser/harness.mjs";

/** What stands between the parentheses of every `Uint8Array.of` in a file, as numbers. */
async function bytesIn(file) {
    const text = await readFile(path.join(root, file), "utf8");
    const [, list] = text.match(/Uint8Array\.of\(([\s\S]*?)\);/) ?? assert.fail(`${file} has no bytes`);
    return Uint8Array.from(list.replace(/\/\/.*$/gm, "").match(/\d+/g) ?? [], Number);
}

test("a browser is asked for relaxed SIMD and a table with 64-bit addresses, by the page and by what keeps it alike", async () => {
    const module = binaryen.parseText(`(module (table i64 0 funcref)
        (func (param v128) (result v128) (f32x4.relaxed_madd (local.get 0) (local.get 0) (local.get 0))))`);
    module.setFeatures(binaryen.Features.All);
    const probe = module.emitBinary();
    module.dispose();
    assert.deepEqual(await bytesIn("web/engine/worker/fused.js"), probe);
    assert.deepEqual(await bytesIn("web/offline/service-worker.js"), probe);
    assert.equal(isFused, WebAssembly.validate(probe));
});

test("each ability has its module", () => {
    const names = [false, true].flatMap((shared) => [false, true].map((fused) => moduleForCpu(shared, fused)));
    assert.deepEqual(names, ["softcam_cpu", "softcam_cpu_fused", "softcam_threads", "softcam_threads_fused"]);
});
