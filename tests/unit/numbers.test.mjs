import assert from "node:assert/strict";
import { test } from "node:test";
import { duration, megabytes, percent, signed, tick } from "../../web/text/numbers.js";

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
