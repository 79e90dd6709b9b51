/**
 * A lesson on paper: the pictures, empty grids, questions; on a last page the solutions, with the evidence.
 *
 * @module
 */

import { MARKS } from "../../evidence/grid.js";
import { t } from "../../text/index.js";
import { percent, tick } from "../../text/numbers.js";
import { button, make, setText } from "../../ui/dom.js";
import { said } from "./library.js";
import { creditOf, drawBoxes, drawGrid, drawn, solve, solveBeside } from "./pictures.js";
import { emphasised } from "./prose.js";
import { WAITS, filled, valuesOf } from "./values.js";

/** @typedef {import("./library.js").Lesson} Lesson */
/** @typedef {import("./library.js").Step} Step */
/** @typedef {import("./pictures.js").Tools} Tools */
/** @typedef {import("./pictures.js").Solved} Solved */

/** What a number that is still to be read on the page is on paper. */
const BLANK = "\u2026\u2026";

/** What is done on the page and nowhere else. @type {readonly string[]} */
const ON_SCREEN = ["mask", "slider", "cell", "set", "teach"];

/** What a step shows: one picture, or two side by side. @typedef {{first: Solved, second: Solved | null}} Pair */

/**
 * @param {import("./sheet.js").Sheet} sheet
 * @param {Lesson} lesson
 * @param {Tools & {fail: (error: unknown) => void}} tools
 */
export async function fill(sheet, lesson, tools) {
    const waits = make("p", { className: "sheet-waits", text: t("lesson.sheet.waits"), attributes: { role: "status" } });
    sheet.body.replaceChildren(waits);
    try {
        const parts = await partsOf(sheet, lesson, tools);
        if (!sheet.closed) {
            sheet.body.replaceChildren(...parts);
            sheet.root.dataset.ready = "";
        }
    } catch (error) {
        sheet.close();
        tools.fail(error);
    }
}

/**
 * @param {import("./sheet.js").Sheet} sheet
 * @param {Lesson} lesson
 * @param {Tools} tools
 */
async function partsOf(sheet, lesson, tools) {
    const tasks = [];
    const solutions = [];
    const credits = new Set();
    /** @type {Pair | null} */
    let pair = null;
    /** The pictures that were drawn last: once is enough, unless cells are to be marked on them. */
    let last = "";
    for (const [index, step] of lesson.steps.entries()) {
        if (sheet.closed) {
            return [];
        }
        pair = step.page ? { first: await solve(tools, step.page), second: await solveBeside(tools, step.page) } : pair;
        // What the step shows on screen is to be seen on paper.
        const mapped = step.page !== undefined && !step.hide?.some((what) => what === "map" || what === "answer");
        const pictures = picturesOf(pair, mapped);
        pictures.forEach((each) => credits.add(creditOf(tools, each.pane.picture)));
        const marks = ["mark", "cell", "mask"].includes(step.task?.kind ?? "");
        const key = JSON.stringify([mapped, pictures.map(({ pane: { picture, model, choice } }) => [picture, ...(mapped ? [model, choice] : [])])]);
        tasks.push(await taskOf(tools, step, index, pair, step.page && (marks || key !== last) ? pictures : [], mapped, isAlone(lesson.steps, index)));
        solutions.push(await solutionOf(tools, step, index, pair));
        last = key;
    }
    const solved = make("section", { className: "sheet-solutions" });
    // On a sheet for students there are none; whoever wants them says so.
    solved.hidden = true;
    const show = button(t("lesson.sheet.solve"), () => {
        solved.hidden = !solved.hidden;
        setText(show, t(solved.hidden ? "lesson.sheet.solve" : "lesson.sheet.unsolve"));
        solved.scrollIntoView();
    }, { className: "sheet-solve" });
    sheet.root.querySelector(".sheet-ways")?.prepend(show);
    // What each student reads on the page, only they can fill in.
    const blanks = solutions.flat().some(({ textContent }) => textContent?.includes(BLANK));
    const notice = lesson.medical ? [make("p", { className: "sheet-notice", text: t("notice.teaching") })] : [];
    solved.append(
        make("h2", { text: t("lesson.sheet.solutions", { title: said(lesson.title) }) }),
        ...notice.map((element) => element.cloneNode(true)),
        ...(lesson.before ? [make("p", {}, [make("strong", { text: t("lesson.before") }), ` ${said(lesson.before)}`])] : []),
        ...(lesson.after ? [make("p", {}, [make("strong", { text: t("lesson.after") }), ` ${said(lesson.after)}`])] : []),
        ...(blanks ? [make("p", { text: t("lesson.sheet.blanks", { blank: BLANK }) })] : []),
        ...solutions.flat(),
    );
    return [
        make("h2", { text: said(lesson.title) }),
        make("p", { className: "sheet-name" }, [make("span", { text: t("lesson.sheet.name") }), make("span", { text: t("lesson.sheet.date") })]),
        ...notice,
        ...tasks,
        make("p", { className: "sheet-credits", text: [...credits].filter(Boolean).join(" ") }),
        solved,
    ];
}

