/**
 * What there is to learn, and what a teacher makes: the list of lessons, a file of one's own, a link that hides what students
 * are to find out, a worksheet, and the results of a class.
 *
 * @module
 */

import { hides, withLesson } from "../../page/state.js";
import { t, tOr } from "../../text/index.js";
import { Copied } from "../../ui/copy.js";
import { button, make, replaceKeeping } from "../../ui/dom.js";
import { isJson } from "../../ui/intake.js";
import { Sure } from "../../ui/sure.js";
import { lessonOf, said } from "./library.js";
import { lessonLink } from "./link.js";

/** @typedef {import("../../page/state.js").State} State */
/** @typedef {import("../../page/state.js").Hidden} Hidden */
/** @typedef {import("./library.js").Listed} Listed */

/** How far a lesson is. @typedef {Pick<import("../../page/state.js").LessonPlace, "step" | "of">} Place */

/** What of the page the menu needs. @typedef {import("../../page/page.js").Page} Page */

const HIDDEN = /** @type {const} */ (["answer", "map", "sum", "settings"]);

/** What the list of lessons says, but for their names. @param {State} state @param {string} own */
function listKey({ lesson, left }, own) {
    return JSON.stringify([own, lesson?.id, lesson?.step, Object.entries(left).map(([id, { step }]) => [id, step])]);
}

export class Menu {
    #page;
    #library;
    #panel;
    /** One's own lessons come first, right below it. */
    #heading = make("h2", { text: t("lesson.all") });
    #list = make("ul", { className: "lesson-list" });
    #ask = make("textarea", { attributes: { maxlength: 300, rows: 2 } });
    #mark = make("input", { attributes: { type: "checkbox" } });
    /** @type {Map<Hidden, HTMLInputElement>} */
    #hide = new Map();
    /** Said before a link is made of a picture that no link carries. */
    #stays = make("div", { className: "lesson-stays", attributes: { role: "note" } });
    #link = new Copied(t("lesson.link.text"), { className: "lesson-link-text", rows: 3 });
    #which = make("select", { attributes: { "aria-label": t("lesson.sheet.which") } });
    #file = make("input", { className: "visually-hidden", attributes: { type: "file", accept: ".json,.zip,application/json,application/zip", tabindex: -1, "aria-hidden": true, "aria-label": t("lesson.open") } });
    /** Asks before what students are to find out is shown. */
    #sure = new Sure();
    /** What has the solutions in it. */
    #sheets = make("p", { className: "row" });
    #listed = "";

