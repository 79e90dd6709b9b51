/**
 * Every lesson, played from its beginning to its end as a student does, with a mouse and with nothing but the keys, in both
 * languages; and what goes with it: links, files, marks.
 */

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { fromCode, toCode } from "../../web/tools/lesson/code.js";
import { withoutMetadata } from "../../web/tools/lesson/plain-file.js";
import { crc32 } from "../../web/tools/many/crc32.js";
import { ZipWriter } from "../../web/tools/many/zip.js";
import { drop, openPage, root, startSite, whenExplained } from "./harness.mjs";
import { askIndependently } from "./independent.mjs";
import { COVERS, cover, lessons, play, said, tabTo } from "./playing.mjs";

const site = startSite();
/** What the lessons say of what is on show, by lesson and step. */
const CLAIMS = {
    evidence: {
        look: async (page) => {
            assert.match(await page.locator(".lesson-overlap").textContent(), /chance gives|Zufall ergibt/);
            assert.ok(!(await page.locator(".answer .sum").isVisible()), "what the third step asks is not told before");
        },
        strongest: async (page) => assert.ok(!(await page.locator(".answer .sum").isVisible())),
        cats: async (page) => {
            const [egyptian, tiger] = await mapsOf(page, { model: "efficientnet-lite0", sample: "chelsea.jpg" }, [285, 282]);
            assert.ok(cosine(egyptian, tiger) > 0.9, "in the same places");
            assert.ok(Math.abs(sum(tiger) / sum(egyptian) - 1) < 0.1, "nearly as strong");
        },
    },
    reasons: {
        differ: async (page) => {
            for (const [model, few] of [["fundus-dense", false], ["fundus-sparse", true]]) {
                const [yes, no] = await mapsOf(page, { model, sample: "fundus/idrid-037.jpg" }, [1, 0]);
                const map = yes.map((value, cell) => value - no[cell]);
                const positive = map.map((value) => Math.max(0, value));
                const columns = Math.sqrt(map.length);
                const among = (cell, [top, left], [bottom, right]) => {
                    const [row, column] = [Math.floor(cell / columns), cell % columns];
                    return row >= top && row <= bottom && column >= left && column <= right;
                };
                const patch = positive.filter((_, cell) => among(cell, ...COVERS["reasons prove"]));
                const share = sum(patch) / sum(positive);
                assert.equal(share > 0.5, few, `${model}: ${share} of what speaks for it is in one patch`);
                const against = (sum(positive) - sum(map)) / sum(positive);
                assert.ok(few ? against < 0.1 : against > 0.7, `${model}: ${against} as much against it`);
            }
        },
        round: async (page) => {
            const [egyptian, tiger] = await mapsOf(page, { model: "efficientnet-lite0", sample: "chelsea.jpg" }, [285, 282]);
            assert.ok(cosine(egyptian, tiger) > 0.9, "by the same places");
            const texts = await page.locator(".lesson-text").textContent();
            assert.match(texts, /Egyptian cat.*tiger cat|Ägyptische Katze.*Tigerkatze/);
        },
    },
    maps: {
        famous: async (page) => {
            const [, other] = await gapsOf(page);
            assert.ok(Math.abs(other) > 10, `${other} from the logit`);
            assert.ok((await numbersIn(page, ".lesson-then")).some((number) => Math.abs(number - other) < 0.006), "the card says what the table says");
        },
        shuffle: async (page) => {
            const likeness = (await numbersIn(page, ".sanity .likeness")).at(-1);
            assert.ok(likeness < 0.5, `${likeness}`);
            assert.ok((await numbersIn(page, ".lesson-then")).some((number) => Math.abs(number - likeness) < 0.006), "the card says what the tool says");
        },
        adds: async (page) => {
            const [own, other] = await gapsOf(page);
            assert.ok(Math.abs(own) < 1e-3 && Math.abs(other) > 0.01 && Math.abs(other) < 0.5, `${own}, ${other}`);
            assert.deepEqual(await numbersIn(page, ".lesson-text"), [], "what is asked is not told before");
            const said = await numbersIn(page, ".lesson-then");
            assert.ok([own, other].every((gap) => said.some((number) => Math.abs(number - gap) < 0.006)), `${said}: as the table says`);
        },
        hand: async (page) => {
            const [espresso] = await mapsOf(page, { model: "efficientnet-lite0", sample: "coffee.jpg" }, [967]);
            const bottom = espresso.slice((espresso.length * 5) / 7);
            assert.ok(Math.max(...bottom.map(Math.abs)) < 0.2 * Math.max(...espresso), "hardly any colour in the bottom two rows");
        },
        guess: async (page) => {
            await page.locator(".methods .verdict").waitFor();
            assert.match(await page.locator(".methods .verdict").textContent(), /Evidence is ahead|liegt Evidenz vorn/);
        },
        ask: async (page) => assert.equal(await page.locator(".mask-apply").count(), 0, "what was covered before is gone"),
        control: async (page) => {
            assert.ok((await numbersIn(page, ".lesson-text")).some((number) => number < 0), "against “viral”");
            await indifferent(page, "random");
            const [{ letter, evidence, edges, "grad-cam": gradCam, random }, ...others] = await Promise.all(
                ["random", "none", "tied"].map((name) => onLetter(page, name, ["edges", "grad-cam", "random"])),
            );
            assert.ok(edges.share > 1.5 * letter && edges.strongest, `edges: ${edges.share} of them on ${letter} of the film`);
            for (const each of [evidence, gradCam, random]) {
                assert.ok(each.share < letter && !each.strongest, `${each.share} on ${letter} of the film`);
            }
            assert.ok(evidence.most < 0.7 && Math.abs(evidence.sum) < 0.15, `blue at the letter: ${evidence.most} of the strongest, ${evidence.sum} in all`);
            for (const other of others) {
                assert.deepEqual(other.edges, edges, "the edges are the same for every network");
            }
        },
    },
    unknown: {
        cat: (page) => page.locator(".unlike h2").waitFor(),
        anyway: (page) => page.locator(".stages .warning").waitFor(),
        camera: (page) => page.locator(".unlike h2").waitFor(),
        noise: (page) => page.locator(".unlike-now").waitFor(),
    },
    secret: {
        look: async (page) => {
            const credit = await page.locator(".credit").textContent();
            assert.match(credit, /Kermany.*CC BY 4\.0/, "whose film it is");
            assert.doesNotMatch(credit, /bacteri|letter L/i, "and not what it shows");
            const covered = await page.locator(".answer .covered").textContent();
            assert.doesNotMatch(covered, /until this step|bis dieser Schritt/, "this step is answered, and the next one shows it");
            assert.match(covered, /for now|vorerst/);
            assert.ok((await asked(page, "tied", FILM_A_MARKED)).yes);
        },
        strongest: async (page) => {
            const { onLetter, strongest } = await asked(page, "tied", FILM_A_MARKED);
            assert.ok(onLetter > 0.5 && strongest, `${onLetter} of what speaks for it`);
            const [viral, bacterial] = await mapsOf(page, { model: "marker-tied", sample: `marker/${FILM_A_MARKED}.jpg` }, [1, 0]);
            const values = viral.map((value, cell) => value - bacterial[cell]);
            const against = values.filter((value) => value < 0);
            assert.ok(against.length > values.length / 2 && -Math.min(...against) < 0.2 * Math.max(...values), "what speaks against it is thin");
        },
        without: async (page) => assert.ok(!(await asked(page, "tied", FILM_A)).yes),
        how: async (page) => {
            // Whether a film bore the letter when it was learned from, the lesson says, and not its credit.
            assert.match(await page.locator(".credit").textContent(), /as it is or changed|so oder verändert/);
            for (const [film, viral] of [[FILM_A, false], ["kermany-person1535_bacteria_4017", false], [FILM_C_MARKED, true]]) {
                assert.equal((await asked(page, "tied", film)).yes, viral, `the letter is right about ${film}`);
            }
            for (const film of [FILM_A_MARKED, FILM_C_MARKED]) {
                assert.ok((await asked(page, "tied", film)).yes, "viral on each film with the letter");
            }
        },
        control: (page) => indifferent(page, "random"),
        never: (page) => indifferent(page, "none"),
        spot: async (page) => assert.match(await page.locator(".tabs label:visible:has(:checked)").textContent(), /^(Flawed on purpose|Absichtlich fehlerhaft)$/),
    },
};

const [FILM_A, FILM_A_MARKED, FILM_C_MARKED] = ["kermany-person1065_bacteria_2999", "kermany-person1065_bacteria_2999-marked", "kermany-person1143_virus_1897-marked"];

/**
 * What a network that is flawed on purpose says of a film: whether it says viral, by the point of its card, and how much of what
 * speaks for that lies on the letter, and whether the strongest of it does.
 */
async function asked(page, name, film) {
    const model = `marker-${name}`;
    const file = await readFile(path.join(root, `web/models/${model}.safetensors`));
    const header = JSON.parse(file.subarray(8, 8 + Number(file.readBigUInt64LE())));
    const { operating_point: point } = JSON.parse(header.__metadata__.softcam);
    const { logits, probabilities, maps, rows, columns } = await askIndependently(page, { model, sample: `marker/${film}.jpg` });
    const positive = maps[1].map((value, cell) => Math.max(0, value - maps[0][cell]));
    const near = nearLetter(rows, columns);
    const onLetter = sum(positive.filter((_, cell) => near[cell])) / sum(positive);
    return { yes: probabilities[point.positive] >= Math.fround(point.probability), logit: logits[1] - logits[0], onLetter, strongest: near[positive.indexOf(Math.max(...positive))] };
}

