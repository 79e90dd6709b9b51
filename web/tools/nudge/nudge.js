/**
 * Nudging: sliders change the picture, the second pane follows, and a curve says how the answer depends on the slider that
 * was moved last.
 *
 * @module
 */

import { className } from "../../evidence/classes.js";
import { answerFor } from "../../evidence/population.js";
import { anywayKey, withSettings } from "../../page/state.js";
import { t } from "../../text/index.js";
import { percent, signed } from "../../text/numbers.js";
import { Curve, span } from "../../ui/curve.js";
import { button, make, newLabel, setText } from "../../ui/dom.js";
import { Dragged } from "../../ui/dragged.js";
import { scoreOf } from "../sweep/tiles.js";
import { NAMES, SLIDERS, answerOf, editsOf, extremes, placesAlong, turns, valuesOf } from "./changes.js";
import { Probe } from "./probe.js";

/** @typedef {import("../../page/state.js").State} State */
/** @typedef {import("../../page/state.js").Pane} Pane */
/** @typedef {import("../../page/view.js").PageView} PageView */
/** @typedef {import("../../page/view.js").Solved} Solved */
/** @typedef {import("../../evidence/view.js").AnswerView} AnswerView */
/** @typedef {import("./changes.js").Name} Name */
/** @typedef {import("./changes.js").Values} Values */
/** @typedef {import("./changes.js").Sample} Sample */

const NAME = "nudge";
/** Places along a slider. */
const PLACES = 13;
/** Least height of the curve, in logit units: below it, a slope would look like more than it is. */
const LEAST = 1;

/** @param {Name} name @returns {string} */
const titleOf = (name) => t(`nudge.${name}`);

/** Where the sliders stand. @param {State} state @returns {Values} */
function valuesIn({ pane, beside }) {
    return valuesOf((beside?.edits ?? pane.edits).slice(pane.edits.length));
}

/** The slider that was moved last. @param {State} state @returns {Name | null} */
function lastOf({ tools }) {
    const last = tools[NAME]?.last;
    return NAMES.includes(last) ? last : null;
}

/**
 * @param {State} state
 * @param {Values} values
 * @param {Name} last
 * @returns {State}
 */
function withValues(state, values, last) {
    const beside = { edits: [...state.pane.edits, ...editsOf(values)] };
    return { ...withSettings(state, NAME, { last }), beside };
}

class Row {
    input;
    value = make("output");
    reset;
    root;

    /**
     * @param {Name} name
     * @param {() => void} reset
     */
    constructor(name, reset) {
        const { least, most, step } = SLIDERS[name];
        const id = newLabel();
        this.input = make("input", { attributes: { id, type: "range", min: least, max: most, step, "data-slider": name } });
        this.value.setAttribute("for", id);
        this.reset = button("\u21ba", reset, { className: "sign", attributes: { "aria-label": t("nudge.reset-one", { name: titleOf(name) }) } });
        this.root = make("div", { className: "nudge-row" }, [
            make("label", { text: titleOf(name), attributes: { for: id } }),
            this.input,
            this.value,
            this.reset,
        ]);
    }

    /** @param {Name} name @param {number} value @param {boolean} held Whether it is where the visitor has just put it. */
    show(name, value, held) {
        if (!held) {
            this.input.value = String(value);
        }
        const shown = held ? Number(this.input.value) : value;
        const { text, none } = SLIDERS[name];
        setText(this.value, text(shown));
        this.input.setAttribute("aria-valuetext", text(shown));
        this.reset.disabled = shown === none;
    }
}

