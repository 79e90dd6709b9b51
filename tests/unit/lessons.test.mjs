/** How a lesson goes on, what it hides, when a task is done, and the code of its results. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { developed } from "../../web/engine/development.js";
import { fromParameters, toAddress, toHash, toShared } from "../../web/page/address.js";
import { restored } from "../../web/page/known.js";
import { hides, initialState, withLesson, withPicture, withPlace } from "../../web/page/state.js";
import { countsOf } from "../../web/tools/lesson/class.js";
import { BadCode, fromCode, hash, toCode } from "../../web/tools/lesson/code.js";
import { readCodes } from "../../web/tools/lesson/codes.js";
import { again, answered, atStep, canReadOn, changesPage, openSteps, readOn, score, strayed, undone, withNumbers } from "../../web/tools/lesson/course.js";
import { packed, unpacked } from "../../web/page/packed.js";
import { lessonLink } from "../../web/tools/lesson/link.js";
import { progressOf } from "../../web/tools/lesson/tasks.js";
import { VALUES, filled, numbersOf, valuesOf } from "../../web/tools/lesson/values.js";

const start = () => ({ ...initialState("first", "sample:a.jpg"), language: "de", device: "cpu", anyway: ["first sample:x.jpg"] });
const readPage = (page) => fromParameters(unpacked(new URLSearchParams(page)), "second", "sample:b.jpg", "en");
const lesson = {
    id: "test",
    title: "Test",
    steps: [
        { id: "mark", title: "A", text: ["a"], page: "tool=mask&class=3", hide: ["answer", "map", "settings"], task: { kind: "mark", question: "?", boxes: true } },
        { id: "choice", title: "B", text: ["b"], hide: ["map"], "then-hide": ["answer"], task: { kind: "choice", question: "?", options: ["x", "y"], right: 1 } },
        { id: "read", title: "C", text: ["c"], hide: ["settings"] },
        { id: "guess", title: "D", text: ["d"], task: { kind: "choice", question: "?", options: ["x", "y"] } },
        { id: "cell", title: "E", text: ["e"], task: { kind: "cell", question: "?", which: "for" } },
    ],
};
const read = readPage;
const at = (state, step) => atStep(state, "test", lesson, step, read);

test("a step puts its page on show, and whoever looks at it stays who they are", () => {
    const state = at(start(), 0);
    assert.deepEqual([state.pane.model, state.tool, state.pane.choice.shown], ["second", "mask", 3]);
    assert.deepEqual([state.language, state.device, state.anyway], ["de", "cpu", ["first sample:x.jpg"]]);
    assert.deepEqual(state.lesson, { id: "test", step: 0, of: 5, begun: true, answers: {}, marks: [], marking: "paint", boxes: false, told: false, numbers: {}, link: null });
    assert.ok(hides(state, "answer") && hides(state, "map") && hides(state, "settings"));
    // A step without a page leaves it as it is.
    const next = at({ ...state, tool: "sweep" }, 1);
    assert.deepEqual([next.tool, next.lesson.step, next.lesson.marking, next.hidden], ["sweep", 1, null, ["map"]]);
});

test("an answer shows what was hidden, counts once, and stays when the step is seen again", () => {
    const marked = withPlace(at(start(), 0), { marks: [1, 2, 17] });
    const done = answered({ ...marked, cursor: { row: 15, column: 15 }, held: true }, lesson.steps[0], { marks: [1, 2, 17] }, lesson);
    assert.deepEqual(done.hidden, ["settings"], "what keeps the page as it is stays");
    assert.deepEqual([done.lesson.marking, done.lesson.marks, done.lesson.boxes, done.lesson.told, done.cursor], [null, [1, 2, 17], true, false, null]);
    assert.equal(answered(done, lesson.steps[0], { marks: [9] }, lesson), done);
    const later = answered(at(done, 1), lesson.steps[1], { chosen: 0 }, lesson);
    assert.deepEqual(later.hidden, ["answer"]);
    const back = at(later, 0);
    assert.deepEqual([back.hidden, back.lesson.marks, back.lesson.marking, back.lesson.boxes, back.lesson.told], [["settings"], [1, 2, 17], null, true, false]);
    assert.deepEqual(Object.keys(back.lesson.answers), ["mark", "choice"]);
    assert.deepEqual(score(lesson, back.lesson.answers), { right: 0, of: 1 });
    const anew = again(back, "test", lesson, read);
    assert.deepEqual([anew.lesson.answers, anew.lesson.step, anew.hidden.length], [{}, 0, 3]);
});

test("beyond the last step is the end, and nothing is hidden there", () => {
    const guessed = withPlace(at(start(), 3), { answers: { guess: { chosen: 0 } } });
    assert.deepEqual([at(guessed, 99).lesson.step, at(guessed, 99).hidden], [5, []]);
    const all = Object.fromEntries(lesson.steps.map(({ id }) => [id, { skipped: true }]));
    assert.ok(at(withPlace(guessed, { answers: all }), 99).lesson.told, "the pictures have their names again");
    assert.deepEqual([openSteps(lesson, guessed.lesson.answers), openSteps(lesson, all)], [[0, 1, 4], []]);
    assert.equal(at(start(), -3).lesson.step, 0);
    assert.deepEqual(withLesson(at(start(), 0), null).hidden, []);
    assert.equal(withLesson(at(start(), 0), null).lesson, null);
});

test("a link to the end of a lesson of which nothing is answered leads to its beginning", () => {
    const linked = at(withLesson(start(), "test", 5), 5);
    assert.deepEqual([linked.lesson.step, linked.hidden], [0, ["answer", "map", "settings"]]);
    const told = { ...lesson, steps: [lesson.steps[2]] };
    assert.equal(atStep(withLesson(start(), "test", 1), "test", told, 1, read).lesson.step, 1, "where nothing is asked, nothing is missing");
});

test("a link to a step without a page shows what the step before it would have left", () => {
    const linked = at(withLesson(start(), "test", 3), 3);
    assert.deepEqual([linked.pane.model, linked.tool], ["second", "mask"]);
    // Within the lesson, it is what is on show.
    assert.equal(at({ ...linked, tool: "sweep" }, 4).tool, "sweep");
    const taught = { ...lesson, steps: [{ ...lesson.steps[0], task: { kind: "teach", question: "?" } }, ...lesson.steps.slice(1)] };
    assert.equal(atStep(withLesson(start(), "test", 3), "test", taught, 3, read).pane.model, "first", "what was learnt is in no link");
});

test("marks are of one picture", () => {
    const marked = withPlace(at(start(), 0), { marks: [1] });
    assert.deepEqual(withPicture(marked, "sample:c.jpg").lesson.marks, []);
});

test("a lesson that is left goes on where it was; one that is a link, or had not begun, does not", () => {
    const done = answered(withPlace(at(start(), 0), { marks: [1] }), lesson.steps[0], { marks: [1] }, lesson);
    const left = withLesson(at(done, 1), null);
    assert.deepEqual([left.lesson, left.left.test.step, left.left.test.of, left.left.test.answers], [null, 1, 5, { mark: { marks: [1] } }]);
    const back = withLesson(left, "test");
    assert.deepEqual([back.lesson.step, back.lesson.answers, back.lesson.begun], [1, { mark: { marks: [1] } }, false]);
    assert.equal(withLesson(left, "test", 0).lesson.step, 0);
    // Also by opening another one, and whatever is on show.
    const other = withLesson(at(done, 1), "other");
    assert.deepEqual([other.lesson.step, other.lesson.answers, Object.keys(other.left)], [0, {}, ["test"]]);
    assert.deepEqual(Object.keys(atStep(other, "other", { ...lesson, id: "other" }, 0, read).left), ["test"]);
    assert.deepEqual(withLesson(at(start(), 0), null).left, {});
    assert.deepEqual(withLesson(withLesson({ ...start(), left: {} }, "link", 1), null).left, {});
    // From the beginning, it is forgotten.
    assert.deepEqual(withLesson(again(withLesson(left, "test"), "test", lesson, read), null).left, {});
});

test("what was done on the page is on show again when the step is seen again, and its texts keep their numbers", () => {
    const whole = { id: "kept", title: "", steps: [
        { id: "mask", title: "", text: [], page: "tool=mask", task: { kind: "mask", question: "?" } },
        { id: "pick", title: "", text: [], task: { kind: "choice", question: "?", options: ["x", "y"] } },
    ] };
    const step = (state, index) => atStep(state, "kept", whole, index, read);
    const began = step(start(), 0);
    const settled = (state) => view(state, state.beside ? { second: [0.5, 1] } : {}).panes;
    const keeping = (state, from, index = 0) => withNumbers(state, whole.steps[index], from, settled(state), numbersOf(view(state, state.beside ? { second: [0.5, 1] } : {})));
    const arrived = keeping(began, began);
    assert.equal(arrived.lesson.numbers.mask.text.first.logit, 2);
    assert.equal(keeping(arrived, began), arrived, "once and for all");
    const waiting = settled(began).map((pane) => ({ ...pane, busy: "…" }));
    assert.equal(withNumbers(began, whole.steps[0], began, waiting, numbersOf(view(began))), began, "not while it waits");
    const elsewhere = { ...began, pane: { ...began.pane, choice: { shown: 1, against: null } } };
    const shown = settled(elsewhere);
    shown[0].solved.pane = elsewhere.pane;
    assert.equal(withNumbers(elsewhere, whole.steps[0], began, shown, numbersOf(view(elsewhere))), elsewhere, "not of another class than the step’s");
    const covered = { ...arrived, beside: { edits: [{ kind: "mask", rows: 2, columns: 2, cells: [0], fill: "blur", keep: false }] } };
    const done = keeping(answered(covered, whole.steps[0], { done: true }, whole), began);
    assert.equal(done.lesson.numbers.mask.then.second.logit, 0.5);
    const back = step(step(done, 1), 0);
    assert.deepEqual([back.beside, back.lesson.numbers.mask.then.second.logit, back.lesson.answers.mask.done], [covered.beside, 0.5, true]);
    assert.deepEqual(undone(step(step(done, 1), 0), "kept", whole, read).lesson.answers, {});
    assert.deepEqual(restored(structuredClone(back), { model: () => true, picture: () => true, tool: () => true, method: () => true }), back);
});

test("another picture than the one that is asked about is told from it, where something of that is hidden", () => {
    const [step, next] = [{ ...lesson.steps[0], page: "sample=a.jpg" }, lesson.steps[1]];
    const began = read("sample=a.jpg");
    const begun = atStep(start(), "test", { ...lesson, steps: [step] }, 0, read);
    assert.equal(strayed(begun, step, began), false);
    assert.equal(strayed(withPicture(begun, "own:1"), step, began), true);
    const film = { ...began, pane: { ...began.pane, picture: "own:2" } };
    assert.equal(strayed(withPicture(begun, developed("own:2", { frame: 3, tone: null })), step, film), false, "another frame of a film");
    assert.equal(strayed(withPicture(begun, "own:1"), { ...step, hide: [] }, began), false, "nothing is hidden: to be tried out");
    assert.equal(strayed(withPicture(begun, "own:1"), next, began), false, "whatever is on show");
    assert.equal(strayed(withPicture(withLesson(begun, "link"), "own:1"), { ...next, task: step.task }, began), true, "a link asks about what it shows");
});

test("what is said of an answer is of what the step put on show, and of a change what it made of that", () => {
    const kinds = ["think", "write", "choice", "mark", "cell", "mask", "slider", "set", "teach"];
    assert.deepEqual(kinds.filter((kind) => changesPage({ task: { kind } })), ["mask", "slider", "set", "teach"]);
    assert.equal(changesPage({}), false);
});

test("of a question that was skipped, what is said of it can be read all the same; it stays skipped, also in the code", () => {
    const [first] = lesson.steps;
    const skipped = answered(at(start(), 0), first, { skipped: true }, lesson);
    assert.deepEqual([skipped.hidden, skipped.lesson.told, skipped.lesson.boxes], [["answer", "map", "settings"], false, false], "what is skipped shows nothing: done after all, it counts");
    assert.deepEqual(at(at(skipped, 1), 0).hidden, skipped.hidden);
    assert.deepEqual(undone(skipped, "test", lesson, readPage).lesson.answers, {});
    const read = readOn(skipped, first, lesson);
    assert.deepEqual(read.hidden, ["settings"], "whoever reads on sees it");
    assert.deepEqual(at(at(read, 1), 0).hidden, ["settings"]);
    assert.equal(undone(read, "test", lesson, readPage), read, "and has nothing to do any more");
    assert.deepEqual(read.lesson.answers[first.id], { skipped: true, read: true });
    assert.equal(toCode(lesson, read.lesson.answers), toCode(lesson, skipped.lesson.answers));
    const done = answered(at(start(), 0), first, { done: true }, lesson);
    assert.equal(readOn(done, first, lesson), done, "there is nothing to read on");
    const kinds = ["think", "write", "choice", "mark", "cell", "mask", "slider", "set", "teach"];
    assert.deepEqual(kinds.filter((kind) => canReadOn({ task: { kind }, then: ["So."] })), ["think", "write", "choice"]);
    assert.equal(canReadOn({ task: { kind: "choice" }, hide: ["settings"] }), false, "nothing is said or shown");
    assert.equal(canReadOn({ task: { kind: "choice" }, hide: ["answer"] }), true, "what is hidden can be shown");
});

test("a link has the lesson, the step and what is hidden, and no answers", () => {
    const state = answered(withPlace(at(start(), 0), { marks: [1] }), lesson.steps[0], { marks: [1] }, lesson);
    const hash = toHash(at(state, 1), "en");
    const again = read(hash);
    assert.deepEqual(again.lesson, { id: "test", step: 1, of: 0, begun: false, answers: {}, marks: [], marking: null, boxes: false, told: false, numbers: {}, link: null });
    assert.deepEqual(again.hidden, ["answer", "map", "sum"], "until the step says what it hides");
    assert.deepEqual(at(again, 1).hidden, ["map"]);
    assert.match(toHash(again, "en"), /lesson=test&step=2/);
    assert.equal(toAddress(at(state, 1), "en"), "lesson=test&step=2&device=cpu&lang=de", "no name of a model or a file");
    const own = atStep(start(), "own-1", lesson, 0, read);
    assert.ok(!toHash(own, "en").includes("lesson"), "a file is in no link");
    assert.equal(toAddress(own, "en"), "device=cpu&lang=de");
    // What is shared has no name either; a lesson from a file is in no link, but what it shows is.
    assert.equal(toShared(at(state, 1), "en"), toAddress(at(state, 1), "en"));
    assert.doesNotMatch(toShared(own, "en"), /lesson|model|sample|jpg/);
    assert.deepEqual(read(toShared(own, "en")).pane, read(toHash(own, "en")).pane);
    assert.equal(toShared(start(), "en"), toHash(start(), "en"));
    for (const cut of ["lesson=own-1", "lesson=", "hide=map", "lesson=Test!"]) {
        assert.deepEqual([read(cut).lesson, read(cut).hidden], [null, []], cut);
    }
    assert.deepEqual(read("lesson=test&step=0&hide=all,map").lesson.step, 0);
    assert.deepEqual(read("lesson=link&hide=all,map").hidden, ["map"]);
});

test("a link that is a lesson hides what it says, asks what it says, and shows nothing before marks are made", () => {
    const address = "http://x/#model=second&sample=b.jpg&lesson=test&step=3&hide=map";
    const link = new URL(lessonLink(address, { hide: ["answer"], ask: "What & why?", mark: true }));
    link.hash = packed(link.hash.slice(1));
    assert.match(link.hash, /^#lesson=link&link=[\w-]+$/, "no name, no question");
    const state = read(link.hash.slice(1));
    const inside = unpacked(new URLSearchParams(link.hash.slice(1)));
    assert.deepEqual([inside.get("model"), inside.get("sample"), inside.get("link")], ["second", "b.jpg", null]);
    assert.deepEqual(state.lesson.link, { ask: "What & why?", mark: true });
    assert.deepEqual([state.lesson.id, state.lesson.step, state.hidden], ["link", 0, ["answer", "map"]]);
    assert.deepEqual(read("lesson=link&mark=1").hidden, ["map"]);
    const plain = read(new URL(lessonLink(address, { hide: [], ask: "", mark: false })).hash.slice(1));
    assert.deepEqual([plain.lesson.link, plain.hidden], [{ ask: "", mark: false }, []]);
    const one = { id: "link", title: "", steps: [{ id: "link", title: "", text: [], task: { kind: "mark", question: "", boxes: true } }] };
    const begun = atStep(state, "link", one, 0, read);
    assert.deepEqual([begun.hidden, begun.lesson.marking, begun.lesson.link.ask, begun.pane], [["answer", "map"], "paint", "What & why?", state.pane]);
    const done = answered(begun, one.steps[0], { marks: [3] }, one);
    assert.deepEqual(done.hidden, []);
    assert.deepEqual(new Map(new URLSearchParams(toHash(begun, "en"))), new Map(unpacked(new URLSearchParams(link.hash.slice(1)))));
    assert.match(toAddress(begun, "en"), /^lesson=link&link=[\w-]+$/);
    assert.equal(toShared(begun, "en"), toAddress(begun, "en"));
    // As links were made before, and as they arrive where something cut them.
    assert.equal(read("model=second&sample=b.jpg&lesson=link&hide=map&ask=Why?").lesson.link.ask, "Why?");
    assert.equal(unpacked(new URLSearchParams(`model=first&${link.hash.slice(1)}`)).get("model"), "first", "what was put before it by hand");
    for (const cut of ["lesson=link&link=", "lesson=link&link=%25%25", "lesson=link&link=bGluaz1i", `lesson=link&link=${btoa("link=x&lesson=test")}`]) {
        assert.equal(read(cut).lesson.id, "link", cut);
    }
});

test("what the history kept goes on, and a place that is none does not", () => {
    const known = { model: () => true, picture: () => true, tool: () => true, method: () => true };
    const state = answered(withPlace(at(start(), 0), { marks: [1] }), lesson.steps[0], { marks: [1] }, lesson);
    assert.deepEqual(restored(structuredClone(state), known), state);
    assert.equal(restored({ ...state, lesson: { id: "test" } }, known), null);
    assert.equal(restored({ ...state, hidden: "map" }, known), null);
});

/** Numbers that are the same in every run. */
function randomiser(seed) {
    return () => ((seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0), seed / 2 ** 32);
}

