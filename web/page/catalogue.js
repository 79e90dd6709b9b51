/**
 * The models that ship with the page, and which of them may see which picture. Pure functions, and where the files lie.
 *
 * @module
 */

/** @typedef {import("../engine/protocol.js").ShippedModel} ShippedModel */
import { domainOf, variantOf } from "../engine/shipped.js";

/** @typedef {import("./shelf.js").Entry} Entry */

/** Where the page's files lie, seen from index.html. `cargo xtask dist` writes other names here: those with hashes. */
export const PLACES = {
    wasm: "pkg/",
    worker: "web/engine/worker/",
    models: "web/models/",
    modelList: "web/models/index.json",
    samples: "web/samples/",
    sampleList: "web/samples/index.json",
    lessons: "web/lessons/",
};

/**
 * What a group of models looks at: variants of one domain answer the same question about the same kind of picture.
 * @typedef {object} Domain
 * @property {string} id
 * @property {string} title For people.
 * @property {boolean} [medical] Whether its models judge people's health; their cards say the same.
 * @property {boolean} [flawed] Whether its models are flawed on purpose: nobody is sent to them with a picture of their own.
 */

/**
 * web/models/index.json. The first model is the one that a visitor without a wish gets.
 * @typedef {object} Catalogue
 * @property {Domain[]} domains In the order in which they are offered.
 * @property {ShippedModel[]} models
 */

/**
 * The model to start with: the one that a link names, by its own name or by what it looks at; else one that knows the
 * sample that it names; else the first.
 * @param {Catalogue} catalogue
 * @param {string | null} wanted Identifier of a model or a domain.
 * @param {string | undefined} samples Name of the set that a wanted sample is in.
 * @returns {ShippedModel | null} Nothing where there is no such model.
 */
export function firstModel({ models }, wanted, samples) {
    if (wanted !== null) {
        return models.find(({ id }) => id === wanted) ?? models.find(({ domain }) => domain === wanted) ?? null;
    }
    return models.find((model) => model.samples === samples) ?? models[0];
}

/**
 * Whether a picture of the visitor's own may go from one model to another without anybody asking for it: between variants
 * of a domain, and to a model of the visitor's own, which knows best what it is for, unless that one judges people's health.
 * @param {Entry} from
 * @param {Entry} to
 * @param {boolean} medical Whether the model that it goes to is medical.
 */
export function keepsPicture(from, to, medical) {
    if (from === to) {
        return true;
    }
    return to.own ? !medical : domainOf(from) === domainOf(to);
}

/**
 * The model of a domain in the variant that is in use, where somebody can have chosen that among others; else its first.
 * @param {readonly Entry[]} entries
 * @param {string} domain
 * @param {Entry} used
 */
export function inDomain(entries, domain, used) {
    const variantsOf = (/** @type {string | null} */ domain) => entries.filter((entry) => domainOf(entry) === domain);
    const variants = variantsOf(domain);
    const chosen = variantsOf(domainOf(used)).length > 1 ? variantOf(used) : null;
    return variants.find((entry) => variantOf(entry) === chosen) ?? variants[0] ?? null;
}
