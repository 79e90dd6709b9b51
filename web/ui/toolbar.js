/**
 * The tools, as a row of buttons under the picture, and the ways to zoom.
 *
 * @module
 */

import { t } from "../text/index.js";
import { button, make } from "./dom.js";

/**
 * @typedef {object} Handlers
 * @property {(tool: string) => void} tool
 * @property {(way: "in" | "out" | "whole") => void} zoom
 * @property {() => void} grid
 * @property {() => void} lens
 */

export class Toolbar {
    /** @type {Map<string, HTMLButtonElement>} */
    #tools = new Map();
    /** Tools of some pictures, which can be used where the answer is withheld, too. @type {Set<string>} */
    #always = new Set();
    #grid;
    #lens;
    #zoom;

    /**
     * @param {HTMLElement} root
     * @param {readonly string[]} tools
     * @param {Handlers} handlers
     */
    constructor(root, tools, handlers) {
        const key = (/** @type {string} */ name) => /** @type {import("../text/index.js").Key} */ (name);
        for (const id of tools) {
            const hint = t(key(`tool.${id}.hint`));
            const opener = button(t(key(`tool.${id}`)), () => handlers.tool(id), { attributes: { title: hint, "data-tool": id } });
            this.#tools.set(id, opener);
        }
        const zoom = (/** @type {"in" | "out" | "whole"} */ way, /** @type {string} */ sign) =>
            button(sign, () => handlers.zoom(way), { className: "sign", attributes: { "aria-label": t(`zoom.${way}`), title: t(`zoom.${way}`) } });
        this.#grid = button("#", () => handlers.grid(), { className: "sign", attributes: { "aria-label": t("zoom.grid"), title: t("zoom.grid") } });
        this.#lens = button("", () => handlers.lens(), { className: "sign glass", attributes: { "aria-label": t("zoom.lens"), title: t("zoom.lens") } });
        this.#zoom = make("output", { className: "zoom" });
        root.setAttribute("role", "toolbar");
        root.setAttribute("aria-label", t("tools.label"));
        root.replaceChildren(
            make("div", { className: "tools" }, [...this.#tools.values()]),
            make("div", { className: "zooming" }, [zoom("out", "\u2212"), this.#zoom, zoom("in", "+"), zoom("whole", "\u2922"), this.#grid, this.#lens]),
        );
    }

    /**
     * A tool that is of use for some pictures only.
     * @param {string} tool
     * @param {boolean} offered
     */
    offer(tool, offered) {
        const opener = this.#tools.get(tool);
        if (opener) {
            opener.hidden = !offered;
        }
        this.#always.delete(tool);
        if (offered) {
            this.#always.add(tool);
        }
    }

    /**
     * @param {string | null} open The tool that is open.
     * @param {boolean} possible Whether there is an answer to use tools on.
     * @param {number} scale
     * @param {{grid: boolean, lens: boolean}} view
     */
    show(open, possible, scale, { grid, lens }) {
        for (const [id, opener] of this.#tools) {
            opener.setAttribute("aria-pressed", String(id === open));
            opener.disabled = !possible && !this.#always.has(id);
        }
        this.#grid.setAttribute("aria-pressed", String(grid));
        this.#lens.setAttribute("aria-pressed", String(lens));
        this.#zoom.value = `${Math.round(100 * scale)} %`;
    }
}
