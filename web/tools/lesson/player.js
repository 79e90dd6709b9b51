/**
 * Plays a lesson: one step after the other, each with a text, the page as it wants it, and what is to be done. It changes
 * nothing but the state, and shows what that says.
 *
 * @module
 */

import { hides, withLesson, withPicture, withPlace } from "../../page/state.js";
import { t } from "../../text/index.js";
import { Copied } from "../../ui/copy.js";
import { button, make, newLabel, setText } from "../../ui/dom.js";
import { Sure } from "../../ui/sure.js";
import { Asking } from "./asking.js";
import { toCode } from "./code.js";
import { again, answered, atStep, canReadOn, changesPage, openSteps, readOn, score, strayed, undone, withNumbers } from "./course.js";
import { lessonOf, said } from "./library.js";
import { showProse } from "./prose.js";
import { filled, maybeScan, numbersOf, textsOf } from "./values.js";

/** @typedef {import("../../page/view.js").PageView} PageView */
/** @typedef {import("../../page/state.js").State} State */
/** @typedef {import("../../page/state.js").LessonAnswer} LessonAnswer */
/** @typedef {import("./library.js").Lesson} Lesson */
/** @typedef {import("./library.js").Step} Step */

export class Player {
    #context;
    #library;
    #name = make("p", { className: "lesson-name" });
    #count = make("p", { className: "lesson-count" });
    #bar = make("progress", { attributes: { "aria-label": t("lesson.progress") } });
    #title = make("h2", { className: "lesson-title", attributes: { tabindex: -1, id: newLabel() } });
    #text = make("div", { className: "lesson-text" });
    /** In place of the task while another picture is on show. */
    #stray = make("div", { className: "lesson-stray", attributes: { role: "status" } });
    #task = make("div", { className: "lesson-asked" });
    #then = make("div", { className: "lesson-then", attributes: { "aria-live": "polite" } });
    #notice = make("p", { className: "lesson-notice", text: t("notice.teaching") });
    /** Said once the answer is on show, where it may mean nothing. */
    #grey = make("p", { className: "lesson-grey", text: t("lesson.grey") });
    /** What is read before the task; where there is no room for all, it is this that scrolls. */
    #read = make("div", { className: "lesson-read" }, [this.#notice, this.#title, this.#text]);
    /** There is more to read than there is room for: this leads to it. */
    #more = button(t("lesson.more"), () => this.#read.scrollBy({ top: this.#read.clientHeight - 40, behavior: "smooth" }), { className: "lesson-more", attributes: { tabindex: -1, "aria-hidden": true } });
    #back = button(t("lesson.back"), () => this.#go(-1), { className: "lesson-back" });
    #skip = button(t("lesson.skip"), () => this.#answer({ skipped: true }), { className: "lesson-skip" });
    #next = button(t("lesson.next"), () => this.#go(1), { className: "lesson-next" });
    /** Back to where the lesson is made. */
    #form = button(t("lesson.form"), () => this.#context.makeLesson(), { className: "lesson-form" });
    #restart = button(t("lesson.restart"), () => this.#againOrAsk(), { className: "lesson-restart" });
    #sure = new Sure();
    #copied = new Copied(t("lesson.code"), { className: "lesson-code-text", rows: 2 });
    /** At the end, the way on to another lesson. */
    #following = make("div", { className: "lesson-follows" });
    #ways = make("div", { className: "lesson-ways" }, [this.#back, this.#skip, this.#next, this.#following]);
    #end = make("div", { className: "lesson-end" });
    /** A step's tool that was closed, to be opened again. */
    #tool = button("", () => this.#change((state) => ({ ...state, tool: this.#began?.tool ?? null })), { className: "lesson-tool" });
    #tooling = make("div", { className: "row" }, [this.#tool]);
    #body = make("div", { className: "lesson-body" });
    /** @type {{id: string, lesson: Lesson} | null} */
    #playing = null;
    #loading = "";
    /** What is asked now. @type {{key: string, asking: Asking} | null} */
    #asking = null;
    /** What the step put on show. @type {State | null} */
    #began = null;
    /** The step that is on show. */
    #at = "";
    /** Whether the visitor has gone on, so that the focus goes with them. */
    #went = false;
    /** Whether a task was done just now, so that what is said of it is to be seen. */
    #reveals = false;
    #code = "";
    /** What scrolls can be scrolled with the keys. */
    #sizes = new ResizeObserver(() => {
        this.#showScrolls();
        if (this.#settling) {
            this.#bringIntoSight();
        }
    });
    /** Whether nobody has done anything since the step was opened: what arrives above it until then must not push it out of sight. */
    #settling = false;
    #closed = new AbortController();
    /** @type {PageView | null} */
    #view = null;

    /**
     * @param {HTMLElement} root
     * @param {import("../index.js").Context} context
     * @param {import("./library.js").Library} library
     */
    constructor(root, context, library) {
        this.#context = context;
        this.#library = library;
        const close = button("\u00d7", () => context.change((state) => withLesson(state, null)), {
            className: "sign",
            attributes: { "aria-label": t("lesson.close") },
        });
        root.setAttribute("aria-labelledby", this.#title.id);
        this.#body.append(
            make("div", { className: "lesson-progress" }, [this.#bar, this.#count, this.#restart, this.#form]),
            this.#sure.root,
            this.#read,
            this.#more,
            this.#stray,
            this.#tooling,
            this.#task,
            this.#then,
            this.#grey,
            this.#end,
            this.#ways,
        );
        root.replaceChildren(make("header", {}, [this.#name, close]), this.#body);
        this.#body.hidden = true;
        this.#sizes.observe(this.#read);
        this.#sizes.observe(this.#body);
        this.#sizes.observe(document.body);
        for (const part of [this.#read, this.#body]) {
            part.addEventListener("scroll", () => this.#showScrolls(), { passive: true });
        }
        for (const done of ["wheel", "touchmove", "keydown", "pointerdown"]) {
            addEventListener(done, () => (this.#settling = false), { passive: true, capture: true, signal: this.#closed.signal });
        }
    }

    close() {
        this.#sizes.disconnect();
        this.#closed.abort();
    }

    /** What a drag on the picture does, where the lesson says so. @returns {import("../../ui/stage.js").Gesture | null} */
    get gesture() {
        const step = this.#step();
        return step?.task?.kind === "cell" && this.#answerTo(step) === null ? "pick" : null;
    }

    #step() {
        const place = this.#view?.state.lesson;
        return place && this.#playing?.id === place.id ? (this.#playing.lesson.steps[place.step] ?? null) : null;
    }

    /** @param {Step} step */
    #answerTo(step) {
        return this.#view?.state.lesson?.answers[step.id] ?? null;
    }

    /** @param {PageView} view */
    show(view) {
        this.#view = view;
        const place = view.state.lesson;
        if (!place) {
            return;
        }
        if (this.#playing?.id !== place.id) {
            void this.#load(place);
            return;
        }
        const { lesson } = this.#playing;
        if (!place.begun) {
            this.#change((state) => atStep(state, place.id, lesson, state.lesson?.step ?? 0, (page) => this.#library.read(page, place.id)), "part");
            return;
        }
        const step = lesson.steps[place.step] ?? null;
        const at = `${place.id} ${place.step}`;
        const arrived = at !== this.#at;
        if (arrived) {
            this.#at = at;
            this.#began = step?.page ? this.#library.read(step.page, place.id) : view.state;
            this.#asking = null;
            this.#copied.clear();
            this.#sure.clear();
        }
        this.#body.hidden = false;
        setText(this.#name, said(lesson.title));
        const total = lesson.steps.length;
        this.#bar.max = total;
        this.#bar.value = Math.min(place.step, total);
        const missing = step ? [] : openSteps(lesson, place.answers);
        setText(this.#count, step ? t("lesson.step", { step: place.step + 1, total }) : missing.length > 0 ? t("lesson.end.open", { count: missing.length }) : t("lesson.end.count"));
        setText(this.#title, step ? said(step.title) : t("lesson.end"));
        // A cup in a lesson about medical networks is a cup.
        this.#notice.hidden = lesson.medical !== true || this.#isEveryday(view);
        this.#form.hidden = !this.#context.isPreview(place.id);
        const answer = step ? (place.answers[step.id] ?? null) : null;
        const numbers = this.#numbers(view, step);
        showProse(this.#text, step ? step.text.map((text) => filled(said(text), textsOf(numbers.text, view.state.hidden))) : []);
        const opened = step?.task ? answer !== null : true;
        // What is said of a task that was done is not true of one that was not.
        const stray = step !== null && strayed(view.state, step, this.#began);
        const tells = opened && !stray && (!answer?.skipped || answer.read === true);
        this.#showStray(stray);
        const tool = step && this.#began?.tool !== view.state.tool ? (this.#began?.tool ?? null) : null;
        this.#tooling.hidden = tool === null;
        setText(this.#tool, tool ? t("lesson.tool", { name: t(/** @type {import("../../text/index.js").Key} */ (`tool.${tool}`)) }) : "");
        showProse(this.#then, tells && step?.then ? step.then.map((text) => filled(said(text), textsOf(numbers.then))) : []);
        this.#body.classList.toggle("asks", !opened);
        this.#showTask(view, step, answer, textsOf(numbers.text, view.state.hidden), stray);
        const [{ answer: shown, solved }] = view.panes;
        this.#grey.hidden = !shown || !solved || step === null || hides(view.state, "answer") || solved.pane.edits.length > 0 || !maybeScan(shown);
        // A link alone has no page for its end: its code comes with the answer.
        this.#showEnd(step === null || (place.link !== null && answer !== null), lesson, place.answers);
        this.#back.disabled = place.step === 0;
        this.#skip.hidden = !step?.task || answer !== null;
        this.#next.disabled = !opened;
        this.#next.hidden = step === null;
        // A link alone has nothing behind it.
        this.#back.hidden = total === 1;
        this.#next.hidden ||= place.id === "link";
        if (this.#reveals && opened) {
            this.#reveals = false;
            this.#reveal();
        }
        this.#showScrolls();
        if (arrived) {
            // A step begins at its beginning, with its task in sight; one that is done, with what came of it.
            this.#read.scrollTop = this.#body.scrollTop = 0;
            this.#settling = true;
            const arrive = () => (answer && step ? this.#reveal() : this.#bringIntoSight());
            arrive();
            // What is above it may come and go with the step.
            requestAnimationFrame(arrive);
        }
        if (this.#went) {
            this.#went = this.#reveals = false;
            this.#title.focus({ preventScroll: true });
        }
    }

    /** Below the picture, where that is above it: nothing of the page shows in between. */
    #bringIntoSight() {
        this.#body.closest("section")?.scrollIntoView({ block: matchMedia("(max-width: 56rem)").matches ? "start" : "nearest" });
    }

    #showScrolls() {
        for (const part of [this.#read, this.#body]) {
            part.tabIndex = part.scrollHeight > part.clientHeight + 1 ? 0 : -1;
            part.classList.toggle("more", part.scrollTop + part.clientHeight < part.scrollHeight - 4);
        }
        this.#more.hidden = !this.#read.classList.contains("more");
    }

    /** Whether the picture on show is one of the page's own that has nothing to do with people's health. @param {PageView} view */
    #isEveryday({ state, panes: [{ answer }] }) {
        const sample = this.#context.pictures.sample(state.pane.picture);
        return sample !== null && sample.seen === undefined && sample.medical !== true && !answer?.card.medical;
    }

    /**
     * What the texts of a step say. Until its own numbers are there, those of what is on show.
     * @param {PageView} view
     * @param {Step | null} step
     */
    #numbers(view, step) {
        const now = numbersOf(view);
        const kept = step && this.#began ? withNumbers(view.state, step, this.#began, view.panes, now) : view.state;
        if (kept !== view.state && step) {
            this.#change((state) => (state === view.state ? kept : state), "part");
        }
        const { text, then } = (step && kept.lesson?.numbers[step.id]) ?? { text: null, then: null };
        return { text: text ?? now, then: then ?? (step && changesPage(step) ? now : (text ?? now)) };
    }

    /** Brings what is said of a task into sight, and of what comes before it as much as there is room for. */
    #reveal() {
        this.#bringIntoSight();
        const box = this.#body.getBoundingClientRect();
        const room = this.#body.clientHeight - this.#ways.offsetHeight;
        const result = this.#task.querySelector(".lesson-result:not(:empty)");
        const [first, last] = [result ?? this.#task, this.#then.hasChildNodes() ? this.#then : this.#task].map((part) => part.getBoundingClientRect());
        const [top, bottom] = [first.top - box.top, last.bottom - box.top];
        this.#body.scrollTop += Math.min(top, Math.max(0, bottom - room));
    }

    /** @param {import("../../page/state.js").LessonPlace} place */
    async #load({ id, link }) {
        if (this.#loading === id) {
            return;
        }
        this.#loading = id;
        try {
            const lesson = link ? lessonOf(link) : await this.#library.lesson(id);
            if (lesson) {
                this.#playing = { id, lesson };
                if (this.#view) {
                    this.show(this.#view);
                }
                return;
            }
            // What the visitor does next would clear it, so it comes after the change.
            this.#change((state) => withLesson(state, null), "part");
            if (id.startsWith("own-")) {
                this.#context.note(t("page.lesson-gone"));
            } else {
                this.#context.say({ fault: "request", message: t("lesson.none", { name: id }), advice: t("lesson.none.advice") });
            }
        } catch (error) {
            this.#change((state) => withLesson(state, null), "part");
            this.#context.notLoaded(error);
        } finally {
            this.#loading = "";
        }
    }

    /** @param {(state: State) => State} change @param {import("../../page/store.js").Kind} [kind] */
    #change(change, kind) {
        this.#context.change(change, kind);
    }

    /** @param {number} way How many steps on, or back. */
    #go(way) {
        const { id, lesson } = this.#playing ?? {};
        if (id !== undefined && lesson) {
            this.#went = true;
            this.#change((state) => atStep(state, id, lesson, (state.lesson?.step ?? 0) + way, (page) => this.#library.read(page, id)));
        }
    }

    /** A way to a step. @param {number} step */
    #toStep(step) {
        return make("div", { className: "row" }, [button(t("lesson.end.to", { step: step + 1 }), () => this.#go(step - (this.#view?.state.lesson?.step ?? 0)), { className: "lesson-to-open" })]);
    }

    #againOrAsk() {
        if (Object.keys(this.#view?.state.lesson?.answers ?? {}).length > 0) {
            this.#sure.ask(t("lesson.restart.sure"), () => this.#again());
        } else {
            this.#again();
        }
    }

    #again() {
        const { id, lesson } = this.#playing ?? {};
        if (id !== undefined && lesson) {
            this.#went = true;
            this.#at = "";
            this.#change((state) => again(state, id, lesson, (page) => this.#library.read(page, id)));
        }
    }

    /** A task that was skipped, after all. */
    #undo() {
        const { id, lesson } = this.#playing ?? {};
        if (id !== undefined && lesson) {
            this.#went = true;
            this.#at = "";
            this.#change((state) => undone(state, id, lesson, (page) => this.#library.read(page, id)));
        }
    }

    /** @param {Step} step Whose task was skipped. */
    #readOn(step) {
        const { lesson } = this.#playing ?? {};
        if (lesson) {
            this.#change((state) => readOn(state, step, lesson));
        }
        this.#next.focus({ preventScroll: true });
        this.#reveals = true;
    }

    /** @param {LessonAnswer} answer */
    #answer(answer) {
        const step = this.#step();
        const { lesson } = this.#playing ?? {};
        if (step && lesson) {
            this.#change((state) => answered(state, step, answer, lesson));
            // The button that was pressed is gone: what follows comes next.
            this.#next.focus({ preventScroll: true });
            this.#reveals = true;
        }
    }

    /** Says that what is on show is not what the step asks about, and how to get back to that. @param {boolean} stray */
    #showStray(stray) {
        if (stray === (this.#stray.childElementCount > 0)) {
            return;
        }
        const back = () => this.#change((state) => withPicture(state, this.#began?.pane.picture ?? ""));
        this.#stray.replaceChildren(...(stray ? [make("p", { text: t("lesson.stray") }), button(t("lesson.stray.back"), back, { className: "lesson-stray-back" })] : []));
    }

    /**
     * @param {PageView} view
     * @param {Step | null} step
     * @param {LessonAnswer | null} answer
     * @param {Record<string, string>} values
     * @param {boolean} stray Whether another picture is on show: of that, nothing is answered.
     */
    #showTask(view, step, answer, values, stray) {
        this.#task.hidden = !step?.task || stray;
        if (!step?.task) {
            this.#task.replaceChildren();
            return;
        }
        if (stray) {
            return;
        }
        const place = view.state.lesson;
        if (place && this.#asking?.key !== this.#at) {
            const asking = new Asking(step.task, {
                answer: (given) => this.#answer(given),
                way: (marking) => this.#change((state) => withPlace(state, { marking }), "part"),
                clear: () => this.#change((state) => withPlace(state, { marks: [] })),
                uncover: () => this.#change((state) => ({ ...state, beside: null, selection: [] })),
                undo: place.id === "link" ? null : () => this.#undo(),
                readOn: canReadOn(step) ? () => this.#readOn(step) : null,
                hint: (text) => this.#context.note(text),
                taught: (model) => this.#context.choices().models.some(({ id, taught }) => id === model && taught),
            }, (picture) => this.#context.pictures.sample(picture)?.boxes ?? []);
            this.#asking = { key: this.#at, asking };
            this.#task.replaceChildren(asking.root);
        }
        const done = this.#asking?.asking.show(view, answer, this.#began, values);
        const { lesson } = this.#playing ?? {};
        if (done && lesson) {
            this.#reveals = true;
            this.#change((state) => answered(state, step, done, lesson), "part");
        }
    }

    /** The way on from the end: the next lesson of the list that is not done. */
    async #showFollowing() {
        const place = this.#view?.state.lesson;
        const all = await this.#library.list().catch(() => []);
        const at = all.findIndex(({ id }) => id === place?.id);
        const done = ({ id = "" }) => (this.#view?.state.left[id]?.step ?? -1) >= (this.#view?.state.left[id]?.of ?? 0);
        const [next] = [...all.slice(at + 1), ...all.slice(0, Math.max(0, at))].filter((each) => !done(each));
        if (at >= 0 && next) {
            const open = () => this.#context.change((state) => withLesson(state, next.id));
            this.#following.replaceChildren(button(t("lesson.end.next", { name: said(next.title) }), open, { className: "lesson-following" }));
        }
    }

    /**
     * @param {boolean} ended
     * @param {Lesson} lesson
     * @param {Record<string, LessonAnswer>} answers
     */
    #showEnd(ended, lesson, answers) {
        this.#end.hidden = !ended;
        this.#following.hidden = !ended;
        if (!ended) {
            this.#code = "";
            return;
        }
        const code = toCode(lesson, answers);
        if (code === this.#code) {
            return;
        }
        this.#code = code;
        const { right, of } = score(lesson, answers);
        const missing = openSteps(lesson, answers);
        const skipped = Object.values(answers).filter((answer) => answer.skipped).length;
        this.#end.replaceChildren(
            ...(of > 0 ? [make("p", { className: "lesson-score", text: t("lesson.score", { right, of }) })] : []),
            ...(skipped > 0 ? [make("p", { text: t("lesson.skipped", { count: skipped }) })] : []),
            ...(missing.length > 0 && this.#playing?.id !== "link" ? [make("p", { className: "lesson-open-tasks", text: t("lesson.end.missing") }), this.#toStep(missing[0])] : []),
            ...writtenIn(lesson, answers),
            make("h3", { text: t("lesson.code") }),
            make("p", { className: "lesson-code", text: code }),
            make("div", { className: "row" }, [button(t("lesson.code.copy"), () => void this.#copied.copy(code, t("lesson.code.copied")))]),
            make("p", { className: "hint", text: t("lesson.code.what") }),
            this.#copied.note,
            this.#copied.text,
        );
        this.#following.replaceChildren();
        void this.#showFollowing();
    }
}

/** What was written, to be read once more and copied: no code has it. @param {Lesson} lesson @param {Record<string, LessonAnswer>} answers */
function writtenIn({ steps }, answers) {
    const written = steps.flatMap(({ id, title }) => (answers[id]?.text ? [{ title: said(title), text: answers[id].text }] : []));
    const parts = written.flatMap(({ title, text }) => [make("dt", { text: title }), make("dd", { text })]);
    return parts.length > 0 ? [make("h3", { text: t("lesson.write.yours") }), make("dl", { className: "lesson-texts" }, parts)] : [];
}
