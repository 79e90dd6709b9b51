/** Medians and spread. */

/**
 * A value below which a share of the others lie, interpolated between neighbours.
 * @param {number[]} values
 * @param {number} share 0 to 1.
 */
export function quantile(values, share) {
    if (values.length === 0) {
        throw new Error("no values");
    }
    const sorted = values.toSorted((a, b) => a - b);
    const at = share * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
    return low + (high - low) * (at - Math.floor(at));
}

/** @param {number[]} values */
export const median = (values) => quantile(values, 0.5);

/**
 * Half of the values lie between these two.
 * @param {number[]} values
 */
export const quartiles = (values) => [quantile(values, 0.25), quantile(values, 0.75)];
