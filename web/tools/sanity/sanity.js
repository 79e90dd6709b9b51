/**
 * The sanity check of Adebayo et al. (2018): the weights are shuffled, from the last layer back to the first. A map that
 * explains the network has to go with them.
 *
 * @module
 */

import { answerKey } from "../../page/state.js";
import { t } from "../../text/index.js";
import { local } from "../../text/numbers.js";
import { Curve } from "../../ui/curve.js";
import { button, make, newLabel, setText } from "../../ui/dom.js";
import { Dragged } from "../../ui/dragged.js";
import { Likenesses, verdict } from "./likeness.js";

/** @typedef {import("../../page/state.js").State} State */
/** @typedef {import("../../page/view.js").PageView} PageView */
/** @typedef {import("../../page/view.js").Solved} Solved */
/** @typedef {import("./likeness.js").Likeness} Likeness */

/** Also of pictures that were left. */
const likenesses = new Likenesses();

/** @param {State} state */
const countIn = ({ beside }) => beside?.shuffled ?? 0;

/** @param {State} state @param {number} shuffled @returns {State} */
const withCount = (state, shuffled) => ({ ...state, beside: { shuffled } });

const two = (/** @type {number} */ value) => local(value.toFixed(2).replace("-", "\u2212"));

class SanityPanel {
    #context;
    #nothing = make("p", { text: t("tools.nothing") });
    #slider = make("input", { attributes: { id: newLabel(), type: "range", min: 0, step: 1 } });
    #count = make("output", { attributes: { for: this.#slider.id } });
    #layer = make("p", { className: "hint layer" });
    #run = button(t("sanity.run"), () => this.#runThrough(), { className: "run-through" });
    #stop = button(t("sanity.stop"), () => this.#end(), { className: "stop" });
    #likeness = make("p", { className: "likeness" });
    #curve = new Curve();
    #summary = make("p", { className: "summary" });
    #body;
    /** @type {PageView | null} */
    #view = null;
    /** How many layers the visitor puts in. @type {Dragged<number>} */
    #dragged = new Dragged(
        (count, kind) => this.#context.change((state) => withCount(state, count), kind),
        () => this.#view && this.show(this.#view),
    );
    /** Whether one number of layers after the other is tried. */
    #running = false;
    /** Map whose likeness was asked for last. */
    #asked = "";

    /**
     * @param {HTMLElement} root
     * @param {import("../index.js").Context} context
     */
    constructor(root, context) {
        this.#context = context;
        this.#dragged.follow(this.#slider, (count) => {
            this.#running = false;
            setText(this.#count, this.#countText(count));
            return count;
        });
        this.#body = make("div", { className: "sanity" }, [
            make("p", { text: t("sanity.what") }),
            make("div", { className: "nudge-row wide" }, [
                make("label", { text: t("sanity.slider"), attributes: { for: this.#slider.id } }),
                this.#slider,
                this.#count,
            ]),
            this.#layer,
            make("div", { className: "row" }, [this.#run, this.#stop]),
            this.#likeness,
            make("div", { className: "curves" }, [
                make("p", { className: "curve-name" }, [
                    make("span", { className: "key-first", text: t("sanity.rank") }),
                    " ",
                    make("span", { className: "key-second", text: t("sanity.cosine") }),
                ]),
                this.#curve.root,
            ]),
            this.#summary,
            make("p", { className: "hint", text: t("sanity.chance") }),
        ]);
        root.replaceChildren(this.#nothing, this.#body);
    }

    close() {
        this.#running = false;
    }

    /** From none to all; what is known already passes quickly. */
    #runThrough() {
        this.#running = true;
        this.#dragged.drop();
        this.#context.change((state) => withCount(state, 0));
    }

    /** Stops where it is. */
    #end() {
        this.#running = false;
        if (this.#view) {
            this.show(this.#view);
        }
    }

    /** @param {number} count */
    #countText(count) {
        return t("sanity.of", { count, all: this.#slider.max });
    }

    /** @param {PageView} view */
    show(view) {
        this.#view = view;
        const { state, panes } = view;
        const [{ answer, solved }, beside] = panes;
        const possible = solved !== null && answer !== null && !answer.withheld;
        this.#nothing.hidden = possible;
        this.#body.hidden = !possible;
        this.#dragged.busy = beside !== undefined && beside.busy !== null;
        if (!possible) {
            this.#running = false;
            return;
        }
        if (state.beside === null) {
            // Another picture was chosen, or the visitor went back.
            this.#running = false;
        }
        this.#dragged.goOn();
        const { layers } = solved.loaded;
        const count = countIn(state);
        this.#slider.max = String(layers.length);
        if (this.#dragged.pending === null && !this.#dragged.dragging) {
            this.#slider.value = String(count);
        }
        const shown = Number(this.#slider.value);
        setText(this.#count, this.#countText(shown));
        this.#slider.setAttribute("aria-valuetext", this.#countText(shown));
        setText(this.#layer, shown === 0 ? t("sanity.none") : t("sanity.back-to", { count: shown, layer: layers[shown - 1] }));
        this.#showButtons();
        const series = JSON.stringify([answerKey(solved.pane), solved.pane.choice]);
        const fresh = beside?.solved && !this.#dragged.busy && beside.solved.pane.shuffled === count ? beside : null;
        const likeness = likenesses.find(series, count);
        if (fresh?.answer && !likeness) {
            this.#ask(series, count, answer.map.values, fresh.answer.map.values);
        }
        this.#showLikeness(series, count, likeness, layers.length);
        if (this.#running && likeness && (fresh || count === 0) && this.#dragged.pending === null) {
            this.#goOn(count, layers.length, series);
        }
    }

    #showButtons() {
        const focused = [this.#run, this.#stop].some((button) => button === document.activeElement);
        this.#run.hidden = this.#running;
        this.#stop.hidden = !this.#running;
        if (focused) {
            // One takes the place of the other, and the keyboard's focus with it.
            (this.#running ? this.#stop : this.#run).focus({ preventScroll: true });
        }
    }

    /**
     * @param {number} count
     * @param {number} all
     * @param {string} series
     */
    #goOn(count, all, series) {
        if (count < all) {
            this.#context.change((state) => withCount(state, count + 1), "part");
            return;
        }
        this.#running = false;
        this.#showButtons();
        this.#context.announce(this.#verdict(series, all));
    }

    /**
     * @param {string} series
     * @param {number} count
     * @param {Float32Array} a
     * @param {Float32Array} b
     */
    #ask(series, count, a, b) {
        const key = `${series} ${count}`;
        if (this.#asked === key) {
            return;
        }
        this.#asked = key;
        this.#context.engine.ask("similarity", { a, b }).then(
            (likeness) => {
                likenesses.keep(series, count, likeness);
                if (this.#view) {
                    this.show(this.#view);
                }
            },
            (error) => {
                // Asked again when there is an engine again.
                this.#asked = "";
                this.#context.fail(error);
            },
        );
    }

    /** @param {string} series @param {number} all */
    #verdict(series, all) {
        const what = verdict(likenesses.along(series, all));
        return what ? t(what.passes ? "sanity.dissolves" : "sanity.stays", { rank: two(what.rank) }) : "";
    }

    /**
     * @param {string} series
     * @param {number} count
     * @param {Likeness | null} likeness
     * @param {number} all
     */
    #showLikeness(series, count, likeness, all) {
        setText(
            this.#likeness,
            likeness ? t("sanity.likeness", { rank: two(likeness.rank), cosine: two(likeness.cosine) }) : t("sanity.waits"),
        );
        const along = likenesses.along(series, all);
        const line = (/** @type {keyof Likeness} */ part) => along.map((known, x) => known && { x, y: known[part] });
        this.#curve.show({
            label: t("sanity.curve-label", { count: along.filter(Boolean).length, all: all + 1 }),
            x: [0, all],
            y: [-1, 1],
            ends: { x: ["0", String(all)], y: ["\u22121", "0", "+1"] },
            lines: [line("rank"), line("cosine")],
            levels: [{ y: 0, text: "" }],
            origin: 0,
            now: likeness && { x: count, y: likeness.rank },
        });
        setText(this.#summary, this.#verdict(series, all) || t("sanity.tried", { count: along.filter(Boolean).length - 1, all }));
    }
}

/** @type {import("../index.js").Tool} */
export default { open: (root, context) => new SanityPanel(root, context) };
