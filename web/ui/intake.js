/**
 * Every way in for a picture, dropping, pasting, picking, and for a model that is dropped.
 *
 * @module
 */

import { byId } from "./dom.js";

/** Files that are taken for a model; a description of one, in JSON, may come along. */
const MODEL = /\.(safetensors|pt|pth|ckpt|bin|onnx|h5|pb|tflite|json)$/i;

/**
 * @param {object} handlers
 * @param {(file: Blob) => void} handlers.picture
 * @param {(files: File[]) => void} handlers.model
 * @param {(message: string, advice: string) => void} handlers.nothing What came cannot be taken, or not all of it.
 */
export function setUpIntake({ picture, model, nothing }) {
    const stage = byId("stage", HTMLElement);
    const input = byId("file", HTMLInputElement);

    byId("pick", HTMLButtonElement).addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
        const file = input.files?.[0];
        // So that the same file can be picked twice in a row.
        input.value = "";
        if (file) {
            picture(file);
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
        const isFolder = Array.from(data?.items ?? []).some((item) => item.webkitGetAsEntry?.()?.isDirectory);
        if (isFolder) {
            nothing("That is a folder.", "Open it and drop one picture.");
            return;
        }
        const files = Array.from(data?.files ?? []);
        const models = files.filter(({ name }) => MODEL.test(name));
        if (models.length > 0) {
            model(models);
        } else if (files.length > 0) {
            picture(files[0]);
            if (files.length > 1) {
                nothing(`${files.length} files came at once; only the first is shown.`, "Drop one at a time.");
            }
        } else {
            nothing(message, advice);
        }
    }
}
