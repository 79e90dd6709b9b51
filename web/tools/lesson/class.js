/**
 * The results of a class: pasted codes become, for every task, one picture or one count. Nothing of it is kept or sent.
 *
 * @module
 */

import { MARKS } from "../../evidence/grid.js";
import { atPixels, inCells, overlapOf } from "../../evidence/overlap.js";
import { t } from "../../text/index.js";
import { percent } from "../../text/numbers.js";
import { make } from "../../ui/dom.js";
import { readCodes } from "./codes.js";
import { said } from "./library.js";
import { creditOf, drawBoxes, drawShares, drawn, solve } from "./pictures.js";
import { tick } from "./tick.js";

/** @typedef {import("../../page/state.js").LessonAnswer} LessonAnswer */
/** @typedef {import("./library.js").Lesson} Lesson */
/** @typedef {import("./library.js").Step} Step */
/** @typedef {import("./pictures.js").Tools} Tools */
/** @typedef {Record<string, LessonAnswer>} Answers */

/**
 * How many marked each square.
 * @param {readonly Answers[]} answers
 * @param {string} step
 */
export function countsOf(answers, step) {
    const counts = Array(MARKS.rows * MARKS.columns).fill(0);
    const marked = answers.flatMap((each) => (each[step]?.marks ? [each[step].marks] : []));
    marked.forEach((marks) => marks?.forEach((cell) => (counts[cell] += 1)));
    return { counts: /** @type {number[]} */ (counts), people: marked.length };
}

/**
 * @param {import("./sheet.js").Sheet} sheet
 * @param {Lesson} lesson
 * @param {Tools & {fail: (error: unknown) => void}} tools
 */
export async function fill(sheet, lesson, tools) {
    const field = make("textarea", { className: "class-codes", attributes: { rows: 6, spellcheck: "false", autocomplete: "off" } });
    const note = make("p", { className: "class-note", attributes: { role: "status" } });
    const results = make("div", { className: "class-results" });
    /** Pictures that are drawn already, by page. @type {Map<string, Promise<Pictured>>} */
    const drawings = new Map();
    let [running, changed] = [false, false];
    // Codes that are typed, or pasted in a browser that tells of every line: one run at a time, for the newest.
    const show = async () => {
        changed = true;
        while (changed && !running && !sheet.closed) {
            [running, changed] = [true, false];
            const { read } = readCodes(lesson, field.value);
            try {
                const parts = read.length > 0 ? await partsOf(lesson, read, tools, drawings) : [];
                if (!changed && !sheet.closed) {
                    results.replaceChildren(...parts);
                    results.dataset.people = String(read.length);
                }
            } catch (error) {
                sheet.close();
                tools.fail(error);
            }
            running = false;
        }
    };
    field.addEventListener("input", () => {
        const { read, bad } = readCodes(lesson, field.value);
        const faults = bad.map(({ code, what, line }) => t("lesson.class.bad", { line, code: code.slice(0, 24), what: t(`lesson.code.${what}`) }));
        const others = bad.some(({ what }) => what === "lesson") ? [t("lesson.class.others")] : [];
        note.textContent = [t("lesson.class.read", { count: read.length }), ...faults, ...others].join(" ");
        void show();
    });
    sheet.body.replaceChildren(
        make("h2", { text: said(lesson.title) }),
        make("p", { className: "hint class-of", text: t("lesson.class.of", { name: said(lesson.title) }) }),
        make("label", { className: "class-field" }, [t("lesson.class.paste"), field]),
        note,
        results,
    );
    field.focus();
}

/**
 * @param {Lesson} lesson
 * @param {Answers[]} answers
 * @param {Tools} tools
 * @param {Map<string, Promise<Pictured>>} drawings
 */
async function partsOf(lesson, answers, tools, drawings) {
    /** @type {HTMLElement[]} */
    const parts = lesson.medical ? [make("p", { className: "sheet-notice", text: t("notice.teaching") })] : [];
    let page = "";
    for (const step of lesson.steps) {
        page = step.page ?? page;
        if (!step.task) {
            continue;
        }
        const given = answers.map((each) => each[step.id]).filter(Boolean);
        const skipped = given.filter((answer) => answer.skipped).length;
        const what = step.task.kind === "choice" ? [choicesOf(step.task, given)] : step.task.kind === "mark" ? marksOf(tools, await pictured(tools, page, drawings), answers, step) : [make("p", { text: t("lesson.class.done", { count: given.length - skipped }) })];
        parts.push(
            make("section", { className: "class-step" }, [
                make("h3", { text: said(step.title) }),
                make("p", { text: said(step.task.question).replace(/\{[^{}]*\}/g, "\u2026") }),
                ...what,
                ...(skipped > 0 ? [make("p", { className: "hint", text: t("lesson.class.skipped", { count: skipped }) })] : []),
            ]),
        );
    }
    return parts;
}

