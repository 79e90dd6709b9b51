/** What the page ships is what its lists say. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";

const web = new URL("../../web/", import.meta.url);
const json = async (name) => JSON.parse(await readFile(new URL(name, web), "utf8"));
const catalogue = await json("models/index.json");
const { sets } = await json("samples/index.json");

/** The card in the bytes of a model. @param {Buffer} content */
function cardIn(content) {
    const header = JSON.parse(content.subarray(8, 8 + Number(content.readBigUInt64LE(0))).toString());
    return JSON.parse(header.__metadata__.softcam);
}

/** The card of a model that is shipped. @param {string} file */
const cardOf = async (file) => cardIn(await readFile(new URL(`models/${file}`, web)));

test("every model has the size and the hash of its entry, and its card's title", async () => {
    const files = (await readdir(new URL("models/", web))).filter((name) => name.endsWith(".safetensors"));
    assert.deepEqual(catalogue.models.map(({ file }) => file).toSorted(), files.toSorted());
    for (const { file, bytes, sha256, title, domain } of catalogue.models) {
        const content = await readFile(new URL(`models/${file}`, web));
        assert.equal(content.length, bytes, file);
        assert.equal(createHash("sha256").update(content).digest("hex"), sha256, file);
        const card = cardIn(content);
        assert.equal(card.title, title);
        const { medical } = catalogue.domains.find(({ id }) => id === domain);
        assert.equal(card.medical ?? false, medical ?? false, `${file}: card and domain disagree on being medical`);
    }
});

test("every medical model's card begins with what was cross-validated, with intervals, and where boxes are known, says where evidence lies", async () => {
    const medical = catalogue.domains.filter((domain) => domain.medical).map(({ id }) => id);
    // Nobody needs to know how good those are that are flawed on purpose.
    const shipped = catalogue.models.filter(({ domain }) => medical.includes(domain) && domain !== "marker");
    assert.equal(shipped.length, 7);
    for (const { id, file, domain, variant } of shipped) {
        const { figures } = await cardOf(file);
        assert.match(figures[0].measured_on, /^cross-validation by (patient|picture), \d+ folds/, id);
        const auc = figures.find(({ name }) => name === "AUC");
        assert.ok(auc.low < auc.value && auc.value < auc.high, `${id}: the AUC has an interval`);
        const precision = figures.find(({ name }) => name === "activation precision");
        assert.equal(precision !== undefined, domain !== "oct" && variant !== "grades", `${id}: boxes are known of lesions and opacities`);
    }
});

test("what a penalty on evidence brings is in the cards: less activity elsewhere, of two networks that differ in nothing else", async () => {
    for (const domain of ["fundus", "chest"]) {
        const of = async (variant) => {
            const { file } = catalogue.models.find((model) => model.domain === domain && model.variant === variant);
            return cardOf(file);
        };
        const [dense, sparse] = [await of("dense"), await of("sparse")];
        const value = ({ figures }, name) => figures.find((figure) => figure.name === name).value;
        assert.match(dense.provenance.conversion, /lambda1 = 0 /);
        assert.doesNotMatch(sparse.provenance.conversion, /lambda1 = 0 /);
        assert.deepEqual(dense.input, sparse.input);
        const lowest = value(sparse, "activation precision, lower end of its 95 % interval");
        assert.ok(lowest > value(dense, "activation precision"), domain);
    }
});

test("whose film a sample is stands in the list, by a name that every model for it knows", async () => {
    for (const { file, domain } of catalogue.models.filter((model) => ["chest", "fundus", "oct"].includes(model.domain))) {
        const known = ((await cardOf(file)).populations ?? []).map(({ name }) => name);
        for (const sample of sets[domain]) {
            const expected = domain !== "chest" ? undefined : sample.title.startsWith("Adult") ? "adults" : "children";
            assert.equal(sample.population, expected, sample.file);
            assert.ok(expected === undefined || known.includes(expected), `${file} knows ${expected}`);
        }
    }
});

