/**
 * Every sentence of the page, by key, in the visitor's language. English comes with the page; any other language is
 * fetched when it is chosen.
 *
 * A message is a text with `{name}` where a value goes, or, where a count decides, one text per plural form of the
 * language (`one`, `other`, ...).
 *
 * @module
 */

import english from "./en.js";

/** @typedef {string | Partial<Record<Intl.LDMLPluralRule, string>>} Message */
/** @typedef {{language: string, name: string, messages: Record<string, Message>}} Language `name` in the language itself. */
/** @typedef {keyof typeof english.messages} Key */

/** The languages that there are, besides English: a further one is a file here and a line in this list. */
const OTHERS = /** @type {const} */ ({ de: () => import("./de.js") });

/** What a visitor can choose from, in words of their own. */
export const LANGUAGES = [
    { language: "en", name: "English" },
    { language: "de", name: "Deutsch" },
];

/** @type {Language} */
let spoken = english;
let plurals = new Intl.PluralRules("en");

/** The language in use, as in `lang`. */
export function language() {
    return spoken.language;
}

/**
 * The language that fits a visitor best.
 * @param {readonly string[]} wanted In order of preference, as in `navigator.languages`.
 */
export function bestLanguage(wanted) {
    const known = LANGUAGES.map(({ language }) => language);
    return wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => known.includes(tag)) ?? "en";
}

/**
 * Speaks another language from now on.
 * @param {string} wanted One of {@link LANGUAGES}; English in place of an unknown one.
 */
export async function speak(wanted) {
    const other = OTHERS[/** @type {keyof typeof OTHERS} */ (wanted)];
    spoken = other ? (await other()).default : english;
    plurals = new Intl.PluralRules(spoken.language);
}

/**
 * The sentence behind a key.
 * @param {Key} key
 * @param {Record<string, string | number>} [values] For its places; `count` chooses the plural form.
 * @returns {string}
 */
export function t(key, values = {}) {
    return fill(spoken.messages[key] ?? english.messages[key], values);
}

/**
 * The same for a key that may be unknown: of what a file or the engine names.
 * @param {string} key
 * @param {string} otherwise
 * @param {Record<string, string | number>} [values]
 */
export function tOr(key, otherwise, values = {}) {
    const message = /** @type {Record<string, Message>} */ (spoken.messages)[key];
    return message === undefined ? otherwise : fill(message, values);
}

/**
 * @param {Message} message
 * @param {Record<string, string | number>} values
 */
function fill(message, values) {
    const text = typeof message === "string" ? message : (message[plurals.select(Number(values.count))] ?? message.other ?? "");
    return text.replace(/\{(\w+)\}/g, (place, name) => String(values[name] ?? place));
}
