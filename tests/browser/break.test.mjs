/**
 * Breaking it: what is put onto the picture by mouse, touch or keyboard is what the network sees; the table adds up and is
 * what the engine says when it is asked by itself; a goal has a score.
 */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openPage, startSite, whenExplained } from "./harness.mjs";
import { askIndependently, hash, number, over, signedNumbers } from "./independent.mjs";

const site = startSite();
const [model, sample] = ["efficientnet-lite0", "chelsea.jpg"];
const CAT = 285;
const close = (actual, expected, by) => assert.ok(Math.abs(actual - expected) <= by, `${actual} is not ${expected}`);

async function openTool({ more = "", asks = [model, sample], ...options } = {}) {
    const opened = await openPage(site.browser, `${site.url}#device=cpu&model=${asks[0]}&sample=${asks[1]}${more}`, { viewport: { width: 1280, height: 720 }, ...options });
    await whenExplained(opened.page);
    await opened.page.locator("[data-tool=break]").first().click();
    await opened.page.locator(".break-add").waitFor();
    await whenExplained(opened.page);
    return opened;
}

/** Where a point of the photo is on the screen. */
async function onScreen(page, x, y) {
    const box = await page.locator(".stage .photo").first().boundingBox();
    return { x: box.x + x * box.width, y: box.y + y * box.height };
}

const edits = async (page) => JSON.parse((await hash(page)).get("beside") ?? '{"edits":[]}').edits;
const choose = (page, mode) => page.locator(`.break-body .segments label:has([value=${mode}])`).click();
const sticker = (page, shape) => page.locator(`.shapes label:has([value=${shape}])`).click();
const table = async (page) => (await page.locator(".break-table tbody tr").evaluateAll((rows) => rows.map((row) => Array.from(row.querySelectorAll("td"), (cell) => cell.textContent)))).map((row) => row.map((text) => (/\d/.test(text) ? number(text) : text)));

/** Waits until the network has answered to as many things as lie there, and the address has them as the sliders do. */
async function whenAnswered(page, count) {
    await page.waitForFunction((count) => {
        const { edits = [] } = JSON.parse(new URLSearchParams(location.hash.slice(1)).get("beside") ?? "{}");
        const last = document.querySelector(".break-table tbody tr:last-child td:last-child");
        const selected = edits[Number(document.querySelector(".break-which")?.value ?? 0)];
        const value = (name) => Number(document.querySelector(`.break-one [data-slider=${name}]`)?.value);
        const settled = !selected || selected.kind === "stroke" || (Math.abs(selected.size - value("size")) < 0.006 && Math.abs(selected.x - value("x")) < 0.006);
        return edits.length === count && settled && (count === 0 || (last && last.textContent !== "\u2026"));
    }, count);
    await whenExplained(page);
}

async function drag(page, from, to) {
    const [a, b] = [await onScreen(page, ...from), await onScreen(page, ...to)];
    await page.mouse.move(a.x, a.y);
    await page.mouse.down();
    for (let step = 1; step <= 6; step++) {
        await page.mouse.move(a.x + ((b.x - a.x) * step) / 6, a.y + ((b.y - a.y) * step) / 6);
    }
    await page.mouse.up();
}

/** The table against the engine, asked by itself: rows add up to what the logits say. */
async function check(page, question = { model, sample }, [shown, against] = [CAT, null]) {
    const [before, after] = [await askIndependently(page, question), await askIndependently(page, { ...question, edits: await edits(page) })];
    const of = ({ logits }) => logits[shown] - (against === null ? 0 : logits[against]);
    const [under, elsewhere, sum] = await table(page);
    close(sum[0], of(before), 0.0051);
    close(sum[1], of(after), 0.0051);
    for (const column of [0, 1, 2]) {
        close(under[column] + elsewhere[column], sum[column], 1e-9);
    }
    for (const [was, is, change] of [under, elsewhere, sum]) {
        close(is - was, change, 1e-9);
    }
    const [cells, others] = await page.locator(".break-table tbody th").evaluateAll((heads) => heads.slice(0, 2).map((head) => Number(head.textContent.match(/\d+/)[0])));
    assert.equal(cells + others, before.rows * before.columns);
    const map = (answer) => (against === null ? answer.maps[shown] : over(answer, shown, against));
    assert.ok(Math.abs(map(before).reduce((a, b) => a + b, 0) / map(before).length - of(before)) < 1e-3);
    return { before, after, of };
}

