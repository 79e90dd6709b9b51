/**
 * Where a lesson stands: whatever the window's size, neither its tool nor its picture is covered by it, and whatever takes the
 * focus can be seen.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage, startSite, whenExplained } from "./harness.mjs";
import { isMedical, lessons, notices } from "./playing.mjs";

const site = startSite();
const SIZES = [
    { width: 1280, height: 900 },
    { width: 1280, height: 630 },
    { width: 1000, height: 620 },
    { width: 390, height: 700 },
];

/** One step for every tool that a lesson opens. */
async function stepsWithTools() {
    const steps = new Map();
    for (const { listed, lesson } of await lessons()) {
        for (const [index, { page = "", hide = [] }] of lesson.steps.entries()) {
            const tool = new URLSearchParams(page).get("tool");
            // Where the answer is hidden, so is the tool.
            if (tool && !hide.includes("answer") && !steps.has(tool)) {
                steps.set(tool, `lesson=${listed.id}&step=${index + 1}`);
            }
        }
    }
    return steps;
}

/** Boxes of the card, the tool and the picture, as far as they are in the window; and whether two of them overlap. */
const boxes = (page) =>
    page.evaluate(() => {
        const part = (selector) => {
            const box = document.querySelector(selector)?.getBoundingClientRect();
            return box && { top: Math.max(0, box.top), bottom: Math.min(innerHeight, box.bottom), left: Math.max(0, box.left), right: Math.min(innerWidth, box.right) };
        };
        const [card, tool, picture] = [".lesson", ".answer > .tool-panel", ".stages"].map(part);
        const overlap = (a, b) => Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) * Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
        return { card, tool, picture, cardOverTool: overlap(card, tool), cardOverPicture: overlap(card, picture), toolOverPicture: overlap(tool, picture), pictureHeight: picture.bottom - picture.top };
    });

for (const viewport of SIZES) {
    test(`at ${viewport.width} by ${viewport.height} the card covers neither the tool nor the picture, and no control is covered`, async () => {
        for (const [tool, place] of await stepsWithTools()) {
            const { page, context, errors } = await openPage(site.browser, `${site.url}#device=cpu&${place}`, { viewport });
            await page.locator(".answer > .tool-panel :is(button, input, select):visible").first().waitFor();
            await whenExplained(page);
            const begun = await boxes(page);
            const where = `${tool}, ${place}: ${JSON.stringify(begun)}`;
            assert.equal(begun.cardOverTool, 0, where);
            assert.ok(begun.pictureHeight >= 200, where);
            if (viewport.width > 900) {
                assert.deepEqual([begun.cardOverPicture, begun.toolOverPicture], [0, 0], where);
            }
            // What stays in sight lies over nothing that takes the focus, whichever way it is come by.
            const covered = await page.evaluate(() => {
                const controls = Array.from(document.querySelectorAll(".answer :is(.lesson, .tool-panel) :is(button, input, select, summary)")).filter((each) => each.checkVisibility() && !each.disabled);
                const hit = (control) => {
                    control.focus();
                    const { left, top, width, height } = control.getBoundingClientRect();
                    const there = document.elementFromPoint(left + width / 2, top + height / 2);
                    const named = control.closest("label") ?? control;
                    return there !== null && (named.contains(there) || there.contains(control)) ? [] : [`${control.className || control.type || control.textContent} at ${Math.round(top)}, under ${there?.className}`];
                };
                scrollTo(0, document.documentElement.scrollHeight);
                const upwards = controls.toReversed().flatMap(hit);
                scrollTo(0, 0);
                return [...upwards, ...controls.flatMap(hit)];
            });
            assert.deepEqual(covered, [], where);
            // Brought to the top, as where it is opened, the tool comes out from below what stays in sight.
            const at = await page.evaluate(() => {
                const panel = document.querySelector(".answer > .tool-panel");
                // At once: what arrives in between would move it.
                panel.scrollIntoView({ block: "start" });
                const { left, top } = panel.getBoundingClientRect();
                return panel.contains(document.elementFromPoint(left + 12, top + 12));
            });
            assert.ok(at, `${tool}, ${place}: its beginning is covered`);
            assert.deepEqual(errors, []);
            await context.close();
        }
    });
}

