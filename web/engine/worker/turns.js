/**
 * A worker's side of the protocol: questions are answered one after the other, and one that is given up ends, also while
 * its answer is being computed.
 *
 * @module
 */

import { toFailure } from "./failure.js";
import { UnknownError } from "./unknown.js";

/** @typedef {import("../protocol.js").ToWorker} ToWorker */
/** @typedef {import("../protocol.js").FromWorker} FromWorker */

/**
 * What a question is answered with.
 * @typedef {object} Turn
 * @property {(progress: any) => void} report
 * @property {() => Promise<boolean>} goOn Whether the question still stands; lets messages in while the network runs.
 */

/**
 * How each question is answered, by its type; a second value names what is handed over instead of copied.
 * @typedef {Record<string, (payload: any, turn: Turn) => Promise<[any, Transferable[]?]>>} AnswersByType
 */

/** Milliseconds for which the network may keep messages waiting. */
const BREATH = 12;

/** Questions that wait or are being answered. @type {Map<number, {cancelled: boolean}>} */
const open = new Map();
// The engine takes one call at a time: the second waits for the first.
let queue = Promise.resolve();

/**
 * @param {FromWorker} message
 * @param {Transferable[]} [transfer]
 */
export function send(message, transfer = []) {
    postMessage(message, { transfer });
}

// The page lists every request; a worker's are known to the worker alone.
new PerformanceObserver((list) => {
    const entries = /** @type {PerformanceResourceTiming[]} */ (list.getEntries()).map(
        ({ name, startTime, transferSize, encodedBodySize }) => ({ name, startTime, transferSize, encodedBodySize }),
    );
    send({ type: "requested", of: { origin: performance.timeOrigin, entries } });
}).observe({ type: "resource", buffered: true });

/** Does something after all that was asked before. @param {() => Promise<void>} task */
export function inTurn(task) {
    queue = queue.then(task);
}

/**
 * Answers questions from now on.
 * @param {AnswersByType} answers
 * @param {(message: Exclude<ToWorker, {type: "ask"} | {type: "cancel"}>) => void} hear Whatever is no question.
 */
export function listen(answers, hear) {
    addEventListener("message", (/** @type {MessageEvent<ToWorker>} */ { data: message }) => {
        switch (message.type) {
            case "ask": {
                const state = { cancelled: false };
                open.set(message.id, state);
                return inTurn(() => answer(answers, message, state));
            }
            case "cancel": {
                const state = open.get(message.id);
                if (state) {
                    state.cancelled = true;
                }
                return;
            }
            default:
                return hear(message);
        }
    });
}

/** Lets the messages in that have come meanwhile. */
const channel = new MessageChannel();
/** @type {(() => void)[]} */
const breathing = [];
channel.port1.onmessage = () => breathing.shift()?.();

function breathe() {
    return new Promise((/** @type {(value: void) => void} */ resolve) => {
        breathing.push(resolve);
        channel.port2.postMessage(null);
    });
}

/**
 * @param {AnswersByType} answers
 * @param {Extract<ToWorker, {type: "ask"}>} message
 * @param {{cancelled: boolean}} state
 */
async function answer(answers, { id, question, payload }, state) {
    let last = performance.now();
    /** @type {Turn} */
    const turn = {
        report: (progress) => send({ type: "progress", id, progress }),
        async goOn() {
            if (performance.now() - last > BREATH) {
                await breathe();
                last = performance.now();
            }
            return !state.cancelled;
        },
    };
    try {
        if (state.cancelled) {
            send({ type: "cancelled", id });
            return;
        }
        const [value, transfer] = await answers[question](payload, turn);
        send({ type: "answer", id, answer: value }, transfer);
    } catch (error) {
        if (error instanceof UnknownError) {
            send({ type: "unknown", id, what: error.what });
        } else if (state.cancelled) {
            send({ type: "cancelled", id });
        } else {
            const { failure, fatal } = toFailure(error);
            send({ type: "failed", id, failure, fatal });
        }
    } finally {
        open.delete(id);
    }
}
