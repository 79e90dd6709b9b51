/** Peak memory of the processes that this one started. */

import { readFile, readdir } from "node:fs/promises";

/**
 * Megabytes of the largest resident size of each child and grandchild that is alive, since it started, added up. What
 * they share counts once for each. Linux alone tells it.
 * @returns {Promise<number | undefined>}
 */
export async function peakOfChildren() {
    if (process.platform !== "linux") {
        return undefined;
    }
    const processes = new Map();
    for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
        const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
        const field = (name) => Number(status.match(new RegExp(`^${name}:\\s+(\\d+)`, "m"))?.[1] ?? 0);
        processes.set(Number(pid), { parent: field("PPid"), kilobytes: field("VmHWM") });
    }
    const isMine = (pid) => pid === process.pid || (processes.has(pid) && isMine(processes.get(pid).parent));
    const mine = [...processes].filter(([pid]) => pid !== process.pid && isMine(pid));
    return mine.reduce((sum, [, { kilobytes }]) => sum + kilobytes, 0) / 1024;
}
