/**
 * Numbers as people read them.
 *
 * @module
 */

import { language } from "./index.js";

/** A minus that is as wide as a plus. */
const MINUS = "\u2212";

/** @type {Map<string, string>} */
const marks = new Map();

/** A number's text with the decimal mark of the language in use. @param {string} text */
export function local(text) {
    const tag = language();
    let mark = marks.get(tag);
    if (mark === undefined) {
        mark = (1.5).toLocaleString(tag).replace(/\d/g, "");
        marks.set(tag, mark);
    }
    return mark === "." ? text : text.replace(".", mark);
}

/**
 * @param {number} value
 * @param {number} digits After the point.
 */
export function signed(value, digits) {
    const text = Math.abs(value).toFixed(digits);
    if (Number(text) === 0) {
        return local(text);
    }
    return (value < 0 ? MINUS : "+") + local(text);
}

/**
 * Two parts of a total, rounded so that what is read adds up, too. What rounding leaves over goes to the larger part, where
 * it is least noticed.
 * @param {number} total
 * @param {number} part The other one is what is missing.
 * @param {number} digits After the point.
 * @returns {[number, number, number]} Total, part, rest.
 */
export function addingUp(total, part, digits) {
    const unit = 10 ** digits;
    const all = Math.round(total * unit);
    const larger = Math.abs(part) > Math.abs(total - part);
    const one = larger ? all - Math.round((total - part) * unit) : Math.round(part * unit);
    return [all / unit, one / unit, (all - one) / unit];
}

/**
 * With how many digits, two at least, two numbers and their difference are read so that one taken from the other gives it.
 * @param {number} a
 * @param {number} b
 */
export function digitsToSubtract(a, b) {
    const rounded = (/** @type {number} */ value, /** @type {number} */ digits) => Math.round(value * 10 ** digits);
    return [2, 3, 4, 5, 6].find((digits) => rounded(a, digits) - rounded(b, digits) === rounded(a - b, digits)) ?? 2;
}

/**
 * Never rounds up to a certainty, nor down to an impossibility, that is not there.
 * @param {number} share 0 to 1
 */
export function percent(share) {
    const value = 100 * share;
    if (value > 0 && value < 0.01) {
        return local("< 0.01 %");
    }
    if (value < 100 && value >= 99.95) {
        return local("> 99.9 %");
    }
    return local(`${value.toFixed(value < 10 ? 2 : 1)} %`);
}

/** @param {number} bytes */
export function megabytes(bytes) {
    return local(`${(bytes / 1e6).toFixed(1)} MB`);
}

/** @param {number} milliseconds */
export function duration(milliseconds) {
    return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : local(`${(milliseconds / 1000).toFixed(1)} s`);
}

/** @param {number} limit Of a colour scale. */
export function tick(limit) {
    return local(String(Number(limit.toPrecision(3))));
}

/**
 * Two positive numbers with as few digits, two after the point at least, as keep them as far apart as they are: so that
 * what lies below a limit does not read as if it had reached it.
 * @param {number} value
 * @param {number} limit
 * @returns {[string, string]}
 */
export function apart(value, limit) {
    for (let digits = 2; digits < 7; digits++) {
        const [a, b] = [value.toFixed(digits), limit.toFixed(digits)];
        if (value === limit || a !== b) {
            return [local(a), local(b)];
        }
    }
    return [local(String(value)), local(String(limit))];
}

/**
 * Which step of a run is under way, counted from 1, so that the last one is the total.
 * @param {{done: number, total: number}} progress
 */
export function stepUnderWay({ done, total }) {
    return Math.min(done + 1, total);
}
