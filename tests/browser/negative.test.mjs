/** A film that is negative or turned is withheld, and the page says what is the matter with it. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { openPage, root, startSite, whenExplained } from "./harness.mjs";

const site = startSite();
const FILM = "chest/kermany-normal2-im-1427-0001.jpg";

/** The film as PNG, drawn anew by the browser. */
async function changed(page, change) {
    const film = (await readFile(path.join(root, "web/samples", FILM))).toString("base64");
    const bytes = await page.evaluate(
        async ([base64, change]) => {
            const from = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
            const picture = await createImageBitmap(new Blob([from]));
            const canvas = new OffscreenCanvas(picture.width, picture.height);
            const context = canvas.getContext("2d");
            if (change === "negative") {
                context.filter = "invert(1)";
            } else if (change === "half-turn") {
                context.translate(picture.width, picture.height);
                context.rotate(Math.PI);
            }
            context.drawImage(picture, 0, 0);
            return Array.from(new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer()));
        },
        [film, change],
    );
    return { name: `${change}.png`, mimeType: "image/png", buffer: Buffer.from(bytes) };
}

for (const model of ["chest-dense", "chest-sparse"]) {
    test(`${model} knows a film, and neither its negative nor the film upside down`, async () => {
        const { page, context, errors } = await openPage(site.browser, `${site.url}index.html#device=cpu&model=${model}&sample=${FILM}`);
        await whenExplained(page);
        const withheld = page.locator(".unlike:visible");
        const open = async (change) => page.locator("#filmstrip input[type=file]").setInputFiles(await changed(page, change));
        for (const [change, said] of [
            ["negative", /Its negative is more like those/],
            ["half-turn", /probably upside down/],
        ]) {
            await open(change);
            await withheld.filter({ hasText: said }).waitFor();
            assert.equal(await page.locator(".stage .overlay").first().evaluate(({ width, height }) => width * height), 0, change);
            assert.doesNotMatch(await page.locator(".answer").innerText(), /probability [\d.]|logit/i, change);
        }
        await open("same");
        // The film takes a moment to be read, and the answer to what was there before stands until then.
        await page.locator(".headline", { hasText: /pneumonia/i }).waitFor();
        await withheld.waitFor({ state: "detached" });
        assert.deepEqual(errors, []);
        await context.close();
    });
}
