/**
 * Pictures of which only the address comes, as when one is dragged from another tab. What lies on this page's own site is
 * fetched, and what is in the address itself is taken from it. Other sites are not asked: this page talks to its own alone,
 * as its policy says.
 *
 * @module
 */

/**
 * What was dropped, as far as it says where a picture is.
 * @typedef {object} Dropped
 * @property {string} html A piece of a page; it says where a picture is also where that is part of a link.
 * @property {string} list Addresses, one a line.
 */

/** @typedef {{file: File} | {elsewhere: string} | {failed: string} | null} Linked `elsewhere` is a site, `failed` a name. */

/** Characters that stand for others in HTML's attributes. @type {Record<string, string>} */
const NAMED = { amp: "&", lt: "<", gt: ">", quot: '"' };

/**
 * The address of what was dropped.
 * @param {Dropped} dropped
 * @returns {URL | null}
 */
export function addressIn({ html, list }) {
    const [, double, single] = html.match(/<img\b[^>]*?\ssrc\s*=\s*(?:"([^"]*)"|'([^']*)')/i) ?? [];
    const source = (double ?? single)?.replace(/&(amp|lt|gt|quot);|&#(\d+);/g, (_, name, code) => NAMED[name] ?? String.fromCodePoint(Number(code)));
    const first = list.split(/\r?\n/).find((line) => line !== "" && !line.startsWith("#"));
    for (const address of [source, first]) {
        // Without a base: what stands in a piece of another page is relative to that one.
        if (address && URL.canParse(address)) {
            return new URL(address);
        }
    }
    return null;
}

/**
 * @param {Dropped} dropped
 * @returns {Promise<Linked>} Nothing where there is no address of anything that could be fetched.
 */
export async function pictureIn(dropped) {
    const address = addressIn(dropped);
    if (address?.protocol === "data:") {
        const file = fileOf(address.href);
        return file && { file };
    }
    if (!address || !/^https?:$/.test(address.protocol)) {
        return null;
    }
    if (address.origin !== location.origin) {
        return { elsewhere: address.host };
    }
    const name = address.pathname.split("/").at(-1) || address.host;
    const response = await fetch(address, { mode: "same-origin" }).catch(() => null);
    const blob = response?.ok ? await response.blob().catch(() => null) : null;
    return blob?.type.startsWith("image/") ? { file: new File([blob], name, { type: blob.type }) } : { failed: name };
}

/** The picture that an address consists of. A policy that allows no other site allows no fetching of it either. @param {string} address */
function fileOf(address) {
    const [, type, base64] = address.match(/^data:(image\/[\w.+-]+)[^,]*;base64,(.*)$/s) ?? [];
    if (!type) {
        return null;
    }
    try {
        const bytes = Uint8Array.from(atob(decodeURIComponent(base64)), (letter) => letter.charCodeAt(0));
        return new File([bytes], "picture", { type });
    } catch {
        return null;
    }
}
