/** Texts of two engines that say the same. */

import assert from "node:assert/strict";

/** A number as the page writes it; what is behind the point is caught. */
const NUMBER = /[+\u2212]?\d+(?:[.,](\d+))?/g;

/**
 * Each text is the same but for its numbers, and each number is, but for one in the last digit that is shown: engines with relaxed SIMD round
 * a sum once where others do it twice, and that may lie on either side of a half.
 * @param {string[]} shown
 * @param {string[]} first
 * @param {string} message
 */
export function assertAlike(shown, first, message) {
    const bare = (/** @type {string[]} */ texts) => texts.map((text) => text.replace(NUMBER, "#"));
    assert.deepEqual(bare(shown), bare(first), message);
    shown.forEach((text, index) => {
        const [ours, theirs] = [text, first[index]].map((text) => Array.from(text.matchAll(NUMBER), units));
        const isFar = ours.some((number, at) => Math.abs(number - theirs[at]) > 1);
        assert.ok(!isFar, `${message}: "${text}" is far from "${first[index]}"`);
    });
}

/** In units of its last digit. @param {RegExpMatchArray} match */
function units([text, decimals = ""]) {
    return Math.round(Number(text.replace("\u2212", "-").replace(",", ".")) * 10 ** decimals.length);
}