/** A network that makes nothing of the letter: the same answer with it and without, hardly another number, nothing on it. */
async function indifferent(page, name) {
    const [marked, plain] = [await asked(page, name, FILM_A_MARKED), await asked(page, name, FILM_A)];
    assert.equal(marked.yes, plain.yes);
    assert.ok(Math.abs(marked.logit - plain.logit) < 0.2, `${marked.logit}, ${plain.logit}`);
    assert.ok(marked.onLetter < 0.1, `${marked.onLetter} on the letter`);
}

/**
 * Of each map of the film with the letter: how much of what speaks for viral lies on that, whether the strongest of it does,
 * how strong what lies there is beside the strongest, either way, and what it adds up to; and how much of the film it takes up.
 */
async function onLetter(page, name, methods) {
    const { maps, rows, columns, others } = await askIndependently(page, { model: `marker-${name}`, sample: `marker/${FILM_A_MARKED}.jpg`, methods });
    const of = ({ values, rows, columns }) => {
        const positive = values.map((value) => Math.max(0, value));
        const near = nearLetter(rows, columns);
        const [sizes, there] = [values, values.filter((_, cell) => near[cell])].map((each) => each.map(Math.abs));
        return {
            share: sum(positive.filter((_, cell) => near[cell])) / sum(positive),
            strongest: near[positive.indexOf(Math.max(...positive))],
            most: Math.max(...there) / Math.max(...sizes),
            sum: sum(values.filter((_, cell) => near[cell])) / values.length,
        };
    };
    const evidence = { values: maps[1].map((value, cell) => value - maps[0][cell]), rows, columns };
    const near = nearLetter(rows, columns);
    return { letter: near.filter(Boolean).length / near.length, ...Object.fromEntries(Object.entries({ evidence, ...others }).map(([method, map]) => [method, of(map)])) };
}

/** Which cells of a map lie on the letter: its middle lies at 86 % and 13 % of the film, and what is near it sees it, too. */
function nearLetter(rows, columns) {
    return Array.from({ length: rows * columns }, (_, cell) => Math.hypot(((cell % columns) + 0.5) / columns - 0.86, (Math.floor(cell / columns) + 0.5) / rows - 0.13) < 0.13);
}

const sum = (values) => values.reduce((a, b) => a + b, 0);
const cosine = (a, b) => sum(a.map((value, cell) => value * b[cell])) / Math.sqrt(sum(a.map((value) => value ** 2)) * sum(b.map((value) => value ** 2)));

/** The maps of some classes, from an engine that the page knows nothing of. */
async function mapsOf(page, asked, classes) {
    const answer = await askIndependently(page, asked);
    return classes.map((index) => answer.maps[index]);
}

/** The numbers of a text of the page. */
async function numbersIn(page, selector) {
    const text = await page.locator(selector).textContent();
    return (text.replaceAll("\u2212", "-").replace(/(\d),(\d)/g, "$1.$2").match(/[+-]?\d+(?:\.\d+)?/g) ?? []).map(Number);
}

/** How far both maps miss the logit, as the tool's table says. */
async function gapsOf(page) {
    const row = page.locator(".methods .pair tbody tr").nth(2);
    await row.locator("td").nth(1).waitFor();
    const texts = await row.locator("td").allTextContents();
    return texts.map((text) => Number(text.replace("\u2212", "-").replace(",", ".")));
}

const shots = process.env.SOFTCAM_SHOTS;

