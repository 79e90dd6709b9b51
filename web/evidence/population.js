/**
 * Whose picture it is: a model's card may have several populations, such as children and adults, each with a temperature and a
 * threshold of its own. The evidence is the same for all of them; only its reading differs. Pure functions.
 *
 * @module
 */

import { tOr } from "../text/index.js";

/** @typedef {import("../engine/protocol.js").ModelCard} ModelCard */
/** @typedef {import("../engine/protocol.js").Explained} Explained */

/**
 * A card as read for one of its populations.
 * @typedef {ModelCard & {population?: string}} ReadCard
 */

/** Cards as read for a population: one object each, however often it is asked for. @type {WeakMap<ModelCard, Map<string, ReadCard>>} */
const cards = new WeakMap();
/** Answers as read at a temperature, likewise. @type {WeakMap<Explained, Map<number, Explained>>} */
const answers = new WeakMap();

/**
 * The card for a population: temperature and operating point are its.
 * @param {ModelCard} card As it is in the file.
 * @param {string | null} name What was chosen; the default where it is none of the card's.
 * @returns {ReadCard}
 */
export function cardFor(card, name) {
    const chosen = card.populations?.find((population) => population.name === name);
    if (!chosen || chosen === card.populations?.[0]) {
        return card;
    }
    const read = cards.get(card) ?? new Map();
    cards.set(card, read);
    const { temperature, operating_point } = chosen;
    const made = read.get(chosen.name) ?? { ...card, temperature, operating_point, population: chosen.name };
    read.set(chosen.name, made);
    return made;
}

/**
 * A loaded model with its card for a population.
 * @template {{card: ModelCard}} T
 * @param {T} loaded
 * @param {string | null} name
 * @returns {T}
 */
export function loadedFor(loaded, name) {
    const card = cardFor(loaded.card, name);
    return card === loaded.card ? loaded : { ...loaded, card };
}

/**
 * The answer with probabilities at the card's temperature.
 * @param {Explained} explained As the engine gave it, by the card's default.
 * @param {ReadCard} card As read for a population.
 * @returns {Explained}
 */
export function answerFor(explained, card) {
    if (card.population === undefined) {
        return explained;
    }
    const read = answers.get(explained) ?? new Map();
    answers.set(explained, read);
    const made = read.get(card.temperature) ?? { ...explained, probabilities: probabilitiesOf(card, explained.logits) };
    read.set(card.temperature, made);
    return made;
}

/**
 * Probabilities as a card means them; the engine does the same.
 * @param {Pick<ModelCard, "activation" | "temperature">} card
 * @param {Float32Array} logits
 */
export function probabilitiesOf({ activation, temperature }, logits) {
    return activation === "sigmoid" ? logits.map((logit) => 1 / (1 + Math.exp(-logit / temperature))) : softmax(logits, temperature);
}

/**
 * softmax(logits / temperature).
 * @param {Float32Array} logits
 * @param {number} temperature
 */
export function softmax(logits, temperature) {
    const most = logits.reduce((a, b) => Math.max(a, b), -Infinity);
    const powers = Array.from(logits, (logit) => Math.exp((logit - most) / temperature));
    const sum = powers.reduce((a, b) => a + b, 0);
    return Float32Array.from(powers, (power) => power / sum);
}

/**
 * The population that a card is read for; nothing where it knows only one way.
 * @param {{populations?: {name: string}[], population?: string}} card
 */
export function populationOf({ populations = [], population }) {
    return populations.length > 1 ? (population ?? populations[0].name) : null;
}

/** Its name in the visitor's language, where that has one. @param {string} name As in the card. */
export function populationName(name) {
    return tOr(`population:${name}`, name);
}
