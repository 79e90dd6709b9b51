/**
 * How a lesson goes on: from the state and what a visitor does to the next state. Pure functions.
 *
 * @module
 */

import { fileOf } from "../../engine/development.js";
import { answerKey, panesOf, withLesson, withPlace, withShown } from "../../page/state.js";

/** @typedef {import("../../page/state.js").State} State */
/** @typedef {import("../../page/state.js").Hidden} Hidden */
/** @typedef {import("../../page/state.js").LessonAnswer} LessonAnswer */
/** @typedef {import("../../page/state.js").LessonNumbers} LessonNumbers */
/** @typedef {import("../../page/view.js").PageView} PageView */
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
    const wanted = Math.min(Math.max(0, at), lesson.steps.length);
    // Whoever has answered nothing is at no end: a link led there.
    const nothing = Object.keys(withLesson(state, id, wanted).lesson?.answers ?? {}).length === 0;
    const index = wanted === lesson.steps.length && nothing && lesson.steps.some(({ task }) => task) ? 0 : wanted;
    const step = lesson.steps[index];
    // A lesson that is a link has nothing but what the link shows and hides.
    const asLinked = id === "link" && state.lesson?.begun === false;
    const next = withLesson(state, id, index);
    const answer = next.lesson?.answers[step?.id];
    const own = step?.page ?? (state.lesson?.id === id && state.lesson.begun ? null : pageBefore(lesson, index));
    const page = own ? withShown(next, read(own)) : next;
    // What was done on the page is on show again, and what it did.
    const shown = { ...page, ...answer?.shown };
    const { task, hide = [] } = step ?? {};
    const seen = answer !== undefined && !isUnread(answer, id);
    const hidden = seen || !step ? afterwards(step) : asLinked ? state.hidden : hide;
    return withPlace(
        { ...shown, hidden },
        {
            begun: true,
            of: lesson.steps.length,
            marks: answer?.marks ?? [],
            marking: task?.kind === "mark" && !answer ? "paint" : null,
            boxes: task?.kind === "mark" && task.boxes === true && answer?.marks !== undefined,
            // Where nothing is asked, nothing is given away.
            told: (!task || seen) && !isAskedLater(lesson, index, next.lesson?.answers ?? {}),
        },
    );
}

/**
 * What a step without a page goes on with, where nothing of the lesson is on show yet. What students had learnt in between is in
 * no link.
 * @param {Lesson} lesson
 * @param {number} at
 */
function pageBefore({ steps }, at) {
    const before = steps.slice(0, at);
    const last = before.findLastIndex(({ page }) => page !== undefined);
    return last < 0 || before.slice(last).some(({ task }) => task?.kind === "teach") ? null : (before[last].page ?? null);
}

