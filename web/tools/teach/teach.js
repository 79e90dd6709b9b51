/**
 * Classes of the visitor's own: pictures of each from files or the camera, the last layer fitted to them, and what that is
 * worth. What is learnt is a model like any other, used at once. Nothing leaves the machine, and nothing is stored unless saved.
 *
 * @module
 */

import { withTool } from "../../page/state.js";
import { t } from "../../text/index.js";
import { button, make, newLabel, setText } from "../../ui/dom.js";
import { Running } from "../../ui/running.js";
import { MOST_CLASSES, MOST_PICTURES, obstacle, removedWith, renamed, withBack, withBurst, withClass, withPicture, withoutClass, withoutPicture } from "./book.js";
import { ClassCard } from "./class-card.js";
import { courseOf } from "./course.js";
import { Eye } from "./eye.js";
import { Result } from "./result.js";

/** @typedef {import("../../page/view.js").PageView} PageView */
/** @typedef {import("./book.js").Lesson} Lesson */

class TeachPanel {
    #context;
    #course;
    #eye;
    /** @type {Map<number, ClassCard>} */
    #cards = new Map();
    #list = make("div", { className: "teach-classes" });
    #add = button(t("teach.add-class"), () => this.#addClass(), { className: "teach-add-class" });
    #learn = button(t("teach.learn"), () => void this.#start(), { className: "teach-learn" });
    #running = new Running("teach.learning", { done: "teach.step", left: "teach.step-left" }, button(t("teach.cancel"), () => this.#course.cancel(), { className: "teach-cancel" }));
    #obstacle = make("p", { className: "hint teach-obstacle", attributes: { id: newLabel() } });
    #back = button("", () => this.#bringBack(), { className: "teach-back" });
    #full = make("p", { className: "hint", text: t("teach.full", { most: MOST_PICTURES }) });
    #result;
    #body = make("div", { className: "teach-body" });
    #medical = make("p", { className: "teach-medical", text: t("teach.medical-model") });
    /** Whether the class that was added last is to be named. */
    #names = false;
    /** The picture that is on show from here, by the picture of the book. @type {Map<number, string>} */
    #shown = new Map();
    #closed = false;