/** Whether something is to be found out of a step's picture before it is told. @param {Step | undefined} step */
const isGuessed = (step) => step?.task !== undefined && step.hide?.some((what) => what !== "settings") === true;

/**
 * Whether what follows a step belongs on another page, to be handed out later, since it would tell what this one asks: where all
 * that follows asks about other pictures, it does not.
 * @param {readonly Step[]} steps
 * @param {number} at
 */
export function isAlone(steps, at) {
    const picture = (/** @type {Step} */ { page }) => page && /(?:sample|picture)=([^&]*)/.exec(page)?.[1];
    const later = steps.slice(at + 1);
    return isGuessed(steps[at]) && later.some((step) => !isGuessed(step) || !picture(step) || picture(step) === picture(steps[at]));
}

/**
 * A text with blanks where the page has numbers. Into how many cells the picture is cut is no news, and belongs to the task.
 * @param {import("./library.js").Text} text
 * @param {Solved | undefined} solved
 */
function blanked(text, solved) {
    return said(text).replace(/\{([^{}]*)\}/g, (_, name) => (name === "cells" && solved ? String(solved.answer.ledger.cells) : BLANK));
}

/** Both, where they are not the same picture twice, without a map that tells them apart. @param {Pair | null} pair @param {boolean} mapped */
function picturesOf(pair, mapped) {
    const { first, second } = pair ?? {};
    return [...(first ? [first] : []), ...(second && (mapped || second.pane.picture !== first?.pane.picture) ? [second] : [])];
}

/**
 * @param {Tools} tools
 * @param {Step} step
 * @param {number} index
 * @param {Pair | null} pair
 * @param {Solved[]} shows Of that, what is to be drawn here.
 * @param {boolean} mapped Whether the evidence is to be seen.
 * @param {boolean} alone Whether the next step is on another page.
 */
async function taskOf(tools, step, index, pair, shows, mapped, alone) {
    const { task } = step;
    const solved = pair?.first;
    const pictures = await Promise.all(shows.map((each) => pictureOf(tools, step, each, mapped)));
    const onScreen = task !== undefined && (ON_SCREEN.includes(task.kind) || (step.page !== undefined && tools.read(step.page).beside?.method !== undefined));
    if (task?.kind === "mark") {
        pictures.push(make("figure", {}, [emptyGrid(), make("figcaption", { text: t("lesson.sheet.shade") })]));
    }
    const lines = (/** @type {number} */ count) => Array.from({ length: count }, () => make("p", { className: "sheet-line" }));
    const answers =
        task === undefined || task.kind === "mark" || task.kind === "cell"
            ? []
            : task.kind === "choice"
              ? [make("ul", { className: "sheet-options" }, task.options.map((option) => make("li", { text: blanked(option, solved) })))]
              : lines(task.kind === "write" ? 5 : 2);
    const shown = pictures.length > 0 ? [make("div", { className: "sheet-pictures" }, pictures)] : [];
    const question = task ? [make("p", { className: "sheet-question" }, [...(onScreen ? [`${t("lesson.sheet.on-screen")} `] : []), ...emphasised(blanked(task.question, solved))])] : [];
    return make("section", { className: `sheet-step${alone ? " sheet-guess" : ""}` }, [
        make("h3", { text: t("lesson.sheet.step", { step: index + 1, title: said(step.title) }) }),
        ...step.text.map((text) => make("p", {}, emphasised(blanked(text, solved)))),
        // What is marked is marked in the picture: the question comes before it.
        ...(task?.kind === "mark" ? [...question, ...shown] : [...shown, ...question]),
        ...answers,
    ]);
}

/**
 * The photo, alone or with the evidence, and with the squares that are to be marked.
 * @param {Tools} tools
 * @param {Step} step
 * @param {Solved} solved
 * @param {boolean} mapped
 */
