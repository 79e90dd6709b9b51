/**
 * Breaking it: stickers, strokes and pieces of other pictures are put onto the picture and dragged about, and the network
 * answers as they move. What they buy stands in a table, apart for the cells under them and all others; a goal asks for a
 * class that the network is to be brought to, with as little as possible.
 *
 * @module
 */

import { MOST, coverage, moved, outlineOf, patchAt, rounded, simplified } from "../../engine/patches.js";
import { className, choiceName, topClasses } from "../../evidence/classes.js";
import { noveltySentence } from "../../evidence/novelty.js";
import { anywayKey, answerKey } from "../../page/state.js";
import { t } from "../../text/index.js";
import { local, percent, signed } from "../../text/numbers.js";
import { button, make, newLabel, replaceKeeping, setText } from "../../ui/dom.js";
import { Dragged } from "../../ui/dragged.js";
import { Search } from "../../ui/search.js";
import { Segments } from "../../ui/segments.js";
import { MODES, SLIDERS, patchFrom, patchesOf, settingsOf, withBoard, withEmptyBoard, withGoal, withPatches } from "./board.js";
import { Piece } from "./piece.js";
import { asRead, behind, change, extent, partsOf, progress } from "./score.js";
import { Shapes } from "./shapes.js";

/** @typedef {import("../../page/view.js").PageView} PageView */
/** @typedef {import("../../evidence/view.js").AnswerView} AnswerView */
/** @typedef {import("../../engine/protocol.js").Patch} Patch */
/** @typedef {import("../../text/index.js").Key} Key */
/** @typedef {import("./board.js").Slider} Slider */
/** @typedef {{patches: readonly Patch[], selected: number}} Board */

/** What the goal may be, where the network knows it; any other class can be searched for. */
const GOALS = ["teapot", "espresso", "banana", "goldfish"];
/** Where all classes are on offer. */
const FEW = 4;
const NONE = "\u2013";

/** What a screen reader does not hear while something is dragged. @param {boolean} dragging */
const live = (dragging) => (dragging ? "off" : "polite");

