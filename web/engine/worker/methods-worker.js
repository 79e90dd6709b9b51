/**
 * The worker for other methods of explanation: a wasm module of its own, on the CPU, one network and its photos at a time.
 *
 * @module
 */

import { codeOf, watch } from "./aside-code.js";
import { SEED, readFile } from "./models.js";
import { Photos } from "./photos.js";
import { listen } from "./turns.js";
import { UnknownError } from "./unknown.js";

const { codeAtHand, prepareCode } = /** @type {ReturnType<typeof codeOf<Methods>>} */ (codeOf("softcam_methods"));

/** @typedef {import("../protocol.js").MethodQuestions} MethodQuestions */
/** @typedef {import("../protocol.js").Subject} Subject */
/** @typedef {import("./turns.js").Turn} Turn */
/** @typedef {typeof import("../../../pkg/softcam_methods.js")} Methods */
/** @typedef {import("../../../pkg/softcam_methods.js").Network} Network */
/** @typedef {import("../../../pkg/softcam_methods.js").Subject} Prepared */

/** Files of the models that this worker was given. @type {Map<string, Blob>} */
const files = new Map();
/** The network that was asked last. @type {{key: string, network: Network} | null} */
let loaded = null;
/** The picture that it was asked about last, as it sees it. @type {{key: string, subject: Prepared} | null} */
let prepared = null;
const photos = new Photos();

/**
 * The picture as the network sees it.
 * @param {Subject} asked
 * @returns {Promise<Prepared>}
 */
async function prepare({ of, file, seen }) {
    const methods = await codeAtHand();
    const photo = await photos.find(/** @type {any} */ (methods), seen);
    if (!photo) {
        throw new UnknownError("photo");
    }
    const key = JSON.stringify([of, { ...seen, bytes: null }]);
    if (prepared?.key !== key) {
        const network = await networkOf(methods, of, file);
        prepared?.subject.free();
        prepared = null;
        prepared = { key, subject: network.subject(/** @type {any} */ (photo.photo), seen.size, seen.fit) };
    }
    return prepared.subject;
}

/**
 * @param {Methods} methods
 * @param {Subject["of"]} of
 * @param {Blob | null} given
 */
async function networkOf({ Network }, { model, shuffled }, given) {
    const file = given ?? files.get(model);
    if (!file) {
        throw new UnknownError("model");
    }
    files.clear();
    files.set(model, file);
    const key = `${model} ${shuffled}`;
    if (loaded?.key !== key) {
        const bytes = await readFile(file);
        loaded?.network.free();
        loaded = null;
        loaded = { key, network: Network.load(bytes, shuffled, SEED) };
    }
    return loaded.network;
}

/**
 * How many passes a method makes: it plans them, says so before the first, and is given up there.
 * @param {Prepared} subject
 * @param {string} method
 * @param {import("../protocol.js").Target} target
 * @param {import("../protocol.js").MethodOptions} options
 * @returns {Promise<number | null>} Nothing where this network or picture does not allow it.
 */
async function passesOf(subject, method, target, options) {
    /** @type {number | null} */
    let passes = null;
    try {
        const whole = await subject.attribute(method, target, options, async (_, total) => {
            passes = total;
            return false;
        });
        whole.free();
    } catch (error) {
        // What has no fault of its own is a trap.
        if (!(error instanceof Object && "fault" in error)) {
            throw error;
        }
    }
    return passes;
}

/**
 * @type {{[T in keyof MethodQuestions]:
 *     (payload: MethodQuestions[T]["ask"], turn: Turn) => Promise<[MethodQuestions[T]["answer"], Transferable[]?]>}}
 */
const ANSWERS = {
    async attribute({ method, options, target, ...asked }, turn) {
        const subject = await prepare(asked);
        const logits = subject.logits();
        const begin = performance.now();
        const attribution = await subject.attribute(method, target, options, watch(turn));
        const milliseconds = performance.now() - begin;
        const { rows, columns, forward, backward, claim = null } = attribution;
        const values = attribution.values();
        attribution.free();
        const made = { forward, backward, milliseconds, claim, blocks: subject.blocks };
        const answer = { values, rows, columns, placement: subject.placement(), logits, made };
        return [answer, [values.buffer, logits.buffer].map((buffer) => /** @type {ArrayBuffer} */ (buffer))];
    },

    async plan({ methods, target, ...asked }, { goOn }) {
        const subject = await prepare(asked);
        /** @type {(number | null)[]} */
        const passes = [];
        for (const { method, options } of methods) {
            if (!(await goOn())) {
                throw new Error("given up");
            }
            passes.push(await passesOf(subject, method, target, options));
        }
        return [{ passes }];
    },

    async curve({ kind, map, class: shown, ...asked }, turn) {
        const subject = await prepare(asked);
        const curve = subject.curve(kind, map.values, map.rows, map.columns, shown);
        try {
            const say = watch(turn);
            /** @type {import("../protocol.js").CurvePoint[]} */
            const points = [];
            while (!curve.done) {
                if (!(await say(points.length, curve.total, { points: [...points] }))) {
                    throw new Error("given up");
                }
                points.push({ share: curve.share, probability: curve.step() });
            }
            return [{ points, area: curve.area() }];
        } finally {
            curve.free();
        }
    },
};

listen(ANSWERS, prepareCode);
