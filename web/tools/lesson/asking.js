/**
 * The task of a step: what is asked, the ways to answer, and, once it is answered, what was right or how both agree.
 *
 * @module
 */

import { hides } from "../../page/state.js";
import { WAYS, masksOf } from "../mask/effect.js";
import { shortName } from "../../evidence/classes.js";
import { t } from "../../text/index.js";
import { local, percent, signed } from "../../text/numbers.js";
import { button, make, newLabel, setText } from "../../ui/dom.js";
import { Segments } from "../../ui/segments.js";
import { said } from "./library.js";
import { overlapsOf } from "./overlaps.js";
import { emphasised } from "./prose.js";
import { progressOf } from "./tasks.js";
import { tick } from "./tick.js";
import { filled } from "./values.js";

/** @typedef {import("../../page/view.js").PageView} PageView */
/** @typedef {import("../../page/state.js").LessonAnswer} LessonAnswer */
/** @typedef {import("../../page/state.js").LessonPlace} LessonPlace */
/** @typedef {import("../../text/index.js").Key} Key */
/** @typedef {import("./library.js").Task} Task */
/** @typedef {import("./overlaps.js").Agreement} Agreement */

/**
 * @typedef {object} Handlers
 * @property {(answer: LessonAnswer) => void} answer
 * @property {(way: LessonPlace["marking"]) => void} way To mark.
 * @property {() => void} clear All marks.
 * @property {(() => void) | null} undo Asks again what was skipped; nothing where what was hidden cannot be hidden again.
 * @property {(() => void) | null} readOn Shows what is said of a task that was skipped; nothing where that would not be true.
 * @property {() => void} uncover Takes every cover off the picture.
 * @property {(text: string) => void} hint Says what is missing still, where the task itself is out of sight.
 * @property {(model: string) => boolean} taught Whether a model was learnt on this page.
 */