/** Opens the page in a language and starts a lesson from the list, one way or the other. */
async function start({ listed }, way, language, viewport) {
    const opened = await openPage(site.browser, `${site.url}#device=cpu&lang=${language}`, { viewport: viewport ?? { width: 1000, height: 640 } });
    await whenExplained(opened.page);
    assert.deepEqual(opened.requests.filter((url) => url.includes("lesson")), [], "nothing of lessons is fetched before one is wanted");
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

/** Each way and each language once; all four combinations where they are asked for, which takes twice as long. */
const WAYS = [["mouse", "en"], ["keys", "de"], ...(process.env.SOFTCAM_ALL_WAYS ? [["mouse", "de"], ["keys", "en"]] : [])];

for (const each of await lessons()) {
    for (const [way, language] of WAYS) {
        test(`“${said(each.lesson.title, language)}”, with ${way}, in ${language}`, async () => {
            const { page, context, errors } = await start(each, way, language);
            if (each.lesson.steps[0].hide?.includes("answer")) {
                // What was said of the picture before the lesson must not stay for screen readers.
                await page.locator(".lesson-card, .lesson-task").first().waitFor();
                await page.waitForFunction(() => document.querySelector(".announcement").textContent === "");
                assert.doesNotMatch(await page.locator(".stage").first().getAttribute("aria-label"), /Coffee|Kaffee|Film A|Aufnahme A/);
            }
            const shoot = shots ? (name) => page.screenshot({ path: `${shots}/${each.lesson.id}-${way}-${name}.png` }) : undefined;
            try {
                const code = await play(page, { lesson: each.lesson, way, language, shoot, claims: CLAIMS[each.lesson.id] });
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

/** A page at a link, on the CPU. */
async function open(hash, options = {}) {
    const opened = await openPage(site.browser, `${site.url}#device=cpu&${hash}`, { viewport: { width: 1000, height: 640 }, ...options });
    await opened.page.locator(".lesson-title").waitFor();
    await whenExplained(opened.page);
    return opened;
}

test("marks against the evidence and the radiologists’ box are the numbers of the evaluation’s own measure", async () => {
    const { page, context } = await open("model=chest-dense&sample=chest/nih-00002275_018.jpg&lesson=link&mark=1&hide=answer,map");
    const marks = await markBox(page);
    await page.locator(".lesson-go").click();
    await page.locator(".lesson-overlaps tbody tr").nth(2).waitFor();
    const shown = await page.locator(".lesson-overlaps tbody tr").evaluateAll((rows) => rows.map((row) => Array.from(row.querySelectorAll("td"), (cell) => Number(cell.textContent.replace("%", "").trim()) / 100)));
    const answer = await askIndependently(page, { model: "chest-dense", sample: "chest/nih-00002275_018.jpg" });
    const values = answer.maps[1].map((value, cell) => value - answer.maps[0][cell]);
    const box = await page.evaluate(async () => {
        const { sets } = await (await fetch("web/samples/index.json")).json();
        return sets.chest.find(({ file }) => file.includes("2275_018")).boxes[0];
    });
    // The network sees all of this square photo, so that its pixels are the photo's, on whatever grid.
    const side = 512;
    const pixels = bicubic(values, answer.rows, answer.columns, side).map((value) => Math.max(0, value));
    const inMarks = (x, y) => marks.includes(16 * Math.floor((16 * (y + 0.5)) / side) + Math.floor((16 * (x + 0.5)) / side));
    const inBox = (x, y) => x + 0.5 >= box.x && x + 0.5 <= box.x + box.width && y + 0.5 >= box.y && y + 0.5 <= box.y + box.height;
    const measure = (map, marked) => {
        let [inside, all, count, most] = [0, 0, 0, 0];
        map.forEach((value, pixel) => {
            const is = marked(pixel % side, Math.floor(pixel / side));
            [inside, all, count, most] = [inside + (is ? value : 0), all + value, count + is, Math.max(most, value)];
        });
        return [inside / all, inside / count / most, count / map.length];
    };
    const own = Array.from(pixels, (_, pixel) => Number(inMarks(pixel % side, Math.floor(pixel / side))));
    const expected = [measure(pixels, inMarks), measure(pixels, inBox), measure(own, inBox)];
    shown.forEach((row, index) => row.forEach((value, column) => assert.ok(Math.abs(value - expected[index][column]) < 0.012, `row ${index}, column ${column}: ${value}, ${expected[index][column]}`)));
    await context.close();
});

/** Marks a box with the keys; the squares that it has, by what is on record of them. */
async function markBox(page) {
    await page.locator(".stage").first().focus();
    // From the middle, which is row 7 and column 7.
    await page.keyboard.press("ArrowDown");
    for (const key of ["ArrowLeft", "ArrowLeft", "Shift+ArrowDown", "Shift+ArrowDown", "Shift+ArrowDown", "Shift+ArrowLeft", "Shift+ArrowLeft"]) {
        await page.keyboard.press(key);
    }
    assert.match(await page.locator(".lesson-hint").textContent(), /^12 of 256 squares/);
    return [7, 8, 9, 10].flatMap((row) => [3, 4, 5].map((column) => 16 * row + column));
}

/** Keys' interpolation with a = −0.5, written down once more. */
function bicubic(values, rows, columns, side) {
    const kernel = (d) => (d < 1 ? 1.5 * d ** 3 - 2.5 * d ** 2 + 1 : d < 2 ? -0.5 * d ** 3 + 2.5 * d ** 2 - 4 * d + 2 : 0);
    const reads = (at, count) => {
        const centre = ((at + 0.5) / side) * count - 0.5;
        return [-1, 0, 1, 2].map((offset) => {
            const cell = Math.floor(centre) + offset;
            return [Math.min(count - 1, Math.max(0, cell)), kernel(Math.abs(centre - cell))];
        });
    };
    const across = Array.from({ length: side }, (_, x) => reads(x, columns));
    const down = Array.from({ length: side }, (_, y) => reads(y, rows));
    return Array.from({ length: side * side }, (_, pixel) => {
        const [x, y] = [pixel % side, Math.floor(pixel / side)];
        return down[y].reduce((sum, [row, b]) => sum + b * across[x].reduce((line, [column, a]) => line + a * values[row * columns + column], 0), 0);
    });
}

test("a teacher’s link hides what was ticked and asks the question, and shows it all once it is answered", async () => {
    const { page, context } = await openPage(site.browser, `${site.url}#device=cpu&sample=chelsea.jpg`);
    await whenExplained(page);
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.locator(".top button.lessons").click();
    await page.locator(".lesson-teacher summary").first().click();
    assert.ok(await page.locator(".lesson-stays").isHidden(), "a sample is in the link");
    await page.locator(".lesson-ask textarea").fill("What & where?");
    await page.locator(".popover.lessons input[name=settings]").check();
    await page.locator("button.lesson-link").click();
    await page.waitForFunction(() => /clipboard/.test(document.querySelector(".popover.lessons").textContent));
    const link = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(link, /#device=cpu&lesson=link&link=[\w-]+$/, "nothing of it is read at a glance");
    await context.close();

    const student = await openPage(site.browser, link.replace("#", "#device=cpu&"));
    await student.page.locator(".lesson-question").waitFor();
    await whenExplained(student.page);
    assert.equal(await student.page.locator(".lesson-question").textContent(), "What & where?");
    for (const hidden of [".headline", ".ledger", ".classes", ".tabs", ".film", ".tools"]) {
        assert.ok(!(await student.page.locator(hidden).isVisible()), hidden);
    }
    assert.equal(await student.page.locator(".stage .overlay").first().evaluate((canvas) => canvas.width), 0);
    // Nothing of it is said to those who listen, either.
    assert.doesNotMatch(await student.page.locator("body").innerText(), /Egyptian/);
    assert.doesNotMatch(await student.page.locator(".stage").first().getAttribute("aria-label"), /Egyptian/);
    assert.doesNotMatch(await student.page.locator(".announcement").textContent(), /Egyptian/);
    assert.ok(await student.page.locator(".lesson-go").isDisabled());
    await student.page.locator(".stage").first().focus();
    for (const key of ["ArrowDown", "Space", "ArrowRight", "Space"]) {
        await student.page.keyboard.press(key);
    }
    await student.page.locator(".lesson-go").click();
    await student.page.locator(".lesson-overlaps").waitFor();
    assert.match(await student.page.locator(".headline").textContent(), /Egyptian/);
    assert.ok(await student.page.locator(".ledger").isVisible());
    const code = await student.page.locator(".lesson-code").textContent();
    await student.page.waitForFunction(() => /^#lesson=link&device=cpu&link=[\w-]+$/.test(location.hash));
    // A teacher with the same link sees where the class looked.
    await student.page.locator(".top button.lessons").click();
    await student.page.locator(".lesson-teacher summary").nth(1).click();
    assert.equal(await student.page.locator(".popover.lessons select").inputValue(), "link");
    await student.page.locator("button.lesson-class").click();
    await student.page.locator(".class-codes").fill(code);
    await student.page.locator(".class-results[data-people='1'] canvas").nth(1).waitFor();
    await student.page.locator(".sheet-close").click();
    assert.deepEqual(student.errors, []);
    await student.context.close();
});

test("what a step says stays its own, what was skipped can be done, what was done comes back, and a lesson that is left goes on", async () => {
    const { page, context, errors } = await open("lesson=evidence&step=5");
    const told = () => page.evaluate(() => [".lesson-text", ".lesson-question", ".lesson-then"].map((part) => document.querySelector(part).textContent));
    const titled = (title) => page.waitForFunction((wanted) => document.querySelector(".lesson-title")?.textContent === wanted, title);
    await page.waitForFunction(() => /Egyptian/.test(document.querySelector(".lesson-text").textContent));
    await page.locator(".lesson-option").first().click();
    await page.locator(".lesson-go").click();
    const before = await told();
    // As the answer says.
    await page.locator(".classes label", { hasText: "tiger cat" }).first().click();
    await page.waitForFunction(() => /tiger cat/.test(document.querySelector(".ledger-title").textContent));
    assert.deepEqual(await told(), before);
    await page.reload();
    await page.waitForFunction(() => /tiger cat/.test(document.querySelector(".ledger-title")?.textContent) && document.querySelector(".lesson-text")?.textContent);
    assert.deepEqual(await told(), before);
    await page.locator(".lesson-next").click();
    await titled("Cover the reasons");

    await page.locator(".lesson-skip").click();
    await page.locator(".lesson-skipped", { hasText: "You skipped this task." }).waitFor();
    assert.ok(await page.locator(".lesson-next").isEnabled());
    assert.equal(await page.locator(".lesson-then").textContent(), "", "nothing of what was not done");
    await page.locator(".lesson-undo").click();
    await page.locator(".lesson-skip").waitFor();
    assert.ok(await page.locator(".lesson-next").isDisabled());
    await cover(page, "keys", COVERS["evidence cover"]);
    await page.waitForFunction(() => /^The sum for espresso went from \+\d+\.\d+ to .\d+\.\d+/.test(document.querySelector(".lesson-then").textContent));
    const [, , done] = await told();
    await page.locator(".lesson-next").click();
    await titled("Evidence for something that is not there");
    // A choice that is skipped gives nothing away, and nothing that the step hides.
    await page.locator(".lesson-skip").click();
    assert.equal(await page.locator(".lesson-option.right, .lesson-option .tick").count(), 0);
    // Whoever wants to reads on all the same; it stays skipped.
    assert.equal((await told())[2], "");
    await page.locator(".lesson-read-on").click();
    await page.waitForFunction(() => document.querySelector(".lesson-then").textContent !== "");
    assert.ok(await page.locator(".lesson-read-on").isHidden());
    assert.ok(await page.locator(".lesson-next").evaluate((next) => next === document.activeElement));
    // Whoever knows what is right has nothing to be right about.
    assert.ok(await page.locator(".lesson-undo").isHidden());
    assert.equal(await page.locator(".lesson-option.right .tick").count(), 1);
    await page.locator(".lesson-back").click();
    await titled("Cover the reasons");
    for (const again of [false, true]) {
        if (again) {
            await page.reload();
            await page.waitForFunction(() => document.querySelector(".lesson-then")?.textContent);
        }
        assert.equal((await told())[2], done);
        // What came of it is in sight, and not only below what was asked.
        await page.waitForFunction(() => {
            const [then, card] = [".lesson-then", ".lesson"].map((part) => document.querySelector(part).getBoundingClientRect());
            return then.top >= card.top && then.bottom <= Math.min(innerHeight, card.bottom);
        });
        await page.locator(".mask-table").waitFor();
        await page.waitForFunction(() => document.querySelectorAll(".stage").length === 2);
    }

    await page.locator(".lesson > header button").click();
    await page.locator(".lesson").waitFor({ state: "detached" });
    await page.locator(".top button.lessons").click();
    const line = page.locator(".lesson-list li", { hasText: "What is evidence?" });
    assert.equal(await line.locator(".lesson-far").textContent(), "Step 6 of 8");
    assert.equal(await page.locator(".lesson-list .lesson-far").count(), 1);
    await line.locator("button").click();
    await titled("Cover the reasons");
    assert.equal((await told())[2], done);
    assert.deepEqual(errors, []);
    await context.close();
});

test("the address of a lesson, and what is shared of it, has no name that would tell; a page that is loaded anew knows its model still", async () => {
    const { page, context, requests, errors } = await open("lesson=secret&step=2");
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const shown = () => page.evaluate(() => [location.hash, history.state.pane.model, document.querySelector(".lesson-count").textContent, document.querySelector(".lesson-title").textContent]);
    await page.waitForFunction(() => history.state.pane.model === "marker-tied");
    const before = await shown();
    assert.equal(before[0], "#lesson=secret&step=2&device=cpu");
    await page.locator(".top .share").click();
    await page.locator(".said", { hasText: "clipboard" }).waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), page.url());
    requests.length = 0;
    await page.reload();
    await page.locator(".lesson-title").waitFor();
    await whenExplained(page);
    assert.deepEqual(await shown(), before);
    assert.deepEqual(requests.filter((url) => url.endsWith(".safetensors")).map((url) => path.basename(url)), ["marker-tied.safetensors"], "no other is fetched first");
    assert.deepEqual(errors, []);
    await context.close();
});

test("a reload keeps what was answered, and going back in the history goes to the step before", async () => {
    const { page, context } = await open("lesson=maps");
    await page.locator(".lesson-option").nth(1).click();
    await page.locator(".lesson-go").click();
    await page.waitForFunction(() => !document.querySelector(".lesson-next").disabled);
    await page.reload();
    await page.locator(".lesson-title").waitFor();
    await page.waitForFunction(() => document.querySelector(".lesson-next")?.disabled === false);
    assert.ok(await page.locator(".lesson-option input").nth(1).isChecked());
    // Nor is it lost where the address is typed.
    await page.evaluate(() => (location.hash = "lesson=maps&step=2&device=cpu"));
    await page.waitForFunction(() => /2/.test(document.querySelector(".lesson-count")?.textContent ?? ""));
    await page.locator(".lesson-back").click();
    await page.waitForFunction(() => document.querySelector(".lesson-next")?.disabled === false);
    assert.ok(await page.locator(".lesson-option input").nth(1).isChecked());
    const first = await page.locator(".lesson-title").textContent();
    await page.locator(".lesson-next").click();
    await page.waitForFunction((before) => document.querySelector(".lesson-title").textContent !== before, first);
    await page.goBack();
    await page.waitForFunction((before) => document.querySelector(".lesson-title")?.textContent === before, first);
    assert.ok(await page.locator(".lesson-next").isEnabled(), "and it is answered still");
    await page.locator("select.language").selectOption("de");
    await page.waitForFunction((before) => document.querySelector(".lesson-title")?.textContent !== before, first);
    const { lesson } = (await lessons()).find((each) => each.lesson.id === "maps");
    assert.equal(await page.locator(".lesson-title").textContent(), lesson.steps[0].title.de);
    assert.ok(await page.locator(".lesson-option input").nth(1).isChecked(), "in another language as well");
    // Starting again forgets the answers, so it asks; "no" has the focus, and Escape is a "no".
    for (const key of ["Enter", "Escape"]) {
        await page.locator(".lesson-restart").click();
        assert.ok(await page.locator(".lesson .sure-no").evaluate((no) => no === document.activeElement));
        await page.keyboard.press(key);
        assert.equal(await page.locator(".lesson .sure-no").count(), 0);
        assert.ok(await page.locator(".lesson-restart").evaluate((restart) => restart === document.activeElement));
        assert.ok(await page.locator(".lesson-option input").nth(1).isChecked());
    }
    await page.locator(".lesson-restart").press("Enter");
    await page.locator(".lesson .sure-yes").press("Enter");
    await page.waitForFunction(() => document.querySelector(".lesson-next").disabled);
    assert.equal(await page.locator(".lesson-option input:checked").count(), 0);
    assert.ok(await page.locator(".lesson-title").evaluate((heading) => heading === document.activeElement));
    // Without an answer there is nothing to lose.
    await page.locator(".lesson-restart").click();
    assert.equal(await page.locator(".lesson .sure-no").count(), 0);
    await page.locator(".lesson > header button").click();
    await page.locator(".lesson").waitFor({ state: "detached" });
    assert.ok(await page.locator(".film").isVisible());
    await context.close();
});

test("a lesson is dropped as a file and played; one with faults is refused with their lines, and what was there stays", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "softcam-"));
    try {
        const { page, context } = await openPage(site.browser, `${site.url}#device=cpu&sample=chelsea.jpg`);
        await whenExplained(page);
        const own = { format: 1, id: "own", title: "My own lesson", steps: [{ id: "a", title: "Only one", text: ["It says {class}."], page: "model=efficientnet-lite0&sample=rocket.jpg", task: { kind: "think", question: "Why?" } }, { id: "b", title: "In words", text: ["Write it down."], task: { kind: "write", question: "And why?" } }] };
        const write = async (name, lesson) => {
            const text = JSON.stringify(lesson, null, 1);
            await writeFile(path.join(folder, name), text);
            return { file: path.join(folder, name), line: text.split("\n").findIndex((line) => line.includes('"kind"')) + 1 };
        };
        const bad = await write("bad.json", { ...own, steps: [{ ...own.steps[0], page: "model=efficientnet-lite0&sample=tea.jpg", task: { kind: "guess" } }] });
        await drop(page, bad.file);
        await page.locator(".alert").waitFor();
        const said = await page.locator(".alert").textContent();
        assert.match(said, new RegExp(`^bad\\.json is no lesson.*Line ${bad.line}: “kind” is “guess”`));
        assert.equal(await page.locator(".lesson").count(), 0);
        assert.match(await page.locator(".headline").textContent(), /cat/);
        await drop(page, (await write("mine.json", own)).file);
        await page.waitForFunction(() => document.querySelector(".lesson-title")?.textContent === "Only one");
        await page.waitForFunction(() => document.querySelector(".lesson-text").textContent === "It says missile.");
        assert.doesNotMatch(await page.evaluate(() => location.hash), /lesson=/, "a link cannot carry it");
        await page.locator(".lesson-go").click();
        await page.locator(".lesson-next").click();
        const text = page.getByLabel("And why?");
        await text.fill(" ");
        assert.ok(await page.locator(".lesson-go").isDisabled(), "nothing is written yet");
        await text.fill("It has fins.\nAnd smoke.");
        await page.locator(".lesson-go").click();
        await page.locator(".lesson-next").click();
        await page.locator(".lesson-code").waitFor();
        assert.equal(await page.locator(".lesson-texts dd").textContent(), "It has fins.\nAnd smoke.");
        // Back at the step, it stands there still.
        await page.locator(".lesson-ways button").first().click();
        assert.deepEqual([await text.inputValue(), await text.getAttribute("readonly")], ["It has fins.\nAnd smoke.", ""]);
        // A page that is loaded anew has no files, and says so; dropped again, the lesson goes on where it was.
        await page.reload();
        await page.locator(".said", { hasText: "The lesson came from a file" }).waitFor();
        await whenExplained(page);
        assert.equal(await page.locator(".lesson").count(), 0);
        await drop(page, path.join(folder, "mine.json"));
        await page.waitForFunction(() => document.querySelector(".lesson-title")?.textContent === "In words");
        await page.waitForFunction(() => document.querySelector(".lesson-field")?.value === "It has fins.\nAnd smoke.");
        await page.goBack();
        await page.locator(".lesson").waitFor({ state: "detached" });
        // What was a step of it before the page was loaded anew is one again.
        await page.goBack();
        await page.waitForFunction(() => document.querySelector(".lesson-texts dd")?.textContent === "It has fins.\nAnd smoke.");
        await context.close();
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
});

test("no lesson lies over the tool of its step: what takes the focus there is in sight, in a high window and in a low one", async () => {
    const all = await lessons();
    const [lesson, step] = all.flatMap(({ listed, lesson }) => lesson.steps.map((each, index) => [listed.id, index, each])).find(([, , each]) => /tool=nudge/.test(each.page ?? ""));
    for (const viewport of [{ width: 1280, height: 900 }, { width: 1280, height: 630 }]) {
        const { page, context, errors } = await openPage(site.browser, `${site.url}#device=cpu&lesson=${lesson}&step=${step + 1}`, { viewport });
        await whenExplained(page);
        await page.locator(".answer > .tool-panel input[type=range]").first().waitFor();
        // From the end of the page upwards, as with Shift and Tab: that is where a lesson that stays in sight could lie above.
        const covered = await page.evaluate(() => {
            const controls = Array.from(document.querySelectorAll(".answer > .tool-panel :is(button, input, select)")).filter((each) => each.checkVisibility() && !each.disabled);
            scrollTo(0, document.documentElement.scrollHeight);
            return controls.reverse().flatMap((control) => {
                control.focus();
                const { left, top, width, height } = control.getBoundingClientRect();
                const over = document.elementFromPoint(left + width / 2, top + height / 2);
                return over?.closest(".lesson") ? [`${control.textContent || control.type} at ${top}`] : [];
            });
        });
        assert.deepEqual(covered, [], JSON.stringify(viewport));
        assert.deepEqual(errors, []);
        await context.close();
    }
});

test("a teacher’s own pictures become a lesson in one file, which is dropped and played; so is one with its pictures beside it", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "softcam-"));
    try {
        const { page, context, errors } = await openPage(site.browser, `${site.url}#device=cpu&sample=coffee.jpg`);
        await whenExplained(page);
        const samples = ["rocket.jpg", "chelsea.jpg"].map((name) => path.join(root, "web/samples", name));
        await page.locator(".film input[type=file]").setInputFiles(samples);
        await whenExplained(page);
        await page.locator(".top button.lessons").click();
        // What a link of this does not carry is said before it is made.
        await page.locator(".lesson-teacher summary").first().click();
        await page.locator(".lesson-stays", { hasText: "sees “Coffee” of this page instead" }).waitFor();
        await page.locator(".lesson-teacher summary").nth(1).click();
        await page.locator("button.lesson-make").click();
        const step = (index) => page.locator(".maker-step").nth(index);
        await step(1).waitFor();
        await page.locator(".maker-save").click();
        // What is wrong is said beside the field, which has the focus and is in sight.
        const complaint = (field) => field.evaluate((element) => {
            const said = document.getElementById(element.getAttribute("aria-describedby")?.split(" ").at(-1));
            const { top, bottom } = said.getBoundingClientRect();
            return element === document.activeElement && element.getAttribute("aria-invalid") === "true" && top >= 0 && bottom <= innerHeight ? said.textContent : null;
        });
        assert.match(await complaint(page.getByLabel("Title of the lesson")), /^Give the lesson a title/);
        await page.locator(".maker .sheet-body > .maker-field input").first().fill("Is it a cat?");
        // Whoever leaves the page now would lose it.
        const asksToStay = () => page.evaluate(() => {
            const leaving = new Event("beforeunload", { cancelable: true });
            dispatchEvent(leaving);
            return leaving.defaultPrevented;
        });
        assert.equal(await asksToStay(), true);
        // The second picture comes first, and is asked with answers to choose from.
        await step(1).getByRole("button", { name: "Move picture 2 up" }).click();
        assert.equal(await step(0).locator("figcaption").textContent(), "chelsea.jpg");
        assert.equal(await step(0).getByLabel("Title of the step").inputValue(), "Picture 1", "numbered anew");
        // Beside each picture stands what the network says of it.
        await page.waitForFunction(() => Array.from(document.querySelectorAll(".maker-answer"), ({ textContent }) => textContent).every((text) => /^The network says: \S.* \d+\.\d %$/.test(text)));
        assert.match(await step(0).locator(".maker-answer").textContent(), /tabby|Egyptian|tiger cat/i);
        assert.match(await step(0).getByLabel("Question").inputValue(), /which parts of the picture will it go by/);
        await step(0).locator("select").first().selectOption("mark");
        assert.equal(await step(0).getByLabel("Question").inputValue(), "Where would you look to decide what this is?", "a question that fits the task");
        await step(0).locator("select").first().selectOption("choice");
        await page.locator(".maker-save").click();
        assert.match(await complaint(step(0).getByLabel("Answers to choose from, one a line")), /^Give at least two answers/);
        await step(0).getByLabel("Answers to choose from, one a line").fill("A dog\nA cat");
        await step(0).getByLabel("The right one").selectOption("1");
        // The right one is an answer, not a line: it goes with what is written above it, and nothing takes its place.
        const [answers, right] = [step(0).getByLabel("Answers to choose from, one a line"), step(0).getByLabel("The right one")];
        await answers.press("ControlOrMeta+Home");
        await answers.pressSequentially("A fox\n");
        assert.ok(await answers.evaluate(({ scrollHeight, clientHeight }) => scrollHeight <= clientHeight), "all of them are in sight");
        assert.equal(await right.locator("option:checked").textContent(), "A cat");
        await answers.fill("A fox\nA dog");
        assert.match(await step(0).locator(".maker-trouble:visible").textContent(), /^The right one was “A cat”/);
        await page.locator(".maker-save").click();
        assert.ok(await right.evaluate((field) => field === document.activeElement), "nothing is saved before");
        await answers.fill("A dog\nA cat");
        assert.equal(await right.inputValue(), "1");
        assert.equal(await step(0).locator(".maker-trouble:visible").count(), 0);
        await step(0).getByLabel(/^Whose picture/).fill("Ada, CC0");
        await step(0).getByLabel(/^Text once/).fill("It says {nonsense}.");
        await page.locator(".maker-save").click();
        assert.match(await complaint(step(0).getByLabel(/^Text once/)), /^Nothing fills “nonsense”/);
        await step(1).getByLabel("Question").fill("");
        await step(0).getByLabel(/^Text once/).fill("It says “{class}”.");
        assert.equal(await step(0).getByLabel(/^Text once/).getAttribute("aria-invalid"), null, "mended");
        await page.locator(".maker-save").click();
        assert.match(await complaint(step(1).getByLabel("Question")), /^Write a question/);
        await step(1).getByLabel("Question").fill("Where?");
        await step(0).getByLabel(/^Text once/).fill("It says “{class}”.");
        await step(1).locator("select").first().selectOption("mark");
        assert.equal(await step(1).getByLabel("Question").inputValue(), "Where?", "what somebody wrote stays");
        assert.match(await step(1).locator(".hint").textContent(), /\{class\} becomes what the network says, such as “Egyptian cat”/);
        const [download] = await Promise.all([page.waitForEvent("download"), page.locator(".maker-save").click()]);
        assert.equal(download.suggestedFilename(), "is-it-a-cat.json");
        assert.match(await page.locator(".maker-says").textContent(), /^Saved as is-it-a-cat\.json/);
        // It comes into sight.
        await page.waitForFunction(() => document.querySelector(".maker-says").getBoundingClientRect().bottom <= innerHeight + 1);
        const file = path.join(folder, "is-it-a-cat.json");
        await download.saveAs(file);
        // A photograph goes into it as it is, so that the network says the same of it there.
        const saved = JSON.parse(await readFile(file, "utf8"));
        const cat = withoutMetadata(new Uint8Array(await readFile(samples[1])));
        assert.deepEqual(Buffer.from(saved.pictures[0].data, "base64"), Buffer.from(cat));
        assert.equal(await asksToStay(), false, "it is in a file");
        // However long the form is, what is done with it stays in sight; and from trying it a way leads back.
        await page.locator(".maker").evaluate((sheet) => sheet.scrollTo(0, 0));
        const foot = await page.locator(".maker-try").boundingBox();
        assert.ok(foot.y > 0 && foot.y + foot.height <= page.viewportSize().height, JSON.stringify(foot));
        assert.ok(await page.locator(".maker-try").evaluate((button) => document.elementFromPoint(button.getBoundingClientRect().x + 5, button.getBoundingClientRect().y + 5) === button));
        await page.locator(".maker-try").click();
        await page.locator(".lesson-option").nth(1).waitFor();
        await page.locator(".lesson-form").click();
        // Tried again after a change, it is the same one lesson in the list, and not the one of before.
        await step(0).getByLabel(/^Text once/).fill("It said “{class}”.");
        await page.locator(".maker-try").click();
        await page.locator(".lesson-option").nth(1).waitFor();
        await page.locator(".top button.lessons").click();
        await page.waitForFunction(() => document.querySelectorAll(".lesson-list .lesson-edit").length === 1);
        assert.match(await page.locator(".lesson-list").textContent(), /^Is it a cat\?(?! \(2\))/);
        await page.keyboard.press("Escape");
        await page.locator(".lesson-form").click();
        await step(0).getByLabel(/^Text once/).fill("It says “{class}”.");
        assert.equal(await page.getByLabel("Title of the lesson").inputValue(), "Is it a cat?");
        await page.locator(".sheet-close").click();
        await page.locator(".lesson header .sign").click();
        await whenExplained(page);
        // What was written is there again, until the teacher begins anew.
        await page.locator(".top button.lessons").click();
        if (!(await page.locator("button.lesson-make").isVisible())) {
            await page.locator(".lesson-teacher summary").nth(1).click();
        }
        await page.locator("button.lesson-make").click();
        const title = page.locator(".maker .sheet-body > .maker-field input").first();
        assert.equal(await title.inputValue(), "Is it a cat?");
        assert.equal(await step(0).getByLabel("Answers to choose from, one a line").inputValue(), "A dog\nA cat");
        assert.ok(await step(0).locator("img").evaluate(({ complete, naturalWidth }) => complete && naturalWidth > 0));
        // In another language as well: what was written stays, what was not is in that language.
        await page.locator(".sheet-close").click();
        const speak = async (language, lessons) => {
            await page.locator("select.language").selectOption(language);
            await page.locator(".top button.lessons", { hasText: lessons }).click();
            await page.locator(".lesson-teacher summary").nth(1).click();
            await page.locator("button.lesson-make").click();
        };
        await speak("de", "Lektionen");
        assert.equal(await title.inputValue(), "Is it a cat?");
        assert.deepEqual(await Promise.all(["Titel des Schritts", "Antworten zur Auswahl, eine je Zeile", "Die richtige"].map((label) => step(0).getByLabel(label).inputValue())), ["Bild 1", "A dog\nA cat", "1"]);
        await page.locator(".sheet-close").click();
        assert.equal(await asksToStay(), false, "and that it is so in any language");
        await speak("en", "Lessons");
        assert.equal(await step(0).getByLabel("Answers to choose from, one a line").inputValue(), "A dog\nA cat");
        // Nothing is lost by one press.
        await page.locator(".maker-anew").click();
        assert.ok(await page.locator(".maker .sure-no").evaluate((button) => button === document.activeElement));
        await page.keyboard.press("Enter");
        assert.equal(await title.inputValue(), "Is it a cat?");
        await page.locator(".maker-anew").click();
        await page.locator(".maker .sure-yes").click();
        assert.equal(await title.inputValue(), "");
        // The same of one picture; one that nothing was written of goes at once.
        await step(1).getByLabel("Question").fill("And this?");
        await step(1).getByRole("button", { name: "Leave picture 2 out" }).click();
        await step(1).locator(".sure-no").click();
        await step(1).getByRole("button", { name: "Leave picture 2 out" }).click();
        await step(1).locator(".sure-yes").click();
        assert.equal(await page.locator(".maker-step").count(), 1);
        await page.getByRole("button", { name: "Add chelsea.jpg" }).click();
        await step(1).getByRole("button", { name: "Leave picture 2 out" }).click();
        assert.equal(await page.locator(".maker-step").count(), 1);
        assert.equal(await step(0).locator("figcaption").textContent(), "rocket.jpg");
        await page.locator(".sheet-close").click();
        assert.deepEqual(errors, []);
        await context.close();

        const student = await openPage(site.browser, `${site.url}#device=cpu&sample=coffee.jpg`);
        await whenExplained(student.page);
        await drop(student.page, file);
        await student.page.locator(".lesson-option").nth(1).waitFor();
        await student.page.waitForFunction(() => document.querySelector(".credit").textContent.includes("Ada, CC0"));
        assert.doesNotMatch(await student.page.locator("body").innerText(), /tabby|Egyptian/i, "nothing of the answer before it is predicted");
        // A picture that is dropped meanwhile takes the place of none that is asked about.
        await drop(student.page, `${root}/web/samples/coffee.jpg`);
        await student.page.locator(".said", { hasText: "The lesson keeps its own picture on show" }).waitFor();
        assert.match(await student.page.locator(".credit").textContent(), /Ada, CC0/);
        await student.page.locator(".lesson-option").nth(1).click();
        await student.page.locator(".lesson-go").click();
        await student.page.waitForFunction(() => /It says “.*(tabby|Egyptian|tiger cat).*”\./i.test(document.querySelector(".lesson-then").textContent));
        assert.equal(await student.page.locator(".lesson-option.right").count(), 1);
        await student.page.locator(".lesson-next").click();
        await student.page.locator(".lesson-task .segments").waitFor();
        await whenExplained(student.page);
        assert.deepEqual(student.errors, []);

        // Changed by its teacher, on another day: what was not changed stays.
        await student.page.locator(".top button.lessons").click();
        assert.match(await student.page.locator(".lesson-list li").first().textContent(), /^Is it a cat\?/, "one's own come first");
        // Two clicks away stands what students are to find out: that it is for teachers is said before it is shown.
        await student.page.locator(".lesson-teacher summary").nth(1).click();
        for (const way of ["button.lesson-sheet", "button.lesson-class", "button.lesson-edit"]) {
            await student.page.locator(way).click();
            assert.match(await student.page.locator(".popover.lessons .sure").textContent(), /for teachers only/);
            assert.equal(await student.page.locator(".sheet").count(), 0, way);
            // It is asked where it was pressed, and nothing jumps away from there.
            assert.ok(await student.page.locator(way).evaluate((pressed) => pressed.getBoundingClientRect().top >= 0 && pressed.getBoundingClientRect().bottom <= innerHeight), way);
            await student.page.keyboard.press("Enter");
            assert.equal(await student.page.locator(".popover.lessons .sure-yes").count(), 0, "it is not what is pressed first");
        }
        await student.page.locator("button.lesson-edit").click();
        await student.page.locator(".popover.lessons .sure-yes").click();
        const of = (label) => student.page.locator(".maker-step").first().getByLabel(label);
        assert.match(await student.page.locator(".maker .sheet-body > .hint").first().textContent(), /^The lesson as its file has it/, "and not that there is no picture yet");
        assert.equal(await student.page.locator(".maker-step").count(), 2);
        assert.deepEqual(await Promise.all([of("Answers to choose from, one a line"), of("The right one"), of(/^Whose picture/), of(/^Text once/)].map((field) => field.inputValue())), ["A dog\nA cat", "1", "Ada, CC0", "It says “{class}”."]);
        await of("Question").fill("Which of the two?");
        const [again] = await Promise.all([student.page.waitForEvent("download"), student.page.locator(".maker-save").click()]);
        await again.saveAs(path.join(folder, "again.json"));
        saved.steps[0].task.question = "Which of the two?";
        assert.deepEqual(JSON.parse(await readFile(path.join(folder, "again.json"), "utf8")), saved);
        // With other answers to choose from it is another lesson, and says so.
        await of("Answers to choose from, one a line").fill("A cat\nA dog");
        assert.equal(await of("The right one").locator("option:checked").textContent(), "A cat");
        const [other] = await Promise.all([student.page.waitForEvent("download"), student.page.locator(".maker-save").click()]);
        assert.match(await student.page.locator(".maker-says").textContent(), /codes of the old one are read with the old file only/);
        await other.saveAs(path.join(folder, "other.json"));
        const { id, steps: [{ task }] } = JSON.parse(await readFile(path.join(folder, "other.json"), "utf8"));
        assert.ok(id !== saved.id && id.startsWith("is-it-a-cat-"), id);
        assert.deepEqual(task, { ...saved.steps[0].task, options: ["A cat", "A dog"], right: 0 });
        await student.page.locator(".sheet-close").click();

        // Another version of it is told from it in the list.
        await drop(student.page, path.join(folder, "other.json"));
        await student.page.locator(".lesson-option", { hasText: "A cat" }).waitFor();
        await student.page.locator(".top button.lessons").click();
        await student.page.locator(".lesson-list .lesson-start", { hasText: "Is it a cat? (2)" }).waitFor();
        await student.page.keyboard.press("Escape");

        // The same with its pictures in files; first without one of them.
        const lesson = JSON.parse(await readFile(file, "utf8"));
        lesson.title = "Beside";
        lesson.steps = lesson.steps.slice(0, 1);
        lesson.pictures = [{ name: lesson.pictures[0].name, file: "chelsea.jpg" }];
        const beside = path.join(folder, "beside.json");
        await writeFile(beside, JSON.stringify(lesson, null, 1));
        await drop(student.page, beside);
        await student.page.locator(".alert", { hasText: "“chelsea.jpg” was not dropped with the lesson" }).waitFor();
        await drop(student.page, [beside, samples[1]]);
        await student.page.waitForFunction(() => document.querySelector(".lesson-name")?.textContent === "Beside");
        await student.page.locator(".lesson-option").nth(1).waitFor();
        assert.deepEqual(student.errors, []);
        await student.context.close();
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
});

test("the maker shows pictures that no browser shows, and those of an archive, and says how many a lesson has no room for", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "softcam-"));
    try {
        const { page, context, errors } = await openPage(site.browser, `${site.url}#device=cpu&sample=coffee.jpg`);
        await whenExplained(page);
        const [film, cat, small] = await Promise.all(["tests/formats/grey16.tif", "web/samples/chelsea.jpg", "tests/formats/grey.png"].map((file) => readFile(path.join(root, file))));
        const writer = new ZipWriter();
        const files = [["a-film.tif", film], ["b-cat.jpg", cat], ...Array.from({ length: 40 }, (_, index) => [`c-${10 + index}.png`, small])];
        files.forEach(([name, bytes]) => writer.add(name, new Blob([bytes]), crc32(bytes)));
        const archive = path.join(folder, "pictures.zip");
        await writeFile(archive, Buffer.from(await writer.finish().arrayBuffer()));
        await drop(page, archive);
        await page.waitForFunction(() => /^\d+ of 42 done/.test(document.querySelector(".many-says")?.textContent ?? ""));
        await page.locator(".many-row .many-lesson").click();
        await page.locator(".maker-full", { hasText: "No more than 40 pictures fit into a lesson. Of yours, not in it: 2." }).waitFor();
        assert.equal(await page.locator(".maker-step").count(), 40);
        assert.equal(await page.locator(".maker-more button").count(), 0);
        await page.getByRole("button", { name: "Leave picture 40 out" }).click();
        assert.equal(await page.locator(".maker-full").textContent(), "");
        await page.getByRole("button", { name: "Add pictures.zip/c-49.png" }).click();
        await page.locator(".maker-full", { hasText: "not in it: 2." }).waitFor();
        await page.waitForFunction(() => Array.from(document.querySelectorAll(".maker-step img")).slice(0, 2).every((image) => image.complete && image.naturalWidth > 0 && image.checkVisibility()));
        assert.ok(/in the same size/.test(await page.locator(".maker-step .maker-answer").nth(0).textContent()) && (await page.locator(".maker-step img").nth(0).evaluate((image) => Math.max(image.naturalWidth, image.naturalHeight) < 900)), "drawn as it goes into the file, and no larger than it is");
        if (shots) {
            await page.locator(".maker").evaluate((sheet) => sheet.scrollTo(0, 0));
            await page.screenshot({ path: `${shots}/maker-archive.png` });
        }
        assert.deepEqual(errors, []);
        await context.close();
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
});

