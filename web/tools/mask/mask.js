/**
 * Asking back: cells are taken out, once of the mean that the ledger shows, and once of the picture, which the network then
 * sees again. What both say stands side by side, and why they may differ.
 *
 * @module
 */

import { className, topClasses } from "../../evidence/classes.js";
import { decisionNumbers, decisionOf } from "../../evidence/decision.js";
import { noveltySentence } from "../../evidence/novelty.js";
import { withoutCells } from "../../evidence/sums.js";
import { anywayKey, answerKey } from "../../page/state.js";
import { t } from "../../text/index.js";
import { addingUp, percent, signed } from "../../text/numbers.js";
import { button, make, newLabel, replaceKeeping, setText } from "../../ui/dom.js";
import { Segments } from "../../ui/segments.js";
import { FILLS, WAYS, comparison, inverted, ledgerEffect, masksOf, replacedCells, settingsOf, withMask, withMaskSettings, withoutMask } from "./effect.js";

/** @typedef {import("../../page/view.js").PageView} PageView */
/** @typedef {import("../../page/state.js").State} State */
/** @typedef {import("../../evidence/view.js").AnswerView} AnswerView */
/** @typedef {import("../../text/index.js").Key} Key */
/** @typedef {import("./effect.js").Mask} Mask */

/**
 * What the table says.
 * @typedef {object} Effects
 * @property {number} logit Of the picture as it is; or a difference of two.
 * @property {number} probability
 * @property {import("./effect.js").LedgerEffect | null} ledger
 * @property {{logit: number, probability: number, answer: AnswerView} | null} run Of the picture without the pixels; nothing
 *     while there is no answer to it, or none that may be shown.
 */

class AskBack {
    #context;
    #way;
    #selected = make("p", { className: "mask-selection", attributes: { "aria-live": "polite" } });
    #invert = button(t("mask.invert"), () => this.#invertSelection());
    #clear = button(t("mask.clear"), () => this.#select([]));
    #undo = button(t("mask.undo"), () => history.back());
    #fill = make("select", { className: "mask-fill" });
    #keep = make("input", { className: "mask-keep", attributes: { type: "checkbox" } });
    #apply = button("", () => this.#add(), { className: "mask-apply" });
    #list = make("ol", { className: "mask-list" });
    #table = make("table", { className: "mask-table" });
    #caption = make("caption");
    #body = make("tbody");
    #logitHead = make("th", { attributes: { scope: "col" } });
    #probabilityHead = make("th", { attributes: { scope: "col" } });
    #rest = make("p", { className: "hint" });
    #unlike = make("div", { className: "mask-unlike", attributes: { role: "status" } });
    #decision = make("p", { className: "mask-decision" });
    #why = make("p", { className: "mask-why" });
    #caution = make("p", { className: "hint", text: t("mask.caution") });
    #none = make("p", { text: t("bars.none") });
    #content = make("div", { className: "mask-body" });
    /** @type {PageView | null} */
    #view = null;
    /** What was chosen and masked when the tool was opened, and whether that has changed since: only then is there something
     * to undo here. @type {{first: string, changed: boolean} | null} */
    #since = null;
    /** Whether a run was asked for whose result is not in sight yet. */
    #reveals = false;
    /** The run that was announced. */
    #announced = "";
    /** What the list shows. */
    #listed = "";

