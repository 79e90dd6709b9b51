/**
 * What a first and a second visit of the published page fetch, in bytes of the answers' bodies, as a server sends them.
 *
 *     cargo xtask dist && node tests/bench/visits.mjs
 */

import { openPage, panel, startBrowser, whenExplained } from "../browser/harness.mjs";
import { startPublished } from "../browser/published.mjs";

const browser = await startBrowser();
const rows = [];
for (const packed of [true, false]) {
    const published = await startPublished({ packed });
    const { page, context } = await openPage(browser, `${published.url}#device=cpu`);
    let counted = 0;
    const count = (what, list = published.log.slice(counted)) => {
        counted = published.log.length;
        rows.push({ sent: packed ? "brotli" : "plain", what, answers: list.length, bytes: list.reduce((sum, { bytes }) => sum + bytes, 0) });
    };
    await whenExplained(page);
    const about = await panel(page, "about");
    await about.locator(".kept-sum").getByText("it opens without the network").waitFor({ state: "attached" });
    // What was used is handed over last.
    await page.waitForLoadState("networkidle");
    const late = published.log.findIndex(({ path }) => path.endsWith("/page/offline.js"));
    count("first picture", published.log.slice(0, late));
    count("first visit", published.log);
    await page.reload();
    await whenExplained(page);
    // The last that is asked for: whether there is a new version.
    while (!published.log.slice(counted).some(({ path }) => path.endsWith("/service-worker.js"))) {
        await page.waitForTimeout(100);
    }
    count("second visit");
    await panel(page, "about");
    await page.locator(".kept summary").click();
    await page.locator(".keep-all").click();
    await page.waitForFunction(() => document.querySelector(".kept-said").textContent === "Kept.");
    count("all kept");
    published.stop();
    await context.close();
}
console.table(rows);
await browser.close();
