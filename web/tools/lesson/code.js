/**
 * What a student did in a lesson, as a short code that can be read out or pasted: which answers, which cells were marked. It
 * has no name and no picture. Letters and digits that are hard to tell apart are read as the same. Pure functions.
 *
 * Bits, in fives: 3 of the version, 12 of the lesson, then for every task 2 (not reached, skipped, answered), with 3 of the
 * option chosen, or the marked cells as lengths of runs in Elias's gamma code; at last 15 of a check sum.
 *
 * @module
 */

import { MARKS } from "../../evidence/grid.js";

/** @typedef {import("../../page/state.js").LessonAnswer} LessonAnswer */
/** @typedef {import("./library.js").Lesson} Lesson */

const VERSION = 1;
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CHECK = 3;
const GROUP = 4;

/** A code that is none of this lesson: `what` is the key of a message below `lesson.code`. */
export class BadCode extends Error {
    /** @param {"letter" | "check" | "version" | "lesson" | "short"} what */
    constructor(what) {
        super(what);
        this.what = what;
    }
}

/**
 * @param {Lesson} lesson
 * @param {Record<string, LessonAnswer>} answers
 * @returns {string} In groups of four.
 */
export function toCode(lesson, answers) {
    const bits = new Bits();
    bits.put(VERSION, 3);
    bits.put(nameOf(lesson), 12);
    for (const { id, task } of lesson.steps) {
        const answer = answers[id];
        if (!task) {
            continue;
        }
        bits.put(answer ? (answer.skipped ? 1 : 2) : 0, 2);
        if (answer?.chosen !== undefined) {
            bits.put(answer.chosen, 3);
        } else if (answer?.marks) {
            putRuns(bits, answer.marks);
        }
    }
    const letters = bits.letters();
    return (letters + checkOf(letters)).replace(new RegExp(`.{${GROUP}}(?=.)`, "g"), "$&-");
}

/**
 * @param {Lesson} lesson
 * @param {string} code
 * @returns {Record<string, LessonAnswer>} By step.
 * @throws {BadCode}
 */
export function fromCode(lesson, code) {
    const plain = code.toUpperCase().replace(/[\s-]/g, "").replace(/[IL]/g, "1").replaceAll("O", "0").replaceAll("U", "V");
    if (plain.length <= CHECK) {
        throw new BadCode("short");
    }
    if (Array.from(plain).some((letter) => !LETTERS.includes(letter))) {
        throw new BadCode("letter");
    }
    const letters = plain.slice(0, -CHECK);
    if (checkOf(letters) !== plain.slice(-CHECK)) {
        throw new BadCode("check");
    }
    const bits = Bits.from(letters);
    if (bits.take(3) !== VERSION) {
        throw new BadCode("version");
    }
    if (bits.take(12) !== nameOf(lesson)) {
        throw new BadCode("lesson");
    }
    /** @type {Record<string, LessonAnswer>} */
    const answers = {};
    for (const { id, task } of lesson.steps) {
        const kind = task ? bits.take(2) : 0;
        if (task && kind === 1) {
            answers[id] = { skipped: true };
        } else if (task && kind === 2) {
            answers[id] = task.kind === "choice" ? { chosen: bits.take(3) } : task.kind === "mark" ? { marks: takeRuns(bits) } : { done: true };
        }
    }
    return answers;
}

/** Cells as where each run begins behind the one before, and how long it is. @param {Bits} bits @param {readonly number[]} marks */
function putRuns(bits, marks) {
    const sorted = [...new Set(marks)].sort((a, b) => a - b);
    /** @type {{from: number, to: number}[]} */
    const runs = [];
    for (const cell of sorted) {
        const last = runs.at(-1);
        if (last && last.to === cell) {
            last.to = cell + 1;
        } else {
            runs.push({ from: cell, to: cell + 1 });
        }
    }
    bits.putGamma(runs.length + 1);
    let end = 0;
    for (const { from, to } of runs) {
        bits.putGamma(from - end + 1);
        bits.putGamma(to - from);
        end = to;
    }
}

/** @param {Bits} bits */
function takeRuns(bits) {
    const marks = [];
    let end = 0;
    for (let left = bits.takeGamma() - 1; left > 0; left--) {
        end += bits.takeGamma() - 1;
        const length = bits.takeGamma();
        if (end + length > MARKS.rows * MARKS.columns) {
            throw new BadCode("check");
        }
        for (const last = end + length; end < last; end++) {
            marks.push(end);
        }
    }
    return marks;
}

/** Twelve bits that tell a lesson, as it is now, from others: an answer's number is one among these answers. @param {Lesson} lesson */
function nameOf({ id, steps }) {
    const asked = steps.map(({ id: step, task }) => [step, task?.kind ?? "", ...(task?.kind === "choice" ? task.options : [])]);
    return hash(JSON.stringify([id, asked])) & 0xfff;
}

/** @param {string} letters */
function checkOf(letters) {
    const sum = hash(letters);
    return [10, 5, 0].map((shift) => LETTERS[(sum >>> shift) & 31]).join("");
}

/** FNV-1a, its upper half folded into the lower. @param {string} text */
export function hash(text) {
    let sum = 0x811c9dc5;
    for (const byte of new TextEncoder().encode(text)) {
        sum = Math.imul(sum ^ byte, 0x01000193);
    }
    return (sum ^ (sum >>> 15)) >>> 0;
}

class Bits {
    /** @type {number[]} */
    #bits = [];
    #at = 0;

    /** @param {string} letters */
    static from(letters) {
        const bits = new Bits();
        Array.from(letters, (letter) => bits.put(LETTERS.indexOf(letter), 5));
        return bits;
    }

    /** @param {number} value @param {number} count */
    put(value, count) {
        for (let shift = count - 1; shift >= 0; shift--) {
            this.#bits.push((value >>> shift) & 1);
        }
    }

    /** @param {number} value At least 1. */
    putGamma(value) {
        const length = 31 - Math.clz32(value);
        this.put(0, length);
        this.put(value, length + 1);
    }

    /** @param {number} count */
    take(count) {
        let value = 0;
        for (let left = count; left > 0; left--) {
            if (this.#at >= this.#bits.length) {
                throw new BadCode("short");
            }
            value = 2 * value + this.#bits[this.#at];
            this.#at += 1;
        }
        return value;
    }

    takeGamma() {
        let length = 0;
        while (this.take(1) === 0) {
            length += 1;
        }
        return 2 ** length + this.take(length);
    }

    letters() {
        const filled = [...this.#bits, ...Array((5 - (this.#bits.length % 5)) % 5).fill(0)];
        return Array.from({ length: filled.length / 5 }, (_, letter) => LETTERS[filled.slice(5 * letter, 5 * letter + 5).reduce((a, b) => 2 * a + b, 0)]).join("");
    }
}
