/**
 * The page by plain http from another machine, as in many a school: browsers withhold what they call secure contexts there.
 */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPage, panel, startBrowser, startServer, whenExplained } from "./harness.mjs";
import { startPublished } from "./published.mjs";

const HOST = "school.test";
let server;
let browser;

before(async () => {
    server = await startServer();
    browser = await startBrowser([`--host-resolver-rules=MAP ${HOST} 127.0.0.1`]);
});

after(async () => {
    await browser?.close();
    server?.stop();
});

test("a page that came by plain http explains its sample, another model and a link that is copied by hand", async () => {
    const url = new URL(server.url);
    url.hostname = HOST;
    const { page, context, errors } = await openPage(browser, url.href);
    assert.equal(await page.evaluate(() => isSecureContext || "subtle" in crypto), false);
    await whenExplained(page);
    assert.match(await page.locator(".sum").textContent(), /\d/);
    await page.locator(".tabs label").nth(1).click();
    await page.waitForFunction(() => document.querySelector(".tabs label:has(:checked)")?.textContent.includes("Fundus"));
    await whenExplained(page);
    assert.match(await page.locator(".notice").first().textContent(), /teaching/i);
    await page.locator(".top button.share").click();
    await page.waitForFunction((host) => document.querySelector(".status").textContent.includes(`http://${host}`), HOST);
    assert.deepEqual(errors, []);
    await context.close();
});

test("the published page by plain http explains its sample, and says that browsers keep nothing of it", async (own) => {
    const published = await startPublished();
    own.after(() => published.stop());
    const url = new URL(published.url);
    url.hostname = HOST;
    const { page, context, errors } = await openPage(browser, `${url.href}#device=cpu`);
    assert.equal(await page.evaluate(() => isSecureContext || "serviceWorker" in navigator), false);
    await whenExplained(page);
    assert.match(await page.locator(".sum").textContent(), /\d/);
    const about = await panel(page, "about");
    await about.locator(".kept-sum", { hasText: /plain http/ }).waitFor({ state: "attached" });
    assert.deepEqual(published.log.filter(({ status }) => status !== 200), []);
    assert.deepEqual(errors, []);
    await context.close();
});
