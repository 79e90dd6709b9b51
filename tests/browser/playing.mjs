/**
 * Plays lessons as a student does: with a mouse, or with nothing but the keys. What it does at each task follows from the
 * lesson's own file, and from what is to be read on the page.
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { root, whenExplained } from "./harness.mjs";

const folder = path.join(root, "web/lessons");
const json = async (name) => JSON.parse(await readFile(path.join(folder, name), "utf8"));

/** The lessons of the page, each with what the list says of it. */
export async function lessons() {
    const { lessons: list } = await json("index.json");
    return Promise.all(list.map(async (listed) => ({ listed, lesson: await json(listed.file) })));
}

export const said = (text, language) => (typeof text === "string" ? text : (text[language] ?? text.en));

/** Cells that are covered where a task wants that: first and last, row and column from 0. */
export const COVERS = {
    "evidence cover": [[1, 2], [4, 5]],
    "reasons prove": [[15, 19], [24, 28]],
    "reasons other": [[15, 19], [24, 28]],
    "maps hand": [[5, 0], [6, 1]],
    "secret cover": [[0, 21], [6, 26]],
    "secret elsewhere": [[9, 5], [13, 11]],
};

/** Whether a step shows what has to do with people's health: by its model, or by its picture. */
export function isMedical({ medical, steps }, index) {
    const shown = new URLSearchParams(steps.slice(0, index + 1).findLast(({ page }) => page !== undefined)?.page ?? "");
    return medical === true && (shown.get("model") !== "efficientnet-lite0" || shown.get("sample") === "retina.jpg");
}

/** How often it is said that this is no diagnosis. */
export const notices = (page) =>
    page.evaluate(() => Array.from(document.querySelectorAll(".lesson-notice, .stages > .notice")).filter((each) => each.checkVisibility() && each.textContent !== "").length);

/** Presses Tab until what is looked for has the focus. */
export async function tabTo(page, selector) {
    for (let presses = 0; presses < 150; presses++) {
        if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) {
            return;
        }
        await page.keyboard.press("Tab");
    }
    assert.fail(`Tab never reaches ${selector}`);
}

/** What the readout says of a cell: row and column from 0, its evidence. */
function reading(text) {
    const [row, column, value] = text.replaceAll("\u2212", "-").replace(/(\d),(\d)/g, "$1.$2").match(/[+-]?\d+(?:\.\d+)?/g)?.map(Number) ?? [];
    return value === undefined ? null : { row: row - 1, column: column - 1, value };
}

const readout = async (page) => reading(await page.locator(".readout").textContent());

/** Where cells are on the screen, and what they say: the mouse goes over the picture until it has seen `enough`. */
async function hover(page, enough = () => false) {
    const frame = await page.locator(".stage .frame").first().boundingBox();
    const cells = [];
    for (let y = 6; y < frame.height; ) {
        let below = y + 24;
        for (let x = 6; x < frame.width; ) {
            await page.mouse.move(frame.x + x, frame.y + y);
            const { at, text } = await page.evaluate(() => {
                const cell = document.querySelector(".stage .cell");
                return { at: cell.hidden ? null : cell.getBoundingClientRect().toJSON(), text: document.querySelector(".readout").textContent };
            });
            const read = at && reading(text);
            if (read) {
                cells.push({ ...read, x: at.x + at.width / 2, y: at.y + at.height / 2 });
            }
            // On to the next cell.
            x = at ? at.x + at.width - frame.x + 6 : x + 24;
            below = at ? at.y + at.height - frame.y + 6 : below;
        }
        y = below;
        if (enough(cells)) {
            break;
        }
    }
    return cells;
}

/** The cell that says most, found with the mouse and clicked; or with the keys, and chosen with the space bar. */
async function chooseStrongest(page, way, sign) {
    if (way === "mouse") {
        const cells = await hover(page);
        const best = cells.reduce((a, b) => (b.value * sign > a.value * sign ? b : a));
        await page.mouse.click(best.x, best.y);
        return;
    }
    await tabTo(page, ".stage");
    await page.keyboard.press("ArrowDown");
    const read = [];
    const start = await readout(page);
    assert.match(await page.locator(".lesson-reading").textContent(), new RegExp(`^\\D+${start.row + 1}\\D+${start.column + 1}: .\\d+[.,]\\d\\d, `), "the card says what is below");
    // To the corner, then along every row and back.
    for (let steps = 0; steps < start.row + 3; steps++) {
        await page.keyboard.press("ArrowUp");
    }
    for (let steps = 0; steps < start.column + 3; steps++) {
        await page.keyboard.press("ArrowLeft");
    }
    for (let right = true, last = null; ; ) {
        const here = await readout(page);
        read.push(here);
        await page.keyboard.press(right ? "ArrowRight" : "ArrowLeft");
        last = await readout(page);
        if (last.column === here.column) {
            await page.keyboard.press("ArrowDown");
            right = !right;
            if ((await readout(page)).row === here.row) {
                break;
            }
        }
    }
    const best = read.reduce((a, b) => (b.value * sign > a.value * sign ? b : a));
    await walkTo(page, best);
    await page.keyboard.press("Space");
}

