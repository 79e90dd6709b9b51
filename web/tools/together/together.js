/**
 * Beyond one picture: the mean of the evidence over many, and a sheet of the cells that speak most for a class, and most
 * against it, each cut out of its photo.
 *
 * @module
 */

import { choiceName, className, positiveClass } from "../../evidence/classes.js";
import { around, cellOnPhoto, whereabouts } from "../../evidence/grid.js";
import { answerFor } from "../../evidence/population.js";
import { scaleOf } from "../../evidence/scale.js";
import { agreeingDigits, ledgerOf, mapOf, sumOfShares } from "../../evidence/sums.js";
import { withChoice, withPicture, withSettings } from "../../page/state.js";
import { t, tOr } from "../../text/index.js";
import { addingUp, duration, percent, signed, tick } from "../../text/numbers.js";
import { button, make, paint, replaceKeeping, setText } from "../../ui/dom.js";
import { Segments } from "../../ui/segments.js";
import { Collection } from "./collect.js";
import { cellOver, logitOf, meanOf, picturesOf, strongestCells } from "./many.js";

/** @typedef {import("../index.js").Context} Context */
/** @typedef {import("../index.js").PageView} PageView */
/** @typedef {import("../../page/state.js").Pane} Pane */
/** @typedef {import("../../page/view.js").Solved} Solved */
/** @typedef {import("../../evidence/classes.js").Choice} Choice */
/** @typedef {import("../../engine/protocol.js").Painted} Painted */
/** @typedef {import("../../engine/protocol.js").DrawRequest} DrawRequest */
/** @typedef {import("./many.js").Answered} Answered */
/** @typedef {import("./many.js").Found} Found */

const NAME = "together";
const COUNTS = [6, 12, 24];
/** Up to so many classes, each has a map of its own. */
const FEW = 5;
/** A cell's crop shows so much more than the cell. */
const WIDER = 1.5;
/** Sides of what is drawn, in pixels. */
const MAP = 320;
const CROP = 176;
/** Up to so many rows, a map's values are a table, too. */
const READABLE = 16;

/**
 * What is on show of many pictures.
 * @typedef {object} Whole
 * @property {Answered[]} answered
 * @property {string[]} flagged Names of the pictures that are unlike those that the model knows.
 * @property {string[]} broken Names of those that could not be opened.
 */

/** What was answered stays for the visit, whether the tool is open or not. @type {WeakMap<object, Collection>} */
const collections = new WeakMap();

class Together {
    #context;
    #collection;
    #of;
    #count = make("select");
    #spread = make("input", { attributes: { type: "checkbox" } });
    #nothing = make("p", { text: t("tools.nothing") });
    #start = button("", () => this.#set({ asked: true }), { className: "together-start" });
    #cancel = button(t("together.cancel"), () => this.#set({ asked: false }), { className: "together-cancel" });
    #bar = make("progress", { attributes: { "aria-label": t("together.progress") } });
    #doing = make("p", { className: "hint" });
    #running = make("div", { className: "row" }, [this.#bar, this.#cancel]);
    #result = make("div", { className: "together-result" });
    #readout = make("p", { className: "together-cell" });
    #credit = make("p", { className: "hint together-credit" });
    #body;
    /** @type {PageView | null} */
    #view = null;
    /** What is under way. @type {{key: string, abort: AbortController} | null} */
    #run = null;
    /** What the result shows. */
    #shown = "";
    /** Crops that were drawn. @type {Map<string, Painted>} */
    #crops = new Map();

