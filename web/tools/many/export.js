/**
 * All answers as one zip archive, made on this machine: a table, a text that says how to read it, maps, and pictures with
 * their evidence.
 *
 * @module
 */

import { cardFor, answerFor } from "../../evidence/population.js";
import { defaultChoice } from "../../evidence/classes.js";
import { NOT_EXPLAINED } from "../../engine/refusals.js";
import { sha256Hex } from "../../engine/worker/download.js";
import { t } from "../../text/index.js";
import { make, paint } from "../../ui/dom.js";
import { pngOf } from "../../ui/save.js";
import { npyOf, settingsKey } from "./batch.js";
import { crc32 } from "./crc32.js";
import { ZipWriter } from "./zip.js";

/** @typedef {import("./batch.js").Batch} Batch */
/** @typedef {import("./batch.js").Lent} Lent */
/** @typedef {import("./batch.js").Answer} Answer */
/** @typedef {import("../../page/state.js").Pane} Pane */
/** @typedef {import("../../engine/protocol.js").Explained} Explained */
/** @typedef {import("../../engine/protocol.js").TableRow} TableRow */

/** Longest side of a saved picture in pixels, as on the command line. */
const SIDE = 1280;
const COLOUR_BAR = { width: 256, height: 1 };
/** Where the numbers of a `.npy` file begin is a multiple of this. */
const ALIGNMENT = 64;

/**
 * @param {Batch} batch
 * @param {Lent} lent
 * @param {{maps: boolean, overlays: boolean}} wish
 * @param {AbortSignal} signal
 * @param {(done: number, total: number) => void} report
 * @returns {Promise<Blob | null>} Nothing where it was given up.
 */
export async function exportZip(batch, lent, { maps, overlays }, signal, report) {
    const asked = lent.asked();
    if (!asked) {
        return null;
    }
    const { pane, loaded } = asked;
    const entries = batch.queue.entries.map((entry) => {
        const current = entry.key === settingsKey(pane);
        const answer = current && entry.state === "done" ? entry.answer : null;
        return { id: entry.id, answer, told: answer !== null && !batch.withheld(entry.id), failure: current && entry.state === "failed" ? entry.failure : null };
    });
    /** @type {TableRow[]} */
    const rows = [];
    for (const { id, answer, told, failure } of entries) {
        rows.push(await rowOf(batch, lent, { id, answer, map: maps && told, failure }));
    }
    const { id, sha256 } = await lent.subject();
    const population = pane.population ?? undefined;
    const subject = { id, sha256, size: pane.size ?? 0, fit: pane.fit ?? /** @type {const} */ ("centre-square"), population };
    const { bytes, stems } = await lent.engine.table(pane.model, subject, rows);
    const zip = new ZipWriter();
    const add = (/** @type {string} */ name, /** @type {Uint8Array<ArrayBuffer>} */ content) => zip.add(name, new Blob([content]), crc32(content));
    add("README.txt", new TextEncoder().encode(readme(loaded.card, { maps, overlays })));
    add("results.csv", bytes);
    for (const [index, { id, answer, told }] of entries.entries()) {
        report(index, entries.length);
        if (!answer || !told || !(maps || overlays)) {
            continue;
        }
        if (signal.aborted) {
            return null;
        }
        const picture = { ...pane, picture: id };
        const again = answer.map ? null : (await batch.explained(picture, signal)).explained;
        const map = answer.map ?? (again && (await npyOf(lent.engine, again)));
        if (maps && map) {
            zip.add(`maps/${stems[index]}.npy`, map.file, map.crc);
        }
        if (overlays && map) {
            const explained = { ...answer, maps: again?.maps ?? (await valuesOf(map.file)) };
            const png = await overlayOf(lent, picture, explained, signal);
            if (png) {
                add(`overlays/${stems[index]}.png`, new Uint8Array(await png.arrayBuffer()));
            }
        }
    }
    report(entries.length, entries.length);
    return signal.aborted ? null : zip.finish();
}

