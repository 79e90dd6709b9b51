/**
 * Every sentence has its place, and every language has them all.
 *
 * Keys are found in the code: those that stand there whole, and those that are put together, by the part that stands there.
 */

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import first from "../../web/text/en.js";
import ofTools from "../../web/text/en-tools.js";
import { LANGUAGES, bestLanguage, fetchLanguage, language, languageOf, speak, t, tOr } from "../../web/text/index.js";
import { EVERYDAY, FAMILIES, OF_DATA, POPULATIONS, keysOf } from "./text-families.mjs";

/** English as a whole: what comes with the page, and what comes with the tools. */
const english = { ...first, messages: { ...first.messages, ...ofTools } };

const root = fileURLToPath(new URL("../../", import.meta.url));
const json = async (file) => JSON.parse(await readFile(path.join(root, file), "utf8"));

const folders = ["page", "ui", "tools", "evidence", "embed", "text", "engine"];
const names = (await Promise.all(folders.map((folder) => readdir(path.join(root, "web", folder), { recursive: true })))).flatMap(
    (list, index) => list.filter((name) => name.endsWith(".js")).map((name) => `web/${folders[index]}/${name}`),
);
const sources = await Promise.all(
    names.map(async (name) => ({ name, code: withoutComments(await readFile(path.join(root, name), "utf8")) })),
);
/** Not the messages themselves. */
const all = sources.filter(({ name }) => !/^web\/text\/(en|en-tools|de)\.js$/.test(name)).map(({ code }) => code).join("\n");

/** The same code with blanks in place of comments, strings kept. @param {string} code */
function withoutComments(code) {
    return code.replace(/"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (found) =>
        found.startsWith("/") ? found.replace(/[^\n]/g, " ") : found,
    );
}

/** Every language but English. */
const translations = await Promise.all(LANGUAGES.filter((each) => each.language !== "en").map((each) => fetchLanguage(each.language)));

const places = (message) => {
    const texts = typeof message === "string" ? [message] : Object.values(message);
    return [...new Set(texts.flatMap((text) => Array.from(text.matchAll(/\{(\w+)\}/g), ([, name]) => name)))].toSorted();
};

/** Keys of texts that the data has in English: only other languages have them. */
const ofData = (key) => OF_DATA.includes(key.match(/^([a-z]+):/)?.[1]);

/** Messages that the code names: whole, or with `*` in place of what it puts in. */
function named() {
    // Every text that looks like a key is taken for one: keys also stand in lists and in choices between two.
    const whole = new Set(Array.from(all.matchAll(/"([a-z][\w-]*(?:\.[\w-]+)*)"/g), ([, key]) => key));
    const place = /\$\{(?:[^{}]|\{[^{}]*\})*\}/;
    const built = Array.from(all.matchAll(new RegExp("`([a-z][\\w-]*[.:](?:[\\w.:-]|" + place.source + ")*)`", "g")), ([, text]) => text);
    const families = new Set(built.filter((text) => text.includes("${")).map((text) => text.replace(new RegExp(place, "g"), "*")));
    return { whole, families: [...families] };
}

const called = Object.keys(english.messages);
/** Of all families. */
const together = Object.entries(FAMILIES).flatMap(([family, values]) => keysOf(family, values));

