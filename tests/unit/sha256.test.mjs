import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import { sha256Hex } from "../../web/engine/worker/download.js";
import { sha256 } from "../../web/engine/worker/sha256.js";

const hex = (bytes) => Buffer.from(bytes).toString("hex");

test("every length around a block, and long ones, hash as Node's own SHA-256 does", () => {
    for (const length of [...Array(200).keys(), 4096, 100_003]) {
        const bytes = randomBytes(length);
        assert.equal(hex(sha256(bytes)), createHash("sha256").update(bytes).digest("hex"), `${length} bytes`);
    }
});

test("bytes that are part of a larger buffer are hashed alone", () => {
    const all = randomBytes(500);
    assert.equal(hex(sha256(all.subarray(13, 300))), createHash("sha256").update(all.subarray(13, 300)).digest("hex"));
});

test("the browser's hash and ours are the same in hex, of bytes and of a buffer", async () => {
    const bytes = new Uint8Array(randomBytes(300));
    const part = bytes.subarray(7, 200);
    const expected = [bytes, part].map((each) => createHash("sha256").update(each).digest("hex"));
    const given = Object.getOwnPropertyDescriptor(globalThis, "crypto");
    const both = async () => [await sha256Hex(bytes.buffer), await sha256Hex(part)];
    assert.deepEqual(await both(), expected);
    Object.defineProperty(globalThis, "crypto", { value: {}, configurable: true });
    try {
        assert.deepEqual(await both(), expected, "as on a page that came by plain http");
    } finally {
        Object.defineProperty(globalThis, "crypto", given);
    }
});
