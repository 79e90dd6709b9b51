/**
 * What the network is to be brought to say, and how far it is from that.
 *
 * @module
 */

import { coverage } from "../../engine/patches.js";
import { shortName } from "../../evidence/classes.js";
import { t } from "../../text/index.js";
import { local, percent } from "../../text/numbers.js";
import { button, make, replaceKeeping } from "../../ui/dom.js";
import { Search } from "../../ui/search.js";
import { behind, extent, progress } from "./score.js";

/** @typedef {import("../../evidence/view.js").AnswerView} AnswerView */
/** @typedef {import("../../engine/protocol.js").Patch} Patch */

/** What the goal may be, where the network knows it, by its own names; any other class can be searched for. */
export const GOALS = ["teapot", "espresso", "banana", "goldfish"];
/** Where all classes are on offer. */
const FEW = 4;

/**
 * What there is to score.
 * @typedef {object} Play
 * @property {number | null} goal
 * @property {AnswerView} answer To the picture as it is.
 * @property {AnswerView | null} second With what lies on it; nothing while there is none.
 * @property {readonly Patch[]} patches
 * @property {string} picture What is kept apart: a picture and a model.
 * @property {boolean} dragging
 */

export class Goal {
    #aim;
    #goals = make("div", { className: "row break-goals" });
    #searchRoot = make("div");
    #search;
    #another = make("details", { className: "break-another" }, [make("summary", { text: t("break.goal.search") }), this.#searchRoot]);
    #score = make("div", { className: "break-score" });
    /** The smallest share of the picture that was enough, by picture and goal. @type {Map<string, number>} */
    #best = new Map();
    #offered = "";
    #scored = "";

    /** @param {(goal: number | null) => void} aim */
    constructor(aim) {
        this.#aim = aim;
        this.#search = new Search(this.#searchRoot, aim, t("break.goal.class"));
        this.root = make("div", { className: "break-goal" }, [make("h3", { text: t("break.goal") }), this.#goals, this.#another, this.#score]);
    }

    /** @param {Play} play */
    show(play) {
        const { goal, answer, dragging } = play;
        const { classes } = answer.card;
        this.#offer(answer.card, goal);
        const lines = goal === null || goal >= classes.length ? [] : this.#lines({ ...play, goal });
        if (lines === null) {
            // The last score stays until there is another: a number that comes and goes cannot be read.
            return;
        }
        this.#score.hidden = lines.length === 0;
        // While something is dragged, nothing is read out.
        this.#score.setAttribute("aria-live", dragging ? "off" : "polite");
        const scored = JSON.stringify(lines);
        if (scored !== this.#scored) {
            this.#scored = scored;
            this.#score.replaceChildren(...lines.map((text) => make("p", { text })));
        }
    }

    /**
     * @param {import("../../engine/protocol.js").ModelCard} card
     * @param {number | null} goal
     */
    #offer({ title, classes }, goal) {
        const names = classes.map(shortName);
        const few = names.length <= FEW;
        const known = classes.map((name) => name.split(",")[0]);
        const fixed = few ? names.map((_, index) => index) : GOALS.map((name) => known.indexOf(name)).filter((index) => index >= 0);
        const offered = goal !== null && !fixed.includes(goal) && goal < names.length ? [...fixed, goal] : fixed;
        this.#search.show(few ? [] : classes);
        this.#another.hidden = few;
        const key = JSON.stringify([title, offered, goal]);
        if (key === this.#offered) {
            return;
        }
        this.#offered = key;
        replaceKeeping(
            this.#goals,
            offered.map((index) =>
                button(names[index], () => this.#aim(goal === index ? null : index), {
                    attributes: { "aria-pressed": String(goal === index), "data-key": `goal ${index}`, "data-goal": known[index] },
                }),
            ),
        );
    }

    /**
     * @param {Play & {goal: number}} play
     * @returns {string[] | null} Nothing while the network is at it.
     */
    #lines({ goal, answer, second, patches, picture }) {
        const { card, explained, map } = answer;
        const name = (/** @type {number} */ index) => shortName(card.classes[index]);
        const start = behind(explained.logits, goal);
        if (start.behind < 0) {
            return [t("break.goal.name", { goal: name(goal) }), t("break.goal.already")];
        }
        if (patches.length === 0) {
            return [t("break.goal.name", { goal: name(goal) }), t("break.goal.start", { leader: name(start.leader), behind: local(start.behind.toFixed(2)) })];
        }
        if (!second) {
            return null;
        }
        if (second.withheld) {
            return [];
        }
        const now = behind(second.explained.logits, goal);
        const { share } = extent(coverage(patches, map));
        const done = progress(start.behind, now.behind);
        const covered = percent(share);
        if (done === 1) {
            const key = JSON.stringify([picture, goal]);
            const best = Math.min(share, this.#best.get(key) ?? Infinity);
            this.#best.set(key, best);
            return [t("break.goal.done", { goal: name(goal), covered }), t("break.goal.best", { best: percent(best) })];
        }
        const [from, to] = [start.behind, now.behind].map((value) => local(value.toFixed(2)));
        return [
            t("break.goal.way", { percent: Math.floor(100 * done), goal: name(goal) }),
            t("break.goal.gap", { first: name(start.leader), leader: name(now.leader), from, to }),
            t("break.goal.covered", { covered }),
        ];
    }
}