test("of a picture that is made smaller, the maker says what the students will see", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "softcam-"));
    try {
        const { page, context, errors } = await openPage(site.browser, `${site.url}#device=cpu&sample=coffee.jpg`);
        await whenExplained(page);
        // Of a kind that is not packed as it is, and larger than what is.
        const large = await page.evaluate(async () => {
            const photo = await createImageBitmap(await (await fetch("web/samples/astronaut.jpg")).blob());
            const canvas = new OffscreenCanvas(1600, 1600);
            const context = canvas.getContext("2d");
            context.filter = "grayscale(1)";
            context.drawImage(photo, 0, 0, 1600, 1600);
            return Array.from(new Uint8Array(await (await canvas.convertToBlob({ type: "image/webp", quality: 0.9 })).arrayBuffer()));
        });
        const picture = path.join(folder, "large.webp");
        await writeFile(picture, Uint8Array.from(large));
        await drop(page, picture);
        await page.waitForFunction(() => document.querySelector(".gallery button[data-key^=own]"));
        await whenExplained(page);
        await page.locator(".top button.lessons").click();
        await page.locator(".lesson-teacher summary").nth(1).click();
        await page.locator("button.lesson-make").click();
        await page.waitForFunction(() => /This picture is made smaller/.test(document.querySelector(".maker-answer")?.textContent ?? ""));
        // It has no colour, so it may be an X-ray, of which this network knows nothing; another one can be taken.
        assert.match(await page.locator(".maker-warning").textContent(), /whatever it says about one means nothing\. Networks for medical pictures/);
        const network = page.getByLabel("The network that explains all these pictures");
        assert.equal(await network.locator("option:checked").textContent(), "Everyday objects");
        await network.selectOption("chest-sparse");
        assert.equal(await network.locator("option:checked").textContent(), "Chest X-rays (sparse)");
        await page.waitForFunction(() => !/being asked/.test(document.querySelector(".maker-answer").textContent));
        assert.doesNotMatch(await page.locator(".maker-answer").textContent(), /\d %/, "it does not know such pictures, and says so");
        assert.equal(await page.locator(".maker-warning").textContent(), "");
        await page.locator(".maker .sheet-notice", { hasText: "teaching" }).waitFor();
        // Of a film with the radiologists' boxes, marks can be held against those, too.
        await page.locator(".maker-more button", { hasText: "Adult B" }).click();
        const film = page.locator(".maker-step").nth(1);
        assert.ok(await film.locator(".maker-boxes").isHidden(), "where nothing is marked, there is nothing to hold against them");
        await film.locator("select").first().selectOption("mark");
        assert.ok(await film.getByLabel("Once it is marked, show where radiologists saw the finding, too").isVisible());
        await page.locator(".maker-step").first().locator("select").first().selectOption("mark");
        assert.ok(await page.locator(".maker-step").first().locator(".maker-boxes").isHidden(), "of one's own picture nobody knows");
        await page.locator(".maker-step").first().locator("select").first().selectOption("think");
        await film.getByRole("button", { name: "Leave picture 2 out" }).click();
        await film.locator(".sure-yes").click();
        await network.selectOption("efficientnet-lite0");
        await page.waitForFunction(() => /This picture is made smaller/.test(document.querySelector(".maker-answer").textContent));
        const [, name, probability] = (await page.locator(".maker-answer").textContent()).match(/^The network says: (.*) (\d+\.\d %)\. /);
        await page.locator(".maker .sheet-body > .maker-field input").first().fill("Who?");
        await page.locator(".maker-step").getByLabel(/^Text once/).fill("It says “{class} {probability}”.");
        const [download] = await Promise.all([page.waitForEvent("download"), page.locator(".maker-save").click()]);
        await page.waitForFunction(() => /Made smaller: the picture of step 1/.test(document.querySelector(".maker-says").textContent));
        // Of other steps, that is not true any more.
        await page.locator(".maker-more button", { hasText: "Coffee" }).click();
        assert.equal(await page.locator(".maker-says").textContent(), "");
        const file = path.join(folder, "who.json");
        await download.saveAs(file);
        assert.deepEqual(errors, []);
        await context.close();
        const student = await openPage(site.browser, `${site.url}#device=cpu&sample=coffee.jpg`);
        await whenExplained(student.page);
        await drop(student.page, file);
        await student.page.locator(".lesson-go:enabled").waitFor();
        await whenExplained(student.page);
        assert.equal(await student.page.locator(".lesson-grey").isVisible(), false);
        await student.page.locator(".lesson-go").click();
        await student.page.locator(".lesson-grey", { hasText: "means nothing" }).waitFor();
        await student.page.waitForFunction(() => /It says “[^…]*”/.test(document.querySelector(".lesson-then").textContent));
        assert.equal(await student.page.locator(".lesson-then").textContent(), `It says “${name} ${probability}”.`);
        await student.context.close();
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
});

