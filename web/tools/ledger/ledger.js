/**
 * The ledger: every cell of the map as a bar, or as a step from 0 to the logit; how few cells make how much of it; what
 * chosen cells add up to; and all of it as a table.
 *
 * @module
 */

import { samePlace } from "../../evidence/grid.js";
import { ledgerOf, strongest, sumOfShares, withoutCells } from "../../evidence/sums.js";
import { withSettings } from "../../page/state.js";
import { t } from "../../text/index.js";
import { addingUp, percent, signed } from "../../text/numbers.js";
import { Copied } from "../../ui/copy.js";
import { button, make, newLabel, setText } from "../../ui/dom.js";
import { Segments } from "../../ui/segments.js";
import { barsOf, strongestCells, tableOf } from "./bars.js";
import { draw, heightFor, placeAt } from "./chart.js";

/** @typedef {import("../../page/view.js").PageView} PageView */
/** @typedef {import("../../evidence/view.js").AnswerView} AnswerView */
/** @typedef {import("../../evidence/grid.js").Cell} Cell */

/**
 * What the tool keeps.
 * @typedef {object} Settings
 * @property {"sorted" | "waterfall"} form
 * @property {"first" | "second" | "difference"} which Of two pictures.
 * @property {number | null} count Of the strongest cells; nothing for those that make half.
 * @property {boolean} dragging Whether a drag on the picture chooses cells.
 */

/**
 * A map that can be taken apart, with what follows from it alone.
 * @typedef {object} Account
 * @property {unknown[]} key The same key, the same account.
 * @property {AnswerView["map"]} map
 * @property {AnswerView} answer
 * @property {import("../../evidence/sums.js").Ledger} ledger
 * @property {import("./bars.js").Bars} bars
 * @property {number} total What the cells add up to.
 * @property {number} towards How many cells point where the sum does.
 */

const NAME = "ledger";
const LISTED = 20;
/** Cells that Page up and Page down go on by. */
const PAGE = 10;

/** @param {Record<string, any>} given @returns {Settings} */
function settingsOf({ form, which, count, dragging }) {
    return {
        form: form === "waterfall" ? "waterfall" : "sorted",
        which: which === "second" || which === "difference" ? which : "first",
        count: Number.isInteger(count) && count > 0 ? count : null,
        dragging: dragging === true,
    };
}

