/** The published page once the network is gone, in a new version, with a damaged store, and withdrawn. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { CPU_MODULE, PATIENCE, THREADS_MODULE, closePanels, openPage, panel, root, startBrowser, whenExplained, whenReady } from "./harness.mjs";
import { DIST, nextVersion, release, startPublished } from "./published.mjs";

let browser;
let published;

before(async () => {
    browser = await startBrowser();
});
after(async () => {
    await browser?.close();
});
// A port, and so an origin, of each test's own.
beforeEach(async () => {
    published = await startPublished();
});
afterEach(() => published.stop());

/** Paths that this browser keeps, with the hash of what it has of each. */
const kept = (page) =>
    page.evaluate(async () => {
        const cache = await caches.open(`softcam ${new URL("./", document.baseURI).href}`);
        const entries = await Promise.all(
            (await cache.keys()).map(async (key) => {
                const response = await cache.match(key);
                const digest = await crypto.subtle.digest("SHA-256", await response.arrayBuffer());
                const hash = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
                return [response.headers.get("x-softcam-path"), hash];
            }),
        );
        return Object.fromEntries(entries);
    });

/** Waits until files that begin like these are kept. */
async function whenKept(page, ...beginnings) {
    await until(page, async (beginnings) => {
        const cache = await caches.open(`softcam ${new URL("./", document.baseURI).href}`);
        const responses = await Promise.all((await cache.keys()).map((key) => cache.match(key)));
        const paths = responses.map((response) => response?.headers.get("x-softcam-path") ?? "");
        return navigator.serviceWorker.controller !== null && beginnings.every((begin) => paths.some((path) => path.startsWith(begin)));
    }, beginnings);
}

/** Waits until a promise made in the page resolves to true; the driver's own way of waiting takes any promise for that. */
async function until(page, asked, given) {
    const end = Date.now() + PATIENCE;
    while (!(await page.evaluate(asked, given))) {
        assert.ok(Date.now() < end, `waited in vain for ${asked}`);
        await page.waitForTimeout(100);
    }
}

/** Path of the first picture. */
const sampleOf = ({ files }) => Object.keys(files).find((file) => file.endsWith("/coffee.jpg"));

/** A first visit, up to where the page, its model and its picture are kept. */
async function visit(hash = "#device=cpu") {
    const opened = await openPage(browser, published.url + hash);
    await whenExplained(opened.page);
    await whenKept(opened.page, "index.html", "models/efficientnet-lite0-");
    const { release: known } = await release();
    await whenKept(opened.page, sampleOf(known));
    return { ...opened, known };
}

/** What axe-core says of a part of the page. */
async function complaints(page, part) {
    await page.evaluate(await readFile(path.join(root, "tests/node_modules/axe-core/axe.min.js"), "utf8"));
    return page.evaluate(async (part) => (await globalThis.axe.run(part, { resultTypes: ["violations"] })).violations.map(({ id }) => id), part);
}

const sum = (page) => page.locator(".sum").textContent();

