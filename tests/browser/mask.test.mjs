/**
 * Asking back: what the page says without some cells, and without their pixels, is what the engine says when it is asked by
 * itself; by mouse, by touch and by keyboard; and every step can be undone.
 */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openPage, startSite, whenExplained } from "./harness.mjs";
import { SIDE, askIndependently, cellsOf, chosenCells, goToCell, hash, number, over, signedNumbers } from "./independent.mjs";

const site = startSite();
const [model, sample] = ["chest-dense", "chest/kermany-person1946_bacteria_4874.jpg"];
const close = (actual, expected, by) => assert.ok(Math.abs(actual - expected) <= by, `${actual} is not ${expected}`);

async function openTool({ more = "", asks = [model, sample], ...options } = {}) {
    const opened = await openPage(site.browser, `${site.url}#device=cpu&model=${asks[0]}&sample=${asks[1]}${more}`, options);
    await whenExplained(opened.page);
    await opened.page.locator("[data-tool=mask]").first().click();
    await opened.page.locator(".mask-table").waitFor();
    return opened;
}

const stages = (page) => page.locator(".stage:not([hidden])").count();

/** The rows of the table, as numbers where they are some. */
async function table(page) {
    const rows = await page.locator(".mask-table tbody tr").evaluateAll((rows) => rows.map((row) => Array.from(row.querySelectorAll("td"), (cell) => cell.textContent)));
    return rows.map((row) => row.map((value) => (value === "\u2013" || value === "\u2026" ? value : number(value))));
}

/** Waits until the network has answered again. */
async function whenAsked(page) {
    await page.waitForFunction(() => {
        const run = document.querySelector(".mask-table tbody tr:last-child td");
        return run && run.textContent !== "\u2026";
    });
    await whenExplained(page);
}

async function apply(page) {
    await page.locator(".mask-apply").click();
    await whenAsked(page);
}

/** Drags over cells, from the middle one on. */
async function drag(page, down, right) {
    const from = await goToCell(page, 0, 0);
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(from.x + 0.5 * right * from.width, from.y + 0.5 * down * from.height);
    await page.mouse.move(from.x + right * from.width, from.y + down * from.height);
    await page.mouse.up();
}

/** The table against the engine, asked by itself. */
async function check(page, edits, replaced) {
    const [before, after] = [await askIndependently(page, { model, sample }), await askIndependently(page, { model, sample, edits })];
    const of = ({ logits }) => logits[1] - logits[0];
    const values = over(before, 1, 0);
    const others = values.filter((_, cell) => !replaced.includes(cell));
    const mean = others.reduce((sum, value) => sum + value, 0) / others.length;
    const [whole, ledger, run] = await table(page);
    close(whole[0], of(before), 0.0051);
    close(whole[1], 100 * before.probabilities[1], 0.051);
    close(ledger[0], mean, 0.0051);
    close(ledger[2], ledger[0] - whole[0], 1e-9);
    assert.equal(ledger[1], "\u2013");
    assert.ok(Math.abs(of(after) - of(before)) > 0.02, "the picture without these pixels gives another answer");
    if (after.flagged) {
        assert.deepEqual(run, ["\u2013", "\u2013", "\u2013"]);
    } else {
        close(run[0], of(after), 0.0051);
        close(run[1], 100 * after.probabilities[1], 0.051);
        close(run[2], run[0] - whole[0], 1e-9);
    }
    const rest = signedNumbers(await page.locator(".mask-table + .hint").textContent());
    close(rest[0], (mean * others.length) / values.length, 0.0101);
    return { before, after };
}

