/** Two pictures in step: beside each other, with a line between them, and one less the other. */

import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import { askEngine, mapFrom, numberIn } from "./answers.mjs";
import { openPage, root, startSite, whenExplained } from "./harness.mjs";

const site = startSite();
const ADULT = "chest/nih-00002275_018.jpg";
const CHEST = `model=chest-dense&sample=${ADULT}&device=cpu&tool=compare`;

/** A page with a comparison on show, closed after `use`. */
async function comparing(hash, use, options = {}) {
    const context = await site.browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    const opened = await openPage(site.browser, `${site.url}#${hash}`, { context });
    try {
        if (hash.includes("tool=compare")) {
            await opened.page.locator(".pair [data-row=cell]").waitFor();
        }
        await whenExplained(opened.page);
        await use(opened);
        assert.deepEqual(opened.errors, []);
    } finally {
        await context.close();
    }
}

/** Chooses one of a row of segments, as a person would. */
const choose = (page, text) => page.locator(".tool-panel .segments label", { hasText: new RegExp(`^${text}$`) }).click();

/** The numbers of a row of the table. */
async function row(page, name) {
    const texts = await page.locator(`.pair [data-row=${name}] td`).allTextContents();
    return texts.map(numberIn);
}

/** The middle of a cell of a stage, in pixels of the page: where its outline is when it is read. */
async function middleOf(page, slot, { photo, region }, rows, columns, cell) {
    const box = await page.locator(".stage").nth(slot).boundingBox();
    const scale = Math.min(box.width / photo.width, box.height / photo.height);
    const left = box.x + (box.width - photo.width * scale) / 2;
    const top = box.y + (box.height - photo.height * scale) / 2;
    return {
        x: left + (region.x + ((cell.column + 0.5) * region.width) / columns) * scale,
        y: top + (region.y + ((cell.row + 0.5) * region.height) / rows) * scale,
    };
}

const close = (actual, expected, what) => assert.ok(Math.abs(actual - expected) <= 6e-4, `${what}: ${actual} ${expected}`);

describe("two models", () => {
    test("the table holds what the two answers hold, under the mouse, in the sums and in the difference", () =>
        comparing(CHEST, async ({ page }) => {
            const [dense, sparse] = await askEngine(page, ["chest-dense", "chest-sparse"].map((model) => ({ model, picture: ADULT })));
            const [a, b] = [dense, sparse].map((answer) => mapFrom(answer, 1, 0));
            const { rows, columns, placement } = dense;
            for (const [slot, cell] of [[0, { row: 4, column: 2 }], [1, { row: 1, column: 5 }]]) {
                const at = await middleOf(page, slot, placement, rows, columns, cell);
                await page.mouse.move(at.x, at.y);
                await page.locator(".pair [data-row=cell] th", { hasText: `Row ${cell.row + 1}, column ${cell.column + 1}` }).waitFor();
                const index = cell.row * columns + cell.column;
                const [one, other, difference] = await row(page, "cell");
                close(one, a[index], "the dense cell");
                close(other, b[index], "the sparse cell");
                close(difference, one - other, "their difference, of the numbers on show");
                assert.ok(Math.abs(difference - (a[index] - b[index])) <= 1.2e-3);
                assert.equal(await page.locator(".stage .cell:not([hidden])").count(), 2, "outlined in both");
            }
            const sum = (map) => map.reduce((total, value) => total + value, 0) / map.length;
            for (const [index, map] of [a, b].entries()) {
                close((await row(page, "sum"))[index], sum(map), "sum");
                close((await row(page, "for"))[index], sum(map.map((value) => Math.max(0, value))), "for");
                close((await row(page, "against"))[index], sum(map.map((value) => Math.min(0, value))), "against");
            }
            close((await row(page, "logit"))[1], sparse.logits[1] - sparse.logits[0], "logit");
            // How alike they are is computed anew, too.
            const dot = (x, y) => x.reduce((total, value, index) => total + value * y[index], 0);
            const cosine = dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
            assert.match(await page.locator(".pair-similar").textContent(), new RegExp(`cosine \\+${cosine.toFixed(2)}`));
            // One scale, twentieths of which count as nearly empty.
            const limit = numberIn((await page.locator(".pair-scale").textContent()).split("±")[1]);
            const empty = [a, b].map((map) => map.filter((value) => Math.abs(value) < 0.05 * limit).length);
            assert.deepEqual((await row(page, "empty")).slice(0, 2), empty);
        }));

    test("the difference is drawn on a scale of its own, which ends at its largest cell", () =>
        comparing(CHEST, async ({ page }) => {
            const [dense, sparse] = await askEngine(page, ["chest-dense", "chest-sparse"].map((model) => ({ model, picture: ADULT })));
            await choose(page, "Difference");
            await page.locator(".stage:visible").filter({ hasText: "less" }).waitFor();
            assert.equal(await page.locator(".stage:visible").count(), 1);
            const [a, b] = [dense, sparse].map((answer) => mapFrom(answer, 1, 0));
            const most = Math.max(...a.map((value, index) => Math.abs(value - b[index])));
            const limit = numberIn((await page.locator(".pair-scale").textContent()).split("±")[1]);
            assert.ok(limit >= most && limit < 1.1 * most, `${limit} ${most}`);
        }));

    test("the comparison goes along to another picture, and back undoes it", () =>
        comparing(CHEST, async ({ page }) => {
            await page.locator(".gallery button").first().click();
            await whenExplained(page);
            assert.deepEqual(await page.locator(".stage .caption:visible").allTextContents(), ["dense", "sparse"]);
            await choose(page, "Class");
            await page.locator(".pair-choices select").first().waitFor();
            await page.goBack();
            await page.locator(".stage .caption", { hasText: "sparse" }).waitFor();
        }));
});

