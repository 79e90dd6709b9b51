/**
 * Two pictures with their evidence, in step: what differs between them is a class, the model, the picture, the resolution
 * or the method. It says so in the state; the page draws both.
 *
 * @module
 */

import { choiceName, className, topClasses } from "../../evidence/classes.js";
import { populationName } from "../../evidence/population.js";
import { sidesFor } from "../../evidence/sizes.js";
import { agreeingDigits } from "../../evidence/sums.js";
import { isFaint } from "../../evidence/thin.js";
import { anywayKey, withSettings } from "../../page/state.js";
import { t, tOr } from "../../text/index.js";
import { addingUp, percent, signed, tick } from "../../text/numbers.js";
import { button, make, newLabel, paint, replaceKeeping, setText } from "../../ui/dom.js";
import { METHODS } from "../methods.js";
import { KINDS, choiceFromText, choiceText, choicesOf, firstPair, kindOf, logitOf, nearlyEmpty, otherChoice, pairOf, partnerOf, sameCells, valueAt } from "./pairs.js";

/** @typedef {import("../index.js").Context} Context */
/** @typedef {import("../index.js").PageView} PageView */
/** @typedef {import("../index.js").State} State */
/** @typedef {import("../../page/state.js").Pane} Pane */
/** @typedef {import("../../evidence/view.js").AnswerView} AnswerView */
/** @typedef {import("./pairs.js").Kind} Kind */
/** @typedef {import("../../text/index.js").Key} Key */
/** @typedef {{value: string, text: string}} Option */
/** @typedef {{title: string, options: Option[]}} Group */

const NAME = "compare";
const ARRANGEMENTS = /** @type {const} */ (["side", "swipe", "difference"]);
const LIKELY = 6;

