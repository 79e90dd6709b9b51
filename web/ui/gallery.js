/**
 * Sample pictures that may be shown, with their credit.
 *
 * @module
 */

import { byId, make } from "./dom.js";

/**
 * One entry of web/samples/index.json.
 * @typedef {object} Sample
 * @property {string} file Name inside web/samples/.
 * @property {string} thumbnail Name inside web/samples/.
 * @property {string} title
 * @property {string} credit Author, source and licence.
 */

/**
 * @param {Sample[]} samples
 * @param {(sample: Sample) => void} onChosen
 */
export function setUpGallery(samples, onChosen) {
    byId("gallery", HTMLUListElement).append(
        ...samples.map((sample) => {
            const image = make("img");
            image.src = `web/samples/${sample.thumbnail}`;
            image.alt = "";
            image.width = image.height = 112;
            image.loading = "lazy";
            const button = make("button", {}, [image, sample.title]);
            button.type = "button";
            button.addEventListener("click", () => onChosen(sample));
            return make("li", {}, [button]);
        }),
    );
}

/** @param {Sample | null} sample The one on show, if it is one of ours. */
export function showCredit(sample) {
    byId("credit", HTMLElement).textContent = sample ? `${sample.title}: ${sample.credit}` : "";
}