describe("the effect of a mask", () => {
    test("of a box, by mouse; applying, choosing and undoing", async () => {
        const { page, context, errors } = await openTool();
        await drag(page, 2, 1);
        const chosen = cellsOf((await hash(page)).get("cells"));
        assert.equal(chosen.length, 6);
        assert.equal(await stages(page), 1);
        const ahead = await table(page);
        assert.deepEqual(ahead[2], ["\u2013", "\u2013", "\u2013"]);
        await apply(page);
        assert.equal(await stages(page), 2);
        await check(page, [{ kind: "mask", rows: SIDE, columns: SIDE, cells: chosen, fill: "blur", keep: false }], chosen);
        // What the cells do to the mean was known before the network was asked.
        assert.deepEqual((await table(page))[1], ahead[1]);
        assert.match(await page.locator(".mask-decision").textContent(), /pneumonia.* (stays|changes)/);
        await page.goBack();
        await page.waitForFunction(() => document.querySelectorAll(".stage:not([hidden])").length === 1);
        assert.deepEqual(cellsOf((await hash(page)).get("cells")), chosen);
        await page.getByRole("button", { name: "Undo" }).click();
        await page.waitForFunction(() => !location.hash.includes("cells="));
        await page.goForward();
        await page.waitForFunction(() => location.hash.includes("cells="));
        await page.goForward();
        await whenAsked(page);
        assert.equal(await stages(page), 2);
        assert.deepEqual(errors, []);
        await context.close();
    });

    test("by keyboard alone: all but some cells, with the mean colour", async () => {
        const { page, context } = await openTool();
        await goToCell(page, 1, -2);
        await page.keyboard.press("Shift+ArrowDown");
        await page.keyboard.press("Shift+ArrowRight");
        await page.keyboard.press("ArrowRight");
        await page.keyboard.press(" ");
        const chosen = cellsOf((await hash(page)).get("cells"));
        assert.equal(chosen.length, 5);
        await page.locator(".mask-fill").focus();
        await page.keyboard.press("ArrowDown");
        await page.locator(".mask-keep").focus();
        await page.keyboard.press(" ");
        await page.locator(".mask-apply").focus();
        await page.keyboard.press("Enter");
        await whenAsked(page);
        const edits = [{ kind: "mask", rows: SIDE, columns: SIDE, cells: chosen, fill: "mean", keep: true }];
        const replaced = Array.from({ length: SIDE ** 2 }, (_, cell) => cell).filter((cell) => !chosen.includes(cell));
        const { after } = await check(page, edits, replaced);
        assert.equal(await page.locator(".mask-unlike").isVisible(), after.flagged);
        await context.close();
    });

    test("by touch: painting, cell by cell, inverting and clearing", async () => {
        const context = await site.browser.newContext({ viewport: { width: 412, height: 900 }, hasTouch: true, isMobile: true });
        const { page } = await openTool({ context });
        await page.getByRole("radio", { name: "Paint" }).check();
        await page.evaluate(() => scrollTo(0, 0));
        const from = await goToCell(page, 0, 0);
        const client = await context.newCDPSession(page);
        const touch = (type, points) => client.send("Input.dispatchTouchEvent", { type, touchPoints: points });
        await touch("touchStart", [{ x: from.x, y: from.y }]);
        for (let step = 1; step <= 4; step++) {
            await touch("touchMove", [{ x: from.x, y: from.y + (step / 2) * from.height }]);
        }
        await chosenCells(page, 3);
        await touch("touchEnd", []);
        await page.getByRole("radio", { name: "One by one" }).check();
        await page.evaluate(() => scrollTo(0, 0));
        const other = await goToCell(page, 0, 2);
        await chosenCells(page, 0);
        await page.touchscreen.tap(other.x, other.y);
        await chosenCells(page, 1);
        await page.touchscreen.tap(other.x - other.width, other.y);
        await chosenCells(page, 2);
        await page.touchscreen.tap(other.x, other.y);
        await chosenCells(page, 1);
        await page.getByRole("button", { name: "Invert" }).tap();
        await chosenCells(page, SIDE ** 2 - 1);
        await page.getByRole("button", { name: "Clear" }).tap();
        await chosenCells(page, 0);
        await context.close();
    });

    test("of several at once, and without one of them again", async () => {
        const [a, b] = [[88, 89, 102, 103], [93, 94, 95]].map((cells) => ({ kind: "mask", rows: SIDE, columns: SIDE, cells, fill: "blur", keep: false }));
        const { page, context } = await openTool({ more: "&cells=88-89,102-103" });
        await apply(page);
        await page.evaluate(() => (location.hash = location.hash.replace("&tool=mask", "&tool=mask&cells=93-95")));
        await page.getByRole("button", { name: "Cover these 3 cells" }).waitFor();
        await apply(page);
        assert.equal(await page.locator(".mask-list li").count(), 2);
        await check(page, [a, b], [...a.cells, ...b.cells]);
        await page.getByRole("button", { name: "Remove: 4 cells" }).click();
        await whenAsked(page);
        assert.equal(await page.locator(".mask-list li").count(), 1);
        await check(page, [b], b.cells);
        await page.getByRole("button", { name: "Remove: 3 cells" }).click();
        await page.waitForFunction(() => document.querySelectorAll(".stage:not([hidden])").length === 1);
        await context.close();
    });
});

test("a masked picture that the model does not know has no map and no number, unless the visitor insists", async () => {
    const { page, context } = await openTool({ more: `&cells=0-${SIDE ** 2 - 1}` });
    await page.locator(".mask-fill").selectOption("noise");
    await apply(page);
    const edits = [{ kind: "mask", rows: SIDE, columns: SIDE, cells: Array.from({ length: SIDE ** 2 }, (_, cell) => cell), fill: "noise", keep: false }];
    const after = await askIndependently(page, { model, sample, edits });
    assert.ok(after.flagged, "noise is unlike a film");
    assert.deepEqual((await table(page)).slice(1), [["\u2013", "\u2013", "\u2013"], ["\u2013", "\u2013", "\u2013"]]);
    assert.ok(await page.locator(".mask-unlike").isVisible());
    await page.locator(".mask-unlike button").click();
    await page.waitForFunction(() => document.querySelector(".mask-table tbody tr:last-child td").textContent !== "\u2013");
    close((await table(page))[2][0], after.logits[1] - after.logits[0], 0.0051);
    assert.ok(await page.locator(".mask-unlike").isVisible());
    await context.close();
});

test("of many classes, the one that is shown is followed, also where another becomes the most likely", async () => {
    const [everyday, cat] = ["efficientnet-lite0", "chelsea.jpg"];
    const { page, context } = await openTool({ asks: [everyday, cat], more: "&cells=0-23" });
    const before = await askIndependently(page, { model: everyday, sample: cat });
    const top = before.logits.indexOf(Math.max(...before.logits));
    await page.locator(".mask-fill").selectOption("black");
    await apply(page);
    const edits = [{ kind: "mask", rows: before.rows, columns: before.columns, cells: Array.from({ length: 24 }, (_, cell) => cell), fill: "black", keep: false }];
    const after = await askIndependently(page, { model: everyday, sample: cat, edits });
    const [whole, , run] = await table(page);
    close(whole[0], before.logits[top], 0.0051);
    close(run[0], after.logits[top], 0.0051);
    const now = after.logits.indexOf(Math.max(...after.logits));
    const said = await page.locator(".mask-decision").textContent();
    assert.match(said, now === top ? /stays the most likely class/ : /changes from/);
    await context.close();
});
