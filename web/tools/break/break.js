/**
 * Breaking it: stickers, strokes and pieces of other pictures are put onto the picture and dragged about, and the network
 * answers as they move. What they buy stands in a table, apart for the cells under them and all others; a goal asks for a
 * class that the network is to be brought to, with as little as possible.
 *
 * @module
 */

import { MOST, coverage, moved, outlineOf, patchAt, rounded, simplified } from "../../engine/patches.js";
import { choiceName, shortName, topClasses } from "../../evidence/classes.js";
import { noveltySentence } from "../../evidence/novelty.js";
import { anywayKey, answerKey } from "../../page/state.js";
import { t } from "../../text/index.js";
import { percent, signed } from "../../text/numbers.js";
import { button, make, replaceKeeping, setText } from "../../ui/dom.js";
import { Dragged } from "../../ui/dragged.js";
import { Segments } from "../../ui/segments.js";
import { MODES, patchFrom, patchesOf, settingsOf, withBoard, withEmptyBoard, withGoal, withPatches } from "./board.js";
import { Goal } from "./goal.js";
import { Piece } from "./piece.js";
import { asRead, change, extent, partsOf } from "./score.js";
import { Selected } from "./selected.js";
import { Shapes } from "./shapes.js";

/** @typedef {import("../../page/view.js").PageView} PageView */
/** @typedef {import("../../evidence/view.js").AnswerView} AnswerView */
/** @typedef {import("../../engine/protocol.js").Patch} Patch */
/** @typedef {import("../../text/index.js").Key} Key */
/** @typedef {import("./board.js").Board} Board */

const NONE = "\u2013";

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
    #goal = new Goal((goal) => this.#aim(goal));
    #now = make("p", { className: "break-now" });
    #table = make("table", { className: "mask-table break-table" });
    #caption = make("caption");
    #body = make("tbody");
    #words = make("p", { className: "break-words" });
    #unlike = make("div", { className: "mask-unlike", attributes: { role: "status" } });
    /** What is dragged, while the network is at what was there before. @type {Dragged<Board>} */
    #dragged = new Dragged(
        (board, kind) => this.#commit(board, kind),
        () => this.#context.refresh(),
    );
    #selected;
    /** What the drag on the picture that is under way does. @type {{kind: "move" | "draw", x: number, y: number} | null} */
    #drag = null;
    /** What the numbers in the table are of. */
    #tabled = "";
    /** @type {PageView | null} */
    #view = null;

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
        this.#selected = new Selected(this.#dragged, {
            select: (selected) => set({ selected }),
            remove: () => this.#removeOne(),
            clear: () => this.#commit({ patches: [], selected: 0 }),
            board: () => this.#board(),
            nameOf: (photo) => context.pictures.name(photo),
        });
        this.#table.append(
            this.#caption,
            make("thead", {}, [make("tr", {}, [make("td"), ...["break.before", "break.after", "break.change"].map((key) => make("th", { text: t(/** @type {Key} */ (key)), attributes: { scope: "col" } }))])]),
            this.#body,
        );
        this.#content.append(
            this.#now,
            this.#goal.root,
            this.#table,
            this.#words,
            this.#unlike,
            this.#mode.root,
            this.#shapes.root,
            this.#piece.root,
            make("div", { className: "row" }, [this.#colourLabel, this.#widthLabel, this.#add]),
            this.#hint,
            this.#selected.root,
        );
        root.replaceChildren(this.#none, this.#content);
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
        const { model, picture } = solved.pane;
        if (goal !== null && goal < answer.card.classes.length && state.pane.choice === null && picture === state.pane.picture && model === state.pane.model) {
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
        this.#selected.show(board);
        const second = this.#second();
        this.#showNow(answer, second);
        // What the answer is to; what is in the visitor's hand may be further on.
        const patches = patchesOf(state);
        const of = JSON.stringify([model, picture]);
        this.#showEffect(answer, patches, second, of);
        this.#goal.show({ goal, answer, second, patches, picture: of, dragging: this.#dragged.dragging });
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
            return `${shortName(card.classes[top])} ${percent(probabilities[top])}`;
        };
        const [before, now] = [said(explained), second.withheld ? NONE : said(second.explained)];
        this.#now.replaceChildren(make("strong", { text: now }), " ", make("span", { className: "hint", text: t("break.at-first", { said: before }) }));
    }

    /**
     * @param {AnswerView} answer
     * @param {readonly Patch[]} patches
     * @param {AnswerView | null} second
     * @param {string} picture And model: what numbers are of.
     */
    #showEffect(answer, patches, second, picture) {
        const { map, choice, card } = answer;
        const tabled = JSON.stringify([picture, choice]);
        const waits = patches.length > 0 && second === null;
        if (waits && tabled === this.#tabled) {
            // The numbers before stay, as the picture before does, until both are there.
            return;
        }
        this.#tabled = waits || patches.length === 0 ? "" : tabled;
        const covered = coverage(patches, map);
        const { cells } = extent(covered);
        const shown = second && !second.withheld && second.map.values.length === map.values.length ? second.map : null;
        const [before, after] = [asRead(partsOf(map.values, covered), 2), shown && asRead(partsOf(shown.values, covered), 2)];
        const gained = after && change(after, before);
        this.#table.hidden = patches.length === 0;
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
}

/** @type {import("../index.js").Tool} */
export default { open: (root, context) => new BreakPanel(root, context), gesture: () => "put", begin: withEmptyBoard, coloured: true };
