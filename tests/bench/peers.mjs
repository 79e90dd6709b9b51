/** What ours is put beside. */

import { readFile } from "node:fs/promises";
import path from "node:path";
import { root } from "../browser/harness.mjs";

/**
 * @typedef {object} Peer
 * @property {"peer" | "litert"} side
 * @property {string} title
 * @property {string} folder Of its npm package.
 */

/** @type {Record<string, Peer>} By the word of the option. */
export const PEERS = {
    onnxruntime: { side: "peer", title: "onnxruntime-web", folder: "tests/node_modules/onnxruntime-web" },
    litert: { side: "litert", title: "LiteRT.js", folder: "tests/bench/litert/node_modules/@litertjs/core" },
};

/**
 * Who runs a case beside ours.
 * @param {string[]} asked
 * @param {{host: string, precision: string}} where
 * @returns {Peer[]}
 */
export function peersOf(asked, { host, precision }) {
    // LiteRT.js loads itself as a page's script or a worker's, not as Node's; its files are made in float alone.
    const runs = (word) => word !== "litert" || (host === "chromium" && precision === "float");
    return asked.filter(runs).map((word) => PEERS[word]);
}

/**
 * Title and version, as in a row of the results.
 * @param {Peer} peer
 */
export async function nameOf({ title, folder }) {
    const { version } = JSON.parse(await readFile(path.join(root, folder, "package.json"), "utf8"));
    return `${title} ${version}`;
}