test("a code gives back the answers, whoever writes it down", () => {
    const random = randomiser(7);
    for (let round = 0; round < 200; round++) {
        const marks = Array.from({ length: 256 }, (_, cell) => cell).filter(() => random() < round / 200);
        const answers = {
            mark: marks.length > 0 ? { marks } : { skipped: true },
            ...(random() < 0.7 ? { choice: { chosen: random() < 0.5 ? 0 : 1 } } : {}),
            ...(random() < 0.7 ? { guess: { skipped: true } } : {}),
            ...(random() < 0.7 ? { cell: { done: true } } : {}),
        };
        const code = toCode(lesson, answers);
        assert.match(code, /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{1,4})+$/);
        assert.deepEqual(fromCode(lesson, code), answers);
        assert.deepEqual(fromCode(lesson, ` ${code.toLowerCase().replaceAll("-", " ").replaceAll("0", "o").replaceAll("1", "l")}`), answers);
    }
});

test("what was written is kept with the other answers, and the code says no more than that it was", () => {
    const writes = { ...lesson, steps: [{ id: "write", title: "A", text: ["a"], hide: ["answer"], task: { kind: "write", question: "?" } }] };
    const state = answered(atStep(start(), "test", writes, 0, read), writes.steps[0], { text: "Its ears" }, writes);
    assert.deepEqual(state.hidden, []);
    const known = { model: () => true, picture: () => true, tool: () => true, method: () => true };
    assert.equal(restored(JSON.parse(JSON.stringify(state)), known).lesson.answers.write.text, "Its ears");
    const code = toCode(writes, state.lesson.answers);
    assert.deepEqual(fromCode(writes, code), { write: { done: true } });
    assert.equal(code, toCode(writes, { write: { text: "Its whiskers, and something else" } }));
});

