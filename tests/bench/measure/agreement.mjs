/** Whether two engines computed the same: what must hold before it means anything which of them was faster. */

/**
 * Rounding, and no more. Kernels add up in different orders; a hundred layers later that is some 1e-5 of a map's range.
 */
const SAME_FUNCTION = 1e-3;
/** int8 activations make another function of it: the maps must still point the same way. */
const SAME_DIRECTION = 0.9;

/**
 * @typedef {object} Agreement
 * @property {number} apart Largest difference of any logit or cell, as a share of the range of ours.
 * @property {number} cosine Between all maps.
 */

/**
 * @param {{logits: Float32Array, maps: Float32Array}} ours
 * @param {{logits: Float32Array, maps: Float32Array}} peer
 * @returns {Agreement}
 */
export function compare(ours, peer) {
    const logits = difference(ours.logits, peer.logits);
    const maps = difference(ours.maps, peer.maps);
    return { apart: Math.max(logits.largest / maps.range, maps.largest / maps.range), cosine: maps.cosine };
}

/**
 * @param {Agreement} agreement
 * @param {string} precision Of the peer's network.
 * @param {string} [who]
 */
export function check({ apart, cosine }, precision, who = "peer") {
    // Written so that NaN is refused as well.
    const same = precision === "int8-static" ? cosine > SAME_DIRECTION : apart < SAME_FUNCTION;
    if (!same) {
        throw new Error(`the outputs of ours and ${who} differ by ${apart} of their range, cosine ${cosine}: there is nothing to compare`);
    }
}

function difference(a, b) {
    if (a.length !== b.length) {
        throw new Error(`${a.length} values against ${b.length}`);
    }
    let [largest, low, high, ab, aa, bb] = [0, Infinity, -Infinity, 0, 0, 0];
    for (let index = 0; index < a.length; index++) {
        const [x, y] = [a[index], b[index]];
        // Unlike a comparison, Math.max hands NaN on.
        largest = Math.max(largest, Math.abs(x - y));
        low = Math.min(low, x);
        high = Math.max(high, x);
        ab += x * y;
        aa += x * x;
        bb += y * y;
    }
    return { largest, range: high - low, cosine: ab / Math.sqrt(aa * bb) };
}

/**
 * Refuses to go on where one thread does not give what several give, to the last bit.
 * @param {import("./ours.mjs").Answer} several
 * @param {import("./ours.mjs").Answer} one
 */
export function same(several, one) {
    for (const part of /** @type {const} */ (["logits", "maps"])) {
        if (several[part].length !== one[part].length || several[part].some((value, index) => !Object.is(value, one[part][index]))) {
            throw new Error(`several threads give other ${part} than one`);
        }
    }
}
