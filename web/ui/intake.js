/**
 * Every way in for pictures, dropping and pasting, and for a model that is dropped.
 * Folders and archives are taken as they are; whoever gets them looks into them.
 *
 * @module
 */

import { t } from "../text/index.js";

/** Files that are taken for a model; a description of one, in JSON, may come along. */
const MODEL = /\.(safetensors|pt|pth|ckpt|bin|onnx|h5|hdf5|keras|pb|tflite|gguf|npz|pkl|json)$/i;
/** Beside a model, the names of its classes. */
const NAMES = /\.(txt|csv|tsv)$/i;

/** Whether a file is in JSON. @param {string} name */
export function isJson(name) {
    return /\.json$/i.test(name);
}

/** Whether a text in JSON is meant as a lesson: nothing else has steps, one after the other. @param {string} text */
export function isLesson(text) {
    return /"steps"\s*:\s*[[{]/.test(text);
}

/**
 * What came: a file, or the entry of a folder.
 * @typedef {{file: File | null, entry: FileSystemEntry | null}} Dropped
 */

/**
 * @param {HTMLElement} target What shows that something can be dropped.
 * @param {object} handlers
 * @param {(dropped: Dropped[], start: boolean) => void} handlers.pictures `start` is false where a model that came along could
 *     not be opened: then nobody knows which model the pictures are for.
 * @param {(files: File[]) => Promise<boolean>} handlers.model Whether it was opened.
 * @param {(file: File, pictures: Dropped[]) => void} handlers.lesson A file in JSON came with pictures.
 * @param {(message: string, advice: string) => void} handlers.nothing What came cannot be taken, or not all of it.
 * @param {AbortSignal} signal Ends it.
 * @returns {(dropped: Dropped[]) => void} Takes what came by another way, such as files that were chosen, likewise.
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
            pictures([{ file: linked.file, entry: null }], true);
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
        // What was dropped can be taken now, and not later.
        const items = Array.from(data?.items ?? []).filter(({ kind }) => kind === "file");
        const dropped = items.map((item) => ({ file: item.getAsFile(), entry: item.webkitGetAsEntry?.() ?? null }));
        if (dropped.length === 0) {
            nothing(message, advice);
        } else {
            sortOut(dropped);
        }
    }

    /** @param {Dropped[]} dropped */
    function sortOut(dropped) {
        const hasModel = dropped.some(({ file }) => file && MODEL.test(file.name) && !isJson(file.name));
        const isOfModel = (/** @type {string} */ name) => MODEL.test(name) || (hasModel && NAMES.test(name));
        // What lies in a folder is looked through for pictures, however it came.
        const alone = (/** @type {Dropped} */ { file, entry }) => file !== null && !entry?.isDirectory && !file.webkitRelativePath;
        const models = dropped.flatMap((each) => (each.file && alone(each) && isOfModel(each.file.name) ? [each.file] : []));
        const others = dropped.filter(({ file }) => !file || !models.includes(file));
        if (models.length === 1 && others.length > 0 && isJson(models[0].name)) {
            lesson(models[0], others);
        } else if (models.length === 0) {
            pictures(others, true);
        } else {
            // The model first: the pictures are for it.
            void model(models).then((opened) => others.length > 0 && pictures(others, opened));
        }
    }

    return sortOut;
}