test("a code is short: a mark of a few squares takes a line that can be read out", () => {
    const blob = [5, 6, 7, 8].flatMap((row) => [6, 7, 8, 9, 10].map((column) => 16 * row + column));
    const code = toCode(lesson, { mark: { marks: blob }, choice: { chosen: 1 }, guess: { chosen: 0 }, cell: { done: true } });
    const letters = (code) => code.replaceAll("-", "").length;
    assert.ok(letters(code) <= 15, code);
    // With two marks, whatever their shape.
    const two = { ...lesson, steps: [...lesson.steps, { id: "again", title: "F", text: ["f"], task: { kind: "mark", question: "?" } }] };
    const coded = (marks) => letters(toCode(two, { mark: { marks }, choice: { chosen: 1 }, guess: { chosen: 0 }, cell: { done: true }, again: { marks } }));
    const squares = Array.from({ length: 256 }, (_, cell) => cell);
    assert.ok(coded([20, 52, 84, 101, 133, 165, 7, 39, 71, 200, 232, 250]) <= 42, "12 apart");
    assert.ok(coded([68, 84, 100, 117, 133, 149, 165]) <= 31, "a stroke downwards");
    assert.ok(coded(squares.filter((cell) => cell % 2 === 1)) <= 115, "a hundred and twenty-eight apart");
    assert.equal(coded(squares), coded([0, 1, 16, 17]), "a rectangle of any size");
});

