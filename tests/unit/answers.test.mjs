/** What is asked of the engine, what is given up, and what is asked again: the engine here is made up. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { EngineError, Superseded } from "../../web/engine/connection.js";
import { Answers } from "../../web/page/answers.js";
import { answerKey, initialState } from "../../web/page/state.js";

const settled = () => new Promise((resolve) => setImmediate(resolve));
const LOADED = { card: {}, layers: [], device: { kind: "cpu", name: "CPU" } };
const FAILURE = { fault: "image", message: "Broken.", advice: "" };

/** Answers nothing by itself. */
class FakeEngine {
    /** @type {{question: any[], resolve: (value: any) => void, reject: (error: Error) => void}[]} */
    asked = [];

    load(...question) {
        return this.#ask(question);
    }

    explain(...question) {
        return this.#ask(question, question[2].signal);
    }

    #ask(question, signal) {
        return new Promise((resolve, reject) => {
            this.asked.push({ question, resolve, reject, signal });
            signal?.addEventListener("abort", () => reject(new Superseded()));
        });
    }

    /** Everything under way ends without an answer, as when its worker is gone. */
    break() {
        this.asked.forEach(({ reject }) => reject(new Superseded()));
    }
}

let engine;
let answers;
let changes;
beforeEach(() => {
    engine = new FakeEngine();
    changes = 0;
    answers = new Answers(engine, () => (changes += 1));
});

const pane = (picture, rest = {}) => ({ ...initialState("first", picture).pane, size: 224, fit: "pad", choice: { shown: 0, against: null }, ...rest });
const explained = (size = 49) => ({ maps: new Float32Array(size), logits: Float32Array.of(0) });
const status = (wanted) => answers.explained(wanted)?.status;

test("nothing is asked before there is an engine", () => {
    answers.wantModels(["first"]);
    answers.wantExplained([pane("a")]);
    assert.equal(engine.asked.length, 0);
    answers.ready("first", LOADED);
    assert.deepEqual([changes, answers.model("first").status], [1, "done"]);
    answers.wantModels(["first"]);
    assert.equal(engine.asked.length, 0, "it is there");
});

test("a question is asked once, however often its answer is wanted, and whatever of it is looked at", async () => {
    answers.ready("first", LOADED);
    answers.wantExplained([pane("a"), pane("a", { choice: { shown: 3, against: 1 } })]);
    answers.wantExplained([pane("a", { method: "occlusion" })]);
    assert.equal(engine.asked.length, 1);
    const [{ question, resolve }] = engine.asked;
    assert.deepEqual(question.slice(0, 2), [
        { model: "first", shuffled: 0 },
        { photo: "a", size: 224, fit: "pad", edits: [] },
    ]);
    assert.equal(status(pane("a")), "waiting");
    const value = explained();
    resolve(value);
    await settled();
    assert.deepEqual(answers.explained(pane("a")).value, { ...value, on: "cpu" });
    answers.wantExplained([pane("a")]);
    assert.equal(engine.asked.length, 1);
});

test("what nobody wants any more is given up; what is wanted still is not", async () => {
    answers.ready("first", LOADED);
    answers.wantExplained([pane("a"), pane("b")]);
    answers.wantExplained([pane("b"), pane("c")]);
    await settled();
    const given = engine.asked.map(({ question: [, { photo }], signal }) => [photo, signal.aborted]);
    assert.deepEqual(given, [["a", true], ["b", false], ["c", false]]);
    assert.equal(answers.explained(pane("a")), null);
    answers.wantExplained([]);
    assert.ok(engine.asked.every(({ signal }) => signal.aborted));
});

test("a question that is asked anew before the end of the old one is known is asked once more, not twice", async () => {
    answers.ready("first", LOADED);
    let end;
    engine.explain = (...question) =>
        new Promise((resolve, reject) => {
            engine.asked.push({ question, resolve });
            // The picture is still on its way, so that nobody notices at once.
            end ??= () => reject(new Superseded());
        });
    answers.wantExplained([pane("a")]);
    answers.wantExplained([pane("b")]);
    answers.wantExplained([pane("a")]);
    end();
    await settled();
    assert.equal(status(pane("a")), "waiting");
    answers.wantExplained([pane("a")]);
    assert.deepEqual(engine.asked.map(({ question: [, { photo }] }) => photo), ["a", "b", "a"]);
    engine.asked[2].resolve(explained());
    await settled();
    assert.equal(status(pane("a")), "done");
});

