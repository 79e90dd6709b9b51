/**
 * @typedef {object} Host Where both sides run.
 * @property {string} name As in a row of the results.
 * @property {string} version
 * @property {import("./adapter.mjs").Adapter | null} adapter
 * @property {boolean} emulated
 * @property {(question: import("../plan.mjs").Case, observe?: () => Promise<unknown>) =>
 *     Promise<import("../measure/turns.mjs").Outcome>} measure In a process that has measured nothing yet; calls
 *     `observe` while it is still there.
 * @property {(question: import("../roofline/threads.mjs").Question) => Promise<number[][] | undefined>} ceilings Of the machine.
 */
export {};