    /**
     * @param {HTMLElement} panel
     * @param {Page} page
     * @param {import("./library.js").Library} library
     */
    constructor(panel, page, library) {
        this.#page = page;
        this.#library = library;
        this.#panel = panel;
        this.#file.addEventListener("change", () => {
            const [file] = this.#file.files ?? [];
            this.#file.value = "";
            if (file) {
                this.#close();
                void (isJson(file.name) ? page.openLesson(file) : page.addPictures([{ file, entry: null }]));
            }
        });
        const checks = HIDDEN.map((what) => {
            const box = make("input", { attributes: { type: "checkbox", name: what } });
            box.checked = what === "answer" || what === "map";
            this.#hide.set(what, box);
            return make("label", { className: "check" }, [box, t(`lesson.hide.${what}`)]);
        });
        this.#mark.checked = true;
        this.#ask.placeholder = t("lesson.link.mark");
        this.#sheets.append(
            button(t("lesson.sheet"), () => void this.#forTeachers(() => void this.#sheet("worksheet"), this.#sheets), { className: "lesson-sheet" }),
            button(t("lesson.class"), () => void this.#forTeachers(() => void this.#sheet("class"), this.#sheets), { className: "lesson-class" }),
        );
        panel.replaceChildren(
            this.#heading,
            this.#sure.root,
            this.#list,
            make("p", { className: "row" }, [button(t("lesson.open"), () => this.#file.click(), { className: "lesson-open" }), this.#file]),
            make("p", { className: "hint", text: t("lesson.open.how") }),
            make("details", { className: "lesson-teacher" }, [
                make("summary", { text: t("lesson.link.make") }),
                make("p", { className: "hint", text: t("lesson.link.how") }),
                ...checks,
                make("label", { className: "check" }, [this.#mark, t("lesson.link.first")]),
                make("label", { className: "lesson-ask" }, [t("lesson.link.ask"), this.#ask]),
                this.#stays,
                make("p", { className: "row" }, [button(t("lesson.link.copy"), () => this.#copy(), { className: "lesson-link" })]),
                this.#link.note,
                this.#link.text,
            ]),
            make("details", { className: "lesson-teacher" }, [
                make("summary", { text: t("lesson.teach") }),
                make("p", { className: "hint", text: t("lesson.teach.how") }),
                make("p", { className: "row" }, [button(t("lesson.make"), () => this.#make(), { className: "lesson-make" })]),
                this.#which,
                this.#sheets,
            ]),
        );
        void this.#showList();
    }

    /** @param {State} state */
    show(state) {
        const own = this.#library.own.join(" ");
        this.#showStays(state);
        if (listKey(state, own) !== this.#listed) {
            void this.#showList();
        }
    }

    /** What no link carries, and what whoever opens it sees instead: said before it is made. @param {State} state */
    #showStays(state) {
        const { entry, shelf, pictures } = this.#page;
        const { model } = entry.own ? shelf.entries[0] : entry;
        const [sample] = "samples" in model ? pictures.samples(model.samples) : [];
        const names = { picture: sample ? tOr(`sample:${sample.title}`, sample.title) : "", model: model.title, second: "" };
        const keys = /** @type {const} */ ({ picture: "lesson.link.own", model: "lesson.link.own-model", second: "lesson.link.own-second" });
        const texts = this.#page.leftOut(state).map((what) => t(keys[what], { name: names[what] }));
        this.#stays.hidden = texts.length === 0;
        if (this.#stays.textContent !== texts.join("")) {
            this.#stays.replaceChildren(...texts.map((text) => make("p", { text })));
        }
    }

    /**
     * Shows what has the solutions in it; where a lesson is being played that asks something still, only after a "yes".
     * @param {() => void} show
     * @param {HTMLElement} near What was pressed: the question stands below it.
     */
    async #forTeachers(show, near) {
        const { state } = this.#page;
        try {
            const { steps = [] } = (state.lesson && (await this.#library.lesson(state.lesson.id))) ?? {};
            const asks = state.lesson !== null && (hides(state, ...HIDDEN) || steps.some(({ id, task }) => task && !state.lesson?.answers[id]));
            if (asks) {
                near.after(this.#sure.root);
                this.#sure.ask(t("lesson.teachers-only"), show, { yes: t("lesson.teachers-only.yes"), no: t("lesson.teachers-only.no") });
            } else {
                show();
            }
        } catch (error) {
            this.#page.notLoaded(error);
        }
    }

    #close() {
        this.#sure.clear();
        this.#panel.hidePopover();
    }

    async #showList() {
        const { lesson, left } = this.#page.state;
        this.#listed = listKey(this.#page.state, this.#library.own.join(" "));
        try {
            const every = await this.#library.all();
            const isOwn = (/** @type {Listed} */ { id }) => id.startsWith("own-");
            // A teacher's own come first: of theirs there are few, and they are looked for.
            const all = [...numbered(every.filter(isOwn)), ...every.filter((each) => !isOwn(each))];
            replaceKeeping(this.#list, all.map((each) => this.#line(each, each.id === lesson?.id, each.id === lesson?.id ? lesson : left[each.id])));
            const chosen = this.#which.value;
            const link = lesson?.link ? [{ id: lesson.id, title: t("lesson.link") }] : [];
            const offered = [...link, ...all];
            this.#which.replaceChildren(...offered.map(({ id, title }) => make("option", { text: said(title), attributes: { value: id } })));
            this.#which.value = [lesson?.id, chosen, all[0]?.id].find((id) => offered.some((each) => each.id === id)) ?? "";
        } catch (error) {
            this.#page.notLoaded(error);
        }
    }

    /** @param {Listed} listed @param {boolean} playing @param {Place} [place] Where it was left. */
    #line({ id, title, about, minutes, medical }, playing, place) {
        const start = button(said(title), () => this.#start(id), { className: "lesson-start", attributes: { "data-key": id, "aria-current": playing ? "true" : null } });
        const edit = id.startsWith("own-") ? [button(t("lesson.edit"), () => void this.#forTeachers(() => this.#make(id), this.#heading), { className: "lesson-edit", attributes: { "data-key": `edit ${id}`, "aria-label": t("lesson.edit.of", { name: said(title) }) } })] : [];
        const more = [said(about), ...(minutes ? [t("lesson.minutes", { count: minutes })] : []), ...(medical ? [t("lesson.medical")] : [])].filter(Boolean);
        const far = place?.of ? [make("span", { className: "lesson-far", text: place.step >= place.of ? t("lesson.finished") : t("lesson.step", { step: place.step + 1, total: place.of }) })] : [];
        return make("li", {}, [start, ...far, ...edit, make("p", { className: "hint", text: more.join(" ") })]);
    }

    /** @param {string} id */
    #start(id) {
        this.#close();
        this.#page.change((state) => (state.lesson?.id === id ? state : withLesson(state, id)));
    }

    #copy() {
        const hide = HIDDEN.filter((what) => this.#hide.get(what)?.checked);
        const link = lessonLink(this.#page.address(), { hide, ask: this.#ask.value.trim(), mark: this.#mark.checked });
        void this.#link.copy(this.#page.packed(link), t("lesson.link.copied"));
    }

    /** Opens what a teacher makes, or a lesson of theirs again. @param {string} [id] */
    #make(id) {
        this.#close();
        void this.#page.makeLesson(id);
    }

    /** @param {"worksheet" | "class"} which */
    async #sheet(which) {
        const page = this.#page;
        try {
            const lesson = await this.#chosen();
            const { Sheet } = await import("./sheet.js");
            const { fill } = await (which === "worksheet" ? import("./worksheet.js") : import("./class.js"));
            if (lesson) {
                this.#close();
                const sheet = new Sheet(which, t(`lesson.${which === "worksheet" ? "sheet" : "class"}`));
                await fill(sheet, lesson, { engine: page.engine, read: (text) => this.#library.read(text, this.#which.value), pictures: page.pictures, fail: (error) => page.fail(error) });
            }
        } catch (error) {
            page.notLoaded(error);
        }
    }

    /** The lesson of which a sheet is wanted. */
    async #chosen() {
        const { link } = this.#page.state.lesson ?? {};
        if (this.#which.value !== "link" || !link) {
            return this.#library.lesson(this.#which.value);
        }
        // What a link shows is what is on show.
        const lesson = lessonOf(link);
        const page = new URL(this.#page.address()).hash.slice(1);
        return { ...lesson, steps: lesson.steps.map((step) => ({ ...step, page })) };
    }
}

/** Lessons that were opened more than once, or changed in between: the newer ones with a number. @param {readonly Listed[]} all @returns {Listed[]} */
function numbered(all) {
    const same = (/** @type {number} */ index) => all.slice(0, index + 1).filter(({ title }) => said(title) === said(all[index].title)).length;
    return all.map((each, index) => (same(index) > 1 ? { ...each, title: `${said(each.title)} (${same(index)})` } : each));
}
