/**
 * Every lesson, played from its beginning to its end as a student does, with a mouse and with nothing but the keys, in both
 * languages; and what goes with it: links, files, marks.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fromCode } from "../../web/tools/lesson/code.js";
import { openPage, startSite, whenExplained } from "./harness.mjs";
import { lessons, play, said, tabTo } from "./playing.mjs";

const site = startSite();
const shots = process.env.SOFTCAM_SHOTS;

/** Opens the page in a language and starts a lesson from the list, one way or the other. */
async function start({ listed }, way, language, viewport) {
    const opened = await openPage(site.browser, `${site.url}#device=cpu&lang=${language}`, { viewport: viewport ?? { width: 1000, height: 640 } });
    await whenExplained(opened.page);
    if (way === "mouse") {
        await opened.page.locator(".top button.lessons").click();
        await opened.page.locator(".lesson-start", { hasText: said(listed.title, language) }).click();
    } else {
        await tabTo(opened.page, ".top button.lessons");
        await opened.page.keyboard.press("Enter");
        await opened.page.locator(".lesson-start").first().waitFor();
        await tabTo(opened.page, `.lesson-start[data-key=${listed.id}]`);
        await opened.page.keyboard.press("Enter");
    }
    return opened;
}

for (const each of await lessons()) {
    for (const [way, language] of [["mouse", "en"], ["keys", "de"]]) {
        test(`“${said(each.lesson.title, language)}”, with ${way}, in ${language}`, async () => {
            const { page, context, errors } = await start(each, way, language);
            const shoot = shots ? (name) => page.screenshot({ path: `${shots}/${each.lesson.id}-${way}-${name}.png` }) : undefined;
            try {
                const code = await play(page, { lesson: each.lesson, way, language, shoot });
                const answers = fromCode(each.lesson, code);
                for (const { id, task } of each.lesson.steps.filter((step) => step.task)) {
                    assert.ok(answers[id], `${id} is in the code`);
                    assert.ok(task.kind !== "mark" || answers[id].marks.length > 3, `${id} has its marks`);
                    assert.equal(answers[id].chosen, task.kind === "choice" ? (task.right ?? 0) : undefined);
                }
                assert.deepEqual(errors, []);
            } catch (error) {
                if (shots) {
                    await page.screenshot({ path: `${shots}/failed.png` });
                }
                throw error;
            } finally {
                await context.close();
            }
        });
    }
}
