/** Lessons' files: those of the page are right, and each kind of fault is named with its line. */

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";
import { kept } from "../../web/page/address.js";
import { METHODS } from "../../web/tools/methods.js";
import { TOOLS } from "../../web/tools/index.js";
import english from "../../web/text/en-tools.js";
import { fetchTools, speak } from "../../web/text/index.js";
import { check } from "../../web/tools/lesson/check.js";
import { NotJson, parse } from "../../web/tools/lesson/json.js";
import { Library, lessonOf, refusal, said } from "../../web/tools/lesson/library.js";
import { isAlone } from "../../web/tools/lesson/worksheet.js";
import { scaleOf } from "../../web/tools/lesson/pictures.js";
import { followed } from "../../web/tools/lesson/right.js";
import { draftOf, written as fromDraft } from "../../web/tools/lesson/written.js";
import german from "../../web/text/de.js";
import { EVERYDAY } from "./text-families.mjs";

const folder = new URL("../../web/lessons/", import.meta.url);
const file = (name) => readFile(new URL(name, folder), "utf8");
const schema = JSON.parse(await file("schema.json"));
const list = JSON.parse(await file("index.json")).lessons;
const models = JSON.parse(await readFile(new URL("../../web/models/index.json", import.meta.url), "utf8"));
const { sets } = JSON.parse(await readFile(new URL("../../web/samples/index.json", import.meta.url), "utf8"));
const samples = Object.values(sets).flat().map((sample) => sample.file);
const known = {
    model: (id) => models.models.some((model) => model.id === id),
    picture: (id) => samples.includes(id.replace("sample:", "")),
    tool: (name) => Object.hasOwn(TOOLS, name),
    method: (name) => Object.hasOwn(METHODS, name),
    kept,
};
await fetchTools();

