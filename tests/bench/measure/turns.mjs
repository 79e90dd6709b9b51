/** Both sides in turns: whatever else the machine does meanwhile strikes both. */

import { compare, check } from "./agreement.mjs";

/** Fewer would be no median. */
const LEAST_RUNS = 2;

/**
 * @typedef {object} Measured
 * @property {number} instantiate
 * @property {number} load
 * @property {number} first The first run, with whatever is compiled for it.
 * @property {number[]} warm
 */

/**
 * @typedef {object} Outcome
 * @property {Partial<Record<"ours" | "peer", Measured>>} sides
 * @property {import("./agreement.mjs").Agreement} [agreement] Where both sides ran.
 */

/**
 * @param {import("../plan.mjs").Case} question
 * @param {Record<"ours" | "peer", () => Promise<import("./ours.mjs").Side>>} open
 * @returns {Promise<Outcome>}
 */
export async function takeTurns(question, open) {
    const opened = /** @type {["ours" | "peer", import("./ours.mjs").Side, import("./ours.mjs").Answer][]} */ ([]);
    /** @type {Outcome} */
    const outcome = { sides: {} };
    for (const who of question.sides) {
        const side = await open[who]();
        const answer = await side.run();
        outcome.sides[who] = { ...side.times, first: answer.milliseconds, warm: [] };
        opened.push([who, side, answer]);
    }
    if (opened.length === 2) {
        const [ours, peer] = opened.map(([, , answer]) => answer);
        outcome.agreement = compare(ours, peer);
        check(outcome.agreement, question.precision);
    }
    const turn = async (/** @type {number} */ number, /** @type {boolean} */ counts) => {
        for (const [who, side] of number % 2 ? opened : opened.toReversed()) {
            const { milliseconds } = await side.run();
            if (counts) {
                outcome.sides[who]?.warm.push(milliseconds);
            }
        }
    };
    await repeat(question.warmUps, 0, question.budget / 4, (number) => turn(number, false));
    await repeat(question.runs, LEAST_RUNS, question.budget, (number) => turn(number, true));
    return outcome;
}

/** At most `most` times; at least `least` times, whatever it takes; between them until `budget` milliseconds are over. */
async function repeat(most, least, budget, action) {
    const begin = performance.now();
    for (let number = 0; number < most && (number < least || performance.now() - begin < budget); number++) {
        await action(number);
    }
}
