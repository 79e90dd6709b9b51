/**
 * Every sentence of the page, by key, in the visitor's language. English comes with the page; any other language is
 * fetched when it is chosen.
 *
 * A message is a text with `{name}` where a value goes, or, where a count decides, one text per plural form of the
 * language (`one`, `other`, ...).
 *
 * A further language is one file beside this one, like `de.js`, and one line in the list below; nothing else names the
 * languages that there are. What it does not translate is said in English, and `tests/unit/text.test.mjs` lists it.
 *
 * @module
 */

import english from "./en.js";

/** @typedef {string | Partial<Record<Intl.LDMLPluralRule, string>>} Message */
/** @typedef {{language: string, name: string, messages: Record<string, Message>}} Language `name` in the language itself. */
/** @typedef {keyof typeof english.messages | keyof typeof import("./en-tools.js").default} Key */

/**
 * The languages that there are besides English, each with its name in its own words: a further one is a line here.
 * @type {{language: string, name: string, load: () => Promise<{default: Language}>}[]}
 */
const OTHERS = [{ language: "de", name: "Deutsch", load: () => import("./de.js") }];

/** What a visitor can choose from. @type {{language: string, name: string}[]} */
export const LANGUAGES = [english, ...OTHERS].map(({ language, name }) => ({ language, name }));

/** What is said in English, as far as it has been fetched. @type {Record<string, Message>} */
const inEnglish = english.messages;

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

/** Fetches what the tools say in English; a translation has it already. */
export async function fetchTools() {
    Object.assign(inEnglish, (await import("./en-tools.js")).default);
}

/**
 * Speaks another language from now on.
 * @param {string} wanted One of {@link LANGUAGES}; English in place of an unknown one.
 */
export async function speak(wanted) {
    use(await fetchLanguage(wanted));
}

/**
 * @param {string} wanted As in {@link speak}.
 * @returns {Promise<Language>}
 */
export async function fetchLanguage(wanted) {
    const other = OTHERS.find(({ language }) => language === wanted);
    return other ? (await other.load()).default : english;
}

/**
 * Speaks a language that is there already: where several are on one page, before each thing that is said.
 * @param {Language} language
 */
export function use(language) {
    if (language !== spoken) {
        spoken = language;
        plurals = new Intl.PluralRules(spoken.language);
    }
}

/**
 * The sentence behind a key.
 * @param {Key} key
 * @param {Record<string, string | number>} [values] For its places; `count` chooses the plural form.
 * @returns {string}
 */
export function t(key, values = {}) {
    return fill(spoken.messages[key] ?? inEnglish[key] ?? key, values);
}

/** Several things, as a sentence names them. @param {readonly string[]} things */
export function listOf(things) {
    return new Intl.ListFormat(spoken.language).format(things);
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
 * The language of what {@link tOr} says, for `lang`, where that is not the page's: English, in which models and samples
 * describe themselves.
 * @param {string} key
 */
export function languageOf(key) {
    return spoken === english || Object.hasOwn(spoken.messages, key) ? null : english.language;
}

/**
 * @param {Message} message
 * @param {Record<string, string | number>} values
 */
function fill(message, values) {
    const text = typeof message === "string" ? message : (message[plurals.select(Number(values.count))] ?? message.other ?? "");
    return text.replace(/\{(\w+)\}/g, (place, name) => String(values[name] ?? place));
}