test("what is too weak to be seen on a scale is said, beside a stronger map and of one side alone", async () => {
    const fundus = (sample, more) => `model=fundus-dense&sample=fundus/${sample}.jpg&device=cpu${more}`;
    await comparing(fundus("idrid-037", "&tool=compare&beside=%7B%22model%22:%22fundus-sparse%22%7D"), async ({ page }) => {
        const [dense, sparse] = await askEngine(page, ["fundus-dense", "fundus-sparse"].map((model) => ({ model, picture: "fundus/idrid-037.jpg" })));
        const most = (answer) => Math.max(...mapFrom(answer, 1, 0).map(Math.abs));
        assert.ok(most(dense) < 0.2 * most(sparse));
        const said = await page.locator(".pair-scale").textContent();
        assert.match(said, /No cell of “dense” goes beyond ±[\d.]+, so that it is hardly to be seen on this scale/);
        assert.doesNotMatch(said, /“sparse”/);
    });
    await comparing(fundus("idrid-138", ""), async ({ page }) => {
        const [answer] = await askEngine(page, [{ model: "fundus-dense", picture: "fundus/idrid-138.jpg" }]);
        const map = mapFrom(answer, 1, 0);
        const thin = await page.locator(".thin").textContent();
        assert.match(thin, /^What speaks against it is spread thin/);
        assert.ok(Math.abs(numberIn(thin.match(/beyond (\S+),/)[1]) - Math.min(...map)) < 0.06, thin);
    });
    await comparing(fundus("idrid-001", ""), async ({ page }) => assert.ok(await page.locator(".thin").isHidden(), "little speaks against it"));
});

test("cells of another resolution are read at the same place, whichever picture is pointed at", () =>
    comparing("model=efficientnet-lite0&sample=chelsea.jpg&device=cpu&tool=compare&beside=%7B%22size%22:448%7D", async ({ page }) => {
        const [coarse, fine] = await askEngine(page, [224, 448].map((size) => ({ model: "efficientnet-lite0", picture: "chelsea.jpg", size })));
        assert.deepEqual([coarse.rows, fine.rows], [7, 14]);
        const top = coarse.logits.indexOf(Math.max(...coarse.logits));
        const [a, b] = [mapFrom(coarse, top), mapFrom(fine, top)];
        const expect = async (slot, { placement, rows, columns }, cell, one, other) => {
            const at = await middleOf(page, slot, placement, rows, columns, cell);
            await page.mouse.move(at.x, at.y);
            const text = `Row ${one.row + 1}, column ${one.column + 1}; in the second, row ${other.row + 1}, column ${other.column + 1}`;
            await page.locator(".pair [data-row=cell] th", { hasText: text }).waitFor();
            const values = await row(page, "cell");
            close(values[0], a[one.row * 7 + one.column], "coarse");
            close(values[1], b[other.row * 14 + other.column], "fine");
        };
        for (const cell of [{ row: 5, column: 8 }, { row: 5, column: 9 }, { row: 12, column: 3 }]) {
            await expect(1, fine, cell, { row: cell.row >> 1, column: cell.column >> 1 }, cell);
        }
        await expect(0, coarse, { row: 1, column: 1 }, { row: 1, column: 1 }, { row: 3, column: 3 });
        await choose(page, "Difference");
        await page.locator(".tool-panel .hint", { hasText: "different cells" }).waitFor();
        assert.equal(await page.locator(".stage:visible").count(), 2, "beside each other, since one cannot be taken from the other");
    }));

test("any two classes, each in its own numbers", () =>
    comparing("model=efficientnet-lite0&sample=coffee.jpg&device=cpu&tool=compare", async ({ page }) => {
        const [answer] = await askEngine(page, [{ model: "efficientnet-lite0", picture: "coffee.jpg" }]);
        const selects = page.locator(".pair-choices select");
        await selects.nth(0).selectOption("504");
        await selects.nth(1).selectOption("281");
        await page.locator(".pair thead th", { hasText: "tabby" }).or(page.locator(".pair thead th", { hasText: "tiger cat" })).first().waitFor();
        await whenExplained(page);
        const logits = await row(page, "logit");
        close(logits[0], answer.logits[504], "first");
        close(logits[1], answer.logits[281], "second");
        close(logits[2], answer.logits[504] - answer.logits[281], "difference");
    }));

