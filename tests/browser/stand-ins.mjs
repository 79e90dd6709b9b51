/**
 * Models that stand in for medical ones, and a page that offers them.
 *
 * They are the shipped network with a class-evidence layer of few of its rows, so no file of their own is needed: the
 * rows give the same maps as ever, under other names. The known answer stays right because one of the rows is the class
 * that wins it. The out-of-distribution reference is a Gaussian around zero: its score is the mean square of the pooled
 * features, which differs enough between samples to set a threshold between them.
 */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { root } from "./harness.mjs";
import { safetensors } from "./networks.mjs";

const SHIPPED = path.join(root, "web/models/efficientnet-lite0.safetensors");
const TYPES = { F32: Float32Array, I8: Int8Array, U8: Uint8Array };
/** Rows of the shipped class-evidence layer. */
const CAT = 285;
const ESPRESSO = 967;
const TABBY = 281;

/** About the mean square of the features of a sample. */
const VARIANCE = 0.2;
const OPERATING_POINT = { positive: 1, probability: 0.41, chosen: "A sensitivity of 0.9 on pictures made up for a test." };
/** Between the scores of the samples of set "fundus". */
const THRESHOLD = 1.2;
const FUNDUS_INPUT = { size: 224, sizes: [96, 224], mean: [127, 127, 127], std: [128, 128, 128], fit: "disc" };
const NEGATIVE = "no referable retinopathy";
const POSITIVE = "referable retinopathy";

/** Entries of web/models/index.json and what `standIn` makes them of. */
const STAND_INS = [
    {
        id: "fundus-dense",
        domain: "fundus",
        variant: "dense",
        wish: {
            card: { input: FUNDUS_INPUT, operating_point: OPERATING_POINT },
            classes: [
                { row: "winner", name: NEGATIVE, shift: 1.2 },
                { row: CAT, name: POSITIVE },
            ],
            threshold: THRESHOLD,
        },
    },
    {
        id: "fundus-sparse",
        domain: "fundus",
        variant: "sparse",
        wish: {
            card: { input: FUNDUS_INPUT, operating_point: OPERATING_POINT },
            classes: [
                { row: "winner", name: NEGATIVE, shift: 1.2 },
                { row: CAT, name: POSITIVE, gain: 0.5 },
            ],
            threshold: THRESHOLD,
        },
    },
    {
        id: "oct-dense",
        domain: "oct",
        variant: "dense",
        wish: {
            card: {
                figures: [
                    { name: "AUC", value: 0.91, measured_on: "nothing" },
                    { name: "AUC, lower end of its 95 % interval", value: 0.88, measured_on: "nothing" },
                    { name: "AUC, upper end of its 95 % interval", value: 0.94, measured_on: "nothing" },
                ],
            },
            classes: [
                { row: "winner", name: "normal" },
                { row: CAT, name: "drusen" },
                { row: ESPRESSO, name: "macular oedema" },
                { row: TABBY, name: "neovascularisation" },
            ],
        },
    },
];

/**
 * @param {object} wish
 * @param {object} wish.card What differs from the shipped card.
 * @param {{row: number | "winner", name: string, gain?: number, shift?: number}[]} wish.classes Of the class-evidence
 *     layer; `winner` is the row that wins the known answer. A row's evidence is multiplied by `gain`, then `shift` added.
 * @param {number} [wish.threshold] Of the score; without one, the model flags nothing.
 * @returns {Promise<Buffer>} A model file.
 */