async function pictureOf(tools, { task, hide = [] }, solved, mapped) {
    const canvas = await drawn(tools, solved, mapped);
    if (task?.kind === "mark") {
        drawGrid(canvas, solved.answer, MARKS);
    } else if (task?.kind === "cell" || task?.kind === "mask") {
        drawGrid(canvas, solved.answer, solved.answer.map);
    }
    canvas.setAttribute("role", "img");
    // Its name may tell what it is.
    canvas.setAttribute("aria-label", hide.includes("answer") ? t("stage.hidden") : tools.pictures.name(solved.pane.picture));
    const marks = task?.kind === "mark" ? [make("figcaption", { text: t("lesson.sheet.mark") })] : [];
    return make("figure", {}, [canvas, ...marks, ...(mapped && !solved.answer.withheld ? [make("figcaption", { text: evidenceText(solved) })] : [])]);
}

function emptyGrid() {
    const canvas = make("canvas", { attributes: { "aria-hidden": true } });
    const side = 560;
    canvas.width = canvas.height = side + 2;
    const context = canvas.getContext("2d");
    if (context) {
        context.strokeStyle = "#777";
        for (let cell = 0; cell < MARKS.rows * MARKS.columns; cell++) {
            const [width, height] = [side / MARKS.columns, side / MARKS.rows];
            context.strokeRect(1 + (cell % MARKS.columns) * width, 1 + Math.floor(cell / MARKS.columns) * height, width, height);
        }
    }
    return canvas;
}

/**
 * @param {Tools} tools
 * @param {Step} step
 * @param {number} index
 * @param {Pair | null} pair
 */
async function solutionOf(tools, { title, task, then = [], hide = [] }, index, pair) {
    if (!task) {
        return [];
    }
    const { first: solved, second } = pair ?? {};
    const { answer } = solved ?? {};
    // What only a run on the page can tell is left to be filled in; so is all of an answer that the task replaces.
    const replaced = task.kind === "teach" || (task.kind === "set" && ["class", "model", "picture"].includes(task.what));
    const panes = answer && !replaced ? [answer, ...(second ? [second.answer] : [])] : [];
    const values = Object.fromEntries(
        Object.entries(valuesOf(/** @type {any} */ ({ panes: panes.map((each) => ({ answer: each, busy: null })) }))).map(([name, value]) => [name, value === WAITS ? BLANK : value]),
    );
    const texts = then.map((text) => filled(said(text), values));
    const right = task.kind === "choice" ? (task.right === undefined ? t("lesson.sheet.no-right") : said(task.options[task.right])) : null;
    // Where the evidence lies is a part of what was to be found out.
    const asked = ["mark", "cell", "mask"].includes(task.kind) || (["choice", "think", "write"].includes(task.kind) && hide.includes("map"));
    const shows = solved && answer && !answer.withheld && asked;
    const figure = shows ? [await evidenceOf(tools, solved, task.kind === "mark" && task.boxes === true)] : [];
    if (right === null && figure.length === 0 && texts.length === 0) {
        return [];
    }
    return [
        make("section", { className: "sheet-solution" }, [
            make("h3", { text: t("lesson.sheet.step", { step: index + 1, title: said(title) }) }),
            ...(right === null ? [] : [make("p", { className: "sheet-right", text: filled(right, values) })]),
            ...figure,
            ...texts.map((text) => make("p", {}, emphasised(text))),
        ]),
    ];
}

/** What the colours mean. @param {Solved} solved */
function evidenceText({ answer: { name, limit, explained, choice } }) {
    return t("lesson.sheet.evidence", { name, limit: tick(limit), probability: percent(explained.probabilities[choice.shown]) });
}

/** The evidence, with what its colours mean. @param {Tools} tools @param {Solved} solved @param {boolean} boxed Whether the radiologists' boxes belong to it. */
async function evidenceOf(tools, solved, boxed) {
    const canvas = await drawn(tools, solved, true);
    const boxes = (boxed && tools.pictures.sample(solved.pane.picture)?.boxes) || [];
    drawBoxes(canvas, solved.answer, boxes);
    const text = [evidenceText(solved), ...(boxes.length > 0 ? [t("lesson.sheet.boxes")] : [])].join(" ");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", text);
    return make("figure", {}, [canvas, make("figcaption", { text })]);
}
