/**
 * Another method's map beside the evidence, of the same network, picture and class: what it does, what it has cost, what its
 * values add up to, and how the probability answers when pixels go or come in the order of either map.
 *
 * @module
 */

import { className } from "../../evidence/classes.js";
import { withSettings } from "../../page/state.js";
import { t } from "../../text/index.js";
import { duration, local, percent, signed, tick } from "../../text/numbers.js";
import { Curve } from "../../ui/curve.js";
import { button, make, replaceKeeping, setText } from "../../ui/dom.js";
import { Running } from "../../ui/running.js";
import { Segments } from "../../ui/segments.js";
import { pairOf, valueAt } from "../compare/pairs.js";
import { METHODS } from "../methods.js";
import { additionOf, readable } from "./adding.js";
import { Curves, KINDS } from "./curves.js";
import { GROUPS, addsToLogit, chosenFrom, hasLayers, layersOf, settingsOf, toText, usual } from "./list.js";

/** @typedef {import("../../page/state.js").State} State */
/** @typedef {import("../../page/view.js").PageView} PageView */
/** @typedef {import("../../page/view.js").Solved} Solved */
/** @typedef {import("../../evidence/view.js").AnswerView} AnswerView */
/** @typedef {import("../../text/index.js").Key} Key */
/** @typedef {import("./curves.js").Kind} Kind */
/** @typedef {import("./curves.js").Wish} Wish */
/** @typedef {import("./curves.js").Drawn} Drawn */

const NAME = "methods";
/** Cheap, and the one that everybody knows. */
const FIRST = "grad-cam";
/** No curve. */
const NONE = "none";

/** A key that is put together. @param {string} key */
const key = (key) => /** @type {Key} */ (key);

/** The other method that is shown. @param {State} state */
function methodOf({ beside }) {
    const method = beside?.method;
    return method !== undefined && method in METHODS ? method : null;
}

/** @param {State} state @returns {Kind | null} */
function kindOf({ tools }) {
    return KINDS.find((kind) => kind === tools[NAME]?.curve) ?? null;
}

/** @param {State} state @param {string} method @param {string} options @returns {State} */
function withMethod(state, method, options) {
    return { ...state, beside: { method, options }, cursorBeside: null };
}

class MethodsPanel {
    #context;
    #method = make("select", { className: "method" });
    #does = make("p", { className: "does" });
    #settings = make("div", { className: "row settings" });
    #cancel = button(t("methods.cancel"), () => this.#end(), { className: "cancel" });
    #running = new Running("methods.progress", { done: "methods.done", left: "methods.left" }, this.#cancel);
    #cost = make("p", { className: "cost" });
    #table = make("table", { className: "pair" });
    #notes = make("div", { className: "adds" });
    #pointed = make("p", { className: "pointed" });
    #scale = make("p", { className: "hint" });
    #result = make("div", { className: "result" }, [
        this.#cost,
        make("div", { className: "pair-numbers", attributes: { tabindex: 0, role: "region", "aria-label": t("methods.numbers") } }, [this.#table]),
        this.#notes,
        this.#pointed,
        this.#scale,
    ]);
    #kinds;
    #title = make("p", { className: "curve-name" });
    #curve = new Curve();
    #areas = make("p", { className: "areas" });
    #drawing = make("p", { className: "hint drawing", attributes: { role: "status" } });
    #stop = button(t("methods.stop"), () => this.#draw(NONE), { className: "stop" });
    #means = make("p", { className: "hint" });
    #curves = make("div", { className: "curves" });
    #nothing = make("p", { text: t("tools.nothing") });
    #body;
    #drawn;
    #closed = false;
    /** @type {PageView | null} */
    #view = null;
    /** What the settings stand for. */
    #listed = "";
    /** Blocks of the networks that have been looked into. @type {Map<string, number>} */
    #blocks = new Map();
    #said = "";