    /**
     * @param {HTMLElement} root
     * @param {Context} context
     */
    constructor(root, context) {
        this.#context = context;
        this.#collection = collections.get(context.engine) ?? new Collection(context.explain);
        collections.set(context.engine, this.#collection);
        const of = ["all", "samples", "own"].map((value) => ({ value, text: t(/** @type {import("../../text/index.js").Key} */ (`together.${value}`)) }));
        this.#of = new Segments(t("together.of"), of, (value) => this.#set({ of: value }));
        this.#count.append(...COUNTS.map((count) => make("option", { text: String(count), attributes: { value: count } })));
        this.#count.addEventListener("change", () => this.#set({ count: Number(this.#count.value) }));
        this.#spread.addEventListener("change", () => this.#set({ spread: this.#spread.checked }));
        this.#body = make("div", { className: "together" }, [
            make("p", { className: "hint", text: t("together.what") }),
            this.#of.root,
            make("label", {}, [make("span", { text: t("together.count") }), this.#count]),
            make("label", { className: "check" }, [this.#spread, t("together.spread")]),
            this.#start,
            this.#running,
            this.#doing,
            this.#result,
        ]);
        root.append(this.#nothing, this.#body);
    }

    /** @param {Record<string, any>} values */
    #set(values) {
        this.#context.change((state) => withSettings(state, NAME, values));
    }

    /** @param {PageView} view */
    show(view) {
        this.#view = view;
        const { state, panes } = view;
        const [{ solved, busy }] = panes;
        this.#nothing.hidden = solved !== null;
        this.#body.hidden = solved === null;
        if (!solved) {
            return;
        }
        const { of, count, spread, asked } = settingsOf(state);
        const there = this.#context.choices();
        this.#of.root.hidden = there.own.length === 0 || there.samples.length === 0;
        this.#of.show(of);
        this.#count.value = String(count);
        this.#spread.checked = spread;
        const wanted = picturesOf(there, of).map((picture) => plain(solved.pane, picture));
        const done = wanted.every((pane) => this.#collection.find(pane));
        const key = JSON.stringify([solved.pane.model, solved.pane.size, solved.pane.fit, wanted.map(({ picture }) => picture)]);
        const focused = [this.#start, this.#cancel].some((each) => each === document.activeElement);
        if (!asked || done || (this.#run && this.#run.key !== key)) {
            this.#end();
        }
        if (asked && !done && !busy && !this.#run) {
            void this.#collect(key, wanted);
        }
        const running = asked && !done;
        this.#running.hidden = this.#doing.hidden = !running;
        this.#start.hidden = running || (asked && done);
        setText(this.#start, t("together.start", { count: wanted.length, time: duration(Math.max(100, wanted.length * solved.explained.milliseconds.run)) }));
        this.#start.disabled = wanted.length === 0;
        if (focused && (running || !this.#start.hidden)) {
            // One button takes the place of the other, and the keyboard's focus with it.
            (running ? this.#cancel : this.#start).focus({ preventScroll: true });
        }
        this.#result.hidden = !(asked && done && wanted.length > 0);
        if (!this.#result.hidden) {
            this.#showResult(view, solved, this.#wholeOf(wanted), key);
        }
    }

    close() {
        this.#end();
        this.#shown = "";
    }

    #end() {
        this.#run?.abort.abort();
        this.#run = null;
    }

    /**
     * @param {string} key
     * @param {Pane[]} wanted
     */
    async #collect(key, wanted) {
        const abort = new AbortController();
        const run = { key, abort };
        this.#run = run;
        this.#bar.max = wanted.length;
        try {
            const all = await this.#collection.collect(wanted, abort.signal, (done, next) => {
                this.#bar.value = done;
                setText(this.#doing, t("together.doing", { done: done + 1, total: wanted.length, name: this.#nameOf(next.picture ?? "") }));
            });
            if (all && this.#run === run) {
                this.#run = null;
                this.#context.announce(t("together.done", { count: wanted.length }));
                this.#refresh();
            }
        } catch (error) {
            if (this.#run === run) {
                this.#run = null;
                this.#context.change((state) => withSettings(state, NAME, { asked: false }), "part");
            }
            this.#context.fail(error);
        }
    }

    #refresh() {
        if (this.#view) {
            this.show(this.#view);
        }
    }

    /** @param {Pane[]} wanted All with an answer. @returns {Whole} */
    #wholeOf(wanted) {
        /** @type {Whole} */
        const whole = { answered: [], flagged: [], broken: [] };
        for (const pane of wanted) {
            const id = pane.picture ?? "";
            const result = this.#collection.find(pane);
            if (result && "message" in result) {
                whole.broken.push(this.#nameOf(id));
            } else if (result?.explained.novelty?.flagged) {
                whole.flagged.push(this.#nameOf(id));
            } else if (result) {
                whole.answered.push({ id, explained: result.explained });
            }
        }
        return whole;
    }

    /** @param {string} id */
    #nameOf(id) {
        const { pictures } = this.#context;
        return pictures.sample(id) ? tOr(`sample:${pictures.name(id)}`, pictures.name(id)) : pictures.name(id);
    }

    /**
     * @param {PageView} view
     * @param {Solved} solved
     * @param {Whole} whole
     * @param {string} key
     */
    #showResult({ state }, solved, whole, key) {
        const { card } = solved.loaded;
        const choice = solved.pane.choice ?? { shown: 0, against: null };
        const { count, spread } = settingsOf(state);
        const { smooth, contours, fade } = state.view;
        const shown = JSON.stringify([key, choice, count, spread, smooth, contours, fade]);
        if (shown !== this.#shown) {
            this.#shown = shown;
            const { answered } = whole;
            const left = [
                ...(whole.flagged.length > 0 ? [t("together.flagged", { names: whole.flagged.join(", ") })] : []),
                ...(whole.broken.length > 0 ? [t("together.broken", { names: whole.broken.join(", ") })] : []),
            ].map((text) => make("p", { className: "together-left", text }));
            replaceKeeping(
                this.#result,
                answered.length === 0
                    ? [...left, make("p", { text: t("together.none") })]
                    : [
                          ...left,
                          ...this.#means(whole, card, choice, { smooth, contours, fade }, shown),
                          this.#table(whole, card, choice),
                          ...this.#sheet(whole, card, choice, { count, spread }, shown),
                          this.#credit,
                          this.#credits(answered),
                      ],
            );
            setText(this.#credit, t("together.hint"));
        }
        const at = state.cursor && cellOver(whole.answered, choice, state.cursor);
        this.#readout.textContent =
            at && state.cursor
                ? t("together.cell", {
                      row: state.cursor.row + 1,
                      column: state.cursor.column + 1,
                      mean: signed(at.mean, 3),
                      least: signed(at.least, 3),
                      most: signed(at.most, 3),
                  })
                : t("together.no-cell");
    }

    /**
     * Mean evidence: of what is shown, and of each class where there are few.
     * @param {Whole} whole
     * @param {import("../../engine/protocol.js").ModelCard} card
     * @param {Choice} choice
     * @param {{smooth: boolean, contours: boolean, fade: boolean}} style
     * @param {string} shown
     */
    #means({ answered }, card, choice, style, shown) {
        const choices = choicesOf(card, choice);
        const maps = choices.map((each) => ({ choice: each, values: meanOf(answered, each) }));
        const limit = Math.max(...maps.map(({ values }) => scaleOf(values)));
        const [{ explained }] = answered;
        const { rows, columns } = explained;
        const figures = maps.map(({ choice: each, values }) => {
            const name = choiceName(card.classes, each);
            const canvas = make("canvas", { attributes: { width: MAP, height: MAP, "aria-hidden": true } });
            const chosen = JSON.stringify(each) === JSON.stringify(choice);
            const mean = sumOfShares(values);
            const placement = squareOf(explained.placement.input);
            void this.#draw(canvas, shown, {
                looked: null,
                map: { values, rows, columns, placement },
                style: { limit, ...style, dark: false },
                part: placement.region,
                width: MAP,
                height: MAP,
            });
            return make(
                "button",
                {
                    className: "mean",
                    attributes: { type: "button", "aria-pressed": String(chosen), "data-key": `mean ${JSON.stringify(each)}`, "data-choice": JSON.stringify(each) },
                    on: { click: () => this.#context.change((state) => withChoice(state, each)) },
                },
                [canvas, make("span", { className: "title", text: name }), make("span", { className: "value", text: t("together.mean", { value: signed(mean, 3) }) })],
            );
        });
        const values = meanOf(answered, choice);
        const ledger = ledgerOf(values);
        const name = choiceName(card.classes, choice);
        const sign = ledger.sum >= 0 ? 1 : -1;
        const strongest = ledger.order.filter((cell) => values[cell] * sign > 0).slice(0, ledger.half);
        const where = strongest.length > 0 ? t(`where.${whereabouts({ rows, columns }, strongest)}`) : "";
        const sentence =
            strongest.length === 0
                ? t("sentence.flat", { name })
                : t(sign > 0 ? "together.for" : "together.against", { name, count: strongest.length, cells: values.length, where });
        const [, positive, negative] = addingUp(ledger.sum, ledger.positive, 2);
        /** @type {HTMLElement[]} */
        const parts = [
            make("h3", { text: t("together.means", { count: answered.length }) }),
            make("div", { className: "means", attributes: { "data-count": figures.length } }, figures),
            make("p", { className: "hint", text: t("together.scale", { limit: tick(limit) }) }),
            make("p", { className: "together-says", text: sentence }),
            make("p", { className: "together-sides", text: t("ledger.sides", { positive: signed(positive, 2), negative: signed(negative, 2) }) }),
            this.#readout,
        ];
        if (rows <= READABLE && columns <= READABLE) {
            parts.push(make("details", {}, [make("summary", { text: t("together.numbers") }), valuesTable(values, rows, columns, name)]));
        }
        return parts;
    }

    /**
     * What each picture says, and the mean of it.
     * @param {Whole} whole
     * @param {import("../../engine/protocol.js").ModelCard} card
     * @param {Choice} choice
     */
    #table({ answered }, card, choice) {
        const mean = sumOfShares(meanOf(answered, choice));
        const logits = answered.map(({ explained }) => logitOf(explained, choice));
        const average = logits.reduce((sum, logit) => sum + logit, 0) / logits.length;
        const digits = agreeingDigits(signed, mean, average);
        const row = (/** @type {string} */ name, /** @type {string[]} */ texts) =>
            make("tr", { className: "each" }, [make("th", { text: name, attributes: { scope: "row" } }), ...texts.map((text) => make("td", { text }))]);
        return make("div", { className: "together-numbers", attributes: { tabindex: 0, role: "region", "aria-label": t("together.each") } }, [
            make("table", { className: "pair" }, [
                make("thead", {}, [
                    make("tr", {}, [
                        make("th", { text: t("together.picture"), attributes: { scope: "col" } }),
                        make("th", { text: t(choice.against === null ? "compare.logit" : "together.difference"), attributes: { scope: "col" } }),
                        make("th", { text: t("compare.probability", { name: className(card.classes[choice.shown]) }), attributes: { scope: "col" } }),
                    ]),
                ]),
                make("tbody", {}, [
                    ...answered.map(({ id, explained }, index) =>
                        row(this.#nameOf(id), [signed(logits[index], digits), percent(answerFor(explained, card).probabilities[choice.shown])]),
                    ),
                    make("tr", { className: "average" }, [
                        make("th", { text: t("together.average"), attributes: { scope: "row" } }),
                        make("td", { text: t("together.equals", { average: signed(average, digits), sum: signed(mean, digits) }), attributes: { colspan: 2 } }),
                    ]),
                ]),
            ]),
        ]);
    }

    /**
     * The cells that say most, cut out of their photos.
     * @param {Whole} whole
     * @param {import("../../engine/protocol.js").ModelCard} card
     * @param {Choice} choice
     * @param {{count: number, spread: boolean}} settings
     * @param {string} shown
     */
    #sheet({ answered }, card, choice, { count, spread }, shown) {
        const limit = Math.max(...answered.map(({ explained }) => scaleOf(mapOf(explained, choice.shown, choice.against))));
        const name = choiceName(card.classes, choice);
        /** @type {{found: Found, canvas: HTMLCanvasElement}[]} */
        const all = [];
        const parts = /** @type {const} */ ([1, -1]).flatMap((sign) => {
            const cells = strongestCells(answered, choice, sign, count, spread);
            const crops = cells.map((found, index) => {
                const canvas = make("canvas", { attributes: { width: CROP, height: CROP, "aria-hidden": true } });
                all.push({ found, canvas });
                return make("li", {}, [this.#crop(found, canvas, choice, limit, `${sign} ${index}`)]);
            });
            return [
                make("h3", { text: t(sign > 0 ? "together.most-for" : "together.most-against", { name }) }),
                crops.length > 0
                    ? make("ul", { className: "crops", attributes: { "data-sign": sign } }, crops)
                    : make("p", { text: t(sign > 0 ? "together.no-for" : "together.no-against") }),
            ];
        });
        // Picture by picture, so that each is opened once.
        all.sort((a, b) => a.found.id.localeCompare(b.found.id));
        void this.#drawCrops(all, shown);
        return [...parts, make("p", { className: "hint", text: t("together.crops", { limit: tick(limit) }) })];
    }

    /**
     * @param {Found} found
     * @param {HTMLCanvasElement} canvas
     * @param {Choice} choice
     * @param {number} limit
     * @param {string} key
     */
    #crop({ id, cell, value }, canvas, choice, limit, key) {
        const name = this.#nameOf(id);
        const fill = make("i", { className: value > 0 ? "more" : "less" });
        fill.style.width = `${(100 * Math.min(1, Math.abs(value) / limit)).toFixed(1)}%`;
        const credit = this.#creditOf(id);
        const label = t("together.crop", { name, row: cell.row + 1, column: cell.column + 1, value: signed(value, 2) });
        const tell = () => setText(this.#credit, `${label} ${credit}`);
        return make(
            "button",
            {
                className: "crop",
                attributes: { type: "button", title: `${label} ${credit}`, "data-key": `crop ${key}`, "data-picture": id },
                on: {
                    pointerenter: tell,
                    focus: tell,
                    click: () =>
                        this.#context.change((state) => ({
                            // The same class in the other picture, and the tool stays as it is.
                            ...withChoice(withPicture(state, id), choice),
                            cursor: cell,
                            cursorBeside: null,
                            held: true,
                        })),
                },
            },
            [
                canvas,
                make("span", { className: "value", text: signed(value, 2) }),
                make("span", { className: "meter", attributes: { "aria-hidden": true } }, [fill]),
                make("span", { className: "title", text: name }),
                make("span", { className: "visually-hidden", text: t("compare.cell", { row: cell.row + 1, column: cell.column + 1 }) }),
            ],
        );
    }

    /** Whose a picture is. @param {string} id */
    #creditOf(id) {
        const sample = this.#context.pictures.sample(id);
        return sample ? `${sample.attribution}; ${t("credit.from", { source: sample.source })}; ${sample.licence}.` : "";
    }

    /** Of all pictures, in print. @param {Answered[]} answered */
    #credits(answered) {
        const lines = answered.map(({ id }) => `${this.#nameOf(id)}: ${this.#creditOf(id)}`);
        return make("div", { className: "together-credits" }, lines.map((text) => make("p", { text })));
    }

