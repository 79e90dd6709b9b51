/**
 * Everything that can be thrown, as one kind of object.
 *
 * @module
 */

/** @typedef {import("../protocol.js").Failure} Failure */

/** A failure on its way through `throw`. */
export class FailureError extends Error {
    /** @param {Failure} failure */
    constructor(failure) {
        super(failure.message);
        this.failure = failure;
    }
}

/**
 * @param {unknown} thrown
 * @returns {{failure: Failure, fatal: boolean}}
 */
export function toFailure(thrown) {
    if (thrown instanceof FailureError) {
        return { failure: thrown.failure, fatal: false };
    }
    if (isFailure(thrown)) {
        return { failure: { ...thrown }, fatal: false };
    }
    // A trap: the wasm instance has panicked, and nothing that it holds can be trusted any more.
    const text = thrown instanceof Error ? thrown.message : String(thrown);
    return {
        failure: {
            fault: "device",
            code: "engine-stopped",
            values: { reason: text },
            message: `The engine stopped unexpectedly (${text}).`,
            advice: "It has been started again, on the CPU.",
        },
        fatal: true,
    };
}

/**
 * Errors of the wasm side arrive as plain objects.
 * @param {unknown} thrown
 * @returns {thrown is Failure}
 */
function isFailure(thrown) {
    return typeof thrown === "object" && thrown !== null && "fault" in thrown && "advice" in thrown;
}
