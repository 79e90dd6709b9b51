/**
 * Another method's map beside the evidence, of the same network, picture and class: what it has cost, what its values add up to,
 * what it does, and how the probability answers when pixels go or come in the order of either map. A method of many runs begins
 * only when it is told to.
 *
 * @module
 */

import { className } from "../../evidence/classes.js";
import { answerKey, withSettings } from "../../page/state.js";
import { t } from "../../text/index.js";
import { duration, local, percent, signed, stepUnderWay, tick } from "../../text/numbers.js";
import { Curve } from "../../ui/curve.js";
import { button, make, replaceKeeping, setText } from "../../ui/dom.js";
import { Running } from "../../ui/running.js";
import { Segments } from "../../ui/segments.js";
import { pairOf, valueAt } from "../compare/pairs.js";
import { additionOf, readable } from "./adding.js";
import { Curves, KINDS } from "./curves.js";
import { GROUPS, OFFERED, addsToLogit, chosenFrom, hasLayers, isDear, layersOf, settingsOf, toText, unitOf, usual } from "./list.js";
import { Plans } from "./plans.js";
import { verdictOf } from "./verdict.js";

/** @typedef {import("../../page/state.js").State} State */
/** @typedef {import("../../page/view.js").PageView} PageView */
/** @typedef {import("../../page/view.js").Solved} Solved */
/** @typedef {import("../../evidence/view.js").AnswerView} AnswerView */
/** @typedef {import("../../text/index.js").Key} Key */
/** @typedef {import("./curves.js").Kind} Kind */
/** @typedef {import("./curves.js").Wish} Wish */
/** @typedef {import("./curves.js").Drawn} Drawn */
/** @typedef {import("./plans.js").Picked} Picked */
/** @typedef {import("./plans.js").Runs} Runs */

const NAME = "methods";
/** Cheap, and the one that everybody knows. */
const FIRST = "grad-cam";
/** No curve. */
const NONE = "none";

/** A key that is put together. @param {string} key */
const key = (key) => /** @type {Key} */ (key);

/** The other method that is shown, or being computed. @param {State} state @returns {Picked | null} */
function shownIn({ beside }) {
    return beside?.method !== undefined && OFFERED.includes(beside.method) ? { method: beside.method, options: beside.options ?? "" } : null;
}

/** The method that is chosen and has not been started. @param {State} state @returns {Picked | null} */
function pickedIn({ tools }) {
    const { method, options } = tools[NAME]?.picked ?? {};
    return OFFERED.includes(method) ? { method, options: typeof options === "string" ? options : "" } : null;
}

/** @param {State} state @returns {Kind | null} */
function kindOf({ tools }) {
    return KINDS.find((kind) => kind === tools[NAME]?.curve) ?? null;
}

/** Has a method's map made. @param {State} state @param {Picked} picked @returns {State} */
function withMethod(state, { method, options }) {
    return { ...withPicked(state, null), beside: { method, options }, cursorBeside: null };
}

/** Chooses a method without starting it: until then, the evidence is alone. @param {State} state @param {Picked | null} picked @returns {State} */
function withPicked(state, picked) {
    const known = picked !== null || pickedIn(state) !== null;
    return { ...(known ? withSettings(state, NAME, { picked }) : state), beside: null };
}

/** What a method is computed for. @param {State} state @param {Picked | null} picked */
function keyOf({ pane }, picked) {
    return JSON.stringify([answerKey(pane), pane.choice, picked]);
}

