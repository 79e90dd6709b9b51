/**
 * What a student did in a lesson, as a short code that can be read out or pasted: which answers, which cells were marked. It
 * has no name and no picture. Letters and digits that are hard to tell apart are read as the same. Pure functions.
 *
 * Bits, in fives: 3 of the version, 12 of the lesson, then for every task 2 (not reached, skipped, answered), with 3 of the
 * option chosen, or the marked cells in whichever of four ways is shortest, with 2 that say which: as lengths of runs along the
 * rows, or down the columns, in Elias's gamma code; as the number of this choice among all of as many cells; as a rectangle. At
 * last 15 of a check sum. Codes of the first version, which had runs along the rows alone, are read as well.
 *
 * @module
 */

import { MARKS } from "../../evidence/grid.js";

/** @typedef {import("../../page/state.js").LessonAnswer} LessonAnswer */
/** @typedef {import("./library.js").Lesson} Lesson */

const VERSION = 2;
/** Of the first version, the marked cells. */
const ROWS_ALONE = 1;
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
            putMarks(bits, answer.marks);
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
    const version = bits.take(3);
    if (version !== VERSION && version !== ROWS_ALONE) {
        throw new BadCode("version");
    }
    const takeMarks = version === ROWS_ALONE ? takeRuns : takeMarksAnyway;
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
            answers[id] = task.kind === "choice" ? { chosen: bits.take(3) } : task.kind === "mark" ? { marks: takeMarks(bits) } : { done: true };
        }
    }
    return answers;
}

const CELLS = MARKS.rows * MARKS.columns;
const ascending = (/** @type {number} */ a, /** @type {number} */ b) => a - b;

/** The same place with rows and columns changed round; done twice, nothing is. @param {number} cell */
const turned = (cell) => (cell % MARKS.columns) * MARKS.rows + Math.floor(cell / MARKS.columns);

/**
 * The ways to write marked cells down, by number; one that cannot is told by writing nothing.
 * @type {readonly {put: (bits: Bits, sorted: number[]) => void, take: (bits: Bits) => number[]}[]}
 */
const WAYS = [
    { put: putRuns, take: takeRuns },
    { put: (bits, sorted) => putRuns(bits, sorted.map(turned)), take: (bits) => takeRuns(bits).map(turned).sort(ascending) },
    { put: putChoice, take: takeChoice },
    { put: putRectangle, take: takeRectangle },
];

/** @param {Bits} bits @param {readonly number[]} marks */
function putMarks(bits, marks) {
    const sorted = [...new Set(marks)].sort(ascending);
    const written = WAYS.map(({ put }, way) => {
        const own = new Bits();
        put(own, sorted);
        return { way, own };
    }).filter(({ own }) => own.length > 0);
    const { way, own } = written.reduce((best, each) => (each.own.length < best.own.length ? each : best));
    bits.put(way, 2);
    bits.append(own);
}

/** @param {Bits} bits */
function takeMarksAnyway(bits) {
    return WAYS[bits.take(2)].take(bits);
}

/** How many choices of so many things there are. @param {number} of @param {number} count */
function choices(of, count) {
    let all = 1n;
    for (let each = 0; each < count; each++) {
        all = (all * BigInt(of - each)) / BigInt(each + 1);
    }
    return all;
}

/** Bits of the number of a choice of so many cells. @param {number} count */
const widthOf = (count) => (choices(CELLS, count) - 1n).toString(2).length;

/** The cells' number in the combinatorial number system. @param {Bits} bits @param {number[]} sorted */
function putChoice(bits, sorted) {
    bits.putGamma(sorted.length + 1);
    const number = sorted.reduce((sum, cell, index) => sum + choices(cell, index + 1), 0n);
    Array.from(number.toString(2).padStart(widthOf(sorted.length), "0"), (bit) => bits.put(Number(bit), 1));
}

/** @param {Bits} bits */
function takeChoice(bits) {
    const count = bits.takeGamma() - 1;
    if (count > CELLS) {
        throw new BadCode("check");
    }
    let number = 0n;
    for (let left = widthOf(count); left > 0; left--) {
        number = 2n * number + BigInt(bits.take(1));
    }
    if (number >= choices(CELLS, count)) {
        throw new BadCode("check");
    }
    const marks = [];
    for (let index = count, cell = CELLS - 1; index > 0; cell--) {
        const below = choices(cell, index);
        if (below <= number) {
            marks.push(cell);
            number -= below;
            index -= 1;
        }
    }
    return marks.reverse();
}

/** First row, first column, further rows, further columns. @param {Bits} bits @param {number[]} sorted */
function putRectangle(bits, sorted) {
    const [first, last] = [sorted[0] ?? 0, sorted.at(-1) ?? 0];
    const [top, left] = [Math.floor(first / MARKS.columns), first % MARKS.columns];
    const [down, across] = [Math.floor(last / MARKS.columns) - top, (last % MARKS.columns) - left];
    // As many cells, and each inside: all of them.
    const inside = sorted.every((cell) => cell % MARKS.columns >= left && cell % MARKS.columns <= left + across);
    if (inside && sorted.length === (down + 1) * (across + 1)) {
        [top, left, down, across].forEach((value) => bits.put(value, 4));
    }
}

/** @param {Bits} bits */
function takeRectangle(bits) {
    const [top, left, down, across] = [0, 0, 0, 0].map(() => bits.take(4));
    if (top + down >= MARKS.rows || left + across >= MARKS.columns) {
        throw new BadCode("check");
    }
    return Array.from({ length: (down + 1) * (across + 1) }, (_, index) => (top + Math.floor(index / (across + 1))) * MARKS.columns + left + (index % (across + 1)));
}

/** Cells as where each run begins behind the one before, and how long it is. @param {Bits} bits @param {readonly number[]} marks */
function putRuns(bits, marks) {
    const sorted = [...marks].sort(ascending);
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
        if (end + length > CELLS) {
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

    get length() {
        return this.#bits.length;
    }

    /** @param {Bits} others */
    append(others) {
        this.#bits.push(...others.#bits);
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
