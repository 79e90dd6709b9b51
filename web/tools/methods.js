/**
 * Methods of explanation besides the evidence. Apart from the list of tools, which tools need not know.
 *
 * @module
 */

/** @typedef {{default: {run: import("../page/answers.js").Method["run"]}}} MethodModule */

/** Computed in a worker of its own. @returns {Promise<MethodModule>} */
const computed = () => import("./methods/computed.js");

/** @type {Record<string, () => Promise<MethodModule>>} By the name in the state, which is also that of the command line. */
export const METHODS = {
    occlusion: () => import("./sweep/occlusion.js"),
    rise: computed,
    random: computed,
    edges: computed,
};