test("what is flawed on purpose says so in its title, its description, its limits and its domain", async () => {
    const flawed = catalogue.models.filter(({ domain }) => domain === "marker");
    assert.deepEqual(flawed.map(({ id }) => id), ["marker-none", "marker-random", "marker-tied"]);
    assert.match(catalogue.domains.find(({ id }) => id === "marker").title, /Flawed on purpose/);
    assert.deepEqual(catalogue.domains.filter(({ flawed }) => flawed).map(({ id }) => id), ["marker"], "nobody is sent to them");
    for (const { file, title, description } of flawed) {
        const card = await cardOf(file);
        for (const text of [title, description, card.title, card.limits[0]]) {
            assert.match(text, /^Flawed on purpose/, file);
        }
        assert.match(card.intended_use, /flawed on purpose/, file);
    }
});

test("every model has an identifier of its own, a domain, a variant and samples", () => {
    const { domains, models } = catalogue;
    assert.equal(new Set(models.map(({ id }) => id)).size, models.length);
    assert.equal(models[0].domain, "everyday", "the first model is the one that a visitor without a wish gets");
    for (const { id, domain, variant, description, samples } of models) {
        assert.match(id, /^[a-z0-9-]+$/, "it stands in links");
        assert.ok(domains.some((candidate) => candidate.id === domain), id);
        assert.ok(variant && description && sets[samples], id);
    }
    const variants = models.map(({ domain, variant }) => `${domain} ${variant}`);
    assert.equal(new Set(variants).size, models.length, "no two variants of a domain share a name");
});

test("every sample has its picture, its thumbnail and its credit", async () => {
    const entries = Object.values(sets).flat();
    const listed = entries.flatMap(({ file, thumbnail }) => [file, thumbnail]).toSorted();
    const all = await readdir(new URL("samples/", web), { recursive: true });
    const files = all.filter((name) => name.endsWith(".jpg")).toSorted();
    assert.deepEqual(listed, files);
    for (const { file, title, attribution, source, licence } of entries) {
        assert.ok(title && attribution && source, file);
        assert.match(licence, /CC0|CC BY|public domain|no restrictions/, file);
    }
});

test("every medical sample has its label, and its origin is listed so that no figure is measured on it", async () => {
    const medical = catalogue.domains.filter((domain) => domain.medical).map(({ id }) => id);
    const samples = medical.flatMap((id) => sets[id]);
    assert.ok(samples.every(({ label }) => label));
    const [head, ...lines] = (await readFile(new URL("samples/SOURCES.csv", web), "utf8")).trim().split("\n");
    assert.equal(head, "set,file");
    const stem = (name) => name.split("/").at(-1).replace(/\.\w+$/, "").toLowerCase();
    const named = lines.map((line) => stem(line.split(",")[1]));
    const wanted = samples.map(({ source }) => stem(source.split(", ").at(-1)));
    // A film with a marker pasted in is the same film.
    assert.deepEqual(named.toSorted(), [...new Set(wanted)].toSorted());
});

test("the page says of every medical sample that it was seen in training, and of no other", async () => {
    const medical = catalogue.domains.filter((domain) => domain.medical).map(({ id }) => id);
    for (const [set, samples] of Object.entries(sets)) {
        for (const { file, seen } of samples) {
            // crates/softcam-train/records: they are pinned to the part "train"; by its split, so are those of the OCT scans.
            // Of films to which a letter is added, the networks learned some with it and some without.
            assert.equal(seen ?? false, medical.includes(set) && (set === "marker" ? "film" : true), file);
        }
    }
});

test("the first picture that a visitor sees is one with much to tell", () => {
    assert.equal(sets.everyday[0].file, "coffee.jpg");
});

test("no two classes of the shipped model share a name", async () => {
    const { classes } = await json("models/efficientnet-lite0.card.json");
    assert.equal(new Set(classes).size, classes.length);
});
