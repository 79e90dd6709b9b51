/** What drivers share that speak to a browser by one of W3C's protocols: WebDriver and WebDriver BiDi. */

import { spawn } from "node:child_process";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { PATIENCE } from "../harness.mjs";

/** A folder for a browser's files, for as long as it runs. */
export async function folder() {
    const made = await mkdtemp(path.join(os.tmpdir(), "softcam-browser-"));
    // The last processes of a browser may still be writing.
    return { path: made, remove: () => rm(made, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }) };
}

/**
 * Starts a program and all that it starts, to be stopped together.
 * @param {string} program
 * @param {string[]} parameters
 * @param {{home: string, environment?: Record<string, string>, advice: string}} options The program's home, what else its
 *     environment has, and what to do where there is no such program.
 */
export function start(program, parameters, { home, environment, advice }) {
    const child = spawn(program, parameters, {
        env: { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home, XDG_DATA_HOME: home, ...environment },
        stdio: ["ignore", "ignore", "pipe"],
        detached: true,
    });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text) => (said += text));
    const ended = new Promise((resolve) => child.once("close", resolve));
    const failed = new Promise((_, reject) => {
        child.once("error", ({ message }) => reject(new Error(`${program} does not start (${message}); ${advice}`)));
        child.once("exit", (code) => reject(new Error(`${program} ended with ${code}: ${said}`)));
    });
    failed.catch(() => {});
    const kill = () => {
        if (child.exitCode === null && child.signalCode === null && child.pid) {
            process.kill(-child.pid);
        }
    };
    // A test that is broken off leaves no browser behind.
    const breakOff = () => {
        kill();
        process.exit(1);
    };
    const signals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
    signals.forEach((signal) => process.once(signal, breakOff));
    return {
        /** What it has written to its standard error. */
        said: () => said,
        /** Rejected when it ends, or cannot start. */
        failed,
        async stop() {
            signals.forEach((signal) => process.off(signal, breakOff));
            kill();
            await ended;
        },
    };
}

/** Keys that write nothing, as both protocols name them. */
const KEYS = { Enter: "\uE007", Escape: "\uE00C", ArrowLeft: "\uE012", ArrowUp: "\uE013", ArrowRight: "\uE014", ArrowDown: "\uE015" };

/** Devices of a person, in the form that both protocols take. */
export const mouse = {
    move: (/** @type {number} */ x, /** @type {number} */ y) => pointer([{ type: "pointerMove", x: Math.round(x), y: Math.round(y) }]),
    click: (/** @type {number} */ x, /** @type {number} */ y) =>
        pointer([
            { type: "pointerMove", x: Math.round(x), y: Math.round(y) },
            { type: "pointerDown", button: 0 },
            { type: "pointerUp", button: 0 },
        ]),
};

/** @param {string} key */
export function typed(key) {
    const value = KEYS[key] ?? key;
    return [{ type: "key", id: "keyboard", actions: [{ type: "keyDown", value }, { type: "keyUp", value }] }];
}

const pointer = (/** @type {object[]} */ actions) => [{ type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions }];

/**
 * The file that a browser saves into `folder` when `act` is done. A browser may hold the place with an empty file of the name.
 * @param {string} folder
 * @param {string} unfinished Ending of what is still being saved.
 * @param {() => Promise<unknown>} act
 */
export async function newFile(folder, unfinished, act) {
    const before = new Set(await readdir(folder));
    await act();
    const end = Date.now() + PATIENCE;
    while (Date.now() < end) {
        const names = (await readdir(folder)).filter((name) => name.includes(".") && !before.has(name));
        if (names.length === 1 && !names[0].endsWith(unfinished)) {
            const read = () => readFile(path.join(folder, names[0])).catch(() => null);
            const bytes = await read();
            // Firefox may write to a file of another name first, and more may come.
            await pause(100);
            if (bytes?.length && (await read())?.length === bytes.length) {
                return { name: names[0], bytes };
            }
        }
        await pause(100);
    }
    throw new Error("nothing was saved");
}

/**
 * What is promised, or a failure where it does not come: only there to end a hang.
 * @template T
 * @param {Promise<T>} promise
 * @param {string} what
 * @returns {Promise<T>}
 */
export async function inTime(promise, what) {
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(`${what}: no answer`)), PATIENCE)));
    try {
        return await Promise.race([promise, /** @type {Promise<never>} */ (late)]);
    } finally {
        clearTimeout(timer);
    }
}

/** @param {number} milliseconds */
export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