    /**
     * @param {{found: Found, canvas: HTMLCanvasElement}[]} all
     * @param {string} shown
     */
    async #drawCrops(all, shown) {
        for (const { found, canvas } of all) {
            if (this.#shown !== shown) {
                return;
            }
            const { id, explained, cell } = found;
            const { size, fit } = this.#view?.panes[0].solved?.pane ?? {};
            const part = around(explained, cell, WIDER);
            const key = JSON.stringify([id, part]);
            const looked = { photo: id, size: size ?? 0, fit: fit ?? /** @type {const} */ ("centre-square"), edits: [] };
            const style = { limit: 1, smooth: false, contours: false, fade: false, dark: false };
            const kept = this.#crops.get(key);
            if (kept) {
                paint(canvas, kept);
                canvas.toggleAttribute("data-drawn", true);
            } else {
                // As high as wide only where the cell is.
                const longest = Math.max(part.width, part.height);
                const [width, height] = [part.width, part.height].map((side) => Math.max(1, Math.round((CROP * side) / longest)));
                const painted = await this.#draw(canvas, shown, { looked, map: null, style, part, width, height });
                if (!painted) {
                    continue;
                }
                this.#crops.set(key, painted);
            }
            frameCell(canvas, part, cellOnPhoto(explained, cell));
        }
    }

    /**
     * @param {HTMLCanvasElement} canvas
     * @param {string} shown What it belongs to.
     * @param {Parameters<import("../../engine/engine.js").Engine["draw"]>[0]} request
     * @returns {Promise<Painted | null>}
     */
    async #draw(canvas, shown, request) {
        try {
            const { photo, evidence } = await this.#context.engine.draw(request);
            const painted = photo ?? evidence;
            if (!painted || this.#shown !== shown) {
                return null;
            }
            paint(canvas, painted);
            canvas.toggleAttribute("data-drawn", true);
            return painted;
        } catch (error) {
            this.#context.fail(error);
            return null;
        }
    }
}

