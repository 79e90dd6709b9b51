/**
 * A link to what is on show, on the clipboard: as an address alone, and for what takes formatted text, with what is to be
 * seen there, by which model, and whose picture it is.
 *
 * @module
 */

import { t } from "../text/index.js";
import { make } from "./dom.js";
import { VERSION } from "./version.js";

/**
 * @param {string} address
 * @param {import("../page/view.js").PaneView | null} pane What is on show, the first of two.
 * @param {string | null} name Of its picture, where that is one that the link can carry.
 * @param {string} credits Whose the pictures are.
 */
export async function copyLink(address, pane, name, credits) {
    const { answer, solved } = pane ?? {};
    if (!answer || !solved || name === null || !("ClipboardItem" in globalThis)) {
        await navigator.clipboard.writeText(address);
        return;
    }
    const model = `${answer.card.title} (${solved.pane.model})`;
    const quoted = make("p", {}, [
        make("a", { text: t("share.title", { picture: name, name: answer.name }), attributes: { href: address } }),
        `. ${t("share.about", { version: VERSION, model, size: solved.pane.size ?? 0 })} ${credits}`,
    ]);
    const parts = { "text/plain": address, "text/html": quoted.outerHTML };
    const blobs = Object.entries(parts).map(([type, text]) => [type, new Blob([text], { type })]);
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
}
