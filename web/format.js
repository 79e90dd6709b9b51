/**
 * Numbers as people read them.
 *
 * @module
 */

/** A minus that is as wide as a plus. */
const MINUS = "\u2212";

/**
 * @param {number} value
 * @param {number} digits After the point.
 */
export function signed(value, digits) {
    const text = Math.abs(value).toFixed(digits);
    if (Number(text) === 0) {
        return text;
    }
    return (value < 0 ? MINUS : "+") + text;
}

/**
 * Never rounds up to a certainty, nor down to an impossibility, that is not there.
 * @param {number} share 0 to 1
 */
export function percent(share) {
    const value = 100 * share;
    if (value > 0 && value < 0.01) {
        return "< 0.01 %";
    }
    if (value < 100 && value >= 99.95) {
        return "> 99.9 %";
    }
    return `${value.toFixed(value < 10 ? 2 : 1)} %`;
}

/** @param {number} bytes */
export function megabytes(bytes) {
    return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** @param {number} milliseconds */
export function duration(milliseconds) {
    return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

/** @param {number} limit Of a colour scale. */
export function tick(limit) {
    return String(Number(limit.toPrecision(3)));
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
            return [a, b];
        }
    }
    return [String(value), String(limit)];
}