class Compare {
    #context;
    #kinds;
    #arrangements;
    #first = make("select", { attributes: { "data-key": "first" } });
    #second = make("select", { attributes: { "data-key": "second" } });
    #firstLabel;
    #secondLabel;
    #note = make("p", { className: "hint" });
    #sentence = make("p", { className: "pair-says" });
    #table = make("table", { className: "pair" });
    #scale = make("p", { className: "hint pair-scale" });
    #similar = make("p", { className: "hint pair-similar" });
    #bar = make("canvas", { attributes: { "aria-hidden": true } });
    #low = make("span");
    #high = make("span");
    /** The scale of a difference: the one beside the answer is that of the first. */
    #bars = make("div", { className: "scale" }, [
        make("div", { className: "bar" }, [this.#bar]),
        make("div", { className: "ticks" }, [this.#low, make("span", { text: "0" }), this.#high]),
    ]);
    #nothing = make("p", { text: t("tools.nothing") });
    #body;
    /** What the bar shows. */
    #painted = "";
    #anyway = button("", () => this.#showAnyway(), { className: "pair-anyway" });
    /** @type {PageView | null} */
    #view = null;
    /** Whether a pair was proposed: only once, so that what cannot be had is not asked for again and again. */
    #proposed = false;
    /** What the lists hold. */
    #listed = "";
    #announced = "";
    /** How alike the two maps are, of which. @type {{key: string, cosine: number, rank: number} | null} */
    #alike = null;
    #asked = "";

    /**
     * @param {HTMLElement} root
     * @param {Context} context
     */
    constructor(root, context) {
        this.#context = context;
        this.#kinds = segments(t("compare.what"), KINDS, (kind) => t(`compare.${kind}`), (kind) => this.#chooseKind(kind));
        this.#arrangements = segments(t("compare.how"), ARRANGEMENTS, (way) => t(`compare.${way}`), (arrangement) =>
            context.change((state) => ({ ...state, arrangement })),
        );
        this.#first.addEventListener("change", () => {
            const choice = choiceFromText(this.#first.value);
            context.change((state) => ({ ...state, pane: { ...state.pane, choice } }));
        });
        this.#second.addEventListener("change", () => this.#chooseSecond(this.#second.value));
        this.#firstLabel = make("label", {}, [make("span", { text: t("compare.first") }), this.#first]);
        this.#secondLabel = make("label", {}, [make("span", { text: t("compare.second") }), this.#second]);
        this.#body = make("div", { className: "pair-body" }, [
            this.#kinds.root,
            make("div", { className: "pair-choices" }, [this.#firstLabel, this.#secondLabel]),
            this.#arrangements.root,
            this.#note,
            this.#anyway,
            this.#sentence,
            make("div", { className: "pair-numbers", attributes: { tabindex: 0, role: "region", "aria-label": t("compare.numbers") } }, [this.#table]),
            this.#bars,
            this.#scale,
            this.#similar,
        ]);
        root.append(this.#nothing, this.#body);
    }

    /** @param {PageView} view */
    show(view) {
        this.#view = view;
        const { state, panes } = view;
        const [{ answer, busy }] = panes;
        const possible = answer !== null && !answer.withheld;
        this.#nothing.hidden = possible;
        this.#body.hidden = !possible;
        if (!possible) {
            return;
        }
        if (!this.#proposed && !busy) {
            this.#proposed = true;
            if (!state.beside) {
                const beside = firstPair(answer, this.#partner());
                queueMicrotask(() => this.#context.change((now) => (now.beside || now.tool !== NAME ? now : { ...now, beside }), "part"));
            }
        }
        this.#showChoices(view, answer);
        this.#showPair(view);
    }

    close() {
        this.#asked = "";
        this.#context.engine.attribution?.close();
    }

    /** Models of the same question first; of the visitor's own, any. @returns {Option[]} */
    #models() {
        const here = this.#view?.state.pane.model ?? "";
        return this.#context
            .choices()
            .models.filter(({ id, sameQuestion }) => sameQuestion || id.startsWith("own") || here.startsWith("own"))
            .map(({ id, name, title, sameQuestion }) => ({ value: id, text: sameQuestion ? name : title }));
    }

    /** The model that is set beside the one on show, where nobody has chosen one. */
    #partner() {
        return partnerOf(this.#models().map(({ value }) => value), this.#view?.state.pane.model ?? "");
    }

    /**
     * What there is to compare with, by kind: nothing where there is no other.
     * @param {AnswerView} answer
     * @returns {Record<Kind, Group[]>}
     */
    #offers(answer) {
        const { state, panes } = /** @type {PageView} */ (this.#view);
        const { pane } = state;
        const { samples, own } = this.#context.choices();
        const one = (/** @type {Option[]} */ options) => (options.length > 0 ? [{ title: "", options }] : []);
        const size = panes[0].solved?.pane.size;
        const methods = ["evidence", ...Object.keys(METHODS)].filter((method) => method !== pane.method);
        return {
            choice: choiceGroups(answer),
            model: one(this.#models().filter(({ value }) => value !== pane.model)),
            picture: one([...own, ...samples].filter((id) => id !== pane.picture).map((id) => ({ value: id, text: this.#pictureName(id) }))),
            size: one(sidesFor(answer.card, answer.explained.placement, size ?? null).filter((other) => other !== size).map((other) => ({ value: String(other), text: t("pixels", { size: other }) }))),
            method: one(methods.map((method) => ({ value: method, text: t(/** @type {Key} */ (`method.${method}`)) }))),
        };
    }

    /** @param {string} id */
    #pictureName(id) {
        const { pictures } = this.#context;
        return pictures.sample(id) ? tOr(`sample:${pictures.name(id)}`, pictures.name(id)) : pictures.name(id);
    }

    /**
     * @param {PageView} view
     * @param {AnswerView} answer
     */
    #showChoices({ state, notSubtracted, panes }, answer) {
        const offers = this.#offers(answer);
        const kind = kindOf(state.beside);
        this.#kinds.show(kind, (each) => offers[each].length > 0);
        this.#arrangements.show(state.beside ? state.arrangement : null, () => state.beside !== null);
        this.#firstLabel.hidden = kind !== "choice";
        this.#secondLabel.hidden = kind === null;
        const chosen = kind && this.#chosen(kind, state);
        const listed = JSON.stringify([kind, kind && offers[kind], chosen, choiceText(answer.choice)]);
        if (kind && listed !== this.#listed) {
            this.#listed = listed;
            fill(this.#second, offers[kind], chosen, (value) => (kind === "choice" ? choiceName(answer.card.classes, choiceFromText(value)) : value));
            if (kind === "choice") {
                fill(this.#first, offers.choice, choiceText(answer.choice), (value) => choiceName(answer.card.classes, choiceFromText(value)));
            }
        }
        const withheld = panes[1]?.answer?.withheld === true;
        const note = withheld ? t("compare.withheld") : notSubtracted;
        this.#note.hidden = !note;
        setText(this.#note, note ?? "");
        this.#anyway.hidden = !withheld;
        setText(this.#anyway, t("unlike.anyway"));
    }

    /**
     * What is chosen in the list of the second.
     * @param {Kind} kind
     * @param {State} state
     */
    #chosen(kind, { beside }) {
        const value = beside?.[kind];
        return kind === "choice" ? (beside?.choice ? choiceText(beside.choice) : "") : String(value ?? "");
    }

    /** @param {Kind} kind */
    #chooseKind(kind) {
        const answer = this.#view?.panes[0].answer;
        if (!answer) {
            return;
        }
        const offered = this.#offers(answer)[kind];
        const first = kind === "model" ? this.#partner() : offered[0]?.options[0]?.value;
        const kept = this.#view?.state.tools[NAME]?.[kind];
        const known = offered.some(({ options }) => options.some(({ value }) => value === kept));
        this.#chooseSecond(kind === "choice" ? choiceText(otherChoice(answer)) : known ? kept : (first ?? ""), kind);
    }

    /**
     * @param {string} value
     * @param {Kind | null} [kind] Else the one that is.
     */
    #chooseSecond(value, kind = kindOf(this.#view?.state.beside ?? null)) {
        if (!kind) {
            return;
        }
        // A model of the visitor's own may know other classes and sizes.
        const foreign = kind === "model" && !this.#context.choices().models.some(({ id, sameQuestion }) => id === value && sameQuestion);
        const beside = {
            ...(kind === "choice" && { choice: choiceFromText(value) }),
            ...(kind === "model" && { model: value }),
            ...(kind === "picture" && { picture: value }),
            ...(kind === "size" && { size: Number(value) }),
            ...(kind === "method" && { method: value }),
            ...(foreign && { choice: null, size: null, fit: null }),
        };
        this.#context.change((state) => ({ ...withSettings(state, NAME, { [kind]: value }), beside, cursorBeside: null }));
    }

    /** The visitor wants the second picture's answer although it is flagged. */
    #showAnyway() {
        const pane = this.#view?.panes[1]?.solved?.pane;
        if (pane) {
            this.#context.change((state) => ({ ...state, anyway: [...state.anyway, anywayKey(pane)] }), "part");
        }
    }

    /** @param {PageView} view */
    #showPair(view) {
        const pair = pairOf(view);
        for (const part of [this.#sentence, this.#table, this.#scale, this.#similar]) {
            part.hidden = !pair;
        }
        this.#bars.hidden = !pair || !view.difference;
        if (!pair) {
            return;
        }
        const [a, b] = pair;
        const names = view.panes.map(({ caption }) => caption);
        const said = sentences(view, pair, names).join(" ");
        setText(this.#sentence, said);
        if (said !== this.#announced) {
            this.#announced = said;
            this.#context.announce(said);
        }
        this.#table.replaceChildren(...rows(view, pair, names));
        const { difference } = view;
        if (difference) {
            setText(this.#low, `\u2212${tick(difference.limit)}`);
            setText(this.#high, `+${tick(difference.limit)}`);
            void this.#showBar(view.state.view.fade, a.explained.dark);
        }
        setText(
            this.#scale,
            difference
                ? t("compare.scale-difference", { limit: tick(difference.limit), first: names[0], second: names[1] })
                : a.limit === b.limit
                  ? [t("compare.scale", { limit: tick(a.limit) }), ...faint(pair, names)].join(" ")
                  : t("compare.scales", { first: tick(a.limit), second: tick(b.limit) }),
        );
        void this.#showAlike(view, pair);
    }

    /**
     * @param {boolean} fade
     * @param {boolean} dark
     */
    async #showBar(fade, dark) {
        const wanted = `${fade} ${dark}`;
        if (this.#painted === wanted) {
            return;
        }
        this.#painted = wanted;
        try {
            const painted = await this.#context.engine.ask("colourBar", { fade, dark });
            if (this.#painted === wanted) {
                paint(this.#bar, painted);
            }
        } catch (error) {
            this.#painted = "";
            this.#context.fail(error);
        }
    }

    /**
     * @param {PageView} view
     * @param {[AnswerView, AnswerView]} pair
     */
    async #showAlike({ panes }, [a, b]) {
        this.#similar.hidden = !sameCells(a, b);
        if (!sameCells(a, b)) {
            return;
        }
        const key = JSON.stringify(panes.map(({ solved }) => solved?.pane));
        if (this.#alike?.key === key) {
            const { cosine, rank } = this.#alike;
            setText(this.#similar, t("compare.similar", { cosine: signed(cosine, 2), rank: signed(rank, 2) }));
            return;
        }
        setText(this.#similar, "");
        if (this.#asked === key) {
            return;
        }
        this.#asked = key;
        try {
            const { cosine, rank } = await this.#context.engine.ask("similarity", { a: a.map.values, b: b.map.values });
            if (this.#asked === key) {
                this.#alike = { key, cosine, rank };
                if (this.#view) {
                    this.#showPair(this.#view);
                }
            }
        } catch (error) {
            this.#asked = "";
            this.#context.fail(error);
        }
    }
}

/**
 * What differs, in plain words.
 * @param {PageView} view
 * @param {[AnswerView, AnswerView]} pair
 * @param {string[]} names
 */
function sentences({ panes }, [a, b], [first, second]) {
    const said = [];
    if (a.explained !== b.explained) {
        said.push(answers(a, b, first, second));
    }
    const unit = panes[0].solved?.pane.method === panes[1].solved?.pane.method;
    if (unit) {
        const [emptyA, emptyB] = [nearlyEmpty(a.map.values, a.limit), nearlyEmpty(b.map.values, b.limit)];
        const cells = { cells: a.map.values.length, others: b.map.values.length };
        said.push(
            emptyA > emptyB
                ? t("compare.empty", { first, second, count: emptyA, other: emptyB, ...cells })
                : t("compare.empty", { first: second, second: first, count: emptyB, other: emptyA, cells: cells.others, others: cells.cells }),
        );
    }
    return said;
}

/**
 * @param {AnswerView} a
 * @param {AnswerView} b
 * @param {string} first
 * @param {string} second
 */
function answers(a, b, first, second) {
    if (a.decision && b.decision) {
        const words = { yes: t("compare.yes"), no: t("compare.no") };
        const [one, other] = [a.decision.yes ? words.yes : words.no, b.decision.yes ? words.yes : words.no];
        const name = `${a.decision.name[0].toUpperCase()}${a.decision.name.slice(1)}`;
        return one === other ? t("compare.both", { what: one, name }) : t("compare.apart", { first, one, second, other, name });
    }
    const [one, other] = [a, b].map(({ card, explained }) => className(card.classes[topClasses(explained.logits, 1)[0]]));
    return one === other ? t("compare.both-class", { name: one }) : t("compare.apart-class", { first, one, second, other });
}

/**
 * The numbers of both, as rows of a table.
 * @param {PageView} view
 * @param {[AnswerView, AnswerView]} pair
 * @param {string[]} names
 */
function rows({ state, cursorBeside }, [a, b], names) {
    const cells = [valueAt(a, state.cursor), valueAt(b, cursorBeside)];
    const comparable = a.method === b.method;
    const digits = Math.min(3, ...[a, b].map(({ ledger, map }) => (map.total === null ? 3 : agreeingDigits(signed, ledger.sum, map.total))));
    const number = (/** @type {number | null} */ value, /** @type {number} */ places) => (value === null ? t("compare.none") : signed(value, places));
    /** @type {(head: string, values: (number | null)[], places: number, name: string) => HTMLElement} */
    const row = (head, [one, other], places, name) => {
        // The difference is that of what is read.
        const [, , less] = one !== null && other !== null ? addingUp(Number(one.toFixed(places)), Number(other.toFixed(places)), places) : [];
        return line(name, head, [number(one, places), number(other, places), less !== undefined && comparable ? signed(less, places) : ""]);
    };
    const sides = [a, b].map(({ ledger }) => addingUp(ledger.sum, ledger.positive, digits));
    const where = state.cursor
        ? sameCells(a, b)
            ? t("compare.cell", { row: state.cursor.row + 1, column: state.cursor.column + 1 })
            : cursorBeside
              ? t("compare.cells", {
                    row: state.cursor.row + 1,
                    column: state.cursor.column + 1,
                    rowBeside: cursorBeside.row + 1,
                    columnBeside: cursorBeside.column + 1,
                })
              : t("compare.cell", { row: state.cursor.row + 1, column: state.cursor.column + 1 })
        : t("compare.no-cell");
    const single = [a, b].every(({ choice }) => choice.against === null);
    const { name } = probabilityOf(a);
    const probability = name === probabilityOf(b).name ? t("compare.probability", { name }) : t("compare.probabilities");
    const head = make("tr", {}, [
        make("td"),
        ...names.map((text) => make("th", { text, attributes: { scope: "col" } })),
        make("th", { text: t("compare.minus"), attributes: { scope: "col" } }),
    ]);
    return [
        make("thead", {}, [head]),
        make("tbody", {}, [
            row(where, cells, 3, "cell"),
            row(t("compare.for"), sides.map(([, positive]) => positive), digits, "for"),
            row(t("compare.against"), sides.map(([, , negative]) => negative), digits, "against"),
            row(t("compare.sum"), [a.ledger.sum, b.ledger.sum], digits, "sum"),
            row(t(single ? "compare.logit" : "compare.logits"), [logitOf(a), logitOf(b)], digits, "logit"),
            line("probability", probability, [percent(probabilityOf(a).value), percent(probabilityOf(b).value), ""]),
            ...(a.decision && b.decision ? [line("yes", t("compare.yes-from"), [...[a.decision, b.decision].map(limitOf), ""])] : []),
            line("empty", t("compare.nearly-empty"), [...[a, b].map(({ map, limit }) => t("compare.of", { count: nearlyEmpty(map.values, limit), cells: map.values.length })), ""]),
        ]),
    ];
}

/**
 * Which of two maps is hardly to be seen on their scale.
 * @param {[AnswerView, AnswerView]} pair
 * @param {string[]} names
 */
function faint(pair, names) {
    return pair.flatMap(({ map, ledger, limit }, at) =>
        isFaint(map.values, ledger, limit) ? [t("compare.faint", { name: names[at], most: tick(Math.abs(map.values[ledger.order[0]])) })] : [],
    );
}

/** From where on it is a yes, and for whom. @param {NonNullable<AnswerView["decision"]>} decision */
function limitOf({ threshold, population }) {
    const from = tick(threshold);
    return population === null ? from : t("compare.yes-for", { from, population: populationName(population) });
}

/** Of what is shown. @param {AnswerView} answer */
function probabilityOf({ card, choice, explained }) {
    return { name: className(card.classes[choice.shown]), value: explained.probabilities[choice.shown] };
}

/**
 * @param {string} name
 * @param {string} head
 * @param {string[]} texts
 */
function line(name, head, texts) {
    return make("tr", { attributes: { "data-row": name } }, [
        make("th", { text: head, attributes: { scope: "row" } }),
        ...texts.map((text) => make("td", { text })),
    ]);
}

/**
 * Choices of a class, or of one over another, in groups.
 * @param {AnswerView} answer
 * @returns {Group[]}
 */
function choiceGroups(answer) {
    const { card, positive } = answer;
    const { likely, over } = choicesOf(answer, LIKELY);
    const option = (/** @type {import("../../evidence/classes.js").Choice} */ choice) => ({ value: choiceText(choice), text: choiceName(card.classes, choice) });
    if (positive !== null) {
        return [{ title: "", options: [...over, ...likely].map(option) }];
    }
    const all = card.classes
        .map((name, index) => ({ value: String(index), text: className(name) }))
        .sort((a, b) => a.text.localeCompare(b.text));
    return [
        { title: t("compare.likely"), options: likely.map(option) },
        { title: t("compare.over"), options: over.map(option) },
        { title: t("compare.all"), options: all },
    ];
}

/**
 * Fills a list, and chooses; what is chosen is in it, whatever else is.
 * @param {HTMLSelectElement} select
 * @param {Group[]} groups
 * @param {string | null} chosen
 * @param {(value: string) => string} textOf
 */
function fill(select, groups, chosen, textOf) {
    const option = (/** @type {Option} */ { value, text }) => make("option", { text, attributes: { value } });
    const known = groups.some(({ options }) => options.some(({ value }) => value === chosen));
    replaceKeeping(select, [
        ...(chosen && !known ? [option({ value: chosen, text: textOf(chosen) })] : []),
        ...groups.flatMap(({ title, options }) => (title ? [make("optgroup", { attributes: { label: title } }, options.map(option))] : options.map(option))),
    ]);
    select.value = chosen ?? "";
}

/**
 * A choice of one of a few, as a row of segments.
 * @template {string} T
 * @param {string} title
 * @param {readonly T[]} values
 * @param {(value: T) => string} text
 * @param {(value: T) => void} choose
 */
function segments(title, values, text, choose) {
    const name = newLabel();
    const label = newLabel();
    const all = values.map((value) => {
        const radio = make("input", { attributes: { type: "radio", name, value }, on: { change: () => choose(value) } });
        const root = make("label", {}, [radio, make("span", { text: text(value) })]);
        return { value, radio, root };
    });
    const root = make("div", { className: "pair-row" }, [
        make("span", { className: "pair-title", text: title, attributes: { id: label } }),
        make("div", { className: "segments", attributes: { role: "radiogroup", "aria-labelledby": label } }, all.map((each) => each.root)),
    ]);
    /** @type {(chosen: T | null, possible: (value: T) => boolean) => void} */
    const show = (chosen, possible) => {
        for (const { value, radio, root: each } of all) {
            radio.checked = value === chosen;
            each.hidden = !possible(value);
        }
        root.hidden = all.every((each) => each.root.hidden);
    };
    return { root, show };
}

/** @type {import("../index.js").Tool} */
export default { open: (root, context) => new Compare(root, context) };