/** In the language with the longer words where there is least room. */
for (const [viewport, language] of [[{ width: 1280, height: 720 }, "en"], [{ width: 1024, height: 600 }, "de"], [{ width: 390, height: 844 }, "de"]]) {
    test(`at ${viewport.width} by ${viewport.height}, in ${language}, every step begins at its top, with its task and the ways on in sight`, async () => {
        for (const { listed, lesson } of await lessons()) {
            const { page, context, errors } = await openPage(site.browser, `${site.url}#device=cpu&lang=${language}&lesson=${listed.id}`, { viewport });
            for (const [index, { title }] of lesson.steps.entries()) {
                await page.evaluate((hash) => (location.hash = hash), `#device=cpu&lang=${language}&lesson=${listed.id}&step=${index + 1}`);
                await page.waitForFunction((wanted) => document.querySelector(".lesson-title")?.textContent === wanted, title[language]);
                await whenExplained(page);
                await page.waitForFunction(() => !/\u2026/.test(document.querySelector(".lesson-question:not([hidden])")?.textContent ?? ""));
                const { covered, scrolled, lines, more, captions } = await page.evaluate(async () => {
                    // What came with the step has its size after one frame, and the card its place in the next.
                    for (let frame = 0; frame < 3; frame++) {
                        await new Promise(requestAnimationFrame);
                    }
                    const coverOf = (element) => {
                        const { left, top, width, height } = element.getBoundingClientRect();
                        const over = [0.1, 0.5, 0.9].map((down) => document.elementFromPoint(left + Math.min(width / 2, 40), top + down * height));
                        const bad = over.find((there) => there === null || !(element.contains(there) || there.contains(element)) || there.closest(".lesson") === null);
                        return bad === undefined ? [] : [`${element.className} at ${Math.round(top)} of ${innerHeight}, under ${bad?.className}: ${element.textContent}`];
                    };
                    const parts = [".lesson-title", ".lesson-question", ".lesson-hint", ".lesson-option", ".lesson-go", ".lesson-skip", ".lesson-next"];
                    const shown = parts.flatMap((part) => Array.from(document.querySelectorAll(`.lesson ${part}`))).filter((each) => each.checkVisibility() && each.textContent !== "");
                    const [read, text] = [".lesson-read", ".lesson-text > p"].map((part) => document.querySelector(part).getBoundingClientRect());
                    return {
                        // Of what is to be read before the task, and not only of its title.
                        lines: (Math.min(read.bottom, text.bottom) - text.top) / parseFloat(getComputedStyle(document.querySelector(".lesson-text > p")).lineHeight),
                        // Whether there is more to read than is in sight, and whether that is said.
                        more: [document.querySelector(".lesson-read")].map((each) => [each.scrollHeight > each.clientHeight + 4, document.querySelector(".lesson-more").checkVisibility()])[0],
                        captions: Array.from(document.querySelectorAll(".panes .caption")).filter((each) => each.checkVisibility()).map((each) => {
                            const [{ top }, stage] = [each, each.closest(".stage")].map((part) => part.getBoundingClientRect());
                            return (top - stage.top) / stage.height;
                        }),
                        covered: shown.flatMap(coverOf),
                        scrolled: [".lesson-read", ".lesson-body"].map((part) => document.querySelector(part).scrollTop),
                    };
                });
                assert.deepEqual([covered, scrolled], [[], [0, 0]], `${listed.id}, step ${index + 1}`);
                assert.ok(lines >= 0.99, `${listed.id}, step ${index + 1}: ${lines} lines of its text are in sight`);
                assert.equal(await notices(page), isMedical(lesson, index) ? 1 : 0, `${listed.id}, step ${index + 1}`);
                assert.equal(more[0], more[1], `${listed.id}, step ${index + 1}: that there is more is said`);
                // Where pictures are small, what stands on them covers nothing at their top, where letters are.
                assert.ok(viewport.width > 900 || captions.every((at) => at > 0.5), `${listed.id}, step ${index + 1}: ${captions}`);
            }
            assert.deepEqual(errors, []);
            await context.close();
        }
    });
}

test("what a task still misses is said where the tool is, although the card is out of sight", async () => {
    const { page, context, errors } = await openPage(site.browser, `${site.url}#device=cpu&lesson=evidence&step=6`, { viewport: { width: 1280, height: 630 } });
    await page.locator(".mask-apply").waitFor();
    await whenExplained(page);
    // One cell in a corner changes no answer.
    await page.locator(".stage").first().focus();
    await page.keyboard.press("ArrowDown");
    for (let presses = 0; presses < 12; presses++) {
        await page.keyboard.press("ArrowUp");
        await page.keyboard.press("ArrowLeft");
    }
    await page.keyboard.press("Space");
    await page.evaluate(() => document.querySelector(".mask-apply").scrollIntoView({ block: "start" }));
    await page.locator(".mask-apply").click();
    await page.locator(".said", { hasText: "Not yet" }).waitFor();
    // Below the picture, and not over what was covered there, nor over the card or the tool.
    const over = await page.evaluate(() => {
        const [said, answer, picture] = [".said", ".answer", ".stages"].map((part) => document.querySelector(part).getBoundingClientRect());
        return [said.right > answer.left, picture.bottom - said.top > said.height / 4];
    });
    assert.deepEqual(over, [false, false]);
    // It is what the card says; and from there, every cover is taken off at once.
    assert.match(await page.locator(".lesson-hint").textContent(), /^Not yet: the answer stays the same\. One cell is covered in all\./);
    // Back at the card, it is not said twice.
    await page.locator(".lesson-hint").evaluate((hint) => hint.scrollIntoView({ block: "center" }));
    await page.waitForFunction(() => document.querySelector(".said").hidden);
    await page.locator(".lesson-uncover").click();
    await page.waitForFunction(() => Array.from(document.querySelectorAll(".stage")).filter((each) => each.checkVisibility()).length === 1);
    assert.ok(await page.locator(".lesson-uncover").isHidden());
    assert.match(await page.locator(".lesson-hint").textContent(), /^Draw a box/);
    // A tool that is closed can be had again: the task needs it.
    assert.ok(await page.locator(".lesson-tool").isHidden());
    await page.locator(".tool-panel > header button.sign").click();
    await page.locator(".mask-apply").waitFor({ state: "detached" });
    await page.locator(".lesson-tool", { hasText: "Open “Ask back” again" }).click();
    await page.locator(".mask-apply").waitFor();
    assert.ok(await page.locator(".lesson-tool").isHidden());
    assert.deepEqual(errors, []);
    await context.close();
});