describe("the line between two pictures", () => {
    const share = async (page) => Number(await page.locator(".swipe").getAttribute("aria-valuenow"));
    const swiping = (use, options) => comparing(`${CHEST}&beside=%7B%22model%22:%22chest-sparse%22%7D&arrangement=swipe`, async (opened) => {
        await opened.page.locator(".swipe").waitFor();
        await use(opened);
    }, options);

    test("follows the mouse; on each side of it, that side's picture is read", () =>
        swiping(async ({ page }) => {
            const [dense, sparse] = await askEngine(page, ["chest-dense", "chest-sparse"].map((model) => ({ model, picture: ADULT })));
            const panes = await page.locator(".panes").boundingBox();
            const handle = await page.locator(".swipe").boundingBox();
            await page.mouse.move(handle.x + handle.width / 2, handle.y + handle.height / 3);
            await page.mouse.down();
            await page.mouse.move(panes.x + 0.6 * panes.width, handle.y + 20, { steps: 4 });
            await page.mouse.move(panes.x + 0.7 * panes.width, handle.y + 20, { steps: 4 });
            await page.mouse.up();
            assert.equal(await share(page), 70);
            const clips = await page.locator(".stage .frame").evaluateAll((frames) => frames.map((frame) => frame.style.clipPath));
            assert.match(clips[0], /^inset\(0(px)? 30(\.\d+)?% 0(px)? 0%\)$/);
            assert.match(clips[1], /^inset\(0(px)? 0% 0(px)? (70|69\.9\d*)%\)$/);
            const { rows, columns, placement } = dense;
            for (const cell of [{ row: 2, column: 2 }, { row: 2, column: 6 }]) {
                const at = await middleOf(page, 0, placement, rows, columns, cell);
                await page.mouse.move(at.x, at.y);
                await page.locator(".pair [data-row=cell] th", { hasText: `Row 3, column ${cell.column + 1}` }).waitFor();
                const index = cell.row * columns + cell.column;
                const [one, other] = await row(page, "cell");
                close(one, mapFrom(dense, 1, 0)[index], "dense");
                close(other, mapFrom(sparse, 1, 0)[index], "sparse");
            }
        }));

    test("is a slider for the keyboard", () =>
        swiping(async ({ page }) => {
            await page.locator(".swipe").focus();
            for (const [key, expected] of [["ArrowRight", 51], ["PageUp", 61], ["Shift+ArrowLeft", 51], ["ArrowLeft", 50], ["Home", 0], ["ArrowLeft", 0], ["End", 100]]) {
                await page.keyboard.press(key);
                await page.waitForFunction((value) => document.querySelector(".swipe").getAttribute("aria-valuenow") === String(value), expected);
            }
            assert.equal(await page.locator(".swipe").getAttribute("role"), "slider");
        }));

    test("follows a finger", () =>
        swiping(
            async ({ page, context }) => {
                const session = await context.newCDPSession(page);
                const panes = await page.locator(".panes").boundingBox();
                const y = panes.y + panes.height / 2;
                const touch = (type, x) => session.send("Input.dispatchTouchEvent", { type, touchPoints: x === null ? [] : [{ x, y }] });
                await touch("touchStart", panes.x + panes.width / 2);
                for (const at of [0.45, 0.4, 0.3, 0.25]) {
                    await touch("touchMove", panes.x + at * panes.width);
                }
                await touch("touchEnd", null);
                await page.waitForFunction(() => Number(document.querySelector(".swipe").getAttribute("aria-valuenow")) <= 26);
                assert.equal(await share(page), 25);
            },
            { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
        ));
});

test("a second picture that the model does not know is not compared unasked, and then under a warning", () =>
    comparing(`model=oct-dense&sample=oct/cnv-163081-1.jpg&device=cpu`, async ({ page }) => {
        await page.locator("#filmstrip input[type=file]").setInputFiles(path.join(root, "web/samples/flower.jpg"));
        await page.locator(".unlike:visible").waitFor();
        await page.locator(".gallery button").nth(2).click();
        await whenExplained(page);
        await page.locator("[data-tool=compare]").click();
        await page.locator(".pair [data-row=cell]").waitFor();
        await choose(page, "Picture");
        await page.locator(".pair-choices select:visible").selectOption({ label: "flower.jpg" });
        await page.locator(".pair-anyway:visible").waitFor();
        await whenExplained(page);
        const evidence = () => page.locator(".stage .overlay").nth(1).evaluate(({ width }) => width);
        assert.equal(await evidence(), 0);
        await choose(page, "Difference");
        await page.locator(".tool-panel .hint", { hasText: "unlike those that its model knows" }).waitFor();
        assert.equal(await page.locator(".stage:visible").count(), 2, "nothing is taken from what is withheld");
        assert.ok(await page.locator(".pair").isHidden());
        await choose(page, "Side by side");
        await page.locator(".pair-anyway").click();
        await page.locator(".pair [data-row=cell]").waitFor();
        await whenExplained(page);
        assert.ok((await evidence()) > 0);
        assert.ok(await page.locator(".stages .warning").isVisible());
    }));
