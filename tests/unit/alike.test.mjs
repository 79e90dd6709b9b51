/** What counts as the same text of two engines. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAlike } from "../browser/engines/alike.mjs";

test("texts of two engines may differ by one in the last digit of a number, and in nothing else", () => {
    const first = ["For it 0.0000, against it \u221212.4310.", "espresso 93.7 %", "cells 49"];
    const like = (...shown) => assertAlike(shown, first, "step");
    like(...first);
    like("For it 0.0000, against it \u221212.4309.", "espresso 93.8 %", "cells 49");
    for (const [at, text] of [
        [0, "For it 0.0000, against it \u221212.4308."],
        [0, "For it 0.0000, against it +12.4310."],
        [1, "espresso 93.7"],
        [1, "cup 93.7 %"],
        [1, "espresso 93.70 %"],
        [2, "cells 51"],
    ]) {
        assert.throws(() => like(...first.with(Number(at), String(text))), /step/, String(text));
    }
    assert.throws(() => like(...first.slice(1)), /step/);
});
