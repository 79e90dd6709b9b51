/**
 * Pictures of formats that few visitors have: read by the module for films, which is fetched when the first one comes, so that
 * nobody else waits for its code.
 *
 * @module
 */

import { fetchCode } from "./module-code.js";

/** @typedef {typeof import("../../../pkg/softcam_dicom.js")} Films */

/** The code, once it was asked for. @type {Promise<Films> | null} */
let code = null;

/**
 * @param {Uint8Array} bytes Of the picture's file.
 * @param {import("../protocol.js").Assets} assets
 */
export async function decodedElsewhere(bytes, assets) {
    code ??= fetchCode("softcam_dicom", assets);
    // Once more where it could not be had before.
    code.catch(() => (code = null));
    return (await code).decodePicture(bytes);
}