/**
 * What the visitor chose, within what there is.
 * @param {import("../index.js").State} state
 */
function settingsOf({ tools }) {
    const { of, count, spread, asked } = tools[NAME] ?? {};
    return {
        of: ["samples", "own", "all"].includes(of) ? of : "all",
        count: COUNTS.includes(count) ? count : COUNTS[0],
        spread: spread !== false,
        asked: asked === true,
    };
}

/**
 * A picture as it is, asked about as the one on show.
 * @param {Pane} pane
 * @param {string} picture
 * @returns {Pane}
 */
function plain(pane, picture) {
    return { ...pane, picture, edits: [], shuffled: 0, method: "evidence" };
}

/**
 * Whose maps are shown: what is chosen, and beside it each class where there are few.
 * @param {import("../../engine/protocol.js").ModelCard} card
 * @param {Choice} choice
 * @returns {Choice[]}
 */
function choicesOf(card, choice) {
    if (card.classes.length > FEW) {
        return [choice];
    }
    const positive = positiveClass(card);
    const over = positive === null ? [] : [{ shown: positive, against: 1 - positive }];
    const singles = card.classes.map((_, shown) => ({ shown, against: null }));
    const all = [...over, ...singles];
    const known = all.some((each) => JSON.stringify(each) === JSON.stringify(choice));
    return known ? all : [choice, ...all];
}

