/**
 * What the button "?" opens: the pointers once more, and every key that does something.
 *
 * @module
 */

import { t } from "../text/index.js";
import { button, make } from "./dom.js";

/** @typedef {import("../text/index.js").Key} Key */

/** Keys by where they work; what stands between two of one list is "or". @type {{where: string, keys: {keys: string[], does: string}[]}[]} */
export const KEYS = [
    {
        where: "picture",
        keys: [
            { keys: ["arrows"], does: "cells" },
            { keys: ["shift-arrows"], does: "choose-box" },
            { keys: ["space"], does: "choose" },
            { keys: ["+", "\u2212", "0"], does: "zoom" },
            { keys: ["M"], does: "lens" },
            { keys: ["escape"], does: "leave" },
        ],
    },
    { where: "camera", keys: [{ keys: ["F"], does: "freeze" }] },
    { where: "strip", keys: [{ keys: ["arrows", "home", "end"], does: "pictures" }] },
    {
        where: "tool",
        keys: [
            { keys: ["arrows", "home", "end"], does: "move" },
            { keys: ["space"], does: "hold" },
            { keys: ["delete"], does: "remove" },
            { keys: ["escape"], does: "close-tool" },
        ],
    },
    {
        where: "anywhere",
        keys: [
            { keys: ["back"], does: "undo" },
            { keys: ["paste"], does: "paste" },
            { keys: ["?"], does: "help" },
        ],
    },
];

export class Help {
    /**
     * @param {HTMLElement} root
     * @param {() => void} tour Shows the pointers again.
     */
    constructor(root, tour) {
        root.replaceChildren(
            make("p", {}, [button(t("help.tour"), tour, { className: "tour-again" })]),
            make("h2", { text: t("help.keys") }),
            ...KEYS.map(({ where, keys }) =>
                make("table", { className: "keys" }, [
                    make("caption", { text: t(/** @type {Key} */ (`keys.${where}`)) }),
                    make("tbody", {}, keys.map((line) => row(line))),
                ]),
            ),
        );
    }
}

/** @param {{keys: string[], does: string}} line */
function row({ keys, does }) {
    const signs = keys.flatMap((key, index) => [...(index > 0 ? [" "] : []), make("kbd", { text: key.length > 1 ? t(/** @type {Key} */ (`key.${key}`)) : key })]);
    return make("tr", {}, [make("th", { attributes: { scope: "row" } }, signs), make("td", { text: t(/** @type {Key} */ (`keys.${does}`)) })]);
}
