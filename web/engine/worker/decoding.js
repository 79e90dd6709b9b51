/**
 * Decoding of pictures: by the module that answers, or, of formats that it does not read, by that for films.
 *
 * @module
 */

/** @typedef {import("../../../pkg/softcam_web.js").Photo} Photo */
/** @typedef {{photo: Photo, format: string, notes: import("../protocol.js").Note[]}} Decoded */

/** How a TIFF begins, with offsets of four bytes or of eight. */
const TIFF = ["II*\0", "MM\0*", "II+\0", "MM\0+"];

/** Where the code lies. @type {import("../protocol.js").Assets | null} */
let assets = null;

/** Says where the code lies, before anything is decoded. @param {import("../protocol.js").Assets} given */
export function codeLiesIn(given) {
    assets = given;
}

/**
 * @param {{Photo: {decode: (bytes: Uint8Array) => Photo, of: (pixels: Uint8Array, width: number, height: number) => Photo}}} softcam
 * @param {ArrayBuffer} buffer Of the picture's file.
 * @returns {Promise<Decoded>}
 */
export async function decode({ Photo }, buffer) {
    const bytes = new Uint8Array(buffer);
    if (assets && TIFF.includes(String.fromCharCode(...bytes.subarray(0, 4)))) {
        // Few visitors have one: nobody else waits for its code.
        const { moduleCode } = await import("./module-code.js");
        /** @type {typeof import("../../../pkg/softcam_dicom.js")} */
        const { decodePicture } = await moduleCode("softcam_dicom", assets);
        const { pixels, width, height, format, notes } = decodePicture(bytes);
        return { photo: Photo.of(pixels, width, height), format, notes };
    }
    const photo = Photo.decode(bytes);
    return { photo, format: photo.format, notes: photo.notes() };
}
