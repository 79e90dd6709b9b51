/**
 * The tool that takes a map apart: its numbers add up to the logit, bars and cells belong together, and every way to use
 * it leads to the same.
 */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openPage, startSite, whenExplained } from "./harness.mjs";
import { SIDE, askIndependently, cellsOf, chosenCells, goToCell, hash, number, outlined, over, signedNumbers } from "./independent.mjs";

const site = startSite();
const [model, sample] = ["chest-dense", "chest/kermany-person1946_bacteria_4874.jpg"];
const close = (actual, expected, by) => assert.ok(Math.abs(actual - expected) <= by, `${actual} is not ${expected}`);

/** Of pneumonia over no pneumonia. */
let values;
let logit;

async function open(more = "", options = {}) {
    const opened = await openPage(site.browser, `${site.url}#device=cpu&model=${model}&sample=${sample}${more}`, options);
    await whenExplained(opened.page);
    if (!values) {
        const answer = await askIndependently(opened.page, { model, sample });
        values = over(answer, 1, 0);
        logit = answer.logits[1] - answer.logits[0];
    }
    return opened;
}

async function openTool(options) {
    const opened = await open("", options);
    await opened.page.locator("[data-tool=ledger]").first().click();
    await opened.page.locator(".bars").waitFor();
    return opened;
}

const text = (page, selector) => page.locator(selector).textContent();
const place = async (page) => Number(await page.locator(".bars").getAttribute("aria-valuenow"));
const cell = async (page) => Number(await page.locator(".bars").getAttribute("data-cell"));

describe("numbers", () => {
    test("what the cells add up to is the logit, in the marks, in the table and on the clipboard", async () => {
        const { page, context, errors } = await openTool();
        await context.grantPermissions(["clipboard-read", "clipboard-write"]);
        close(signedNumbers(await text(page, ".mark-sum"))[0], logit, 0.0051);
        await page.locator(".bar-copy").click();
        await page.locator(".bar-body .hint[role=status]:not(:empty)").waitFor();
        const copied = await page.evaluate(() => navigator.clipboard.readText());
        const [head, ...lines] = copied.trimEnd().split("\n").map((line) => line.split("\t"));
        assert.match(head[2], /^evidence for pneumonia, over no pneumonia \(logit units\)$/);
        assert.equal(lines.length, values.length);
        const total = lines.reduce((sum, line) => sum + Number(line[3]), 0);
        close(total, logit, 1e-3);
        close(Number(lines.at(-1)[4]), logit, 1e-3);
        for (const [row, column, evidence, share] of lines.map((line) => line.map(Number))) {
            close(evidence, values[(row - 1) * SIDE + column - 1], 1e-4);
            close(share, evidence / SIDE ** 2, 2e-6);
        }
        await page.locator(".bar-body summary").click();
        const rows = await page.locator(".bar-body tbody tr").allTextContents();
        assert.equal(rows.length, 20);
        assert.deepEqual(errors, []);
        await context.close();
    });

    test("without a clipboard, the table can be copied by hand", async () => {
        const { page, context } = await openTool();
        await page.evaluate(() => (navigator.clipboard.writeText = () => Promise.reject(new Error("no"))));
        await page.locator(".bar-copy").click();
        await page.locator(".bar-text").waitFor();
        const [lines, selected] = await page.locator(".bar-text").evaluate((area) => [area.value.trimEnd().split("\n").length, area.selectionEnd - area.selectionStart === area.value.length]);
        assert.equal(lines, 1 + SIDE ** 2);
        assert.ok(selected);
        await context.close();
    });

    test("the N strongest cells make what the map says, and can be chosen", async () => {
        const { page, context } = await openTool();
        await page.locator(".bar-count").focus();
        await page.keyboard.press("Home");
        for (let step = 1; step < 5; step++) {
            await page.keyboard.press("ArrowRight");
        }
        const sorted = values.map((value, index) => ({ value, index })).sort((a, b) => b.value - a.value).slice(0, 5);
        const sum = sorted.reduce((total, { value }) => total + value, 0) / SIDE ** 2;
        const all = values.reduce((total, value) => total + Math.max(0, value), 0) / SIDE ** 2;
        const said = await text(page, ".bar-few");
        close(signedNumbers(said)[0], sum, 0.0051);
        close(number(said.match(/([\d.]+)\s%/)[1]), (100 * sum) / all, 0.051);
        await page.getByRole("button", { name: "Choose these 5 cells" }).click();
        assert.deepEqual(cellsOf((await hash(page)).get("cells")), sorted.map(({ index }) => index).sort((a, b) => a - b));
        const [part, rest, total] = signedNumbers(await text(page, ".bar-selection"));
        // The larger part has what rounding leaves over.
        close(part, sum, 0.0101);
        close(part + rest, total, 1e-9);
        await page.goBack();
        assert.equal((await hash(page)).get("cells"), null);
        await context.close();
    });
});

