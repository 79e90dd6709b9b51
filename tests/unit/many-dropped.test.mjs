/**
 * What was dropped becomes a list of pictures: folders of any depth, archives, single files, in their order.
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { picturesIn } from "../../web/tools/many/dropped.js";

const file = (name, more = {}) => Object.assign(new File(["x"], name.split("/").at(-1)), more);
const fileEntry = (name) => ({ name, isFile: true, isDirectory: false, file: (resolve) => resolve(file(name)) });
/** As Chromium has it: a hundred entries at a time, and then none. */
function folderEntry(name, entries, { fails = false } = {}) {
    const createReader = () => {
        let at = 0;
        return {
            readEntries(resolve, reject) {
                if (fails) {
                    reject(new DOMException("it is gone", "NotFoundError"));
                    return;
                }
                resolve(entries.slice(at, at + 100));
                at += 100;
            },
        };
    };
    return { name, isFile: false, isDirectory: true, createReader };
}
const dropped = (entry) => ({ file: null, entry });
const names = ({ found }) => found.map(({ name }) => name);
const leftOut = ({ left }) => left.map(({ name, failure }) => [name, failure.code]);

test("files keep their order, whatever they are called", async () => {
    const result = await picturesIn([file("b.png"), file("a.txt"), file("10"), file("9")].map((file) => ({ file, entry: null })));
    assert.deepEqual(names(result), ["b.png", "a.txt", "10", "9"]);
    assert.deepEqual(result.left, []);
});

test("a folder is walked to its ends, in natural order, and what is no picture is named", async () => {
    const many = Array.from({ length: 250 }, (_, index) => fileEntry(`${250 - index}.jpg`));
    const inner = folderEntry("sub", [fileEntry("b.png"), fileEntry(".DS_Store"), folderEntry(".git", [fileEntry("x.png")]), fileEntry("more.zip")]);
    const result = await picturesIn([
        { file: file("first.png"), entry: null },
        dropped(folderEntry("in", [...many, inner, fileEntry("labels.csv")])),
        { file: file("last.png"), entry: null },
    ]);
    assert.equal(result.found.length, 253);
    assert.deepEqual(names(result).slice(0, 4), ["first.png", "in/1.jpg", "in/2.jpg", "in/3.jpg"]);
    assert.deepEqual(names(result).slice(-3), ["in/250.jpg", "in/sub/b.png", "last.png"]);
    assert.deepEqual(leftOut(result), [["in/labels.csv", "packed-no-picture"], ["in/sub/more.zip", "packed-archive"]]);
});

test("a folder that cannot be read is named, and the others are taken", async () => {
    const result = await picturesIn([dropped(folderEntry("gone", [], { fails: true })), dropped(folderEntry("in", [fileEntry("a.png")]))]);
    assert.deepEqual(names(result), ["in/a.png"]);
    assert.deepEqual(leftOut(result), [["gone", "file-unreadable"]]);
});

test("folders within folders without end do not hang", async () => {
    /** @type {any} */
    const loop = folderEntry("loop", [fileEntry("a.png")]);
    const inside = [fileEntry("a.png"), loop];
    loop.createReader = folderEntry("loop", inside).createReader;
    const { found } = await picturesIn([dropped(loop)]);
    assert.ok(found.length > 10 && found.length < 50);
});

test("a folder that was chosen, whose files come at once", async () => {
    const chosen = ["in/10.png", "in/9.png", "in/.hidden", "in/a.txt"].map((path) => file(path, { webkitRelativePath: path }));
    const result = await picturesIn(chosen.map((file) => ({ file, entry: null })));
    assert.deepEqual(names(result), ["in/9.png", "in/10.png"]);
    assert.deepEqual(leftOut(result), [["in/a.txt", "packed-no-picture"]]);
});

test("an archive is looked into, and its files are read when they are needed", async () => {
    const bytes = await readFile(new URL("../fixtures/many/plain.zip", import.meta.url));
    const result = await picturesIn([{ file: new File([bytes], "p.zip"), entry: null }, { file: new File(["no"], "q.zip"), entry: null }]);
    assert.deepEqual(names(result), ["p.zip/b/2.png", "p.zip/b/10.png", "p.zip/empty.png"]);
    assert.equal((await result.found[0].file.arrayBuffer()).byteLength, 3000);
    assert.deepEqual(leftOut(result), [["q.zip", "archive-not-zip"]]);
});
