/**
 * What a teacher fills in about one picture of a lesson: what is asked of it, and how.
 *
 * @module
 */

import { t } from "../../text/index.js";
import { button, make, setText } from "../../ui/dom.js";
import { Sure } from "../../ui/sure.js";
import { complain, labelled } from "./fields.js";
import { followed } from "./right.js";
import { VALUES } from "./values.js";
import { lines } from "./written.js";

/** @typedef {import("./written.js").Draft} Draft */

/** In place of the right answer's number, where it is not among the answers any more. */
const LOST = "lost";
/** Kinds of tasks that have a question. */
const ASKED = /** @type {const} */ (["think", "write", "choice", "mark", "mask"]);
/** Lines for answers to choose from at least. */
const ROWS = 4;
/** Answers to choose from at most, as the format has it. */
const MOST = 8;

/** One picture, and what is asked of it. */
export class StepForm {
    picture;
    #heading = make("h2");
    #title = make("input", { attributes: { type: "text", maxlength: 120 } });
    #name = make("input", { attributes: { type: "text", maxlength: 120 } });
    #credit = make("input", { attributes: { type: "text", maxlength: 400 } });
    #text = make("textarea", { attributes: { rows: 2, maxlength: 2000 } });
    #asks = make("select");
    #question = make("textarea", { attributes: { rows: 2, maxlength: 500 } });
    #options = make("textarea", { attributes: { rows: ROWS, maxlength: 1000 } });
    #right = make("select");
    #boxes = make("input", { attributes: { type: "checkbox" } });
    #boxesRow = make("label", { className: "check maker-boxes" }, [this.#boxes, t("lesson.make.boxes")]);
    #boxed;
    /** The answers as they were before the last change, and the right one as it was chosen. @type {string[]} */
    #before = [];
    #meant = "";
    #then = make("textarea", { attributes: { rows: 2, maxlength: 2000 } });
    #up;
    #down;
    #remove;
    #nameRow = labelled(t("lesson.make.name"), this.#name);
    #creditRow = labelled(t("lesson.make.credit"), this.#credit);
    #questionRow;
    #optionsRow;
    #thenRow;
    /** What the number of the step gives: it changes with it as long as nobody wrote anything else. */
    #usual = "";
    #image = make("img", { attributes: { alt: "", width: 160 }, on: { error: () => (this.#image.hidden = true) } });
    #answer = make("p", { className: "maker-answer", attributes: { role: "status" } });
    #warning = make("p", { className: "maker-trouble maker-warning" });
    /** Whose answer is said. */
    told = "";
    /** What was there before anybody wrote. */
    #first = "";
    #sure = new Sure();

