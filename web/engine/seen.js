/**
 * A picture as a worker is asked about it: with the bytes of those photos that it does not have yet.
 *
 * @module
 */

/** @typedef {import("./protocol.js").Seen} Seen */

/**
 * The photos that a picture is made of, each once, the one that it is of first.
 * @param {Pick<Seen, "photo" | "edits">} looked
 */
export function photosOf({ photo, edits }) {
    return [...new Set([photo, ...edits.flatMap((edit) => (edit.kind === "piece" ? [edit.photo] : []))])];
}

/**
 * @param {Omit<Seen, "bytes" | "others">} looked
 * @param {(photo: string) => boolean} known Whether the worker has it.
 * @param {(photo: string) => Promise<ArrayBuffer>} bytesOf
 * @returns {Promise<{seen: Seen, transfer: Transferable[]}>} What is handed over with it.
 */
export async function seenWith(looked, known, bytesOf) {
    const photos = photosOf(looked);
    const given = await Promise.all(photos.map((photo) => (known(photo) ? null : bytesOf(photo))));
    const [bytes] = given;
    const others = photos.slice(1).map((photo, at) => ({ photo, bytes: given[at + 1] }));
    const seen = others.length > 0 ? { ...looked, bytes, others } : { ...looked, bytes };
    return { seen, transfer: given.flatMap((buffer) => buffer ?? []) };
}
