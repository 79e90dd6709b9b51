/**
 * The classes of a model: which are likely, which a query finds, which one is set against which. Pure functions.
 *
 * @module
 */

import { languageOf, t, tOr } from "../text/index.js";

/**
 * What is looked at: one class's map, or that map less another's.
 * @typedef {object} Choice
 * @property {number} shown
 * @property {number | null} against
 */

/** @typedef {import("../engine/protocol.js").ModelCard} ModelCard */

/**
 * The classes by descending logit.
 * @param {Float32Array} logits
 * @param {number} count How many of them.
 * @returns {number[]}
 */
export function topClasses(logits, count) {
    if (count === 1 && logits.length > 0) {
        // Asked for every picture of the strip, however many there are.
        return [logits.reduce((best, logit, index) => (logit > logits[best] ? index : best), 0)];
    }
    return Array.from(logits.keys())
        .sort((a, b) => logits[b] - logits[a])
        .slice(0, count);
}

/**
 * Whether only one class can be right. Else each is a question of its own, and the difference of two answers none.
 * @param {Pick<ModelCard, "activation">} card
 */
export function excludeEachOther({ activation }) {
    return activation !== "sigmoid";
}

/**
 * Of two classes that exclude each other the one that is looked for; else there is none.
 * @param {Pick<ModelCard, "classes" | "operating_point" | "activation">} card
 * @returns {number | null}
 */
export function positiveClass({ classes, operating_point, activation }) {
    return classes.length === 2 && excludeEachOther({ activation }) ? (operating_point?.positive ?? 1) : null;
}

/**
 * What is shown of a new picture. Softmax over two classes sees nothing but their difference, so that is what is shown;
 * of more classes, and of those that do not exclude each other, the most likely.
 * @param {Pick<ModelCard, "classes" | "operating_point" | "activation">} card
 * @param {Float32Array} logits
 * @returns {Choice}
 */
export function defaultChoice(card, logits) {
    const positive = positiveClass(card);
    return positive === null
        ? { shown: topClasses(logits, 1)[0], against: null }
        : { shown: positive, against: 1 - positive };
}

/**
 * The class that a class is best set against: the most likely one; of two classes, always the other.
 * @param {Float32Array} logits
 * @param {number} shown
 * @returns {number | null}
 */
export function rivalOf(logits, shown) {
    if (logits.length === 2) {
        return 1 - shown;
    }
    const [top] = topClasses(logits, 1);
    return top === shown ? null : top;
}

/** Names that the visitor gave to classes of their own. @type {Set<string>} */
const given = new Set();

/** Names of the visitor's own choice: they stay as they were written, whatever the page calls a class of that name. @param {readonly string[]} names */
export function keepAsGiven(names) {
    names.forEach((name) => given.add(name));
}

/**
 * A class's name in the visitor's language, where that has one and the visitor did not name it.
 * @param {string} name As in the model's card.
 */
export function className(name) {
    return given.has(name) ? name : tOr(`class:${name}`, name);
}

/** All of a class's names, for whoever looks for one: in the visitor's language and in the model's. @param {string} name */
export function searchedName(name) {
    const own = className(name);
    return own === name ? name : `${own}, ${name}`;
}

/** The first of a class's names. @param {string} name As in the model's card. */
export function shortName(name) {
    return className(name).split(",")[0];
}

/** The language of that, for `lang`, where it is not the page's. @param {string} name */
export function classLanguage(name) {
    return given.has(name) ? null : languageOf(`class:${name}`);
}

/**
 * @param {string[]} names Of the classes.
 * @param {Choice} choice
 */
export function choiceName(names, { shown, against }) {
    const name = className(names[shown]);
    return against === null ? name : t("choice.over", { name, other: className(names[against]) });
}

/**
 * A choice that a model can show: what a link or another model chose may not exist here.
 * @param {Choice | null} choice
 * @param {number} classes
 * @returns {Choice | null}
 */
export function knownChoice(choice, classes) {
    const known = (/** @type {number | null} */ index) => index === null || (Number.isInteger(index) && index >= 0 && index < classes);
    const valid = choice !== null && known(choice.shown) && known(choice.against) && choice.shown !== choice.against;
    return valid ? choice : null;
}

/**
 * The classes whose name contains every word of the query, names that begin with it first.
 * @param {string[]} names
 * @param {string} query
 * @param {number} count How many at most.
 * @returns {number[]}
 */
export function searchClasses(names, query, count) {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) {
        return [];
    }
    const rank = (/** @type {string} */ name) => {
        const synonyms = name.split(", ");
        if (synonyms.includes(words.join(" "))) {
            return 0;
        }
        return name.split(/[\s,-]+/).some((part) => part === words[0]) ? 1 : 2;
    };
    return names
        .map((name, index) => ({ name: name.toLowerCase(), index }))
        .filter(({ name }) => words.every((word) => name.includes(word)))
        .map(({ name, index }) => ({ rank: rank(name), index }))
        .sort((a, b) => a.rank - b.rank || a.index - b.index)
        .slice(0, count)
        .map(({ index }) => index);
}
