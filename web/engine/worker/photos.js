/**
 * The photos that this worker holds, decoded, by identifier, and a few of them as they were changed.
 *
 * @module
 */

/** @typedef {import("../../../pkg/softcam_web.js").Photo} Photo */
/** @typedef {typeof import("../../../pkg/softcam_web.js")} Softcam */

/** Decoded pixels that stay, all photos together; the newest two stay whatever their size. */
const PIXELS = 24e6;
/** Photos with changes that stay. */
const EDITED = 2;
/** Frames that stay: the newest, and the one that is still on show while that is explained. */
const FRAMES = 2;

export class Photos {
    /** @type {Map<string, {photo: Photo, format: string}>} */
    #photos = new Map();
    /** Of a camera. @type {Map<string, {photo: Photo, format: string}>} */
    #frames = new Map();
    /** @type {Map<string, {photo: Photo, format: string}>} */
    #edited = new Map();

    /**
     * The photo as it is to be seen; nothing where its bytes are needed.
     * @param {Softcam} softcam
     * @param {import("../protocol.js").Seen} seen
     */
    find(softcam, { photo: id, bytes, size, fit, edits, passing = false }) {
        const original = this.#original(softcam, id, bytes, passing ? this.#frames : this.#photos);
        if (!original || edits.length === 0) {
            return original;
        }
        const key = JSON.stringify([id, size, fit, edits]);
        const kept = this.#edited.get(key);
        if (kept) {
            return kept;
        }
        const edited = { photo: original.photo.edited(edits, size, fit), format: original.format };
        this.#edited.set(key, edited);
        trim(this.#edited, () => this.#edited.size > EDITED);
        return edited;
    }

    /**
     * @param {Softcam} softcam
     * @param {string} id
     * @param {ArrayBuffer | null} bytes
     * @param {Map<string, {photo: Photo, format: string}>} among
     */
    #original(softcam, id, bytes, among) {
        const kept = among.get(id);
        if (kept) {
            among.delete(id);
            among.set(id, kept);
            return kept;
        }
        if (!bytes) {
            return null;
        }
        const photo = softcam.Photo.decode(new Uint8Array(bytes));
        const original = { photo, format: photo.format };
        among.set(id, original);
        trim(this.#frames, () => this.#frames.size > FRAMES);
        const pixels = () => Array.from(this.#photos.values()).reduce((sum, { photo }) => sum + photo.width * photo.height, 0);
        trim(this.#photos, () => this.#photos.size > 2 && pixels() > PIXELS);
        return original;
    }
}

/**
 * Lets go of the oldest while there are too many.
 * @param {Map<string, {photo: Photo}>} photos
 * @param {() => boolean} tooMany
 */
function trim(photos, tooMany) {
    for (const [key, { photo }] of photos) {
        if (!tooMany()) {
            return;
        }
        photo.free();
        photos.delete(key);
    }
}
