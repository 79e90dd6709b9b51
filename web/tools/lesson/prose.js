/**
 * Texts of lessons as elements: what stands between stars is emphasised.
 *
 * @module
 */

import { make } from "../../ui/dom.js";

/** @param {string} text @returns {(Node | string)[]} */
export function emphasised(text) {
    return text.split(/\*([^*]+)\*/).flatMap((part, index) => (index % 2 === 1 ? make("em", { text: part }) : together(part)));
}

/** A percentage in one piece, whatever the line it stands in. @param {string} text */
function together(text) {
    return text.split(/(\d[\d.,]* %)/).map((part, index) => (index % 2 === 1 ? make("span", { className: "unbroken", text: part }) : part));
}

/**
 * Paragraphs that are made anew only where their text has changed.
 * @param {HTMLElement} root
 * @param {string[]} texts
 */
export function showProse(root, texts) {
    const key = JSON.stringify(texts);
    if (root.dataset.text !== key) {
        root.dataset.text = key;
        root.replaceChildren(...texts.map((text) => make("p", {}, emphasised(text))));
    }
}