/** One task, made once; shown anew with every change of the page. */
export class Asking {
    root = make("div", { className: "lesson-task" });
    #task;
    #handlers;
    #boxesOf;
    #question = make("p", { className: "lesson-question", attributes: { id: newLabel() } });
    #hint = make("p", { className: "lesson-hint", attributes: { role: "status" } });
    #go = button("", () => this.#answer(), { className: "lesson-go" });
    /** @type {HTMLInputElement[]} */
    #options = [];
    /** At the right one, once it is answered. */
    #tick = tick();
    #ways = new Segments(
        t("lesson.mark.way"),
        WAYS.map((value) => ({ value, text: t(`mask.way.${value}`) })),
        (way) => this.#handlers.way(/** @type {LessonPlace["marking"]} */ (way)),
    );
    /** What the cell says that is pointed at: in the card, since the numbers below it may be out of sight. */
    #reading = make("p", { className: "lesson-reading" });
    #going = make("div", { className: "row" }, [this.#go]);
    /** Covers that did not do it stay on the picture and count: begun anew, none is left. */
    #uncover = button(t("lesson.uncover"), () => this.#handlers.uncover(), { className: "lesson-uncover" });
    #marking = make("div", { className: "row" });
    #field = make("textarea", { className: "lesson-field", attributes: { rows: 4, maxlength: 2000 }, on: { input: () => this.#showGo() } });
    #clear = button(t("lesson.mark.clear"), () => this.#handlers.clear());
    #result = make("div", { className: "lesson-result" });
    #skipped = make("div", { className: "row lesson-skipped", attributes: { role: "status" } });
    #readOn;
    #undo;
    /** What the result says. */
    #said = "";
    /** @type {number[]} */
    #marks = [];

    /**
     * @param {Task} task
     * @param {Handlers} handlers
     * @param {(picture: string | null) => import("../../engine/protocol.js").Rect[]} boxesOf Where radiologists saw the finding.
     */
    constructor(task, handlers, boxesOf) {
        this.#task = task;
        this.#handlers = handlers;
        this.#boxesOf = boxesOf;
        const { kind } = task;
        if (kind === "choice") {
            this.root.append(this.#choices(task.options.map(said)));
        } else {
            this.root.append(this.#question);
        }
        if (kind === "mark") {
            this.#marking.append(this.#ways.root, this.#clear);
            this.root.append(this.#marking);
        }
        if (kind === "write") {
            this.#field.setAttribute("aria-labelledby", this.#question.id);
            this.root.append(this.#field);
        }
        setText(this.#go, isAsked(task) ? t(`lesson.${task.kind}.go`) : "");
        if (kind !== "mark") {
            this.root.append(this.#reading);
            // Elsewhere it is read beside the picture; where there is no room for that, it is below.
            this.#reading.classList.toggle("also", kind !== "cell");
        }
        const { undo, readOn } = handlers;
        this.#undo = undo && button(t("lesson.skip.undo"), undo, { className: "lesson-undo" });
        const again = this.#undo ? [this.#undo] : [];
        this.#readOn = readOn && button(t("lesson.skip.read"), readOn, { className: "lesson-read-on" });
        this.#skipped.append(make("span", { text: t("lesson.skip.done") }), ...again, ...(this.#readOn ? [this.#readOn] : []));
        this.#uncover.hidden = true;
        this.root.append(this.#hint, this.#uncover, this.#going, this.#skipped, this.#result);
    }

    /** @param {string[]} options */
    #choices(options) {
        const name = newLabel();
        const lines = options.map((text, index) => {
            const radio = make("input", { attributes: { type: "radio", name, value: index }, on: { change: () => this.#showGo() } });
            this.#options.push(radio);
            return make("label", { className: "check lesson-option" }, [radio, make("span", { text })]);
        });
        return make("fieldset", {}, [make("legend", {}, [this.#question]), ...lines]);
    }

    #showGo() {
        this.#go.disabled = this.#task.kind === "write" ? this.#field.value.trim() === "" : !this.#options.some(({ checked }) => checked);
    }

    #answer() {
        const { kind } = this.#task;
        if (kind === "choice") {
            this.#handlers.answer({ chosen: this.#options.findIndex(({ checked }) => checked) });
        } else if (kind === "write") {
            this.#handlers.answer({ text: this.#field.value.trim() });
        } else if (kind === "mark") {
            this.#handlers.answer({ marks: this.#marks });
        } else {
            this.#handlers.answer({ done: true });
        }
    }

    /**
     * @param {PageView} view
     * @param {LessonAnswer | null} answer
     * @param {import("../../page/state.js").State | null} began What the step put on show.
     * @param {Record<string, string>} values Of what the step put on show.
     * @returns {LessonAnswer | null} What is done on the page by now.
     */
    show(view, answer, began, values) {
        const task = this.#task;
        const text = filled(said(task.question), values);
        this.#skipped.hidden = !answer?.skipped;
        for (const way of [this.#readOn, this.#undo]) {
            if (way) {
                way.hidden = answer?.read === true;
            }
        }
        if (this.#question.dataset.text !== text) {
            this.#question.dataset.text = text;
            this.#question.replaceChildren(...emphasised(text));
        }
        this.root.classList.toggle("answered", answer !== null);
        if (task.kind === "mark") {
            this.#showMarking(view, answer);
        } else if (task.kind === "choice") {
            this.#showChoice(task, answer);
        } else if (task.kind === "write") {
            this.#showWriting(answer);
        }
        const reads = task.kind === "cell" ? answer === null : task.kind !== "mark" && view.state.cursor !== null && !hides(view.state, "answer", "map");
        this.#reading.hidden = !reads;
        setText(this.#reading, reads ? readingOf(view) : "");
        const asks = isAsked(task);
        this.#going.hidden = !asks || answer !== null;
        if (asks) {
            return null;
        }
        const progress = answer ? { done: true, hint: null } : progressOf(task, view, began, this.#handlers.taught);
        const before = this.#hint.textContent;
        const hint = answer?.skipped ? "" : progress.done ? t("lesson.done") : progress.hint ? t(/** @type {Key} */ (`lesson.hint.${progress.hint}`), progress.values) : t(waits(task));
        setText(this.#hint, hint);
        this.#uncover.hidden = task.kind !== "mask" || progress.hint === null || masksOf(view.state).length === 0;
        if (progress.hint && hint !== before && !inSight(this.#hint)) {
            // Whoever tries something with a tool has scrolled to it.
            this.#handlers.hint(hint);
            this.#endHintIn(hint);
        }
        return progress.done && !answer ? { done: true } : null;
    }

    /** Whoever comes back to the card reads it there: said twice, it would cover what comes below. @param {string} hint */
    #endHintIn(hint) {
        const seen = () => {
            const there = inSight(this.#hint);
            if (there && this.#hint.textContent === hint) {
                this.#handlers.hint("");
            }
            if (there || !this.#hint.isConnected) {
                removeEventListener("scroll", seen, true);
            }
        };
        addEventListener("scroll", seen, { capture: true, passive: true });
    }

    /**
     * @param {import("./library.js").ChoiceTask} task
     * @param {LessonAnswer | null} answer
     */
    #showChoice({ right }, answer) {
        this.#options.forEach((radio, index) => {
            const chosen = answer?.chosen === index;
            radio.checked = answer ? chosen : radio.checked;
            radio.disabled = answer !== null;
            const label = radio.closest("label");
            const told = right === index && (answer?.chosen !== undefined || answer?.read === true);
            label?.classList.toggle("right", told);
            if (told) {
                label?.append(this.#tick);
            }
            label?.classList.toggle("wrong", chosen && right !== undefined && right !== index);
        });
        this.#showGo();
        const judged = answer?.chosen !== undefined && right !== undefined;
        setText(this.#hint, judged ? t(answer.chosen === right ? "lesson.choice.right" : "lesson.choice.wrong") : "");
    }

    /** @param {LessonAnswer | null} answer */
    #showWriting(answer) {
        this.#field.readOnly = answer !== null;
        if (answer !== null && this.#field.value !== (answer.text ?? "")) {
            this.#field.value = answer.text ?? "";
        }
        this.#showGo();
        setText(this.#hint, t("lesson.write.stays"));
    }

    /** @param {PageView} view @param {LessonAnswer | null} answer */
    #showMarking(view, answer) {
        const { lesson } = view.state;
        this.#marks = answer?.marks ?? lesson?.marks ?? [];
        this.#marking.hidden = answer !== null;
        this.#ways.show(lesson?.marking ?? "paint");
        this.#clear.disabled = this.#marks.length === 0;
        this.#go.disabled = this.#clear.disabled || view.panes[0].busy !== null;
        setText(this.#hint, answer ? "" : t(this.#marks.length > 0 ? "lesson.mark.count" : touches() ? "lesson.mark.how-touch" : "lesson.mark.how", { count: this.#marks.length }));
        const boxes = lesson?.boxes ? this.#boxesOf(view.state.pane.picture) : [];
        const agreement = answer?.marks ? overlapsOf(view, answer.marks, boxes) : null;
        const key = JSON.stringify(agreement);
        if (key !== this.#said) {
            this.#said = key;
            this.#result.replaceChildren(...(agreement ? agreementParts(agreement) : []));
        }
    }
}

/** How a task is done, with what there is to do it with. @param {Task} task @returns {Key} */
function waits({ kind }) {
    if (kind === "mask") {
        return touches() ? "lesson.waits.mask-touch" : "lesson.waits.mask";
    }
    if (kind === "cell") {
        return touches() ? "lesson.waits.cell-touch" : "lesson.waits.cell";
    }
    return "lesson.waits";
}

/** Whether a finger points, and no mouse: then there are hardly keys either. */
const touches = () => matchMedia("(pointer: coarse)").matches;

/** What the cell says that is pointed at. @param {PageView} view */
function readingOf({ state: { cursor }, panes: [{ answer }] }) {
    const value = cursor && answer ? answer.map.values[cursor.row * answer.map.columns + cursor.column] : undefined;
    if (!cursor || !answer || value === undefined) {
        return t("lesson.cell.hint");
    }
    const { choice, card } = answer;
    const [name, other] = [choice.shown, choice.against].map((index) => (index === null ? "" : shortName(card.classes[index])));
    const said = { row: cursor.row + 1, column: cursor.column + 1, value: signed(value, 2), name: value < 0 && other ? other : name };
    return t(value === 0 ? "lesson.cell.nothing" : value > 0 || other ? "lesson.cell.for" : "lesson.cell.against", said);
}

/**
 * Whether a task is answered in the lesson's card, by a button, and not by what is done on the page.
 * @param {Task} task
 * @returns {task is import("./library.js").ThinkTask | import("./library.js").WriteTask | import("./library.js").ChoiceTask | import("./library.js").MarkTask}
 */
function isAsked(task) {
    return task.kind === "think" || task.kind === "write" || task.kind === "choice" || task.kind === "mark";
}

/** Whether the middle of an element is on the screen, and nothing over it but what is said for a while. @param {HTMLElement} element */
function inSight(element) {
    const { left, top, width, height } = element.getBoundingClientRect();
    const there = document.elementsFromPoint(left + width / 2, top + height / 2).find((each) => !each.matches(".said"));
    return there !== undefined && element.contains(there);
}

/** Whether a share is much: what chance would give is what it is held against. @param {number} times */
export function againstChance(times) {
    if (times >= 1.1) {
        return t("lesson.overlap.more", { times: local(times < 9.95 ? times.toFixed(1) : times.toFixed(0)) });
    }
    return t(times <= 0.9 ? "lesson.overlap.less" : "lesson.overlap.like");
}

/** @param {Agreement} agreement */
export function agreementParts({ name, cells, seen, boxed, yours }) {
    const none = "\u2013";
    const share = (/** @type {number | null} */ value) => (value === null ? none : percent(value));
    const row = (/** @type {Key} */ key, /** @type {import("../../evidence/overlap.js").Overlap | null} */ overlap) =>
        overlap === null
            ? []
            : [
                  make("tr", {}, [
                      make("th", { text: t(key), attributes: { scope: "row" } }),
                      ...[overlap.precision, overlap.sensitivity, overlap.chance].map((value) => make("td", { text: share(value) })),
                  ]),
              ];
    const heads = /** @type {const} */ (["lesson.overlap.precision", "lesson.overlap.sensitivity", "lesson.overlap.chance"]);
    const sentence = seen.precision === null ? t("lesson.overlap.nothing", { name }) : [
                  t("lesson.overlap.said", { name, share: percent(seen.precision), chance: percent(seen.chance) }),
                  againstChance(seen.precision / seen.chance),
              ].join(" ");
    return [
        make("p", { className: "lesson-overlap", text: sentence }),
        make("p", { className: "lesson-key" }, [
            make("span", { className: "key-marks", text: t("lesson.key.marks") }),
            ...(boxed ? [" ", make("span", { className: "key-boxes", text: t("lesson.key.boxes") })] : []),
        ]),
        make("table", { className: "lesson-overlaps" }, [
            make("thead", {}, [make("tr", {}, [make("td"), ...heads.map((key) => make("th", { text: t(key), attributes: { scope: "col" } }))])]),
            make("tbody", {}, [...row("lesson.overlap.seen", seen), ...row("lesson.overlap.boxed", boxed), ...row("lesson.overlap.yours", yours)]),
        ]),
        make("p", { className: "hint", text: [t("lesson.overlap.means"), t("lesson.overlap.squares", { cells })].join(" ") }),
    ];
}
