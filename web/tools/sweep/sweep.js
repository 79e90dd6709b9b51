/**
 * The sweep: covers every cell in turn, and sets what that costs beside what the evidence says.
 *
 * @module
 */

import { withSettings } from "../../page/state.js";
import { t } from "../../text/index.js";
import { duration, local, signed } from "../../text/numbers.js";
import { button, make, setText } from "../../ui/dom.js";
import { Running } from "../../ui/running.js";
import { sweepOf } from "./occlusion.js";
import { BLOCKS, FILLS, agreement, centred, fromOptions, settingsFrom, strongestCell, tilesOf, toOptions } from "./tiles.js";

/** @typedef {import("../../page/state.js").State} State */
/** @typedef {import("../../page/view.js").PageView} PageView */
/** @typedef {import("../../page/view.js").Solved} Solved */
/** @typedef {import("../../evidence/view.js").AnswerView} AnswerView */
/** @typedef {import("./tiles.js").Settings} Settings */

const NAME = "sweep";
const METHOD = "sweep";

/** @param {State} state */
const isShown = ({ beside }) => beside?.method === METHOD;

/** @param {State} state @returns {Settings} */
function settingsOf({ beside, tools }) {
    return beside?.method === METHOD ? fromOptions(beside.options ?? "") : settingsFrom(tools[NAME]);
}

/** What is shown, as a word. @param {AnswerView} answer */
const wordOf = ({ choice }) => t(choice.against === null ? "word.logit" : "word.difference");

class SweepPanel {
    #context;
    #what = make("p");
    #fill = make("select");
    #block = make("select");
    #start = button("", () => this.#sweep(), { className: "start" });
    #alone = button(t("sweep.alone"), () => this.#end(), { className: "alone" });
    #cancel = button(t("sweep.cancel"), () => this.#end(), { className: "cancel" });
    #running = new Running("sweep.progress", { done: "sweep.done", left: "sweep.left" }, this.#cancel);
    #result = make("div", { className: "result" });
    #nothing = make("p", { text: t("tools.nothing") });
    #body;
    /** @type {PageView | null} */
    #view = null;
    /** How alike a map and the evidence are, both less their means. @type {WeakMap<Float32Array, {cosine: number, rank: number}>} */
    #alike = new WeakMap();
    /** Of which map that was asked last. @type {Float32Array | null} */
    #asked = null;
    /** Of which map it was said. @type {Float32Array | null} */
    #said = null;

    /**
     * @param {HTMLElement} root
     * @param {import("../index.js").Context} context
     */
    constructor(root, context) {
        this.#context = context;
        this.#fill.append(...FILLS.map((fill) => make("option", { text: t(`fill.${fill}`), attributes: { value: fill } })));
        const set = () => this.#set({ fill: /** @type {Settings["fill"]} */ (this.#fill.value), block: Number(this.#block.value) });
        this.#fill.addEventListener("change", set);
        this.#block.addEventListener("change", set);
        this.#body = make("div", { className: "sweep" }, [
            this.#what,
            make("div", { className: "row" }, [
                make("label", {}, [t("sweep.fill"), this.#fill]),
                make("label", {}, [t("sweep.block"), this.#block]),
            ]),
            make("div", { className: "row" }, [this.#start, this.#alone]),
            this.#running.root,
            this.#result,
        ]);
        root.replaceChildren(this.#nothing, this.#body);
    }

    #sweep() {
        this.#context.change((state) => ({ ...state, beside: { method: METHOD, options: toOptions(settingsOf(state)) }, arrangement: "side" }));
    }

    /** The page as it was before the sweep; one that is under way is given up with it. */
    #end() {
        this.#context.change((state) => ({ ...state, beside: null }), "part");
    }

    /** @param {Settings} settings */
    #set(settings) {
        this.#context.change((state) => {
            const next = withSettings(state, NAME, settings);
            return isShown(state) ? { ...next, beside: { ...state.beside, options: toOptions(settings) } } : next;
        });
    }

