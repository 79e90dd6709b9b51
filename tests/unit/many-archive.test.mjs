/**
 * Archives: what is read of them is what Python's zipfile reads; what is hostile or damaged is refused with a reason; what is
 * written, Python reads (tests/fixtures/many/make.py made the files).
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import german from "../../web/text/de.js";
import { openArchive } from "../../web/tools/many/archive.js";
import { crc32 } from "../../web/tools/many/crc32.js";
import { kindOf, natural } from "../../web/tools/many/gather.js";
import { TooLarge, ZipWriter } from "../../web/tools/many/zip.js";

const folder = new URL("../fixtures/many/", import.meta.url);
const read = (name) => readFile(new URL(name, folder));
const open = async (name) => openArchive(new Blob([await read(`${name}.zip`)]));
const codeOf = async (doing) => {
    try {
        await doing();
    } catch (error) {
        assert.ok(error.failure, String(error));
        const { code, message } = error.failure;
        assert.ok(message.endsWith("."), code);
        assert.ok(german.messages[`error:${code}`], `no German for ${code}`);
        return code;
    }
    return "none";
};

test("what zipfile reads", async () => {
    const expected = JSON.parse(await read("archives.json"));
    assert.ok(Object.keys(expected).length >= 6);
    for (const [name, files] of Object.entries(expected)) {
        const archive = await open(name);
        const wanted = files.filter(({ name }) => kindOf(name) === "picture");
        assert.deepEqual(archive.files.map(({ name, size }) => ({ name, size })), wanted.map(({ name, size }) => ({ name, size })), name);
        for (const [index, file] of archive.files.entries()) {
            assert.equal(crc32(new Uint8Array(await file.arrayBuffer())), wanted[index].crc, `${name}: ${file.name}`);
        }
    }
});

test("a comment with a sign in it, and something in front of the archive", async () => {
    assert.deepEqual((await open("comment")).files.map(({ name }) => name), ["a.png"]);
    const archive = await openArchive(new Blob(["#!/bin/sh\n", await read("plain.zip")]));
    assert.equal(new TextDecoder().decode(await archive.files[0].arrayBuffer()).slice(0, 9), "evidence ");
});

/** An archive in the format for very large ones: every number that may be is beside its place. */
function zip64(name, content, { size = content.length, count = 1, disk = 0 } = {}) {
    const bytes = (form) => Buffer.concat(form.map(([width, value]) => {
        const buffer = Buffer.alloc(width);
        width === 8 ? buffer.writeBigUInt64LE(BigInt(value)) : buffer.writeUIntLE(value, 0, width);
        return buffer;
    }));
    const [no, none] = [[2, 0], [4, 0xffffffff]];
    const shared = [[2, 45], no, no, no, no, [4, crc32(content)], none, none, [2, name.length]];
    const local = Buffer.concat([bytes([[4, 0x04034b50], ...shared, [2, 20]]), Buffer.from(name), bytes([[2, 1], [2, 16], [8, size], [8, content.length]])]);
    // Something else stands before what is looked for.
    const beside = [[2, 0x5455], [2, 1], [1, 7], [2, 1], [2, 24], [8, size], [8, content.length], [8, 0]];
    const entry = Buffer.concat([bytes([[4, 0x02014b50], [2, 45], ...shared, [2, 33], no, no, no, [4, 0], none]), Buffer.from(name), bytes(beside)]);
    const start = local.length + content.length;
    const end64 = bytes([[4, 0x06064b50], [8, 44], [2, 45], [2, 45], [4, disk], [4, disk], [8, count], [8, count], [8, entry.length], [8, start]]);
    const end = bytes([[4, 0x07064b50], [4, 0], [8, start + entry.length], [4, 1], [4, 0x06054b50], [2, 0xffff], [2, 0xffff], [2, 0xffff], [2, 0xffff], none, none, no]);
    return Buffer.concat([local, content, entry, end64, end]);
}

test("the format for very large archives", async () => {
    const content = Buffer.from("evidence ".repeat(40));
    const whole = zip64("a.png", content);
    for (const before of ["", "#!/bin/sh\n"]) {
        const { files, left } = await openArchive(new Blob([before, whole]));
        assert.deepEqual(files.map(({ name, size }) => [name, size]), [["a.png", content.length]]);
        assert.deepEqual(Buffer.from(await files[0].arrayBuffer()), content);
        assert.deepEqual(left, []);
    }
    assert.deepEqual((await openArchive(new Blob([zip64("a.png", content, { size: 2 ** 33 })]))).left, [{ name: "a.png", code: "packed-too-large" }]);
    assert.equal(await codeOf(() => openArchive(new Blob([zip64("a.png", content, { count: 2 ** 33 })]))), "archive-too-many");
    assert.equal(await codeOf(() => openArchive(new Blob([zip64("a.png", content, { disk: 1 })]))), "archive-in-parts");
    for (let at = 0; at < whole.length; at++) {
        const bytes = Uint8Array.from(whole);
        bytes[at] ^= 0xff;
        await codeOf(async () => Promise.all((await openArchive(new Blob([bytes]))).files.map((file) => file.arrayBuffer())));
    }
});

