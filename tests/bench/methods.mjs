/**
 * What every method of the page costs in the browser, on the CPU: milliseconds and runs of the network per explanation, for
 * every shipped model, by the page's own worker.
 *
 *     node tests/bench/methods.mjs [--model ID]... [--method NAME]... [--runs 5] [--out FILE]
 *
 * A method whose first run took more than ten seconds is run once. RISE is asked for few masks, and SmoothGrad and Integrated
 * Gradients as their papers have them; what is asked for stands beside each figure. The result is
 * tests/bench/results/methods-MACHINE.json unless --out says otherwise; what it has of other models stays. `load` is how many
 * processes wanted a core just then: above the number of cores, times are longer than the method's own.
 */

import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { openPage, root, startBrowser, startServer, whenExplained } from "../browser/harness.mjs";
import { METHODS } from "../../web/tools/methods.js";
import { optionsFrom } from "../../web/tools/methods/list.js";

const MODELS = { "efficientnet-lite0": "coffee.jpg", "chest-sparse": "chest/nih-00002275_018.jpg", "oct-sparse": null, "fundus-sparse": "fundus/idrid-001.jpg" };
/** The sweep is the engine's: as many lean explanations as there are cells. */
const COMPUTED = Object.keys(METHODS).filter((method) => method !== "sweep");
const TEXTS = { rise: "masks-250" };
/** Nothing here asks for a patch that depends on the input. */
const NO_PATCH = { size: 0, columns: 1 };
const LONG = 10_000;

const { values: given } = parseArgs({
    options: {
        model: { type: "string", multiple: true },
        method: { type: "string", multiple: true },
        runs: { type: "string", default: "5" },
        out: { type: "string" },
    },
});
const cpu = cpus()[0].model;
const cores = availableParallelism();
const machine = `${cpu.toLowerCase().match(/amd epyc|intel xeon|apple m\d/)?.[0].replace(" ", "-") ?? "machine"}-${cores}-cores`;
const out = given.out ?? path.join(root, `tests/bench/results/methods-${machine}.json`);
const { models } = JSON.parse(await readFile(path.join(root, "web/models/index.json"), "utf8"));
const { sets } = JSON.parse(await readFile(path.join(root, "web/samples/index.json"), "utf8"));

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

const server = await startServer();
const browser = await startBrowser();
const { page } = await openPage(browser, `${server.url}?device=cpu`);
await whenExplained(page);

/** Explains a picture by a method in the page's worker for methods, as often as is asked for. */
async function measure(model, sample, method, options, runs) {
    return page.evaluate(
        async ({ model, sample, method, options, runs, LONG }) => {
            const folder = (path) => new URL(path, document.baseURI).href;
            const { Engine } = await import(folder("web/engine/engine.js"));
            const { Attribution } = await import(folder("web/engine/attribution.js"));
            const kept = (globalThis.measured ??= new Map());
            if (!kept.has(model)) {
                kept.forEach(({ engine, attribution }) => (attribution.close(), engine.stop()));
                kept.clear();
                const { models } = await (await fetch("web/models/index.json")).json();
                const source = models.find(({ id }) => id === model);
                const photo = async () => (await fetch(`web/samples/${sample}`)).arrayBuffer();
                const assets = { wasm: folder("pkg/"), worker: folder("web/engine/worker/"), models: folder("web/models/") };
                const made = await new Promise((resolve, reject) => {
                    const engine = new Engine(assets, { model: () => source, photo }, model, "cpu", {
                        loading() {},
                        preparing() {},
                        ready: (_, { card }) => resolve({ engine, card }),
                        moved() {},
                        broken: reject,
                    });
                    engine.start();
                });
                kept.set(model, { ...made, attribution: new Attribution(made.engine) });
            }
            const { engine, card, attribution } = kept.get(model);
            const { size, fit } = card.input;
            const looked = { photo: sample, size, fit, edits: [] };
            const of = { model, shuffled: 0 };
            const times = [];
            if (method === null) {
                for (let run = 0; run < runs; run++) {
                    times.push((await engine.explain(of, looked)).milliseconds.run);
                }
                return { size, times, forward: 1, backward: 0 };
            }
            const { logits } = await engine.explain(of, looked);
            const shown = logits.indexOf(Math.max(...logits));
            const question = { method, options, target: { class: shown, against: null } };
            const asked = { expected: logits, signal: new AbortController().signal, onProgress() {} };
            let made;
            for (let run = 0; run < runs && (times[0] ?? 0) < LONG; run++) {
                ({ made } = await attribution.attribute(of, looked, question, asked));
                times.push(made.milliseconds);
            }
            return { size, times, forward: made.forward, backward: made.backward };
        },
        { model, sample, method, options, runs, LONG },
    );
}

const earlier = JSON.parse(await readFile(out, "utf8").catch(() => `{"rows": []}`));
const rows = earlier.rows;
for (const [model, named] of Object.entries(MODELS)) {
    if (given.model && !given.model.includes(model)) {
        continue;
    }
    const sample = named ?? sets[models.find(({ id }) => id === model).samples][0].file;
    for (const method of [null, ...COMPUTED]) {
        const name = method ?? "evidence";
        if (given.method && !given.method.includes(name)) {
            continue;
        }
        const options = method === null ? {} : optionsFrom(method, TEXTS[method] ?? "", NO_PATCH);
        const { size, times, forward, backward } = await measure(model, sample, method, options, Number(given.runs));
        const row = { model, size, method: name, options, forward, backward, milliseconds: median(times), runs: times.length, load: Number(loadavg()[0].toFixed(1)), date: new Date().toISOString() };
        const before = rows.findIndex((each) => each.model === model && each.method === name);
        rows.splice(before < 0 ? rows.length : before, before < 0 ? 0 : 1, row);
        console.log(`${model.padEnd(20)} ${name.padEnd(22)} ${row.milliseconds.toFixed(0).padStart(8)} ms  ${forward} forward, ${backward} back`);
        await writeFile(out, `${JSON.stringify({ machine: { cpu, cores, browser: `Chromium ${browser.version()}`, device: "cpu, one thread" }, rows }, null, 1)}\n`);
    }
}
await browser.close();
server.stop();
process.exit();
