/**
 * SHA-256 in hex, so that a table says which file a row is about.
 *
 * @module
 */

/** @param {ArrayBuffer} bytes */
export async function sha256Hex(bytes) {
    const digest = globalThis.crypto?.subtle
        ? new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))
        : // A page that came by plain http has none.
          (await import("../../engine/worker/sha256.js")).sha256(new Uint8Array(bytes));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