    /**
     * @param {string} picture
     * @param {string} address Empty where there is none yet.
     * @param {string} file Its name.
     * @param {boolean} boxed Whether it is known where radiologists saw something.
     * @param {{move: (way: -1 | 1) => void, remove: () => void}} handlers
     */
    constructor(picture, address, file, boxed, { move, remove }) {
        this.picture = picture;
        this.#boxed = boxed;
        this.#up = button("\u2191", () => move(-1), { className: "sign" });
        this.#down = button("\u2193", () => move(1), { className: "sign" });
        this.#remove = button("\u00d7", () => (this.touched ? this.#sure.ask(t("lesson.make.remove-sure"), remove) : remove()), { className: "sign" });
        for (const asks of /** @type {const} */ ([...ASKED, "look"])) {
            this.#asks.append(make("option", { text: t(`lesson.make.asks.${asks}`), attributes: { value: asks } }));
        }
        this.#asks.addEventListener("change", () => {
            this.#ask();
            this.#adapt();
        });
        this.#options.addEventListener("input", () => this.#follow());
        this.#right.addEventListener("change", () => this.#choose());
        this.#text.value = t("lesson.make.text-usual");
        this.#question.value = t("lesson.make.question-usual.think");
        this.#then.value = t("lesson.make.then-usual");
        this.#questionRow = labelled(t("lesson.make.question"), this.#question);
        this.#optionsRow = make("div", { className: "maker-options" }, [labelled(t("lesson.make.options"), this.#options), labelled(t("lesson.make.right"), this.#right)]);
        this.#thenRow = labelled(t("lesson.make.then"), this.#then, t("lesson.make.braces"));
        this.root = make("li", { className: "maker-step" }, [
            make("div", { className: "row maker-head" }, [this.#heading, this.#up, this.#down, this.#remove]),
            this.#sure.root,
            make("div", { className: "maker-form" }, [
                make("figure", {}, [this.#image, make("figcaption", { text: file }), this.#answer, this.#warning]),
                make("div", { className: "maker-fields" }, [
                    labelled(t("lesson.make.step-title"), this.#title),
                    this.#nameRow,
                    this.#creditRow,
                    labelled(t("lesson.make.text"), this.#text),
                    labelled(t("lesson.make.asks"), this.#asks),
                    this.#questionRow,
                    this.#optionsRow,
                    this.#boxesRow,
                    this.#thenRow,
                ]),
            ]),
        ]);
        this.showPicture(address);
        // What stands under a sample, and whose it is, the page knows.
        this.#nameRow.hidden = this.#creditRow.hidden = picture.startsWith("sample:");
        this.#adapt();
        this.#offer("");
        this.#first = this.#written;
    }

    /** @param {string} address */
    showPicture(address) {
        this.#image.hidden = address === "";
        if (address !== "") {
            this.#image.src = address;
        }
    }

    /** Whether the browser shows the picture that it has been given. */
    async hasPicture() {
        return this.#image.hasAttribute("src") && this.#image.decode().then(() => true, () => false);
    }

    /** What a visitor may have written, without what the step's number gives. */
    get #written() {
        const { title: _, picture: __, ...draft } = this.draft;
        return JSON.stringify([draft, this.credit]);
    }

    /** Whether anything was written. */
    get touched() {
        const named = [this.#title, this.#name].some(({ value }) => value !== "" && value !== this.#usual);
        return named || this.#written !== this.#first;
    }

    /** What was written, without what the step's number gives. */
    get kept() {
        const own = (/** @type {HTMLInputElement} */ { value }) => (value === this.#usual ? "" : value);
        return { draft: { ...this.draft, title: own(this.#title) }, name: own(this.#name), credit: this.credit, meant: this.lacksRight ? this.#meant : "" };
    }

    /** What the network says of the picture. @param {string} model @param {string} text @param {string} [warning] Where that may mean nothing. */
    tell(model, text, warning = "") {
        this.told = model;
        setText(this.#answer, text);
        setText(this.#warning, warning);
    }

    /**
     * @param {Draft} draft
     * @param {string} name
     * @param {string} credit
     * @param {string} [lost] The right answer, where it is not among the answers any more.
     */
    fill({ title, text, asks, question, options, right, boxes = false, then }, name, credit, lost = "") {
        this.#title.value = title;
        this.#name.value = name;
        this.#credit.value = credit;
        this.#text.value = text;
        this.#asks.value = asks;
        this.#question.value = question;
        this.#options.value = options;
        this.#then.value = then;
        this.#boxes.checked = boxes;
        this.#adapt();
        this.#meant = lost;
        this.#before = lines(options);
        this.#offer(right ?? (lost ? LOST : ""));
    }

    /** What students see under the picture. */
    get name() {
        return this.#name.value.trim();
    }

    get credit() {
        return this.#credit.value.trim();
    }

    /** Whether the right answer was taken away, and no other chosen since. */
    get lacksRight() {
        return this.#asks.value === "choice" && this.#right.value === LOST;
    }

    /**
     * Says beside the first field that is wrong what is wrong with it.
     * @returns {import("./fields.js").Control | null} That field.
     */
    complain() {
        const asks = this.#asks.value;
        const options = lines(this.#options.value).length;
        /** @type {[import("./fields.js").Control, string | null][]} */
        const wrong = [
            [this.#text, this.#text.value.trim() === "" ? t("lesson.make.no-text") : unfilled(this.#text.value)],
            [this.#question, asks === "look" ? null : this.#question.value.trim() === "" ? t("lesson.make.no-question") : unfilled(this.#question.value)],
            [this.#options, asks !== "choice" || (options >= 2 && options <= MOST) ? null : t(options < 2 ? "lesson.make.no-answers" : "lesson.make.too-many", { most: MOST })],
            [this.#right, this.lacksRight ? t("lesson.make.right-lost", { name: this.#meant }) : null],
            [this.#then, unfilled(this.#then.value)],
        ];
        wrong.forEach(([field, text]) => complain(field, text ?? ""));
        return wrong.find(([, text]) => text !== null)?.[0] ?? null;
    }

    /** @returns {Draft} */
    get draft() {
        const { value } = this.#right;
        const right = value === "" || value === LOST ? null : Number(value);
        return {
            picture: this.picture,
            title: this.#title.value.trim() || this.#usual,
            text: this.#text.value,
            asks: /** @type {Draft["asks"]} */ (this.#asks.value),
            question: this.#question.value,
            options: this.#options.value,
            right,
            ...(this.#boxes.checked ? { boxes: true } : {}),
            then: this.#then.value,
        };
    }

    /** @param {number} index @param {number} total */
    place(index, total) {
        const step = index + 1;
        setText(this.#heading, t("lesson.make.step", { step }));
        // A step needs a title, and a picture a name that gives nothing away.
        const usual = t("lesson.make.step", { step });
        for (const field of [this.#title, this.#name]) {
            field.placeholder = usual;
            if (field.value === "" || field.value === this.#usual) {
                field.value = usual;
            }
        }
        this.#usual = usual;
        [this.#up.disabled, this.#down.disabled] = [index === 0, step === total];
        for (const [sign, key] of /** @type {const} */ ([[this.#up, "up"], [this.#down, "down"], [this.#remove, "remove"]])) {
            const says = t(`lesson.make.${key}`, { step });
            sign.title = says;
            sign.setAttribute("aria-label", says);
        }
    }

    /** @param {-1 | 1} [way] In which it was moved. */
    focus(way) {
        if (way === undefined) {
            this.#remove.focus();
            return;
        }
        const sign = way < 0 ? this.#up : this.#down;
        (sign.disabled ? (way < 0 ? this.#down : this.#up) : sign).focus();
    }

    /** Another kind of task has another question, as long as nobody wrote one. */
    #ask() {
        const asks = ASKED.find((each) => each === this.#asks.value);
        if (asks && ASKED.some((each) => this.#question.value === t(`lesson.make.question-usual.${each}`))) {
            this.#question.value = t(`lesson.make.question-usual.${asks}`);
        }
        const usual = [t("lesson.make.then-usual"), t("lesson.make.then-usual.mask")];
        if (usual.includes(this.#then.value)) {
            this.#then.value = usual[Number(asks === "mask")];
        }
        const texts = [t("lesson.make.text-usual"), t("lesson.make.text-usual.mask")];
        if (texts.includes(this.#text.value)) {
            this.#text.value = texts[Number(asks === "mask")];
        }
    }

    /** Only what the chosen question needs. */
    #adapt() {
        const asks = this.#asks.value;
        this.#questionRow.hidden = asks === "look";
        this.#optionsRow.hidden = asks !== "choice";
        this.#boxesRow.hidden = asks !== "mark" || !this.#boxed;
    }

    /** Answers were written: the right one stays the same answer, in whichever line it is now. */
    #follow() {
        const before = this.#before;
        this.#before = lines(this.#options.value);
        const { value } = this.#right;
        this.#offer(value === "" ? "" : (followed(before, this.#before, value === LOST ? null : Number(value), this.#meant) ?? LOST));
    }

    #choose() {
        const { value } = this.#right;
        this.#meant = this.#before[Number(value)] ?? "";
        this.#offer(value);
    }

    /** The answers to choose the right one from. @param {string | number} right Which it is now. */
    #offer(right) {
        const lost = right === LOST;
        // All of them are in sight, and room for one more.
        this.#options.rows = Math.max(ROWS, this.#options.value.split("\n").length + 1);
        this.#right.replaceChildren(
            ...(lost ? [make("option", { text: t("lesson.make.right-again"), attributes: { value: LOST } })] : []),
            make("option", { text: t("lesson.make.no-right"), attributes: { value: "" } }),
            ...this.#before.map((text, index) => make("option", { text, attributes: { value: index } })),
        );
        this.#right.value = String(right);
        if (this.#meant === "" && this.#right.value !== "") {
            this.#meant = this.#before[Number(right)];
        }
        complain(this.#right, lost ? t("lesson.make.right-lost", { name: this.#meant }) : "");
    }
}

/** What is in braces that the page fills in nowhere. @param {string} text */
function unfilled(text) {
    const found = Array.from(text.matchAll(/\{([^{}]*)\}/g), ([, name]) => name).find((name) => !VALUES.includes(name));
    return found === undefined ? null : t("lesson.make.unfilled", { found, wanted: VALUES.filter((name) => !name.includes(".")).join(", ") });
}