class MethodsPanel {
    #context;
    #method = make("select", { className: "method" });
    #does = make("p", { className: "does" });
    #settings = make("div", { className: "row settings" });
    #begin = button("", () => this.#start("step"), { className: "start" });
    #begins = make("div", { className: "row" }, [this.#begin]);
    #cancel = button(t("methods.cancel"), () => this.#end(), { className: "cancel" });
    #running = new Running("methods.progress", { done: "methods.done", left: "methods.left" }, this.#cancel);
    #cost = make("p", { className: "cost" });
    #table = make("table", { className: "pair" });
    #notes = make("div", { className: "adds" });
    #pointed = make("p", { className: "pointed" });
    #scale = make("p", { className: "hint" });
    #result = make("div", { className: "result" }, [
        make("div", { className: "pair-numbers", attributes: { tabindex: 0, role: "region", "aria-label": t("methods.numbers") } }, [this.#table]),
        this.#cost,
        this.#pointed,
    ]);
    #explanation = make("div", { className: "explanation" }, [this.#notes, this.#scale]);
    #kinds;
    #title = make("p", { className: "curve-name" });
    #curve = new Curve();
    #areas = make("p", { className: "areas" });
    #verdict = make("p", { className: "verdict" });
    #drawing = make("p", { className: "hint drawing", attributes: { role: "status" } });
    #stop = button(t("methods.stop"), () => this.#draw(NONE), { className: "stop" });
    #means = make("p", { className: "hint" });
    #curves = make("div", { className: "curves" });
    #nothing = make("p", { text: t("tools.nothing") });
    #body;
    #drawn;
    #plans;
    /** The methods as the list offers them. @type {Map<string, HTMLOptionElement>} */
    #options = new Map();
    #closed = false;
    /** @type {PageView | null} */
    #view = null;
    /** What the settings stand for. */
    #listed = "";
    /** Blocks of the networks that have been looked into. @type {Map<string, number>} */
    #blocks = new Map();
    /** For what a method was started last. */
    #started = "";
    /** What was said last: of the method, and of its curve. */
    #said = "";
    #judged = "";

    /**
     * @param {HTMLElement} root
     * @param {import("../index.js").Context} context
     */
    constructor(root, context) {
        this.#context = context;
        const change = () => this.#view && !this.#closed && this.show(this.#view);
        this.#drawn = new Curves(context.engine, { change, fail: (error) => context.fail(error) });
        this.#plans = new Plans(context.engine, change);
        const option = (/** @type {string} */ method) => {
            const option = make("option", { text: t(key(`method.${method}`)), attributes: { value: method } });
            this.#options.set(method, option);
            return option;
        };
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
            this.#verdict,
            make("div", { className: "row" }, [this.#drawing, this.#stop]),
        );
        this.#body = make("div", { className: "methods" }, [
            make("div", { className: "row" }, [make("label", {}, [t("methods.method"), this.#method])]),
            // Numbers come first; what can be chosen stands beneath them.
            this.#result,
            this.#settings,
            this.#begins,
            this.#running.root,
            this.#does,
            this.#explanation,
            this.#curves,
        ]);
        this.#body.addEventListener("keydown", (event) => {
            if (event.key === "Escape" && !this.#running.root.hidden) {
                event.preventDefault();
                this.#end();
            }
        });
        root.replaceChildren(this.#nothing, this.#body);
    }

    /** @param {string} method Empty for none. */
    #choose(method) {
        if (method === "") {
            this.#context.change((state) => withPicked(state, null));
        } else {
            this.#pick({ method, options: usual(method) });
        }
    }

    /** Computes it, where it is known to be cheap; else it is chosen, and waits. @param {Picked} picked */
    #pick(picked) {
        const solved = this.#view?.panes[0].solved;
        this.#plans.forgetFailures();
        const runs = solved ? this.#plans.of(solved, picked) : null;
        this.#context.change((state) => (runs && !isDear(runs) ? withMethod(state, picked) : withPicked(state, picked)));
    }

