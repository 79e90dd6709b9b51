/**
 * How a lesson goes on: from the state and what a visitor does to the next state. Pure functions.
 *
 * @module
 */

import { withLesson, withPlace, withShown } from "../../page/state.js";

/** @typedef {import("../../page/state.js").State} State */
/** @typedef {import("../../page/state.js").Hidden} Hidden */
/** @typedef {import("../../page/state.js").LessonAnswer} LessonAnswer */
/** @typedef {import("./library.js").Lesson} Lesson */
/** @typedef {import("./library.js").Step} Step */

/**
 * A step of a lesson, with the page as it wants it. One that was answered before shows what it hid.
 * @param {State} state With this lesson, or one that is to be taken up.
 * @param {string} id By which the lesson is known.
 * @param {Lesson} lesson
 * @param {number} at One beyond the last is the end.
 * @param {(page: string) => State} read What a link shows.
 * @returns {State}
 */
export function atStep(state, id, lesson, at, read) {
    const index = Math.min(Math.max(0, at), lesson.steps.length);
    const step = lesson.steps[index];
    // A lesson that is a link has nothing but what the link shows and hides.
    const asLinked = id === "link" && state.lesson?.begun === false;
    const next = withLesson(state, id, index);
    const answer = next.lesson?.answers[step?.id];
    const shown = step?.page ? withShown(next, read(step.page)) : next;
    const { task, hide = [] } = step ?? {};
    const hidden = answer || !step ? afterwards(step) : asLinked ? state.hidden : hide;
    return withPlace(
        { ...shown, hidden },
        {
            begun: true,
            marks: answer?.marks ?? [],
            marking: task?.kind === "mark" && !answer ? "paint" : null,
            boxes: task?.kind === "mark" && task.boxes === true && answer !== undefined,
            // Where nothing is asked, nothing is given away.
            told: (!task || answer !== undefined) && !isAskedLater(lesson, index, next.lesson?.answers ?? {}),
        },
    );
}

/**
 * Whether a later step that is not answered yet asks about the picture of a step: what it shows is not to be told before.
 * @param {Lesson} lesson
 * @param {number} at
 * @param {Record<string, LessonAnswer>} answers
 */
function isAskedLater({ steps }, at, answers) {
    let picture = "";
    /** Of each step: its own, or the one before's. */
    const pictures = steps.map(({ page }) => {
        const parameters = new URLSearchParams(page ?? "");
        picture = parameters.get("sample") ?? parameters.get("picture") ?? picture;
        return picture;
    });
    return steps.some(({ id, task }, index) => index > at && task && !answers[id] && pictures[index] === pictures[at]);
}

/** What stays hidden once a step's task is done. @param {Step | undefined} step @returns {Hidden[]} */
function afterwards(step) {
    return step?.["then-hide"] ?? (step?.hide?.includes("settings") ? ["settings"] : []);
}

/**
 * @param {State} state
 * @param {Step} step That is answered.
 * @param {LessonAnswer} answer
 * @param {Lesson} whole The lesson that it is of.
 * @returns {State}
 */
export function answered(state, step, answer, whole) {
    const { lesson } = state;
    if (!lesson || lesson.answers[step.id]) {
        return state;
    }
    const marked = step.task?.kind === "mark";
    // A cell that was being marked is none of the evidence's.
    const next = marked ? { ...state, cursor: null, cursorBeside: null, held: false } : state;
    const boxes = step.task?.kind === "mark" && step.task.boxes === true;
    const answers = { ...lesson.answers, [step.id]: answer };
    const told = !isAskedLater(whole, whole.steps.indexOf(step), answers);
    return withPlace({ ...next, hidden: afterwards(step) }, { answers, marking: null, marks: answer.marks ?? [], boxes, told });
}

/** From the beginning, without any answer. @param {State} state @param {string} id @param {Lesson} lesson @param {(page: string) => State} read */
export function again(state, id, lesson, read) {
    return atStep(withPlace(state, { answers: {} }), id, lesson, 0, read);
}

/** How many of the tasks that have a right answer were answered so. @param {Lesson} lesson @param {Record<string, LessonAnswer>} answers */
export function score({ steps }, answers) {
    const judged = steps.filter(({ task }) => task?.kind === "choice" && task.right !== undefined);
    const right = judged.filter(({ id, task }) => task?.kind === "choice" && answers[id]?.chosen === task.right);
    return { right: right.length, of: judged.length };
}