class NudgePanel {
    #context;
    #probe;
    #nothing = make("p", { text: t("tools.nothing") });
    #body;
    /** @type {Map<Name, Row>} */
    #rows = new Map();
    #all = button(t("nudge.reset-all"), () => this.#resetAll(), { className: "reset-all" });
    #table = make("div", { className: "change" });
    #curves = make("div", { className: "curves" });
    #title = make("h3");
    #score = new Curve();
    #scoreName = make("p", { className: "curve-name" });
    #probability = new Curve();
    #probabilityName = make("p", { className: "curve-name" });
    #summary = make("p", { className: "summary" });
    #values = make("details", {}, [make("summary", { text: t("nudge.table") })]);
    /** @type {PageView | null} */
    #view = null;
    /** What the visitor puts in, by whichever slider. @type {Dragged<{name: Name, value: number}>} */
    #dragged = new Dragged(
        ({ name, value }, kind) => this.#context.change((state) => withValues(state, { ...valuesIn(state), [name]: value }, name), kind),
        () => this.#view && this.show(this.#view),
    );
    #said = "";

    /**
     * @param {HTMLElement} root
     * @param {import("../index.js").Context} context
     */
    constructor(root, context) {
        this.#context = context;
        this.#probe = new Probe(context, () => this.#view && this.show(this.#view));
        for (const name of NAMES) {
            const row = new Row(name, () => this.#reset(name));
            this.#dragged.follow(row.input, (value) => {
                // What runs in the background waits: the picture is to follow the hand.
                this.#probe.stop();
                row.show(name, value, true);
                return { name, value };
            });
            this.#rows.set(name, row);
        }
        this.#curves.append(this.#title, this.#scoreName, this.#score.root, this.#probabilityName, this.#probability.root, this.#summary, this.#values);
        this.#body = make("div", { className: "nudge" }, [
            make("p", { text: t("nudge.what") }),
            make("div", { className: "nudge-rows" }, Array.from(this.#rows.values(), ({ root }) => root)),
            make("div", { className: "row" }, [this.#all]),
            this.#table,
            this.#curves,
        ]);
        root.replaceChildren(this.#nothing, this.#body);
    }

    close() {
        this.#probe.stop();
    }

    /** @param {Name} name */
    #reset(name) {
        this.#dragged.drop();
        const { none } = SLIDERS[name];
        this.#context.change((state) => withValues(state, { ...valuesIn(state), [name]: none }, name));
        this.#rows.get(name)?.input.focus();
    }

    /** The page as it was before anything was moved. */
    #resetAll() {
        this.#dragged.drop();
        this.#context.change((state) => ({ ...withSettings(state, NAME, { last: null }), beside: null }));
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
            this.#probe.stop();
            return;
        }
        this.#dragged.goOn();
        const values = valuesIn(state);
        for (const [name, row] of this.#rows) {
            row.show(name, values[name], this.#dragged.pending?.name === name || (this.#dragged.dragging && lastOf(state) === name));
        }
        this.#all.disabled = state.beside === null && lastOf(state) === null;
        this.#showTable(answer, this.#dragged.busy ? null : (beside?.answer ?? null));
        this.#showCurves(state, values, answer, solved, beside);
    }

    /**
     * @param {AnswerView} before
     * @param {AnswerView | null} after
     */
    #showTable(before, after) {
        this.#table.hidden = after === null;
        if (!after) {
            return;
        }
        const { card, choice } = before;
        if (after.withheld) {
            this.#table.replaceChildren(make("p", { className: "unlike-now", text: t("nudge.unlike") }));
            return;
        }
        const index = before.decision?.positive ?? choice.shown;
        const cell = (/** @type {string} */ text) => make("td", { text });
        const row = (/** @type {string} */ title, /** @type {string[]} */ texts) =>
            make("tr", {}, [make("th", { text: title, attributes: { scope: "row" } }), ...texts.map(cell)]);
        const [a, b] = [before, after].map(({ explained }) => ({
            score: scoreOf(explained.logits, choice),
            probability: explained.probabilities[index],
            said: answerOf(card, explained),
        }));
        const heads = ["", t(choice.against === null ? "word.logit" : "word.difference"), t("nudge.probability"), t("nudge.says")];
        const change = signed(b.score - a.score, 3);
        const texts = ({ score, probability, said } = a) => [signed(score, 3), percent(probability), said];
        this.#table.replaceChildren(
            make("table", {}, [
                make("thead", {}, [make("tr", {}, heads.map((text) => (text ? make("th", { text, attributes: { scope: "col" } }) : make("td"))))]),
                make("tbody", {}, [row(t("caption.original"), texts(a)), row(t("caption.changed"), texts(b)), row(t("nudge.change"), [change, "", ""])]),
            ]),
            ...(after.warning ? [make("p", { className: "unlike-now", text: t("nudge.unlike-anyway") })] : []),
        );
        const said = t("nudge.said", { before: signed(a.score, 2), after: signed(b.score, 2), answer: b.said });
        if (!this.#dragged.dragging && said !== this.#said) {
            this.#said = said;
            this.#context.announce(said);
        }
    }

    /**
     * @param {State} state
     * @param {Values} values
     * @param {AnswerView} answer Of the picture as it is.
     * @param {Solved} solved The same.
     * @param {import("../../page/view.js").PaneView | undefined} beside
     */
    #showCurves(state, values, answer, solved, beside) {
        const name = lastOf(state);
        this.#curves.hidden = name === null;
        if (name === null) {
            this.#probe.stop();
            return;
        }
        const paneAt = (/** @type {number} */ value) => {
            const edits = [...solved.pane.edits, ...editsOf({ ...values, [name]: value })];
            return { ...solved.pane, edits };
        };
        const places = placesAlong(name, PLACES);
        const isBase = (/** @type {Pane} */ pane) => pane.edits.length === solved.pane.edits.length;
        const isBeside = (/** @type {Pane} */ pane) => beside?.solved && JSON.stringify(beside.solved.pane.edits) === JSON.stringify(pane.edits);
        const read = (/** @type {import("../../engine/protocol.js").Explained | null} */ explained) => explained && answerFor(explained, answer.card);
        const answerAt = (/** @type {Pane} */ pane) =>
            isBase(pane) ? solved.explained : isBeside(pane) ? (beside?.solved?.explained ?? null) : read(this.#probe.find(pane));
        if (this.#dragged.dragging || this.#dragged.busy) {
            this.#probe.stop();
        } else {
            this.#probe.want(places.map(paneAt).filter((pane) => !isBase(pane)));
        }
        const here = values[name];
        const all = Array.from(new Set([...places, here])).sort((a, b) => a - b);
        const samples = all.flatMap((value) => this.#sample(value, answerAt(paneAt(value)), answer, state));
        this.#draw(name, here, samples, answer);
        const missing = places.filter((value) => answerAt(paneAt(value)) === null).length;
        this.#describe(name, samples, answer, missing);
    }

    /**
     * @param {number} value
     * @param {import("../../engine/protocol.js").Explained | null} explained
     * @param {AnswerView} answer
     * @param {State} state
     * @returns {Sample[]}
     */
    #sample(value, explained, { card, choice, decision, warning }, state) {
        if (!explained) {
            return [];
        }
        // Whoever wants to see a flagged picture's answer has said so for this picture.
        const seen = !explained.novelty?.flagged || warning !== null || state.anyway.includes(anywayKey(state.pane));
        if (!seen) {
            return [{ value, score: null }];
        }
        const probability = explained.probabilities[decision?.positive ?? choice.shown];
        return [{ value, score: scoreOf(explained.logits, choice), probability, said: answerOf(card, explained) }];
    }

    /**
     * @param {Name} name
     * @param {number} here
     * @param {Sample[]} samples
     * @param {AnswerView} answer
     */
    #draw(name, here, samples, { card, choice, decision, yesFrom, name: shown }) {
        const { least, most, none, text } = SLIDERS[name];
        const x = /** @type {[number, number]} */ ([least, most]);
        setText(this.#title, t("nudge.curve", { name: titleOf(name) }));
        const seen = samples.filter((sample) => sample.score !== null);
        const line = (/** @type {"score" | "probability"} */ part) =>
            samples.map((sample) => (sample.score === null ? null : { x: sample.value, y: sample[part] }));
        const now = seen.find(({ value }) => value === here);
        const ends = /** @type {[string, string]} */ ([text(least), text(most)]);
        const y = span(seen.map(({ score }) => score), LEAST);
        setText(this.#scoreName, t(choice.against === null ? "nudge.logit-of" : "nudge.difference-of", { name: shown }));
        this.#score.show({
            label: t("nudge.curve-label", { what: this.#scoreName.textContent ?? "", name: titleOf(name) }),
            x,
            y,
            ends: { x: ends, y: [signed(y[0], 1), signed(y[1], 1)] },
            lines: [line("score")],
            levels: yesFrom === null ? [{ y: 0, text: "0" }] : [{ y: yesFrom, text: t("nudge.yes-level") }],
            origin: none,
            now: now ? { x: now.value, y: now.score } : null,
        });
        setText(this.#probabilityName, t("nudge.probability-of", { name: decision?.name ?? className(card.classes[choice.shown]) }));
        this.#probability.show({
            label: t("nudge.curve-label", { what: this.#probabilityName.textContent ?? "", name: titleOf(name) }),
            x,
            y: [0, 1],
            ends: { x: ends, y: ["0 %", "100 %"] },
            lines: [line("probability")],
            levels: decision ? [{ y: decision.threshold, text: t("nudge.yes-level") }] : [],
            origin: none,
            now: now ? { x: now.value, y: now.probability } : null,
        });
    }

    /**
     * The curve in words.
     * @param {Name} name
     * @param {Sample[]} samples
     * @param {AnswerView} answer
     * @param {number} missing Places that are still being asked about.
     */
    #describe(name, samples, { choice }, missing) {
        const { text } = SLIDERS[name];
        const found = extremes(samples);
        this.#values.hidden = missing > 0 || !found;
        if (missing > 0 || !found) {
            setText(this.#summary, missing > 0 && this.#probe.busy ? t("nudge.sampling", { count: missing }) : missing > 0 ? t("nudge.waits") : t("nudge.all-unlike"));
            return;
        }
        const what = t(choice.against === null ? "word.logit" : "word.difference");
        const { low, high } = found;
        const unlike = samples.filter(({ score }) => score === null).length;
        const sentences = [];
        // One value has no range.
        if (samples.length - unlike > 1) {
            sentences.push(
                t("nudge.range", { what, low: signed(low.score, 2), lowAt: text(low.value), high: signed(high.score, 2), highAt: text(high.value) }),
            );
        }
        const changes = turns(samples);
        if (changes.length === 0) {
            sentences.push(t(unlike > 0 ? "nudge.stays-known" : "nudge.stays", { answer: low.said }));
        } else {
            sentences.push(...changes.slice(0, 3).map(({ from, to, before, after }) => t("nudge.turns", { from: text(from), to: text(to), before, after })));
            if (changes.length > 3) {
                sentences.push(t("nudge.more-turns", { count: changes.length - 3 }));
            }
        }
        if (unlike > 0) {
            sentences.push(t("nudge.gaps", { count: unlike, all: samples.length }));
        }
        setText(this.#summary, sentences.join(" "));
        const heads = [titleOf(name), what, t("nudge.probability"), t("nudge.says")];
        const rows = samples.map((sample) => {
            const cells =
                sample.score === null
                    ? [make("td", { text: t("film.unlike"), attributes: { colspan: 3 } })]
                    : [signed(sample.score, 3), percent(sample.probability), sample.said].map((text) => make("td", { text }));
            return make("tr", {}, [make("th", { text: text(sample.value), attributes: { scope: "row" } }), ...cells]);
        });
        const table = make("table", {}, [
            make("thead", {}, [make("tr", {}, heads.map((text) => make("th", { text, attributes: { scope: "col" } })))]),
            make("tbody", {}, rows),
        ]);
        this.#values.replaceChildren(/** @type {Node} */ (this.#values.firstElementChild), table);
    }
}

/** @type {import("../index.js").Tool} */
export default { open: (root, context) => new NudgePanel(root, context) };