describe("bars and cells", () => {
    test("by mouse: a bar shows its cell, and the cell its bar", async () => {
        const { page, context } = await openTool();
        await page.locator(".bars").scrollIntoViewIfNeeded();
        const { x, y } = await page.locator(".bars").boundingBox();
        await page.mouse.move(x + 150, y + 0.5);
        assert.equal(await place(page), 1);
        const strongest = values.indexOf(Math.max(...values));
        assert.equal(await cell(page), strongest);
        const said = await text(page, ".readout");
        assert.ok(said.includes(`Row ${Math.floor(strongest / SIDE) + 1}, column ${(strongest % SIDE) + 1}:`), said);
        const at = await outlined(page);
        await page.mouse.move(at.x, at.y);
        assert.equal(await cell(page), strongest);
        await page.mouse.move(at.x + at.width, at.y);
        assert.equal(await cell(page), strongest + 1);
        const sorted = [...values].sort((a, b) => b - a);
        assert.equal(await place(page), sorted.indexOf(values[strongest + 1]) + 1);
        await page.mouse.click(x + 150, y + 0.5);
        await page.mouse.move(x + 150, y + 60);
        assert.equal(await place(page), 1);
        await page.mouse.move(x + 150, y + 600);
        assert.equal(await cell(page), strongest);
        await page.mouse.click(x + 150, y + 0.5);
        await page.mouse.move(x + 150, y + 60);
        assert.ok((await place(page)) > 5);
        await context.close();
    });

    test("by keyboard: arrows go through the bars in their order, the space bar chooses", async () => {
        const { page, context } = await openTool();
        await page.locator(".bars").focus();
        const seen = [];
        for (const key of ["Home", "ArrowDown", "ArrowDown", "PageDown", "End"]) {
            await page.keyboard.press(key);
            seen.push([await place(page), values[await cell(page)]]);
        }
        assert.deepEqual(seen.map(([at]) => at), [1, 2, 3, 13, SIDE ** 2]);
        seen.slice(1).forEach(([, value], at) => assert.ok(value <= seen[at][1]));
        await page.keyboard.press("Home");
        await page.keyboard.press(" ");
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press(" ");
        const chosen = cellsOf((await hash(page)).get("cells"));
        assert.equal(chosen.length, 2);
        close(signedNumbers(await text(page, ".bar-selection")).at(0) ?? 0, chosen.reduce((sum, index) => sum + values[index], 0) / SIDE ** 2, 0.0101);
        await context.close();
    });

    test("by touch: a tap on a bar holds its cell, a drag on the picture chooses", async () => {
        const context = await site.browser.newContext({ viewport: { width: 412, height: 900 }, hasTouch: true, isMobile: true });
        const { page } = await openTool({ context });
        // Below the picture, which stays in sight.
        await page.locator(".bars").evaluate((bars) => bars.scrollIntoView({ block: "end" }));
        const { x, y } = await page.locator(".bars").boundingBox();
        await page.touchscreen.tap(x + 100, y + 0.5);
        assert.equal(await place(page), 1);
        await page.locator(".bar-dragging").tap();
        const from = await goToCell(page, -1, -1);
        const client = await context.newCDPSession(page);
        const touch = (type, points) => client.send("Input.dispatchTouchEvent", { type, touchPoints: points });
        await touch("touchStart", [{ x: from.x, y: from.y }]);
        await touch("touchMove", [{ x: from.x + from.width, y: from.y + from.height }]);
        await chosenCells(page, 4);
        await touch("touchEnd", []);
        // Two rows of cells; the address has them when the finger's end has arrived.
        await page.waitForFunction(() => /cells=[^&]*,/.test(location.hash));
        const chosen = await chosenCells(page, 4);
        assert.equal(chosen.length, 4);
        const [part] = signedNumbers(await text(page, ".bar-selection"));
        close(part, chosen.reduce((sum, index) => sum + values[index], 0) / SIDE ** 2, 0.0101);
        await context.close();
    });
});

