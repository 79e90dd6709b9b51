/**
 * What is known of a model that ships with the page; of a visitor's own, it is not.
 *
 * @module
 */

/** @typedef {{model: import("./protocol.js").ModelSource}} Sourced */

/** @param {Sourced} entry */
export function domainOf({ model }) {
    return "domain" in model ? model.domain : null;
}

/** @param {Sourced} entry */
export function variantOf({ model }) {
    return "variant" in model ? model.variant : null;
}
