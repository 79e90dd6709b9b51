/**
 * Many pictures at once: folders, archives and bad files dropped together, in their order, none lost; stopping, going on,
 * other settings; and all answers as an archive that holds what the command line writes.
 */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { crc32 } from "../../web/tools/many/crc32.js";
import { ZipWriter } from "../../web/tools/many/zip.js";
import { choose, closePanels, drop, openPage, root, startSite, whenExplained } from "./harness.mjs";
import { checkpoint } from "./networks.mjs";

const site = startSite();
const run = promisify(execFile);
const sample = (name) => path.join(root, "web/samples", name);

/** Small pictures of several kinds, in the order in which they are to be explained. */
const FORMATS = ["plain.png", "grey.jpg", "lossy.webp", "rgb.bmp", "pages.tif", "grey-12in16.pgm", "animated.gif"];
const SMALL = Array.from({ length: 58 }, (_, index) => `n${index + 1}${path.extname(FORMATS[index % FORMATS.length])}`);
const formatOf = (name) => FORMATS[SMALL.indexOf(name) % FORMATS.length];

let folder;
before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "softcam-many-"));
    await mkdir(path.join(folder, "in/sub/.hidden"), { recursive: true });
    const copies = {
        "in/10.jpg": sample("chelsea.jpg"),
        "in/9, \"so\".jpg": sample("coffee.jpg"),
        "in/=2.jpg": sample("rocket.jpg"),
        "in/sub/a\u0308.jpg": sample("chelsea.jpg"),
        "in/sub/.hidden/a.jpg": sample("chelsea.jpg"),
        "in/2.jpg": path.join(root, "tests/bad/images/truncated.jpg"),
        "one.jpg": sample("flower.jpg"),
    };
    for (const [to, from] of Object.entries(copies)) {
        await copyFile(from, path.join(folder, to));
    }
    await writeFile(path.join(folder, "in/labels.csv"), "a,b");
    await mkdir(path.join(folder, "films"));
    await copyFile(path.join(root, "tests/films/explicit-12bit.dcm"), path.join(folder, "films/film.dcm"));
    await copyFile(sample("coffee.jpg"), path.join(folder, "films/photo.jpg"));
    for (const name of SMALL) {
        await copyFile(path.join(root, "tests/formats", formatOf(name)), path.join(folder, "films", name));
    }
    const zip = new ZipWriter();
    for (const [name, file] of [["z10.jpg", "rocket.jpg"], ["z9.jpg", "coffee.jpg"], ["../up.jpg", "coffee.jpg"], ["__MACOSX/._z9.jpg", "coffee.jpg"]]) {
        const bytes = await readFile(sample(name === "__MACOSX/._z9.jpg" ? "coffee.thumb.jpg" : file));
        zip.add(name, new Blob([bytes]), crc32(bytes));
    }
    await writeFile(path.join(folder, "more.zip"), Buffer.from(await zip.finish().arrayBuffer()));
});
after(() => rm(folder, { recursive: true, force: true }));

/** Drops files and folders as the operating system hands them over. */
async function dropPlaces(page, context, names) {
    const client = await context.newCDPSession(page);
    const data = { items: [], files: names.map((name) => path.join(folder, name)), dragOperationsMask: 1 };
    const { x, y, width, height } = await page.locator("#stages").boundingBox();
    for (const type of ["dragEnter", "dragOver", "drop"]) {
        await client.send("Input.dispatchDragEvent", { type, x: x + width / 2, y: y + height / 2, data });
    }
}

const says = (page) => page.locator(".many-says").textContent();
const whenSaid = (page, pattern) =>
    page.waitForFunction((source) => new RegExp(source).test(document.querySelector(".many-says")?.textContent ?? ""), pattern.source);
const titles = (page, count) => page.locator(".gallery .title").allTextContents().then((all) => all.slice(0, count));
const notes = (page, count) =>
    page.locator(".gallery button").evaluateAll((buttons, count) => buttons.slice(0, count).map((each) => each.querySelector(".note")?.textContent ?? ""), count);

