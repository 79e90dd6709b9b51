/** Looking closely: wheel, pinch, keys and drag; what is drawn then; and the magnifying glass. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openPage, startSite, whenExplained } from "./harness.mjs";

const site = startSite();
/** A fundus photograph, and its map as it is: without smoothing, contours, grey or transparency. */
const FUNDUS = `model=fundus-dense&sample=fundus/idrid-001.jpg&device=cpu&view=${encodeURIComponent('{"smooth":false,"contours":false,"grey":false,"fade":false,"opacity":1}')}`;

async function looking(hash, use, options = {}) {
    const context = await site.browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    const opened = await openPage(site.browser, `${site.url}#${hash}`, { context });
    try {
        await opened.page.locator(".stage.filled").waitFor();
        await whenExplained(opened.page);
        await use(opened);
        assert.deepEqual(opened.errors, []);
    } finally {
        await context.close();
    }
}

/** The zoom as the page says it. */
const percentOf = async (page) => Number((await page.locator("output.zoom").textContent()).replace(/[^\d]/g, ""));

/** Waits for a zoom, and until what is seen is drawn. */
async function zoomed(page, percent) {
    await page.waitForFunction((wanted) => document.querySelector("output.zoom").textContent.includes(wanted), `${percent} %`);
    await whenExplained(page);
}

/** The part of the photo that the canvas holds, as the address has it: middle as shares, and scale. */
async function zoomOf(page) {
    await page.waitForFunction(() => location.hash.includes("zoom="));
    return page.evaluate(() => new URLSearchParams(location.hash.slice(1)).get("zoom").split(",").map(Number));
}

const middle = async (page) => {
    const box = await page.locator(".stage").first().boundingBox();
    return { x: box.x + box.width / 2, y: box.y + box.height / 2, box };
};

describe("ways to zoom", () => {
    test("the wheel zooms at the pointer: the cell under it stays under it", () =>
        looking(FUNDUS, async ({ page }) => {
            const { x, y } = await middle(page);
            await page.mouse.move(x - 60, y + 40);
            const read = () => page.locator(".readout").textContent();
            await page.waitForFunction(() => /Row/.test(document.querySelector(".readout").textContent));
            const before = await read();
            for (let turn = 0; turn < 4; turn++) {
                await page.mouse.wheel(0, -200);
            }
            await page.waitForFunction(() => parseInt(document.querySelector("output.zoom").textContent, 10) > 600);
            await page.mouse.move(x - 60, y + 41);
            await whenExplained(page);
            assert.equal(await read(), before);
        }));

    test("keys zoom in steps, and back; a drag moves what is seen as far as the mouse goes", () =>
        looking(FUNDUS, async ({ page }) => {
            await page.locator(".stage").first().focus();
            for (const [key, percent] of [["+", 150], ["+", 225], ["-", 150], ["0", 100], ["+", 150], ["+", 225]]) {
                await page.keyboard.press(key);
                await zoomed(page, percent);
            }
            const { x, y, box } = await middle(page);
            await page.waitForFunction(() => location.hash.includes("2.25"));
            const [fromX, fromY] = await zoomOf(page);
            await page.mouse.move(x, y);
            await page.mouse.down();
            await page.mouse.move(x + 40, y + 20, { steps: 3 });
            await page.mouse.up();
            await page.waitForFunction((before) => !location.hash.includes(before), `zoom=${fromX},${fromY}`);
            const [toX, toY, scale] = await zoomOf(page);
            const photo = await photoOf(page);
            const perPixel = Math.min(box.width / photo.width, box.height / photo.height) * scale;
            assert.ok(Math.abs((fromX - toX) * photo.width * perPixel - 40) < 1, `${fromX} ${toX}`);
            assert.ok(Math.abs((fromY - toY) * photo.height * perPixel - 20) < 1, `${fromY} ${toY}`);
        }));

    test("two fingers zoom and move together; the one that is left goes on from where it is", () =>
        looking(
            FUNDUS,
            async ({ page, context }) => {
                const session = await context.newCDPSession(page);
                const { x, y } = await middle(page);
                const touch = (type, points) => session.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([px, py], id) => ({ x: px, y: py, id })) });
                await touch("touchStart", [[x - 20, y]]);
                await touch("touchStart", [[x - 20, y], [x + 20, y]]);
                for (const by of [25, 30, 40, 50, 60]) {
                    await touch("touchMove", [[x - by, y], [x + by, y]]);
                }
                await zoomed(page, 300);
                const [atX] = await zoomOf(page);
                assert.ok(Math.abs(atX - 0.5) < 0.02, `the middle stays: ${atX}`);
                // Both to the right: the photo goes with them.
                for (const by of [10, 20, 30]) {
                    await touch("touchMove", [[x - 60 + by, y], [x + 60 + by, y]]);
                }
                await page.waitForFunction(() => !new URLSearchParams(location.hash.slice(1)).get("zoom").startsWith("0.5,"));
                await zoomed(page, 300);
                // The second finger is lifted.
                await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [{ x: x + 90, y, id: 1 }] });
                const before = await percentOf(page);
                await touch("touchMove", [[x - 34, y]]);
                await touch("touchMove", [[x - 38, y]]);
                await touch("touchEnd", []);
                await whenExplained(page);
                assert.equal(await percentOf(page), before);
            },
            { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
        ));
});

