/**
 * A model card's measured figures as the rows of tables: one table per data set, an interval beside what it belongs to.
 *
 * @module
 */

import { t } from "../text/index.js";
import { local } from "../text/numbers.js";

/** @typedef {import("../engine/protocol.js").ModelCard} ModelCard */

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {string} value
 * @property {string} interval Empty where there is none.
 */

/** Of intervals that a figure has itself. */
const LEVEL = "95 %";

/** How earlier cards name the ends of an interval. */
const BOUND = /^(.*), (lower|upper) end of its (.+) interval$/;

/**
 * @param {ModelCard["figures"]} figures
 * @returns {{measuredOn: string, rows: Row[]}[]} In the order of the card.
 */
export function figureTables(figures) {
    /** @type {Map<string, Map<string, {value?: number, lower?: number, upper?: number, level?: string}>>} */
    const tables = new Map();
    for (const { name, value, low, high, measured_on } of figures) {
        const table = tables.get(measured_on) ?? new Map();
        tables.set(measured_on, table);
        const [, of = name, bound = "value", level] = name.match(BOUND) ?? [];
        const interval = low === undefined || high === undefined ? {} : { lower: low, upper: high, level: LEVEL };
        table.set(of, { ...table.get(of), [bound]: value, ...(level && { level }), ...interval });
    }
    return Array.from(tables, ([measuredOn, table]) => ({
        measuredOn,
        rows: Array.from(table, ([name, { value, lower, upper, level }]) => ({
            name,
            value: shown(value),
            interval: level ? t("card.range", { lower: shown(lower), upper: shown(upper), level }) : "",
        })),
    }));
}

/** @param {number | undefined} value */
function shown(value) {
    if (value === undefined) {
        return "?";
    }
    return local(Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3))));
}
