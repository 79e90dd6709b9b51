/**
 * Methods of explanation besides the evidence. Apart from the list of tools, which tools need not know.
 *
 * @module
 */

/** @type {Record<string, () => Promise<{default: {run: import("../page/answers.js").Method["run"]}}>>} By the name in the state. */
export const METHODS = {
    occlusion: () => import("./sweep/occlusion.js"),
};