test("a code of the first version is read still, and letters that happen to check are a code or none", () => {
    const answers = { mark: { marks: [3, 4, 5, 40, 41, 56, 57] }, choice: { chosen: 1 }, guess: { skipped: true }, cell: { done: true } };
    assert.deepEqual(fromCode(lesson, "6ZNH-130H-M7N2-RF3Y"), answers);
    const random = randomiser(11);
    const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    // The first three letters have the version and the lesson; the rest is whatever comes, with the sum that belongs to it.
    const named = toCode(lesson, answers).slice(0, 3);
    let [read, refused] = [0, 0];
    for (let round = 0; round < 3000; round++) {
        const letters = named + Array.from({ length: 1 + Math.floor(random() * 14) }, () => alphabet[Math.floor(random() * 32)]).join("");
        const sum = hash(letters);
        try {
            const { mark } = fromCode(lesson, letters + [10, 5, 0].map((shift) => alphabet[(sum >>> shift) & 31]).join(""));
            const marks = mark?.marks ?? [];
            assert.ok(marks.every((cell, index) => Number.isInteger(cell) && cell >= 0 && cell < 256 && (index === 0 || cell > marks[index - 1])), String(marks));
            read += 1;
        } catch (error) {
            assert.ok(error instanceof BadCode, String(error));
            refused += 1;
        }
    }
    assert.ok(read > 100 && refused > 100, `${read} read, ${refused} refused`);
});

