/**
 * A lesson of a teacher's own pictures: what to ask of each, in which order, saved as one file.
 *
 * @module
 */

import { domainOf, variantOf } from "../../engine/shipped.js";
import { language, listOf, t, tOr } from "../../text/index.js";
import { answerNote } from "../../ui/answer-note.js";
import { button, make, setText } from "../../ui/dom.js";
import { Sure } from "../../ui/sure.js";
import { masksOf } from "../mask/effect.js";
import { bringTo, complain, labelled } from "./fields.js";
import { lessonPicture, refusal } from "./library.js";
import { maybeScan } from "./values.js";
import { dataOf } from "./pictured.js";
import { drawn, solve } from "./pictures.js";
import { withoutMetadata } from "./plain-file.js";
import { Sheet } from "./sheet.js";
import { StepForm } from "./step-form.js";
import { asked, draftOf, slug, written } from "./written.js";

/** @typedef {import("./written.js").Draft} Draft */
/** @typedef {import("../../page/page.js").Page} Page */

/** Pictures of a lesson at most, as its format has it. */
const MOST = 40;
/** Of the JPEG that goes into the file where a picture is drawn anew. */
const QUALITY = 0.92;
/** Bytes of a picture's file that goes into the lesson as it is, and of all of them. */
const LARGEST = 1_500_000;
const ALL = 15_000_000;

/**
 * A picture as it goes into the file.
 * @typedef {object} Packed
 * @property {string} id By which the page knows it, so that the network can be asked about just this.
 * @property {Blob} file
 * @property {boolean} redrawn Whether it was drawn anew.
 * @property {boolean} smaller Whether it became smaller by that.
 */

export class Maker {
    #page;
    #library;
    /** While it is open. @type {Sheet | null} */
    #sheet = null;
    #title = make("input", { attributes: { type: "text", maxlength: 120, required: true } });
    #minutes = make("input", { attributes: { type: "number", min: 1, max: 120, value: 10 } });
    /** Which network explains the pictures. */
    #model = make("select", { className: "maker-model", on: { change: () => this.#choose(this.#model.value) } });
    /** That which was chosen here; nothing where it is the one on the page. @type {string | null} */
    #chosen = null;
    #list = make("ol", { className: "maker-steps" });
    #more = make("div", { className: "row maker-more" });
    /** Said where pictures are left over that no lesson has room for. */
    #full = make("p", { className: "hint maker-full", attributes: { role: "status" } });
    /** What is covered on the page is in no step. */
    #covered = make("p", { className: "hint maker-covered", text: t("lesson.make.covered") });
    /** Beside answers of a medical model. */
    #notice = make("p", { className: "sheet-notice" });
    #says = make("p", { className: "maker-says", attributes: { role: "status" } });
    #trouble = make("p", { className: "maker-trouble", attributes: { role: "alert" } });
    #save = button(t("lesson.make.save"), () => void this.#make((text, title) => this.#download(text, title)), { className: "maker-save" });
    #try = button(t("lesson.make.try"), () => void this.#make((text, title) => this.#play(text, title)), { className: "maker-try" });
    #anew = button(t("lesson.make.anew"), () => this.#discardOrAsk(), { className: "maker-anew" });
    /** Asks before anything that was written is lost. */
    #sure = new Sure();
    /** Of a lesson that is edited: its name and model, and what it asked. @type {{id: string, model: string, asked: string} | null} */
    #edited = null;
    /** @type {StepForm[]} */
    #steps = [];
    /** Addresses of pictures, kept as long as the draft. @type {Map<string, string>} */
    #addresses = new Map();
    /** Pictures as they go into the file, by identifier. @type {Map<string, Promise<Packed>>} */
    #packs = new Map();
    #count = 0;
    /** What was written when it was last in a file. */
    #saved = "";

    /** @param {Page} page @param {import("./library.js").Library} library */
    constructor(page, library) {
        this.#page = page;
        this.#library = library;
        // No draft is kept anywhere: whoever leaves the page with one is asked by the browser.
        addEventListener("beforeunload", (event) => {
            if (this.#unsaved) {
                event.preventDefault();
            }
        });
    }