/** Size of the photo on show. */
function photoOf(page) {
    return page.evaluate(async () => {
        const file = new URLSearchParams(location.hash.slice(1)).get("sample");
        const { width, height } = await createImageBitmap(await (await fetch(`web/samples/${file}`)).blob());
        return { width, height };
    });
}

describe("what is drawn when one looks closely", () => {
    test("the photo is drawn from its own pixels, not from what was on the screen before", () =>
        looking(`${FUNDUS}&zoom=0.5,0.5,8`, async ({ page }) => {
            const differ = await page.evaluate(async () => {
                const canvas = document.querySelector(".stage .photo");
                const file = new URLSearchParams(location.hash.slice(1)).get("sample");
                const photo = await createImageBitmap(await (await fetch(`web/samples/${file}`)).blob());
                const box = document.querySelector(".stage .frame").getBoundingClientRect();
                const scale = Math.min(box.width / photo.width, box.height / photo.height) * 8;
                const [width, height] = [box.width / scale, box.height / scale];
                const expected = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
                expected.imageSmoothingQuality = "high";
                expected.drawImage(photo, photo.width / 2 - width / 2, photo.height / 2 - height / 2, width, height, 0, 0, canvas.width, canvas.height);
                const [a, b] = [canvas.getContext("2d"), expected].map((context) => context.getImageData(0, 0, canvas.width, canvas.height).data);
                let [sum, spread] = [0, 0];
                for (let i = 0; i < a.length; i += 4) {
                    sum += Math.abs(a[i] - b[i]);
                    spread += Math.abs(b[i] - b[(i + 400) % b.length]);
                }
                return { mean: (4 * sum) / a.length, spread: (4 * spread) / a.length };
            });
            assert.ok(differ.mean < 2 && differ.mean < differ.spread / 2, JSON.stringify(differ));
        }));

    test("cells end at a pixel: one colour on this side, another on that", () =>
        looking(`${FUNDUS}&zoom=0.5,0.5,6`, async ({ page }) => {
            const { edges, colours } = await page.evaluate(() => {
                const canvas = document.querySelector(".stage .overlay");
                const { data } = canvas.getContext("2d").getImageData(0, canvas.height >> 1, canvas.width, 1);
                const at = (x) => [...data.slice(4 * x, 4 * x + 4)].join(" ");
                const found = [];
                for (let x = 1; x < canvas.width; x++) {
                    if (at(x) !== at(x - 1)) {
                        found.push(x);
                    }
                }
                return { edges: found, colours: new Set(Array.from({ length: canvas.width }, (_, x) => at(x))).size };
            });
            // A 16 x 16 map over what the network sees: each change of colour is one pixel wide, and as far from the next as a cell.
            assert.ok(edges.length >= 1 && colours === edges.length + 1, `${edges} ${colours}`);
            const cell = edges.slice(1).map((edge, index) => edge - edges[index]);
            const wide = await cellWidth(page);
            cell.forEach((width) => assert.ok(Math.abs(width - wide) <= 1.01, `${width} ${wide}`));
        }));
});

/** Width of a cell on the screen, from its outline. */
async function cellWidth(page) {
    const { x, y } = await middle(page);
    await page.mouse.move(x, y);
    const outline = page.locator(".stage .cell:not([hidden])");
    await outline.waitFor();
    return outline.evaluate(({ style }) => parseFloat(style.width));
}