/** Files of an archive in which nothing is packed. */
function filesOf(zip) {
    const files = new Map();
    for (let at = 0; zip.readUInt32LE(at) === 0x04034b50; ) {
        const [crc, size, length] = [zip.readUInt32LE(at + 14), zip.readUInt32LE(at + 22), zip.readUInt16LE(at + 26)];
        const name = zip.toString("utf8", at + 30, at + 30 + length);
        const content = zip.subarray(at + 30 + length, at + 30 + length + size);
        assert.equal(crc32(content), crc, name);
        files.set(name, content);
        at += 30 + length + size;
    }
    return files;
}

/** A table by RFC 4180. */
function rowsOf(text) {
    const rows = [[""]];
    for (let at = 0, quoted = false; at < text.length; at++) {
        const [sign, row] = [text[at], rows.at(-1)];
        if (quoted ? sign === '"' && text[at + 1] === '"' : false) {
            row[row.length - 1] += '"';
            at += 1;
        } else if (sign === '"') {
            quoted = !quoted;
        } else if (!quoted && sign === ",") {
            row.push("");
        } else if (!quoted && sign === "\r" && text[at + 1] === "\n") {
            rows.push([""]);
            at += 1;
        } else {
            row[row.length - 1] += sign;
        }
    }
    rows.pop();
    const [columns, ...others] = rows;
    return others.map((row) => {
        assert.equal(row.length, columns.length);
        return Object.fromEntries(row.map((cell, index) => [columns[index], cell]));
    });
}

/** Saves all answers, and gives the files of the archive. */
async function save(page, { maps, overlays }) {
    if (!(await page.locator(".many-body").isVisible())) {
        await page.locator(".many-open").click();
    }
    const boxes = page.locator(".many-body input[type=checkbox]");
    await boxes.nth(0).setChecked(maps);
    await boxes.nth(1).setChecked(overlays);
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator(".many-save").click()]);
    assert.equal(download.suggestedFilename(), "softcam-results.zip");
    return filesOf(await readFile(await download.path()));
}

/** The table and the maps of `softcam explain`, run where the folder lies. */
async function commandLine(names, model) {
    const binary = process.env.CARGO_TARGET_DIR ?? path.join(root, "target");
    const program = path.join(binary, "debug/softcam");
    const ended = await run(program, ["explain", ...names, "--model", path.join(root, `web/models/${model}.safetensors`), "--csv", "cli.csv", "--maps", "cli-maps"], {
        cwd: folder,
    }).then(() => 0, ({ code }) => code);
    return { ended, rows: rowsOf(await readFile(path.join(folder, "cli.csv"), "utf8")) };
}

const sigmoid = (value) => 1 / (1 + Math.exp(-value));

