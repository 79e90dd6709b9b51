/**
 * Why a picture, or what it came in, is not explained, where it is not the worker that says so.
 *
 * @module
 */

import { EngineError } from "./connection.js";

/** @typedef {import("./protocol.js").Failure} Failure */

/** Pictures that the browser opens, archives, and files in them. */
const REASONS = [
    {
        code: "canvas-blocked",
        message: "This browser lets no page read what it draws, and HEIC and AVIF pictures are read in that way.",
        advice: "Save it as JPEG or PNG, or let this site read its canvas: in Firefox by the symbol beside the address.",
    },
    { code: "archive-damaged", message: "The archive is damaged or incomplete.", advice: "Make or download it again." },
    { code: "archive-not-zip", message: "This is not a zip archive.", advice: "Unpack it, and drop the folder." },
    { code: "archive-in-parts", message: "The archive is one of several parts.", advice: "Unpack all of them, and drop the folder." },
    { code: "archive-too-many", message: "The archive holds too many files.", advice: "Unpack it, and drop folders of up to 20,000 files." },
    { code: "archive-overlaps", message: "Files in the archive lie on each other, as those of a zip bomb do.", advice: "Do not use it." },
    { code: "packed-encrypted", message: "The file is encrypted.", advice: "Unpack the archive with its password, and drop the folder." },
    { code: "packed-method", message: "The file is packed in a way that browsers cannot unpack.", advice: "Unpack the archive, and drop the folder." },
    { code: "packed-too-large", message: "The file has more than 64 MiB.", advice: "Save the picture smaller." },
    { code: "packed-path", message: "The file's name leads out of the archive.", advice: "Do not use it." },
    { code: "packed-name", message: "The file's name cannot be read.", advice: "Pack it under another name." },
    { code: "packed-archive", message: "It is an archive within an archive or a folder.", advice: "Drop it by itself." },
    { code: "packed-no-picture", message: "It is no picture.", advice: "Pictures alone are explained." },
    { code: "left-too-many", message: "More than 20,000 pictures came at once.", advice: "Drop the rest later." },
    { code: "packed-damaged", message: "The file in the archive is damaged.", advice: "Make or download the archive again." },
];

/** A run that ended before this picture's turn came. @type {Failure} */
export const NOT_EXPLAINED = {
    fault: "request",
    code: "not-explained",
    message: "It was not explained: the run was stopped before.",
    advice: "Let the run go on.",
};

/** @type {Failure} */
export const STOPPED_TWICE = {
    fault: "device",
    code: "stopped-twice",
    message: "This picture has stopped the engine twice.",
    advice: "Choose another picture or size.",
};

/** Nothing starts by itself any more. @param {string} reason @returns {Failure} */
export function stoppedAgain(reason) {
    const message = `The engine stopped unexpectedly (${reason}), several times in a row.`;
    return { fault: "device", code: "engine-stopped-again", values: { reason }, message, advice: "Try again, or reload the page." };
}

/** What a run fails with that no device is to blame for. @type {Record<string, Failure>} */
const OF_MODEL = {
    "run-not-finite": {
        fault: "model",
        code: "model-not-finite",
        message: "This model computes values that are not finite: its weights are too large.",
        advice: "Nothing was drawn. Choose another model, or train or convert this one again.",
    },
    "run-constant": {
        fault: "model",
        code: "model-constant",
        message: "This model computes the same value everywhere.",
        advice: "Nothing was drawn. Choose another model, or train or convert this one again.",
    },
};

/** The failure of a run on the CPU, where the model is at fault. @param {string | undefined} code @returns {Failure | null} */
export function ofModel(code) {
    return OF_MODEL[code ?? ""] ?? null;
}

/** @param {string} code One of the reasons here. */
export function refusal(code) {
    const reason = REASONS.find((each) => each.code === code) ?? { code, message: code, advice: "" };
    return new EngineError({ fault: "image", ...reason });
}

/** A file that is not there any more, or must not be read. @param {unknown} error @returns {Failure} */
export function unreadable(error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The file could not be read (${reason}).`;
    return { fault: "image", code: "file-unreadable", values: { reason }, message, advice: "Check that it is still there, and drop it again." };
}
