/** What a run of the benchmark is asked for, checked before anything is started. */

import os from "node:os";
import { parseArgs } from "node:util";
import { NETWORKS } from "./networks.mjs";
import { PEERS } from "./peers.mjs";

export const HELP = `
    cargo xtask bench [-- OPTIONS]

    --host chromium,node     where to run; both where both are there
    --only WORD,WORD         parts (networks, memory, bytes, page, roofline, sweep) or networks (efficientnet-lite0, resnet18, ...)
    --devices cpu,webgpu     one of the devices alone
    --sizes 224,512          these sizes of the input alone
    --peers WORD,WORD        beside whom: onnxruntime (the default), litert (LiteRT.js; chromium, float, times and bytes of code alone)
    --threads 1,2            threads on the CPU, of each side (1, 2 where there are two cores); more than one in chromium alone
    --plain                  ours without relaxed SIMD on the CPU, as browsers without it run it
    --runs N                 timed runs of each side at most (30; 2 on an emulated GPU)
    --budget SECONDS         no further turn of a case begins after that (40)
    --quick                  the two smallest networks at 224 px, 5 runs
    --emulated               the full plan on an emulated GPU too: hours
    --name MACHINE           of the results; rows that the file has already are replaced, others stay
    --help                   this

    cargo xtask bench --variants[=own,convolution,matrix] [-- OPTIONS]

    Who computes ours on WebGPU: our kernels, burn's conv2d, burn's matrix product.
`;

const HOSTS = ["chromium", "node"];
const DEVICES = ["cpu", "webgpu"];
const PARTS = ["networks", "memory", "bytes", "page", "roofline", "sweep"];
const VARIANTS = ["own", "convolution", "matrix"];

/** The fault of whoever typed it. */
export class OptionError extends Error {}

/**
 * @typedef {object} Options
 * @property {string[]} hosts
 * @property {("cpu" | "webgpu")[]} devices
 * @property {boolean} devicesAsked Whether they were named, so that one that is not there is a failure.
 * @property {string[]} parts
 * @property {string[]} networks All where empty.
 * @property {number[]} sizes Likewise.
 * @property {string[]} peers
 * @property {number[]} threads
 * @property {boolean} plain
 * @property {number | undefined} runs
 * @property {number} budget Seconds.
 * @property {boolean} quick
 * @property {boolean} emulated
 * @property {string[]} variants
 * @property {string} name
 * @property {boolean} help
 */

/**
 * @param {string[]} given
 * @returns {Options}
 */
export function readOptions(given) {
    const values = parse(given);
    const only = among("only", values.only, [...PARTS, ...Object.keys(NETWORKS)]);
    const parts = only.filter((word) => PARTS.includes(word));
    if (!/^\w[\w.-]*$/.test(values.name)) {
        throw new OptionError(`--name is part of a file's name: letters, digits, - and _, not ${values.name}`);
    }
    return {
        hosts: among("host", values.host, HOSTS),
        devices: /** @type {any} */ (among("devices", values.devices ?? DEVICES.join(","), DEVICES)),
        devicesAsked: values.devices !== undefined,
        parts: parts.length ? parts : PARTS,
        networks: only.filter((word) => word in NETWORKS),
        sizes: words(values.sizes).map((word) => positive("sizes", word, Number.isInteger)),
        peers: among("peers", values.peers, Object.keys(PEERS)),
        threads: words(values.threads).map((word) => positive("threads", word, Number.isInteger)),
        plain: values.plain,
        runs: values.runs === undefined ? undefined : positive("runs", values.runs, Number.isInteger),
        budget: positive("budget", values.budget, Number.isFinite),
        quick: values.quick,
        emulated: values.emulated,
        variants: among("variants", values.variants, VARIANTS),
        name: values.name,
        help: values.help,
    };
}

/** @param {string[]} args */
function parse(args) {
    try {
        return parseArgs({
            args,
            options: {
                host: { type: "string", default: HOSTS.join(",") },
                only: { type: "string", default: "" },
                devices: { type: "string" },
                sizes: { type: "string", default: "" },
                peers: { type: "string", default: "onnxruntime" },
                threads: { type: "string", default: os.availableParallelism() > 1 ? "1,2" : "1" },
                plain: { type: "boolean", default: false },
                runs: { type: "string" },
                budget: { type: "string", default: "40" },
                quick: { type: "boolean", default: false },
                emulated: { type: "boolean", default: false },
                variants: { type: "string", default: "" },
                name: { type: "string", default: os.hostname() },
                help: { type: "boolean", default: false },
            },
        }).values;
    } catch (error) {
        throw new OptionError(error.message);
    }
}

const words = (/** @type {string} */ text) => text.split(",").filter(Boolean);

/** @param {string} option @param {string} text @param {string[]} known */
function among(option, text, known) {
    const given = words(text);
    const unknown = given.filter((word) => !known.includes(word));
    if (unknown.length) {
        throw new OptionError(`--${option} knows ${known.join(", ")}, not ${unknown.join(", ")}`);
    }
    return given;
}

/** @param {string} option @param {string} text @param {(value: number) => boolean} fits */
function positive(option, text, fits) {
    const value = Number(text);
    if (!fits(value) || value <= 0) {
        throw new OptionError(`--${option} takes numbers above zero, not ${text}`);
    }
    return value;
}
