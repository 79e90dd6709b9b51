/**
 * Sample pictures that may be shown, with their credit.
 *
 * @module
 */

import { byId, make } from "./dom.js";

/**
 * One picture of a set in web/samples/index.json.
 * @typedef {object} Sample
 * @property {string} file Name inside web/samples/.
 * @property {string} thumbnail Name inside web/samples/.
 * @property {string} title
 * @property {string} [label] What the data set says that it shows; of medical pictures.
 * @property {string} attribution Whose it is.
 * @property {string} source Where it was taken from.
 * @property {string} licence With what was changed.
 * @property {string} [note] What there is to see.
 */

/** web/samples/index.json. @typedef {{sets: Record<string, Sample[]>}} SampleSets */

/**
 * Shows one set in place of the one before.
 * @param {Sample[]} samples
 * @param {(sample: Sample) => void} onChosen
 * @param {Promise<void>} turn When its pictures may be fetched: nothing that is waited for is on its way any more.
 */
export function showGallery(samples, onChosen, turn) {
    byId("gallery", HTMLUListElement).replaceChildren(
        ...samples.map((sample) => {
            const image = make("img");
            void turn.then(() => (image.src = `web/samples/${sample.thumbnail}`));
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
    byId("credit", HTMLElement).textContent = sample ? creditLine(sample) : "";
}

/** @param {Sample} sample */
function creditLine({ title, label, attribution, source, licence, note }) {
    const what = label ? `${title}, labelled in its data set: ${label}.` : `${title}:`;
    return `${what} ${attribution}; from ${source}; ${licence}${note ? `. ${note}` : ""}`;
}