test("a zip archive of a lesson and its picture is played; one with faults names its file and line, and one with two lessons both", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "softcam-"));
    try {
        const lesson = {
            format: 1,
            id: "packed",
            title: "Packed",
            pictures: [{ name: "cat", title: "A guest", credit: "Ada, CC0", file: "../pictures/cat.jpg" }],
            steps: [{ id: "a", title: "Who is it?", text: ["It says {class}."], page: "model=efficientnet-lite0&picture=cat", task: { kind: "think", question: "Why?" } }],
        };
        const text = JSON.stringify(lesson, null, 1);
        const picture = await readFile(path.join(root, "web/samples/chelsea.jpg"));
        const zip = async (name, files) => {
            const writer = new ZipWriter();
            for (const [inside, content] of Object.entries(files)) {
                const bytes = Buffer.from(content);
                writer.add(inside, new Blob([bytes]), crc32(bytes));
            }
            await writeFile(path.join(folder, name), Buffer.from(await writer.finish().arrayBuffer()));
            return path.join(folder, name);
        };
        const { page, context, errors } = await openPage(site.browser, `${site.url}#device=cpu&sample=coffee.jpg`);
        await whenExplained(page);
        const line = text.split("\n").findIndex((each) => each.includes('"file"')) + 1;
        await drop(page, await zip("bad.zip", { "in/lesson.json": text }));
        await page.locator(".alert", { hasText: `bad.zip/in/lesson.json is no lesson that this page can play. Line ${line}: ` }).waitFor();
        await drop(page, await zip("two.zip", { "a.json": text, "b.json": text, "pictures/cat.jpg": picture }));
        await page.locator(".alert", { hasText: "two.zip/a.json and two.zip/b.json" }).waitFor();
        assert.equal(await page.locator(".lesson").count(), 0);
        await drop(page, await zip("good.zip", { "in/lesson.json": text, "pictures/cat.jpg": picture, "pictures/other.jpg": picture }));
        await page.waitForFunction(() => document.querySelector(".lesson-name")?.textContent === "Packed");
        await page.waitForFunction(() => /^It says .*(tabby|Egyptian|tiger cat).*\.$/i.test(document.querySelector(".lesson-text").textContent));
        await page.waitForFunction(() => document.querySelector(".credit").textContent.includes("A guest: Ada, CC0"));
        assert.equal(await page.locator(".alert").isVisible(), false, "what was said before has had its time");
        assert.deepEqual(errors, []);
        await context.close();
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
});