/** A row of the page's table is the command line's; probabilities and logits but for what their arithmetic makes of them. */
function sameRow(here, expected) {
    assert.deepEqual(Object.keys(here), Object.keys(expected));
    for (const [column, value] of Object.entries(expected)) {
        if (/^(p|logit)\[/.test(column) && value !== "") {
            assert.ok(Math.abs(Number(here[column]) - Number(value)) <= 2e-4 * Math.max(1, Math.abs(Number(value))), `${expected.file}: ${column}: ${here[column]} and ${value}`);
        } else {
            assert.equal(here[column], value, `${expected.file}: ${column}`);
        }
    }
}

describe("many pictures", () => {
    test("a folder, an archive and a file, as on the command line", async () => {
        const { page, context, errors } = await openPage(site.browser, `${site.url}?device=cpu`);
        await whenExplained(page);
        await dropPlaces(page, context, ["in", "more.zip", "one.jpg"]);
        await whenSaid(page, /^8 of 8 done, 1 failed\.$/);
        const names = ["in/2.jpg", 'in/9, "so".jpg', "in/10.jpg", "in/=2.jpg", "in/sub/a\u0308.jpg", "more.zip/z9.jpg", "more.zip/z10.jpg", "one.jpg"];
        assert.deepEqual(await titles(page, 9), [...names, "Coffee"]);
        // Of all of them, the end of the name is in sight.
        const cut = await page.locator(".gallery .ends").evaluateAll((all) => all.filter((each) => each.scrollWidth > each.clientWidth).map(({ textContent }) => textContent));
        assert.deepEqual(cut, []);
        assert.deepEqual((await page.locator(".gallery .ends").allTextContents()).slice(4, 7), ["a\u0308.jpg", "z9.jpg", "z10.jpg"]);
        const said = await notes(page, 8);
        assert.match(said[0], /could not be explained/);
        assert.match(said[1], /espresso/);
        assert.equal(said[1], said[5], "the same picture in folder and archive");
        // The first one could not be shown, so that the next one was.
        await page.waitForFunction(() => document.querySelector(".gallery [aria-pressed=true]")?.textContent.includes("so"));
        // What was said of the first one stays, but not that the picture before it is on show, nor over the answer.
        const alert = page.locator(".alert");
        assert.match(await alert.textContent(), /^in\/2\.jpg: The JPEG picture is damaged/);
        assert.doesNotMatch(await alert.textContent(), /Still on show/);
        const [told, heading] = [await alert.boundingBox(), await page.locator(".headline").boundingBox()];
        assert.ok(told.x + told.width <= heading.x, JSON.stringify([told, heading]));
        const pictures = await page.locator(".gallery img").evaluateAll((images) => images.slice(0, 8).map(({ src }) => src.startsWith("blob:")));
        assert.deepEqual(pictures, [false, true, true, true, true, true, true, true]);
        // Every file that is not among them is named, with its reason.
        await page.locator(".many-open").click();
        await page.locator(".many-body").waitFor();
        const lists = await page.locator(".many-reasons").allTextContents();
        assert.match(lists[0], /\(1\)in\/2\.jpg/);
        assert.match(lists[1], /\(2\)in\/labels\.csv It is no picture.*more\.zip\/\.\.\/up\.jpg The file's name leads out/);

        const files = await save(page, { maps: true, overlays: true });
        assert.match(files.get("README.txt").toString(), /not a diagnosis/);
        const rows = rowsOf(files.get("results.csv").toString());
        assert.deepEqual(rows.map(({ file }) => file), names);
        const { ended, rows: there } = await commandLine(["in"], "efficientnet-lite0");
        assert.equal(ended, 1);
        assert.equal(there.length, 5);
        for (const [index, expected] of there.entries()) {
            const here = rows[index];
            sameRow(here, expected);
            if (expected.map) {
                const [mine, others] = [files.get(`maps/${here.map}`), await readFile(path.join(folder, "cli-maps", expected.map))];
                assert.deepEqual(mine.subarray(0, 128), others.subarray(0, 128));
                const values = (/** @type {Buffer} */ bytes) => new Float32Array(Uint8Array.from(bytes.subarray(128)).buffer);
                const [a, b] = [values(mine), values(others)];
                assert.equal(a.length, 1000 * 49);
                assert.ok(a.every((value, at) => Math.abs(value - b[at]) < 5e-3), "maps are the same");
                assert.deepEqual(files.get(`overlays/${here.map.replace("npy", "png")}`).subarray(1, 4).toString(), "PNG");
            }
        }
        assert.equal([...files.keys()].length, 2 + 7 + 7);
        assert.deepEqual(errors, []);
        await context.close();
    });

    test("sixty at once, films among them, are in the command line's order and have its table", async () => {
        const { page, context, errors } = await openPage(site.browser, `${site.url}?device=cpu`);
        await whenExplained(page);
        await dropPlaces(page, context, ["films"]);
        await whenSaid(page, /^60 of 60 done\.$/);
        const names = ["film.dcm", ...SMALL, "photo.jpg"].map((name) => `films/${name}`);
        assert.deepEqual(await titles(page, 60), names);
        const rows = rowsOf((await save(page, { maps: false, overlays: false })).get("results.csv").toString());
        const { ended, rows: there } = await commandLine(["films"], "efficientnet-lite0");
        assert.equal(ended, 0);
        assert.deepEqual(rows.map(({ file }) => file), names);
        assert.equal(there.length, 60);
        // Here, no maps were wanted.
        there.forEach((expected, index) => sameRow(rows[index], { ...expected, map: "" }));
        assert.deepEqual(errors, []);
        await context.close();
    });

    test("it can be stopped, gives way to a picture that is chosen, and knows what is old", async () => {
        const { page, context } = await openPage(site.browser, `${site.url}?device=cpu`);
        await whenExplained(page);
        const files = Array.from({ length: 12 }, (_, index) => ["chelsea.jpg", "coffee.jpg", "rocket.jpg"][index % 3]).map(sample);
        await drop(page, files);
        await page.locator(".many-go", { hasText: "Stop" }).click();
        await page.locator(".many-go", { hasText: "Go on" }).waitFor();
        const stopped = await says(page);
        assert.match(stopped, /^\d+ of 12 done\.$/);
        assert.ok(await page.locator(".many-row .many-lesson").isHidden(), "while some are left to be done");
        // One that was not explained yet is shown when it is chosen, stopped or not.
        await page.locator(".gallery button").nth(11).click();
        await page.waitForFunction(() => document.querySelectorAll(".gallery button")[11].getAttribute("aria-pressed") === "true" && document.querySelector(".headline")?.textContent.length > 0);
        await whenExplained(page);
        await page.locator(".many-go", { hasText: "Go on" }).click();
        await whenSaid(page, /^12 of 12 done\.$/);
        assert.ok(await page.locator(".many-go").isHidden());
        // Beside the line that says so, a lesson is made of them; each has what the network says of it.
        await page.locator(".many-row .many-lesson").click();
        await page.locator(".maker-step").nth(11).waitFor();
        assert.equal(await page.locator(".maker-step").count(), 12);
        await page.waitForFunction(() => Array.from(document.querySelectorAll(".maker-answer"), ({ textContent }) => textContent).every((text) => /^The network says: \S.* \d+\.\d %$/.test(text)));
        await page.locator(".sheet-close").click();
        assert.ok(await page.locator(".many-row .many-lesson").evaluate((each) => each === document.activeElement));

        await choose(page, "size", "320");
        await closePanels(page);
        await whenSaid(page, /12 with other settings/);
        assert.ok(await page.locator(".many-row .many-lesson").isVisible(), "the form asks anew");
        await whenExplained(page);
        assert.equal((await notes(page, 12)).filter((note) => /other settings/.test(note)).length, 12);
        await page.locator(".many-go", { hasText: "Explain again" }).click();
        await whenSaid(page, /^12 of 12 done\.$/);
        assert.equal((await notes(page, 12)).filter((note) => /other settings/.test(note)).length, 0);

        // Arrow keys lead from picture to picture, and all can be let go of.
        await page.locator(".gallery button").first().focus();
        await page.keyboard.press("ArrowRight");
        await page.keyboard.press("End");
        assert.ok(await page.locator(".gallery button").last().evaluate((each) => each === document.activeElement));
        await page.locator(".many-open").click();
        await page.locator(".many-clear").click();
        await page.locator(".many-row").waitFor({ state: "hidden" });
        assert.equal((await titles(page, 1))[0], "Coffee");
        await context.close();
    });

    test("a model that comes along is opened first, and a stranger to it has no answer", async () => {
        const { page, context } = await openPage(site.browser, `${site.url}?device=cpu&lang=de`);
        await whenExplained(page);
        const film = sample("chest/nih-00002275_018.jpg");
        await drop(page, [film, path.join(root, "web/models/chest-sparse.safetensors"), sample("coffee.jpg")]);
        await whenSaid(page, /^2 von 2 fertig\.$/);
        assert.match((await notes(page, 2))[1], /unbekannte Bildart/);
        const files = await save(page, { maps: true, overlays: true });
        assert.match(files.get("README.txt").toString(), /KEINE DIAGNOSE/);
        const [known, stranger] = rowsOf(files.get("results.csv").toString());
        assert.equal(known.verdict, "known");
        assert.equal(known.model_id, "chest-sparse");
        assert.match(known.notice, /Not a diagnosis/);
        assert.equal(stranger.verdict, "unlike");
        for (const [column, value] of Object.entries(stranger)) {
            assert.ok(!/^(p\[|logit\[|answer|decision|map)/.test(column) || value === "", column);
        }
        assert.deepEqual([...files.keys()].filter((name) => name.includes("/")), [`maps/${known.map}`, `overlays/${known.map.replace("npy", "png")}`]);
        // The same model from the command line: the same file, the same words.
        const catalogue = JSON.parse(await readFile(path.join(root, "web/models/index.json"), "utf8"));
        assert.equal(known.model_sha256, catalogue.models.find(({ id }) => id === "chest-sparse").sha256);
        await context.close();
    });

    test("where several classes may be right at once, each has a probability of its own, on show and in the table", async () => {
        const { page, context, errors } = await openPage(site.browser, `${site.url}?device=cpu`);
        await whenExplained(page);
        const model = path.join(folder, "five.safetensors");
        await writeFile(model, await checkpoint("mobilenet_v2"));
        await drop(page, model);
        // Nothing says it, so it is asked; until then, one at a time is right.
        const question = page.locator("#answer .asks-activation");
        await question.locator(".many").waitFor();
        await whenExplained(page);
        const shown = async () => {
            const lines = await page.locator(".classes label:has(.probability)").evaluateAll((labels) =>
                labels.map((label) => [".probability", ".logit"].map((part) => label.querySelector(part).textContent)),
            );
            assert.equal(lines.length, 5);
            const number = (text) => Number(text.replace("\u2212", "-").match(/-?[\d.]+/)[0]);
            return lines.map(([probability, logit]) => ({ probability: number(probability) / 100, logit: number(logit.replace("+", "")) }));
        };
        const sum = (all) => all.reduce((total, { probability }) => total + probability, 0);
        assert.ok(Math.abs(sum(await shown()) - 1) < 0.005, JSON.stringify(await shown()));
        await question.locator(".many").click();
        await question.waitFor({ state: "hidden" });
        await whenExplained(page);
        assert.match(await page.locator("#answer .sub").textContent(), /several may be right at once/);
        for (const { probability, logit } of await shown()) {
            // As many digits as are shown.
            assert.ok(Math.abs(probability - sigmoid(logit)) < 0.004, `${probability} of ${logit}`);
        }

        await dropPlaces(page, context, ["one.jpg", "in/10.jpg"]);
        await whenSaid(page, /^2 of 2 done\.$/);
        await whenExplained(page);
        const rows = rowsOf((await save(page, { maps: false, overlays: false })).get("results.csv").toString());
        for (const row of rows) {
            const logits = Object.keys(row).filter((column) => column.startsWith("logit["));
            assert.equal(logits.length, 5);
            for (const column of logits) {
                assert.ok(Math.abs(Number(row[column.replace("logit", "p")]) - sigmoid(Number(row[column]))) < 1e-4, `${column}: ${row[column]}`);
            }
        }
        assert.deepEqual(errors, []);
        await context.close();
    });

    test("a folder without pictures, and an archive that is none, say so", async () => {
        const { page, context } = await openPage(site.browser, `${site.url}?device=cpu`);
        await whenExplained(page);
        await mkdir(path.join(folder, "none"), { recursive: true });
        await dropPlaces(page, context, ["none"]);
        await page.locator(".alert", { hasText: "No pictures came" }).waitFor();
        await drop(page, path.join(root, "tests/fixtures/many/no-archive.zip"));
        await page.locator(".alert", { hasText: "This is not a zip archive" }).waitFor();
        await context.close();
    });
});
