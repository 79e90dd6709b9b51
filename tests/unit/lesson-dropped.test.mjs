/**
 * A lesson that comes as a folder or an archive: it is found, and the pictures that it names are those beside it.
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fetchTools } from "../../web/text/index.js";
import { besideOf, lessonsIn, several } from "../../web/tools/lesson/dropped.js";
import { Library, refusal } from "../../web/tools/lesson/library.js";
import { crc32 } from "../../web/tools/many/crc32.js";
import { picturesIn } from "../../web/tools/many/dropped.js";
import { ZipWriter } from "../../web/tools/many/zip.js";
import { isLesson } from "../../web/ui/intake.js";

await fetchTools();

const LESSON = {
    format: 1,
    id: "mine",
    title: "Mine",
    pictures: [{ name: "mug", file: "pictures/mug.png" }],
    steps: [{ id: "a", title: "A", text: ["Look."], page: "model=small&picture=mug" }],
};
/** On several lines, one member a line. */
const text = (change = {}) => JSON.stringify({ ...LESSON, ...change }, null, 1);

/** An archive that was dropped, of texts by name. */
function zip(name, files) {
    const writer = new ZipWriter();
    for (const [inside, content] of Object.entries(files)) {
        const bytes = new TextEncoder().encode(content);
        writer.add(inside, new Blob([bytes]), crc32(bytes));
    }
    return { file: new File([writer.finish()], name), entry: null };
}

/** A folder that was chosen, of texts by path. */
const folder = (files) =>
    Object.entries(files).map(([path, content]) => ({ file: Object.assign(new File([content], path.split("/").at(-1)), { webkitRelativePath: path }), entry: null }));

const schema = await readFile(new URL("../../web/lessons/schema.json", import.meta.url), "utf8");
const known = { model: () => true, picture: () => false, tool: () => true, method: () => true, kept: (parameters) => parameters };
const library = () => new Library(async () => schema, () => ({}), known);
const content = async (file) => file && new TextDecoder().decode(await file.arrayBuffer());

test("what has steps, one after the other, is meant as a lesson", () => {
    assert.ok(isLesson(text()));
    assert.ok(isLesson('{"steps" :\n {'), "also where it has faults");
    for (const other of ['{"steps": 1000}', '{"max_steps": [1]}', '["steps"]', "", "{}"]) {
        assert.ok(!isLesson(other), other);
    }
});

for (const [way, dropped, name] of [
    ["an archive", [zip("l.zip", { "lesson.json": text(), "pictures/mug.png": "mug", "mug.png": "another" })], "l.zip/lesson.json"],
    ["an archive of a folder", [zip("l.zip", { "l/lesson.json": text(), "l/pictures/mug.png": "mug", "pictures/mug.png": "another" })], "l.zip/l/lesson.json"],
    ["a folder", folder({ "l/lesson.json": text(), "l/notes.json": "{}", "l/pictures/mug.png": "mug", "l/sub/pictures/mug.png": "another" }), "l/lesson.json"],
]) {
    test(`the lesson of ${way} has the pictures that it names`, async () => {
        const { found, texts } = await picturesIn(dropped);
        const { lessons, unread } = await lessonsIn(texts);
        assert.deepEqual(lessons.map((lesson) => lesson.name), [name]);
        assert.deepEqual(unread, []);
        const { pictures, faults } = await library().add(lessons[0].text, besideOf(found, name));
        assert.deepEqual(faults, []);
        assert.deepEqual(await Promise.all(pictures.map(({ file }) => content(file))), ["mug"]);
    });
}

test("names are those seen from the lesson, however they are written, and lead to nothing outside", async () => {
    const files = ["l.zip/a/one.png", "l.zip/two.png", "l.zip/a/m\u0075\u0308g.png", "three.png"].map((name) => ({ name, file: new File([name], "x") }));
    const beside = besideOf(files, "l.zip/a/lesson.json");
    assert.equal(await content(beside("./one.png")), "l.zip/a/one.png");
    assert.equal(await content(beside("../two.png")), "l.zip/two.png");
    assert.equal(await content(beside("..\\two.png")), "l.zip/two.png");
    assert.equal(await content(beside("m\u00fcg.png")), "l.zip/a/m\u0075\u0308g.png");
    for (const name of ["two.png", "ONE.png", "", "..", "../../../three.png", "../../../../l.zip/two.png"]) {
        assert.equal(beside(name), null, name);
    }
    assert.equal(await content(besideOf(files, "lesson.json")("three.png")), "three.png");
});

test("a fault is named with the file and the line", async () => {
    const { found, texts } = await picturesIn([zip("l.zip", { "in/lesson.json": text() })]);
    const { lessons } = await lessonsIn(texts);
    const { id, faults } = await library().add(lessons[0].text, besideOf(found, lessons[0].name));
    assert.equal(id, null);
    const line = text().split("\n").findIndex((each) => each.includes('"file"')) + 1;
    assert.deepEqual(faults, [{ line, what: "no-file", values: { found: "pictures/mug.png" } }]);
    assert.match(refusal(lessons[0].name, faults).message, new RegExp(`^l\\.zip/in/lesson\\.json is no lesson.* Line ${line}: .*pictures/mug\\.png`));
});

test("of two lessons, neither is played, and both are named", async () => {
    const { texts } = await picturesIn([zip("l.zip", { "a.json": text(), "b/c.json": text({ id: "other" }), "picture.json": "{}" })]);
    const { lessons } = await lessonsIn(texts);
    assert.deepEqual(lessons.map(({ name }) => name), ["l.zip/a.json", "l.zip/b/c.json"]);
    assert.match(several(lessons).message, /l\.zip\/a\.json and l\.zip\/b\/c\.json/);
});

test("among thousands of files in JSON, the lesson above them is found", async () => {
    const labels = Array.from({ length: 500 }, (_, index) => [`set/labels/${index}.json`, "{}"]);
    const { texts } = await picturesIn(folder(Object.fromEntries([...labels, ["set/z.json", text()]])));
    assert.equal(texts.length, 501);
    assert.deepEqual((await lessonsIn(texts)).lessons.map(({ name }) => name), ["set/z.json"]);
});

test("a file that cannot be read is said to be so, and the others are looked into", async () => {
    const damaged = zip("l.zip", { "a.json": text(), "b.json": "{}" });
    const bytes = new Uint8Array(await damaged.file.arrayBuffer());
    bytes[40] ^= 1;
    const { texts } = await picturesIn([{ file: new File([bytes], "l.zip"), entry: null }, zip("m.zip", { "c.json": text() })]);
    const { lessons, unread } = await lessonsIn(texts);
    assert.deepEqual(lessons.map(({ name }) => name), ["m.zip/c.json"]);
    assert.deepEqual(unread.map(({ name, failure }) => [name, failure.code]), [["l.zip/a.json", "packed-damaged"]]);
});

test("files in JSON are no pictures, and named as left out", async () => {
    const { found, texts, left } = await picturesIn([zip("l.zip", { "a.json": "{}", "b.png": "x", "__MACOSX/a.json": "{}" })]);
    assert.deepEqual(found.map(({ name }) => name), ["l.zip/b.png"]);
    assert.deepEqual(texts.map(({ name }) => name), ["l.zip/a.json"]);
    assert.deepEqual(left.map(({ name, failure }) => [name, failure.code]), [["l.zip/a.json", "packed-no-picture"]]);
});
