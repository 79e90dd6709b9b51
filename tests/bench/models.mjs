/**
 * Writes every network of networks.mjs as a model file of this project, into target/bench/:
 *
 *     node tests/bench/models.mjs
 *
 * `NETWORK-int8.safetensors` comes out of the converter that the page uses on a dropped checkpoint (pkg/softcam_methods);
 * `NETWORK-float.safetensors` has the very same numbers in float. tests/parity/export_onnx.py makes the peer's files from
 * the former. What is there already stays: delete target/bench/ to have it made again.
 */

import { copyFile, mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { root } from "../browser/harness.mjs";
import { checkpoint } from "../browser/networks.mjs";
import { inFloat } from "./model-file.mjs";
import { CLASSES, NETWORKS } from "./networks.mjs";

const out = path.join(root, "target/bench");
const shipped = path.join(root, "web/models/efficientnet-lite0.safetensors");

/** Whole or not at all: a file that is there counts as finished. */
async function write(file, bytes) {
    await writeFile(`${file}.part`, bytes);
    await rename(`${file}.part`, file);
}

const age = async (file) => (await stat(file).catch(() => undefined))?.mtimeMs ?? -Infinity;

const converter = await import(path.join(root, "pkg/softcam_methods.js"));
await converter.default({ module_or_path: await readFile(path.join(root, "pkg/softcam_methods_bg.wasm")) });
const classes = Array.from({ length: CLASSES }, (_, index) => `class ${index}`);
await mkdir(out, { recursive: true });
for (const [name, { listing }] of Object.entries(NETWORKS)) {
    const [int8, float] = ["int8", "float"].map((precision) => path.join(out, `${name}-${precision}.safetensors`));
    if (listing === undefined) {
        if ((await age(int8)) < (await age(shipped))) {
            await copyFile(shipped, int8);
        }
    } else if ((await age(int8)) === -Infinity) {
        const settings = JSON.stringify({ architecture: name, classes });
        const opened = await converter.openModel(await checkpoint(listing, CLASSES), [settings], () => {});
        await write(int8, opened.bytes());
        opened.free();
    }
    if ((await age(float)) < (await age(int8))) {
        console.log(`${name} to target/bench/`);
        await write(float, inFloat(await readFile(int8)));
    }
}