    /**
     * @param {HTMLElement} root
     * @param {import("../index.js").Context} context
     */
    constructor(root, context) {
        this.#context = context;
        const ways = WAYS.map((value) => ({ value, text: t(`mask.way.${value}`) }));
        this.#way = new Segments(t("mask.way"), ways, (way) => this.#set({ way: /** @type {any} */ (way) }));
        this.#fill.append(...FILLS.map((value) => make("option", { text: t(`mask.fill.${value}`), attributes: { value } })));
        this.#fill.addEventListener("change", () => this.#set({ fill: /** @type {any} */ (this.#fill.value) }));
        this.#keep.addEventListener("change", () => this.#set({ keep: this.#keep.checked }));
        this.#fill.id = newLabel();
        this.#table.append(
            this.#caption,
            make("thead", {}, [
                make("tr", {}, [
                    make("td"),
                    this.#logitHead,
                    this.#probabilityHead,
                    make("th", { text: t("mask.change"), attributes: { scope: "col" } }),
                ]),
            ]),
            this.#body,
        );
        this.#content.append(
            make("p", { className: "hint", text: t("mask.hint") }),
            this.#way.root,
            this.#selected,
            make("div", { className: "row" }, [this.#invert, this.#clear, this.#undo]),
            make("label", { attributes: { for: this.#fill.id } }, [t("mask.fill"), this.#fill]),
            make("label", { className: "check" }, [this.#keep, t("mask.keep")]),
            this.#apply,
            this.#list,
            this.#table,
            this.#rest,
            this.#unlike,
            this.#decision,
            this.#why,
            this.#caution,
        );
        root.replaceChildren(this.#none, this.#content);
    }

    /** @param {PageView} view */
    show(view) {
        this.#view = view;
        const { answer } = view.panes[0];
        const possible = answer !== null && !answer.withheld;
        this.#none.hidden = possible;
        this.#content.hidden = !possible;
        if (!possible) {
            return;
        }
        const settings = settingsOf(view.state.tools.mask ?? {});
        const masks = masksOf(view.state);
        const chosen = this.#chosen();
        const cells = answer.map.values.length;
        this.#way.show(settings.way);
        this.#fill.value = settings.fill;
        this.#keep.checked = settings.keep;
        this.#showSelection(answer, chosen);
        this.#invert.disabled = false;
        this.#clear.disabled = chosen.length === 0;
        this.#undo.disabled = !this.#canUndo(JSON.stringify([view.state.selection, masks]));
        this.#apply.disabled = chosen.length === 0 || (settings.keep && chosen.length === cells);
        setText(this.#apply, t(chosen.length === 0 ? "mask.apply-none" : settings.keep ? "mask.apply-keep" : "mask.apply", { count: chosen.length }));
        this.#showList(masks);
        const shown = masks.length > 0 || chosen.length === 0 ? masks : [maskOf(answer, chosen, settings)];
        this.#showEffects(answer, shown, masks.length > 0);
    }

    /** @param {Partial<import("./effect.js").Settings>} values */
    #set(values) {
        this.#context.change((state) => withMaskSettings(state, values), "part");
    }

    /** @param {number[]} selection */
    #select(selection) {
        this.#context.change((state) => ({ ...state, selection }));
    }

    #chosen() {
        const cells = this.#view?.panes[0].answer?.map.values.length ?? 0;
        return [...new Set(this.#view?.state.selection)].filter((cell) => cell < cells).sort((a, b) => a - b);
    }

    #invertSelection() {
        this.#select(inverted(this.#chosen(), this.#view?.panes[0].answer?.map.values.length ?? 0));
    }

    #add() {
        const [view, chosen] = [this.#view, this.#chosen()];
        const answer = view?.panes[0].answer;
        if (view && answer && chosen.length > 0) {
            const mask = maskOf(answer, chosen, settingsOf(view.state.tools.mask ?? {}));
            this.#reveals = true;
            this.#context.change((state) => withMask(state, mask, answer.choice));
        }
    }

    /** Whether going back undoes something of this tool, and stays on this page. @param {string} now */
    #canUndo(now) {
        this.#since ??= { first: now, changed: false };
        this.#since.changed ||= now !== this.#since.first;
        /** @type {any} */
        const navigation = /** @type {any} */ (window).navigation;
        const before = navigation?.currentEntry && navigation.entries()[navigation.currentEntry.index - 1];
        return this.#since.changed && (!navigation || before?.sameDocument === true);
    }

    /**
     * @param {AnswerView} answer
     * @param {number[]} chosen
     */
    #showSelection({ map, ledger }, chosen) {
        const count = chosen.length;
        const [total, sum, rest] = addingUp(ledger.sum, withoutCells(map.values, chosen).sum, 2);
        const said = { count, sum: signed(sum, 2), total: signed(total, 2), others: ledger.cells - count, rest: signed(rest, 2) };
        setText(this.#selected, t(count === 0 ? (matchMedia("(pointer: coarse)").matches ? "mask.selection.none-touch" : "mask.selection.none") : count === ledger.cells ? "bars.selection.all" : "bars.selection", said));
    }

    /** @param {Mask[]} masks */
    #showList(masks) {
        this.#list.hidden = masks.length === 0;
        const listed = JSON.stringify(masks);
        if (listed === this.#listed) {
            return;
        }
        this.#listed = listed;
        replaceKeeping(
            this.#list,
            masks.map((mask, index) => {
                const text = t(mask.keep ? "mask.item-keep" : "mask.item", { count: mask.cells.length, fill: t(`mask.fill.${mask.fill}`) });
                const remove = button(t("mask.remove"), () => this.#remove(index), {
                    attributes: { "data-key": `remove ${index}`, "aria-label": `${t("mask.remove")}: ${text}` },
                });
                const again = button(t("mask.again"), () => this.#select([...mask.cells]), {
                    attributes: { "data-key": `again ${index}`, "aria-label": `${t("mask.again")}: ${text}` },
                });
                again.hidden = !this.#sameGrid(mask);
                return make("li", {}, [make("span", { text }), " ", again, " ", remove]);
            }),
        );
    }

    /** @param {number} index */
    #remove(index) {
        this.#context.change((state) => withoutMask(state, index));
        if (this.#view && masksOf(this.#view.state).length === 1) {
            // The list goes with its last mask: the focus goes to what is next to it.
            this.#fill.focus();
        }
    }