class Ledger {
    #context;
    #which;
    #form;
    #what = make("p", { className: "hint" });
    #canvas = make("canvas", { attributes: { "aria-hidden": true } });
    #chart = make("div", { className: "bars", attributes: { role: "slider", tabindex: 0, "aria-label": t("bars.label"), "aria-valuemin": 1 } });
    #marks = make("p", { className: "bar-marks" });
    #reading = make("p", { className: "bar-reading" });
    #sides = make("p", { className: "bar-sides" });
    #range = make("input", { className: "bar-count", attributes: { type: "range", min: 1, step: 1 } });
    #rangeValue = make("output");
    #few = make("p", { className: "bar-few", attributes: { "aria-live": "polite" } });
    #choose = button("", () => this.#chooseStrongest());
    #dragging = make("input", { className: "bar-dragging", attributes: { type: "checkbox" } });
    #selected = make("p", { className: "bar-selection", attributes: { "aria-live": "polite" } });
    #unchoose = button(t("bars.unchoose"), () => this.#select([]));
    #copied = new Copied(t("bars.copy-text"), { className: "bar-text", rows: 6 });
    #table = make("table");
    #caption = make("summary");
    #body = make("div");
    #none = make("p", { text: t("bars.none") });
    /** @type {PageView | null} */
    #view = null;
    /** @type {Account | null} */
    #account = null;
    #size = { width: 0, height: 0 };
    #observer = new ResizeObserver(([entry]) => {
        this.#size = { width: entry.contentRect.width, height: entry.contentRect.height };
        this.#draw();
    });
    #redraw = new AbortController();
    /** Whether a bar was clicked, which then stays. */
    #pinned = false;

    /**
     * @param {HTMLElement} root
     * @param {import("../index.js").Context} context
     */
    constructor(root, context) {
        this.#context = context;
        const option = (/** @type {any} */ value) => ({ value, text: t(/** @type {import("../../text/index.js").Key} */ (`bars.${value}`)) });
        this.#form = new Segments(t("bars.form"), ["sorted", "waterfall"].map(option), (form) => this.#keep({ form }, "step"));
        this.#which = new Segments(t("bars.which"), ["first", "second", "difference"].map(option), (which) => this.#keep({ which }, "step"));
        const before = button("\u2191", () => this.#step(-1), { className: "sign", attributes: { "aria-label": t("bars.before"), title: t("bars.before") } });
        const after = button("\u2193", () => this.#step(1), { className: "sign", attributes: { "aria-label": t("bars.after"), title: t("bars.after") } });
        const range = newLabel();
        this.#range.id = range;
        this.#chart.append(this.#canvas);
        this.#table.append(make("thead"), make("tbody"));
        this.#copied.note.className = "hint";
        this.#body.className = "bar-body";
        this.#body.append(
            make("div", { className: "row" }, [this.#form.root, this.#which.root]),
            this.#what,
            this.#chart,
            this.#marks,
            make("div", { className: "bar-read" }, [this.#reading, before, after]),
            this.#sides,
            make("label", { attributes: { for: range } }, [t("bars.strongest"), this.#range, this.#rangeValue]),
            this.#few,
            make("div", { className: "row" }, [this.#choose, this.#unchoose]),
            this.#selected,
            make("label", { className: "check" }, [this.#dragging, t("bars.dragging")]),
            make("div", { className: "row" }, [button(t("bars.copy"), () => this.#copy(), { className: "bar-copy" })]),
            this.#copied.note,
            this.#copied.text,
            make("details", {}, [this.#caption, this.#table]),
        );
        root.replaceChildren(this.#none, this.#body);
        this.#range.addEventListener("input", () => this.#keep({ count: Number(this.#range.value) }, "part"));
        this.#dragging.addEventListener("change", () => this.#keep({ dragging: this.#dragging.checked }, "part"));
        this.#chart.addEventListener("pointermove", (event) => this.#point(event));
        this.#chart.addEventListener("pointerdown", (event) => this.#press(event));
        this.#chart.addEventListener("pointerleave", (event) => {
            // What was clicked stays, as what a finger touched does.
            if (event.pointerType === "mouse" && !this.#view?.state.held) {
                this.#read(null, false);
            }
        });
        this.#chart.addEventListener("keydown", (event) => this.#key(event));
        this.#observer.observe(this.#chart);
        const colours = matchMedia("(prefers-color-scheme: dark)");
        colours.addEventListener("change", () => this.#draw(), { signal: this.#redraw.signal });
    }

    close() {
        this.#observer.disconnect();
        this.#redraw.abort();
    }

    /** @param {PageView} view */
    show(view) {
        this.#view = view;
        const settings = settingsOf(view.state.tools[NAME] ?? {});
        const possible = ["first", ...(view.panes[1]?.answer && !view.panes[1].answer.withheld ? ["second"] : []), ...(view.difference ? ["difference"] : [])];
        const which = possible.includes(settings.which) ? settings.which : "first";
        const account = accountOf(view, which, this.#account);
        this.#none.hidden = account !== null;
        this.#body.hidden = account === null;
        const anew = account !== this.#account;
        this.#account = account;
        if (!account) {
            return;
        }
        const { bars, ledger, map, answer } = account;
        this.#form.show(settings.form);
        this.#which.root.hidden = possible.length < 2;
        this.#which.show(which, possible);
        const of = t(map.total === null ? "bars.total.mean" : answer.choice.against === null && which !== "difference" ? "bars.total.logit" : "bars.total.difference");
        setText(this.#what, t(`bars.${settings.form}.what`, { name: answer.subject, total: of }));
        if (anew) {
            this.#chart.setAttribute("aria-valuemax", String(ledger.cells));
            this.#chart.style.height = `${heightFor(ledger.cells)}px`;
            this.#showTable(account);
            // What was copied belongs to the map before.
            this.#copied.clear();
        }
        this.#showMarks(account, settings.form);
        const [sum, positive, negative] = addingUp(account.total, ledger.positive, 2);
        // Of the first picture, this stands in the answer.
        this.#sides.hidden = which === "first";
        setText(this.#sides, t("bars.sides", { positive: signed(positive, 2), negative: signed(negative, 2), sum: signed(sum, 2) }));
        this.#showStrongest(account, settings);
        this.#showSelection(account);
        this.#dragging.checked = settings.dragging;
        const place = this.#place();
        const reading = place === null ? t("bars.hint") : this.#said(place);
        setText(this.#reading, reading);
        this.#chart.setAttribute("aria-valuenow", String((place ?? 0) + 1));
        this.#chart.setAttribute("aria-valuetext", place === null ? t("bars.hint") : reading);
        // For whoever looks for a cell's bar from outside.
        this.#chart.dataset.cell = place === null ? "" : String(bars.order[place]);
        this.#draw();
    }

    /**
     * @param {Partial<Settings> | Record<string, unknown>} values
     * @param {import("../../page/store.js").Kind} kind
     */
    #keep(values, kind) {
        this.#context.change((state) => withSettings(state, NAME, values), kind);
    }

    /** @param {number[]} selection */
    #select(selection) {
        this.#context.change((state) => ({ ...state, selection }));
    }

    /** Where the cell that is read stands in the order. */
    #place() {
        const [account, view] = [this.#account, this.#view];
        if (!account || !view) {
            return null;
        }
        const cell = account.answer === view.panes[0].answer ? view.state.cursor : view.cursorBeside;
        const index = cell ? cell.row * account.map.columns + cell.column : -1;
        return account.bars.place[index] ?? null;
    }

    /** What a screen reader is told of a bar. @param {number} place */
    #said(place) {
        const { bars, map, ledger } = /** @type {Account} */ (this.#account);
        const cell = bars.order[place];
        const value = map.values[cell];
        return t("bars.cell", {
            place: place + 1,
            cells: ledger.cells,
            row: Math.floor(cell / map.columns) + 1,
            column: (cell % map.columns) + 1,
            value: signed(value, 3),
            share: signed(value / ledger.cells, 4),
            running: signed(bars.running[place + 1], 4),
        });
    }

    /**
     * @param {Account} account
     * @param {Settings["form"]} form
     */
    #showMarks({ total, bars, answer, map }, form) {
        const yes = yesOf(map, answer);
        const mark = (/** @type {string} */ kind, /** @type {string} */ text) => make("span", { className: kind, text });
        this.#marks.replaceChildren(
            mark("mark-sum", t("bars.mark.sum", { value: signed(total, 2) })),
            ...(form === "waterfall" && signed(bars.peak, 2) !== signed(total, 2) ? [mark("mark-peak", t("bars.mark.peak", { value: signed(bars.peak, 2) }))] : []),
            ...(yes === null ? [] : [mark("mark-yes", t("bars.mark.yes", { value: signed(yes, 2) }))]),
            ...(this.#chosen().size > 0 ? [mark("mark-chosen", t("bars.mark.chosen"))] : []),
        );
    }

    /**
     * @param {Account} account
     * @param {Settings} settings
     */
    #showStrongest({ map, ledger, answer, towards }, settings) {
        const possible = towards > 0;
        this.#few.hidden = this.#choose.hidden = !possible;
        this.#range.disabled = !possible;
        const count = Math.min(Math.max(1, towards), settings.count ?? Math.max(1, ledger.half));
        this.#range.max = String(Math.max(1, towards));
        this.#range.value = String(count);
        this.#rangeValue.value = `${count} / ${towards}`;
        const { share, sum } = strongest(map.values, ledger, count);
        const all = ledger.sum >= 0 ? ledger.positive : ledger.negative;
        const said = { count, name: answer.subject, sum: signed(sum, 2), share: percent(share).replace(" ", "\u00a0"), all: signed(all, 2) };
        setText(this.#few, possible ? t(ledger.sum >= 0 ? "bars.strongest.for" : "bars.strongest.against", said) : "");
        setText(this.#choose, t("bars.choose", { count }));
        this.#choose.dataset.count = String(count);
    }

    #chooseStrongest() {
        const account = this.#account;
        if (account) {
            this.#select(strongestCells(account.map.values, account.ledger, Number(this.#choose.dataset.count)));
        }
    }

    /** What is chosen of this map: a selection holds for maps of the same cells. */
    #chosen() {
        const [account, view] = [this.#account, this.#view];
        const first = view?.panes[0].answer?.map;
        const fits = account && view && first && first.rows === account.map.rows && first.columns === account.map.columns;
        return new Set(fits ? view.state.selection.filter((cell) => cell < account.ledger.cells) : []);
    }

    /** @param {Account} account */
    #showSelection({ map, ledger, total }) {
        const chosen = this.#chosen();
        const count = chosen.size;
        const [all, sum, rest] = addingUp(total, withoutCells(map.values, [...chosen]).sum, 2);
        const said = { count, sum: signed(sum, 2), total: signed(all, 2), others: ledger.cells - count, rest: signed(rest, 2) };
        setText(this.#selected, t(count === 0 ? "bars.selection.none" : count === ledger.cells ? "bars.selection.all" : "bars.selection", said));
        this.#unchoose.disabled = count === 0;
    }

    /** @param {Account} account */
    #showTable({ map, ledger, answer }) {
        const rows = ledger.order.slice(0, LISTED);
        setText(this.#caption, t("bars.table", { count: rows.length }));
        const heads = headsOf(answer.name, ledger.cells);
        const [head, body] = [this.#table.tHead, this.#table.tBodies[0]];
        head?.replaceChildren(
            make("tr", {}, [heads.row, heads.column, heads.evidence, heads.share].map((text) => make("th", { text, attributes: { scope: "col" } }))),
        );
        body.replaceChildren(
            ...rows.map((cell) => {
                const value = map.values[cell];
                const parts = [Math.floor(cell / map.columns) + 1, (cell % map.columns) + 1, signed(value, 3), signed(value / ledger.cells, 4)];
                return make("tr", {}, parts.map((text) => make("td", { text: String(text) })));
            }),
        );
    }

    #draw() {
        const [account, view] = [this.#account, this.#view];
        const { width, height } = this.#size;
        if (!account || !view || width === 0 || height === 0) {
            return;
        }
        const { map, bars, total, answer } = account;
        const { form } = settingsOf(view.state.tools[NAME] ?? {});
        const yesFrom = yesOf(map, answer);
        draw(this.#canvas, this.#size, { values: map.values, bars, form, total, yesFrom, at: this.#place(), chosen: this.#chosen() });
    }

    /** @param {PointerEvent} event */
    #placeAt(event) {
        const { top, height } = this.#chart.getBoundingClientRect();
        const cells = this.#account?.ledger.cells ?? 0;
        return cells > 0 ? placeAt(event.clientY - top, height, cells) : null;
    }

    /** @param {PointerEvent} event */
    #point(event) {
        const mouse = event.pointerType === "mouse";
        if (!mouse || !this.#pinned || !this.#view?.state.held) {
            this.#read(this.#placeAt(event), !mouse);
        }
    }

    /** A click holds a bar until the next one on it. @param {PointerEvent} event */
    #press(event) {
        const place = this.#placeAt(event);
        const again = event.pointerType === "mouse" && this.#pinned && this.#view?.state.held && place === this.#place();
        this.#pinned = !again;
        this.#read(place, !again);
    }

    /**
     * Reads the cell at a place of the order.
     * @param {number | null} place
     * @param {boolean} held
     */
    #read(place, held) {
        const [account, view] = [this.#account, this.#view];
        const first = view?.panes[0].answer;
        if (!account || !view || !first || (place === this.#place() && held === view.state.held)) {
            return;
        }
        /** @type {Cell | null} */
        let cell = null;
        let beside = null;
        if (place !== null) {
            const index = account.bars.order[place];
            cell = { row: Math.floor(index / account.map.columns), column: index % account.map.columns };
            if (account.answer !== first) {
                beside = cell;
                const [a, b] = view.panes.map(({ solved }) => solved?.pane.picture);
                cell = samePlace(account.map, cell, first.map, a === b);
            }
        }
        this.#context.change((state) => ({ ...state, cursor: cell, cursorBeside: beside, held: held && cell !== null }), "part");
    }

    /** @param {number} by */
    #step(by) {
        const last = (this.#account?.ledger.cells ?? 0) - 1;
        const place = this.#place();
        this.#read(Math.min(last, Math.max(0, place === null ? (by > 0 ? 0 : last) : place + by)), true);
    }

    /** @param {KeyboardEvent} event */
    #key(event) {
        const last = (this.#account?.ledger.cells ?? 0) - 1;
        if (event.ctrlKey || event.metaKey || event.altKey || last < 0) {
            return;
        }
        const steps = /** @type {Record<string, number>} */ ({
            ArrowDown: 1,
            ArrowRight: 1,
            ArrowUp: -1,
            ArrowLeft: -1,
            PageDown: PAGE,
            PageUp: -PAGE,
            Home: -Infinity,
            End: Infinity,
        });
        const place = this.#place();
        if (event.key in steps) {
            event.preventDefault();
            const by = steps[event.key];
            if (Number.isFinite(by)) {
                this.#step(by);
            } else {
                this.#read(by < 0 ? 0 : last, true);
            }
        } else if (event.key === " " && place !== null) {
            event.preventDefault();
            const cell = this.#account?.bars.order[place] ?? 0;
            const chosen = this.#chosen();
            if (!chosen.delete(cell)) {
                chosen.add(cell);
            }
            this.#select([...chosen]);
        } else if (event.key === "Escape" && place !== null) {
            event.preventDefault();
            this.#read(null, false);
        }
    }

    #copy() {
        const account = this.#account;
        if (account) {
            const { map, ledger, answer } = account;
            const table = tableOf(map, ledger, headsOf(answer.name, ledger.cells));
            void this.#copied.copy(table, t("bars.copied", { count: ledger.cells + 1 }));
        }
    }
}

/**
 * Where "yes" begins; nothing on the axis of a difference of two answers.
 * @param {AnswerView["map"]} map
 * @param {AnswerView} answer
 */
function yesOf(map, answer) {
    return map === answer.map ? answer.yesFrom : null;
}

/**
 * @param {string} name
 * @param {number} cells
 */
function headsOf(name, cells) {
    return {
        row: t("bars.table.row"),
        column: t("bars.table.column"),
        evidence: t("bars.table.evidence", { name }),
        share: t("bars.table.share", { cells }),
        running: t("bars.table.running"),
    };
}

/**
 * @param {PageView} view
 * @param {string} which
 * @param {Account | null} last Which is the same again where nothing has changed.
 * @returns {Account | null}
 */
function accountOf(view, which, last) {
    const { answer, solved } = view.panes[which === "second" ? 1 : 0];
    const map = which === "difference" ? view.difference : answer?.map;
    if (!answer || !map || answer.withheld) {
        return null;
    }
    const others = which === "difference" ? [view.panes[1].solved?.explained, view.panes[1].solved?.map] : [];
    const key = [which, answer.explained, solved?.map, JSON.stringify(answer.choice), answer.name, ...others];
    if (last && last.key.length === key.length && key.every((part, at) => part === last.key[at])) {
        // The page makes a map anew for every view; what is drawn of it stays the same.
        last.answer = answer;
        last.map = map;
        return last;
    }
    const ledger = ledgerOf(map.values);
    const sign = ledger.sum >= 0 ? 1 : -1;
    const towards = map.values.reduce((count, value) => count + Number(value * sign > 0), 0);
    return { key, map, answer, ledger, bars: barsOf(map.values), total: sumOfShares(map.values), towards };
}

/** @type {import("../index.js").Tool} */
export default {
    open: (root, context) => new Ledger(root, context),
    gesture: (settings) => (settingsOf(settings).dragging ? "box" : "move"),
};
