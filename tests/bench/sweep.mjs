/**
 * What it costs to cover every part of a picture in turn: a grid of covered pictures by full runs, by runs that compute only
 * what the covered part reaches, and by such runs that give no maps, which is what the page's sweep asks for. One of each in
 * turns, on the CPU, in Node, by the page's own wasm.
 *
 *     node tests/bench/sweep.mjs [--grid 14] [--model NAME]... [--out FILE]
 *
 * The ratios are what carries over: time of all runs near a kept one, the kept one included, over that of as many full runs
 * (explanations with maps). All begin with the covered photo, so that preprocessing is in them; answers are compared before
 * anything is said. The result is tests/bench/results/sweep-MACHINE.json unless --out says otherwise.
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

const WAYS = ["full", "near", "answer"];

/** How far two answers are apart, as a share of the range. @param {Float32Array} one @param {Float32Array} other */
function apart(one, other) {
    const range = one.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return one.reduce((most, value, index) => Math.max(most, Math.abs(value - other[index]) / range), 0);
}

/** Model, picture, side. */
const CASES = [
    ["efficientnet-lite0", "web/samples/coffee.jpg", 224],
    ["efficientnet-lite0", "web/samples/coffee.jpg", 448],
    ["fundus-sparse", "web/samples/fundus/idrid-001.jpg", 768],
    ["chest-sparse", "web/samples/chest/nih-00002275_018.jpg", 224],
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
    /** Milliseconds, logits and maps of one run. */
    const run = async (cell, way) => {
        const changed = covered(cell);
        const begin = performance.now();
        const answer = way === "answer" ? await model.answer(changed, size, fit) : await model.explain(changed, size, fit, false, way === "near");
        const [logits, maps] = [answer.logits(), answer.maps?.() ?? null];
        const milliseconds = performance.now() - begin;
        answer.free();
        changed.free();
        return { milliseconds, logits, maps };
    };
    await model.keep(photo, size, fit);
    // Compiled before it is timed.
    for (let cell = 0; cell < 3; cell++) {
        for (const way of WAYS) {
            await run(cell, way);
        }
    }
    const begin = performance.now();
    await model.keep(photo, size, fit);
    const keeping = performance.now() - begin;
    const time = { full: 0, near: keeping, answer: keeping };
    let [worst, worstLogit] = [0, 0];
    for (let cell = 0; cell < grid * grid; cell++) {
        const answers = {};
        // Who comes second finds the picture in the cache: in turns, too.
        for (let turn = 0; turn < WAYS.length; turn++) {
            const way = WAYS[(turn + cell) % WAYS.length];
            answers[way] = await run(cell, way);
            time[way] += answers[way].milliseconds;
        }
        worst = Math.max(worst, apart(answers.full.maps, answers.near.maps));
        worstLogit = Math.max(worstLogit, apart(answers.full.logits, answers.near.logits), apart(answers.full.logits, answers.answer.logits));
    }
    assert.ok(worst <= 1e-5 && worstLogit <= 1e-5, `${name} at ${size}: maps ${worst}, logits ${worstLogit} of the range apart`);
    const each = (way) => time[way] / grid ** 2;
    const ratios = { ratio: time.near / time.full, ratioWithoutMaps: time.answer / time.full };
    rows.push({ model: name, size, grid, full: each("full"), near: each("near"), nearWithoutMaps: each("answer"), ...ratios, worst, worstLogit, load: loadavg()[0] });
    console.log(
        `${name} at ${size} px, ${grid} x ${grid}: ${each("full").toFixed(1)} ms a full run, ${each("near").toFixed(1)} ms near one (${ratios.ratio.toFixed(3)}), ` +
            `${each("answer").toFixed(1)} ms without maps (${ratios.ratioWithoutMaps.toFixed(3)}); at most ${Math.max(worst, worstLogit).toExponential(1)} of the range apart`,
    );
    model.free();
    photo.free();
}
await writeFile(out, `${JSON.stringify({ machine: cpus()[0].model, cores: availableParallelism(), day: new Date().toISOString().slice(0, 10), rows }, null, 4)}\n`);
