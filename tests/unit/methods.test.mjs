/** Other methods: what can be chosen, what maps add up to, and the worker that computes them; it is made up here. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, test } from "node:test";
import { Attribution } from "../../web/engine/attribution.js";
import { EngineError, Superseded } from "../../web/engine/connection.js";
import { countable } from "../../web/evidence/grid.js";
import { scaleOf, scaleOfMost } from "../../web/evidence/scale.js";
import { fromParameters, toHash } from "../../web/page/address.js";
import { initialState, withPicture, withTool } from "../../web/page/state.js";
import { signed } from "../../web/text/numbers.js";
import { additionOf, readable } from "../../web/tools/methods/adding.js";
import { Curves } from "../../web/tools/methods/curves.js";
import { OFFERED, chosenFrom, hasLayers, isDear, layersOf, optionsFrom, readingOf, runsOf, scaledLikeEvidence, settingsOf, toText, unitOf, usual } from "../../web/tools/methods/list.js";
import methods from "../../web/tools/methods/methods.js";
import { Plans } from "../../web/tools/methods/plans.js";
import { verdictOf } from "../../web/tools/methods/verdict.js";
import { METHODS } from "../../web/tools/methods.js";
import { madeUpWorkers, settled } from "./made-up-workers.mjs";

/** The methods as the attribution crate has them: `GradCam` and so on, with what a function of them says. */
const crate = readFileSync(new URL("../../crates/softcam-attribution/src/method.rs", import.meta.url), "utf8");
function inCrate(name) {
    const body = crate.split(`pub fn ${name}(self)`)[1].split("\n    }\n")[0];
    return new Map(Array.from(body.matchAll(/Self::(\w+) => "([^"]+)"/g), ([, method, text]) => [method, text]));
}

test("every method is offered, once; the sweep is a tool of its own", () => {
    assert.deepEqual([...OFFERED, "sweep"].toSorted(), Object.keys(METHODS).toSorted());
});

test("colours of a method without a sign, and of controls, are not read as for and against", () => {
    const [, signed] = crate.split("pub fn signed(self)")[1].match(/match self \{([\s\S]*?)=> true/);
    const choice = { shown: 0, against: null };
    for (const [method, name] of inCrate("name")) {
        if (method !== "SoftCam") {
            const expected = ["random", "edges"].includes(name) ? name : signed.includes(`Self::${method}\n`) || signed.includes(`Self::${method} `) ? "signed" : "important";
            assert.equal(readingOf(name, choice), expected, name);
        }
    }
    assert.equal(readingOf("rise", { shown: 0, against: 1 }), "signed");
    assert.equal(readingOf("score-cam", { shown: 0, against: 1 }), "important");
});

test("runs are counted as the command line counts them, and many have to be started", () => {
    assert.deepEqual(runsOf("grad-cam", 1), { forward: 1, backward: 1 });
    assert.deepEqual(runsOf("integrated-gradients", 50), { forward: 52, backward: 50 });
    assert.deepEqual(runsOf("smooth-grad", 50), { forward: 50, backward: 50 });
    assert.deepEqual(runsOf("occlusion", 169), { forward: 170, backward: 0 });
    assert.deepEqual(runsOf("rise", 500), { forward: 500, backward: 0 });
    assert.deepEqual(runsOf("edges", 1), { forward: 0, backward: 0 });
    assert.ok(!isDear({ forward: 25, backward: 25 }) && isDear({ forward: 26, backward: 25 }));
});

test("what is in the logit's unit, and what is drawn on the evidence's scale", () => {
    assert.ok(["grad-cam", "hires-cam", "grad-cam-clipped"].every((method) => scaledLikeEvidence(method, "")));
    assert.ok(!scaledLikeEvidence("grad-cam", "layer-3") && !scaledLikeEvidence("layer-cam", ""));
    assert.deepEqual(["hires-cam", "occlusion", "integrated-gradients", "rise", "random"].map((method) => unitOf(method, "")), ["logit", "logit", "logit", "none", "none"]);
    assert.equal(unitOf("grad-cam", "layer-3"), "none");
});

test("what is chosen of a method is text in the state, and comes back from it", () => {
    for (const method of Object.keys(METHODS)) {
        assert.equal(toText(chosenFrom(method, usual(method))), usual(method), method);
        assert.match(usual(method), /^([a-z][a-z0-9-]{0,40})?$/, method);
        for (const [name, { values }] of settingsOf(method)) {
            for (const value of values) {
                assert.equal(chosenFrom(method, toText({ [name]: value }))[name], value, `${method} ${name}`);
            }
        }
    }
    const options = (method, text) => optionsFrom(method, text, { size: 230, columns: 8 });
    assert.deepEqual(options("integrated-gradients", "steps-25-baseline-blur"), { steps: 25, baseline: "blur" });
    assert.deepEqual(options("smooth-grad", "noise-20"), { samples: 50, noise: 0.2 });
    assert.deepEqual(options("layer-cam", "layer-3"), { layer: 3 });
    // Of occlusion, squares as the method has them by itself are left to it.
    assert.deepEqual(options("occlusion", "baseline-black"), { baseline: "black" });
    assert.deepEqual(options("occlusion", "patch-14"), { baseline: "mean", patch: 17, stride: 9 });
    assert.deepEqual(options("occlusion", "patch-cell-stride-whole"), { baseline: "mean", patch: 29, stride: 29 });
    // What no version of the page wrote is as usual.
    assert.deepEqual(options("integrated-gradients", "steps-1e9-baseline-x-layer-2"), { steps: 50, baseline: "mean" });
    assert.deepEqual(options("grad-cam", "layer--1-masks-500"), {});
    assert.deepEqual(options("edges", "layer-3"), {});
    assert.deepEqual(options("occlusion", "blur-1"), { baseline: "mean" });
    assert.ok(hasLayers("score-cam") && !hasLayers("rise"));
});

test("layers to choose from are the last and some before it, with the one that is chosen", () => {
    assert.deepEqual(layersOf(17, undefined), [17, 14, 10, 7, 3]);
    assert.deepEqual(layersOf(17, 16), [17, 16, 14, 10, 7, 3]);
    assert.deepEqual(layersOf(3, undefined), [3, 2, 1]);
    assert.deepEqual(layersOf(0, undefined), []);
    assert.deepEqual(layersOf(4, 9), [4, 3, 2, 1]);
});

const answer = (values, method, against = null) => ({
    map: { values: Float32Array.from(values) },
    method,
    explained: { logits: Float32Array.of(1, 4, -2) },
    choice: { shown: 1, against },
});

test("evidence adds up to the logit; of any other map the gap is written out", () => {
    assert.deepEqual(additionOf(answer([8, 2, 1, 5], "evidence"), null), { count: 4, sum: 4, logit: 4, gap: 0, claim: null });
    assert.deepEqual(additionOf(answer([1, 2, -0.5], "grad-cam"), null), { count: 3, sum: 2.5, logit: 4, gap: -1.5, claim: null });
    const { logit, gap, claim } = additionOf(answer([3, 2.5], "integrated-gradients", 2), 5);
    assert.deepEqual([logit, gap, claim], [6, -0.5, 5]);
});

test("numbers without a unit are as long as they must be", () => {
    const text = (value) => readable(signed, value);
    assert.deepEqual([0, 12.34567, -0.0123, 0.00012345, 12345.678].map(text), ["0.0000", "+12.3457", "\u22120.0123", "+0.000123", "+12345.7"]);
});

test("lines are drawn around cells, not around pixels", () => {
    assert.ok(countable({ rows: 16, columns: 16 }));
    assert.ok(!countable({ rows: 224, columns: 224 }));
});

test("the colours of a fine map end where one value of a hundred is beyond, those of cells at the largest", () => {
    const fine = Float32Array.from({ length: 10_001 }, (_, index) => (index % 2 ? -1 : 1) * index * 1e-4);
    const limit = scaleOfMost(fine);
    assert.ok(limit >= 0.99 && limit < 1, `${limit}`);
    assert.equal(scaleOf(fine), 1);
    assert.equal(scaleOfMost(Float32Array.of(...new Array(999).fill(0), -3)), 3);
    assert.equal(scaleOfMost(new Float32Array(9)), 1);
});

test("which curve is ahead: the smaller area of a deletion, the larger of an insertion; and when neither says much", () => {
    const curve = (area, ...probabilities) => ({ area, points: probabilities.map((probability, index) => ({ share: index, probability })) });
    const [low, high] = [curve(0.2, 0.9, 0.1), curve(0.3, 0.9, 0.2)];
    const deletion = verdictOf("deletion", low, high);
    assert.deepEqual([deletion.ahead, deletion.whole, deletion.unsaid], ["first", 0.9, false]);
    assert.ok(Math.abs(deletion.by - 0.1) < 1e-12);
    assert.equal(verdictOf("deletion", high, low).ahead, "second");
    const insertion = verdictOf("insertion", low, high);
    assert.deepEqual([insertion.ahead, insertion.whole, insertion.unsaid], ["second", 0.1, true]);
    assert.equal(verdictOf("insertion", high, low).ahead, "first");
    assert.equal(verdictOf("deletion", curve(0.2, 0.4), curve(0.204, 0.4)).ahead, "tie");
    assert.ok(verdictOf("deletion", curve(0.2, 0.4), curve(0.204, 0.4)).unsaid);
    assert.equal(verdictOf("deletion", curve(0.2, 0.4), curve(null, 0.4)), null);
});

test("runs are asked for once per model and size; what could not be planned is not known, and is tried again when it is told to", async () => {
    const asked = [];
    const engine = { attribution: { ask: (question, of, looked, payload) => new Promise((resolve, reject) => asked.push({ question, payload, resolve, reject })) } };
    let changes = 0;
    const plans = new Plans(engine, () => (changes += 1));
    const solved = (picture) => ({ pane: { ...initialState("m", picture).pane, size: 64, choice: { shown: 1, against: null } }, explained: { columns: 2 } });
    const all = [{ method: "rise", options: "masks-250" }, { method: "score-cam", options: "" }];
    plans.want(solved("p"), all);
    plans.want(solved("p"), all);
    assert.equal(asked.length, 1);
    assert.deepEqual(asked[0].payload.methods, [{ method: "rise", options: { masks: 250 } }, { method: "score-cam", options: {} }]);
    assert.equal(plans.of(solved("p"), all[0]), undefined);
    asked[0].resolve({ passes: [250, null] });
    await settled();
    assert.deepEqual([plans.of(solved("p"), all[0]), plans.of(solved("q"), all[1]), changes], [{ forward: 250, backward: 0 }, null, 1]);
    plans.want(solved("q"), all);
    assert.equal(asked.length, 1);
    plans.forgetFailures();
    plans.want(solved("q"), all);
    assert.deepEqual(asked[1].payload.methods, [{ method: "score-cam", options: {} }]);
    asked[1].reject(new Error("stopped"));
    await settled();
    assert.equal(plans.of(solved("q"), all[1]), null);
});

test("a method stays from picture to picture, in a link, and until its tool is closed", () => {
    const opened = methods.begin(withTool(initialState("a", "sample:1"), "methods"));
    assert.deepEqual(opened.beside, { method: "grad-cam", options: "" });
    const rise = { ...opened, beside: { method: "rise", options: usual("rise") }, tools: { methods: { curve: "deletion" } } };
    const next = withPicture(rise, "sample:2");
    assert.deepEqual(next.beside, rise.beside);
    const link = fromParameters(new URLSearchParams(toHash(next, "en")), "a", "sample:2", "en");
    assert.deepEqual([link.tool, link.beside, link.tools], ["methods", rise.beside, rise.tools]);
    assert.equal(withTool(next, "methods").beside, null);
    assert.equal(withTool(next, "nudge").beside, null);
});

/** Workers that were started, with what was posted to each. */
let workers;
beforeEach(() => (workers = madeUpWorkers()));

const LOOKED = { photo: "p", size: 8, fit: "pad", edits: [] };
const LOGITS = Float32Array.of(1, 4, -2);
const MADE = { values: Float32Array.of(1), rows: 1, columns: 1, logits: LOGITS, made: {} };

/** An engine as far as the worker for methods needs one, with what it was asked for. */
function given() {
    const asked = [];
    const of = (what, value) => async (id) => {
        asked.push(`${what} ${id}`);
        return value;
    };
    return { asked, assets: { worker: "file:///", wasm: "", models: "" }, fileOf: of("model", new Blob()), sources: { photo: of("photo", new ArrayBuffer(1)) } };
}

function ask(attribution, more = {}) {
    const abort = new AbortController();
    const progress = [];
    const options = { expected: LOGITS, signal: abort.signal, onProgress: (each) => progress.push(each), ...more };
    const answered = attribution.attribute({ model: "m", shuffled: 0 }, LOOKED, { method: "rise", options: {}, target: { class: 1, against: null } }, options);
    answered.catch(() => {});
    return { answered, abort, progress };
}

test("a worker is started by the first question, and gets the model and the photo along once", async () => {
    const engine = given();
    const attribution = new Attribution(engine);
    assert.equal(workers.length, 0);
    const first = ask(attribution);
    await settled();
    const [worker] = workers;
    assert.equal(worker.posted[0].type, "prepare");
    const { id, payload } = worker.asked[0];
    assert.ok(payload.file instanceof Blob && payload.seen.bytes instanceof ArrayBuffer);
    worker.say({ type: "progress", id, progress: { done: 3, total: 9 } });
    worker.say({ type: "answer", id, answer: MADE });
    assert.equal(await first.answered, MADE);
    assert.deepEqual(first.progress, [{ done: 3, total: 9 }]);

    const second = ask(attribution);
    await settled();
    assert.deepEqual([worker.asked[1].payload.file, worker.asked[1].payload.seen.bytes], [null, null]);
    // It has let go of the model.
    worker.say({ type: "unknown", id: worker.asked[1].id, what: "model" });
    await settled();
    assert.ok(worker.asked[2].payload.file instanceof Blob);
    worker.say({ type: "answer", id: worker.asked[2].id, answer: MADE });
    await second.answered;
    assert.deepEqual(engine.asked, ["model m", "photo p", "model m"]);
    assert.equal(workers.length, 1);
});

test("a question that is given up is cancelled in the worker, which goes on", async () => {
    const attribution = new Attribution(given());
    const { answered, abort } = ask(attribution);
    await settled();
    abort.abort();
    await assert.rejects(answered, Superseded);
    const [worker] = workers;
    assert.deepEqual(worker.posted.at(-1), { type: "cancel", id: worker.asked[0].id });
    assert.equal(worker.ended, false);
});

test("a worker that stops is a failure with a reason, not a question asked for ever; the next question starts another", async () => {
    const attribution = new Attribution(given());
    const { answered } = ask(attribution);
    await settled();
    const failure = { fault: "device", code: "engine-stopped", values: { reason: "unreachable" }, message: "", advice: "" };
    workers[0].say({ type: "failed", id: workers[0].asked[0].id, failure, fatal: true });
    await assert.rejects(answered, (error) => error instanceof EngineError && error.failure.code === "method-stopped" && error.failure.values.reason === "unreachable");
    assert.equal(workers[0].ended, true);
    ask(attribution);
    await settled();
    assert.equal(workers.length, 2);
    assert.ok(workers[1].asked[0].payload.file instanceof Blob);
    attribution.close();
    assert.equal(workers[1].ended, true);
});

test("of a network that answers otherwise than the one on show, nothing is shown", async () => {
    const attribution = new Attribution(given());
    const almost = ask(attribution);
    await settled();
    workers[0].say({ type: "answer", id: workers[0].asked[0].id, answer: { ...MADE, logits: Float32Array.of(1.001, 4, -2) } });
    await almost.answered;
    for (const logits of [Float32Array.of(1.1, 4, -2), Float32Array.of(1, 4), Float32Array.of(1, NaN, -2)]) {
        const { answered } = ask(attribution);
        await settled();
        workers[0].say({ type: "answer", id: workers[0].asked.at(-1).id, answer: { ...MADE, logits } });
        await assert.rejects(answered, (error) => error.failure.code === "method-differs");
    }
});

/** Curves by a worker that answers when it is told to. */
function curvesOf() {
    const asked = [];
    const engine = {
        attribution: {
            ask: (question, of, looked, payload, { signal, onProgress }) =>
                new Promise((resolve, reject) => {
                    asked.push({ payload, onProgress, resolve, reject });
                    signal.addEventListener("abort", () => reject(new Superseded()));
                }),
        },
    };
    const failures = [];
    let changes = 0;
    const curves = new Curves(engine, { change: () => (changes += 1), fail: (error) => failures.push(error) });
    return { curves, asked, failures, changes: () => changes };
}

const wish = (method, kind) => ({
    pane: { ...initialState("m", "p").pane, method, choice: { shown: 2, against: null } },
    map: { values: Float32Array.of(1), rows: 1, columns: 1 },
    kind,
});

test("curves are drawn one after the other, point by point, and given up with what they are of", async () => {
    const { curves, asked, failures } = curvesOf();
    const both = [wish("evidence", "deletion"), wish("rise", "deletion")];
    curves.want(both);
    assert.equal(asked.length, 1);
    assert.equal(asked[0].payload.class, 2);
    asked[0].onProgress({ points: [{ share: 0, probability: 0.9 }], total: 3 });
    assert.deepEqual(curves.of(both[0]), { status: "waiting", points: [{ share: 0, probability: 0.9 }], total: 3, area: null });
    asked[0].resolve({ points: [{ share: 0, probability: 0.9 }], area: 0.4 });
    await settled();
    assert.equal(curves.of(both[0]).area, 0.4);
    curves.want(both);
    assert.equal(asked.length, 2);
    // Another kind is wanted now.
    const other = [wish("evidence", "insertion")];
    curves.want(other);
    await settled();
    assert.equal(curves.of(both[1]), null);
    assert.equal(asked.length, 3);
    asked[2].reject(new EngineError({ fault: "device", message: "", advice: "" }));
    await settled();
    assert.equal(curves.of(other[0]).status, "failed");
    curves.want(other);
    assert.equal(asked.length, 3, "what failed is not asked for again and again");
    assert.equal(failures.length, 1);
    curves.want([both[0]]);
    assert.equal(asked.length, 3, "what was drawn is kept");
});