test("a code with a mistake is refused: a wrong letter, two changed round, a part, another lesson’s", () => {
    const code = toCode(lesson, { mark: { marks: [3, 4, 5, 40, 41] }, choice: { chosen: 1 }, cell: { done: true } });
    const what = (text, of = lesson) => {
        try {
            fromCode(of, text);
            return null;
        } catch (error) {
            assert.ok(error instanceof BadCode, String(error));
            return error.what;
        }
    };
    const plain = code.replaceAll("-", "");
    for (let index = 0; index < plain.length; index++) {
        const other = plain[index] === "7" ? "8" : "7";
        assert.equal(what(plain.slice(0, index) + other + plain.slice(index + 1)), "check");
        const next = plain[index + 1];
        if (next && next !== plain[index]) {
            assert.equal(what(plain.slice(0, index) + next + plain[index] + plain.slice(index + 2)), "check");
        }
    }
    assert.equal(what(plain.slice(0, -1)), "check");
    // The number of an answer is one among these answers, in this order.
    const reordered = { ...lesson, steps: lesson.steps.map((step) => (step.id === "choice" ? { ...step, task: { ...step.task, options: ["y", "x"], right: 0 } } : step)) };
    assert.equal(what(code, reordered), "lesson");
    assert.equal(what(""), "short");
    assert.equal(what("A*CD-EFGH"), "letter");
    assert.equal(what(code, { ...lesson, id: "other" }), "lesson");
    assert.equal(what(code, { ...lesson, steps: lesson.steps.slice(1) }), "lesson", "a lesson that was changed");
    assert.equal(what(code), null);
});

