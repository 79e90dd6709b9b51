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

/** @param {Float32Array} map */
export function scaleOf(map) {
    return roundUp(map.reduce((most, value) => Math.max(most, Math.abs(value)), 0));
}