    /** What it speaks. */
    language = language();

    /** Takes the draft over from one that spoke another language. @param {Maker} other */
    takeOver(other) {
        [this.#title.value, this.#minutes.value] = [other.#title.value, other.#minutes.value];
        [this.#edited, this.#chosen, this.#packs, this.#count] = [other.#edited, other.#chosen, other.#packs, other.#count];
        const unsaved = other.#unsaved;
        const kept = other.#steps.map((form) => ({ picture: form.picture, written: form.touched ? form.kept : null }));
        other.#forget();
        for (const { picture, written: own } of kept) {
            const form = this.#add(picture);
            if (own) {
                form.fill(own.draft, own.name, own.credit, own.meant);
            }
        }
        this.#saved = unsaved ? "" : this.#written;
    }

    /**
     * Opens a lesson from a file, to be changed.
     * @param {string} id By which the page knows it.
     * @param {import("./library.js").Lesson} lesson
     */
    edit(id, lesson) {
        const draft = draftOf(lesson);
        if (draft === null) {
            this.#page.status.fail({ fault: "request", message: t("lesson.edit.by-hand", { name: lesson.id }), advice: t("lesson.edit.by-hand.advice") });
            return;
        }
        const take = () => {
            this.#forget();
            this.#edited = { id: lesson.id, model: draft.model, asked: "" };
            this.#title.value = draft.title;
            this.#minutes.value = draft.minutes === null ? "" : String(draft.minutes);
            for (const step of draft.steps) {
                const named = lesson.pictures?.find(({ name }) => name === step.picture);
                const picture = step.picture.startsWith("sample:") ? step.picture : lessonPicture(id, step.picture);
                this.#add(picture).fill({ ...step, picture }, typeof named?.title === "string" ? named.title : "", named?.credit ?? "");
            }
            this.#edited.asked = asked(this.#steps.map((form) => form.draft));
        };
        const show = () => {
            take();
            this.open();
            this.#saved = this.#written;
        };
        if (this.#unsaved) {
            this.open();
            this.#sure.ask(t("lesson.edit.sure"), () => {
                this.#sheet?.close();
                show();
            });
        } else {
            show();
        }
    }

