import assert from "node:assert/strict";
import { test } from "node:test";
import { Likenesses, verdict } from "../../web/tools/sanity/likeness.js";

const known = (ranks) => ranks.map((rank) => (rank === null ? null : { rank, cosine: 0 }));

test("with no layer shuffled a map is itself; the rest is what was measured, for one picture and class", () => {
    const likenesses = new Likenesses();
    assert.deepEqual(likenesses.find("a", 0), { cosine: 1, rank: 1 });
    assert.equal(likenesses.find("a", 1), null);
    likenesses.keep("a", 2, { cosine: 0.5, rank: 0.25 });
    assert.deepEqual(likenesses.along("a", 3), [{ cosine: 1, rank: 1 }, null, { cosine: 0.5, rank: 0.25 }, null]);
    assert.deepEqual(likenesses.along("b", 2), [{ cosine: 1, rank: 1 }, null, null]);
});

test("a verdict waits for all layers, and looks at those where half are shuffled", () => {
    assert.equal(verdict(known([1, 0.2, null])), null);
    assert.equal(verdict(known([1])), null);
    assert.deepEqual(verdict(known([1, 0.9, 0.9, 0.25, -0.25])), { passes: true, rank: 0.25 });
    assert.deepEqual(verdict(known([1, 0, 0, 0.75, 0.75])), { passes: false, rank: 0.75 });
    // The opposite of a map is as telling as the map.
    assert.equal(verdict(known([1, 0, 0, -0.75, -0.75])).passes, false);
});