    /** @param {Mask} mask */
    #sameGrid({ rows, columns }) {
        const map = this.#view?.panes[0].answer?.map;
        return map?.rows === rows && map.columns === columns;
    }

    /**
     * @param {AnswerView} answer
     * @param {Mask[]} masks That are on, or would be.
     * @param {boolean} asked Whether the network is asked about them.
     */
    #showEffects(answer, masks, asked) {
        const { choice, map, ledger, card } = answer;
        const second = asked ? this.#second() : null;
        const cells = masks.length > 0 ? replacedCells(masks, map.rows, map.columns) : [];
        const effects = effectsOf(answer, cells, second?.answer?.withheld ? null : (second?.answer ?? null));
        const { logit, probability, ledger: without, run } = effects;
        const shownClass = className(card.classes[choice.shown]);
        setText(this.#caption, masks.length === 0 ? t("mask.table.before") : t(asked ? "mask.table" : "mask.table.chosen", { count: cells.length, cells: ledger.cells }));
        setText(this.#logitHead, t(choice.against === null ? "mask.logit" : "mask.difference"));
        setText(this.#probabilityHead, t("mask.probability", { name: shownClass }));
        const none = "\u2013";
        const change = (/** @type {number | null | undefined} */ value) => (value === null || value === undefined ? none : signed(...asRead(value, logit)));
        const waiting = asked && second === null;
        const row = (/** @type {Key} */ key, /** @type {string[]} */ values) =>
            make("tr", {}, [make("th", { text: t(key), attributes: { scope: "row" } }), ...values.map((text) => make("td", { text }))]);
        this.#body.replaceChildren(
            row("mask.row.whole", [signed(logit, 2), percent(probability), none]),
            row("mask.row.ledger", [without?.mean == null ? none : signed(without.mean, 2), none, change(without?.mean)]),
            row("mask.row.run", waiting ? ["\u2026", "\u2026", "\u2026"] : run ? [signed(run.logit, 2), percent(run.probability), change(run.logit)] : [none, none, none]),
        );
        this.#showRest(without, ledger.sum);
        this.#showUnlike(second?.answer ?? null);
        this.#showWords(answer, effects, asked ? second : null);
    }

    /**
     * The sum of the others' shares, beside their mean.
     * @param {Effects["ledger"]} without
     * @param {number} all
     */
    #showRest(without, all) {
        this.#rest.hidden = without === null;
        if (!without) {
            return;
        }
        const [total, , rest] = addingUp(all, without.sum, 2);
        const said = { count: without.others, rest: signed(rest, 2), total: signed(total, 2), mean: signed(without.mean ?? 0, 2) };
        setText(this.#rest, without.mean === null ? t("mask.rest.none") : t("mask.rest", said));
    }

    /** The second pane, once it is the answer to what is asked. */
    #second() {
        const [first, second] = this.#view?.panes ?? [];
        if (!first?.solved || !second?.solved || !this.#view) {
            return null;
        }
        const { edits } = this.#view.state.beside ?? {};
        const asked = answerKey({ ...first.solved.pane, edits: edits ?? [] });
        return answerKey(second.solved.pane) === asked ? { answer: second.answer, key: asked } : null;
    }

    /** @param {AnswerView | null} second */
    #showUnlike(second) {
        const flagged = second?.explained.novelty?.flagged === true;
        this.#unlike.hidden = !flagged;
        if (!flagged || !second?.explained.novelty) {
            this.#unlike.replaceChildren();
            return;
        }
        replaceKeeping(this.#unlike, [
            make("p", { className: "warning-text", text: t(second.withheld ? "mask.unlike" : "mask.unlike-shown") }),
            make("p", { className: "hint", text: noveltySentence(second.explained.novelty) }),
            ...(second.withheld ? [button(t("unlike.anyway"), () => this.#anyway(), { attributes: { "data-key": "anyway" } })] : []),
        ]);
    }

    #anyway() {
        this.#context.change((state) => ({ ...state, anyway: [...state.anyway, anywayKey(state.pane)] }), "part");
    }

    /**
     * @param {AnswerView} answer
     * @param {Effects} effects
     * @param {{answer: AnswerView | null, key: string} | null} second
     */
    #showWords(answer, { logit, ledger: without, run }, second) {
        this.#decision.hidden = this.#why.hidden = this.#caution.hidden = run === null;
        if (!run || !second) {
            return;
        }
        const { ledger } = answer;
        const decided = decisionWords(answer, run.answer);
        const how = comparison(without?.mean == null ? null : without.mean - logit, run.logit - logit, ledger.positive - ledger.negative);
        setText(this.#decision, decided);
        setText(this.#why, t(`mask.why.${how}`));
        if (this.#reveals) {
            this.#reveals = false;
            // With the table above it.
            this.#decision.scrollIntoView({ block: "nearest" });
        }
        if (second.key !== this.#announced) {
            this.#announced = second.key;
            this.#context.announce(`${t("mask.said", { before: signed(logit, 2), after: signed(run.logit, 2) })} ${decided} ${t(`mask.why.${how}`)}`);
        }
    }
}

