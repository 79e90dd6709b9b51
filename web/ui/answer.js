/**
 * The answer beside the picture: what the network says, in one plain sentence, what the evidence adds up to, and which
 * class's evidence is shown.
 *
 * @module
 */

import { classLanguage, className, choiceName, excludeEachOther, topClasses } from "../evidence/classes.js";
import { decisionNumbers, thresholdFor } from "../evidence/decision.js";
import { noveltySentence } from "../evidence/novelty.js";
import { populationName, populationOf } from "../evidence/population.js";
import { thinSides } from "../evidence/thin.js";
import { agreeingDigits, sumOfShares } from "../evidence/sums.js";
import { whereabouts } from "../evidence/grid.js";
import { t } from "../text/index.js";
import { addingUp, digitsToSubtract, percent, signed, tick } from "../text/numbers.js";
import { button, make, newLabel, paint, replaceKeeping, setLanguage, setText } from "./dom.js";
import { Segments } from "./segments.js";
import { term } from "./term.js";

/** @typedef {import("../evidence/view.js").AnswerView} AnswerView */
/** @typedef {import("../evidence/classes.js").Choice} Choice */
/** @typedef {import("../evidence/grid.js").Cell} Cell */

/**
 * What the panel shows.
 * @typedef {object} Shown
 * @property {AnswerView | null} answer
 * @property {boolean} [mapped] Whether it may be said where the evidence lies.
 * @property {boolean} [summed] Whether it may be said what the cells add up to, which is the logit.
 * @property {string | null} [covered] What is said in place of what a lesson hides.
 * @property {Cell | null} cursor
 * @property {boolean} unseen Whether the pointer is on a part that the network did not see.
 * @property {readonly number[]} selection
 * @property {import("../engine/protocol.js").Painted | null} colourBar From -limit to +limit.
 * @property {{title: string, id: string}[]} others Models for other things.
 * @property {{title: string, id: string}[]} [scans] Models for X-rays and scans, where the picture may be one and the
 *     model in use knows none; else none.
 * @property {string | null} [first] That this is the answer to the first of two pictures, where there are two.
 * @property {boolean} [asksActivation] Whether nobody has said yet if classes exclude each other.
 * @property {string[]} [variants] Of the model in use, where there are several.
 */

/**
 * @typedef {object} Handlers
 * @property {(choice: Choice) => void} choose
 * @property {(name: string) => void} population Read it as an answer for this population of the model's.
 * @property {(several: boolean) => void} several Several classes may be right at once, or only one.
 * @property {() => void} anyway Show an answer although the picture is unlike those that the model knows.
 * @property {(model: string) => void} ask Explain this picture with another model.
 */

const LISTED = 5;
/** Of classes that do not exclude each other: from this probability on, one is more likely than not. */
const LIKELY = 0.5;
/** How many of them fit into the headline. */
const NAMED = 3;
/** Variants whose names are words of the trade. */
const EXPLAINED = ["dense", "sparse"];

export class AnswerPanel {
    #handlers;
    #name = `class-${newLabel()}`;
    #covered = make("p", { className: "covered hint" });
    #first = make("p", { className: "of-first hint" });
    #headline = make("h2", { className: "headline" });
    #sub = make("p", { className: "sub" });
    #activation = make("section", { className: "asks-activation", attributes: { role: "note" } });
    #population = make("div", { className: "population" });
    /** @type {Segments | null} */
    #populations = null;
    /** Whose names those are. */
    #populationNames = "";
    #sentence = make("p", { className: "sentence" });
    #notice = make("p", { className: "notice", attributes: { role: "note" } });
    #warning = make("p", { className: "warning", attributes: { role: "note" } });
    #unlike = make("section", { className: "unlike", attributes: { role: "status" } });
    #scans = make("section", { className: "scans", attributes: { role: "note" } });
    #ledger = make("div", { className: "ledger" });
    #title = make("h3", { className: "ledger-title" });
    #bar = make("canvas", { attributes: { "aria-hidden": true } });
    #marker = make("i", { className: "marker", attributes: { "aria-hidden": true } });
    #yes = make("b", { className: "yes", attributes: { "aria-hidden": true } });
    #yesLabel = make("p", { className: "yes-label" });
    #low = make("span");
    #high = make("span");
    #sides = make("p", { className: "sides" });
    #thin = make("p", { className: "hint thin" });
    #sum = make("p", { className: "sum" });
    #beyond = make("p", { className: "beyond" });
    #readout = make("p", { className: "readout", attributes: { "aria-live": "polite" } });
    #classes = make("fieldset", { className: "classes" });
    #words = make("p", { className: "words" });
    /** @type {import("../engine/protocol.js").Painted | null} */
    #painted = null;
    /** What the list shows, so that a cursor that moves does not make it anew. */
    #listed = "";
    /** Whether something in it is being pressed: what is replaced meanwhile, would not notice. */
    #pressed = false;