/** A view of a map by hand: 2 x 2 cells, two classes. */
function view(state, { values = [4, -2, 1, 0], second = null } = {}) {
    const card = { classes: ["cat", "dog"], temperature: 1 };
    const answer = (logits, map) => ({
        card,
        choice: { shown: 0, against: null },
        explained: { logits: Float32Array.from(logits), probabilities: Float32Array.from([0.75, 0.25]), novelty: null },
        map: { values: Float32Array.from(map), rows: 2, columns: 2 },
        ledger: { positive: 1.25, negative: -0.5, cells: 4, half: 1 },
        withheld: false,
    });
    const pane = (solved, logits, map) => ({ solved: { pane: solved }, answer: answer(logits, map), busy: null });
    const panes = [pane(state.pane, [2, 1], values)];
    return { state, panes: second ? [...panes, pane({ ...state.pane, ...state.beside }, second, values)] : panes };
}

test("a cell is the one, or not yet", () => {
    const task = { kind: "cell", question: "", which: "for", among: 1 };
    const chosen = (selection, more = {}) => progressOf({ ...task, ...more }, view({ ...start(), selection }), null);
    assert.deepEqual(chosen([]), { done: false, hint: null });
    assert.equal(chosen([0]).done, true);
    assert.deepEqual(chosen([2]), { done: false, hint: "stronger", values: { count: 1 } });
    assert.equal(chosen([2], { among: 2 }).done, true);
    assert.equal(chosen([1]).hint, "wrong-for");
    assert.equal(chosen([0, 1], { which: "against" }).done, true, "the last one counts");
    assert.equal(chosen([0], { which: "against" }).hint, "wrong-against");
    assert.deepEqual(chosen([1]).values, { name: "cat" });
    const over = view({ ...start(), selection: [0] });
    over.panes[0].answer.choice = { shown: 0, against: 1 };
    assert.deepEqual(progressOf({ ...task, which: "against" }, over, null), { done: false, hint: "rather", values: { name: "cat", other: "dog" } });
    const other = { ...start(), pane: { ...start().pane, choice: { shown: 1, against: null } } };
    assert.deepEqual(progressOf(task, view({ ...start(), selection: [0] }), other), { done: false, hint: "other-class", values: { name: "dog" } });
    assert.equal(progressOf(task, view({ ...start(), selection: [0] }), { ...start(), pane: { ...start().pane, choice: { shown: 0, against: null } } }).done, true);
});

test("a mask is done when the answer does what it is to do, with as few cells as it may", () => {
    const mask = { kind: "mask", rows: 2, columns: 2, cells: [0, 1], fill: "blur", keep: false };
    const state = { ...start(), beside: { edits: [mask] } };
    const task = { kind: "mask", question: "", answer: "changes", cells: 2 };
    assert.deepEqual(progressOf(task, view(start()), null), { done: false, hint: null });
    assert.deepEqual(progressOf(task, view(state), null), { done: false, hint: null }, "the network has not answered yet");
    assert.equal(progressOf(task, view(state, { second: [1, 2] }), null).done, true);
    assert.equal(progressOf(task, view(state, { second: [2, 1] }), null).hint, "stays");
    assert.equal(progressOf({ ...task, answer: "stays" }, view(state, { second: [1, 2] }), null).hint, "changes");
    assert.deepEqual(progressOf({ ...task, cells: 1 }, view(state, { second: [1, 2] }), null), { done: false, hint: "nearly", values: { count: 2, most: 1 } });
    assert.equal(progressOf({ ...task, cells: 1 }, view(state, { second: [2, 1] }), null).hint, "too-many", "an answer that did not change is not said to be right");
    const more = (limits) => progressOf({ ...task, answer: "stays", ...limits }, view(state, { second: [2, 1] }), null);
    assert.deepEqual(more({ least: 3, cells: 4 }), { done: false, hint: "too-few", values: { count: 2, least: 3 } });
    assert.equal(more({ least: 2 }).done, true);
    assert.equal(more({ within: [0, 0, 1, 0.5] }).done, true, "both lie in the upper half");
    assert.deepEqual(more({ within: [0, 0, 0.5, 1] }), { done: false, hint: "outside", values: { count: 1, row: 1, column: 2, top: 1, bottom: 2, left: 1, right: 1 } });
    assert.deepEqual(more({ within: [0, 0.5, 1, 1] }).values, { count: 2, row: 1, column: 1, top: 2, bottom: 2, left: 1, right: 2 });
    const before = view({ ...state, beside: { edits: [mask, mask] } }, { second: [1, 2] });
    before.panes[1].solved.pane = { ...start().pane, edits: [mask] };
    assert.equal(progressOf(task, before, null).done, false, "that is the answer to what was asked before");
});