test("every message that the code names is there", () => {
    const asked = Array.from(all.matchAll(/\bt\(\s*"([^"]+)"/g), ([, key]) => key);
    // In t(a ? "x" : "y") and the like.
    const chosen = Array.from(all.matchAll(/\bt\(\s*[^"`()]*\?\s*"([^"]+)"\s*:\s*(?:[^"`()]*\?\s*"([^"]+)"\s*:\s*)?"([^"]+)"/g), ([, ...keys]) => keys);
    const missing = [...asked, ...chosen.flat()].filter((key) => key && !(key in english.messages));
    assert.deepEqual([...new Set(missing)], []);
    assert.deepEqual(together.filter((key) => !called.includes(key)), [], "put together, and no message");
    const terms = Array.from(all.matchAll(/\bterm\(\s*"([^"]+)"/g), ([, name]) => name);
    assert.deepEqual(terms.filter((name) => !FAMILIES["term.*"].includes(name)), []);
    // A key in a list or a choice: whatever begins as messages do.
    const beginnings = new Set(called.filter((key) => key.includes(".")).map((key) => key.split(".")[0]));
    const looksLikeOne = Array.from(named().whole).filter((key) => key.includes(".") && beginnings.has(key.split(".")[0]));
    assert.deepEqual(looksLikeOne.filter((key) => !called.includes(key)), []);
});

test("every family of messages that the code puts together is in the table, and the table has no other", () => {
    const { families } = named();
    assert.deepEqual(families.filter((family) => family.includes(".")).toSorted(), Object.keys(FAMILIES).toSorted());
    // Pictures have identifiers that look alike.
    const data = families.flatMap((family) => family.match(/^([a-z]+):\*$/)?.[1] ?? []).filter((family) => !["own", "camera"].includes(family));
    assert.deepEqual(data.toSorted(), OF_DATA.toSorted());
});

test("no message is left that nothing says", () => {
    const { whole } = named();
    assert.deepEqual(called.filter((key) => !whole.has(key) && !together.includes(key) && !ofData(key)), []);
});

test("every language says everything, and nothing that English does not know", () => {
    assert.ok(translations.length > 0);
    for (const { language: tag, name, messages } of translations) {
        assert.deepEqual(LANGUAGES.find((each) => each.language === tag), { language: tag, name });
        const missing = called.filter((key) => !(key in messages));
        assert.deepEqual(missing, [], tag);
        const unknown = Object.keys(messages).filter((key) => !(key in english.messages) && !ofData(key));
        assert.deepEqual(unknown, [], tag);
    }
});

test("a message has the plural forms of its language, and a translation the places of the original", () => {
    for (const { language: tag, messages } of [english, ...translations]) {
        const forms = new Intl.PluralRules(tag).resolvedOptions().pluralCategories.toSorted();
        for (const [key, message] of Object.entries(messages)) {
            const original = english.messages[key];
            if (original !== undefined) {
                assert.equal(typeof message, typeof original, `${tag}: ${key}`);
                assert.deepEqual(places(message), places(original), `${tag}: ${key}`);
            }
            if (typeof message !== "string") {
                assert.deepEqual(Object.keys(message).toSorted(), forms, `${tag}: ${key}`);
            }
            for (const text of typeof message === "string" ? [message] : Object.values(message)) {
                assert.ok(text.trim() === text && text !== "", `${tag}: ${key}`);
                assert.doesNotMatch(text, tag === "de" ? /["']|“[^”„]*”| {2}/ : /"| {2}/, `${tag}: ${key}: typographic quotation marks`);
            }
        }
    }
});

test("what the data say of themselves is translated, and no translation outlives its text", async () => {
    const { domains, models } = await json("web/models/index.json");
    const { sets } = await json("web/samples/index.json");
    const samples = Object.values(sets).flat();
    const cards = await Promise.all(
        models.map(async ({ file }) => {
            const content = await readFile(path.join(root, "web/models", file));
            const header = JSON.parse(content.subarray(8, 8 + Number(content.readBigUInt64LE(0))).toString());
            return JSON.parse(header.__metadata__.softcam);
        }),
    );
    const bound = /, (lower|upper) end of its .+ interval$/;
    const wanted = new Set([
        ...domains.map(({ id }) => `domain:${id}`),
        ...models.flatMap(({ id, variant }) => [`model:${id}`, `variant:${variant}`]),
        ...samples.flatMap(({ title, label, note }) => [`sample:${title}`, label && `label:${label}`, note && `note:${note}`]),
        ...EVERYDAY.map((name) => `class:${name}`),
        ...[...POPULATIONS, ...cards.flatMap(({ populations = [] }) => populations.map(({ name }) => name))].map((name) => `population:${name}`),
        ...cards.filter(({ medical }) => medical).flatMap(({ classes }) => classes.map((name) => `class:${name}`)),
        ...cards.flatMap(({ figures }) => figures.map(({ name }) => `figure:${name.replace(bound, "")}`)),
    ]);
    wanted.delete(undefined);
    // English has short names for a few of them.
    assert.deepEqual(called.filter((key) => ofData(key) && !wanted.has(key)), []);
    for (const { language: tag, messages } of translations) {
        const said = Object.keys(messages).filter((key) => ofData(key) && !/^(error|advice|device):/.test(key));
        assert.deepEqual(said.toSorted(), [...wanted].toSorted(), tag);
    }
});

test("every failure that has a code can be said in every language, with its values", async () => {
    const codes = new Set();
    const literals = /code: "([a-z0-9-]+)"|onTrouble\([^;]*?"([a-z0-9-]+)",/g;
    for (const { code } of sources) {
        for (const [, plain, trouble] of code.matchAll(literals)) {
            codes.add(plain ?? trouble);
        }
    }
    assert.ok(codes.size > 15, "the codes are found");
    const engine = await json("web/text/engine-codes.json");
    for (const { language: tag, messages } of translations) {
        for (const code of codes) {
            assert.ok(messages[`error:${code}`] ?? messages[`device:${code}`], `${tag} cannot say "${code}"`);
        }
        for (const { code, message, advice } of engine) {
            for (const [key, text] of [[`error:${code}`, message], [`advice:${code}`, advice]]) {
                if (text) {
                    assert.ok(messages[key], `${tag}: ${key} is missing`);
                    assert.deepEqual(places(messages[key]), places(text), `${tag}: ${key}`);
                }
            }
        }
        const known = new Set([...codes, ...engine.map(({ code }) => code)]);
        const outlived = Object.keys(messages).filter((key) => /^(error|advice|device):/.test(key) && !known.has(key.split(":")[1]));
        assert.deepEqual(outlived, [], tag);
    }
});

test("no sentence stands in the code, but those of the engine, which have codes, and of what other pages embed", () => {
    const allowed = [
        // Failures of the engine, in English with a code; what a mistake of a programmer throws.
        /^web\/engine\//,
        /^web\/embed\/index\.js$/,
        /^web\/text\//,
    ];
    const found = [];
    for (const { name, code } of sources.filter(({ name }) => !allowed.some((pattern) => pattern.test(name)))) {
        for (const [, double, template] of code.matchAll(/"((?:\\.|[^"\\\n])*)"|`((?:\\.|[^`\\])*)`/g)) {
            const text = (double ?? template).replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, "x");
            if (/^\p{Lu}[\p{L}’']*(?:[ ,;:]+[\p{L}\d’'().-]+){2,}/u.test(text)) {
                found.push(`${name}: ${text}`);
            }
        }
    }
    const coded = found.filter((line) => !CODED.some((text) => line.includes(text)));
    assert.deepEqual(coded, []);
});

/** Sentences that have a code of their own, beside which they stand. */
const CODED = [
    "This picture has stopped the engine twice.",
    "Choose another picture or size.",
    "The picture could not be loaded",
    "Check the connection, or drop a picture of your own.",
    "Reload the page.",
];

test("a language is chosen by what the visitor speaks, and says what it has", async () => {
    assert.equal(bestLanguage(["de-AT", "en"]), "de");
    assert.equal(bestLanguage(["fr", "de"]), "de");
    assert.equal(bestLanguage(["fr"]), "en");
    assert.equal(bestLanguage(["", "en-GB", "de"]), "en");
    await speak("de");
    try {
        assert.equal(t("headline.no", { name: "Lungenentzündung" }), "Lungenentzündung: nein");
        assert.equal(t("ledger.beyond", { count: 1 }).split(" ")[0], "Ein");
        assert.equal(t("ledger.beyond", { count: 3 }).split(" ")[0], "3");
        assert.equal(tOr("class:pneumonia", "pneumonia"), "Lungenentzündung");
        assert.equal(tOr("class:espresso", "espresso"), "Espresso");
        assert.equal(tOr("class:volcano", "volcano"), "volcano");
        assert.equal(languageOf("class:volcano"), "en", "what stays in English is marked so");
        assert.equal(languageOf("class:pneumonia"), null);
    } finally {
        await speak("en");
    }
    assert.equal(languageOf("class:volcano"), null);
    await speak("tlh");
    assert.equal(language(), "en", "there is no such language here");
});