    /**
     * @param {HTMLElement} root
     * @param {Handlers} handlers
     */
    constructor(root, handlers) {
        this.#handlers = handlers;
        const scale = make("div", { className: "scale" }, [
            make("div", { className: "bar" }, [this.#bar, this.#yes, this.#marker]),
            make("div", { className: "ticks" }, [this.#low, make("span", { text: "0" }), this.#high]),
            this.#yesLabel,
        ]);
        const hint = make("p", { className: "hint" }, [
            make("span", { className: "against", text: t("scale.against") }),
            make("span", {}, [t("scale.unit"), " ", term("logit")]),
            make("span", { className: "for", text: t("scale.for") }),
        ]);
        this.#ledger.append(this.#title, scale, hint, this.#sides, this.#thin, this.#sum, this.#beyond, this.#readout);
        root.replaceChildren(
            this.#notice,
            this.#warning,
            this.#unlike,
            this.#covered,
            this.#first,
            this.#headline,
            this.#sub,
            this.#activation,
            this.#population,
            this.#scans,
            this.#sentence,
            this.#ledger,
        );
        this.#first.hidden = this.#covered.hidden = true;
        root.addEventListener("pointerdown", () => {
            this.#pressed = true;
            // Where no click follows.
            const release = () => setTimeout(() => (this.#pressed = false), 0);
            addEventListener("pointerup", release, { once: true });
            addEventListener("pointercancel", release, { once: true });
        });
        root.addEventListener("click", () => (this.#pressed = false), { capture: true });
        this.#classesRoot = root;
        root.append(this.#classes, this.#words);
    }

    #classesRoot;

    /** Where a picture goes, where it stands in the panel: right below what must stand on it. */
    get top() {
        return { parent: this.#classesRoot, before: this.#unlike };
    }

    /** Where a tool's panel goes: between the ledger and the classes. */
    get gap() {
        return { parent: this.#classesRoot, before: this.#classes };
    }

    /** Brings into sight what was asked for below it. */
    reveal() {
        this.#ledger.scrollIntoView({ block: "nearest" });
    }

    /** What the network says, in a few words. */
    get headline() {
        return `${this.#headline.textContent}, ${this.#sub.textContent}`;
    }

    /** The colour bar, for a saved picture. */
    get colourBar() {
        return this.#bar;
    }

    /** @param {Shown} shown */
    show({ answer, mapped = true, summed = true, covered = null, cursor, unseen, selection, colourBar, others, scans = [], variants = [], asksActivation = false, first = null }) {
        const visible = answer !== null && !answer.withheld;
        this.#covered.hidden = covered === null;
        setText(this.#covered, covered ?? "");
        this.#first.hidden = !visible || first === null;
        setText(this.#first, first ?? "");
        this.#notice.hidden = !answer?.notice;
        setText(this.#notice, answer?.notice ?? "");
        this.#warning.hidden = !visible || !answer.warning;
        setText(this.#warning, (visible && answer.warning) || "");
        this.#showUnlike(answer?.withheld ? answer : null, others);
        this.#showActivation(visible && asksActivation);
        this.#population.hidden = !visible || populationOf(answer.card) === null;
        for (const part of [this.#headline, this.#sub, this.#sentence, this.#scans, this.#ledger, this.#classes, this.#words]) {
            part.hidden = !visible;
        }
        this.#sentence.hidden = this.#ledger.hidden = !visible || !mapped;
        if (!visible) {
            this.#listed = "";
            setText(this.#readout, "");
            return;
        }
        if (colourBar && colourBar !== this.#painted) {
            this.#painted = colourBar;
            paint(this.#bar, colourBar);
        }
        this.#showHeadline(answer);
        this.#showPopulation(answer);
        this.#showScans(scans);
        this.#showLedger(answer, summed);
        this.#read(answer, cursor, unseen, selection, summed);
        this.#showClasses(answer);
        this.#sides.hidden = this.#sum.hidden = !summed;
        this.#thin.hidden = !summed || this.#thin.textContent === "";
        this.#classes.classList.toggle("unsummed", !summed);
        this.#showWords(["evidence", "cell", ...(answer.card.temperature === 1 ? [] : ["temperature"]), ...EXPLAINED.filter((name) => variants.includes(name))]);
    }

    /** @param {AnswerView} answer */
    #showHeadline({ card, explained, decision }) {
        if (decision) {
            const name = `${decision.name[0].toUpperCase()}${decision.name.slice(1)}`;
            const [value, limit] = decisionNumbers(decision);
            setText(this.#headline, t(decision.yes ? "headline.yes" : "headline.no", { name }));
            setLanguage(this.#headline, null);
            const said = t("headline.threshold", { value, limit });
            setText(this.#sub, decision.population === null ? said : `${said} ${thresholdFor(decision.population)}`);
        } else if (!excludeEachOther(card)) {
            const likely = topClasses(explained.logits, card.classes.length).filter((index) => explained.probabilities[index] >= LIKELY);
            const named = likely.slice(0, NAMED).map((index) => className(card.classes[index]));
            const all = card.classes.length;
            setText(this.#headline, named.length > 0 ? named.join(" \u00b7 ") : t("headline.none", { all }));
            setLanguage(this.#headline, named.length > 0 ? classLanguage(card.classes[likely[0]]) : null);
            setText(this.#sub, t("headline.several", { count: likely.length, all, limit: percent(LIKELY) }));
        } else {
            const [top] = topClasses(explained.logits, 1);
            setText(this.#headline, className(card.classes[top]));
            setLanguage(this.#headline, classLanguage(card.classes[top]));
            const said = t("headline.probability", { value: percent(explained.probabilities[top]) });
            const population = populationOf(card);
            setText(this.#sub, population === null ? said : `${said}. ${t("population.temperature", { name: populationName(population) })}`);
        }
    }

    /** Whether classes exclude each other is asked where nobody said it: probabilities depend on it. @param {boolean} asks */
    #showActivation(asks) {
        this.#activation.hidden = !asks;
        if (asks && this.#activation.childElementCount === 0) {
            this.#activation.append(
                make("p", { text: t("several.question") }),
                make("p", { className: "row" }, [
                    button(t("several.one"), () => this.#handlers.several(false), { className: "one" }),
                    button(t("several.many"), () => this.#handlers.several(true), { className: "many" }),
                ]),
            );
        }
    }

    /** Whose threshold counts, where there is a choice. @param {AnswerView} answer */
    #showPopulation({ card }) {
        const chosen = populationOf(card);
        if (chosen === null) {
            return;
        }
        const names = (card.populations ?? []).map(({ name }) => name);
        const label = t("population.choose");
        const key = JSON.stringify([label, names]);
        if (key !== this.#populationNames || !this.#populations) {
            this.#populationNames = key;
            const options = names.map((name) => ({ value: name, text: populationName(name) }));
            this.#populations = new Segments(label, options, (name) => this.#handlers.population(name));
            this.#population.replaceChildren(make("span", { text: label, attributes: { "aria-hidden": true } }), this.#populations.root);
        }
        this.#populations.show(chosen);
    }

    /** @param {AnswerView} answer @param {boolean} summed */
    #showLedger(answer, summed) {
        const { name, map, limit, ledger, beyond, yesFrom, method } = answer;
        setText(this.#sentence, sentenceOf(answer));
        const own = method === "evidence";
        setText(this.#title, t(own ? "ledger.title" : "ledger.title-method", { name, method: methodName(method) }));
        setText(this.#low, `\u2212${tick(limit)}`);
        setText(this.#high, `+${tick(limit)}`);
        const at = (/** @type {number} */ value) => `${50 + 50 * Math.min(1, Math.max(-1, value / limit))}%`;
        this.#yes.hidden = this.#yesLabel.hidden = yesFrom === null;
        if (yesFrom !== null) {
            this.#yes.style.left = at(yesFrom);
            setText(this.#yesLabel, yesSentence(answer, yesFrom, summed));
        }
        const sum = sumOfShares(map.values);
        const cells = map.values.length;
        // What is read beside the sum has its digits, and adds up to it.
        const fine = map.total === null ? 4 : agreeingDigits(signed, sum, map.total);
        const [, positive, negative] = addingUp(sum, ledger.positive, fine);
        setText(this.#sides, t("ledger.sides", { positive: signed(positive, fine), negative: signed(negative, fine) }));
        const thin = own ? thinSides(map.values, ledger, limit) : { positive: null, negative: null };
        setText(
            this.#thin,
            [
                ...(thin.positive === null ? [] : [t("ledger.thin-for", { most: signed(thin.positive, 1), limit: tick(limit) })]),
                ...(thin.negative === null ? [] : [t("ledger.thin-against", { most: signed(thin.negative, 1), limit: tick(limit) })]),
            ].join(" "),
        );
        if (map.total === null) {
            setText(this.#sum, t("ledger.no-total", { cells, sum: signed(sum, fine) }));
        } else {
            const key = !own ? "ledger.claimed" : answer.choice.against === null ? "ledger.sum" : "ledger.sum-difference";
            setText(this.#sum, t(key, { cells, sum: signed(sum, fine), total: signed(map.total, fine) }));
        }
        this.#beyond.hidden = beyond === 0;
        setText(this.#beyond, beyond === 0 ? "" : t("ledger.beyond", { count: beyond }));
    }

    /**
     * @param {AnswerView} answer
     * @param {Cell | null} cursor
     * @param {boolean} unseen
     * @param {readonly number[]} selection
     * @param {boolean} summed
     */
    #read({ map, limit, choice, explained }, cursor, unseen, selection, summed) {
        const value = cursor ? map.values[cursor.row * map.columns + cursor.column] : undefined;
        this.#marker.hidden = value === undefined;
        // Only an invitation to read: nothing to print.
        this.#readout.classList.toggle("unread", value === undefined && selection.length < 2);
        // All cells can be chosen, and their sum is the sum.
        if (selection.length > 1 && !cursor && summed) {
            const sum = selection.reduce((total, cell) => total + (map.values[cell] ?? 0), 0) / map.values.length;
            setText(this.#readout, t("readout.selection", { count: selection.length, sum: signed(sum, 4) }));
            return;
        }
        if (!cursor || value === undefined) {
            setText(this.#readout, unseen ? t("readout.unseen") : t(matchMedia("(pointer: coarse)").matches ? "readout.hint-touch" : "readout.hint"));
            return;
        }
        this.#marker.style.left = `${50 + 50 * Math.min(1, Math.max(-1, value / limit))}%`;
        const key = value > 0 ? "readout.for" : value < 0 ? "readout.against" : "readout.nothing";
        const total = choice.against === null ? "readout.logit" : "readout.difference";
        const logit = choice.against === null ? explained.logits[choice.shown] : explained.logits[choice.shown] - explained.logits[choice.against];
        const says = t(key, { row: cursor.row + 1, column: cursor.column + 1, value: signed(value, 3) });
        const shares = t(total, { share: signed(value / map.values.length, 4), logit: signed(logit, 4) });
        setText(this.#readout, summed ? `${says} ${shares}` : says);
    }

    /** @param {AnswerView} answer */
    #showClasses({ card, explained, choice, positive, rival }) {
        const { logits, probabilities } = explained;
        const listed = JSON.stringify([card.title, card.activation, card.temperature, choice, Array.from(topClasses(logits, LISTED), (index) => logits[index]), positive]);
        if (listed === this.#listed || this.#pressed) {
            return;
        }
        this.#listed = listed;
        const other = positive === null ? (choice.against ?? rival) : 1 - positive;
        const one = positive ?? choice.shown;
        const digits = other === null ? 2 : digitsToSubtract(logits[one], logits[other]);
        /** @type {(index: number, over: number | null) => HTMLElement} */
        const single = (index) =>
            this.#row({
                key: String(index),
                name: className(card.classes[index]),
                language: classLanguage(card.classes[index]),
                probability: probabilities[index],
                logit: t("classes.logit", { logit: signed(logits[index], digits) }),
                checked: index === choice.shown && choice.against === null,
                choose: { shown: index, against: null },
            });
        let rows;
        if (positive === null) {
            const top = topClasses(logits, LISTED);
            const all = top.includes(choice.shown) ? top : [...top, choice.shown];
            rows = all.map((index) => single(index, null));
            // Why not that one? It is offered with every class but the most likely.
            const against = choice.against ?? rival;
            if (against !== null) {
                const over = { shown: choice.shown, against };
                rows.push(
                    this.#row({
                        key: "over",
                        name: choiceName(card.classes, over),
                        probability: null,
                        logit: t("classes.difference", { logit: signed(logits[choice.shown] - logits[against], digits) }),
                        checked: choice.against !== null,
                        choose: over,
                    }),
                );
            }
        } else {
            const over = { shown: positive, against: 1 - positive };
            const difference = logits[positive] - logits[1 - positive];
            rows = [
                this.#row({
                    key: "over",
                    name: choiceName(card.classes, over),
                    probability: null,
                    logit: t("classes.difference", { logit: signed(difference, digits) }),
                    checked: choice.against !== null,
                    choose: over,
                }),
                single(positive, null),
                single(1 - positive, null),
            ];
        }
        const legend = make("legend", { text: t(positive === null ? "classes.likely" : "classes.shown") });
        replaceKeeping(this.#classes, [legend, ...rows, ...howProbable(card).map((text) => make("p", { className: "hint", text }))]);
    }

    /**
     * @param {object} line
     * @param {string} line.key
     * @param {string} line.name
     * @param {string | null} [line.language] Of the name.
     * @param {number | null} line.probability
     * @param {string} line.logit
     * @param {boolean} line.checked
     * @param {Choice} line.choose
     */
    #row({ key, name, language = null, probability, logit, checked, choose }) {
        const radio = make("input", {
            attributes: { type: "radio", name: this.#name, value: key, "data-key": key },
            on: { change: () => this.#handlers.choose(choose) },
        });
        radio.checked = checked;
        const parts = [radio, make("span", { className: "name", text: name, attributes: { lang: language } })];
        if (probability === null) {
            return make("label", {}, [...parts, make("span", { className: "logit over", text: logit })]);
        }
        const fill = make("i");
        fill.style.transform = `scaleX(${probability})`;
        return make("label", {}, [
            ...parts,
            make("span", { className: "probability", text: percent(probability) }),
            make("span", { className: "logit", text: logit }),
            make("span", { className: "meter" }, [fill]),
        ]);
    }

    /**
     * A picture without colour may be an X-ray: which models know those.
     * @param {{title: string, id: string}[]} scans
     */
    #showScans(scans) {
        this.#scans.hidden = scans.length === 0;
        if (this.#scans.hidden || this.#scans.childElementCount > 0) {
            return;
        }
        const ways = scans.map(({ title, id }) => make("li", {}, [button(title, () => this.#handlers.ask(id))]));
        this.#scans.append(
            make("p", { text: t("scans.maybe") }),
            make("ul", {}, ways),
            make("p", { className: "notice-text", text: t("notice.teaching") }),
        );
    }

    /** The words of the trade that stand above, each with its explanation. @param {string[]} names */
    #showWords(names) {
        const shown = names.join(" ");
        if (this.#words.dataset.shown !== shown) {
            this.#words.dataset.shown = shown;
            this.#words.replaceChildren(t("words.explained"), ...names.flatMap((name) => [" ", term(name)]));
        }
    }

    /**
     * In place of an answer: why there is none.
     * @param {AnswerView | null} answer
     * @param {{title: string, id: string}[]} others
     */
    #showUnlike(answer, others) {
        if (!answer?.explained.novelty) {
            this.#unlike.hidden = true;
            this.#unlike.replaceChildren();
            return;
        }
        if (this.#pressed && !this.#unlike.hidden) {
            return;
        }
        const ways = others.map(({ title, id }) => make("li", {}, [button(title, () => this.#handlers.ask(id))]));
        // Visible before it is filled, so that it is read out.
        this.#unlike.hidden = false;
        replaceKeeping(this.#unlike, [
            make("h2", { text: t("unlike.title") }),
            make("p", { text: noveltySentence(answer.explained.novelty) }),
            make("p", { text: t("unlike.why") }),
            ...(ways.length > 0 ? [make("p", { text: t("unlike.others") }), make("ul", {}, ways)] : []),
            make("p", {}, [button(t("unlike.anyway"), () => this.#handlers.anyway(), { attributes: { "data-key": "anyway" } }), " ", t("unlike.carries")]),
        ]);
    }
}

/**
 * Where "yes" begins; and that the answer is what it is, where a sum of the other sign lets a reader expect the opposite.
 * @param {AnswerView} answer
 * @param {number} yesFrom
 * @param {boolean} [summed] Whether the sum may be said.
 */
export function yesSentence({ decision, choice, map }, yesFrom, summed = true) {
    const value = signed(yesFrom, 2);
    const misleads = summed && decision && choice.shown === decision.positive && map.total !== null && map.total >= 0 !== decision.yes;
    return misleads ? t(decision.yes ? "scale.yes-below" : "scale.no-above", { value, sum: signed(map.total ?? 0, 2) }) : t("scale.yes", { value });
}

/** How probabilities follow from the logits, where that is not a plain softmax. @param {import("../engine/protocol.js").ModelCard} card */
function howProbable(card) {
    const plain = Math.abs(card.temperature - 1) <= 1e-6;
    const value = tick(card.temperature);
    if (excludeEachOther(card)) {
        return plain ? [] : [t("classes.temperature", { value })];
    }
    return [plain ? t("classes.sigmoid") : t("classes.sigmoid-temperature", { value })];
}

/** @param {string} method */
function methodName(method) {
    return t(/** @type {import("../text/index.js").Key} */ (`method.${method}`));
}

/**
 * What is seen, in one plain sentence.
 * @param {AnswerView} answer
 */
export function sentenceOf({ subject: name, map, ledger, card, choice }) {
    const { half: count, cells, sum, order } = ledger;
    if (count === 0) {
        return t("sentence.flat", { name });
    }
    const sign = sum >= 0 ? 1 : -1;
    const strongest = order.filter((cell) => map.values[cell] * sign > 0).slice(0, count);
    const where = t(`where.${whereabouts(map, strongest)}`);
    if (choice.against !== null && card.classes.length > 2) {
        const pair = [choice.shown, choice.against].map((index) => className(card.classes[index]));
        const [more, less] = sign > 0 ? pair : pair.reverse();
        return t("sentence.rather", { name: more, other: less, count, cells, where });
    }
    return t(sign > 0 ? "sentence.for" : "sentence.against", { name, count, cells, where });
}
