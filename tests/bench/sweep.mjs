/**
 * What it costs to cover every part of a picture in turn: a grid of covered pictures by full runs, and by runs that compute
 * only what the covered part reaches, one of each in turns. On the CPU, in Node, by the page's own wasm.
 *
 *     node tests/bench/sweep.mjs [--grid 14] [--out FILE]
 *
 * The ratio is what carries over: time of all runs near a kept one, the kept one included, over that of as many full runs. Both
 * begin with the covered photo, so that preprocessing is in them, and end with logits and maps; answers are compared
 * before anything is said. The result is tests/bench/results/sweep-MACHINE.json unless --out says otherwise.
 */

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const { values: given } = parseArgs({ options: { grid: { type: "string", default: "14" }, out: { type: "string" }, model: { type: "string", multiple: true } } });
const grid = Number(given.grid);
const machine = `${cpus()[0].model.toLowerCase().match(/amd epyc|intel xeon|apple m\d/)?.[0].replace(" ", "-") ?? "machine"}-${availableParallelism()}-cores`;
const out = given.out ?? path.join(root, `tests/bench/results/sweep-${machine}.json`);
const read = async (file) => new Uint8Array(await readFile(path.join(root, file)));

/** Model, picture, side. */
const CASES = [
    ["efficientnet-lite0", "web/samples/coffee.jpg", 224],
    ["efficientnet-lite0", "web/samples/coffee.jpg", 448],
    ["fundus-fine", "web/samples/fundus/idrid-001.jpg", 768],
    ["chest-sparse", "web/samples/chest/nih-00002275_018.jpg", 256],
].filter(([model]) => !given.model || given.model.includes(model));

const softcam = await import(path.join(root, "pkg/softcam_cpu.js"));
await softcam.default({ module_or_path: await read("pkg/softcam_cpu_bg.wasm") });
const engine = softcam.Engine.onCpu();
const rows = [];
for (const [name, picture, size] of CASES) {
    const model = await engine.load(await read(`web/models/${name}.safetensors`));
    const { fit } = model.card().input;
    const photo = softcam.Photo.decode(await read(picture));
    const covered = (cell) => photo.edited([{ kind: "mask", rows: grid, columns: grid, cells: [cell], fill: "mean" }], size, fit);
    /** Milliseconds and logits of one run. */
    const run = async (cell, near) => {
        const changed = covered(cell);
        const begin = performance.now();
        const explanation = await model.explain(changed, size, fit, false, near);
        const [logits, maps] = [explanation.logits(), explanation.maps()];
        const milliseconds = performance.now() - begin;
        explanation.free();
        changed.free();
        return { milliseconds, logits, maps };
    };
    await model.keep(photo, size, fit);
    // Compiled before it is timed.
    for (let cell = 0; cell < 3; cell++) {
        await run(cell, false);
        await run(cell, true);
    }
    const begin = performance.now();
    await model.keep(photo, size, fit);
    let [full, near, worst] = [0, performance.now() - begin, 0];
    for (let cell = 0; cell < grid * grid; cell++) {
        // Who comes second finds the picture in the cache: in turns, too.
        const answers = [];
        for (const way of cell % 2 ? [true, false] : [false, true]) {
            answers[Number(way)] = await run(cell, way);
        }
        full += answers[0].milliseconds;
        near += answers[1].milliseconds;
        const range = answers[0].maps.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        answers[0].maps.forEach((value, index) => (worst = Math.max(worst, Math.abs(value - answers[1].maps[index]) / range)));
    }
    assert.ok(worst <= 1e-5, `${name} at ${size}: ${worst} of the range apart`);
    rows.push({ model: name, size, grid, full: full / grid ** 2, near: near / grid ** 2, ratio: near / full, worst, load: loadavg()[0] });
    console.log(`${name} at ${size} px, ${grid} x ${grid}: ${(full / grid ** 2).toFixed(1)} ms a full run, ${(near / grid ** 2).toFixed(1)} ms near one, ratio ${(near / full).toFixed(3)}, at most ${worst.toExponential(1)} of the range apart`);
    model.free();
    photo.free();
}
await writeFile(out, `${JSON.stringify({ machine: cpus()[0].model, cores: availableParallelism(), day: new Date().toISOString().slice(0, 10), rows }, null, 4)}\n`);
