/** Several threads that measure at once, and what they reach together. */

/**
 * @typedef {object} Question
 * @property {ArrayLike<number>} wasm
 * @property {number} products
 * @property {import("./loops.mjs").Task[]} tasks
 * @property {number} threads
 * @property {number} rounds
 * @property {number} milliseconds Of a round.
 */

/**
 * Per task and round, what all threads together do in a second; nothing where this engine does not know the module's
 * instructions.
 * @param {Question} question
 * @param {() => {ask: (message: object) => Promise<{rates?: number[][], error?: string}>, end: () => void}} start A thread.
 * @returns {Promise<number[][] | undefined>}
 */
export async function measureTogether({ wasm, ...question }, start) {
    const bytes = Uint8Array.from(wasm);
    if (!WebAssembly.validate(bytes)) {
        return undefined;
    }
    const gate = new Int32Array(new SharedArrayBuffer(4));
    const threads = Array.from({ length: question.threads }, start);
    try {
        const answers = await Promise.all(
            threads.map(async ({ ask }) => {
                const { rates = [], error } = await ask({ ...question, wasm: bytes, gate });
                if (error !== undefined) {
                    // The others wait for this one: what ends them is that nobody waits for them.
                    throw new Error(error);
                }
                return rates;
            }),
        );
        return question.tasks.map((_, task) =>
            Array.from({ length: question.rounds }, (_, round) => answers.reduce((sum, rates) => sum + rates[task][round], 0)),
        );
    } finally {
        threads.forEach(({ end }) => end());
    }
}
