/** What the page ships is what its lists say. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";

const web = new URL("../../web/", import.meta.url);
const json = async (name) => JSON.parse(await readFile(new URL(name, web), "utf8"));

test("every model has the size and the hash of its entry, and its card's title", async () => {
    const entries = await json("models/index.json");
    const files = (await readdir(new URL("models/", web))).filter((name) => name.endsWith(".safetensors"));
    assert.deepEqual(entries.map(({ file }) => file).toSorted(), files.toSorted());
    for (const { file, bytes, sha256, title } of entries) {
        const content = await readFile(new URL(`models/${file}`, web));
        assert.equal(content.length, bytes, file);
        assert.equal(createHash("sha256").update(content).digest("hex"), sha256, file);
        const header = JSON.parse(content.subarray(8, 8 + Number(content.readBigUInt64LE(0))).toString());
        assert.equal(JSON.parse(header.__metadata__.softcam).title, title);
    }
});

test("every sample has its picture, its thumbnail and its credit", async () => {
    const entries = await json("samples/index.json");
    const listed = entries.flatMap(({ file, thumbnail }) => [file, thumbnail]).toSorted();
    const files = (await readdir(new URL("samples/", web))).filter((name) => name.endsWith(".jpg")).toSorted();
    assert.deepEqual(listed, files);
    assert.ok(entries.every(({ credit }) => /CC0|CC BY|public domain/.test(credit)));
});

test("no two classes of the shipped model share a name", async () => {
    const { classes } = await json("models/efficientnet-lite0.card.json");
    assert.equal(new Set(classes).size, classes.length);
});
