/**
 * What may be said of a picture, by the page and by the command line: both are held to one file of cases, which
 * crates/softcam's tests read as well.
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { probabilitiesOf } from "../../web/evidence/population.js";
import { answerView } from "../../web/evidence/view.js";

const { cases } = JSON.parse(await readFile(new URL("../fixtures/readings.json", import.meta.url), "utf8"));

/** The page's answer to what a case gives, with maps of one cell. */
function viewOf({ card, logits, novelty }, anyway) {
    const explained = {
        logits: Float32Array.from(logits),
        probabilities: probabilitiesOf(card, Float32Array.from(logits)),
        maps: Float32Array.from(logits),
        rows: 1,
        columns: 1,
        placement: { photo: { width: 1, height: 1 }, input: 32, region: { x: 0, y: 0, width: 1, height: 1 } },
        limit: 10,
        differenceLimit: 20,
        // JSON has no NaN.
        novelty: novelty ? { ...novelty, flagged: !((novelty.score ?? NaN) <= novelty.threshold) } : null,
        dark: false,
        format: "PNG",
        milliseconds: { decode: 0, run: 0 },
    };
    return answerView({ card, explained, choice: null, anyway, limit: null });
}

describe("what may be said", () => {
    for (const given of cases) {
        test(given.name, () => {
            const { notice, flagged, decision, shown } = given.expected;
            const view = viewOf(given, false);
            assert.equal(view.notice !== null, notice);
            assert.equal(view.withheld, flagged);
            assert.equal(viewOf(given, true).withheld, false);
            assert.equal(viewOf(given, true).warning !== null, flagged);
            assert.deepEqual(view.choice, { shown: shown.class, against: shown.against });
            for (const [index, wanted] of (given.expected.probabilities ?? []).entries()) {
                assert.ok(Math.abs(view.explained.probabilities[index] - wanted) < 1e-5);
                assert.equal(view.rival, null, "nothing is subtracted");
            }
            assert.equal(view.decision === null, decision === null);
            if (decision) {
                assert.equal(view.decision.positive, decision.positive);
                assert.equal(view.decision.yes, decision.yes);
                assert.ok(Math.abs(view.decision.probability - decision.probability) < 1e-5);
                assert.ok(Math.abs(view.decision.threshold - decision.threshold) < 1e-5);
                assert.ok(Math.abs(view.decision.onEvidence - decision.on_evidence) < 1e-5);
            }
        });
    }
});
