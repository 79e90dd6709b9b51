/**
 * Which modules need which, from their imports.
 *
 *     node tests/modules.mjs                  writes what starts the engine into index.html, and the worker's modules into
 *                                             web/engine/worker-modules.js
 *     node tests/modules.mjs --check          compares both with what stands there
 *     node tests/modules.mjs --needs FILE...  prints all that these modules need, now or later, one a line
 */

import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
/** What brings the engine on its way. Browsers fetch six files at once from a host, so all else of the page, which these
 * modules need, is named for later: head-start.js asks for it once the engine's files are on their way. */
const ENTRIES = ["web/page/head-start.js"];
const LATER_ENTRIES = ["web/page/main.js"];
const WORKER = "web/engine/worker/worker.js";
const WORKER_LIST = "web/engine/worker-modules.js";
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
    const later = (await closure(LATER_ENTRIES)).filter((file) => !modules.includes(file));
    const line = (rel) => (file) => `    <link rel="${rel}" href="${file}">\n`;
    const lines = [...modules.map(line("modulepreload")), ...later.map(line("later"))];
    return html.replace(MARKS, (_, open, close) => `${open}${lines.join("")}${close}`);
}

/** web/engine/worker-modules.js as it should be. */
export async function workerModules() {
    const folder = path.posix.dirname(WORKER);
    const names = (await closure([WORKER])).map((file) => path.posix.relative(folder, file)).sort();
    return `/**
 * The modules of the worker, which it fetches all at once instead of one generation of imports after the other. Written by
 * \`node tests/modules.mjs\`.
 *
 * @module
 */

export default ${JSON.stringify(names, null, 4).replace(/"\n\]/, '",\n]')};
`;
}

async function main([option, ...files]) {
    if (option === "--needs") {
        console.log((await closure(files, true)).join("\n"));
        return;
    }
    const page = path.join(root, "index.html");
    const html = await readFile(page, "utf8");
    const list = path.join(root, WORKER_LIST);
    for (const [file, is, wanted] of [
        [page, html, await withModules(html)],
        [list, await readFile(list, "utf8").catch(() => ""), await workerModules()],
    ]) {
        if (is === wanted) {
            continue;
        }
        if (option === "--check") {
            console.error(`${file} does not list the modules that are imported; run node tests/modules.mjs`);
            process.exitCode = 1;
        } else {
            await writeFile(file, wanted);
        }
    }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    await main(process.argv.slice(2));
}
