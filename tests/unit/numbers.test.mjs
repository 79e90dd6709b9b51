import assert from "node:assert/strict";
import { test } from "node:test";
import { addingUp, digitsToSubtract, duration, megabytes, percent, signed, tick } from "../../web/text/numbers.js";

test("signs are always there, except on what rounds to zero", () => {
    assert.equal(signed(1.234, 2), "+1.23");
    assert.equal(signed(-1.235, 1), "\u22121.2");
    assert.equal(signed(-0.0004, 3), "0.000");
    assert.equal(signed(0, 2), "0.00");
});

test("probabilities never round to a certainty that they are not", () => {
    assert.equal(percent(0.1234), "12.3 %");
    assert.equal(percent(0.01234), "1.23 %");
    assert.equal(percent(0.00001), "< 0.01 %");
    assert.equal(percent(0), "0.00 %");
    assert.equal(percent(1), "100.0 %");
    assert.equal(percent(0.9994), "99.9 %");
    assert.equal(percent(0.9996), "> 99.9 %");
});

test("sizes, times and ticks", () => {
    assert.equal(megabytes(4_842_856), "4.8 MB");
    assert.equal(duration(83.4), "83 ms");
    assert.equal(duration(4321), "4.3 s");
    assert.equal(tick(0.1 + 0.2), "0.3");
    assert.equal(tick(26), "26");
});

/** Numbers as they are read. */
const read = (value, digits) => Math.round(Number(signed(value, digits).replace("\u2212", "-")) * 10 ** digits);

test("what is read of a total and its two parts adds up, whatever they are, and each is near what it is", () => {
    let seed = 3;
    const random = () => ((seed = (Math.imul(seed, 1103515245) + 12345) >>> 0), seed / 2 ** 32 - 0.5);
    for (let round = 0; round < 2000; round++) {
        const digits = 2 + (round % 3);
        const [part, other] = [random() * 10 ** (round % 4), random() * 10 ** ((round >> 2) % 4)];
        const [all, one, rest] = addingUp(part + other, part, digits);
        const texts = [all, one, rest].map((value) => read(value, digits));
        assert.equal(texts[1] + texts[2], texts[0], `${part} and ${other}`);
        const unit = 10 ** digits;
        const [smaller, larger] = Math.abs(part) > Math.abs(other) ? [[rest, other], [one, part]] : [[one, part], [rest, other]];
        assert.ok(Math.abs(all - part - other) * unit <= 0.5 + 1e-6);
        assert.ok(Math.abs(smaller[0] - smaller[1]) * unit <= 0.5 + 1e-6, "the smaller part is rounded as ever");
        assert.ok(Math.abs(larger[0] - larger[1]) * unit <= 1 + 1e-6);
    }
    // As a lesson reads them: 3.17 and -1.73 are 1.44, and not 1.45.
    const [all, one, rest] = addingUp(1.4451, 3.1736, 2);
    assert.deepEqual([all, one, rest].map((value) => signed(value, 2)), ["+1.45", "+3.18", "\u22121.73"]);
});

test("two numbers are read with as many digits as their difference needs to be theirs", () => {
    assert.equal(digitsToSubtract(9.0, 8.5), 2);
    assert.equal(digitsToSubtract(8.918, 9.034), 3, "8.92 less 9.03 is -0.11, not -0.12");
});