/**
 * A change between two numbers as they are read, so that the column adds up.
 * @param {number} value
 * @param {number} before
 * @returns {[number, number]} With its digits.
 */
function asRead(value, before) {
    return [(Math.round(value * 100) - Math.round(before * 100)) / 100, 2];
}

/**
 * @param {AnswerView} answer
 * @param {number[]} cells
 * @param {import("./effect.js").Settings} settings
 * @returns {Mask}
 */
function maskOf({ map: { rows, columns } }, cells, { fill, keep }) {
    return { kind: "mask", rows, columns, cells, fill, keep };
}

/**
 * @param {AnswerView} answer
 * @param {number[]} cells
 * @param {AnswerView | null} second
 * @returns {Effects}
 */
function effectsOf({ choice, explained, map }, cells, second) {
    const of = (/** @type {AnswerView["explained"]} */ { logits }) => logits[choice.shown] - (choice.against === null ? 0 : logits[choice.against]);
    return {
        logit: of(explained),
        probability: explained.probabilities[choice.shown],
        ledger: cells.length > 0 ? ledgerEffect(map.values, cells) : null,
        run: second && { logit: of(second.explained), probability: second.explained.probabilities[choice.shown], answer: second },
    };
}

/**
 * Whether the network now says something else.
 * @param {AnswerView} before
 * @param {AnswerView} after
 */
function decisionWords(before, after) {
    const [a, b] = [before, after].map(({ card, explained }) => decisionOf(card, explained.probabilities));
    if (a && b) {
        const word = (/** @type {boolean} */ yes) => t(yes ? "mask.yes" : "mask.no");
        // Close to the limit, a rounded probability alone would leave it open.
        const [value, limit] = decisionNumbers(b);
        return a.yes === b.yes
            ? t("mask.decision.stays", { name: a.name, word: word(a.yes), value, limit })
            : t("mask.decision.changes", { name: a.name, before: word(a.yes), after: word(b.yes), value, limit });
    }
    const [top, now] = [before, after].map(({ card, explained }) => className(card.classes[topClasses(explained.logits, 1)[0]]));
    return top === now ? t("mask.top.stays", { name: top }) : t("mask.top.changes", { before: top, after: now });
}

/** @type {import("../index.js").Tool} */
export default {
    open: (root, context) => new AskBack(root, context),
    gesture: (settings) => settingsOf(settings).way,
};
