/**
 * The photos that this worker holds, decoded, by identifier, and a few of them as they were changed.
 *
 * @module
 */

import { decode } from "./decoding.js";

/** @typedef {import("../../../pkg/softcam_web.js").Photo} Photo */
/** @typedef {typeof import("../../../pkg/softcam_web.js")} Softcam */

/** Decoded pixels that stay, all photos together; the newest two stay whatever their size. */
const PIXELS = 24e6;
/** Photos with changes that stay. */
const EDITED = 2;
/** Frames that stay: the newest, and the one that is still on show while that is explained. */
const FRAMES = 2;

/** What lies on a photo, and is not the engine's to put there. @type {readonly string[]} */
const PATCHES = ["sticker", "stroke", "piece"];

/** @typedef {import("./decoding.js").Decoded} Held */

export class Photos {
    /** @type {Map<string, Held>} */
    #photos = new Map();
    /** Of a camera. @type {Map<string, Held>} */
    #frames = new Map();
    /** @type {Map<string, Held>} */
    #edited = new Map();

    /**
     * The photo as it is to be seen; nothing where bytes are needed.
     * @param {Softcam} softcam
     * @param {import("../protocol.js").Seen} seen
     */
    async find(softcam, seen) {
        const { photo: id, bytes, size, fit, edits, others = [], passing = false } = seen;
        const original = await this.#original(softcam, id, bytes, passing ? this.#frames : this.#photos);
        if (!original || edits.length === 0) {
            this.#trim(1);
            return original;
        }
        const key = JSON.stringify([id, size, fit, edits]);
        const kept = this.#edited.get(key);
        if (kept) {
            return kept;
        }
        const photo = await this.#changed(softcam, seen, original);
        if (!photo) {
            return null;
        }
        const edited = { ...original, photo };
        this.#edited.set(key, edited);
        trim(this.#edited, () => this.#edited.size > EDITED);
        this.#trim(1 + others.length);
        return edited;
    }

    /**
     * The photo with one of several last changes each, for the caller to use up; nothing where bytes are needed.
     * @param {Softcam} softcam
     * @param {import("../protocol.js").Seen} seen
     * @param {import("../protocol.js").Edit[]} last
     * @returns {Promise<Photo[] | null>}
     */
    async each(softcam, seen, last) {
        const original = await this.#original(softcam, seen.photo, seen.bytes, this.#photos);
        /** @type {Photo[]} */
        const photos = [];
        for (const edit of last) {
            const photo = original && (await this.#changed(softcam, { ...seen, edits: [...seen.edits, edit] }, original));
            if (!photo) {
                photos.forEach((each) => each.free());
                return null;
            }
            photos.push(photo);
        }
        this.#trim(1 + (seen.others?.length ?? 0));
        return photos;
    }

    /**
     * A photo with its changes.
     * @param {Softcam} softcam
     * @param {import("../protocol.js").Seen} seen
     * @param {Held} original
     * @returns {Promise<Photo | null>}
     */
    async #changed(softcam, seen, original) {
        const { size, fit, edits, others = [] } = seen;
        /** @type {Map<string, Held | null>} */
        const pieces = new Map();
        for (const { photo, bytes } of others) {
            pieces.set(photo, await this.#original(softcam, photo, bytes, this.#photos));
        }
        if (Array.from(pieces.values()).includes(null)) {
            return null;
        }
        const photoOf = (/** @type {string} */ of) => pieces.get(of)?.photo ?? original.photo;
        return edits.some(({ kind }) => PATCHES.includes(kind))
            ? patched(softcam, original.photo, seen, photoOf)
            : original.photo.edited(/** @type {any} */ (edits), size, fit);
    }

    /**
     * @param {Softcam} softcam
     * @param {string} id
     * @param {ArrayBuffer | null} bytes
     * @param {Map<string, Held>} among
     */
    async #original(softcam, id, bytes, among) {
        const kept = among.get(id);
        if (kept) {
            among.delete(id);
            among.set(id, kept);
            return kept;
        }
        if (!bytes) {
            return null;
        }
        const original = await decode(softcam, bytes);
        among.set(id, original);
        return original;
    }

    /** @param {number} used How many of the newest are in use. */
    #trim(used) {
        trim(this.#frames, () => this.#frames.size > FRAMES);
        const pixels = () => Array.from(this.#photos.values()).reduce((sum, { photo }) => sum + photo.width * photo.height, 0);
        trim(this.#photos, () => this.#photos.size > 1 + used && pixels() > PIXELS);
    }
}

/**
 * A photo with patches on it, among other changes.
 * @param {Softcam} softcam
 * @param {Photo} original
 * @param {import("../protocol.js").Seen} seen
 * @param {(photo: string) => Photo} photoOf That pieces are taken from.
 */
async function patched({ Photo }, original, { size, fit, edits }, photoOf) {
    const [{ isPatch, paintPatches, pieceSize }, { bitmap }] = await Promise.all([import("../patches.js"), import("../bitmap.js")]);
    let photo = original;
    const becomes = (/** @type {Photo} */ next) => {
        if (photo !== original) {
            photo.free();
        }
        photo = next;
    };
    for (let from = 0; from < edits.length; ) {
        const lies = isPatch(edits[from]);
        let to = from + 1;
        while (to < edits.length && isPatch(edits[to]) === lies) {
            to += 1;
        }
        const some = edits.slice(from, to);
        if (lies) {
            const { width, height } = photo;
            const pixels = photo.view(0, 0, width, height, width, height);
            paintPatches(pixels, { width, height }, some.filter(isPatch), (piece) => {
                const source = photoOf(piece.photo);
                const { x, y, width: across, height: down } = piece.part;
                const drawn = pieceSize(piece, { width, height });
                const part = [x * source.width, y * source.height, across * source.width, down * source.height];
                return { pixels: source.view(part[0], part[1], part[2], part[3], drawn.width, drawn.height), ...drawn };
            });
            becomes(Photo.decode(bitmap(pixels, width, height)));
        } else {
            becomes(photo.edited(/** @type {any} */ (some), size, fit));
        }
        from = to;
    }
    return photo;
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