export async function standIn({ card: changes, classes, threshold }) {
    const { card, tensors } = await shipped();
    const logits = tensors.get("known_answer.logits").data;
    const winner = logits.indexOf(Math.max(...logits));
    const rows = classes.map(({ row, gain = 1, shift = 0 }) => ({ row: row === "winner" ? winner : row, gain, shift }));
    const pick = (name, change = (value) => value) => {
        const tensor = tensors.get(name);
        const length = tensor.data.length / tensor.shape[0];
        const data = new tensor.data.constructor(rows.length * length);
        rows.forEach((row, index) => {
            const from = tensor.data.subarray(row.row * length, (row.row + 1) * length);
            data.set(from.map((value) => change(value, row)), index * length);
        });
        tensors.set(name, { ...tensor, shape: [rows.length, ...tensor.shape.slice(1)], data });
    };
    const evidence = (value, { gain, shift }) => value * gain + shift;
    pick("evidence.weight");
    pick("evidence.weight_scale", (value, { gain }) => value * gain);
    pick("evidence.bias", evidence);
    pick("known_answer.logits", evidence);
    const answer = tensors.get("known_answer.logits").data;
    const top = rows[answer.indexOf(Math.max(...answer))];
    if (top.row !== winner) {
        throw new Error("another class than the winner wins the known answer, and its map is not at hand");
    }
    const map = tensors.get("known_answer.map");
    map.data = map.data.map((value) => evidence(value, top));

    const made = { ...card, medical: true, figures: [], ...changes, classes: classes.map(({ name }) => name) };
    if (threshold !== undefined) {
        const fitted = "Made up for a test.";
        made.out_of_distribution = { threshold, residual_variance: VARIANCE, fitted };
        const features = tensors.get("evidence.weight").shape[1];
        const basis = new Float32Array(features);
        basis[0] = 1;
        tensors.set("reference.mean", { shape: [features], data: new Float32Array(features) });
        tensors.set("reference.basis", { shape: [1, features], data: basis });
        tensors.set("reference.variance", { shape: [1], data: Float32Array.of(VARIANCE) });
    }
    const list = Array.from(tensors, ([name, tensor]) => ({ name, ...tensor }));
    // Whoever maps the file into memory wants the wide numbers first.
    list.sort((a, b) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
    return safetensors(list, { softcam: JSON.stringify(made) });
}

/** The shipped model's card, and its tensors by name. */
async function shipped() {
    const bytes = await readFile(SHIPPED);
    const start = 8 + Number(bytes.readBigUInt64LE(0));
    const { __metadata__: metadata, ...entries } = JSON.parse(bytes.subarray(8, start).toString());
    const tensors = Object.entries(entries).map(([name, { dtype, shape, data_offsets: [from, to] }]) => {
        const copy = new Uint8Array(bytes.subarray(start + from, start + to));
        return [name, { dtype, shape, data: new TYPES[dtype](copy.buffer) }];
    });
    return { card: JSON.parse(metadata.softcam), tensors: new Map(tensors) };
}

/** @type {Promise<{entry: object, bytes: Buffer}[]> | null} */
let made = null;

/** The stand-ins with their entries in web/models/index.json, made once. */
export function standIns() {
    made ??= Promise.all(
        STAND_INS.map(async ({ id, domain, variant, wish }) => {
            const title = `Stand-in ${id}`;
            const bytes = await standIn({ ...wish, card: { title, ...wish.card } });
            const sha256 = createHash("sha256").update(bytes).digest("hex");
            const file = `stand-in-${id}.safetensors`;
            const description = `${variant}, made up for a test`;
            return {
                entry: { id, domain, variant, title, description, file, bytes: bytes.length, sha256, samples: domain },
                bytes,
            };
        }),
    );
    return made;
}

/**
 * Has a page offer the stand-ins beside the everyday model, and no real medical model.
 * @param {import("playwright-core").BrowserContext} context
 */
export async function offerStandIns(context) {
    const list = await standIns();
    const catalogue = JSON.parse(await readFile(path.join(root, "web/models/index.json"), "utf8"));
    const everyday = catalogue.models.filter(({ domain }) => domain === "everyday");
    const json = { ...catalogue, models: [...everyday, ...list.map(({ entry }) => entry)] };
    await context.route("**/web/models/index.json", (route) => route.fulfill({ json }));
    for (const { entry, bytes } of list) {
        await context.route(`**/web/models/${entry.file}`, (route) =>
            route.fulfill({ body: bytes, contentType: "application/octet-stream" }),
        );
    }
}
