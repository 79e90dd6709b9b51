/**
 * Finding and making elements.
 *
 * @module
 */

/**
 * The element with this id, checked to be of this kind.
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function byId(id, kind) {
    const element = document.getElementById(id);
    if (!(element instanceof kind)) {
        throw new Error(`index.html has no ${kind.name} with id ${id}`);
    }
    return element;
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {{className?: string, text?: string}} [options]
 * @param {(Node | string)[]} [children]
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, { className, text } = {}, children = []) {
    const element = document.createElement(tag);
    if (className) {
        element.className = className;
    }
    if (text !== undefined) {
        element.textContent = text;
    }
    element.append(...children);
    return element;
}

/**
 * Puts RGBA pixels on a canvas.
 * @param {HTMLCanvasElement} canvas
 * @param {import("../protocol.js").Painted} painted
 */
export function paint(canvas, { width, height, pixels }) {
    canvas.width = width;
    canvas.height = height;
    canvas.getContext("2d")?.putImageData(new ImageData(pixels, width, height), 0, 0);
}