test("every lesson of the page is one, in both languages, and the list says of it what it says of itself", async () => {
    const files = (await readdir(folder)).filter((name) => !["schema.json", "index.json", "README.md"].includes(name));
    assert.deepEqual(list.map((each) => each.file).toSorted(), files.toSorted());
    for (const { id, file: name, title, about, minutes, medical } of list) {
        const { lesson, faults } = check(await file(name), schema, known);
        assert.deepEqual(faults, [], name);
        assert.deepEqual({ id, title, about, minutes, medical }, { id: lesson.id, title: lesson.title, about: lesson.about, minutes: lesson.minutes, medical: lesson.medical });
        assert.ok(minutes >= 10 && minutes <= 15 && lesson.before && lesson.after, name);
        const texts = lesson.steps.flatMap(({ title, text, then = [], task }) => [title, ...text, ...then, ...(task ? [task.question, ...(task.options ?? [])] : [])]);
        for (const text of [lesson.before, lesson.after, ...texts]) {
            assert.ok(text.en && text.de, `${name}: ${JSON.stringify(text)}`);
            const places = (language) => Array.from(text[language].matchAll(/\{[^}]*\}/g), String).toSorted();
            assert.deepEqual(new Set(places("de")), new Set(places("en")), JSON.stringify(text));
            assert.doesNotMatch(text.en, /"| {2}/);
            assert.doesNotMatch(text.de, /["']|“[^”„]*”| {2}/);
        }
        // What it shows is medical exactly where it says so.
        const pages = lesson.steps.flatMap(({ page }) => (page ? [new URLSearchParams(page).get("model")] : []));
        const domains = pages.map((model) => models.models.find((each) => each.id === model).domain);
        assert.equal(domains.some((domain) => models.domains.find((each) => each.id === domain).medical), medical, name);
    }
});

test("where a German lesson names a thing that the network knows, it is by the name that the page has for it", async () => {
    const { classes } = JSON.parse(await readFile(new URL("../../web/models/efficientnet-lite0.card.json", import.meta.url), "utf8"));
    assert.deepEqual(EVERYDAY.filter((name) => !classes.includes(name)), []);
    const english = new Set(classes.flatMap((name) => name.split(", ")));
    const own = Object.keys(german.messages).flatMap((key) => (key.startsWith("class:") ? german.messages[key].split(", ") : []));
    let named = 0;
    for (const { file: name } of list) {
        const { steps } = JSON.parse(await file(name));
        for (const { page = "" } of steps) {
            const asked = new URLSearchParams(page);
            for (const index of asked.get("model") === "efficientnet-lite0" ? (asked.get("class")?.match(/\d+/g) ?? []) : []) {
                assert.ok(EVERYDAY.includes(classes[index]), `${name}: ${classes[index]}`);
            }
        }
        const texts = steps.flatMap(({ text, then = [], task }) => [...text, ...then, ...(task ? [task.question, ...(task.options ?? [])] : [])]);
        for (const { en, de } of texts) {
            const [there, here] = [en.match(/“[^”]*”/g) ?? [], de.match(/„[^“]*“/g) ?? []].map((quoted) => quoted.map((each) => each.slice(1, -1)));
            assert.deepEqual(here.filter((quoted) => english.has(quoted)), [], `${name}: ${de}`);
            // What the one quotes as a class, the other does too, or says it in its own words.
            const things = here.filter((quoted) => own.includes(quoted));
            assert.ok(things.length <= there.filter((quoted) => english.has(quoted) || quoted === "viral").length, `${name}: ${de}`);
            named += things.length;
        }
    }
    assert.ok(named >= 5, String(named));
});

test("the control of the secret takes no cover that would say nothing: a single cell, or one on the letter", async () => {
    const { steps } = JSON.parse(await file("secret.json"));
    const { task } = steps.find(({ id }) => id === "elsewhere");
    assert.ok(task.least >= 30 && task.least <= task.cells);
    // The letter lies in the upper corner on the right.
    assert.ok(task.within[1] >= 0.25 && task.within[2] <= 0.9);
});

const step = { id: "a", title: "A", text: ["Look."], page: "model=efficientnet-lite0&sample=coffee.jpg" };
const plain = { format: 1, id: "mine", title: "Mine", steps: [step] };
/** A lesson on several lines, one member a line, so that every line is one thing. */
const written = (lesson) => JSON.stringify(lesson, null, 1);
const lineOf = (text, part) => text.slice(0, text.indexOf(part)).split("\n").length;
const faults = (text) => check(text, schema, known).faults;

test("a cell can be looked for while the sum is hidden", () => {
    assert.deepEqual(faults(written({ ...plain, steps: [{ ...step, hide: ["sum"], task: { kind: "cell", question: "Which?", which: "for" } }] })), []);
});

test("all four can be hidden, and what a link says as it always begins is no fault", () => {
    const page = 'class=5-7&size=320&fit=pad&zoom=0.5,0.5,2&cells=1-3&view={"opacity":0.9,"grid":true}&edits=[{"kind":"blur","sigma":0.02}]&method=evidence&shuffled=0&arrangement=side';
    const beside = 'tool=compare&beside={"model":"chest-dense","choice":{"shown":1},"picture":"sample:chelsea.jpg","shuffled":2}&arrangement=swipe&swipe=0.4&tools={"mask":{"a":1}}';
    const steps = [page, beside].map((more, index) => ({ ...step, id: `a${index}`, page: `${step.page}&${more}`, hide: ["answer", "map", "sum", "settings"], task: { kind: "think", question: "Why?" } }));
    const sets = [["class", "12"], ["model", "chest-dense"], ["method", "evidence"], ["picture", "chelsea.jpg"], ["picture", "own"]].map(([what, to], index) => ({ ...step, id: `b${index}`, task: { kind: "set", question: "Go", what, to } }));
    const slides = [{ least: 0.3 }, { most: 0 }, { least: 0.1, most: 5 }].map((limits, index) => ({ ...step, id: `c${index}`, page: `${step.page}&tool=nudge`, task: { kind: "slider", question: "Go", slider: "noise", ...limits } }));
    assert.deepEqual(faults(written({ ...plain, pictures: [{ name: "own", data: PNG }], steps: [...steps, ...sets, ...slides] })), []);
});

test("a teacher's lesson in one language is a lesson", () => {
    assert.deepEqual(faults(written(plain)), []);
    assert.equal(check(`\ufeff${written(plain)}`, schema, known).lesson.id, "mine");
    assert.deepEqual(faults(written({ ...plain, steps: [{ ...step, hide: ["map"], task: { kind: "mark", question: "Where?" } }] })), []);
});

test("a step waits for classes of the students' own", () => {
    const teach = { ...step, page: `${step.page}&tool=teach`, hide: ["settings"], task: { kind: "teach", question: "Teach it!", classes: 3 } };
    assert.deepEqual(faults(written({ ...plain, steps: [teach, { ...step, id: "b", page: undefined, text: ["It says {class}."] }] })), []);
});

test("the example of the description is a lesson", async () => {
    const [, example] = (await file("README.md")).match(/```json\n([\s\S]*?)```/);
    const { lesson, faults: found } = check(example, schema, known);
    assert.deepEqual(found, []);
    assert.equal(lesson.steps.length, 2);
});

test("what is no JSON is refused with its line", () => {
    for (const [text, line, what] of [
        ["", 1, "ends"],
        ['{\n "a": 1,\n', 3, "ends"],
        ['{\n "a": 1\n "b": 2\n}', 3, "sign"],
        ['{\n "a" 1\n}', 2, "sign"],
        ['{\n a: 1\n}', 2, "name"],
        ['{\n "a": 1,\n}', 3, "name"],
        ['{\n "a":\n  yes\n}', 3, "value"],
        ['{\n "a": "b\nc"\n}', 2, "value"],
        ['{\n "a": 1,\n "a": 2\n}', 3, "twice"],
        ['{\n}\n{}', 3, "more"],
        ["[".repeat(60), 1, "deep"],
        ['{"a": 01}', 1, "sign"],
    ]) {
        const [found, ...others] = faults(text);
        assert.deepEqual([found.line, found.what, others], [line, what, []], JSON.stringify(text));
    }
});

test("JSON is read as by JSON.parse", () => {
    for (const text of ['{"a": [1, -2.5e3, "\\u00e4\\n", true, null, {}], "b": {"c": []}}', " [ ] ", '"x"', "0"]) {
        assert.deepEqual(parse(text).value, JSON.parse(text));
    }
    assert.throws(() => parse("'x'"), NotJson);
});

/** Each with what is wrong, in a lesson that is right but for it, and what stands on the line that is to be named. */
const WRONG = [
    ["const", { format: 2 }, '"format"'],
    ["missing", { title: undefined }, "{"],
    ["pattern", { id: "My lesson" }, '"id": "My'],
    ["type", { minutes: "ten" }, '"minutes"'],
    ["range", { minutes: 1000 }, '"minutes"'],
    ["unknown", { autor: "me" }, '"autor"'],
    ["count", { steps: [] }, '"steps"'],
    ["empty", { title: "" }, '"title": ""'],
    ["long", { title: "x".repeat(2001) }, '"title": "x'],
    ["type", { title: 7 }, '"title": 7'],
    ["missing", { title: { de: "Meine" } }, '"title"'],
];
const WRONG_STEPS = [
    ["enum", { hide: ["anser"] }, '"anser"'],
    ["missing", { task: { question: "What?" } }, '"task"'],
    ["enum", { task: { kind: "guess", question: "What?" } }, '"kind": "guess"'],
    ["missing", { task: { kind: "choice", question: "What?" } }, '"task"'],
    ["unknown", { task: { kind: "mark", question: "Where?", right: 1 } }, '"right"'],
    ["no-option", { task: { kind: "choice", question: "What?", options: ["a", "b"], right: 2 } }, '"right"'],
    ["shows-map", { hide: ["answer"], task: { kind: "mark", question: "Where?" } }, '"hide"'],
    ["needs-map", { hide: ["map"], task: { kind: "cell", question: "Where?", which: "for" } }, '"hide"'],
    ["hidden-forever", { hide: ["map"] }, '"hide"'],
    ["no-limit", { page: `${step.page}&tool=nudge`, task: { kind: "slider", question: "Go", slider: "blur" } }, '"task"'],
    ["needs-tool", { task: { kind: "mask", question: "Go" } }, '"page"'],
    ["least-above", { page: `${step.page}&tool=mask`, task: { kind: "mask", question: "Go", cells: 3, least: 4 } }, '"least"'],
    ["no-part", { page: `${step.page}&tool=mask`, task: { kind: "mask", question: "Go", within: [0.5, 0, 0.5, 1] } }, '"within"'],
    ["count", { page: `${step.page}&tool=mask`, task: { kind: "mask", question: "Go", within: [0, 0, 1] } }, '"within"'],
    ["needs-tool", { task: { kind: "slider", question: "Go", slider: "shuffled", least: 3 } }, '"page"'],
    ["needs-tool", { task: { kind: "teach", question: "Go" } }, '"page"'],
    ["needs-map", { page: `${step.page}&tool=teach`, hide: ["answer"], task: { kind: "teach", question: "Go" } }, '"hide"'],
    ["range", { page: `${step.page}&tool=teach`, task: { kind: "teach", question: "Go", classes: 9 } }, '"classes"'],
    ["range", { page: `${step.page}&tool=teach`, task: { kind: "teach", question: "Go", classes: 1 } }, '"classes"'],
    ["unknown", { page: `${step.page}&tool=teach`, task: { kind: "teach", question: "Go", cells: 2 } }, '"cells"'],
    ["no-page", { page: undefined, task: { kind: "think", question: "Why?" } }, '"steps": [\n  {'],
    ["no-such", { page: "model=efficientnet-9&sample=coffee.jpg" }, '"page"'],
    ["no-such", { page: "model=efficientnet-lite0&sample=tea.jpg" }, '"page"'],
    ["no-such", { page: `${step.page}&tool=magic` }, '"page"'],
    ["missing", { page: "model=efficientnet-lite0" }, '"page"'],
    ["parameter", { page: `${step.page}&lesson=evidence` }, '"page"'],
    ["not-json", { page: `${step.page}&beside={"model":` }, '"page"'],
    ["no-such", { page: `${step.page}&beside={"model":"nonsense"}` }, '"page"'],
    ["no-such", { page: `${step.page}&beside={"picture":"sample:tea.jpg"}` }, '"page"'],
    ["no-such", { page: `${step.page}&tool=methods&beside={"method":"guesswork"}` }, '"page"'],
    ["no-such", { page: `${step.page}&edits=[{"kind":"knife"}]` }, '"page"'],
    ["no-such", { page: `${step.page}&beside={"edits":[{"kind":"sticker","shape":"dragon"}]}` }, '"page"'],
    ["range", { page: `${step.page}&class=99999` }, '"page"'],
    ["range", { page: `${step.page}&beside={"choice":{"shown":1000}}` }, '"page"'],
    ...["fit=round", "zoom=abc", "size=7", "class=cat", "cell=x", "cells=a", "edits=[7]", "shuffled=x", "swipe=2", 'view={"opacity":7}', 'view={"colour":"red"}', 'beside={"picture":"mug"}', 'beside={"colour":1}', 'tools={"mask":7}'].map((part) => ["ignored", { page: `${step.page}&${part}` }, '"page"']),
    ["no-such", { task: { kind: "set", question: "Go", what: "model", to: "nonsense" } }, '"to"'],
    ["no-such", { task: { kind: "set", question: "Go", what: "method", to: "guesswork" } }, '"to"'],
    ["no-such", { task: { kind: "set", question: "Go", what: "picture", to: "tea.jpg" } }, '"to"'],
    ["no-such", { task: { kind: "set", question: "Go", what: "class", to: "cat" } }, '"to"'],
    ["range", { page: `${step.page}&tool=nudge`, task: { kind: "slider", question: "Go", slider: "noise", least: 9 } }, '"least"'],
    ["range", { page: `${step.page}&tool=nudge`, task: { kind: "slider", question: "Go", slider: "noise", least: 0.2, most: 0.1 } }, '"least"'],
    ["range", { page: `${step.page}&tool=nudge`, task: { kind: "slider", question: "Go", slider: "jpeg", most: 1 } }, '"most"'],
    ["no-value", { text: ["It is {sure}."] }, '"It is {sure}."'],
    ["no-value", { task: { kind: "think", question: "Is it {}?" } }, '"question"'],
];

/** A picture of one pixel. */
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const pictured = { ...plain, pictures: [{ name: "own", title: "A mug", credit: "Ada, CC0", data: PNG }], steps: [{ ...step, page: "model=efficientnet-lite0&picture=own" }] };

/** What is wrong with a picture, and on the line of what. */
const WRONG_PICTURES = [
    ["no-picture", { data: "not base64!" }, '"data"'],
    ["no-picture", { data: btoa("a text") }, '"data"'],
    ["no-file", { data: undefined, file: "mug.png" }, '"file"'],
    ["file-or-data", { file: "mug.png" }, "{\n   \"name\": \"own\""],
    ["file-or-data", { data: undefined }, "{\n   \"name\": \"own\""],
    ["pattern", { name: "../own" }, '"name"'],
];

test("a lesson has pictures of its own: in its file, or in files that come with it", async () => {
    assert.deepEqual(faults(written(pictured)), []);
    const library = new Library(file, (parameters) => ({ pane: { model: parameters.get("model"), picture: parameters.get("picture") } }), known);
    const { id, pictures } = await library.add(written(pictured));
    assert.deepEqual([pictures[0].name, pictures[0].title, pictures[0].credit], ["own", "A mug", "Ada, CC0"]);
    assert.deepEqual(Buffer.from(await pictures[0].file.arrayBuffer()).toString("base64"), PNG);
    assert.equal(library.read("model=a&picture=own", id).pane.picture, `lesson:${id}/own`);
    assert.equal((await library.lesson(id)).pictures[0].data, undefined, "its pixels are kept once");

    const beside = written({ ...pictured, pictures: [{ name: "own", file: "pictures/mug.png" }] });
    const mug = new File(["x"], "mug.png");
    assert.equal((await library.add(beside, (name) => (name === "pictures/mug.png" ? mug : null))).pictures[0].file, mug);
    assert.deepEqual((await library.add(beside)).faults.map(({ what }) => what), ["no-file"]);
});

test("a step shows no picture that the lesson does not bring, and all together have an end", () => {
    const other = written({ ...pictured, steps: [{ ...step, page: "model=efficientnet-lite0&picture=other" }] });
    assert.deepEqual(faults(other).map(({ what, values }) => [what, values.found]), [["no-such", "other"]]);
    const big = new File([new Uint8Array(17e6)], "big.png");
    const text = written({ ...plain, pictures: ["a", "b"].map((name) => ({ name, file: "big.png" })) });
    const { faults: found } = check(text, schema, known, () => big);
    assert.deepEqual(found.map(({ what, line }) => [what, line]), [["too-much", lineOf(text, '"name": "b"') - 1]]);
});

test("a text of several megabytes is read, and one that does not end is not", () => {
    const large = "A".repeat(8e6);
    assert.equal(parse(JSON.stringify({ data: `${large}\\"\\\\` })).value.data, `${large}\\"\\\\`);
    assert.throws(() => parse(`{"data": "${large}`), NotJson);
    assert.throws(() => parse('{"a": "tab\there"}'), NotJson);
});

test("what a teacher fills in becomes a lesson as the format has it", () => {
    const draft = (change) => ({ picture: "own:1", title: "One", text: "Look.\n\nThink.", asks: "think", question: "What?", options: "", right: null, then: "It says {class}.", ...change });
    const given = { model: "efficientnet-lite0", medical: false, data: new Map([["own:1", { title: "A", credit: "", data: PNG }], ["own:2", { title: "B", credit: "Me", data: PNG }]]) };
    const steps = [draft({}), draft({ picture: "own:2", asks: "choice", options: "mug\n\n hand \n", right: 1 }), draft({ asks: "mark" }), draft({ asks: "look", then: "" }), draft({ asks: "write" }), draft({ asks: "mask" })];
    const lesson = fromDraft({ title: " Was ist das? \u00c4pfel! ", minutes: 10, steps }, given);
    assert.deepEqual(check(JSON.stringify(lesson), schema, known).faults, []);
    assert.match(lesson.id, /^was-ist-das-a-pfel-[0-9a-z]{5}$/);
    assert.equal(lesson.steps[1].page, "model=efficientnet-lite0&picture=picture-2");
    assert.deepEqual(lesson.steps[1].task, { kind: "choice", question: "What?", options: ["mug", "hand"], right: 1 });
    assert.deepEqual(lesson.steps[0].text, ["Look.", "Think."]);
    assert.deepEqual([lesson.steps[4].task, lesson.steps[4].hide], [{ kind: "write", question: "What?" }, ["answer", "map", "settings"]]);
    const { page, hide, task } = lesson.steps[5];
    assert.deepEqual([page, hide, task], ["model=efficientnet-lite0&picture=picture-1&tool=mask", ["settings"], { kind: "mask", question: "What?" }], "what is covered is seen beside the answer before");
    assert.deepEqual([lesson.steps[3].task, lesson.steps[3].hide, lesson.steps[3].then], [undefined, undefined, undefined]);
    assert.equal(fromDraft({ title: "\u65e5\u672c", minutes: null, steps }, { ...given, medical: true }).id.slice(0, -6), "lesson");
    // Students' codes are of what it asks: its name tells that from anything else that it might ask, and from nothing but that.
    const named = (change, data = new Map([...given.data, ["own:2", { title: "B", credit: "", data: `${PNG}AA` }]])) => fromDraft({ title: "One", minutes: 10, steps: steps.map((step, index) => ({ ...step, ...change[index] })) }, { ...given, data }).id;
    assert.equal(named([{ question: "Why?", then: "So.", title: "X" }, { right: 0 }]), named([]));
    const others = [[{ asks: "mark" }], [{}, { options: "hand\nmug" }], [{}, { options: "mug\nhand\nfoot" }], [{}, {}, { picture: "own:2" }]].map((change) => named(change));
    const another = named([], new Map(Array.from(given.data, ([picture, each]) => [picture, { ...each, data: `${each.data}BB` }])));
    assert.equal(new Set([named([]), another, ...others]).size, others.length + 2);
});

test("a picture that is drawn anew for a lesson becomes no larger than it is", () => {
    assert.equal(scaleOf(640, 427, false), 1);
    assert.equal(scaleOf(1800, 900, false), 0.5);
    assert.equal(scaleOf(450, 300, true), 2, "on paper it may");
});

test("on paper, a page ends only before what would tell", () => {
    const guess = (picture) => ({ page: `model=m&picture=${picture}`, hide: ["answer", "map", "settings"], task: { kind: "think", question: "?" } });
    const look = { page: "model=m&picture=a" };
    assert.deepEqual([0, 1, 2].map((at) => isAlone([guess("a"), guess("b"), guess("c")], at)), [false, false, false]);
    assert.deepEqual([0, 1].map((at) => isAlone([guess("a"), guess("a")], at)), [true, false], "the same picture");
    assert.deepEqual([0, 1].map((at) => isAlone([guess("b"), look], at)), [true, false], "what is said behind it");
});

test("what the page puts into a teacher's form is true on paper as well", () => {
    assert.doesNotMatch(english["lesson.make.text-usual"], /page|hide/, "no sheet hides anything");
    for (const key of ["lesson.open.how", "lesson.edit.by-hand.advice"]) {
        assert.doesNotMatch(english[key], /README/, "a teacher has no such file");
    }
});

test("the right answer stays the right one wherever its line goes, and is missed where it is gone", () => {
    const typed = (states, right, meant = states[0][right]) => states.slice(1).reduce(([before, at], after) => [after, followed(before, after, at, meant)], [states[0], right])[1];
    const all = ["rose", "daisy", "dahlia"];
    // A line above it, as it is typed: into the first one, then parted from it.
    assert.equal(typed([all, ["trose", "daisy", "dahlia"], ["tulip", "rose", "daisy", "dahlia"]], 1), 2);
    assert.equal(typed([all, ["dahlia", "daisy", "rose"]], 0), 2, "in another order");
    assert.equal(typed([all, ["rose", "daisies", "dahlia"], ["rose", "daisies!", "dahlia"]], 1), 1, "written otherwise");
    assert.equal(typed([all, ["tulipdaisy"], ["tulip", "daisy"]], 1), 1, "lost, and there again");
    assert.equal(typed([all, ["rose", "tulipdaisy", "dahlia"], ["rose", "tulip", "daisy", "dahlia"]], 1), 2, "parted again");
    assert.equal(typed([all, ["rose", "dahlia"], ["rose", "dahlia", "daisy"]], 1), 2, "cut out and put in elsewhere");
    assert.equal(typed([all, ["rose", "dahlia"]], 1), null, "taken away");
    assert.equal(typed([all, ["rose", "dahlia"], ["rose", "dahlia", "tulip"], ["rose", "dahlia", "daisy"]], 1), null, "and never what is typed in its place");
    assert.equal(typed([["a", "b", "a"], ["a", "c", "a"]], 2), 2, "of equal ones the nearest");
});

test("what a teacher filled in is filled in again from the file; what was written by hand is not", () => {
    const pictures = [["cat", { title: "A", credit: "Ada, CC0", data: PNG }], ["mug", { title: "B", credit: "", data: PNG }]];
    const plainly = { text: "Look.\n\nThink.", question: "What?", options: "", right: null, then: "It says {class}." };
    const steps = [
        { ...plainly, picture: "mug", title: "One", asks: "think" },
        { ...plainly, picture: "sample:coffee.jpg", title: "Two", asks: "choice", options: "mug\nhand", right: 1 },
        { ...plainly, picture: "cat", title: "Three", asks: "choice", options: "a\nb" },
        { ...plainly, picture: "cat", title: "Four", asks: "mark", then: "" },
        { ...plainly, picture: "cat", title: "Five", asks: "look", question: "" },
        { ...plainly, picture: "cat", title: "Six", asks: "write" },
        { ...plainly, picture: "sample:chest/nih-00002275_018.jpg", title: "Seven", asks: "mark", boxes: true },
        { ...plainly, picture: "cat", title: "Eight", asks: "mask" },
    ];
    const model = "efficientnet-lite0";
    const lesson = fromDraft({ title: "Mine", minutes: 12, steps }, { id: "mine", model, medical: false, data: new Map(pictures) });
    // Pictures are numbered in the file.
    const numbered = steps.map((each) => ({ ...each, picture: { cat: "picture-1", mug: "picture-2" }[each.picture] ?? each.picture }));
    assert.deepEqual(draftOf(lesson), { title: "Mine", minutes: 12, model, steps: numbered });
    const light = { ...lesson, pictures: lesson.pictures.map(({ data: _, ...picture }) => picture) };
    assert.deepEqual(draftOf(light), draftOf(lesson), "as the page keeps it");
    const again = fromDraft(draftOf(lesson), { id: "mine", model, medical: false, data: new Map(pictures.map(([, picture], index) => [`picture-${index + 1}`, picture])) });
    assert.deepEqual(again, lesson);
    assert.deepEqual(lesson.steps[6].task, { kind: "mark", question: "What?", boxes: true });
    const [first] = lesson.steps;
    for (const change of [
        { about: "More" },
        { before: "What they believe" },
        { title: { en: "Two languages" } },
        { steps: [{ ...first, page: `${first.page}&tool=mask` }] },
        { steps: [{ ...first, page: undefined }] },
        { steps: [first, { ...lesson.steps[1], page: "model=chest-dense&sample=coffee.jpg" }] },
        { steps: [{ ...first, hide: ["answer"] }] },
        { steps: [{ ...first, task: { kind: "mask", question: "?" } }] },
        { steps: [{ ...first, task: { kind: "mark", question: "?", boxes: false } }] },
        { pictures: [{ name: "picture-2", title: "B", file: "mug.png" }], steps: [first] },
    ]) {
        assert.equal(draftOf({ ...lesson, ...change }), null, JSON.stringify(change));
    }
});

test("each kind of fault is refused with the line that it stands on", () => {
    const seen = new Set();
    for (const [what, change, place] of WRONG) {
        const text = written({ ...plain, ...change });
        const [found, ...others] = faults(text);
        assert.deepEqual([found?.what, found?.line, others], [what, lineOf(text, place), []], place);
        seen.add(what);
    }
    for (const [what, change, place] of WRONG_STEPS) {
        const text = written({ ...plain, steps: [{ ...step, ...change }] });
        const [found, ...others] = faults(text);
        // A list's own line is that of its bracket, which stands behind its name.
        const line = lineOf(text, place) + (place.endsWith("{") ? 1 : 0);
        assert.deepEqual([found?.what, found?.line, others], [what, line, []], `${what} ${place}`);
        seen.add(what);
    }
    const twice = written({ ...plain, steps: [step, { ...step, title: "B" }] });
    assert.deepEqual(faults(twice).map((fault) => [fault.what, fault.line]), [["twice", twice.split("\n").findLastIndex((line) => line.includes('"id"')) + 1]]);
    seen.add("twice");
    for (const [what, change, place] of WRONG_PICTURES) {
        const text = written({ ...plain, pictures: [{ name: "own", data: PNG, ...change }] });
        const [found, ...others] = faults(text);
        assert.deepEqual([found?.what, found?.line, others], [what, lineOf(text, place), []], place);
        seen.add(what);
    }
    // Those of JSON and of size have tests of their own.
    const named = Object.keys(english).flatMap((key) => key.match(/^lesson\.fault\.(.+)$/)?.[1] ?? []);
    const apart = ["line", "ends", "more", "sign", "deep", "value", "name", "too-much"];
    assert.deepEqual(named.filter((what) => !seen.has(what) && !apart.includes(what)), [], "every kind is tried");
});

test("all faults are named, the first few with their words", async () => {
    const text = written({ ...plain, colour: 1, steps: [{ ...step, id: "A" }] });
    const found = faults(text);
    assert.deepEqual(found.map(({ what }) => what), ["pattern", "unknown"].toSorted((a, b) => lineOf(text, a === "pattern" ? '"id": "A"' : "colour") - lineOf(text, b === "pattern" ? '"id": "A"' : "colour")));
    const { message } = refusal("a.json", found);
    assert.match(message, /a\.json/);
    for (const { line } of found) {
        assert.match(message, new RegExp(`Line ${line}: `));
    }
    await speak("de");
    try {
        assert.match(refusal("a.json", found).message, new RegExp(`Zeile ${found[0].line}: `));
    } finally {
        await speak("en");
    }
    const many = Array.from({ length: 12 }, (_, line) => ({ line: line + 1, what: "empty", values: { name: "x" } }));
    assert.match(refusal("a.json", many).message, /And 4 more faults\./);
});

test("the library has lessons of the page, of files, and knows no others", async () => {
    const asked = [];
    const library = new Library(async (name) => (asked.push(name), file(name)), (parameters) => parameters.get("sample"), known);
    assert.equal(await library.lesson("nonsense"), null);
    const [{ id }] = list;
    assert.equal((await library.lesson(id)).id, id);
    await library.lesson(id);
    assert.equal(asked.filter((name) => name === `${id}.json`).length, 1, "fetched once");
    assert.equal((await library.add("{")).id, null);
    const added = await library.add(written(plain));
    assert.match(added.id, /^own-[0-9a-z]+$/);
    assert.equal((await library.all()).at(-1).title, "Mine");
    // A file is known again, on a page that is loaded anew as well, however it is laid out; and anything else is another lesson.
    const again = async (text, sizes) => (await new Library(file, (parameters) => parameters.get("sample"), known).add(text, (name) => sizes?.[name] ?? null)).id;
    assert.equal(await again(JSON.stringify(plain)), added.id);
    assert.deepEqual([(await library.add(JSON.stringify(plain))).known, library.own], [true, [added.id]], "one entry");
    const [beside, small, large] = [written({ ...pictured, pictures: [{ name: "own", file: "mug.png" }] }), { size: 1 }, { size: 2 }];
    const others = [await again(written({ ...plain, title: "Yours" })), await again(written({ ...plain, steps: [{ ...step, text: ["See."] }] })), await again(beside, { "mug.png": small }), await again(beside, { "mug.png": large })];
    assert.equal(new Set([added.id, ...others]).size, 5);
    library.remove(added.id);
    assert.deepEqual(library.own, []);
    assert.equal(library.read("#model=a&sample=b.jpg"), "b.jpg");
});

test("a text is said in the language in use, else in the one that there is", async () => {
    assert.equal(said("Only this"), "Only this");
    assert.equal(said(undefined), "");
    assert.equal(said({ en: "a", de: "b" }), "a");
    await speak("de");
    try {
        assert.equal(said({ en: "a", de: "b" }), "b");
        assert.equal(said({ en: "a" }), "a");
    } finally {
        await speak("en");
    }
    assert.equal(lessonOf({ ask: "Why?", mark: false }).steps[0].task.question, "Why?");
    assert.equal(lessonOf({ ask: "", mark: true }).steps[0].task.kind, "mark");
});