/** The steps whose tasks are neither done nor skipped. @param {Lesson} lesson @param {Record<string, LessonAnswer>} answers */
export function openSteps({ steps }, answers) {
    return steps.flatMap(({ id, task }, index) => (task && !answers[id] ? [index] : []));
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

/**
 * Whether a task was skipped, and nothing shown of what the step hides: it can be done still, and counts then. Of a lesson that is
 * a link there is nothing behind it.
 * @param {LessonAnswer} answer
 * @param {string} id By which the lesson is known.
 */
function isUnread({ skipped, read }, id) {
    return skipped === true && read !== true && id !== "link";
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
    const boxes = step.task?.kind === "mark" && step.task.boxes === true && answer.marks !== undefined;
    const unread = isUnread(answer, lesson.id);
    const { pane, beside, view, tools, selection, cursor, held } = state;
    const shown = isDoneOnPage(step) && answer.done ? { shown: { pane, beside, view, tools, selection, cursor, held } } : {};
    const answers = { ...lesson.answers, [step.id]: { ...answer, ...shown } };
    const told = !unread && !isAskedLater(whole, whole.steps.indexOf(step), answers);
    return withPlace({ ...next, hidden: unread ? state.hidden : afterwards(step) }, { answers, marking: null, marks: answer.marks ?? [], boxes, told });
}

/**
 * Whether a task is done by changing what is on show, in a way that can be shown again: what was learnt need not be there any more.
 * @param {Step} step
 */
function isDoneOnPage({ task }) {
    return task !== undefined && ["mask", "slider", "cell", "set"].includes(task.kind);
}

/** Whether what a step says once it is done is of what the task made of the page. @param {Step} step */
export function changesPage({ task }) {
    return task !== undefined && ["mask", "slider", "set", "teach"].includes(task.kind);
}

/**
 * With the numbers that a step's texts keep, once they are there: those of what the step itself put on show, and, where its
 * task changes that, those of what it had become when it was done.
 * @param {State} state
 * @param {Step} step
 * @param {State} began What the step put on show.
 * @param {PageView["panes"]} panes What is on show now.
 * @param {LessonNumbers} numbers Of that.
 * @returns {State} The same where there is nothing new.
 */
export function withNumbers(state, step, began, panes, numbers) {
    const { lesson } = state;
    if (!lesson || !isSettled(state, panes) || !numbers.first || (state.beside && !numbers.second)) {
        return state;
    }
    const kept = lesson.numbers[step.id] ?? { text: null, then: null };
    const { text = null, then = null } = kept;
    const answer = lesson.answers[step.id];
    const next = {
        text: text ?? (sameShown(state, began) ? numbers : null),
        then: then ?? (changesPage(step) && answer?.done && (!answer.shown || sameShown(state, answer.shown)) ? numbers : null),
    };
    return next.text === text && next.then === then ? state : withPlace(state, { numbers: { ...lesson.numbers, [step.id]: next } });
}

/** Whether two states show the same, however it is looked at. @param {Pick<State, "pane" | "beside">} a @param {Pick<State, "pane" | "beside">} b */
function sameShown(a, b) {
    return JSON.stringify([a.pane, a.beside]) === JSON.stringify([b.pane, b.beside]);
}

/** Whether what is on show is what the state asks for. @param {State} state @param {PageView["panes"]} panes */
function isSettled(state, panes) {
    const asked = panesOf(state);
    return (
        asked.length === panes.length &&
        asked.every((pane, index) => {
            const { solved, busy } = panes[index];
            const own = solved && { ...solved.pane, size: pane.size && solved.pane.size, fit: pane.fit && solved.pane.fit };
            const choice = pane.choice === null || JSON.stringify(pane.choice) === JSON.stringify(own?.choice);
            return !busy && own !== null && answerKey(own) === answerKey(pane) && own.method === pane.method && choice;
        })
    );
}

/** A step that was skipped, to be done after all. @param {State} state @param {string} id @param {Lesson} lesson @param {(page: string) => State} read */
export function undone(state, id, lesson, read) {
    const { step = 0, answers = {} } = state.lesson ?? {};
    const { [lesson.steps[step]?.id]: given, ...others } = answers;
    // Whoever has read what is said once it is done would only copy it.
    if (given?.read) {
        return state;
    }
    return atStep(withPlace(state, { answers: others }), id, lesson, step, read);
}

/**
 * A step whose task was skipped, with what it hides and what is said once it is done.
 * @param {State} state
 * @param {Step} step
 * @param {Lesson} whole The lesson that it is of.
 */
export function readOn(state, step, whole) {
    const { answers: before = {} } = state.lesson ?? {};
    if (!before[step.id]?.skipped) {
        return state;
    }
    const answers = { ...before, [step.id]: { skipped: true, read: true } };
    const told = !isAskedLater(whole, whole.steps.indexOf(step), answers);
    return withPlace({ ...state, hidden: afterwards(step) }, { answers, told });
}

/**
 * Whether what is said once a task is done can be read without doing it: of what students do on the page, it would not be true.
 * @param {Step} step
 */
export function canReadOn({ task, then = [], hide = [] }) {
    const shows = then.length > 0 || hide.some((what) => what !== "settings");
    return task !== undefined && ["choice", "think", "write"].includes(task.kind) && shows;
}

/**
 * Whether another picture is on show than the one that a step asks about, where it hides something of that: marks and answers would
 * be of the wrong one. Another frame or window of a film is the same picture.
 * @param {State} state
 * @param {Step} step
 * @param {State | null} began What the step put on show.
 */
export function strayed({ pane, lesson }, { task, page, hide = [] }, began) {
    const asked = task !== undefined && (lesson?.id === "link" || (page !== undefined && hide.length > 0));
    return asked && began !== null && fileOf(pane.picture) !== fileOf(began.pane.picture);
}

/** From the beginning, without any answer. @param {State} state @param {string} id @param {Lesson} lesson @param {(page: string) => State} read */
export function again(state, id, lesson, read) {
    return atStep(withPlace(state, { answers: {}, numbers: {} }), id, lesson, 0, read);
}

/** How many of the tasks that have a right answer were answered so. @param {Lesson} lesson @param {Record<string, LessonAnswer>} answers */
export function score({ steps }, answers) {
    const judged = steps.filter(({ task }) => task?.kind === "choice" && task.right !== undefined);
    const right = judged.filter(({ id, task }) => task?.kind === "choice" && answers[id]?.chosen === task.right);
    return { right: right.length, of: judged.length };
}