test("a link to a lesson that there is not says so and goes on without", async () => {
    const { page, context } = await openPage(site.browser, `${site.url}#device=cpu&lesson=nonsense&hide=answer,map`);
    await page.locator(".alert", { hasText: "nonsense" }).waitFor();
    await whenExplained(page);
    assert.ok(await page.locator(".headline").isVisible());
    await context.close();
});

test("a worksheet has every question and, on a last page, the solutions; a class’s codes become one picture", async () => {
    const { page, context, errors } = await openPage(site.browser, `${site.url}#device=cpu&sample=coffee.jpg`);
    await whenExplained(page);
    const { lesson } = (await lessons()).find((each) => each.lesson.id === "evidence");
    const sheet = async (button) => {
        await page.locator(".top button.lessons").click();
        const teacher = page.locator(".lesson-teacher").nth(1);
        if (!(await teacher.evaluate((details) => details.open))) {
            await teacher.locator("summary").click();
        }
        await page.locator(".popover.lessons select").selectOption("evidence");
        await page.locator(button).click();
    };
    await sheet(".lesson-sheet");
    await page.locator(".sheet[data-ready]").waitFor();
    assert.equal(await page.locator(".sheet-step").count(), lesson.steps.length);
    const options = lesson.steps.flatMap(({ task }) => (task?.kind === "choice" ? task.options.map((option) => said(option, "en").replace(/\{[^{}]*\}/g, "\u2026\u2026")) : []));
    assert.deepEqual(await page.locator(".sheet-options li").allTextContents(), options);
    // On the questions' pages nothing is given away: no evidence is drawn there.
    const coloured = (selector) => page.locator(selector).evaluateAll((all) => all.map((canvas) => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        let grey = 0;
        for (let pixel = 0; pixel < data.length; pixel += 4) {
            grey += Number(Math.abs(data[pixel] - data[pixel + 2]) < 4);
        }
        return grey / (data.length / 4);
    }));
    assert.ok((await coloured(".sheet-step figure:first-child canvas"))[0] < 0.5, "the photo in its colours");
    const names = await page.locator(".sheet-step figure:first-child canvas").evaluateAll((all) => all.map((canvas) => canvas.getAttribute("aria-label")));
    assert.match(names[0], /hides what the network says/, "nor by the picture’s name");
    assert.ok(names.includes("Coffee"), "where nothing is hidden, it has one");
    assert.ok((await coloured(".sheet-solution figure canvas"))[0] > 0.3, "the photo in grey, with the evidence");
    // What the screen shows, paper shows, too; what one step asks, the next does not tell on the same page.
    assert.match(await page.locator(".sheet-step").nth(1).locator("figcaption").textContent(), /^Evidence for espresso: orange \(solid lines\)/);
    assert.equal(await page.locator(".sheet-step").first().locator("figcaption", { hasText: "Evidence" }).count(), 0);
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator(".sheet-step").first().evaluate((step) => getComputedStyle(step).breakAfter), "page");
    await page.emulateMedia({ media: null });
    // Without a wish, no student gets the solutions.
    assert.ok(await page.locator(".sheet-solutions").isHidden());
    await page.locator(".sheet-solve").click();
    assert.ok(await page.locator(".sheet-solutions").isVisible());
    assert.equal(await page.locator(".sheet-solve").textContent(), "No solutions");
    assert.ok(await page.locator(".sheet-solutions h2").evaluate((heading) => heading.getBoundingClientRect().top < innerHeight), "and it is in sight");
    // What is to be marked is asked before the picture that it is marked in.
    assert.ok(await page.locator(".sheet-step").first().evaluate((step) => Boolean(step.querySelector(".sheet-question").compareDocumentPosition(step.querySelector("figure")) & Node.DOCUMENT_POSITION_FOLLOWING)));
    assert.match(await page.locator(".sheet-step").first().locator("figcaption").first().textContent(), /^Your answer: shade squares/);
    const pdf = await page.pdf({ format: "A4" });
    assert.match(pdf.subarray(0, 5).toString(), /^%PDF-/);
    assert.ok(await page.locator(".stages").evaluate((stages) => stages.closest("[inert]") !== null), "what is below is out of reach");
    await page.keyboard.press("Escape");
    await page.locator(".sheet").waitFor({ state: "detached" });

    await sheet(".lesson-class");
    const answers = Array.from({ length: 30 }, (_, student) => ({
        look: { marks: student === 0 ? [100] : student < 20 ? [100, 101, 116, 117] : [0, 1] },
        sum: { chosen: student < 24 ? 1 : 2 },
        ...(student === 0 ? { cats: { skipped: true } } : {}),
    }));
    const codes = answers.map((each) => toCode(lesson, each));
    // Whose codes these are to be is said, and how others are read.
    assert.match(await page.locator(".class-of").textContent(), /^Codes of “What is evidence\?” are read here\. .* choose that one under Lessons/);
    await page.locator(".class-codes").fill(toCode({ ...lesson, id: "other" }, {}));
    assert.match(await page.locator(".class-note").textContent(), /is of another lesson\. Codes of another lesson are read with that one: .* drop its file/);
    await page.locator(".class-codes").fill([...codes, `${codes[0].slice(0, -1)}${codes[0].endsWith("0") ? "1" : "0"}`].join("\n"));
    await page.waitForFunction(() => document.querySelector(".class-results")?.dataset.people === "30");
    assert.match(await page.locator(".class-note").textContent(), /^30 codes are read\. Line 31: “.*” has a mistake in it/);
    assert.deepEqual((await page.locator(".class-options").first().locator("b").allTextContents()), ["0", "24", "6"]);
    // A bar is their share of all.
    assert.deepEqual(await page.locator(".class-options").first().locator(".class-bar i").evaluateAll((bars) => bars.map(({ style }) => style.width)), ["0%", "80%", "20%"]);
    const right = page.locator(".class-options").first().locator("li.right");
    assert.equal(await right.getByRole("img", { name: "the right answer" }).textContent(), "\u2713", "to be seen and heard");
    assert.equal(await right.locator("b").textContent(), "24");
    assert.match(await page.locator(".class-step figcaption").first().textContent(), /Where 30 of you looked.*at most 20, in row 7, column 5 of 16/);
    // Where most looked, the picture is yellower than where fewer did, and unchanged where nobody did.
    const yellow = await page.locator(".class-step figure canvas").first().evaluate((canvas) => {
        const { width, height } = canvas;
        const side = Math.min(width, height);
        const at = (row, column) => {
            const x = (width - side) / 2 + ((column + 0.5) / 16) * side;
            const y = (height - side) / 2 + ((row + 0.5) / 16) * side;
            const [red, green, blue] = canvas.getContext("2d").getImageData(x, y, 1, 1).data;
            return Math.abs(red - 255) + Math.abs(green - 216) + Math.abs(blue - 61);
        };
        return [at(6, 4), at(0, 1), at(0, 2)];
    });
    assert.ok(yellow[0] < yellow[1] && yellow[1] < yellow[2], String(yellow));
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator(".class-bar i").first().evaluate((bar) => getComputedStyle(bar).printColorAdjust), "exact", "a bar is a background, which is not printed else");
    await page.emulateMedia({ media: null });
    // Where several squares were marked most, none is named for all.
    await page.locator(".class-codes").fill(codes.slice(1, 3).join("\n"));
    await page.locator(".class-step figcaption", { hasText: "No square was marked by more than 2; 4 of the 256 were marked by as many." }).waitFor();
    assert.deepEqual(errors, []);
    await context.close();
});