test("a slider is done beyond its value, once what it does is to be seen", () => {
    const task = { kind: "slider", question: "", slider: "blur", least: 0.02 };
    const blurred = (sigma) => ({ ...start(), beside: { edits: [{ kind: "blur", sigma }] } });
    assert.equal(progressOf(task, view(start()), null).done, false);
    assert.equal(progressOf(task, view(blurred(0.01), { second: [1, 2] }), null).done, false);
    assert.equal(progressOf(task, view(blurred(0.02), { second: [1, 2] }), null).done, true);
    assert.equal(progressOf(task, view(blurred(0.02)), null).done, false);
    const shuffled = { ...task, slider: "shuffled", least: 3 };
    assert.equal(progressOf(shuffled, view({ ...start(), beside: { shuffled: 3 } }, { second: [1, 2] }), null).done, true);
    const opacity = { kind: "slider", question: "", slider: "opacity", most: 0.2 };
    assert.equal(progressOf(opacity, view(start()), null).done, false);
    assert.equal(progressOf(opacity, view({ ...start(), view: { ...start().view, opacity: 0.1 } }), null).done, true);
});

test("something is chosen on the page: what is wanted, or anything else than at first", () => {
    const set = (what, to) => ({ kind: "set", question: "", what, ...(to ? { to } : {}) });
    const done = (task, state, options) => progressOf(task, view(state, options), start()).done;
    assert.equal(done(set("picture", "a.jpg"), start()), true);
    assert.equal(done(set("picture"), start()), false);
    assert.equal(done(set("model"), { ...start(), pane: { ...start().pane, model: "second" } }), true);
    assert.equal(done(set("class", "0"), start()), true);
    assert.equal(done(set("class", "1"), start()), false);
    assert.equal(done(set("method", "edges"), { ...start(), beside: { method: "edges" } }, { second: [1, 2] }), true);
    assert.equal(done(set("method", "edges"), start()), false);
    assert.equal(done(set("anyway"), start()), false);
    assert.equal(done(set("anyway"), { ...start(), anyway: ["first sample:a.jpg"] }), true);
});

test("classes of one's own are learnt once their model answers, with as many classes as are wanted", () => {
    const task = { kind: "teach", question: "" };
    const learnt = (model) => model === "own-1";
    const own = { ...start(), pane: { ...start().pane, model: "own-1" } };
    const shown = (state, classes, more = {}) => {
        const made = view(state);
        Object.assign(made.panes[0], more);
        made.panes[0].solved = { pane: { ...state.pane, ...more.pane }, loaded: { card: { classes } } };
        return made;
    };
    const two = ["mug", "hand"];
    assert.deepEqual(progressOf(task, shown(own, two), null, learnt), { done: true, hint: null });
    assert.equal(progressOf(task, shown(start(), two), null, learnt).done, false, "the model of the step");
    assert.equal(progressOf(task, shown({ ...own, pane: { ...own.pane, model: "own-0" } }, two), null, learnt).done, false, "a model that was dropped");
    assert.equal(progressOf(task, shown(own, two), null).done, false, "nobody knows that it was learnt");
    assert.equal(progressOf(task, shown(own, two, { busy: "loading" }), null, learnt).done, false);
    assert.equal(progressOf(task, shown(own, two, { pane: { model: "first" } }), null, learnt).done, false, "what was on show before");
    const three = { ...task, classes: 3 };
    assert.deepEqual(progressOf(three, shown(own, two), null, learnt), { done: false, hint: "few-classes", values: { count: 2, least: 3 } });
    assert.equal(progressOf(three, shown(own, [...two, "cup"]), null, learnt).done, true);
});

test("numbers in texts are the page's, and nothing is said before it is known", () => {
    const values = valuesOf(view(start()));
    assert.deepEqual(Object.keys(values).toSorted(), VALUES.toSorted());
    assert.equal(filled("{class}: {logit}, {for} and {against} of {cells}; {second.logit} {unknown}", values), "cat: +2.00, +1.25 and \u22120.50 of 4; \u2026 {unknown}");
    assert.equal(valuesOf({ panes: [{ answer: null, busy: null }] }).class, "\u2026");
    // What a step hides is told by no text before it is answered.
    const shown = view(start());
    const told = (...hidden) => Object.entries(valuesOf({ panes: [...shown.panes, ...shown.panes] }, hidden)).filter(([, value]) => value !== "\u2026").map(([name]) => name);
    const both = (...names) => names.flatMap((name) => [name, `second.${name}`]);
    assert.deepEqual(told().toSorted(), VALUES.toSorted());
    assert.deepEqual(told("settings").toSorted(), VALUES.toSorted());
    assert.deepEqual(told("answer"), both("cells"));
    assert.deepEqual(told("map"), both("class", "probability", "logit", "cells", "gap"));
    assert.deepEqual(told("sum"), both("class", "probability", "cells", "half", "likeness"));
});

test("how far a map misses the logit, and how alike it is to the first, are the page's own numbers", () => {
    const page = view({ ...start(), beside: { method: "grad-cam" } }, { second: [2, 1] });
    Object.assign(page.panes[0].answer, { method: "evidence" });
    page.panes[0].answer.map.values = Float32Array.from([4, 2, 1, 1]);
    Object.assign(page.panes[1].answer, { method: "grad-cam" });
    page.panes[1].answer.map.values = Float32Array.from([1, 0.5, 0.25, -0.75]);
    // Of evidence, the mean is the logit; of other methods, the sum.
    assert.equal(filled("{gap} {second.gap} {likeness}", valuesOf(page)), "0.00 \u22121.00 +1.00");
    assert.equal(filled("{second.likeness}", valuesOf(page)), "+0.70");
    page.panes[1].answer.map.values = Float32Array.from([-4, -2, -1, -1]);
    assert.equal(filled("{second.likeness}", valuesOf(page)), "\u22121.00");
    page.panes[1].answer.map.values = Float32Array.from([1]);
    assert.equal(filled("{second.likeness}", valuesOf(page)), "\u2026", "of other cells there is nothing to say");
});