test("a failure stays until it is forgotten, and then can be tried again", async () => {
    answers.ready("first", LOADED);
    answers.wantExplained([pane("a")]);
    engine.asked[0].reject(new EngineError(FAILURE));
    await settled();
    assert.equal(answers.explained(pane("a")).failure, FAILURE);
    answers.wantExplained([pane("a")]);
    assert.equal(engine.asked.length, 1);
    answers.forget(pane("a"));
    answers.wantExplained([pane("a")]);
    assert.equal(engine.asked.length, 2);
    engine.asked[1].reject(new TypeError("offline"));
    await settled();
    const { failure } = answers.explained(pane("a"));
    assert.deepEqual([failure.fault, failure.code, failure.values], ["network", "picture-not-loaded", { reason: "offline" }]);
});

test("a model that cannot be had is forgotten with the picture that wanted it", async () => {
    answers.ready("first", LOADED);
    answers.wantModels(["other"]);
    assert.equal(answers.model("other").status, "waiting");
    engine.asked[0].reject(new EngineError({ ...FAILURE, fault: "network" }));
    await settled();
    assert.equal(answers.model("other").status, "failed");
    answers.wantModels(["other"]);
    assert.equal(engine.asked.length, 1);
    answers.forget(pane("a", { model: "other" }));
    answers.wantModels(["other"]);
    assert.equal(engine.asked.length, 2);
});

test("when the engine breaks, what it was asked waits for the next one; what is there stays", async () => {
    answers.ready("first", LOADED);
    answers.wantExplained([pane("a")]);
    engine.asked[0].resolve(explained());
    await settled();
    answers.wantExplained([pane("a"), pane("b")]);
    answers.pause();
    engine.break();
    await settled();
    answers.wantExplained([pane("a"), pane("b")]);
    assert.equal(engine.asked.length, 2, "there is nobody to ask");
    assert.deepEqual([status(pane("a")), status(pane("b"))], ["done", undefined]);
    answers.ready("first", LOADED);
    answers.wantExplained([pane("a"), pane("b")]);
    assert.deepEqual(engine.asked.slice(2).map(({ question: [, { photo }] }) => photo), ["b"]);
});

test("a picture that has broken two engines is not given to a third, unless it is asked for anew", async () => {
    const breakOnce = async () => {
        answers.ready("first", LOADED);
        answers.wantExplained([pane("a")]);
        answers.pause();
        engine.break();
        await settled();
    };
    await breakOnce();
    assert.equal(answers.explained(pane("a")), null);
    await breakOnce();
    assert.equal(answers.explained(pane("a")).failure.code, "stopped-twice");
    answers.ready("first", LOADED);
    answers.wantExplained([pane("a")]);
    assert.equal(engine.asked.length, 2);
    answers.forget(pane("a"));
    answers.wantExplained([pane("a")]);
    assert.equal(engine.asked.length, 3);
});

test("one break does not count against a picture that was answered since", async () => {
    for (let round = 0; round < 3; round++) {
        answers.ready("first", LOADED);
        answers.wantExplained([pane("a", { size: 224 + round })]);
        answers.pause();
        engine.break();
        await settled();
        answers.ready("first", LOADED);
        answers.wantExplained([pane("a", { size: 224 + round })]);
        engine.asked.at(-1).resolve(explained());
        await settled();
        assert.equal(status(pane("a", { size: 224 + round })), "done");
    }
});