/** @param {import("./library.js").ChoiceTask} task @param {LessonAnswer[]} given */
function choicesOf({ options, right }, given) {
    const counts = options.map((_, index) => given.filter(({ chosen }) => chosen === index).length);
    // Of all who chose: a bar over the whole width is everybody.
    const all = Math.max(1, counts.reduce((sum, count) => sum + count, 0));
    return make(
        "ul",
        { className: "class-options" },
        options.map((option, index) => {
            const bar = make("i", { attributes: { "aria-hidden": true } });
            bar.style.width = `${(100 * counts[index]) / all}%`;
            const named = make("span", {}, right === index ? [said(option), " ", tick()] : [said(option)]);
            return make("li", { className: right === index ? "right" : undefined }, [named, make("b", { text: String(counts[index]) }), make("span", { className: "class-bar" }, [bar])]);
        }),
    );
}

/** A step's picture with its answer, as it is and with the evidence. @typedef {{solved: import("./pictures.js").Solved, photo: HTMLCanvasElement, network: HTMLCanvasElement}} Pictured */

/**
 * @param {Tools} tools
 * @param {string} page
 * @param {Map<string, Promise<Pictured>>} drawings Kept from one change to the next.
 */
function pictured(tools, page, drawings) {
    const made = drawings.get(page) ?? draw();
    drawings.set(page, made);
    return made;

    async function draw() {
        const solved = await solve(tools, page);
        return { solved, photo: await drawn(tools, solved, false), network: await drawn(tools, solved, true) };
    }
}

/**
 * Where people looked, beside the network's evidence.
 * @param {Tools} tools
 * @param {Pictured} pictured
 * @param {Answers[]} answers
 * @param {Step} asked
 */
function marksOf(tools, { solved: { answer, pane }, photo, network }, answers, { id: step, task }) {
    const { counts, people } = countsOf(answers, step);
    const boxes = (task?.kind === "mark" && task.boxes && tools.pictures.sample(pane.picture)?.boxes) || [];
    if (people === 0) {
        return [make("p", { text: t("lesson.class.nobody") })];
    }
    const theirs = make("canvas");
    [theirs.width, theirs.height] = [photo.width, photo.height];
    theirs.getContext("2d")?.drawImage(photo, 0, 0);
    drawShares(theirs, answer, counts.map((count) => count / people));
    const most = Math.max(...counts);
    const at = counts.indexOf(most);
    const squares = counts.filter((count) => count === most).length;
    const texts = [
        squares > 1 ? t("lesson.class.people-several", { count: people, most, squares }) : t("lesson.class.people", { count: people, most, row: Math.floor(at / MARKS.columns) + 1, column: (at % MARKS.columns) + 1 }),
        t("lesson.class.network", { name: answer.name }),
    ];
    const seen = boxes.length > 0 ? ` ${t("lesson.sheet.boxes")}` : "";
    const figures = [theirs, network].map((canvas, index) => {
        drawBoxes(canvas, answer, boxes);
        canvas.setAttribute("role", "img");
        canvas.setAttribute("aria-label", `${texts[index]}${seen}`);
        return make("figure", {}, [canvas, make("figcaption", { text: `${texts[index]}${seen}` })]);
    });
    const agreement = answer.withheld ? null : meanOverlap(answer, answers, step);
    const agree = agreement ? t("lesson.class.agree", { name: answer.subject, share: percent(agreement.precision), chance: percent(agreement.chance) }) : t("lesson.class.no-evidence");
    return [make("div", { className: "sheet-pictures" }, figures), make("p", { className: "class-agree", text: agree }), make("p", { className: "sheet-credits", text: creditOf(tools, pane.picture) })];
}

/**
 * What share of the evidence lies where each of them looked, on average, and what share of the picture that is.
 * @param {import("../../evidence/view.js").AnswerView} answer
 * @param {readonly Answers[]} answers
 * @param {string} step
 */
function meanOverlap({ map }, answers, step) {
    const side = map.placement.input;
    const pixels = atPixels(map, side);
    const overlaps = answers.flatMap((each) => {
        const marked = inCells(each[step]?.marks ?? [], side);
        const overlap = marked && overlapOf(pixels, marked);
        return overlap && overlap.precision !== null ? [{ precision: overlap.precision, chance: overlap.chance }] : [];
    });
    const mean = (/** @type {"precision" | "chance"} */ name) => overlaps.reduce((sum, overlap) => sum + overlap[name], 0) / overlaps.length;
    return overlaps.length > 0 ? { precision: mean("precision"), chance: mean("chance") } : null;
}
