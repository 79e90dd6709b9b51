/**
 * A link whose parts are not read at a glance: names of models and files would tell students what a link asks about. No secret.
 * Pure functions.
 *
 * @module
 */

/** What tells nothing. */
const PLAIN = ["lesson", "device", "lang"];

/** @param {string} hash Without the `#`. */
export function packed(hash) {
    const parts = hash.split("&").filter(Boolean);
    const tells = (/** @type {string} */ part) => !PLAIN.includes(part.split("=")[0]);
    const telling = parts.filter(tells);
    if (telling.length === 0) {
        return hash;
    }
    // Base64url.
    const text = btoa(telling.join("&")).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
    return [...parts.filter((part) => !tells(part)), `link=${text}`].join("&");
}

/** What a link says, packed or not. @param {URLSearchParams} parameters */
export function unpacked(parameters) {
    const inside = new URLSearchParams(textOf(parameters.get("link") ?? ""));
    const all = new URLSearchParams([...inside, ...parameters].filter(([name]) => name !== "link"));
    // What stands openly was put there by whoever uses the link.
    parameters.forEach((value, name) => name !== "link" && all.set(name, value));
    return all;
}

/** Nothing where the link was cut. @param {string} packed */
function textOf(packed) {
    try {
        return atob(packed.replaceAll("-", "+").replaceAll("_", "/"));
    } catch {
        return "";
    }
}
