/**
 * SHA-256 (FIPS 180-4) where the browser has none: `crypto.subtle` is missing on a page that came by plain http, as it does
 * in many a school.
 *
 * @module
 */

const FIRST_PRIMES = Array.from(primes(64));
/** The first 32 bits of the fractional part of a root of each of the first primes: of the cube root and of the square root. */
const ROUND = Uint32Array.from(FIRST_PRIMES, (prime) => fraction(Math.cbrt(prime)));
const START = Uint32Array.from(FIRST_PRIMES.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
const BLOCK = 64;

/**
 * @param {Uint8Array} bytes
 * @returns {Uint8Array<ArrayBuffer>} 32 bytes.
 */
export function sha256(bytes) {
    const whole = bytes.length - (bytes.length % BLOCK);
    const rest = bytes.subarray(whole);
    // What is left, a one, zeros, and the length in bits.
    const tail = new Uint8Array(rest.length + 9 > BLOCK ? 2 * BLOCK : BLOCK);
    tail.set(rest);
    tail[rest.length] = 0x80;
    new DataView(tail.buffer).setBigUint64(tail.length - 8, BigInt(bytes.length) * 8n);
    const state = START.slice();
    const schedule = new Uint32Array(BLOCK);
    for (const part of [bytes.subarray(0, whole), tail]) {
        const view = new DataView(part.buffer, part.byteOffset, part.byteLength);
        for (let at = 0; at < part.length; at += BLOCK) {
            compress(state, schedule, view, at);
        }
    }
    const digest = new DataView(new ArrayBuffer(32));
    state.forEach((word, index) => digest.setUint32(4 * index, word));
    return new Uint8Array(digest.buffer);
}

/**
 * One block.
 * @param {Uint32Array} state
 * @param {Uint32Array} w
 * @param {DataView} view
 * @param {number} at
 */
function compress(state, w, view, at) {
    for (let i = 0; i < 16; i++) {
        w[i] = view.getUint32(at + 4 * i);
    }
    for (let i = 16; i < 64; i++) {
        const early = w[i - 15];
        const late = w[i - 2];
        const s0 = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3);
        const s1 = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10);
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    let [a, b, c, d, e, f, g, h] = Int32Array.from(state);
    for (let i = 0; i < 64; i++) {
        const mixed = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
        const one = (h + mixed + ((e & f) ^ (~e & g)) + ROUND[i] + w[i]) | 0;
        const two = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g;
        g = f;
        f = e;
        e = (d + one) | 0;
        d = c;
        c = b;
        b = a;
        a = (one + two) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((word, index) => (state[index] += word));
}

/** @param {number} word @param {number} by */
function turned(word, by) {
    return (word >>> by) | (word << (32 - by));
}

/** @param {number} root */
function fraction(root) {
    return Math.floor((root % 1) * 2 ** 32);
}

/** @param {number} count */
function* primes(count) {
    for (let candidate = 2, found = 0; found < count; candidate++) {
        let divisor = 2;
        while (candidate % divisor !== 0) {
            divisor += 1;
        }
        if (divisor === candidate) {
            found += 1;
            yield candidate;
        }
    }
}