test("names", async () => {
    assert.deepEqual((await open("utf8-unmarked")).files.map(({ name }) => name), ["\u5b57\u4e00.png"]);
    assert.deepEqual((await open("cp437")).files.map(({ name }) => name), ["\u00e4\u00f6\u00fc\u00df.png"]);
    const { files, left } = await open("paths");
    assert.deepEqual(files.map(({ name }) => name), ["fine.png"]);
    assert.deepEqual(left.map(({ name, code }) => [name, code]), ["../up.png", "/root.png", "c:\\x.png", "a/../../b.png"].map((name) => [name, "packed-path"]));
});

test("what is left out says why", async () => {
    const left = async (name) => (await open(name)).left.map(({ code }) => code);
    assert.deepEqual(await left("macosx"), ["packed-no-picture"]);
    assert.deepEqual(await left("bad-utf8"), ["packed-name"]);
    assert.deepEqual(await left("nested"), ["packed-archive"]);
    assert.deepEqual(await left("bzip2"), ["packed-method"]);
    assert.deepEqual(await left("method"), ["packed-method"]);
    assert.deepEqual(await left("encrypted"), ["packed-encrypted"]);
    assert.deepEqual(await left("huge"), ["packed-too-large"]);
    assert.deepEqual(await left("bomb"), ["packed-too-large"]);
});

test("what is refused as a whole", async () => {
    for (const [name, code] of Object.entries({
        // It says that its list is far away, and not where.
        zip64: "archive-damaged",
        split: "archive-in-parts",
        outside: "archive-damaged",
        overlapping: "archive-overlaps",
        count: "archive-damaged",
        cut: "archive-damaged",
        "cut-end": "archive-damaged",
        "no-archive": "archive-not-zip",
        nothing: "archive-not-zip",
    })) {
        assert.equal(await codeOf(() => open(name)), code, name);
    }
});

test("a file that is not what the list says", async () => {
    for (const name of ["wrong-crc", "understated", "damaged"]) {
        const { files } = await open(name);
        assert.equal(files.length, 1, name);
        assert.equal(await codeOf(() => files[0].arrayBuffer()), "packed-damaged", name);
    }
});

test("no change of one byte hangs or breaks anything", async () => {
    const whole = await read("plain.zip");
    for (let at = 0; at < whole.length; at += 1) {
        // Noise in the middle of a file is only ever damage to that file.
        if (at > 200 && at < whole.length - 400 && at % 97 !== 0) {
            continue;
        }
        const bytes = Uint8Array.from(whole);
        bytes[at] ^= 0xff;
        await codeOf(async () => {
            const { files } = await openArchive(new Blob([bytes]));
            for (const file of files) {
                assert.ok((await file.arrayBuffer()).byteLength <= 10_000);
            }
        });
    }
});

test("what is written can be read", async () => {
    const contents = [["a/\u00e4.txt", "one"], ["table.csv", "a,b\r\n"], ["empty", ""]];
    const zip = new ZipWriter(new Date(2026, 0, 2, 3, 4, 6));
    for (const [name, text] of contents) {
        const bytes = new TextEncoder().encode(text);
        zip.add(name, new Blob([bytes]), crc32(bytes));
    }
    assert.throws(() => zip.add("empty", new Blob(), 0), /twice/);
    const blob = zip.finish();
    assert.equal(blob.type, "application/zip");
    // The same as what Python's zipfile writes, byte for byte but for the system that it says it was made on.
    const expected = await read("written.zip");
    assert.deepEqual(Buffer.from(await blob.arrayBuffer()), expected);
});

test("an archive that is too large for its format is refused", () => {
    const zip = new ZipWriter();
    const huge = /** @type {any} */ ({ size: 3 * 2 ** 30 });
    assert.throws(() => zip.add("a", huge, 0), TooLarge);
});

test("checksums", () => {
    assert.equal(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
    assert.equal(crc32(new Uint8Array()), 0);
});

test("files are told apart and ordered as on the command line", async () => {
    const { pictures, hidden, others, sorted } = JSON.parse(await read("gathered.json"));
    pictures.forEach((name) => assert.equal(kindOf(name), "picture", name));
    hidden.forEach((name) => assert.equal(kindOf(name), "hidden", name));
    others.forEach((name) => assert.equal(kindOf(name), "other", name));
    assert.deepEqual(sorted.toReversed().toSorted(natural), sorted);
    assert.equal(natural("a.png", "a.png"), 0);
});
