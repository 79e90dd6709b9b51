/**
 * The worker for teaching: it looks at pictures and fits the last layer to what it sees, on the CPU. It keeps the network and
 * nothing of the pictures.
 *
 * @module
 */

import { codeOf, watch } from "./aside-code.js";
import { decode } from "./decoding.js";
import { FailureError } from "./failure.js";
import { readFile } from "./models.js";
import { listen } from "./turns.js";
import { UnknownError } from "./unknown.js";

const { codeAtHand, prepareCode } = /** @type {ReturnType<typeof codeOf<typeof import("../../../pkg/softcam_methods.js")>>} */ (codeOf("softcam_methods"));

/** @typedef {import("../protocol.js").TeachingQuestions} TeachingQuestions */

/** Longest side of a small picture in pixels. */
const THUMBNAIL = 96;

/** The network, once somebody has asked. @type {{model: string, teacher: import("../../../pkg/softcam_methods.js").Teacher} | null} */
let loaded = null;

/** @param {{model: string, file: Blob | null}} asked */
async function teacherOf({ model, file }) {
    const { Teacher } = await codeAtHand();
    if (loaded?.model !== model) {
        if (!file) {
            throw new UnknownError("model");
        }
        const bytes = await readFile(file);
        loaded?.teacher.free();
        loaded = null;
        loaded = { model, teacher: Teacher.load(bytes) };
    }
    return loaded.teacher;
}

/**
 * @type {{[T in keyof TeachingQuestions]:
 *     (payload: TeachingQuestions[T]["ask"], turn: import("./turns.js").Turn) => Promise<[TeachingQuestions[T]["answer"], Transferable[]?]>}}
 */
const ANSWERS = {
    async features({ picture, ...asked }) {
        const softcam = await codeAtHand();
        const teacher = await teacherOf(asked);
        const bytes = await picture.arrayBuffer().catch((error) => {
            throw new FailureError({
                fault: "image",
                code: "picture-gone",
                values: { reason: error.message },
                message: `The file could not be read (${error.message}).`,
                advice: "Check that it still exists, and add it again.",
            });
        });
        const { photo } = await decode(/** @type {any} */ (softcam), bytes);
        try {
            const { width, height } = photo;
            const scale = Math.min(1, THUMBNAIL / Math.max(width, height));
            const small = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
            const pixels = /** @type {Uint8ClampedArray<ArrayBuffer>} */ (photo.view(0, 0, width, height, small.width, small.height));
            const features = /** @type {Float32Array<ArrayBuffer>} */ (await teacher.features(photo));
            return [{ features, thumbnail: { ...small, pixels } }, [features.buffer, pixels.buffer]];
        } finally {
            photo.free();
        }
    },

    async teach({ names, features, classes, bursts, ...asked }, turn) {
        const teacher = await teacherOf(asked);
        const taught = await teacher.teach(names, features, classes, bursts, watch(turn));
        try {
            return [{ file: new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (taught.bytes())]), title: taught.title, report: taught.report() }];
        } finally {
            taught.free();
        }
    },
};

listen(ANSWERS, prepareCode);
