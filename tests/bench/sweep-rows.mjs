/** What sweep.mjs found, as rows beside all others: ours near a kept run against ours in full. */

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/**
 * Rows without a date. A process of its own runs the sweep: this one has done other things.
 * @param {string[]} models All where empty.
 */
export async function sweep(models) {
    const folder = await mkdtemp(path.join(os.tmpdir(), "softcam-"));
    try {
        const out = path.join(folder, "sweep.json");
        const script = fileURLToPath(new URL("sweep.mjs", import.meta.url));
        const { stdout } = await promisify(execFile)(process.execPath, [script, "--out", out, ...models.flatMap((model) => ["--model", model])]);
        console.log(stdout.trim());
        return rowsOfSweep(JSON.parse(await readFile(out, "utf8")));
    } finally {
        await rm(folder, { recursive: true });
    }
}

/**
 * @param {{rows: {model: string, size: number, grid: number, full: number, near: number, nearWithoutMaps: number,
 *     worst: number, worstLogit: number, load: number}[]}} found As sweep.mjs writes it.
 */
export function rowsOfSweep({ rows }) {
    return rows.flatMap(({ model, size, grid, full, near, nearWithoutMaps, worst, worstLogit, load }) => {
        const common = {
            host: "node",
            adapter: "",
            device: "cpu",
            network: `${model}@${size}`,
            precision: "int8",
            peer: full,
            peer_name: "ours, full runs",
            size,
            runs: grid ** 2,
            load,
        };
        return [
            { metric: "sweep, ms a covered picture", ours: near, ...common, agreement: { apart: worst } },
            { metric: "sweep without maps, ms a covered picture", ours: nearWithoutMaps, ...common, agreement: { apart: worstLogit } },
        ];
    });
}