describe("things on the picture", () => {
    test("a sticker by mouse: dragged live, one drag one step, and back", async () => {
        const { page, context, errors } = await openTool();
        await sticker(page, "checks");
        const at = await onScreen(page, 0.3, 0.4);
        await page.mouse.move(at.x, at.y);
        await page.mouse.down();
        await page.waitForFunction(() => /\d/.test(document.querySelector(".break-table tbody tr:last-child td:last-child")?.textContent ?? ""));
        const second = () => page.locator(".break-table tbody tr:last-child td:nth-of-type(2)").textContent();
        const first = await second();
        const to = await onScreen(page, 0.5, 0.5);
        for (let step = 1; step <= 5; step++) {
            await page.mouse.move(at.x + ((to.x - at.x) * step) / 5, at.y + ((to.y - at.y) * step) / 5);
        }
        // The button is still down.
        await page.waitForFunction((first) => {
            const now = document.querySelector(".break-table tbody tr:last-child td:nth-of-type(2)").textContent;
            return /\d/.test(now) && now !== first;
        }, first);
        await page.mouse.up();
        await whenAnswered(page, 1);
        const [patch] = await edits(page);
        assert.deepEqual([patch.kind, patch.shape], ["sticker", "checks"]);
        close(patch.x, 0.5, 0.01);
        close(patch.y, 0.5, 0.01);
        await check(page);
        const outline = await page.locator(".stage .around").last().boundingBox();
        close(outline.x + outline.width / 2, to.x, 3);
        // It is taken hold of where it lies, and another one put beside it.
        await drag(page, [0.52, 0.5], [0.6, 0.3]);
        await whenAnswered(page, 1);
        await drag(page, [0.3, 0.7], [0.3, 0.7]);
        await whenAnswered(page, 2);
        await check(page);
        await page.goBack();
        await whenAnswered(page, 1);
        close((await edits(page))[0].x, 0.58, 0.01);
        await page.goBack();
        await whenAnswered(page, 1);
        close((await edits(page))[0].x, 0.5, 0.01);
        assert.deepEqual(errors, []);
        await context.close();
    });

    test("what the network sees is what a canvas paints there", async () => {
        const { page, context } = await openTool();
        // A bar of whole pixels; the photo is 451 by 300.
        const bar = { kind: "sticker", shape: "bar", colour: "#ff0000", x: 200 / 451, y: 150 / 300, size: 160 / 300, turn: 0 };
        const ours = await askIndependently(page, { model, sample, edits: [bar] });
        const theirs = await page.evaluate(
            async ({ model, sample }) => {
                const { Engine } = await import("./web/engine/engine.js");
                const folder = (path) => new URL(path, document.baseURI).href;
                const assets = { wasm: folder("pkg/"), worker: folder("web/engine/worker/"), models: folder("web/models/") };
                const { models } = await (await fetch("web/models/index.json")).json();
                let bytes = await (await fetch(`web/samples/${sample}`)).arrayBuffer();
                const source = models.find(({ id }) => id === model);
                const { engine, card } = await new Promise((resolve, reject) => {
                    const engine = new Engine(assets, { model: () => source, photo: async () => bytes.slice(0) }, model, "cpu", {
                        loading() {}, preparing() {}, moved() {}, broken: reject, ready: (_, { card }) => resolve({ engine, card }),
                    });
                    engine.start();
                });
                const { size, fit } = card.input;
                const of = { model, shuffled: 0 };
                const { placement: { photo } } = await engine.explain(of, { photo: "plain", size, fit, edits: [] });
                const style = { limit: 1, smooth: false, contours: false, fade: false, dark: false };
                const drawn = await engine.draw({ looked: { photo: "plain", size, fit, edits: [] }, map: null, style, part: { x: 0, y: 0, ...photo }, ...photo });
                const canvas = new OffscreenCanvas(photo.width, photo.height);
                const context = canvas.getContext("2d");
                context.putImageData(new ImageData(drawn.photo.pixels, photo.width, photo.height), 0, 0);
                context.fillStyle = "#ff0000";
                context.fillRect(120, 130, 160, 40);
                bytes = await (await canvas.convertToBlob({ type: "image/png" })).arrayBuffer();
                const { logits } = await engine.explain(of, { photo: "painted", size, fit, edits: [] });
                engine.stop();
                return { logits: [...logits], photo };
            },
            { model, sample },
        );
        assert.deepEqual(theirs.photo, { width: 451, height: 300 });
        theirs.logits.forEach((logit, index) => close(ours.logits[index], logit, 1e-4));
        const plain = await askIndependently(page, { model, sample });
        assert.ok(plain.logits.some((logit, index) => Math.abs(logit - ours.logits[index]) > 0.3), "it makes a difference");
        await context.close();
    });

    test("a stroke; and a link shows all of it again", async () => {
        const { page, context } = await openTool();
        await choose(page, "draw");
        await drag(page, [0.3, 0.3], [0.7, 0.7]);
        await whenAnswered(page, 1);
        const [stroke] = await edits(page);
        assert.equal(stroke.kind, "stroke");
        assert.equal(stroke.points.length, 4, "a straight line needs two points");
        await check(page);
        const [numbers, address] = [await table(page), page.url()];
        const again = await context.newPage();
        await again.goto("about:blank");
        await again.goto(address);
        await again.locator(".break-table tbody td").first().waitFor();
        await whenAnswered(again, 1);
        assert.deepEqual(await table(again), numbers);
        await context.close();
    });

    test("by touch on a phone", async () => {
        const { page, context, errors } = await openTool({
            context: await site.browser.newContext({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }),
        });
        const [a, b] = [await onScreen(page, 0.4, 0.5), await onScreen(page, 0.6, 0.5)];
        const client = await context.newCDPSession(page);
        const touch = (type, points) => client.send("Input.dispatchTouchEvent", { type, touchPoints: points });
        await touch("touchStart", [a]);
        for (let step = 1; step <= 4; step++) {
            await touch("touchMove", [{ x: a.x + ((b.x - a.x) * step) / 4, y: a.y }]);
        }
        await touch("touchEnd", []);
        await whenAnswered(page, 1);
        close((await edits(page))[0].x, 0.6, 0.02);
        await check(page);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= 360, `${wide} px`);
        const small = await page.locator(".break-body :is(button, select, input):visible").evaluateAll((all) => all.filter((one) => one.getBoundingClientRect().height < 24).map((one) => one.outerHTML.slice(0, 80)));
        assert.deepEqual(small, []);
        assert.deepEqual(errors, []);
        await context.close();
    });

    test("by keyboard alone: put down, moved, turned, removed", async () => {
        const { page, context } = await openTool();
        const press = async (selector, ...keys) => {
            await page.locator(selector).first().focus();
            for (const key of keys) {
                await page.keyboard.press(key);
            }
        };
        await press(".shapes input:checked", "ArrowRight");
        await press(".break-add", "Enter");
        await whenAnswered(page, 1);
        assert.deepEqual((await edits(page)).map(({ shape, x, y }) => [shape, x, y]), [["heart", 0.5, 0.5]]);
        await press("[data-slider=x]", "ArrowRight", "ArrowRight");
        await whenAnswered(page, 1);
        await press("[data-slider=size]", "End");
        await press("[data-slider=turn]", "ArrowLeft");
        await page.waitForFunction(() => /%22turn%22:-5/.test(location.hash));
        await whenAnswered(page, 1);
        const [patch] = await edits(page);
        close(patch.x, 0.52, 1e-9);
        assert.deepEqual([patch.size, patch.turn], [1, -5]);
        await check(page);
        await press(".break-remove", "Enter");
        await whenAnswered(page, 0);
        assert.equal(await page.locator(".break-table").isVisible(), false);
        assert.equal(await page.evaluate(() => document.activeElement.className), "break-add");
        await context.close();
    });

    test("as many as fit, and no more", async () => {
        const { page, context } = await openTool();
        for (let count = 1; count <= 12; count++) {
            await page.locator(".break-add").click();
            await page.waitForFunction((count) => document.querySelectorAll(".break-which option").length === count, count);
        }
        assert.equal(await page.locator(".break-add").isEnabled(), false);
        assert.match(await page.locator(".break-hint").textContent(), /no more fit/);
        await page.locator(".break-clear").click();
        await whenAnswered(page, 0);
        assert.equal(await page.locator(".break-add").isEnabled(), true);
        await context.close();
    });

    test("what a link brings that cannot be drawn is left out, and said where it is not understood", async () => {
        const edits = [{ kind: "sticker", shape: "bar", colour: "#00ff00", x: 0.5, y: 0.5, size: 0.5, turn: 0 }];
        const link = (list) => `&tool=break&beside=${encodeURIComponent(JSON.stringify({ edits: list }))}`;
        const good = await openPage(site.browser, `${site.url}#device=cpu&sample=${sample}${link(edits)}`);
        await whenAnswered(good.page, 1);
        await check(good.page);
        await good.context.close();
        const bad = await openPage(site.browser, `${site.url}#device=cpu&sample=${sample}${link([{ ...edits[0], shape: "knife" }])}`);
        await bad.page.locator(".alert:not([hidden])").waitFor();
        await whenExplained(bad.page);
        assert.equal(await bad.page.locator(".headline").textContent(), "Egyptian cat");
        await bad.context.close();
    });
});

