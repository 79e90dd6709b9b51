/** All sides in turns: whatever else the machine does meanwhile strikes each. */

import { compare, check, same } from "./agreement.mjs";

/** Fewer would be no median. */
const LEAST_RUNS = 2;
/** Milliseconds after a run of onnxruntime-web on several threads: they look for more work in a circle for a while, and would take a core from ours. */
const REST = 30;
/** Each is many runs. */
const BATCHES = 3;
const PEERS = /** @type {const} */ (["peer", "litert"]);

/**
 * @typedef {object} Measured
 * @property {number} instantiate
 * @property {number} load
 * @property {number} first The first run, with whatever is compiled for it.
 * @property {number[]} warm
 * @property {import("./ours.mjs").Batch[]} [batches]
 */

/**
 * @typedef {object} Outcome
 * @property {Partial<Record<import("../plan.mjs").Case["sides"][number], Measured>>} sides
 * @property {Partial<Record<typeof PEERS[number], import("./agreement.mjs").Agreement>>} agreements With those that ran beside ours.
 */

/**
 * @param {import("../plan.mjs").Case} question
 * @param {Partial<Record<import("../plan.mjs").Case["sides"][number], () => Promise<import("./ours.mjs").Side>>>} open
 * @returns {Promise<Outcome>}
 */
export async function takeTurns(question, open) {
    const opened = /** @type {[import("../plan.mjs").Case["sides"][number], import("./ours.mjs").Side, import("./ours.mjs").Answer][]} */ ([]);
    /** @type {Outcome} */
    const outcome = { sides: {}, agreements: {} };
    for (const who of question.sides) {
        const side = await /** @type {() => Promise<import("./ours.mjs").Side>} */ (open[who])();
        const answer = await side.run();
        outcome.sides[who] = { ...side.times, first: answer.milliseconds, warm: [] };
        opened.push([who, side, answer]);
    }
    const answers = Object.fromEntries(opened.map(([who, , answer]) => [who, answer]));
    for (const who of PEERS) {
        if (answers.ours && answers[who]) {
            const agreement = compare(answers.ours, answers[who]);
            check(agreement, question.precision, who);
            outcome.agreements[who] = agreement;
        }
    }
    if (answers.ours && answers.alone) {
        same(answers.ours, answers.alone);
    }
    const turn = async (/** @type {number} */ number, /** @type {boolean} */ counts) => {
        for (const [who, side] of number % 2 ? opened : opened.toReversed()) {
            const { milliseconds } = await side.run();
            await (who === "peer" && question.threads > 1 && rest());
            if (counts) {
                outcome.sides[who]?.warm.push(milliseconds);
            }
        }
    };
    await repeat(question.warmUps, 0, question.budget / 4, (number) => turn(number, false));
    await repeat(question.runs, LEAST_RUNS, question.budget, (number) => turn(number, true));
    const { batch } = opened.find(([who]) => who === "ours")?.[1] ?? {};
    if (batch && question.batch > 1) {
        const batches = /** @type {import("./ours.mjs").Batch[]} */ ([]);
        // The first compiles what a batch takes.
        await batch(question.batch);
        await repeat(BATCHES, 1, question.budget, async () => void batches.push(await batch(question.batch)));
        Object.assign(outcome.sides.ours ?? {}, { batches });
    }
    return outcome;
}

const rest = () => new Promise((resolve) => setTimeout(resolve, REST));

/** At most `most` times; at least `least` times, whatever it takes; between them until `budget` milliseconds are over. */
async function repeat(most, least, budget, action) {
    const begin = performance.now();
    for (let number = 0; number < most && (number < least || performance.now() - begin < budget); number++) {
        await action(number);
    }
}