test("after one visit, the page opens and explains without the network, and keeps what is on its list alone", async () => {
    const { page, context, known } = await visit();
    const before = await sum(page);
    await page.evaluate(() => Promise.all(["version.json", "missing.json"].map((path) => fetch(path))));
    const hashes = await kept(page);
    for (const [file, hash] of Object.entries(hashes)) {
        assert.equal(hash, known.files[file]?.[0], file);
    }
    // Of the two modules for one thread, the one that it runs.
    const isOther = (file) => file.includes("/softcam_cpu") && !file.includes(CPU_MODULE);
    const missing = Object.entries(known.files).filter(([file, [, , core]]) => core && !hashes[file] && !isOther(file));
    assert.deepEqual(missing, [], "all that every browser keeps");
    assert.deepEqual(Object.keys(hashes).filter(isOther), [], "and no module that it does not run");

    const app = await (await context.newCDPSession(page)).send("Page.getAppManifest");
    assert.deepEqual([app.url, app.errors], [`${published.url}app.webmanifest`, []]);
    assert.equal(JSON.parse(app.data).icons.every(({ src }) => src in known.files), true);

    const names = () => published.log.map(({ path }) => path.slice(published.below.length));
    const late = names().findIndex((name) => name.endsWith("/page/offline.js"));
    for (const early of ["models/efficientnet-lite0-", sampleOf(known), "pkg-"]) {
        const first = names().findIndex((name) => name.startsWith(early));
        assert.ok(first >= 0 && first < late, `${early} comes before what keeps the page`);
    }

    const again = async () => {
        const visited = published.log.length;
        await page.reload();
        await whenExplained(page);
        await whenKept(page, "index.html");
        return names().slice(visited).filter((name) => !["version.json", "service-worker.js"].includes(name));
    };
    // This host sends no header that isolates the page; what keeps the page does, so that several threads compute from now on.
    assert.equal(await page.evaluate(() => crossOriginIsolated), false);
    const second = await again();
    assert.equal(await page.evaluate(() => crossOriginIsolated), true);
    assert.deepEqual(second.map((name) => name.replace(/^.*\//, "")).toSorted(), [`${THREADS_MODULE}.js`, `${THREADS_MODULE}_bg.wasm`]);
    assert.match(await whenReady(page), /threads/);
    assert.equal(await sum(page), before);
    await whenKept(page, ...second);
    assert.deepEqual(await again(), [], "a third visit only asks for news");

    published.stop();
    await page.reload();
    await whenExplained(page);
    assert.equal(await sum(page), before);
    await page.locator(".top select.language").selectOption("de");
    await page.waitForFunction(() => document.documentElement.lang === "de");
    assert.match(await (await panel(page, "about")).locator(".kept-sum").textContent(), /ohne Netz/);
    await context.close();
});

test("a page from the browser's own store, whose files the site has no more, is loaded anew when one is missing", async () => {
    published.headers["Cache-Control"] = "max-age=600";
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, serviceWorkers: "block" });
    const first = await openPage(browser, `${published.url}#device=cpu`, { context });
    await whenExplained(first.page);
    await first.page.close();

    // The next version has its scripts under another name, and what it had before is gone.
    const { release: known } = await release();
    const [before] = Object.keys(known.files).flatMap((file) => file.match(/^web-[0-9a-f]{16}\//)?.[0] ?? []);
    const next = "web-00000000000000ff/";
    const renamed = async (file) => Buffer.from((await readFile(path.join(DIST, file), "utf8")).replaceAll(before, next));
    for (const file of Object.keys(known.files).filter((file) => file.startsWith(before))) {
        published.instead.set(file.replace(before, next), await (file.endsWith(".js") ? renamed(file) : readFile(path.join(DIST, file))));
        published.instead.set(file, null);
    }
    published.instead.set("index.html", await renamed("index.html"));
    published.log.length = 0;

    // Of a visitor's own picture, nobody would know any more: then it is only said.
    const holding = await openPage(browser, `${published.url}#device=cpu`, { context });
    await whenExplained(holding.page);
    await holding.page.locator("#filmstrip input[type=file]").setInputFiles(path.join(root, "web/samples/rocket.jpg"));
    await holding.page.waitForFunction(() => document.querySelector(".headline").textContent === "missile");
    await holding.page.locator(".trust summary").click();
    await holding.page.locator(".alert-text", { hasText: /reload/ }).waitFor();
    assert.equal(await holding.page.locator(".headline").textContent(), "missile");
    await holding.page.close();

    const { page } = await openPage(browser, `${published.url}#device=cpu`, { context });
    await whenExplained(page);
    const asked = () => published.log.filter(({ path }) => path === published.below).length;
    const folder = () => page.evaluate(() => document.querySelector("script[src]").getAttribute("src").split("/")[0] + "/");
    assert.deepEqual([await folder(), asked()], [before, 0], "the page of the version before");
    await page.locator(".trust summary").click();
    await page.waitForFunction((next) => document.querySelector("script[src]")?.getAttribute("src").startsWith(next), next);
    await whenExplained(page);
    await page.locator(".trust summary").click();
    await page.locator(".requests li").first().waitFor();
    assert.equal(asked(), 2, "once to see what there is, and once to load it");
    await context.close();
});

test("a model that is to be kept explains its pictures without the network, though it was never used with it", async () => {
    const { page, context } = await visit();
    const about = await panel(page, "about");
    await about.locator(".kept summary").click();
    assert.deepEqual(await complaints(page, ".popover.about"), []);
    const line = about.locator(".kept-models label", { hasText: "OCT scans, sparse" });
    assert.match(await line.textContent(), /not kept/);
    await line.locator("input").check();
    await page.waitForFunction(() => document.querySelector(".kept-said").textContent === "Kept.");
    assert.match(await line.textContent(), /0\.5 MB, kept/);
    await closePanels(page);
    published.stop();
    await page.goto(`${published.url}?again#device=cpu&model=oct-sparse`);
    await whenExplained(page);
    assert.match(await page.locator(".tabs label:has(:checked)").textContent(), /OCT/);
    assert.match(await sum(page), /\d/);

    const again = await panel(page, "about");
    await again.locator(".kept summary").click();
    await again.locator(".keep-none").click();
    await page.waitForFunction(() => document.querySelector(".kept-said").textContent === "No longer kept.");
    assert.deepEqual(Object.keys(await kept(page)).filter((file) => file.startsWith("models/")), []);
    await context.close();
});

test("a new version says that it is there, and takes over when the visitor wants it", async () => {
    const { page, context, known } = await visit();
    const html = await readFile(path.join(DIST, "index.html"), "utf8");
    const index = Buffer.from(html.replace("</head>", '<meta name="edition" content="2"></head>'));
    for (const [file, content] of await nextVersion({ "index.html": index }, "2")) {
        published.instead.set(file, content);
    }
    const edition = () => page.evaluate(() => document.querySelector("meta[name=edition]")?.content ?? "1");
    const notice = page.locator(".new-version");
    // A page that is open and misses a part asks whether that went with an old version.
    const methods = Object.keys(known.files).find((file) => file.endsWith("/softcam_methods.js"));
    published.instead.set(methods, Buffer.from("gone"));
    await page.locator("#toolbar [data-tool=methods]").click();
    await page.locator(".alert-text").waitFor();
    await notice.waitFor();
    published.instead.delete(methods);
    await page.reload();
    await whenExplained(page);
    assert.equal(await edition(), "1", "the version before, whole");
    await notice.waitFor();
    assert.match(await notice.textContent(), /new version/);
    assert.deepEqual(await complaints(page, ".new-version"), []);
    assert.equal((await kept(page))["index.html"] !== undefined, true);
    const before = published.log.length;
    await notice.locator("button").first().click();
    await page.waitForFunction(() => document.querySelector("meta[name=edition]")?.content === "2");
    await whenExplained(page);
    const hashes = await kept(page);
    assert.equal(hashes["index.html"], createHash("sha256").update(index).digest("hex"));
    assert.equal(Object.keys(hashes).some((file) => file.startsWith("models/")), true, "the model stays kept");
    const asked = published.log.slice(before).map(({ path }) => path.slice(published.below.length));
    assert.deepEqual(asked.filter((file) => file in known.files && file !== "index.html"), [], "what has not changed is not fetched again");
    const entries = await page.evaluate(async () => (await (await caches.open(`softcam ${new URL("./", document.baseURI).href}`)).keys()).map(({ url }) => url));
    assert.ok(!entries.some((url) => url.endsWith(known.files["index.html"][0])), "the version before is gone");
    published.stop();
    await page.reload();
    await whenExplained(page);
    assert.equal(await edition(), "2");
    await context.close();
});

test("what is damaged in the store is refused and fetched again, and what arrives changed is not used", async () => {
    const { page, context, known } = await visit();
    const script = Object.keys(known.files).find((file) => file.endsWith("/page/main.js"));
    await page.evaluate(
        async ([address]) => {
            const cache = await caches.open(`softcam ${new URL("./", document.baseURI).href}`);
            const key = (await cache.keys()).find(({ url }) => url.endsWith(address));
            const { headers } = await cache.match(key);
            await cache.put(key, new Response("document.documentElement.dataset.poisoned = 'yes';", { headers }));
        },
        [known.files[script][0]],
    );
    assert.notEqual((await kept(page))[script], known.files[script][0]);
    await page.reload();
    await whenExplained(page);
    assert.equal(await page.evaluate(() => document.documentElement.dataset.poisoned), undefined);
    await whenKept(page, script);
    assert.equal((await kept(page))[script], known.files[script][0]);

    const model = Object.keys(known.files).find((file) => file.startsWith("models/oct-sparse-"));
    const damaged = Buffer.from(await readFile(path.join(DIST, model)));
    damaged[damaged.length - 1] ^= 1;
    published.instead.set(model, damaged);
    await page.locator(".tabs label").nth(2).click();
    await page.locator(".alert").getByText("could not be downloaded").waitFor();
    assert.equal(model in (await kept(page)), false);
    published.instead.delete(model);
    await page.locator(".tabs label").nth(2).click();
    await page.waitForFunction(() => document.querySelector(".tabs label:has(:checked)")?.textContent.includes("OCT"));
    await whenExplained(page);
    await whenKept(page, model);
    await context.close();
});

test("a page of which a file arrives changed is not kept, works all the same, and says so", async () => {
    const { release: known } = await release();
    const thumbnail = Object.keys(known.files).find((file) => file.endsWith(".thumb.jpg") && file.includes("/oct/"));
    published.instead.set(thumbnail, Buffer.from("something else"));
    const { page, context } = await openPage(browser, `${published.url}#device=cpu`);
    await whenExplained(page);
    const about = await panel(page, "about");
    await about.locator(".kept-sum").getByText(`could not be kept (${thumbnail} is not what the list of this version says)`).waitFor({ state: "attached" });
    assert.equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.active ?? null), null);
    assert.equal(thumbnail in (await kept(page)), false);
    await context.close();
});

test("a policy that a host sends by mistake is named, and is gone with the mistake though the page was kept with it", async () => {
    const { release: known } = await release();
    published.headers["Content-Security-Policy"] = "default-src 'self'";
    const { page, context } = await openPage(browser, `${published.url}#device=cpu`);
    await page.locator(".alert-text").getByText(/policy that this site sends.*worker-src/s).waitFor();
    await whenKept(page, "index.html");
    delete published.headers["Content-Security-Policy"];
    await page.reload();
    await whenExplained(page);
    assert.ok("index.html" in (await kept(page)) && known.files["index.html"]);
    await context.close();
});

test("a site that withdraws it leaves nothing behind", async () => {
    const { page, context } = await visit();
    published.instead.set("version.json", Buffer.from('{"version":"3","offline":false}'));
    await page.reload();
    await whenExplained(page);
    await until(page, async () => (await navigator.serviceWorker.getRegistrations()).length + (await caches.keys()).length === 0);
    const before = published.log.length;
    await page.reload();
    await whenExplained(page);
    assert.ok(published.log.slice(before).some(({ path }) => path === published.below), "from the network");
    assert.equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0);
    assert.match(await (await panel(page, "about")).locator(".kept-sum").textContent(), /kept by no browser/);
    await context.close();
});
