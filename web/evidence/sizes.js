/**
 * Sides of the network's input that are offered for a picture. Pure functions.
 *
 * @module
 */

/** @typedef {import("../engine/protocol.js").ModelCard} ModelCard */
/** @typedef {import("../engine/protocol.js").Placement} Placement */

/** So much finer than the picture's own pixels an input may be: beyond that, cells get smaller and show no more. */
const FINER = 1.5;

/**
 * The sides that a card recommends, without those that are much finer than the picture; the card's own side and the one in
 * use stay.
 * @param {Pick<ModelCard, "input">} card
 * @param {Placement | null} placement Where the network looks; without one, all are offered.
 * @param {number | null} used
 */
export function sidesFor({ input }, placement, used) {
    const pixels = placement ? Math.max(placement.region.width, placement.region.height) : Infinity;
    const offered = input.sizes.filter((side) => side === input.size || side === used || side <= FINER * pixels);
    return used === null || offered.includes(used) ? offered : [...offered, used];
}

/**
 * How many times the work of the usual input another side is: cells, and with them multiplications, grow with the area.
 * @param {Pick<ModelCard, "input">} card
 * @param {number} side
 */
export function workOf({ input }, side) {
    return (side / input.size) ** 2;
}