test("what a text says for and against adds up to what it says in all", () => {
    const page = view(start());
    const answer = page.panes[0].answer;
    const says = (positive, negative) => {
        Object.assign(answer.ledger, { positive, negative });
        answer.explained.logits[0] = positive + negative;
        return filled("{for} {against} {logit}", valuesOf(page));
    };
    assert.equal(says(3.17, -1.72), "+3.17 \u22121.72 +1.45");
    // Each is the page's own number, rounded: where two digits do not add up, there are more.
    assert.equal(says(3.1737, -1.7284), "+3.1737 \u22121.7284 +1.4453");
    assert.equal(says(3.3242, -1.9083), "+3.324 \u22121.908 +1.416");
    // A map of a method that claims nothing of the kind is told as it is.
    answer.explained.logits[0] = 5;
    assert.equal(filled("{for} {against} {logit}", valuesOf(page)), "+3.32 \u22121.91 +5.00");
});

test("a class’s codes are read one a line, and each that is none is named with its mistake", () => {
    const codes = [0, 1, 2].map((column) => toCode(lesson, { mark: { marks: [17 + column, 33] }, choice: { chosen: column % 2 } }));
    const other = toCode({ ...lesson, id: "other" }, {});
    const { read, bad } = readCodes(lesson, `${codes[0]}\n\n ${codes[1].toLowerCase()} , ${codes[2]};${other}\n${codes[0].slice(0, -1)}`);
    assert.deepEqual(read.map((answers) => answers.choice.chosen), [0, 1, 0]);
    assert.deepEqual(bad.map(({ what, line }) => [what, line]), [["lesson", 3], ["check", 4]]);
    // Students write their names before it, whether or not they were asked to.
    const named = readCodes(lesson, `Anna ${codes[0]}\nBo Lee: ${codes[1]}\nAnna`);
    assert.deepEqual(named.read.map((answers) => answers.choice.chosen), [0, 1]);
    assert.deepEqual(named.bad.map(({ code, line }) => [code, line]), [["Anna", 3]]);
    // Several on a line, with spaces between them and within them, and names: none is dropped without a word.
    const chosen = (text) => readCodes(lesson, text).read.map((answers) => answers.choice.chosen);
    assert.deepEqual(chosen(codes.join(" ")), [0, 1, 0]);
    assert.deepEqual(chosen(`Anna 7b ${codes[0].replaceAll("-", " ")} Bo ${codes[1]} ${codes[2]}`), [0, 1, 0]);
    const broken = codes[1].replace(/.$/, (last) => (last === "7" ? "8" : "7"));
    const wrong = (text) => readCodes(lesson, text).bad.map(({ code, what }) => [code, what]);
    assert.deepEqual(wrong(`${codes[0]} ${broken} ${codes[2]} Anna-Lena`), [[broken, "check"]]);
    assert.deepEqual(wrong(`${codes[0]} ${broken.replaceAll("-", " ")}`), [[broken.replaceAll("-", " "), "check"]]);
    assert.deepEqual(wrong(`Anna ${broken}`), [[broken, "check"]], "without the name");
    assert.deepEqual(wrong("hello"), [["hello", "none"]]);
    const { counts, people } = countsOf([...read, { mark: { skipped: true } }, {}], "mark");
    assert.equal(people, 3);
    assert.deepEqual([16, 17, 18, 19, 20, 33].map((cell) => counts[cell]), [0, 1, 1, 1, 0, 3]);
    assert.equal(counts.length, 256);
    assert.deepEqual(readCodes(lesson, " \n"), { read: [], bad: [] });
});

test("what a picture shows is told once no later step asks about it", () => {
    const asks = (id, page) => ({ id, title: id, text: [], page, task: { kind: "choice", question: "?", options: ["x", "y"] } });
    const reads = (id, page) => ({ id, title: id, text: [], page });
    const whole = { id: "told", title: "", steps: [asks("a", "sample=a.jpg"), reads("again", "sample=a.jpg&tool=mask"), asks("more", undefined), reads("b", "sample=b.jpg"), asks("c", "sample=c.jpg")] };
    let state = start();
    const told = [];
    whole.steps.forEach((step, index) => {
        state = atStep(state, "told", whole, index, read);
        told.push(state.lesson.told);
        if (step.task) {
            state = answered(state, step, { chosen: 0 }, whole);
            told.push(state.lesson.told);
        }
    });
    assert.deepEqual(told, [false, false, false, false, true, true, false, true]);
    // Back at the beginning, all that is asked of it is answered.
    assert.equal(atStep(state, "told", whole, 0, read).lesson.told, true);
});