/** With the arrow keys, from wherever the cursor is. */
async function walkTo(page, { row, column }, held = []) {
    for (;;) {
        const here = await readout(page);
        const key = here.row < row ? "ArrowDown" : here.row > row ? "ArrowUp" : here.column < column ? "ArrowRight" : here.column > column ? "ArrowLeft" : null;
        if (!key) {
            return;
        }
        await page.keyboard.press([...held, key].join("+"));
    }
}

/** Marks a part of the middle before anything is known of the evidence. */
async function mark(page, way) {
    if (way === "mouse") {
        const { x, y, width, height } = await page.locator(".stage .frame").first().boundingBox();
        await page.mouse.move(x + 0.42 * width, y + 0.4 * height);
        await page.mouse.down();
        await page.mouse.move(x + 0.58 * width, y + 0.4 * height, { steps: 12 });
        await page.mouse.move(x + 0.58 * width, y + 0.5 * height, { steps: 6 });
        await page.mouse.move(x + 0.42 * width, y + 0.5 * height, { steps: 12 });
        await page.mouse.up();
        return;
    }
    await tabTo(page, ".stage");
    await page.keyboard.press("ArrowDown");
    for (const key of ["Space", "ArrowLeft", "Space", "Shift+ArrowDown", "Shift+ArrowRight", "Shift+ArrowRight"]) {
        await page.keyboard.press(key);
    }
}

/** Covers cells with the tool, and asks again. */
export async function cover(page, way, [from, to]) {
    await page.locator(".mask-apply").waitFor();
    if (way === "mouse") {
        const at = ([row, column], among = cells) => among.find((cell) => cell.row === row && cell.column === column);
        const cells = await hover(page, (seen) => at(from, seen) && at(to, seen));
        await page.mouse.move(at(from).x, at(from).y);
        await page.mouse.down();
        await page.mouse.move(at(to).x, at(to).y, { steps: 6 });
        await page.mouse.up();
        await page.locator(".mask-apply").click();
    } else {
        await tabTo(page, ".stage");
        await page.keyboard.press("ArrowDown");
        await walkTo(page, { row: from[0], column: from[1] });
        await walkTo(page, { row: to[0], column: to[1] }, ["Shift"]);
        await tabTo(page, ".mask-apply");
        await page.keyboard.press("Enter");
    }
}

/** Presses a button, or chooses an option, one way or the other. */
async function press(page, way, selector) {
    if (way === "mouse") {
        await page.locator(selector).first().click();
    } else {
        await tabTo(page, selector);
        await page.keyboard.press("Enter");
    }
}

async function chooseOption(page, way, index) {
    if (way === "mouse") {
        await page.locator(".lesson-option").nth(index).click();
    } else {
        await tabTo(page, ".lesson-option input");
        await page.keyboard.press("Space");
        for (let steps = 0; steps < index; steps++) {
            await page.keyboard.press("ArrowDown");
        }
    }
}

/** Moves a slider beyond a value: with the keys also where the mouse opened it, since a drag's end is a matter of pixels. */
async function slide(page, way, name, { least, most }) {
    const selector = name === "shuffled" ? ".sanity input[type=range]" : `.nudge [data-slider=${name}]`;
    const slider = page.locator(selector);
    await slider.waitFor();
    if (way === "mouse") {
        await slider.click();
    } else {
        await tabTo(page, selector);
    }
    const now = async () => Number(await slider.inputValue());
    const reached = (value) => (least === undefined || value >= least) && (most === undefined || value <= most);
    for (let presses = 0; presses < 100 && !reached(await now()); presses++) {
        await page.keyboard.press(least !== undefined && (await now()) < least ? "ArrowRight" : "ArrowLeft");
    }
}

/** Chooses something on the page. */
async function set(page, way, { what, to }) {
    if (what === "anyway") {
        await press(page, way, ".unlike [data-key=anyway]");
    } else if (what === "method") {
        const list = page.locator(".methods select.method");
        await list.waitFor();
        if (way === "mouse") {
            await list.selectOption(to);
        } else {
            await tabTo(page, ".methods select.method");
            const names = await list.locator("option").evaluateAll((options) => options.map(({ value }) => value));
            for (let steps = 0; steps < names.length && (await list.inputValue()) !== to; steps++) {
                await page.keyboard.press("ArrowDown");
            }
        }
    } else {
        assert.fail(`nobody has shown this test how to choose a ${what}`);
    }
}

