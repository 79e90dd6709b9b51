/** What is written for people: links lead somewhere, and README.md stays short enough to be read. */

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** Folders of what is built or installed. */
const NOT_OURS = new Set([".git", "target", "node_modules"]);

/** Every document of the project. */
function documents(folder = root) {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        const file = path.join(folder, entry.name);
        if (entry.isDirectory()) {
            return NOT_OURS.has(entry.name) ? [] : documents(file);
        }
        return entry.name.endsWith(".md") ? [file] : [];
    });
}

/** A document without its code, in which brackets are no links. */
const prose = (file) =>
    readFileSync(file, "utf8")
        .replace(/^```[^]*?^```$/gm, "")
        .replace(/`[^`\n]*`/g, "code");

/** Where a document points to: links, pictures, pictures in HTML. */
const links = (text) => [...text.matchAll(/\]\(([^()\s]+)\)|\ssrc="([^"]+)"/g)].map(([, link, source]) => link ?? source);

/** Names of a document's headings, as forges make them for links. */
const headings = (file) =>
    new Set(
        readFileSync(file, "utf8")
            .replace(/^```[^]*?^```$/gm, "")
            .match(/^#+ .*$/gm)
            ?.map((line) =>
                line
                    .replace(/^#+ /, "")
                    .toLowerCase()
                    .replace(/[^\p{L}\p{N} _-]/gu, "")
                    .replaceAll(" ", "-"),
            ),
    );

test("every relative link of every document leads to a file, and to a heading where it names one", () => {
    const files = documents();
    let followed = 0;
    const lost = files.flatMap((file) =>
        links(prose(file))
            .filter((link) => !/^[a-z]+:/.test(link))
            .filter((link) => {
                followed += 1;
                const [name, heading] = link.split("#");
                const target = name ? path.resolve(path.dirname(file), decodeURIComponent(name)) : file;
                return !(target.startsWith(root) && existsSync(target) && (!heading || headings(target).has(heading)));
            })
            .map((link) => `${path.relative(root, file)}: ${link}`),
    );
    assert.deepEqual(lost, []);
    assert.ok(followed > 50, `${followed} links in ${files.length} documents`);
});

test("README.md says which browsers the page was tested with, each with its version", () => {
    const readme = readFileSync(path.join(root, "README.md"), "utf8");
    const said = readme.match(/^- Tested with (.+?), all on/m)?.[1] ?? "";
    const folder = path.join(root, "tests/browser/engines");
    // Each driver tells its engine's name with its version.
    const names = readdirSync(folder).flatMap((file) => readFileSync(path.join(folder, file), "utf8").match(/version: `.*?(\w+) \$\{/)?.[1] ?? []);
    assert.ok(names.length >= 3, "the engines of the tests were found");
    assert.deepEqual(said.split(/, | and /).map((each) => each.replace(/ \d+(\.\d+)*$/, "")).toSorted(), names.toSorted());
});

test("README.md has at most 150 lines, and the command that is run continuously", () => {
    const readme = readFileSync(path.join(root, "README.md"), "utf8");
    const lines = readme.trimEnd().split("\n").length;
    assert.ok(lines <= 150, `${lines} lines`);
    const command = readFileSync(path.join(root, ".ci/run"), "utf8").match(/^exec (.+)$/m)[1];
    assert.match(readme, new RegExp(`^${command}\\b`, "m"));
});
