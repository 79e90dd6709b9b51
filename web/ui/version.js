/**
 * What saved pictures and copied links say of the software that they come from.
 *
 * @module
 */

/** As in Cargo.toml. */
export const VERSION = "0.1.0";