describe("a goal", () => {
    test("is reached with a piece of another picture; what speaks for it is on show, and less is better", async () => {
        const { page, context, errors } = await openTool();
        await page.locator("[data-goal=espresso]").click();
        const lines = () => page.locator(".break-score p").allTextContents();
        assert.match((await lines())[0], /^Goal: espresso$/);
        const start = await askIndependently(page, { model, sample });
        const espresso = (await hash(page)).get("class").split("-").map(Number)[0];
        close(Number((await lines())[1].match(/[\d.]+/)[0]), start.logits[CAT] - start.logits[espresso], 0.0051);
        assert.match(await page.locator(".ledger-title").textContent(), /espresso, over Egyptian cat/);
        await choose(page, "piece");
        await page.waitForFunction(() => !document.querySelector(".break-add").disabled);
        assert.equal(await page.locator(".piece-source").inputValue(), "sample:coffee.jpg");
        await page.locator(".break-add").click();
        await whenAnswered(page, 1);
        const { after, before } = await check(page, { model, sample }, [espresso, CAT]);
        const best = Math.max(...after.logits.filter((_, index) => index !== espresso));
        const [from, to] = [before.logits[CAT] - before.logits[espresso], best - after.logits[espresso]];
        if (to > 0) {
            assert.equal(number((await lines())[0].match(/^\d+ %/)[0]), Math.max(0, Math.floor((100 * (from - to)) / from)));
        }
        await page.locator("[data-slider=size]").focus();
        await page.keyboard.press("End");
        await page.waitForFunction(() => /^Done/.test(document.querySelector(".break-score p")?.textContent ?? ""));
        await whenAnswered(page, 1);
        const [done, record] = await lines();
        // The whole square that the network sees: the piece is as high as the photo.
        assert.equal(done, "Done: the network says espresso, with 100.0 % of what it sees covered.");
        assert.equal(record, "Your best: 100.0 %. Less is better.");
        assert.match(await page.locator(".break-now strong").textContent(), /^espresso/);
        // A fifth smaller, it is not enough; the score says how far it is.
        await page.keyboard.press("PageDown");
        await page.keyboard.press("PageDown");
        await page.waitForFunction(() => / % of the way to espresso$/.test(document.querySelector(".break-score p")?.textContent ?? ""));
        await whenAnswered(page, 1);
        const smaller = await askIndependently(page, { model, sample, edits: await edits(page) });
        const [first, leader] = [Math.max(...before.logits), Math.max(...smaller.logits)];
        assert.ok(leader > smaller.logits[espresso]);
        const gap = (await lines())[1].match(/[\d.]+/g).map(Number);
        close(gap[0], first - before.logits[espresso], 0.0051);
        close(gap[1], leader - smaller.logits[espresso], 0.0051);
        await page.locator("[data-goal=espresso]").click();
        assert.equal(await page.locator(".break-score").isVisible(), false);
        assert.match(await page.locator(".ledger-title").textContent(), /Egyptian cat/);
        assert.deepEqual(errors, []);
        await context.close();
    });

    test("any class may be one", async () => {
        const { page, context } = await openTool();
        await page.locator(".break-another summary").click();
        await page.locator(".break-another .search-input").fill("volcano");
        await page.locator(".break-another .matches button").first().click();
        await page.locator("[data-goal=volcano]").waitFor();
        assert.equal(await page.locator("[data-goal=volcano]").getAttribute("aria-pressed"), "true");
        // It stays the goal with another picture, on which nothing lies.
        await page.locator(".break-add").click();
        await whenAnswered(page, 1);
        await page.locator(".gallery button", { hasText: "Coffee" }).click();
        await page.waitForFunction(() => /volcano, over espresso/.test(document.querySelector(".ledger-title").textContent));
        assert.match(await page.locator(".break-now strong").textContent(), /^espresso/);
        assert.match(await page.locator(".break-score").textContent(), /The network says espresso/);
        assert.deepEqual(await edits(page), []);
        await context.close();
    });

    test("of a medical model: the notice stays, and what is unlike its pictures is not shown unasked", async () => {
        const asks = ["chest-sparse", "chest/nih-00002275_018.jpg"];
        const { page, context } = await openTool({ asks });
        assert.ok(await page.locator(".notice:visible").first().isVisible());
        assert.equal(await page.locator(".break-goals button").count(), 2);
        await sticker(page, "rings");
        await page.locator(".break-add").click();
        await whenAnswered(page, 1);
        const after = await askIndependently(page, { model: asks[0], sample: asks[1], edits: await edits(page) });
        const [under] = await table(page);
        assert.equal(await page.locator(".break-body .mask-unlike").isVisible(), after.flagged);
        assert.equal(typeof under[1], after.flagged ? "string" : "number");
        await context.close();
    });
});
