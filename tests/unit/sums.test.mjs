import assert from "node:assert/strict";
import { test } from "node:test";
import { agreeingDigits, difference, ledgerOf, mapOf, meanMap, strongest, sumOfShares, withoutCells } from "../../web/evidence/sums.js";
import { signed } from "../../web/text/numbers.js";

const explained = { maps: Float32Array.of(1, 2, 3, 6, -1, 0, 5, 0), rows: 2, columns: 2 };

test("a map is the class's own slice, and a copy", () => {
    const map = mapOf(explained, 1, null);
    assert.deepEqual([...map], [-1, 0, 5, 0]);
    map[0] = 99;
    assert.equal(explained.maps[4], -1);
});

test("a map against another is their difference, and so is its sum", () => {
    const over = mapOf(explained, 0, 1);
    assert.deepEqual([...over], [2, 2, -2, 6]);
    const sum = (shown) => sumOfShares(mapOf(explained, shown, null));
    assert.equal(sumOfShares(over), sum(0) - sum(1));
});

test("the sum of shares is the mean", () => {
    assert.equal(sumOfShares(Float32Array.of(1, 2, 3, 6)), 3);
});

test("both sides of a ledger add up to its sum, and half is reached by the fewest cells", () => {
    const ledger = ledgerOf(Float32Array.of(4, -2, 6, 0, 2, -6));
    assert.deepEqual([ledger.cells, ledger.positive, ledger.negative], [6, 2, -8 / 6]);
    assert.ok(Math.abs(ledger.positive + ledger.negative - ledger.sum) < 1e-12);
    assert.deepEqual(ledger.order, [2, 5, 0, 1, 4, 3]);
    // 12 speaks for it; 6 of that is half, and one cell has it.
    assert.equal(ledger.half, 1);
    const against = ledgerOf(Float32Array.of(1, -2, -2, -2, -2));
    assert.deepEqual([against.negative, against.half], [-8 / 5, 2], "in the direction of the sum");
    assert.deepEqual(ledgerOf(new Float32Array(4)).half, 0, "nothing says anything");
});

test("half of a direction is never more than the strongest cells reach, whatever the map", () => {
    let seed = 7;
    const random = () => ((seed = (Math.imul(seed, 1103515245) + 12345) >>> 0), seed / 2 ** 32 - 0.5);
    for (let round = 0; round < 200; round++) {
        const map = Float32Array.from({ length: 1 + (round % 60) }, random);
        const ledger = ledgerOf(map);
        assert.ok(Math.abs(ledger.sum - sumOfShares(map)) < 1e-9);
        const sign = ledger.sum >= 0 ? 1 : -1;
        assert.ok(strongest(map, ledger, ledger.half).share >= 0.5 - 1e-9);
        assert.ok(ledger.half === 0 || strongest(map, ledger, ledger.half - 1).share < 0.5, `${round}`);
        assert.ok(ledger.half <= map.filter((value) => value * sign > 0).length);
        const all = strongest(map, ledger, map.length);
        assert.ok(Math.abs(all.sum - (sign > 0 ? ledger.positive : ledger.negative)) < 1e-9);
    }
});

test("cells that are left out and the rest add up, and the mean of the rest is a mean", () => {
    const map = Float32Array.of(1, 2, 3, 6);
    const { sum, rest, mean } = withoutCells(map, [3, 0, 3, 99, -1]);
    assert.deepEqual([sum, rest, mean], [7 / 4, 5 / 4, 5 / 2], "twice is once, and what is no cell is none");
    assert.deepEqual(withoutCells(map, []), { sum: 0, rest: 3, mean: 3 });
    assert.ok(Number.isNaN(withoutCells(map, [0, 1, 2, 3]).mean), "nothing is left to have one");
});

test("two sums are shown with as many digits as they agree on, two at least", () => {
    assert.equal(agreeingDigits(signed, 1.23456, 1.23457), 4);
    assert.equal(agreeingDigits(signed, 1.2341, 1.2344), 3);
    assert.equal(agreeingDigits(signed, 1.231, 1.234), 2);
    assert.equal(agreeingDigits(signed, 1, 2), 4, "what differs is shown in full");
});

test("differences and means of maps are cell by cell", () => {
    const [a, b] = [Float32Array.of(1, 2, 3), Float32Array.of(3, -2, 0)];
    assert.deepEqual([...difference(a, b)], [-2, 4, 3]);
    assert.deepEqual([...meanMap([a, b])], [2, 0, 1.5]);
    assert.deepEqual([...meanMap([a])], [1, 2, 3]);
});
