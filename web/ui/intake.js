/**
 * Every way in for pictures, dropping and pasting, and for a model that is dropped.
 *
 * @module
 */

import { t } from "../text/index.js";

/** Files that are taken for a model; a description of one, in JSON, may come along. */
const MODEL = /\.(safetensors|pt|pth|ckpt|bin|onnx|h5|pb|tflite|json)$/i;

/**
 * @param {HTMLElement} target What shows that something can be dropped.
 * @param {object} handlers
 * @param {(files: File[]) => void} handlers.pictures
 * @param {(files: File[]) => void} handlers.model
 * @param {(file: File, pictures: File[]) => void} handlers.lesson A file in JSON came with pictures.
 * @param {(message: string, advice: string) => void} handlers.nothing What came cannot be taken, or not all of it.
 * @param {AbortSignal} signal Ends it.
 */
export function setUpIntake(target, { pictures, model, lesson, nothing }, signal) {
    const listen = (/** @type {string} */ type, /** @type {(event: any) => void} */ listener) =>
        addEventListener(type, listener, { signal });

    // The whole page takes drops: a photo that misses the stage must not make the browser leave the page.
    listen("dragover", (event) => {
        event.preventDefault();
        target.classList.add("over");
    });
    listen("dragleave", (event) => {
        if (event.relatedTarget === null) {
            target.classList.remove("over");
        }
    });
    listen("drop", (event) => {
        event.preventDefault();
        target.classList.remove("over");
        const { dataTransfer } = event;
        // What was dropped can be read now, and not later.
        const dropped = { html: dataTransfer?.getData("text/html") ?? "", list: dataTransfer?.getData("text/uri-list") ?? "" };
        if (dataTransfer?.files.length === 0 && (dropped.html || dropped.list)) {
            void takeAddress(dropped);
        } else {
            take(dataTransfer, t("intake.no-file"), t("intake.save-first"));
        }
    });
    listen("paste", (event) => {
        const field = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
        const files = event.clipboardData?.files.length ?? 0;
        // Text goes into the field; a picture goes onto the stage wherever it is pasted.
        if (!field || files > 0) {
            take(event.clipboardData, t("intake.no-picture"), t("intake.copy-picture"));
        }
    });

    /** @param {import("./linked.js").Dropped} dropped */
    async function takeAddress(dropped) {
        const linked = await import("./linked.js").then(({ pictureIn }) => pictureIn(dropped)).catch(() => null);
        if (signal.aborted) {
            return;
        }
        if (linked && "file" in linked) {
            pictures([linked.file]);
        } else if (linked && "elsewhere" in linked) {
            nothing(t("intake.elsewhere", { site: linked.elsewhere }), t("intake.save-or-copy"));
        } else if (linked) {
            nothing(t("intake.not-fetched", { name: linked.failed }), t("intake.save-or-copy"));
        } else {
            nothing(t("intake.no-file"), t("intake.save-first"));
        }
    }

    /**
     * @param {DataTransfer | null} data
     * @param {string} message
     * @param {string} advice
     */
    function take(data, message, advice) {
        const isFolder = Array.from(data?.items ?? []).some((item) => item.webkitGetAsEntry?.()?.isDirectory);
        if (isFolder) {
            nothing(t("intake.folder"), t("intake.open-folder"));
            return;
        }
        const files = Array.from(data?.files ?? []);
        const models = files.filter(({ name }) => MODEL.test(name));
        const others = files.filter(({ name }) => !MODEL.test(name));
        if (models.length === 1 && others.length > 0 && /\.json$/i.test(models[0].name)) {
            lesson(models[0], others);
            return;
        }
        if (models.length > 0) {
            model(models);
        }
        if (others.length > 0) {
            pictures(others);
        }
        if (files.length === 0) {
            nothing(message, advice);
        }
    }
}