class BreakPanel {
    #context;
    #none = make("p", { text: t("bars.none") });
    #content = make("div", { className: "break-body" });
    #mode;
    #shapes;
    #colour = make("input", { className: "break-colour", attributes: { type: "color" } });
    #width = make("input", { className: "break-width", attributes: { type: "range", min: 0.01, max: 0.2, step: 0.01 } });
    #piece;
    #colourLabel = make("label", {}, [t("break.colour"), this.#colour]);
    #widthLabel = make("label", {}, [t("break.width"), this.#width]);
    #add = button(t("break.add"), () => this.#addInMiddle(), { className: "break-add" });
    #hint = make("p", { className: "hint break-hint" });
    #goals = make("div", { className: "row break-goals" });
    #searchRoot = make("div");
    #search;
    #another = make("details", { className: "break-another" }, [make("summary", { text: t("break.goal.search") }), this.#searchRoot]);
    #now = make("p", { className: "break-now" });
    #score = make("div", { className: "break-score", attributes: { "aria-live": "polite" } });
    #table = make("table", { className: "mask-table break-table" });
    #caption = make("caption");
    #body = make("tbody");
    #words = make("p", { className: "break-words" });
    #unlike = make("div", { className: "mask-unlike", attributes: { role: "status" } });
    #one = make("div", { className: "break-one" });
    #which = make("select", { className: "break-which" });
    /** @type {Map<Slider, {input: HTMLInputElement, output: HTMLOutputElement, root: HTMLElement}>} */
    #sliders = new Map();
    #remove = button(t("break.remove"), () => this.#removeOne(), { className: "break-remove" });
    #clear = button(t("break.clear"), () => this.#commit({ patches: [], selected: 0 }), { className: "break-clear" });
    /** What is dragged, while the network is at what was there before. @type {Dragged<Board>} */
    #dragged = new Dragged(
        (board, kind) => this.#commit(board, kind),
        () => this.#context.refresh(),
    );
    /** What the drag on the picture that is under way does. @type {{kind: "move" | "draw", x: number, y: number} | null} */
    #drag = null;
    /** The smallest share of the picture that was enough, by picture and goal. @type {Map<string, number>} */
    #best = new Map();
    /** @type {PageView | null} */
    #view = null;
    #listed = "";
    #offered = "";
    #scored = "";

    /**
     * @param {HTMLElement} root
     * @param {import("../index.js").Context} context
     */
    constructor(root, context) {
        this.#context = context;
        const set = (/** @type {Partial<import("./board.js").Settings>} */ values) => context.change((state) => withBoard(state, values), "part");
        this.#mode = new Segments(t("break.mode"), MODES.map((value) => ({ value, text: t(`break.mode.${value}`) })), (mode) => set({ mode: /** @type {any} */ (mode) }));
        this.#shapes = new Shapes((shape) => set({ shape }));
        this.#colour.addEventListener("input", () => set({ colour: this.#colour.value }));
        this.#width.addEventListener("input", () => set({ width: Number(this.#width.value) }));
        this.#piece = new Piece(context, () => context.refresh());
        this.#search = new Search(this.#searchRoot, (goal) => this.#aim(goal), t("break.goal.class"));
        this.#which.id = newLabel();
        this.#which.addEventListener("change", () => set({ selected: Number(this.#which.value) }));
        this.#table.append(
            this.#caption,
            make("thead", {}, [make("tr", {}, [make("td"), ...["break.before", "break.after", "break.change"].map((key) => make("th", { text: t(/** @type {Key} */ (key)), attributes: { scope: "col" } }))])]),
            this.#body,
        );
        this.#one.append(
            make("div", { className: "break-row" }, [make("label", { text: t("break.which"), attributes: { for: this.#which.id } }), this.#which]),
            .../** @type {Slider[]} */ (Object.keys(SLIDERS)).map((name) => this.#slider(name)),
            make("div", { className: "row" }, [this.#remove, this.#clear]),
        );
        this.#content.append(
            this.#now,
            make("h3", { text: t("break.goal") }),
            this.#goals,
            this.#another,
            this.#score,
            this.#table,
            this.#words,
            this.#unlike,
            this.#mode.root,
            this.#shapes.root,
            this.#piece.root,
            make("div", { className: "row" }, [this.#colourLabel, this.#widthLabel, this.#add]),
            this.#hint,
            this.#one,
        );
        root.replaceChildren(this.#none, this.#content);
    }

    /** @param {Slider} name */
    #slider(name) {
        const { least, most, step } = SLIDERS[name];
        const input = make("input", { attributes: { id: newLabel(), type: "range", min: least, max: most, step, "data-slider": name } });
        const output = make("output", { attributes: { for: input.id } });
        this.#dragged.follow(input, (value) => {
            const { patches, selected } = this.#board();
            return { patches: patches.map((patch, at) => (at === selected ? withValue(patch, name, value) : patch)), selected };
        });
        const root = make("div", { className: "break-row" }, [make("label", { text: t(`break.${name}`), attributes: { for: input.id } }), input, output]);
        this.#sliders.set(name, { input, output, root });
        return root;
    }

    /** @param {PageView} view */
    show(view) {
        this.#view = view;
        const { state, panes } = view;
        const { answer, solved } = panes[0];
        const possible = answer !== null && solved !== null && !answer.withheld;
        this.#none.hidden = possible;
        this.#content.hidden = !possible;
        this.#dragged.busy = state.beside !== null && this.#second() === null;
        this.#dragged.goOn();
        if (!possible) {
            return;
        }
        const settings = settingsOf(state);
        const { goal } = settings;
        if (goal !== null && goal < answer.card.classes.length && state.pane.choice === null) {
            // Another picture, the same goal.
            this.#aim(goal, "part");
        }
        const board = this.#board();
        this.#mode.show(settings.mode);
        this.#shapes.root.hidden = settings.mode !== "sticker";
        this.#shapes.show(settings.shape, settings.colour);
        this.#piece.root.hidden = settings.mode !== "piece";
        if (settings.mode === "piece") {
            this.#piece.show(solved.pane);
        }
        this.#colourLabel.hidden = settings.mode === "piece";
        this.#colour.value = settings.colour;
        this.#widthLabel.hidden = settings.mode !== "draw";
        this.#width.value = String(settings.width);
        this.#add.hidden = settings.mode === "draw";
        this.#add.disabled = board.patches.length >= MOST || (settings.mode === "piece" && !this.#piece.cut);
        setText(this.#hint, board.patches.length >= MOST ? t("break.full", { count: MOST }) : t(`break.hint.${settings.mode}`));
        this.#showGoals(answer, goal);
        this.#showOne(board);
        const second = this.#second();
        this.#showNow(answer, second);
        this.#showEffect(answer, board.patches, second);
        this.#showScore(answer, goal, board.patches, second);
    }

    close() {
        this.#piece.close();
        this.#dragged.drop();
    }

    /** Around the patch that the sliders move, also while it is dragged. */
    outline() {
        const { patches, selected } = this.#board();
        const photo = this.#photo();
        return photo && patches[selected] ? outlineOf(patches[selected], photo) : null;
    }

    /**
     * @param {import("../../ui/stage.js").Phase} phase
     * @param {{x: number, y: number}} point In pixels of the photo.
     */
    put(phase, point) {
        const photo = this.#photo();
        if (!photo || !this.#view?.panes[0].answer || this.#view.panes[0].answer.withheld) {
            return;
        }
        const at = { x: point.x / photo.width, y: point.y / photo.height };
        if (phase === "down") {
            this.#dragged.begin();
            this.#take(photo, point, at);
        } else if (this.#drag && phase === "move") {
            this.#follow(at);
        } else if (this.#drag) {
            this.#drag = null;
            this.#dragged.finish();
        }
        // What is dragged shows where it will be before the network has answered.
        this.#context.refresh();
    }

    /**
     * Takes hold of what lies there, or puts something new there.
     * @param {{width: number, height: number}} photo
     * @param {{x: number, y: number}} point
     * @param {{x: number, y: number}} at The same in shares.
     */
    #take(photo, point, at) {
        const { patches } = this.#board();
        const settings = settingsOf(/** @type {PageView} */ (this.#view).state);
        const hit = settings.mode === "draw" ? -1 : patchAt(patches, photo, point);
        if (hit >= 0) {
            // Only once it moves is there anything to undo.
            this.#drag = { kind: "move", ...at };
            this.#context.change((state) => withBoard(state, { selected: hit }), "part");
            return;
        }
        const inside = at.x >= 0 && at.y >= 0 && at.x <= 1 && at.y <= 1;
        if (!inside || patches.length >= MOST) {
            return;
        }
        /** @type {Patch | null} */
        const next =
            settings.mode === "draw"
                ? { kind: "stroke", colour: settings.colour, width: settings.width, points: [rounded(at.x), rounded(at.y)] }
                : patchFrom(settings, this.#piece.cut, at);
        if (next) {
            this.#drag = { kind: settings.mode === "draw" ? "draw" : "move", ...at };
            this.#dragged.put({ patches: [...patches, next], selected: patches.length });
        }
    }

    /** @param {{x: number, y: number}} at */
    #follow(at) {
        const drag = this.#drag;
        const { patches, selected } = this.#board();
        if (!drag || !patches[selected]) {
            return;
        }
        const next = patches.map((patch, index) => {
            if (index !== selected) {
                return patch;
            }
            return drag.kind === "draw" && patch.kind === "stroke"
                ? { ...patch, points: simplified([...patch.points, at.x, at.y]) }
                : moved(patch, at.x - drag.x, at.y - drag.y);
        });
        Object.assign(drag, at);
        this.#dragged.put({ patches: next, selected });
    }

    /** What lies on the picture, with what is in the visitor's hand. @returns {Board} */
    #board() {
        const pending = this.#dragged.pending;
        if (pending) {
            return pending;
        }
        const state = this.#view?.state;
        const patches = state ? patchesOf(state) : [];
        return { patches, selected: state ? Math.min(settingsOf(state).selected, Math.max(0, patches.length - 1)) : 0 };
    }

    #photo() {
        return this.#view?.panes[0].solved?.explained.placement.photo ?? null;
    }

    /**
     * @param {Board} board
     * @param {import("../../page/store.js").Kind} [kind]
     */
    #commit({ patches, selected }, kind) {
        const answer = this.#view?.panes[0].answer;
        if (answer) {
            this.#context.change((state) => withPatches(state, patches, selected, answer.choice), kind);
        }
    }

    #addInMiddle() {
        const { patches } = this.#board();
        const settings = this.#view && settingsOf(this.#view.state);
        const next = settings && patchFrom(settings, this.#piece.cut, { x: 0.5, y: 0.5 });
        if (next && patches.length < MOST) {
            this.#commit({ patches: [...patches, next], selected: patches.length });
        }
    }

    #removeOne() {
        const { patches, selected } = this.#board();
        const left = patches.filter((_, at) => at !== selected);
        this.#commit({ patches: left, selected: Math.max(0, Math.min(selected, left.length - 1)) });
        if (left.length === 0) {
            // The buttons go with the last of them.
            this.#add.focus();
        }
    }

    /** @param {number | null} goal @param {import("../../page/store.js").Kind} [kind] */
    #aim(goal, kind) {
        const answer = this.#view?.panes[0].answer;
        if (answer) {
            const [top] = topClasses(answer.explained.logits, 1);
            this.#context.change((state) => withGoal(state, goal, top), kind);
        }
    }

    /** The second pane, once it is the answer to what is asked. */
    #second() {
        const [first, second] = this.#view?.panes ?? [];
        const edits = this.#view?.state.beside?.edits;
        if (first?.answer && !edits) {
            // Nothing lies on it: of a picture that was chosen just now.
            return first.answer;
        }
        if (!first?.solved || !second?.solved || !edits) {
            return null;
        }
        return answerKey(second.solved.pane) === answerKey({ ...first.solved.pane, edits }) ? (second.answer ?? null) : null;
    }

    /**
     * What the network says now, beside what it said at first; the last of it stays until there is more.
     * @param {AnswerView} answer
     * @param {AnswerView | null} second
     */
    #showNow({ card, explained }, second) {
        if (!second) {
            return;
        }
        const said = (/** @type {AnswerView["explained"]} */ { logits, probabilities }) => {
            const [top] = topClasses(logits, 1);
            return `${className(card.classes[top]).split(",")[0]} ${percent(probabilities[top])}`;
        };
        const [before, now] = [said(explained), second.withheld ? NONE : said(second.explained)];
        this.#now.replaceChildren(make("strong", { text: now }), " ", make("span", { className: "hint", text: t("break.at-first", { said: before }) }));
    }

    /**
     * @param {AnswerView} answer
     * @param {number | null} goal
     */
    #showGoals({ card }, goal) {
        const names = card.classes.map((name) => className(name).split(",")[0]);
        const few = names.length <= FEW;
        const fixed = few ? names.map((_, index) => index) : GOALS.map((name) => names.indexOf(name)).filter((index) => index >= 0);
        const offered = goal !== null && !fixed.includes(goal) && goal < names.length ? [...fixed, goal] : fixed;
        this.#search.show(few ? [] : card.classes);
        this.#another.hidden = few;
        const key = JSON.stringify([card.title, offered, goal]);
        if (key === this.#offered) {
            return;
        }
        this.#offered = key;
        replaceKeeping(this.#goals, [
            ...offered.map((index) =>
                button(names[index], () => this.#aim(goal === index ? null : index), {
                    attributes: { "aria-pressed": String(goal === index), "data-key": `goal ${index}`, "data-goal": names[index] },
                }),
            ),
        ]);
    }

    /** @param {Board} board */
    #showOne({ patches, selected }) {
        this.#one.hidden = patches.length === 0;
        const patch = patches[selected];
        if (!patch) {
            return;
        }
        const names = patches.map((each, at) => `${at + 1}: ${this.#nameOf(each)}`);
        const listed = JSON.stringify(names);
        if (listed !== this.#listed) {
            this.#listed = listed;
            this.#which.replaceChildren(...names.map((text, at) => make("option", { text, attributes: { value: at } })));
        }
        this.#which.value = String(selected);
        for (const [name, { input, output, root }] of this.#sliders) {
            const value = valueOf(patch, name);
            root.hidden = value === null;
            if (value !== null) {
                const text = name === "turn" ? t("break.degrees", { value }) : percentText(value);
                if (document.activeElement !== input || !this.#dragged.dragging) {
                    input.value = String(value);
                }
                setText(output, text);
                input.setAttribute("aria-valuetext", text);
            }
        }
    }

    /** @param {Patch} patch */
    #nameOf(patch) {
        if (patch.kind === "sticker") {
            return t(`break.shape.${patch.shape}`);
        }
        return patch.kind === "stroke" ? t("break.stroke") : t("break.piece-of", { name: this.#context.pictures.name(patch.photo) });
    }

    /**
     * @param {AnswerView} answer
     * @param {readonly Patch[]} patches
     * @param {AnswerView | null} second
     */
    #showEffect(answer, patches, second) {
        const { map, choice, card } = answer;
        const covered = coverage(patches, map);
        const { cells } = extent(covered);
        const shown = second && !second.withheld && second.map.values.length === map.values.length ? second.map : null;
        const [before, after] = [asRead(partsOf(map.values, covered), 2), shown && asRead(partsOf(shown.values, covered), 2)];
        const gained = after && change(after, before);
        this.#table.hidden = patches.length === 0;
        const waits = patches.length > 0 && second === null;
        setText(this.#caption, t("break.table", { name: choiceName(card.classes, choice) }));
        const row = (/** @type {string} */ text, /** @type {"under" | "elsewhere" | "sum"} */ part) =>
            make("tr", {}, [
                make("th", { text, attributes: { scope: "row" } }),
                ...[before, after, gained].map((parts) => make("td", { text: parts ? signed(parts[part], 2) : waits ? "\u2026" : NONE })),
            ]);
        this.#body.replaceChildren(
            row(t("break.under", { count: cells }), "under"),
            row(t("break.elsewhere", { count: map.values.length - cells }), "elsewhere"),
            row(t(choice.against === null ? "break.logit" : "break.difference"), "sum"),
        );
        this.#words.hidden = gained === null || patches.length === 0;
        setText(this.#words, gained ? t("break.words", { sum: signed(gained.sum, 2), under: signed(gained.under, 2), elsewhere: signed(gained.elsewhere, 2) }) : "");
        this.#showUnlike(second);
    }

    /** @param {AnswerView | null} second */
    #showUnlike(second) {
        const { novelty } = second?.explained ?? {};
        this.#unlike.hidden = !novelty?.flagged;
        if (!second || !novelty?.flagged) {
            this.#unlike.replaceChildren();
            return;
        }
        const anyway = () => this.#context.change((state) => ({ ...state, anyway: [...state.anyway, anywayKey(state.pane)] }), "part");
        replaceKeeping(this.#unlike, [
            make("p", { className: "warning-text", text: t(second.withheld ? "break.unlike" : "break.unlike-shown") }),
            make("p", { className: "hint", text: noveltySentence(novelty) }),
            ...(second.withheld ? [button(t("unlike.anyway"), anyway, { attributes: { "data-key": "anyway" } })] : []),
        ]);
    }

    /**
     * @param {AnswerView} answer
     * @param {number | null} goal
     * @param {readonly Patch[]} patches
     * @param {AnswerView | null} second
     */
    #showScore(answer, goal, patches, second) {
        const { card, explained, map } = answer;
        this.#score.hidden = goal === null || goal >= card.classes.length;
        if (goal === null || goal >= card.classes.length) {
            this.#scored = "";
            return;
        }
        const name = (/** @type {number} */ index) => className(card.classes[index]).split(",")[0];
        const start = behind(explained.logits, goal);
        const lines = [];
        if (start.behind < 0) {
            lines.push(t("break.goal.name", { goal: name(goal) }), t("break.goal.already"));
        } else if (patches.length === 0) {
            lines.push(t("break.goal.name", { goal: name(goal) }), t("break.goal.start", { leader: name(start.leader), behind: local(start.behind.toFixed(2)) }));
        } else if (!second) {
            // The last score stays until there is another: a number that comes and goes cannot be read.
            return;
        } else if (!second.withheld) {
            const now = behind(second.explained.logits, goal);
            const { share } = extent(coverage(patches, map));
            const done = progress(start.behind, now.behind);
            const covered = percent(share);
            const key = JSON.stringify([this.#view?.state.pane.model, this.#view?.state.pane.picture, goal]);
            if (done === 1) {
                const best = Math.min(share, this.#best.get(key) ?? Infinity);
                this.#best.set(key, best);
                lines.push(t("break.goal.done", { goal: name(goal), covered }), t("break.goal.best", { best: percent(best) }));
            } else {
                const [from, to] = [start.behind, now.behind].map((value) => local(value.toFixed(2)));
                lines.push(
                    t("break.goal.way", { percent: Math.floor(100 * done), goal: name(goal) }),
                    t("break.goal.gap", { first: name(start.leader), leader: name(now.leader), from, to }),
                    t("break.goal.covered", { covered }),
                );
            }
        }
        this.#score.setAttribute("aria-live", live(this.#dragged.dragging));
        const scored = JSON.stringify(lines);
        if (scored !== this.#scored) {
            this.#scored = scored;
            this.#score.replaceChildren(...lines.map((text) => make("p", { text })));
        }
    }
}

/** A share as a whole number of per cent. @param {number} share */
function percentText(share) {
    return t("break.percent", { value: Math.round(100 * share) });
}

/**
 * Where a slider stands; nothing where a patch has none such.
 * @param {Patch} patch
 * @param {Slider} name
 */
function valueOf(patch, name) {
    if (patch.kind !== "stroke") {
        return patch[name];
    }
    if (name !== "x" && name !== "y") {
        return null;
    }
    const { x, y } = outlineOf(patch, { width: 1, height: 1 });
    return rounded(name === "x" ? x : y);
}

/**
 * @template {Patch} P
 * @param {P} patch
 * @param {Slider} name
 * @param {number} value
 * @returns {P}
 */
function withValue(patch, name, value) {
    if (name === "x" || name === "y") {
        const by = value - (valueOf(patch, name) ?? value);
        return moved(patch, name === "x" ? by : 0, name === "y" ? by : 0);
    }
    return { ...patch, [name]: value };
}

/** @type {import("../index.js").Tool} */
export default { open: (root, context) => new BreakPanel(root, context), gesture: () => "put", begin: withEmptyBoard, coloured: true };