    /** What is chosen is computed. @param {import("../../page/store.js").Kind} kind */
    #start(kind) {
        const state = this.#view?.state;
        this.#started = state ? keyOf(state, pickedIn(state)) : "";
        this.#context.change((state) => {
            const picked = pickedIn(state);
            return picked ? withMethod(state, picked) : state;
        }, kind);
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
        const state = this.#view?.state;
        const { options = "" } = (state && (shownIn(state) ?? pickedIn(state))) ?? {};
        const { [name]: _, ...chosen } = chosenFrom(method, options);
        this.#pick({ method, options: toText(value === "" ? chosen : { ...chosen, [name]: value }) });
    }

    /** @param {string} kind */
    #draw(kind) {
        this.#context.change((state) => withSettings(state, NAME, { curve: kind }));
    }

    close() {
        this.#closed = true;
        this.#drawn.want([]);
        this.#plans.close();
        // Whoever asks next starts it again.
        this.#context.engine.attribution?.close();
    }

    /** @param {PageView} view */
    show(view) {
        this.#view = view;
        const { state, panes } = view;
        const [{ answer, solved }, beside] = panes;
        const possible = answer !== null && !answer.withheld && solved !== null;
        this.#nothing.hidden = possible;
        this.#body.hidden = !possible;
        if (!possible) {
            this.#drawn.want([]);
            return;
        }
        const shown = shownIn(state);
        const picked = shown === null ? pickedIn(state) : null;
        const current = shown ?? picked;
        const method = current?.method ?? null;
        this.#method.value = method ?? "";
        this.#does.hidden = method === null;
        setText(this.#does, method === null ? "" : t(key(`methods.does.${method}`)));
        const cost = beside?.solved?.map?.made;
        if (cost && beside.solved) {
            this.#blocks.set(beside.solved.pane.model, cost.blocks);
        }
        this.#showSettings(state, current);
        const waits = shown !== null && beside?.busy !== null;
        this.#showRuns(solved, current, waits || panes[0].busy !== null);
        const planned = current && this.#plans.of(solved, current);
        if (picked && planned && !isDear(planned)) {
            this.#start("part");
        } else if (shown && waits && planned && isDear(planned) && keyOf(state, shown) !== this.#started) {
            // Of another picture or class, many runs have to be started anew.
            this.#context.change((state) => withPicked(state, shown), "part");
        }
        this.#showButtons(picked, waits, solved);
        this.#running.show(waits, beside?.progress ?? null);
        const pair = pairOf(view);
        const made = shown !== null && pair !== null && beside.solved?.map ? beside.solved : null;
        this.#result.hidden = this.#explanation.hidden = !made;
        if (pair && made) {
            this.#showResult(view, pair, made);
        }
        this.#showCurves(view);
    }

    /**
     * Has the runs of every method counted while nothing else is asked, and says them in the list.
     * @param {Solved} solved Of the evidence.
     * @param {Picked | null} current
     * @param {boolean} waits
     */
    #showRuns(solved, current, waits) {
        const all = OFFERED.map((method) => ({ method, options: usual(method) }));
        if (!waits) {
            this.#plans.want(solved, current ? [current, ...all] : all);
        }
        for (const [method, option] of this.#options) {
            const name = t(key(`method.${method}`));
            const runs = this.#plans.of(solved, current?.method === method ? current : { method, options: usual(method) });
            setText(option, runs ? t("methods.option", { name, runs: inRuns(runs) }) : name);
        }
    }

    /**
     * Start and cancel: one takes the place of the other, and the keyboard's focus with it.
     * @param {Picked | null} picked
     * @param {boolean} waits
     * @param {Solved} solved Of the evidence.
     */
    #showButtons(picked, waits, solved) {
        const runs = picked && this.#plans.of(solved, picked);
        const focused = [this.#begin, this.#cancel].some((button) => button === document.activeElement);
        const offered = picked !== null && (!runs || isDear(runs));
        this.#begins.hidden = !offered;
        if (offered) {
            setText(this.#begin, runs ? t("methods.start", { runs: inRuns(runs) }) : t("methods.start.unknown"));
        }
        if (offered && runs) {
            this.#say(t("methods.asks", { name: t(key(`method.${picked.method}`)), runs: inRuns(runs) }));
        }
        if (focused) {
            this.#running.root.hidden = !waits;
            (waits ? this.#cancel : offered ? this.#begin : this.#method).focus({ preventScroll: true });
        }
    }

    /** Tells a screen reader what is new, once. @param {string} text */
    #say(text) {
        if (text !== this.#said) {
            this.#said = text;
            this.#context.announce(text);
        }
    }

    /**
     * @param {State} state
     * @param {Picked | null} current
     */
    #showSettings({ pane }, current) {
        const method = current?.method ?? null;
        const chosen = current === null ? {} : chosenFrom(current.method, current.options);
        const blocks = this.#blocks.get(pane.model) ?? 0;
        const listed = JSON.stringify([method, chosen, blocks]);
        if (listed === this.#listed) {
            return;
        }
        this.#listed = listed;
        if (method === null) {
            this.#settings.replaceChildren();
            this.#settings.hidden = true;
            return;
        }
        const select = (/** @type {string} */ name, /** @type {{value: string, text: string}[]} */ options) => {
            const list = make("select", { attributes: { "data-key": name } }, options.map(({ value, text }) => make("option", { text, attributes: { value } })));
            list.value = String(chosen[name] ?? "");
            list.addEventListener("change", () => this.#set(method, name, list.value));
            return make("label", {}, [t(key(`methods.set.${name}`)), list]);
        };
        const word = (/** @type {string} */ name, /** @type {string | number} */ value) =>
            typeof value === "string"
                ? t(key(`methods.${name}.${value}`))
                : name === "noise"
                  ? `${value} %`
                  : name === "patch"
                    ? t("methods.patch.share", { count: value })
                    : String(value);
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
        this.#settings.hidden = this.#settings.childElementCount === 0;
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
        setText(this.#cost, made ? costOf(made) : "");
        const own = additionOf(evidence, null);
        const adds = additionOf(other, made?.claim ?? null);
        const number = (/** @type {number} */ value) => readable(signed, value);
        const contributes = addsToLogit(method, solved.pane.options);
        const unit = unitOf(method, solved.pane.options);
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
                line("sum", "methods.sum", [number(own.sum), number(adds.sum)]),
                line("logit", "methods.logit", [number(own.logit), number(adds.logit)]),
                // What is left is how a device rounds.
                line("gap", "methods.gap", [signed(own.gap, 4), number(adds.gap)]),
                line("count", "methods.values", [String(own.count), String(adds.count)]),
            ]),
        );
        const like = solved.map?.likeEvidence === true;
        const promise = contributes ? "contributes" : like ? "clipped" : method === "occlusion" ? "occlusion" : "nothing";
        const notes = [
            t("methods.cost.evidence", { time: duration(evidence.explained.milliseconds.run) }),
            t("methods.adds.evidence", { cells: own.count, what }),
            adds.claim === null
                ? t(`methods.adds.${promise}`, { name, what })
                : t("methods.adds.claim", { name, what, claim: number(adds.claim), off: number(adds.sum - adds.claim) }),
        ];
        this.#notes.replaceChildren(...notes.map((text) => make("p", { className: "hint", text })));
        const [a, b] = [valueAt(evidence, state.cursor), valueAt(other, cursorBeside)];
        setText(
            this.#pointed,
            a === null || b === null
                ? t("methods.point")
                : t(contributes ? "methods.pointed.adds" : `methods.pointed.${unit}`, {
                      row: Number(state.cursor?.row) + 1,
                      column: Number(state.cursor?.column) + 1,
                      evidence: signed(a, 3),
                      share: number(a / own.count),
                      name,
                      value: number(b),
                  }),
        );
        const ends = { evidence: tick(evidence.limit), name, limit: tick(other.limit), cells: own.count };
        const scale = like ? "like" : unit;
        const more = other.beyond === 0 ? "" : ` ${t("methods.scale.beyond", { count: other.beyond, all: adds.count })}`;
        setText(this.#scale, other.empty ? t("methods.scale.nothing", ends) : t(`methods.scale.${scale}`, ends) + more);
        this.#say(`${name}. ${this.#cost.textContent} ${t("methods.said", { sum: number(adds.sum), what, logit: number(adds.logit) })}`);
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
        this.#showVerdict(kind, drawn);
        this.#stop.hidden = this.#drawing.hidden = !waits;
        const now = drawn.find(({ curve }) => curve?.status === "waiting");
        setText(
            this.#drawing,
            now?.curve && now.curve.total > 0
                ? t("methods.curve.drawing", { name: nameOf(now.wish), step: stepUnderWay({ done: now.curve.points.length, total: now.curve.total }), total: now.curve.total })
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

    /**
     * Which of the two maps is ahead, in plain words.
     * @param {Kind | null} kind
     * @param {{wish: Wish, curve: Drawn | null}[]} drawn
     */
    #showVerdict(kind, drawn) {
        const [first, second] = drawn;
        const verdict = kind && first?.curve && second?.curve ? verdictOf(kind, first.curve, second.curve) : null;
        this.#verdict.hidden = verdict === null;
        if (!kind || !verdict) {
            return;
        }
        const [ahead, behind] = verdict.ahead === "second" ? [second, first] : [first, second];
        const values = { first: nameOf(ahead.wish), second: nameOf(behind.wish), by: local(verdict.by.toFixed(3)), probability: percent(verdict.whole) };
        const text = [
            t(verdict.ahead === "tie" ? `methods.verdict.tie.${kind}` : `methods.verdict.${kind}`, values),
            ...(verdict.unsaid ? [t(`methods.verdict.unsaid.${kind}`, values)] : []),
            t("methods.verdict.one"),
        ].join(" ");
        setText(this.#verdict, text);
        if (text !== this.#judged) {
            this.#judged = text;
            this.#context.announce(text);
        }
    }
}

/** @param {Runs} runs */
function inRuns({ forward, backward }) {
    return t(forward === 0 ? "methods.runs.none" : backward === 0 ? "methods.runs.forward" : "methods.runs.both", { count: forward });
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
    begin: (state) => (pickedIn(state) ? state : withMethod(state, { method: FIRST, options: usual(FIRST) })),
};