/** The task of a step; options as `choices` has them, or the right one, or the first. */
async function doTask(page, way, lesson, step) {
    const { task } = step;
    switch (task.kind) {
        case "choice":
            await chooseOption(page, way, task.right ?? 0);
            return press(page, way, ".lesson-go");
        case "think":
            return press(page, way, ".lesson-go");
        case "write":
            if (way === "mouse") {
                await page.locator(".lesson-field").click();
            } else {
                await tabTo(page, ".lesson-field");
            }
            await page.keyboard.type("In my own words.");
            return press(page, way, ".lesson-go");
        case "mark":
            await mark(page, way);
            return press(page, way, ".lesson-go");
        case "cell":
            return chooseStrongest(page, way, task.which === "for" ? 1 : -1);
        case "mask":
            return cover(page, way, COVERS[`${lesson.id} ${step.id}`]);
        case "slider":
            return slide(page, way, task.slider, task);
        case "set":
            return set(page, way, task);
        default:
            return assert.fail(`no such task: ${task.kind}`);
    }
}

/** What is hidden now. */
const sight = (page) =>
    page.evaluate(() => ({
        answer: document.querySelector(".headline").hidden && document.querySelector(".classes").hidden,
        map: document.querySelector(".stage .overlay").width === 0 && document.querySelector(".ledger").hidden,
        settings: getComputedStyle(document.querySelector(".film")).display === "none",
    }));

/**
 * Plays a lesson from its list to its end.
 * @param {import("playwright-core").Page} page
 * @param {{lesson: any, way: "mouse" | "keys", language: string, shoot?: (name: string) => Promise<void>,
 *     claims?: Record<string, (page: any) => Promise<void>>}} how `claims`: what a step says, held against the page.
 * @returns {Promise<string>} The code at its end.
 */
export async function play(page, { lesson, way, language, shoot = async () => {}, claims = {} }) {
    for (const [index, step] of lesson.steps.entries()) {
        const title = said(step.title, language);
        await page.waitForFunction((wanted) => document.querySelector(".lesson-title")?.textContent === wanted, title);
        assert.match(await page.locator(".lesson-count").textContent(), new RegExp(`^\\D*${index + 1}\\D+${lesson.steps.length}\\D*$`));
        await whenExplained(page);
        const hide = step.hide ?? [];
        for (const [what, hidden] of Object.entries(await sight(page))) {
            if (hide.includes(what)) {
                assert.ok(hidden, `${lesson.id}, ${step.id}: ${what} is to be hidden`);
            }
        }
        assert.equal(await notices(page), isMedical(lesson, index) ? 1 : 0, `${lesson.id}, ${step.id}: once where it is medical, and over no cup`);
        if (step.task) {
            assert.doesNotMatch((await page.locator(".credit").textContent()).trim(), /^(.{30,}) \1$/, `${step.id}: whose picture it is, once`);
            assert.ok(await page.locator(".lesson-next").isDisabled(), `${step.id} waits`);
            await shoot(`${step.id}-asked`);
            await doTask(page, way, lesson, step);
        }
        await page.waitForFunction(() => !document.querySelector(".lesson-next").disabled);
        if (step.task?.kind === "mark") {
            await page.locator(".lesson-overlaps").waitFor();
        }
        await whenExplained(page);
        if (language === "de") {
            assert.deepEqual(await page.locator(".headline[lang=en]:visible").allTextContents(), [], `${lesson.id}, ${step.id}: the answer is in German`);
        }
        if (step.then) {
            const texts = await page.locator(".lesson-then p").allTextContents();
            assert.equal(texts.length, step.then.length);
            await page.waitForFunction(() => !/\u2026|[{}]/.test(document.querySelector(".lesson-then").textContent + document.querySelector(".lesson-text").textContent));
        }
        await claims[step.id]?.(page);
        await shoot(`${step.id}-done`);
        await press(page, way, ".lesson-next");
    }
    await page.locator(".lesson-code").waitFor();
    const judged = lesson.steps.filter(({ task }) => task?.kind === "choice" && task.right !== undefined).length;
    if (judged > 0) {
        assert.equal((await page.locator(".lesson-score").textContent()).match(/\d+/g).join(" "), `${judged} ${judged}`);
    }
    // From the end, a way leads on to another lesson.
    await page.locator(".lesson-following").waitFor();
    const inSight = await page.locator(".lesson-following").evaluate((button) => {
        const { left, top, bottom, width, height } = button.getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight && button.contains(document.elementFromPoint(left + width / 2, top + height / 2));
    });
    assert.ok(inSight, "the way on is in sight at once");
    await shoot("end");
    return page.locator(".lesson-code").textContent();
}
