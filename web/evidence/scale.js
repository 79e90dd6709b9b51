/**
 * The end of the symmetric colour scale. Pure functions.
 *
 * @module
 */

/**
 * Rounded up to two digits, so that the colour bar reads well. As `scale.rs` does it.
 * @param {number} value
 */
export function roundUp(value) {
    if (!(value > 0)) {
        return 1;
    }
    const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
    return Math.fround(Math.ceil(value / unit - 1e-6) * unit);
}

/** The largest value without its sign; 0 of none. @param {Float32Array} map */
export function largest(map) {
    return map.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** @param {Float32Array} map */
export function scaleOf(map) {
    return roundUp(largest(map));
}

/** Ends of the scales of fine maps that are still there. @type {WeakMap<Float32Array, number>} */
const known = new WeakMap();

/**
 * The end for a map as fine as the picture, of which a few pixels may be far beyond all others: so that one value of a hundred
 * is beyond it, as Captum's `visualize_image_attr` has it with an `outlier_perc` of 1. Whoever shows it says so.
 * @param {Float32Array} map Does not change any more.
 */
export function scaleOfMost(map) {
    let limit = known.get(map);
    if (limit === undefined) {
        const sizes = map.map(Math.abs).sort();
        const most = sizes[Math.ceil(0.99 * (sizes.length - 1))];
        // Of a map that is empty but for a few pixels, these are all there is to see.
        limit = most > 0 ? roundUp(most) : scaleOf(map);
        known.set(map, limit);
    }
    return limit;
}