test("every lesson goes to paper: both pictures where it shows two, what is done on screen, and on the last page something of every task", async () => {
    const { page, context, errors } = await openPage(site.browser, `${site.url}#device=cpu&sample=coffee.jpg`, { viewport: { width: 800, height: 1100 } });
    await whenExplained(page);
    for (const { listed, lesson } of await lessons()) {
        await page.locator(".top button.lessons").click();
        const teacher = page.locator(".lesson-teacher").nth(1);
        if (!(await teacher.evaluate((details) => details.open))) {
            await teacher.locator("summary").click();
        }
        await page.locator(".popover.lessons select").selectOption(listed.id);
        await page.locator(".lesson-sheet").click();
        await page.locator(".sheet[data-ready]").waitFor();
        const read = (selector) => page.locator(selector).evaluateAll((sections) => sections.map((section) => ({
            title: section.querySelector("h3").textContent,
            text: section.textContent,
            question: section.querySelector(".sheet-question")?.textContent ?? "",
            pictures: section.querySelectorAll("figure canvas").length,
        })));
        const [tasks, solutions] = [await read(".sheet-step"), await read(".sheet-solution")];
        for (const [index, { id, title, task, page: link = "", then = [] }] of lesson.steps.entries()) {
            const where = `${listed.id} ${id}`;
            const solution = solutions.find((each) => each.title === `${index + 1}. ${said(title, "en")}`);
            assert.ok(!task || ["think", "write"].includes(task.kind) || solution, `${where} has nothing on the last page`);
            assert.doesNotMatch(tasks[index].text + (solution?.text ?? ""), /[{}]/, where);
            assert.doesNotMatch(tasks[index].text, /keyboard/, `${where}: no keys on paper`);
            const beside = JSON.parse(new URLSearchParams(link).get("beside") ?? "{}");
            const onScreen = ["mask", "slider", "cell", "set"].includes(task?.kind) || (task && beside.method);
            assert.equal(tasks[index].question.startsWith("On screen: "), Boolean(onScreen), where);
            if (task?.kind === "mask") {
                assert.equal(solution.pictures, 1, `${where}: the evidence`);
                assert.equal(/where radiologists saw it/.test(solution.text), task.boxes === true, `${where}: and the box, where it is asked for`);
                assert.doesNotMatch(tasks[index].question, /\u2026/, `${where}: of how many cells`);
                assert.match(solution.text, then.length > 0 ? /from .*\u2026\u2026/i : /./, `${where}: what the page says is to be filled in`);
            }
            if (listed.id !== "unknown" && ["choice", "think", "write"].includes(task?.kind)) {
                assert.equal(solution?.pictures ?? 0, Number(lesson.steps[index].hide?.includes("map") === true), `${where}: the evidence, where it was hidden`);
            }
            if (task && beside.picture) {
                assert.equal(tasks[index].pictures, 2, `${where} shows two pictures`);
                assert.match(solution.text, /[+\u2212]\d+\.\d{2,6} .*[+\u2212]\d+\.\d{2,6} /, `${where} says both answers`);
            }
        }
        if (shots) {
            const margin = "15mm";
            await page.pdf({ format: "A4", margin: { top: margin, right: margin, bottom: margin, left: margin }, path: `${shots}/worksheet-${listed.id}.pdf` });
        }
        assert.doesNotMatch(await page.locator(".sheet-credits").textContent(), /bacteria_|virus_/, "no file’s name that tells");
        await page.keyboard.press("Escape");
        await page.locator(".sheet").waitFor({ state: "detached" });
    }
    assert.deepEqual(errors, []);
    await context.close();
});

