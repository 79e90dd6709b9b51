import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { withoutMetadata } from "../../web/tools/lesson/plain-file.js";

const sample = async (name) => new Uint8Array(await readFile(new URL(`../../web/samples/${name}`, import.meta.url)));
const text = (bytes) => Buffer.from(bytes).toString("latin1");
const bytesOf = (...parts) => new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part, typeof part === "string" ? "latin1" : undefined))));

/** A segment with its length. */
function segment(marker, data) {
    const body = Buffer.from(data, "latin1");
    return Buffer.concat([Buffer.from([0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255]), body]);
}

/** EXIF in either order of bytes: the orientation among other entries, and a place behind them. */
function exif(orientation, little) {
    const short = (value) => (little ? [value & 255, value >> 8] : [value >> 8, value & 255]);
    const long = (value) => (little ? [value, 0, 0, 0] : [0, 0, 0, value]);
    const entry = (tag, value) => [...short(tag), ...short(3), ...long(1), ...short(value), 0, 0];
    const tiff = [...(little ? [0x49, 0x49] : [0x4d, 0x4d]), ...short(42), ...long(8), ...short(2), ...entry(256, 7), ...entry(274, orientation), ...long(0)];
    return Buffer.concat([Buffer.from("Exif\0\0", "latin1"), Buffer.from(tiff), Buffer.from("52.5 N 13.4 E")]).toString("latin1");
}

test("a photograph loses place, comment and trailer, and keeps its pixels", async () => {
    const plain = withoutMetadata(await sample("coffee.jpg"));
    const [start, rest] = [plain.subarray(0, 2), plain.subarray(2)];
    const profile = segment(0xe2, "ICC_PROFILE\0\x01\x01colours");
    for (const little of [true, false]) {
        const written = bytesOf(start, segment(0xe1, exif(1, little)), profile, segment(0xe1, "http://ns.adobe.com/xap/1.0/\0<by>Ada</by>"), segment(0xed, "Photoshop 3.0"), segment(0xfe, "by Ada"), rest, "a film behind it");
        const without = withoutMetadata(written);
        assert.deepEqual(Buffer.from(without), Buffer.concat([start, profile, rest]));
        for (const secret of ["52.5 N", "Ada", "Photoshop", "film"]) {
            assert.ok(text(written).includes(secret) && !text(without).includes(secret), secret);
        }
    }
    assert.deepEqual(withoutMetadata(plain), plain, "nothing more to leave out");
});

test("an end marker within a table between two scans is none", () => {
    const scan = bytesOf(segment(0xda, "one"), [1, 0xff, 0, 2, 0xff, 0xd3, 7], segment(0xc4, "\xff\xd9 in a table"), segment(0xda, "two"), [3, 0xff, 0xff, 0xd9]);
    const whole = bytesOf([0xff, 0xd8], scan);
    assert.deepEqual(withoutMetadata(bytesOf(whole, "more")), whole);
});

test("a photograph that is stored on its side stays so", async () => {
    const plain = withoutMetadata(await sample("coffee.jpg"));
    for (const orientation of [3, 6, 8]) {
        for (const little of [true, false]) {
            const turned = withoutMetadata(bytesOf(plain.subarray(0, 2), segment(0xe1, exif(orientation, little)), plain.subarray(2)));
            assert.ok(!text(turned).includes("52.5 N"));
            const at = text(turned).indexOf("Exif\0\0MM");
            const tiff = Buffer.from(turned.subarray(at + 6));
            assert.deepEqual([tiff.readUInt32BE(4), tiff.readUInt16BE(8), tiff.readUInt16BE(10), tiff.readUInt16BE(18)], [8, 1, 274, orientation]);
            assert.deepEqual(withoutMetadata(turned), turned, "once more");
        }
    }
});

test("a PNG keeps what its pixels need", () => {
    const chunk = (name, data) => Buffer.concat([Buffer.from([0, 0, 0, data.length]), Buffer.from(name + data, "latin1"), Buffer.from([1, 2, 3, 4])]);
    const start = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    const needed = ["IHDR", "gAMA", "iCCP", "PLTE", "tRNS", "IDAT"].map((name) => chunk(name, "data"));
    const end = chunk("IEND", "");
    const written = bytesOf(start, ...needed.slice(0, 3), chunk("tEXt", "by Ada"), chunk("tIME", "noon"), ...needed.slice(3), chunk("iTXt", "place"), end, "more");
    assert.deepEqual(Buffer.from(withoutMetadata(written)), Buffer.concat([start, ...needed, end]));
    assert.equal(withoutMetadata(bytesOf(start, ...needed, chunk("eXIf", "MM"), end)), null);
});

test("what is cut or something else is left to be drawn anew", async () => {
    const photo = await sample("coffee.jpg");
    for (let length = 0; length < photo.length; length += 997) {
        assert.equal(withoutMetadata(photo.slice(0, length)), null, `${length} bytes`);
    }
    assert.equal(withoutMetadata(bytesOf("RIFF....WEBP")), null);
});