    /** @param {PageView} view */
    show(view) {
        this.#view = view;
        const { state, panes } = view;
        const [{ answer, solved }, beside] = panes;
        const possible = solved !== null && answer !== null && !answer.withheld;
        this.#nothing.hidden = possible;
        this.#body.hidden = !possible;
        if (!possible) {
            return;
        }
        const settings = settingsOf(state);
        setText(this.#what, t("sweep.what", { what: wordOf(answer) }));
        this.#showSettings(settings, solved);
        const waits = isShown(state) && beside?.busy !== null;
        const done = isShown(state) && !waits;
        const buttons = [this.#start, this.#cancel, this.#alone];
        const focused = buttons.some((button) => button === document.activeElement);
        this.#running.show(waits, beside?.progress ?? null);
        this.#start.hidden = waits || done;
        this.#alone.hidden = !done;
        if (focused) {
            // One button takes the place of another, and the keyboard's focus with it.
            (waits ? this.#cancel : done ? this.#alone : this.#start).focus({ preventScroll: true });
        }
        this.#result.hidden = !done;
        if (done && beside?.answer && beside.solved?.map && !beside.answer.withheld) {
            this.#showResult(view, answer, beside.answer, beside.solved);
        } else if (done) {
            this.#result.replaceChildren(make("p", { text: t("tools.nothing") }));
        }
    }

    /**
     * @param {Settings} settings
     * @param {Solved} solved
     */
    #showSettings(settings, { explained }) {
        const { rows, columns, milliseconds } = explained;
        const runs = (/** @type {number} */ block) => tilesOf(rows, columns, block).length;
        if (this.#block.dataset.grid !== `${rows} ${columns}`) {
            this.#block.dataset.grid = `${rows} ${columns}`;
            this.#block.replaceChildren(
                ...BLOCKS.map((block) => make("option", { text: t("sweep.blocks", { block, runs: runs(block) }), attributes: { value: block } })),
            );
        }
        this.#fill.value = settings.fill;
        this.#block.value = String(settings.block);
        const count = runs(settings.block);
        setText(this.#start, t("sweep.start", { runs: count, time: duration(Math.max(100, count * milliseconds.run)) }));
    }

    /**
     * @param {PageView} view
     * @param {AnswerView} evidence
     * @param {AnswerView} sweep
     * @param {Solved} solved Of the sweep.
     */
    #showResult({ state }, evidence, sweep, solved) {
        const [a, b] = [evidence.map.values, sweep.map.values];
        const alike = this.#alike.get(b);
        if (!alike && this.#asked !== b) {
            this.#asked = b;
            this.#context.engine.ask("similarity", { a: centred(a), b: centred(b) }).then(
                (similarity) => {
                    this.#alike.set(b, similarity);
                    if (this.#view) {
                        this.show(this.#view);
                    }
                },
                (error) => this.#context.fail(error),
            );
        }
        const { columns } = sweep.map;
        const cells = b.length;
        const what = wordOf(evidence);
        const tile = tilesOf(sweep.map.rows, columns, fromOptions(solved.pane.options).block);
        const place = (/** @type {number} */ cell) => ({ row: Math.floor(cell / columns) + 1, column: (cell % columns) + 1 });
        const covers = (/** @type {number} */ cell) => (tile.find((cells) => cells.includes(cell)) ?? [cell]).length;
        const change = (/** @type {number} */ cell) => signed((-b[cell] * covers(cell)) / cells, 3);
        const adds = (/** @type {number} */ cell) => signed(a[cell] / cells, 3);
        const [first, second] = [strongestCell(a), strongestCell(b)];
        const lines = [];
        if (alike) {
            const sentence = t(`sweep.${agreement(alike)}`, {
                rank: local(alike.rank.toFixed(2).replace("-", "\u2212")),
                value: local(alike.cosine.toFixed(2).replace("-", "\u2212")),
            });
            lines.push(make("p", { className: "agreement", text: sentence }));
            if (this.#said !== b) {
                this.#said = b;
                this.#context.announce(sentence);
            }
        }
        lines.push(
            make("p", { className: "strongest", text: t("sweep.strongest-evidence", { ...place(first), adds: adds(first), change: change(first), what }) }),
            make("p", { className: "strongest", text: t(first === second ? "sweep.strongest-same" : "sweep.strongest-covered", { ...place(second), adds: adds(second), change: change(second), what }) }),
        );
        const { cursor } = state;
        const pointed = cursor ? cursor.row * columns + cursor.column : -1;
        lines.push(
            pointed >= 0 && pointed < cells
                ? make("p", { className: "pointed", text: t("sweep.cell", { ...place(pointed), adds: adds(pointed), change: change(pointed), what }) })
                : make("p", { className: "pointed hint", text: t("sweep.point") }),
        );
        const { flagged, logits } = sweepOf(solved.pane);
        if (flagged > 0) {
            lines.push(make("p", { className: "flagged", text: t("sweep.flagged", { flagged, count: logits.length }) }));
        }
        lines.push(
            make("p", { className: "cost", text: t("sweep.cost", { count: logits.length }) }),
            make("p", { className: "hint", text: t("sweep.no-sum", { cells, what }) }),
            make("p", { className: "hint", text: t("sweep.occlusion") }),
        );
        this.#result.replaceChildren(...lines);
    }
}

/** @type {import("../index.js").Tool} */
export default { open: (root, context) => new SweepPanel(root, context) };