test("old answers are let go of, what was looked at last stays longest", async () => {
    answers.ready("first", LOADED);
    const answer = async (picture, size) => {
        answers.wantExplained([pane(picture)]);
        engine.asked.at(-1).resolve(explained(size));
        await settled();
    };
    for (let index = 0; index < 100; index++) {
        await answer(`picture ${index}`, 10);
        answers.explained(pane("picture 0"));
    }
    const kept = Array.from({ length: 100 }, (_, index) => index).filter((index) => answers.explained(pane(`picture ${index}`)));
    assert.ok(kept.length <= 41 && kept.includes(0) && kept.includes(99) && !kept.includes(1), `${kept}`);
    for (let index = 0; index < 5; index++) {
        await answer(`large ${index}`, 7e6);
    }
    const large = [0, 1, 2, 3, 4].filter((index) => answers.explained(pane(`large ${index}`)));
    assert.ok(large.length <= 2 && large.includes(4), `${large}`);
});

const GPU = { kind: "webgpu", name: "acme" };
const took = (run) => ({ ...explained(), milliseconds: { decode: 1, run } });

test("an answer that is on show is never let go of, however often the others are looked up", async () => {
    answers.ready("first", LOADED);
    const all = Array.from({ length: 60 }, (_, index) => pane(`picture ${index}`));
    for (const [index, one] of all.entries()) {
        answers.wantExplained([one]);
        // As the filmstrip does on every turn, also while an answer is on its way.
        all.slice(0, index).forEach((other) => answers.explained(other));
        engine.asked.at(-1).resolve(explained());
        await settled();
        assert.equal(status(one), "done", `picture ${index}`);
        answers.wantExplained([one]);
        assert.equal(engine.asked.length, index + 1, "it is not asked anew");
    }
    const answered = all.filter((one) => answers.answered(one)?.status === "done");
    assert.ok(answered.length >= 30 && answered.length <= 41, `${answered.length} stay`);
});

test("a device that takes over answers the same: the answers stay, and each says what it took where", async () => {
    answers.ready("first", LOADED);
    answers.wantExplained([pane("a"), pane("b")]);
    engine.asked.forEach(({ resolve }) => resolve(took(100)));
    await settled();
    answers.moved(GPU, { decode: 1, run: 5 }, answerKey(pane("a")));
    const times = (picture) => {
        const { milliseconds, on } = answers.explained(pane(picture)).value;
        return [milliseconds.run, on];
    };
    assert.deepEqual([times("a"), times("b")], [[5, "webgpu"], [100, "cpu"]]);
    assert.equal(answers.model("first").value.device, GPU);
    answers.moved({ ...GPU, reason: "more" }, null, answerKey(pane("a")));
    assert.deepEqual(times("a"), [5, "webgpu"]);
});

test("a device that was chosen, or had to be, is asked anew; the same device need not be", async () => {
    answers.ready("first", LOADED);
    answers.wantExplained([pane("a")]);
    engine.asked[0].resolve(took(100));
    await settled();
    answers.pause();
    answers.ready("first", LOADED);
    assert.equal(status(pane("a")), "done");
    answers.pause();
    answers.ready("first", { ...LOADED, device: GPU });
    assert.equal(answers.explained(pane("a")), null);
    answers.wantExplained([pane("a")]);
    assert.equal(engine.asked.length, 2);
});

test("another method's map is made once per choice, reports how far it is, and is given up like any question", async () => {
    answers.ready("first", LOADED);
    const runs = [];
    const run = (question) =>
        new Promise((resolve, reject) => {
            runs.push({ ...question, resolve });
            question.signal.addEventListener("abort", () => reject(new Superseded()));
        });
    const wanted = (shown) => ({ pane: pane("a", { method: "occlusion", choice: { shown, against: null } }), explained: explained(), run });
    answers.wantMaps([wanted(0)]);
    answers.wantMaps([wanted(0)]);
    assert.equal(runs.length, 1);
    runs[0].report(3, 49);
    assert.deepEqual(answers.map(wanted(0).pane), { status: "waiting", progress: { done: 3, total: 49 } });
    answers.wantMaps([wanted(1)]);
    await settled();
    assert.equal(runs[0].signal.aborted, true);
    assert.equal(answers.map(wanted(0).pane), null);
    runs[0].report(4, 49);
    assert.equal(answers.map(wanted(0).pane), null, "what was given up reports nothing");
    const map = { values: new Float32Array(49) };
    runs[1].resolve(map);
    await settled();
    assert.equal(answers.map(wanted(1).pane).value, map);
});