    /**
     * @param {HTMLElement} root
     * @param {import("../index.js").Context} context
     */
    constructor(root, context) {
        this.#context = context;
        this.#course = courseOf(context.engine, context.everyday(), (number) => t("teach.class", { number }));
        this.#course.listener = () => context.refresh();
        this.#eye = new Eye(
            (/** @type {{of: number, burst: number}} */ { of, burst }, file) => {
                this.#course.frames += 1;
                const name = t("teach.frame", { number: this.#course.frames });
                this.#course.change((book) => withPicture(book, { of, burst, name, file }));
            },
            () => context.refresh(),
        );
        this.#result = new Result({
            save: () => this.#save(),
            use: () => void this.#course.use((model, before) => context.adopt(model, before)),
            camera: () => context.change((state) => withTool(state, "camera")),
        });
        this.#body.append(
            make("p", { className: "hint", text: t("teach.hint") }),
            make("p", { className: "teach-no-diagnosis", text: t("teach.no-diagnosis") }),
            this.#eye.root,
            this.#list,
            make("div", { className: "row" }, [this.#add, this.#back]),
            this.#full,
            make("div", { className: "row" }, [this.#learn]),
            this.#running.root,
            this.#obstacle,
            this.#result.root,
        );
        this.#learn.setAttribute("aria-describedby", this.#obstacle.id);
        root.replaceChildren(this.#medical, this.#body);
    }

    /** @param {PageView} view */
    show({ state, panes }) {
        const course = this.#course;
        const { book, learnt } = course;
        const medical = panes[0].solved?.loaded.card.medical === true;
        this.#medical.hidden = !medical;
        this.#body.hidden = medical;
        this.#eye.show();
        this.#showClasses();
        this.#add.disabled = book.classes.length >= MOST_CLASSES;
        this.#back.hidden = course.removed === null || book.classes.length >= MOST_CLASSES;
        setText(this.#back, t("teach.bring-back", { name: course.removed?.each.name ?? "" }));
        this.#full.hidden = book.lessons.length < MOST_PICTURES;
        const way = obstacle(book);
        this.#learn.disabled = way !== null || course.learning || course.current;
        setText(this.#learn, t(learnt ? "teach.learn-again" : "teach.learn"));
        setText(this.#obstacle, course.learning ? "" : this.#obstacleText(way));
        this.#obstacle.hidden = this.#obstacle.textContent === "";
        this.#running.show(course.learning, course.progress);
        this.#result.root.hidden = learnt === null;
        if (learnt) {
            this.#result.show(learnt, course.current, state.pane.model === learnt.model, (id) => book.lessons.find((lesson) => lesson.id === id)?.name ?? "");
        }
    }

    close() {
        this.#closed = true;
        this.#eye.close();
        this.#course.cancel();
        this.#course.listener = () => {};
    }

    #showClasses() {
        const { book } = this.#course;
        const wrong = this.#wrong();
        for (const [id, card] of this.#cards) {
            if (!book.classes.some((each) => each.id === id)) {
                card.root.remove();
                this.#cards.delete(id);
            }
        }
        for (const { id, name } of book.classes) {
            let card = this.#cards.get(id);
            if (!card) {
                card = this.#makeCard(id);
                this.#cards.set(id, card);
                this.#list.append(card.root);
                if (this.#names) {
                    this.#names = false;
                    card.show({ name, lessons: [], wrong, camera: this.#eye.on, removable: true });
                    card.focusName();
                }
            }
            card.show({ name, lessons: book.lessons.filter(({ of }) => of === id), wrong, camera: this.#eye.on, removable: book.classes.length > 2 });
        }
    }

    /** @param {number} id */
    #makeCard(id) {
        const course = this.#course;
        return new ClassCard({
            rename: (name) => course.change((book) => renamed(book, id, name)),
            remove: () => {
                course.removed = removedWith(course.book, id) ?? course.removed;
                course.change((book) => withoutClass(book, id));
            },
            add: (files) => course.change((book) => files.reduce((all, file) => withPicture(all, { of: id, name: file.name, file }), book)),
            removePicture: (lesson) => course.change((book) => withoutPicture(book, lesson)),
            showPicture: (lesson) => this.#showPicture(lesson),
            hold: () => {
                const [book, burst] = withBurst(course.book);
                course.change(() => book);
                this.#eye.hold({ of: id, burst });
            },
            letGo: () => this.#eye.letGo(),
        });
    }

    #bringBack() {
        const { removed } = this.#course;
        this.#course.removed = null;
        this.#course.change((book) => (removed ? withBack(book, removed) : book));
    }

    #addClass() {
        this.#names = true;
        this.#course.change((book) => withClass(book, t("teach.class", { number: book.classes.length + 1 })));
    }

    /** Pictures that were called what they are not, by a layer that had not seen them. */
    #wrong() {
        const { learnt, current, book } = this.#course;
        /** @type {Map<number, string>} */
        const wrong = new Map();
        if (learnt && current) {
            const places = new Map(book.classes.map(({ id }, index) => [id, index]));
            const classOf = new Map(book.lessons.map(({ id, of }) => [id, places.get(of)]));
            learnt.report.calls.forEach((called, index) => {
                const lesson = learnt.lessons[index];
                if (classOf.get(lesson) !== called) {
                    wrong.set(lesson, learnt.names[called]);
                }
            });
        }
        return wrong;
    }

    /** A picture of the book becomes the picture of the page. @param {number} id */
    #showPicture(id) {
        const lesson = this.#course.book.lessons.find((each) => each.id === id);
        if (lesson) {
            const { pictures } = this.#context;
            const known = this.#shown.get(id);
            const picture = known && pictures.has(known) ? known : pictures.add(lesson.file instanceof File ? lesson.file : new File([lesson.file], lesson.name));
            this.#shown.set(id, picture);
            this.#context.choosePicture(picture);
        }
    }

    /** @param {import("./book.js").Obstacle | null} way */
    #obstacleText(way) {
        if (way === null) {
            return "";
        }
        switch (way.kind) {
            case "twice":
                return t("teach.obstacle.twice", { name: way.name });
            case "empty":
                return t("teach.obstacle.empty", { name: way.name });
            case "looking":
                return t("teach.obstacle.looking", { count: this.#course.book.lessons.filter(({ features, failure }) => !features && !failure).length });
            default:
                return t(`teach.obstacle.${way.kind}`);
        }
    }

    async #start() {
        const { learnt: before } = this.#course;
        try {
            await this.#course.learn((model, old) => this.#context.adopt(model, old), t("teach.tab"));
            const { learnt } = this.#course;
            if (learnt !== before && !this.#closed) {
                this.#context.announce(t("teach.learnt"));
            }
        } catch (error) {
            this.#context.fail(error);
        }
    }

    #save() {
        const { learnt } = this.#course;
        if (learnt) {
            const link = document.createElement("a");
            link.href = URL.createObjectURL(learnt.file);
            link.download = `${learnt.names.join("-").replace(/[^\p{L}\p{N}-]+/gu, "-")}.safetensors`;
            link.click();
            setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
        }
    }
}

/** @type {import("../index.js").Tool} */
export default { open: (root, context) => new TeachPanel(root, context) };
