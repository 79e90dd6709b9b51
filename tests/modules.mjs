/**
 * Which modules need which, from their imports.
 *
 *     node tests/modules.mjs                  writes the modules that the first picture needs into index.html
 *     node tests/modules.mjs --check          compares them with what stands there
 *     node tests/modules.mjs --needs FILE...  prints all that these modules need, now or later, one a line
 */

import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const ENTRIES = ["web/page/head-start.js", "web/page/main.js"];
const MARKS = /(<!-- modules -->\n)[\s\S]*?( *<!-- \/modules -->)/;

/** Before a module runs. */
const AT_ONCE = /^(?:import|export)\s+(?:[\w*{}\s,]+\s+from\s+)?"(\.[^"]+)";/gm;
/** When it is called for. */
const LATER = /\bimport\("(\.[^"]+)"\)/g;

/**
 * Files that a module imports.
 * @param {string} file
 * @param {boolean} later Whether those count, too, that come when they are called for.
 */
export async function importsOf(file, later = false) {
    const text = await readFile(path.join(root, file), "utf8");
    // Those in comments give types.
    const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
    const found = [AT_ONCE, ...(later ? [LATER] : [])].flatMap((pattern) => Array.from(code.matchAll(pattern), ([, target]) => target));
    return found.map((target) => path.posix.join(path.posix.dirname(file), target));
}

/**
 * All that some modules need, themselves first.
 * @param {string[]} entries
 * @param {boolean} later As in {@link importsOf}.
 */
export async function closure(entries, later = false) {
    const all = new Set();
    const visit = async (file) => {
        if (!all.has(file)) {
            all.add(file);
            for (const target of await importsOf(file, later)) {
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

async function main([option, ...files]) {
    if (option === "--needs") {
        console.log((await closure(files, true)).join("\n"));
        return;
    }
    const page = path.join(root, "index.html");
    const html = await readFile(page, "utf8");
    const wanted = await withModules(html);
    if (option !== "--check") {
        if (html !== wanted) {
            await writeFile(page, wanted);
        }
    } else if (html !== wanted) {
        console.error("index.html does not list the modules that the page imports; run node tests/modules.mjs");
        process.exitCode = 1;
    }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    await main(process.argv.slice(2));
}