test("what a drag with Shift chooses is summed as it grows, and going back undoes the drag", async () => {
    const { page, context } = await openTool();
    const from = await goToCell(page, 0, 0);
    await page.mouse.move(from.x, from.y);
    await page.keyboard.down("Shift");
    await page.mouse.down();
    for (let step = 1; step <= 2; step++) {
        await page.mouse.move(from.x + step * from.width, from.y + step * from.height);
        assert.match(await text(page, ".bar-selection"), new RegExp(`^${(step + 1) ** 2} chosen cells`));
    }
    await page.mouse.up();
    await page.keyboard.up("Shift");
    const chosen = cellsOf((await hash(page)).get("cells"));
    assert.equal(chosen.length, 9);
    const [part, rest, total] = signedNumbers(await text(page, ".bar-selection"));
    close(part, chosen.reduce((sum, index) => sum + values[index], 0) / SIDE ** 2, 0.0101);
    close(total, logit, 0.0051);
    close(part + rest, total, 1e-9);
    await page.goBack();
    assert.equal((await hash(page)).get("cells"), null);
    assert.match(await text(page, ".bar-selection"), /^No cell/);
    await context.close();
});

test("the bars are drawn at the screen's resolution, for in one colour and against in the other", async () => {
    const context = await site.browser.newContext({ viewport: { width: 1280, height: 900 }, deviceScaleFactor: 2 });
    const { page } = await openTool({ context });
    const drawn = () =>
        page.locator(".bars canvas").evaluate((canvas) => {
            const { width, height } = canvas.getBoundingClientRect();
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            const count = { for: 0, against: 0 };
            for (let at = 0; at < data.length; at += 4) {
                count.for += Number(data[at] > 140 && data[at + 1] < 90 && data[at + 2] < 40);
                count.against += Number(data[at] < 60 && data[at + 1] < 110 && data[at + 2] > 130);
            }
            return { sharp: canvas.width === Math.round(2 * width) && canvas.height === Math.round(2 * height), ...count };
        });
    const film = await drawn();
    assert.ok(film.sharp);
    assert.ok(film.for > 8 * film.against, JSON.stringify(film));
    // The evidence for the other class points the other way.
    const before = await text(page, ".mark-sum");
    await page.locator(".classes input").nth(2).check();
    await page.waitForFunction((sum) => document.querySelector(".mark-sum").textContent !== sum, before);
    const other = await drawn();
    assert.ok(other.against > 8 * other.for, JSON.stringify(other));
    await context.close();
});

test("of two pictures, either has its ledger, and so has their difference", async () => {
    const edits = [{ kind: "mask", rows: SIDE, columns: SIDE, cells: [88, 89, 90, 91, 102, 103, 104, 105, 116, 117, 118, 119], fill: "blur", keep: false }];
    const beside = encodeURIComponent(JSON.stringify({ edits }));
    const { page, context } = await open(`&tool=ledger&arrangement=difference&beside=${beside}`);
    const masked = await askIndependently(page, { model, sample, edits });
    const second = masked.logits[1] - masked.logits[0];
    const sum = async () => signedNumbers(await text(page, ".mark-sum"))[0];
    close(await sum(), logit, 0.0051);
    await page.getByRole("radio", { name: "Second", exact: true }).check();
    close(await sum(), second, 0.0051);
    await page.getByRole("radio", { name: "First less second" }).check();
    close(await sum(), logit - second, 0.0051);
    await context.close();
});
