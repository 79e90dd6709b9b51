/**
 * Making elements.
 *
 * @module
 */

/**
 * @typedef {object} MakeOptions
 * @property {string} [className]
 * @property {string} [text]
 * @property {Record<string, string | number | boolean | null | undefined>} [attributes] `true` sets an empty one; what is
 *     false, null or undefined is left out.
 * @property {Record<string, (event: any) => void>} [on] Listeners by event.
 */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {MakeOptions} [options]
 * @param {(Node | string)[]} [children]
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, { className, text, attributes = {}, on = {} } = {}, children = []) {
    const element = document.createElement(tag);
    if (className) {
        element.className = className;
    }
    if (text !== undefined) {
        element.textContent = text;
    }
    for (const [name, value] of Object.entries(attributes)) {
        if (value !== false && value !== null && value !== undefined) {
            element.setAttribute(name, value === true ? "" : String(value));
        }
    }
    for (const [event, listener] of Object.entries(on)) {
        element.addEventListener(event, listener);
    }
    element.append(...children);
    return element;
}

/**
 * @param {string} text
 * @param {(event: MouseEvent) => void} action
 * @param {MakeOptions} [options]
 */
export function button(text, action, { attributes, ...options } = {}) {
    return make("button", { ...options, text, attributes: { type: "button", ...attributes }, on: { click: action } });
}

let labels = 0;

/** An identifier that no other element has: a panel may stand on the page twice. */
export function newLabel() {
    labels += 1;
    return `label-${labels}`;
}

/**
 * Puts RGBA pixels on a canvas.
 * @param {HTMLCanvasElement} canvas
 * @param {import("../engine/protocol.js").Painted} painted
 */
export function paint(canvas, { width, height, pixels }) {
    canvas.width = width;
    canvas.height = height;
    canvas.getContext("2d")?.putImageData(new ImageData(pixels, width, height), 0, 0);
}

/**
 * Sets a text only where it changes, so that live regions do not repeat themselves.
 * @param {HTMLElement} element
 * @param {string} text
 */
export function setText(element, text) {
    if (element.textContent !== text) {
        element.textContent = text;
    }
}

/**
 * Says in which language an element's text is, where that is not the page's.
 * @param {HTMLElement} element
 * @param {string | null} language
 */
export function setLanguage(element, language) {
    if (language === null) {
        element.removeAttribute("lang");
    } else {
        element.lang = language;
    }
}

/**
 * Keeps the keyboard's focus where it was while children are replaced: on the one with the same `data-key`.
 * @param {HTMLElement} parent
 * @param {(Node | string)[]} children
 */
export function replaceKeeping(parent, children) {
    // Within an element of its own, the document knows that element alone.
    const { activeElement: active } = /** @type {Document | ShadowRoot} */ (parent.getRootNode());
    const key = active instanceof HTMLElement && parent.contains(active) ? active.dataset.key : undefined;
    parent.replaceChildren(...children);
    if (key !== undefined) {
        const same = parent.querySelector(`[data-key="${CSS.escape(key)}"]`);
        if (same instanceof HTMLElement) {
            same.focus({ preventScroll: true });
        }
    }
}