/**
 * @param {Batch} batch
 * @param {Lent} lent
 * @param {{id: string, answer: Answer | null, map: boolean, failure: import("../../engine/protocol.js").Failure | null}} of
 * @returns {Promise<TableRow>}
 */
async function rowOf(batch, lent, { id, answer, map, failure }) {
    const file = batch.names.get(id) ?? "";
    if (!answer) {
        // What is no picture has a hash as well, as long as it can be read.
        const sha256 = await lent.pictures.bytes(id).then(sha256Hex, () => "");
        return { file, sha256, error: (failure ?? NOT_EXPLAINED).message };
    }
    const { logits, novelty, placement, device, sha256, notes } = answer;
    const { width, height } = placement.photo;
    return { file, sha256, answered: { width, height, logits, novelty: novelty ?? undefined, anyway: lent.anyway(id), device, map, notes } };
}

/**
 * The numbers of a map that was kept as `.npy`: behind its header, whose length it tells.
 * @param {Blob} file
 */
async function valuesOf(file) {
    const buffer = await file.arrayBuffer();
    const start = 10 + new DataView(buffer).getUint16(8, true);
    return start % ALIGNMENT === 0 ? new Float32Array(buffer, start) : new Float32Array(buffer.slice(start));
}

/**
 * A picture as the page saves it.
 * @param {Lent} lent
 * @param {Pane} picture
 * @param {Explained} answer
 * @param {AbortSignal} signal
 */
async function overlayOf(lent, picture, answer, signal) {
    const loaded = lent.asked()?.loaded;
    if (!loaded) {
        return null;
    }
    const card = cardFor(loaded.card, picture.population);
    const explained = answerFor(answer, card);
    const pane = { ...picture, choice: defaultChoice(card, explained.logits) };
    const view = lent.viewOf({ pane, loaded: { ...loaded, card }, explained, map: null });
    const shown = view.panes[0].answer;
    if (!shown || shown.withheld) {
        return null;
    }
    const { photo } = explained.placement;
    const scale = Math.min(1, SIDE / Math.max(photo.width, photo.height));
    const [width, height] = [photo.width, photo.height].map((side) => Math.max(1, Math.round(side * scale)));
    const { smooth, contours, fade } = lent.look();
    const drawn = await lent.engine.draw(
        {
            looked: { photo: picture.picture ?? "", size: picture.size ?? 0, fit: picture.fit ?? "centre-square", edits: [], passing: true },
            map: shown.map,
            style: { limit: shown.limit, smooth, contours, fade, dark: explained.dark },
            part: { x: 0, y: 0, width: photo.width, height: photo.height },
            width,
            height,
        },
        signal,
    );
    const layers = { photo: make("canvas"), overlay: make("canvas") };
    const colourBar = make("canvas", { attributes: COLOUR_BAR });
    if (drawn.photo && drawn.evidence) {
        paint(layers.photo, drawn.photo);
        paint(layers.overlay, drawn.evidence);
    }
    paint(colourBar, await lent.colourBar(explained.dark));
    return pngOf(view, { stages: [layers], colourBar }, "");
}

/**
 * How to read what is saved, in the visitor's language.
 * @param {import("../../engine/protocol.js").ModelCard} card
 * @param {{maps: boolean, overlays: boolean}} wish
 */
export function readme({ title, medical }, { maps, overlays }) {
    const parts = [
        t("many.readme.title", { title }),
        medical ? t("many.readme.medical") : t("many.readme.demo"),
        t("many.readme.table"),
        t("many.readme.columns"),
        t("many.readme.text"),
        ...(maps ? [t("many.readme.maps")] : []),
        ...(overlays ? [t("many.readme.overlays")] : []),
        t("many.readme.same"),
    ];
    return `${parts.join("\n\n")}\n`.replaceAll("\n", "\r\n");
}