describe("the magnifying glass", () => {
    const glass = ".lens:not([hidden])";
    const part = (page) => page.locator(glass).getAttribute("data-part").then((text) => text.split(" ").map(Number));

    test("shows the photo alone, three times as large, under the mouse; Escape puts it away", () =>
        looking(FUNDUS, async ({ page }) => {
            assert.equal(await page.locator(glass).count(), 0);
            await page.locator(".glass").click();
            const { x, y, box } = await middle(page);
            await page.mouse.move(x - 50, y - 30);
            await page.locator(glass).waitFor();
            const photo = await photoOf(page);
            const scale = Math.min(box.width / photo.width, box.height / photo.height);
            const expected = [photo.width / 2 - 50 / scale, photo.height / 2 - 30 / scale];
            await page.waitForFunction((left) => Math.abs(Number(document.querySelector(".lens").dataset.part.split(" ")[0]) - left) < 400, expected[0]);
            const [left, top, width, height] = await part(page);
            const round = await page.locator(glass).boundingBox();
            assert.ok(Math.abs(left + width / 2 - expected[0]) < 0.5 && Math.abs(top + height / 2 - expected[1]) < 0.5, `${left} ${top} ${expected}`);
            assert.ok(Math.abs(round.width / width - 3 * scale) < 0.02, `${round.width / width} ${scale}`);
            // Without evidence: the pixels are the photo's, as the browser draws them.
            const mean = await page.evaluate(async ([px, py, pw, ph]) => {
                const canvas = document.querySelector(".lens canvas");
                const file = new URLSearchParams(location.hash.slice(1)).get("sample");
                const bitmap = await createImageBitmap(await (await fetch(`web/samples/${file}`)).blob());
                const expectedPixels = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
                expectedPixels.imageSmoothingQuality = "high";
                expectedPixels.drawImage(bitmap, px, py, pw, ph, 0, 0, canvas.width, canvas.height);
                const [a, b] = [canvas.getContext("2d"), expectedPixels].map((context) => context.getImageData(0, 0, canvas.width, canvas.height).data);
                return a.reduce((sum, value, index) => sum + Math.abs(value - b[index]), 0) / a.length;
            }, [left, top, width, height]);
            assert.ok(mean < 2, `${mean}`);
            await page.locator(".stage").first().focus();
            await page.keyboard.press("Escape");
            await page.waitForFunction(() => !document.querySelector(".lens:not([hidden])"));
            assert.equal(await page.locator(".glass").getAttribute("aria-pressed"), "false");
        }));

    test("goes with the cell that the keyboard reads, and comes and goes with M", () =>
        looking(FUNDUS, async ({ page }) => {
            await page.locator(".stage").first().focus();
            await page.keyboard.press("m");
            await page.keyboard.press("ArrowRight");
            await page.keyboard.press("ArrowRight");
            await page.locator(glass).waitFor();
            await page.waitForFunction(() => {
                const [a, b] = [".lens", ".stage .cell"].map((name) => document.querySelector(name).getBoundingClientRect());
                return Math.hypot(a.x + a.width / 2 - b.x - b.width / 2, a.y + a.height / 2 - b.y - b.height / 2) < 1.5;
            });
            await page.keyboard.press("m");
            await page.waitForFunction(() => !document.querySelector(".lens:not([hidden])"));
        }));

    test("lies above the finger that it follows, and goes when it is lifted", () =>
        looking(
            FUNDUS.replace("%22opacity%22%3A1", "%22opacity%22%3A1%2C%22lens%22%3Atrue"),
            async ({ page, context }) => {
                const session = await context.newCDPSession(page);
                const { x, box } = await middle(page);
                const y = box.y + box.height - 20;
                const touch = (type, points) => session.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([px, py], id) => ({ x: px, y: py, id })) });
                await touch("touchStart", [[x, y]]);
                await touch("touchMove", [[x + 10, y]]);
                await page.locator(glass).waitFor();
                const lens = await page.locator(glass).boundingBox();
                assert.ok(lens.y + lens.height < y, `${lens.y + lens.height} ${y}`);
                await touch("touchEnd", []);
                await page.waitForFunction(() => !document.querySelector(".lens:not([hidden])"));
            },
            { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
        ));
});
