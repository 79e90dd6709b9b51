/** Where a pointer stands beside what it speaks of. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { placeBeside } from "../../web/ui/tour.js";

const window = { width: 1000, height: 700 };
const size = { width: 300, height: 120 };

test("on the first side that has room", () => {
    const target = { left: 600, top: 200, width: 300, height: 100 };
    assert.deepEqual(placeBeside(target, size, ["left", "below"], window), { side: "left", left: 288, top: 200 });
    assert.deepEqual(placeBeside(target, size, ["above", "left"], window), { side: "above", left: 600, top: 68 });
    assert.deepEqual(placeBeside({ ...target, left: 100 }, size, ["left", "below"], window), { side: "below", left: 100, top: 312 });
});

test("within the target where no side has room, and always within the window", () => {
    const large = { left: 0, top: 0, width: 1000, height: 700 };
    assert.deepEqual(placeBeside(large, size, ["left", "above", "below"], window), { side: "inside", left: 12, top: 568 });
    const below = placeBeside({ left: 900, top: 650, width: 400, height: 400 }, size, ["left"], window);
    assert.deepEqual(below, { side: "left", left: 588, top: 568 });
    const cornered = placeBeside({ left: -500, top: -500, width: 10, height: 10 }, size, ["inside"], window);
    assert.deepEqual(cornered, { side: "inside", left: 12, top: 12 });
});
