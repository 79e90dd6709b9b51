/** Node with Dawn, the WebGPU inside Chromium: the same wasm on a machine that has a GPU and no browser. */

import { fork } from "node:child_process";
import { access } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { measure as ceilings } from "../roofline/node.mjs";

const CHILD = fileURLToPath(new URL("node-child.mjs", import.meta.url));
/** Chromium's emulation of Vulkan on the CPU, and its loader, for machines that have neither a GPU nor Vulkan. */
const EMULATION = "vk_swiftshader_icd.json";
const CHROMIUM_FOLDERS = ["/usr/lib/chromium", "/usr/lib/chromium-browser", "/opt/google/chrome"];

/**
 * @param {Record<string, string>} folders As the benchmark's server has them.
 * @returns {Promise<import("./host.mjs").Host>}
 */
export async function openNode(folders) {
    let environment = process.env;
    let adapter = await ask({ ask: "adapter" }, environment);
    const emulation = adapter ? undefined : await findEmulation();
    if (emulation) {
        environment = { ...process.env, VK_ICD_FILENAMES: path.join(emulation, EMULATION), LD_LIBRARY_PATH: emulation };
        adapter = await ask({ ask: "adapter" }, environment);
    }
    return {
        name: "node",
        version: `Node ${process.versions.node}`,
        adapter,
        emulated: adapter?.software ?? true,
        async measure(question, observe) {
            return ask({ ask: "measure", question, folders }, environment, observe);
        },
        ceilings,
    };
}

async function findEmulation() {
    const folders = process.env.SOFTCAM_CHROMIUM ? [path.dirname(process.env.SOFTCAM_CHROMIUM), ...CHROMIUM_FOLDERS] : CHROMIUM_FOLDERS;
    for (const folder of folders) {
        if (await access(path.join(folder, EMULATION)).then(() => true, () => false)) {
            return folder;
        }
    }
}

/** One question to a process of its own. */
function ask(message, environment, observe = async (_) => undefined) {
    const child = fork(CHILD, { env: environment, serialization: "advanced", stdio: ["ignore", "inherit", "pipe", "ipc"] });
    let complaints = "";
    child.stderr?.on("data", (chunk) => (complaints += chunk));
    return new Promise((resolve, reject) => {
        child.on("message", async ({ error, result }) => {
            await observe(child.pid);
            child.kill();
            error === undefined ? resolve(result) : reject(new Error(error));
        });
        child.on("exit", (code, signal) => reject(new Error(`Node ended with ${code ?? signal}: ${complaints.trim()}`)));
        child.send(message);
    });
}
