/**
 * Codes of a class as they come: one a line or several, with commas or spaces between them, and students' names among them. What
 * is no code and may have been meant as one is named. Pure functions.
 *
 * @module
 */

import { BadCode, fromCode } from "./code.js";

/** @typedef {import("./library.js").Lesson} Lesson */
/** @typedef {Record<string, import("../../page/state.js").LessonAnswer>} Answers */
/** @typedef {{code: string, what: BadCode["what"] | "none"}} Bad `what`: the key of a message below `lesson.code`. */

/** A code in one piece, as the page writes it; two parts of a name have no digit. */
const WHOLE = /^(?=.*\d|.*-.*-)[^\s-]{4}(-[^\s-]{1,4})+$/;
/** One whose groups are apart, as it is read out. */
const APART = /(?<!\S)[0-9a-z]{4}( [0-9a-z]{4})+( [0-9a-z]{1,3})?(?!\S)/gi;
/** Groups that a code may be in at most: one of 256 marked squares has fewer. */
const GROUPS = 100;

/**
 * @param {Lesson} lesson
 * @param {string} text
 * @returns {{read: Answers[], bad: (Bad & {line: number})[]}}
 */
export function readCodes(lesson, text) {
    /** @type {ReturnType<typeof readCodes>} */
    const codes = { read: [], bad: [] };
    for (const [index, line] of text.split("\n").entries()) {
        for (const part of line.split(/[,;]+/)) {
            const { read, bad } = readPart(lesson, part.split(/[\s:]+/).filter(Boolean));
            codes.read.push(...read);
            codes.bad.push(...bad.map((each) => ({ ...each, line: index + 1 })));
        }
    }
    return codes;
}

/**
 * @param {Lesson} lesson
 * @param {readonly string[]} words
 * @returns {{read: Answers[], bad: Bad[]}}
 */
function readPart(lesson, words) {
    /** @type {Answers[]} */
    const read = [];
    /** Words between codes. @type {string[][]} */
    const between = [[]];
    for (let from = 0; from < words.length; ) {
        const found = codeAt(lesson, words, from);
        if (found) {
            read.push(found.answers);
            between.push([]);
        } else {
            between.at(-1)?.push(words[from]);
        }
        from = found?.to ?? from + 1;
    }
    const meant = between.flatMap((each) => meantAsCodes(each));
    // Where there is no code at all, something was meant to be one.
    const none = read.length === 0 && meant.length === 0 && words.length > 0 ? [words.slice(Math.max(0, words.findIndex((word) => /\d/.test(word)))).join(" ")] : [];
    return { read, bad: [...meant, ...none].map((code) => ({ code, what: /\d/.test(code) || WHOLE.test(code) ? (wrongWith(lesson, code) ?? "none") : "none" })) };
}

/**
 * The code that begins at a word, in one or several groups.
 * @param {Lesson} lesson
 * @param {readonly string[]} words
 * @param {number} from
 */
function codeAt(lesson, words, from) {
    for (let to = from + 1; to <= Math.min(words.length, from + GROUPS); to++) {
        const code = words.slice(from, to).join("");
        if (wrongWith(lesson, code) === null) {
            return { answers: fromCode(lesson, code), to };
        }
    }
    return null;
}

/** Those of the words that are no names. @param {readonly string[]} words */
function meantAsCodes(words) {
    const apart = words.filter((word) => !WHOLE.test(word)).join(" ");
    return [...words.filter((word) => WHOLE.test(word)), ...(apart.match(APART) ?? []).filter((groups) => /\d/.test(groups))];
}

/** @param {Lesson} lesson @param {string} code @returns {BadCode["what"] | null} */
function wrongWith(lesson, code) {
    try {
        fromCode(lesson, code);
        return null;
    } catch (error) {
        if (!(error instanceof BadCode)) {
            throw error;
        }
        return error.what;
    }
}