    /** Whether a teacher has written anything. */
    get #touched() {
        return this.#steps.some((form) => form.touched) || this.#title.value.trim() !== "";
    }

    /** All that a teacher may have written. */
    get #written() {
        return JSON.stringify([this.#title.value, this.#minutes.value, this.#chosen, this.#steps.map(({ kept }) => kept)]);
    }

    /** Whether any of it is in no file. */
    get #unsaved() {
        return this.#touched && this.#written !== this.#saved;
    }

    #discardOrAsk() {
        if (this.#touched) {
            this.#sure.ask(t("lesson.make.anew-sure"), () => this.#discard());
        } else {
            this.#discard();
        }
    }

    /** Opens the draft as it was left; where it has no picture, with all of the visitor's. */
    open() {
        this.#sure.clear();
        this.#offerModels();
        this.#notice.hidden = this.#notice.textContent === "";
        this.#covered.hidden = masksOf(this.#page.state).length === 0;
        const own = this.#page.pictures.own.slice(0, MOST);
        this.#sheet = new Sheet("maker", t("lesson.make"), false);
        this.#sheet.body.replaceChildren(
            make("p", { className: "hint", text: t(this.#edited ? "lesson.edit.how" : own.length > 0 || this.#steps.length > 0 ? "lesson.make.how" : "lesson.make.none") }),
            this.#covered,
            this.#notice,
            labelled(t("lesson.make.title"), this.#title),
            labelled(t("lesson.make.minutes"), this.#minutes),
            labelled(t("lesson.make.model"), this.#model),
            this.#full,
            this.#list,
            this.#more,
            make("p", { className: "hint", text: t("lesson.make.file") }),
            make("div", { className: "maker-foot" }, [make("div", { className: "row" }, [this.#save, this.#try, this.#anew]), this.#sure.root, this.#says, this.#trouble]),
        );
        if (this.#steps.length === 0) {
            own.forEach(({ id }) => this.#add(id));
        }
        this.#show();
        void this.#tellAnswers();
    }

    /** Networks of the page, without those that are flawed on purpose. */
    #offerModels() {
        const { domains, shelf } = this.#page;
        const now = this.#entry;
        const named = shelf.entries.flatMap((entry) => {
            const domain = domains.find(({ id }) => id === domainOf(entry));
            if (!domain || (domain.flawed && entry.id !== now.id)) {
                return [];
            }
            const variant = shelf.entries.filter((other) => domainOf(other) === domain.id).length > 1 ? variantOf(entry) : null;
            const title = tOr(`domain:${domain.id}`, domain.title);
            return [{ id: entry.id, text: variant ? t("lesson.make.model-variant", { name: title, variant: tOr(`variant:${variant}`, variant) }) : title }];
        });
        this.#model.replaceChildren(...named.map(({ id, text }) => make("option", { text, attributes: { value: id } })));
        this.#model.value = now.id;
    }

    /** @param {string} model */
    #choose(model) {
        this.#chosen = model;
        this.#change();
        void this.#tellAnswers();
    }

    /** Begins anew, with the pictures of this visit. */
    #discard() {
        this.#forget();
        this.#sheet?.close();
        this.open();
    }

    /** Forgets the draft. */
    #forget() {
        this.#addresses.forEach((address) => URL.revokeObjectURL(address));
        this.#addresses.clear();
        this.#steps = [];
        [this.#edited, this.#chosen] = [null, null];
        this.#title.value = "";
        setText(this.#says, "");
        setText(this.#trouble, "");
    }

    /** Says beside every picture what the network says of it, one after the other, as long as the sheet is open. */
    async #tellAnswers() {
        const sheet = this.#sheet;
        const of = this.#entry.id;
        for (const form of [...this.#steps]) {
            if (sheet?.closed || form.told === of || !this.#steps.includes(form)) {
                continue;
            }
            form.tell(of, t("lesson.make.asking"));
            /** @type {[string, string?]} */
            let told = [t("lesson.make.silent")];
            try {
                // Of the picture as it will be in the file, so that students see what stands here.
                const packed = this.#page.pictures.sample(form.picture) ? null : await this.#packed(of, form.picture);
                if (packed && !(await form.hasPicture())) {
                    this.#showPacked(form, packed.file);
                }
                const { answer } = await solve(this.#tools(of, packed?.id ?? form.picture), "");
                if (this.#entry.id === of) {
                    this.#notice.hidden = answer.notice === null;
                    setText(this.#notice, answer.notice ?? "");
                }
                const says = t("lesson.make.says", { answer: answerNote(answer) });
                told = [packed?.redrawn ? `${says}. ${t(packed.smaller ? "lesson.make.smaller" : "lesson.make.other-kind")}` : says, maybeScan(answer) ? `${t("lesson.grey")} ${t("lesson.make.other-model")}` : ""];
            } catch {
                // What it cannot answer, it is silent about.
            }
            if (this.#entry.id !== of) {
                // Another network is being asked by now.
                return;
            }
            form.tell(of, ...told);
        }
    }

    /** Of a kind that the browser does not show, or from an archive: the picture as it goes into the file. @param {StepForm} form @param {Blob} file */
    #showPacked(form, file) {
        URL.revokeObjectURL(this.#addresses.get(form.picture) ?? "");
        const address = URL.createObjectURL(file);
        this.#addresses.set(form.picture, address);
        form.showPicture(address);
    }

    /** To ask a model about a picture as it is. @param {string} model @param {string} picture @returns {import("./pictures.js").Tools} */
    #tools(model, picture) {
        const { engine, state, pictures } = this.#page;
        const pane = { ...state.pane, model, picture, edits: [], shuffled: 0, choice: null, size: null, fit: null, population: null };
        return { engine, pictures, read: () => ({ ...state, pane }) };
    }

    /** Whose model is asked: one of the visitor's own is not where the lesson will be played. */
    get #entry() {
        const { entry, shelf } = this.#page;
        const wanted = shelf.find(this.#chosen ?? this.#edited?.model ?? "");
        if (wanted) {
            return wanted;
        }
        return "file" in entry.model ? entry : shelf.entries[0];
    }

    /** Samples of that model: those need not be in the file. */
    get #samples() {
        const { model } = this.#entry;
        return "samples" in model ? this.#page.pictures.samples(model.samples) : [];
    }

    /** @param {string} picture */
    #add(picture) {
        const { pictures } = this.#page;
        const sample = pictures.sample(picture);
        const file = pictures.fileOf(picture);
        // What is packed in an archive has no address yet.
        if (file instanceof Blob && !this.#addresses.has(picture)) {
            this.#addresses.set(picture, URL.createObjectURL(file));
        }
        const address = sample ? this.#page.thumbnail(sample) : (this.#addresses.get(picture) ?? "");
        const name = sample ? tOr(`sample:${sample.title}`, sample.title) : pictures.name(picture);
        const form = new StepForm(picture, address, name, (sample?.boxes ?? []).length > 0, {
            move: (way) => this.#move(form, way),
            remove: () => {
                const at = this.#steps.indexOf(form);
                this.#steps = this.#steps.filter((other) => other !== form);
                this.#change();
                // What was pressed is gone.
                (this.#steps[at] ?? this.#steps.at(-1) ?? this.#title).focus();
            },
        });
        this.#steps.push(form);
        return form;
    }

    /** @param {StepForm} form @param {-1 | 1} way */
    #move(form, way) {
        const at = this.#steps.indexOf(form);
        const to = at + way;
        if (to >= 0 && to < this.#steps.length) {
            [this.#steps[at], this.#steps[to]] = [this.#steps[to], this.#steps[at]];
            this.#change();
            form.focus(way);
        }
    }

    /** Other steps, or another network: what was said of the last file is not true of them. */
    #change() {
        setText(this.#says, "");
        setText(this.#trouble, "");
        this.#show();
    }

    #show() {
        this.#list.replaceChildren(...this.#steps.map(({ root }) => root));
        this.#steps.forEach((form, index) => form.place(index, this.#steps.length));
        const used = new Set(this.#steps.map(({ picture }) => picture));
        const samples = this.#samples.map(({ file, title }) => ({ id: `sample:${file}`, name: tOr(`sample:${title}`, title) }));
        const own = this.#page.pictures.own.filter(({ id }) => !used.has(id));
        const full = this.#steps.length >= MOST;
        setText(this.#full, full && own.length > 0 ? t("lesson.make.full", { most: MOST, count: own.length }) : "");
        const left = full ? [] : [...own, ...samples.filter(({ id }) => !used.has(id))];
        this.#more.replaceChildren(
            ...left.map(({ id, name }) =>
                button(t("lesson.make.add", { name }), () => {
                    this.#add(id);
                    this.#change();
                    void this.#tellAnswers();
                }),
            ),
        );
        this.#save.disabled = this.#try.disabled = this.#steps.length === 0;
    }

    /**
     * Writes the lesson, and holds it against the format as any other.
     * @param {(text: string, title: string) => void | Promise<void>} use
     */
    async #make(use) {
        const page = this.#page;
        setText(this.#trouble, "");
        const title = this.#title.value.trim();
        if (title === "") {
            complain(this.#title, t("lesson.make.no-title"));
            bringTo(this.#title);
            return;
        }
        for (const form of this.#steps) {
            const wrong = form.complain();
            if (wrong) {
                bringTo(wrong);
                return;
            }
        }
        this.#save.disabled = this.#try.disabled = true;
        try {
            const of = this.#entry.id;
            const { card } = await page.engine.load(of);
            /** @type {Parameters<typeof written>[1]["data"]} */
            const data = new Map();
            /** @type {string[]} */
            const redrawn = [];
            let bytes = 0;
            for (const [index, { picture }] of this.#steps.entries()) {
                setText(this.#says, t("lesson.make.packing", { step: index + 1, total: this.#steps.length }));
                if (!data.has(picture) && !page.pictures.sample(picture)) {
                    const credit = this.#steps[index].credit;
                    let packed = await this.#packed(of, picture);
                    if (bytes + packed.file.size > ALL && !packed.redrawn) {
                        // Too much with those before it: what stands beside it is of the smaller one from now on.
                        this.#packs.set(picture, this.#redrawn(of, picture));
                        this.#steps.filter((form) => form.picture === picture).forEach((form) => form.tell("", ""));
                        packed = await this.#packed(of, picture);
                    }
                    bytes += packed.file.size;
                    redrawn.push(...(packed.smaller ? [String(index + 1)] : []));
                    data.set(picture, { title: this.#steps[index].name, credit, data: await dataOf(packed.file) });
                }
            }
            const minutes = Number(this.#minutes.value) || null;
            const steps = this.#steps.map((form) => form.draft);
            const same = this.#edited?.asked === asked(steps);
            const lesson = written({ title, minutes, steps }, { id: same ? this.#edited?.id : undefined, model: of, medical: card.medical === true, data });
            const text = `${JSON.stringify(lesson, null, 4)}\n`;
            const faults = await this.#library.check(text);
            if (faults.length > 0) {
                setText(this.#trouble, refusal(title, faults).message);
                this.#trouble.scrollIntoView({ block: "nearest" });
                setText(this.#says, "");
            } else {
                setText(this.#says, "");
                await use(text, title);
                if (this.#edited && !same) {
                    setText(this.#says, `${this.#says.textContent} ${t("lesson.make.asked-anew")}`.trim());
                }
                if (redrawn.length > 0) {
                    setText(this.#says, `${this.#says.textContent} ${t("lesson.make.redrawn", { count: redrawn.length, steps: listOf(redrawn) })}`.trim());
                }
                this.#says.scrollIntoView({ block: "nearest" });
            }
        } catch (error) {
            this.#sheet?.close();
            page.fail(error);
        } finally {
            this.#show();
            void this.#tellAnswers();
        }
    }

    /** A picture of the visitor's own as it goes into the file; made once. @param {string} model @param {string} picture */
    #packed(model, picture) {
        const packed = this.#packs.get(picture) ?? this.#asItIs(picture).then((asItIs) => asItIs ?? this.#redrawn(model, picture));
        this.#packs.set(picture, packed);
        packed.catch(() => this.#packs.delete(picture));
        return packed;
    }

    /**
     * The picture's own file without what a camera writes beside it, so that the network says just what it says here.
     * @param {string} picture
     * @returns {Promise<Packed | null>} Nothing where it is too large, or of a kind that not every browser reads.
     */
    async #asItIs(picture) {
        const file = this.#page.pictures.fileOf(picture);
        if (!file || file.size > LARGEST) {
            return null;
        }
        const bytes = withoutMetadata(new Uint8Array(await file.arrayBuffer()));
        return bytes && { id: picture, file: new Blob([bytes]), redrawn: false, smaller: false };
    }

    /** The picture drawn anew, as a file that any browser reads. @param {string} model @param {string} picture @returns {Promise<Packed>} */
    async #redrawn(model, picture) {
        const { pictures } = this.#page;
        const tools = this.#tools(model, picture);
        const solved = await solve(tools, "");
        const canvas = await drawn(tools, solved, false, false);
        const smaller = canvas.width < solved.answer.explained.placement.photo.width;
        const as = (/** @type {string} */ kind) => new Promise((/** @type {(blob: Blob | null) => void} */ resolve) => canvas.toBlob(resolve, kind, QUALITY));
        // With the same pixels, the network says the same.
        const exact = smaller ? null : await as("image/png");
        const file = exact && exact.size <= LARGEST ? exact : await as("image/jpeg");
        if (!file) {
            throw new Error("no browser draws a picture of this size");
        }
        this.#count += 1;
        const id = `lesson:draft-${this.#count}/${picture}`;
        pictures.addTaught([{ id, name: pictures.name(picture), credit: "", file }]);
        return { id, file, redrawn: true, smaller };
    }

    /** @param {string} text @param {string} title */
    #download(text, title) {
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
        link.download = `${slug(title)}.json`;
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
        this.#saved = this.#written;
        setText(this.#says, t("lesson.make.saved", { name: link.download }));
    }

    /** @param {string} text @param {string} title */
    async #play(text, title) {
        this.#sheet?.close();
        await this.#page.previewLesson(new File([text], `${slug(title)}.json`));
    }
}