    /**
     * @param {HTMLElement} root
     * @param {import("../index.js").Context} context
     */
    constructor(root, context) {
        this.#context = context;
        this.#drawn = new Curves(context.engine, {
            change: () => this.#view && !this.#closed && this.show(this.#view),
            fail: (error) => context.fail(error),
        });
        const option = (/** @type {string} */ method) => make("option", { text: t(key(`method.${method}`)), attributes: { value: method } });
        this.#method.append(
            make("option", { text: t("methods.none"), attributes: { value: "" } }),
            ...GROUPS.map(({ name, methods }) => make("optgroup", { attributes: { label: t(key(`methods.group.${name}`)) } }, methods.map(option))),
        );
        this.#method.addEventListener("change", () => this.#choose(this.#method.value));
        const kinds = [NONE, ...KINDS].map((kind) => ({ value: kind, text: t(key(`methods.curve.${kind}`)) }));
        this.#kinds = new Segments(t("methods.curve"), kinds, (kind) => this.#draw(kind));
        this.#curves.append(
            make("div", { className: "pair-row" }, [make("span", { className: "pair-title", text: t("methods.curve") }), this.#kinds.root]),
            this.#means,
            this.#title,
            this.#curve.root,
            this.#areas,
            make("div", { className: "row" }, [this.#drawing, this.#stop]),
        );
        this.#body = make("div", { className: "methods" }, [
            make("div", { className: "row" }, [make("label", {}, [t("methods.method"), this.#method])]),
            this.#does,
            this.#settings,
            this.#running.root,
            this.#result,
            this.#curves,
        ]);
        root.replaceChildren(this.#nothing, this.#body);
    }

    /** @param {string} method Empty for none. */
    #choose(method) {
        this.#context.change((state) => (method === "" ? { ...state, beside: null } : withMethod(state, method, usual(method))));
    }

    /** The page as it was before the method; one that is under way is given up with it. */
    #end() {
        this.#context.change((state) => ({ ...state, beside: null }), "part");
        this.#method.focus({ preventScroll: true });
    }

    /**
     * @param {string} method
     * @param {string} name
     * @param {string} value Empty where it is as usual.
     */
    #set(method, name, value) {
        this.#context.change((state) => {
            const { [name]: _, ...chosen } = chosenFrom(method, state.beside?.options ?? "");
            return withMethod(state, method, toText(value === "" ? chosen : { ...chosen, [name]: value }));
        });
    }

    /** @param {string} kind */
    #draw(kind) {
        this.#context.change((state) => withSettings(state, NAME, { curve: kind }));
    }

    close() {
        this.#closed = true;
        this.#drawn.want([]);
        // Whoever asks next starts it again.
        this.#context.engine.attribution?.close();
    }

    /** @param {PageView} view */
    show(view) {
        this.#view = view;
        const { state, panes } = view;
        const [{ answer }, beside] = panes;
        const possible = answer !== null && !answer.withheld;
        this.#nothing.hidden = possible;
        this.#body.hidden = !possible;
        if (!possible) {
            this.#drawn.want([]);
            return;
        }
        const method = methodOf(state);
        this.#method.value = method ?? "";
        this.#does.hidden = method === null;
        setText(this.#does, method === null ? "" : t(key(`methods.does.${method}`)));
        const made = beside?.solved?.map?.made;
        if (made && beside.solved) {
            this.#blocks.set(beside.solved.pane.model, made.blocks);
        }
        this.#showSettings(state, method);
        const waits = method !== null && beside?.busy !== null;
        this.#running.show(waits, beside?.progress ?? null);
        const pair = pairOf(view);
        const shown = method !== null && pair !== null && beside.solved?.map ? beside.solved : null;
        this.#result.hidden = !shown;
        if (pair && shown) {
            this.#showResult(view, pair, shown);
        }
        this.#showCurves(view);
    }

    /**
     * @param {State} state
     * @param {string | null} method
     */
    #showSettings({ pane, beside }, method) {
        const chosen = method === null ? {} : chosenFrom(method, beside?.options ?? "");
        const blocks = this.#blocks.get(pane.model) ?? 0;
        const listed = JSON.stringify([method, chosen, blocks]);
        if (listed === this.#listed) {
            return;
        }
        this.#listed = listed;
        if (method === null) {
            this.#settings.replaceChildren();
            return;
        }
        const select = (/** @type {string} */ name, /** @type {{value: string, text: string}[]} */ options) => {
            const list = make("select", { attributes: { "data-key": name } }, options.map(({ value, text }) => make("option", { text, attributes: { value } })));
            list.value = String(chosen[name] ?? "");
            list.addEventListener("change", () => this.#set(method, name, list.value));
            return make("label", {}, [t(key(`methods.set.${name}`)), list]);
        };
        const word = (/** @type {string} */ name, /** @type {string | number} */ value) =>
            typeof value === "string" ? t(key(`methods.${name}.${value}`)) : name === "noise" ? `${value} %` : String(value);
        const layer = chosen.layer === undefined ? undefined : Number(chosen.layer);
        const layers = [
            { value: "", text: t("methods.layer.last") },
            ...layersOf(Math.max(blocks, layer ?? 0), layer)
                .filter((block) => block !== blocks)
                .map((block) => ({ value: String(block), text: blocks === 0 ? String(block) : t("methods.layer.of", { block, blocks }) })),
        ];
        replaceKeeping(this.#settings, [
            ...settingsOf(method).map(([name, { values }]) => select(name, values.map((value) => ({ value: String(value), text: word(name, value) })))),
            ...(hasLayers(method) && layers.length > 1 ? [select("layer", layers)] : []),
        ]);
    }

    /**
     * @param {PageView} view
     * @param {[AnswerView, AnswerView]} pair
     * @param {Solved} solved Of the method.
     */
    #showResult({ state, cursorBeside }, [evidence, other], solved) {
        const { method } = solved.pane;
        const name = t(key(`method.${method}`));
        const made = solved.map?.made ?? null;
        const what = t(evidence.choice.against === null ? "word.logit" : "word.difference");
        const taken = t("methods.cost.evidence", { time: duration(evidence.explained.milliseconds.run) });
        setText(this.#cost, made ? `${costOf(made)} ${taken}` : taken);
        const own = additionOf(evidence, null);
        const adds = additionOf(other, made?.claim ?? null);
        const number = (/** @type {number} */ value) => readable(signed, value);
        const contributes = addsToLogit(method, solved.pane.options);
        const line = (/** @type {string} */ row, /** @type {Key} */ head, /** @type {string[]} */ texts) =>
            make("tr", { attributes: { "data-row": row } }, [
                make("th", { text: t(head, { what }), attributes: { scope: "row" } }),
                ...texts.map((text) => make("td", { text })),
            ]);
        this.#table.replaceChildren(
            make("thead", {}, [
                make("tr", {}, [make("td"), ...[t("method.evidence"), name].map((text) => make("th", { text, attributes: { scope: "col" } }))]),
            ]),
            make("tbody", {}, [
                line("count", "methods.values", [String(own.count), String(adds.count)]),
                line("sum", "methods.sum", [number(own.sum), number(adds.sum)]),
                line("logit", "methods.logit", [number(own.logit), number(adds.logit)]),
                // What is left is how a device rounds.
                line("gap", "methods.gap", [signed(own.gap, 4), number(adds.gap)]),
            ]),
        );
        const notes = [t("methods.adds.evidence", { cells: own.count, what })];
        notes.push(
            adds.claim === null
                ? t(contributes ? "methods.adds.contributes" : "methods.adds.nothing", { name, what })
                : t("methods.adds.claim", { name, what, claim: number(adds.claim), off: number(adds.sum - adds.claim) }),
        );
        this.#notes.replaceChildren(...notes.map((text) => make("p", { className: "hint", text })));
        const [a, b] = [valueAt(evidence, state.cursor), valueAt(other, cursorBeside)];
        setText(
            this.#pointed,
            a === null || b === null
                ? t("methods.point")
                : t(contributes ? "methods.pointed.adds" : "methods.pointed", {
                      row: Number(state.cursor?.row) + 1,
                      column: Number(state.cursor?.column) + 1,
                      evidence: signed(a, 3),
                      share: number(a / own.count),
                      name,
                      value: number(b),
                  }),
        );
        const ends = { evidence: tick(evidence.limit), name, limit: tick(other.limit) };
        const beyond = { ...ends, beyond: other.beyond, count: other.map.values.length };
        setText(this.#scale, other.empty ? t("methods.scale.nothing", ends) : t(other.beyond === 0 ? "methods.scale" : "methods.scale.beyond", beyond));
        const said = `${name}. ${this.#cost.textContent} ${t("methods.said", { sum: number(adds.sum), what, logit: number(adds.logit) })}`;
        if (said !== this.#said) {
            this.#said = said;
            this.#context.announce(said);
        }
    }

    /** @param {PageView} view */
    #showCurves({ state, panes }) {
        const kind = kindOf(state);
        this.#kinds.show(kind ?? NONE);
        const wishes = kind === null ? [] : panes.flatMap((pane) => wishOf(pane, kind));
        this.#drawn.want(wishes);
        const drawn = wishes.map((wish) => ({ wish, curve: this.#drawn.of(wish) }));
        const waits = wishes.length > 0 && drawn.some(({ curve }) => curve === null || curve.status === "waiting");
        this.#means.hidden = kind === null;
        setText(this.#means, kind === null ? "" : t(key(`methods.curve.means.${kind}`)));
        const begun = drawn.some(({ curve }) => (curve?.points.length ?? 0) > 0);
        this.#title.hidden = this.#curve.root.hidden = this.#areas.hidden = !begun;
        this.#stop.hidden = this.#drawing.hidden = !waits;
        const now = drawn.find(({ curve }) => curve?.status === "waiting");
        setText(
            this.#drawing,
            now?.curve && now.curve.total > 0
                ? t("methods.curve.drawing", { name: nameOf(now.wish), done: now.curve.points.length, total: now.curve.total })
                : t("methods.curve.begins"),
        );
        const { answer } = panes[0];
        if (!begun || !answer) {
            return;
        }
        const title = t(key(`methods.curve.label.${kind}`), { class: className(answer.card.classes[answer.choice.shown]) });
        setText(this.#title, title);
        const areas = drawn.map(({ wish, curve }) => {
            const area = curve?.area ?? null;
            return t("methods.curve.area", { name: nameOf(wish), area: area === null ? t("methods.curve.unknown") : local(area.toFixed(3)) });
        });
        this.#areas.replaceChildren(...areas.map((text, index) => make("span", { className: index === 0 ? "key-first" : "key-second", text })));
        this.#curve.show({
            label: `${title}. ${areas.join(" ")} ${drawn.map(({ wish, curve }) => inWords(wish, curve)).join(" ")}`,
            x: [0, 1],
            y: [0, 1],
            ends: { x: ["0 %", "100 %"], y: ["0 %", "50 %", "100 %"] },
            lines: drawn.map(({ curve }) => (curve?.points ?? []).map(({ share, probability }) => ({ x: share, y: probability }))),
            levels: [],
            origin: null,
            now: null,
        });
    }
}

/** @param {import("../../engine/protocol.js").Made} made */
function costOf({ forward, backward, milliseconds }) {
    const time = duration(milliseconds);
    if (forward + backward === 0) {
        return t("methods.cost.none", { time });
    }
    return backward === 0 ? t("methods.cost.forward", { count: forward, time }) : t("methods.cost.both", { count: forward, backward, time });
}

/**
 * The curve of what a pane shows, where it shows something.
 * @param {import("../../page/view.js").PaneView} pane
 * @param {Kind} kind
 * @returns {Wish[]}
 */
function wishOf({ solved, answer, busy }, kind) {
    return solved && answer && !answer.withheld && !busy ? [{ pane: solved.pane, map: answer.map, kind }] : [];
}

/** @param {Wish} wish */
function nameOf({ pane }) {
    return t(key(`method.${pane.method}`));
}

/**
 * A curve for those who do not see it.
 * @param {Wish} wish
 * @param {Drawn | null} curve
 */
function inWords(wish, curve) {
    const points = curve?.points.filter((_, index, all) => index % Math.max(1, Math.ceil(all.length / 6)) === 0 || index === all.length - 1) ?? [];
    const values = points.map(({ share, probability }) => `${percent(share)}: ${percent(probability)}`).join(", ");
    return `${nameOf(wish)}: ${values}.`;
}

/** @type {import("../index.js").Tool} */
export default {
    open: (root, context) => new MethodsPanel(root, context),
    begin: (state) => withMethod(state, FIRST, usual(FIRST)),
};
