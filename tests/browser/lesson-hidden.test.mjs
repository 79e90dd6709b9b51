/**
 * What a lesson hides is said nowhere: neither to those who see the page nor to those who hear it, nor by what it copies. Held
 * against everything that the same page says where nothing is hidden.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { drop, openPage, root, startSite, whenExplained } from "./harness.mjs";

const site = startSite();

/** A page at a link, on the CPU. */
async function open(hash) {
    const opened = await openPage(site.browser, `${site.url}#device=cpu&${hash}`, { viewport: { width: 1280, height: 900 } });
    await opened.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await whenExplained(opened.page);
    return opened;
}

/** Everything that the page says: to be seen, to be heard, in whatever attribute, and on the clipboard once it is shared. */
async function everythingSaid({ page, context }) {
    const client = await context.newCDPSession(page);
    await client.send("Accessibility.enable");
    const { nodes } = await client.send("Accessibility.getFullAXTree");
    const heard = nodes.filter(({ ignored }) => !ignored).flatMap(({ name, description, value }) => [name, description, value].map((each) => String(each?.value ?? "")));
    const seen = await page.evaluate(() => {
        const shown = Array.from(document.querySelectorAll("body *")).filter((each) => each.checkVisibility());
        const attributes = shown.flatMap((each) => ["title", "aria-label", "alt", "aria-valuetext", "aria-description", "placeholder"].map((name) => each.getAttribute(name) ?? ""));
        return [document.title, document.body.innerText, ...attributes];
    });
    // What was said of it before is not that it is done.
    await page.evaluate(() => (document.querySelector(".said").hidden = true));
    await page.locator(".top .share").click();
    await page.locator(".said").waitFor();
    const copied = await page.evaluate(async () => {
        const [item] = await navigator.clipboard.read();
        return Promise.all(item.types.map(async (type) => (await item.getType(type)).text()));
    });
    return [...heard, ...seen, ...copied].filter(Boolean);
}

/** Where a word or a number stands in what was said. */
function places(said, words) {
    return words.flatMap((word) => said.filter((text) => new RegExp(`(?<![\\p{L}\\d.])${word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\p{L}\\d])`, "iu").test(text)).map((text) => `${word}: ${text.slice(0, 200)}`));
}

/** What the page tells where nothing is hidden, by what it would give away. */
async function telling(page) {
    const texts = (selector) => page.locator(selector).allTextContents();
    const numbers = (all) => all.flatMap((text) => text.match(/\d+\.\d{2,}/g) ?? []);
    return {
        answer: [...(await texts(".headline:visible")), ...(await texts(".classes:visible .probability")), ...(await texts(".unlike:visible h2")), ...(await texts(".unlike:visible p")), ...(await page.locator(".unlike:visible").count() ? ["unknown"] : [])],
        map: await texts(".sentence:visible"),
        sum: [...numbers(await texts(".answer .sum")), ...numbers(await texts(".answer .sides")), ...numbers(await texts(".classes .logit"))],
    };
}

const CASES = [
    ["a photograph", "model=efficientnet-lite0&sample=coffee.jpg", ["answer", "map"]],
    ["a picture that the network does not know", "model=chest-dense&sample=chelsea.jpg", ["answer"]],
    ["a picture whose name tells of it", "model=efficientnet-lite0&sample=retina.jpg", ["answer"]],
    ["a film, of which a network says yes or no", "model=chest-dense&sample=chest/nih-00002275_018.jpg", ["answer", "map"]],
    ["a photograph with its map, but no answer", "model=efficientnet-lite0&sample=coffee.jpg", ["answer"]],
    ["a class over another, with its map, but no answer", "model=efficientnet-lite0&sample=coffee.jpg&class=967-968", ["answer"]],
    ["the class that is said beside another", `model=efficientnet-lite0&sample=coffee.jpg&beside=${JSON.stringify({ choice: { shown: 285, against: null } })}`, ["answer"]],
    ["an answer without its map", "model=efficientnet-lite0&sample=coffee.jpg", ["map"]],
    ["an answer with its map, but no sum", "model=efficientnet-lite0&sample=coffee.jpg", ["sum"]],
    ["all cells together", "model=efficientnet-lite0&sample=coffee.jpg&cells=0-2000", ["sum"]],
    ["a tool that would tell", "model=efficientnet-lite0&sample=coffee.jpg&tool=ledger", ["sum"]],
    ["a sum that is a yes", "model=chest-dense&sample=chest/nih-00002275_018.jpg", ["sum"]],
];

for (const [name, hash, hide] of CASES) {
    test(`${name}: hidden is ${hide.join(" and ")}`, async () => {
        const opened = await open(hash);
        const words = await telling(opened.page);
        const before = await everythingSaid(opened);
        for (const what of hide) {
            assert.ok(words[what].length > 0 && places(before, words[what]).length > 0, `${what} is told where it is not hidden: ${words[what]}`);
        }
        await opened.context.close();

        const hidden = await open(`${hash}&lesson=link&hide=${hide.join(",")}`);
        const { page } = hidden;
        await page.locator(".lesson-go").waitFor();
        // Who goes over the picture, and chooses there, hears nothing either.
        await page.locator(".stage").first().focus();
        for (const key of ["ArrowDown", "Space", "ArrowRight", "Space"]) {
            await page.keyboard.press(key);
        }
        const said = await everythingSaid(hidden);
        for (const what of hide) {
            assert.deepEqual(places(said, words[what]), [], what);
        }
        // Instead, that it is hidden is said, to be read and to be heard.
        assert.match(await page.locator(".answer .covered").innerText(), { answer: /^What the network says stays hidden/, map: /^Where the evidence lies/, sum: /^What the cells add up to/ }[hide[0]]);
        await page.locator(".lesson-go").click();
        await page.locator(".answer .covered").waitFor({ state: "hidden" });
        const after = await everythingSaid(hidden);
        for (const what of hide) {
            assert.ok(places(after, words[what]).length > 0, `${what} is told once it is answered`);
        }
        assert.deepEqual(hidden.errors, []);
        await hidden.context.close();
    });
}

test("what was known of pictures before a lesson goes from the strip, their maps among it", async () => {
    const { page, context } = await open("model=efficientnet-lite0&sample=coffee.jpg");
    await drop(page, ["chelsea.jpg", "rocket.jpg"].map((name) => `${root}/web/samples/${name}`));
    await page.waitForFunction(() => /^2 of 2 done/.test(document.querySelector(".many-says")?.textContent ?? ""));
    const strip = () => page.locator(".gallery button[data-key^=own]").evaluateAll((all) => all.map((each) => ({ title: each.title, drawn: each.querySelector("img").hasAttribute("src") })));
    assert.ok((await strip()).every(({ title, drawn }) => /\d %$/.test(title) && drawn));
    for (const [hide, tells, draws] of [["map", true, false], ["answer", false, false], ["settings", true, true]]) {
        // A link that is typed into the page that is open.
        await page.evaluate((hash) => (location.hash = hash), `#device=cpu&model=efficientnet-lite0&sample=coffee.jpg&lesson=link&hide=${hide}`);
        await page.locator(".lesson-go").waitFor();
        // Once the page has taken it, its names are packed.
        await page.waitForFunction(() => new URLSearchParams(location.hash.slice(1)).has("link"));
        await whenExplained(page);
        assert.deepEqual((await strip()).map(({ title, drawn }) => [/\d %$/.test(title), drawn]), [[tells, draws], [tells, draws]], hide);
    }
    await context.close();
});