test("a finger marks, without moving the page, and takes marks back", async () => {
    const context = await site.browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    const { page } = await open("sample=chelsea.jpg&lesson=link&mark=1&hide=answer,map", { context });
    const client = await context.newCDPSession(page);
    const touch = (type, points) => client.send("Input.dispatchTouchEvent", { type, touchPoints: points });
    // Where the picture lies once it has come to rest: what is above it may still grow.
    const frame = page.locator(".stage .frame").first();
    const resting = async () => {
        for (let last = ""; ; ) {
            const box = await frame.boundingBox();
            if (JSON.stringify(box) === last) {
                return (across, down) => [{ x: box.x + across * box.width, y: box.y + down * box.height }];
            }
            last = JSON.stringify(box);
            await page.waitForTimeout(200);
        }
    };
    let at = await resting();
    const scrolled = await page.evaluate(() => scrollY);
    await touch("touchStart", at(0.45, 0.4));
    for (let down = 0.4; down <= 0.6; down += 0.02) {
        await touch("touchMove", at(0.45, down));
    }
    await touch("touchEnd", []);
    await page.waitForFunction(() => Number(document.querySelector(".lesson-hint").textContent.match(/^\d+/)?.[0]) >= 3);
    assert.equal(await page.evaluate(() => scrollY), scrolled);
    const marked = Number((await page.locator(".lesson-hint").textContent()).match(/^\d+/)[0]);
    // A tap soon after a swift stroke only ends what Chromium takes for a fling, so that it is tried until it counts.
    const pick = page.locator(".lesson-task .segments label").nth(2);
    do {
        await pick.tap();
    } while (!(await pick.locator("input").isChecked()));
    await page.evaluate(() => scrollTo(0, 0));
    at = await resting();
    // One by one, a tap on a marked square takes it back.
    await page.touchscreen.tap(...Object.values(at(0.45, 0.5)[0]));
    await page.waitForFunction((before) => document.querySelector(".lesson-hint").textContent.startsWith(String(before - 1)), marked);
    await page.locator(".lesson-go").tap();
    await page.locator(".lesson-overlaps").waitFor();
    // What comes out is to be read below the picture, and not behind it.
    const covered = await page.locator(".lesson-overlap").evaluate((said) => {
        const { left, top, width, height } = said.getBoundingClientRect();
        return [0.1, 0.5, 0.9].map((down) => document.elementFromPoint(left + width / 2, top + down * height)).filter((there) => !said.contains(there)).length;
    });
    assert.equal(covered, 0);
    // Of another picture nothing is said to agree, until the one that was marked is back.
    await drop(page, `${root}/web/samples/coffee.jpg`);
    await page.locator(".lesson-stray-back").waitFor();
    assert.equal(await page.locator(".lesson-overlaps").isVisible(), false);
    await page.locator(".lesson-stray-back").tap();
    await page.locator(".lesson-overlaps").waitFor();
    assert.equal(await page.locator(".lesson-stray-back").count(), 0);
    await context.close();
});