/** A map by itself, without a photo. @param {number} side @returns {import("../../engine/protocol.js").Placement} */
function squareOf(side) {
    return { photo: { width: side, height: side }, input: side, region: { x: 0, y: 0, width: side, height: side } };
}

/**
 * @param {HTMLCanvasElement} canvas Of the part.
 * @param {import("../../engine/protocol.js").Rect} part
 * @param {import("../../engine/protocol.js").Rect} cell
 */
function frameCell(canvas, part, cell) {
    const context = canvas.getContext("2d");
    const scale = canvas.width / part.width;
    const [x, y] = [(cell.x - part.x) * scale, (cell.y - part.y) * scale];
    for (const [colour, line] of /** @type {const} */ ([["#000", 5], ["#fff", 2]])) {
        if (context) {
            context.strokeStyle = colour;
            context.lineWidth = line;
            context.strokeRect(x, y, cell.width * scale, cell.height * scale);
        }
    }
}

/**
 * A map as a table.
 * @param {Float32Array} values
 * @param {number} rows
 * @param {number} columns
 * @param {string} name
 */
function valuesTable(values, rows, columns, name) {
    const indices = (/** @type {number} */ count) => Array.from({ length: count }, (_, index) => index);
    return make("div", { className: "together-values", attributes: { tabindex: 0, role: "region", "aria-label": t("together.numbers") } }, [
        make("table", {}, [
            make("caption", { className: "visually-hidden", text: name }),
            make("thead", {}, [
                make("tr", {}, [make("td"), ...indices(columns).map((column) => make("th", { text: String(column + 1), attributes: { scope: "col" } }))]),
            ]),
            make("tbody", {}, indices(rows).map((row) =>
                make("tr", {}, [
                    make("th", { text: String(row + 1), attributes: { scope: "row" } }),
                    ...indices(columns).map((column) => make("td", { text: signed(values[row * columns + column], 2) })),
                ]),
            )),
        ]),
    ]);
}

/** @type {import("../index.js").Tool} */
export default { open: (root, context) => new Together(root, context) };
