/**
 * The modules that the first picture needs, from the imports of the page: written into index.html, or with `--check`
 * compared with what stands there.
 *
 *     node tests/modules.mjs [--check]
 */

import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const ENTRIES = ["web/page/head-start.js", "web/page/main.js"];
const MARKS = /(<!-- modules -->\n)[\s\S]*?( *<!-- \/modules -->)/;

/** Files that a module imports before it runs. */
export async function importsOf(file) {
    const text = await readFile(path.join(root, file), "utf8");
    // Not those in comments, which give types, nor those that are called, which come later.
    const found = text.matchAll(/^(?:import|export)\s+(?:[\w*{}\s,]+\s+from\s+)?"(\.[^"]+)";/gm);
    return Array.from(found, ([, target]) => path.posix.join(path.posix.dirname(file), target));
}

/** All that some modules need, themselves first. */
export async function closure(entries) {
    const all = new Set();
    const visit = async (file) => {
        if (!all.has(file)) {
            all.add(file);
            for (const target of await importsOf(file)) {
                await visit(target);
            }
        }
    };
    for (const entry of entries) {
        await visit(entry);
    }
    return [...all];
}

/** index.html as it should be. */
export async function withModules(html) {
    const modules = await closure(ENTRIES);
    const lines = modules.map((file) => `    <link rel="modulepreload" href="${file}">\n`);
    return html.replace(MARKS, (_, open, close) => `${open}${lines.join("")}${close}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const page = path.join(root, "index.html");
    const html = await readFile(page, "utf8");
    const wanted = await withModules(html);
    if (process.argv.includes("--check")) {
        if (html !== wanted) {
            console.error("index.html does not list the modules that the page imports; run node tests/modules.mjs");
            process.exitCode = 1;
        }
    } else {
        await writeFile(page, wanted);
    }
}
