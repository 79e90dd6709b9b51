/**
 * Every way in for a picture: dropping, pasting, picking.
 *
 * @module
 */

import { byId } from "./dom.js";

/**
 * @param {(file: Blob) => void} onFile
 * @param {(message: string, advice: string) => void} onNothing What came holds no file.
 */
export function setUpIntake(onFile, onNothing) {
    const stage = byId("stage", HTMLElement);
    const input = byId("file", HTMLInputElement);

    byId("pick", HTMLButtonElement).addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
        const file = input.files?.[0];
        // So that the same file can be picked twice in a row.
        input.value = "";
        if (file) {
            onFile(file);
        }
    });

    // The whole page takes drops: a photo that misses the stage must not make the browser leave the page.
    addEventListener("dragover", (event) => {
        event.preventDefault();
        stage.classList.add("over");
    });
    addEventListener("dragleave", (event) => {
        if (event.relatedTarget === null) {
            stage.classList.remove("over");
        }
    });
    addEventListener("drop", (event) => {
        event.preventDefault();
        stage.classList.remove("over");
        take(event.dataTransfer, "What was dropped is not a file.", "Save the picture first, then drop the file.");
    });
    addEventListener("paste", (event) => {
        const text = event.target instanceof HTMLInputElement && event.target.type === "search";
        if (!text) {
            take(event.clipboardData, "There is no picture on the clipboard.", "Copy a picture, not a link to it.");
        }
    });

    /**
     * @param {DataTransfer | null} data
     * @param {string} message
     * @param {string} advice
     */
    function take(data, message, advice) {
        const file = Array.from(data?.files ?? [])[0];
        if (file) {
            onFile(file);
        } else {
            onNothing(message, advice);
        }
    }
}
