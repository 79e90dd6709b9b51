/**
 * Methods of explanation besides the evidence. Apart from the list of tools, which tools need not know.
 *
 * @module
 */

/** @typedef {{default: {run: import("../page/answers.js").Method["run"]}}} MethodModule */

/** Computed in a worker of its own. @returns {Promise<MethodModule>} */
const computed = () => import("./methods/computed.js");

/** @type {Record<string, () => Promise<MethodModule>>} By the name in the state; all but the last have that of the command line. */
export const METHODS = {
    "grad-cam": computed,
    "grad-cam-clipped": computed,
    "grad-cam-plus-plus": computed,
    "layer-cam": computed,
    "hires-cam": computed,
    "guided-backprop": computed,
    "integrated-gradients": computed,
    "smooth-grad": computed,
    "score-cam": computed,
    "ablation-cam": computed,
    occlusion: computed,
    rise: computed,
    random: computed,
    edges: computed,
    // The tool of that name: parts of the photo, covered before the network's input is made of it.
    sweep: () => import("./sweep/occlusion.js"),
};
