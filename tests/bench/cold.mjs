/**
 * From navigation to the first overlay, each time in a browser that has seen nothing: how long it takes, and how many
 * bytes have come by then.
 *
 * What counts as come is what the server had sent whole by that time, whoever asked for it; so nothing here has to know
 * which files either page loads, or in which order.
 */

import { launch } from "./hosts/chromium.mjs";
import { gzipped } from "./sizes.mjs";

/** Runs in the page, before anything of the page does. */
const WATCHES = {
    ours: () => {
        const shown = () => {
            const stage = document.querySelector(".stage");
            return stage?.querySelector(".overlay")?.["width"] > 0 && stage.querySelector(".busy")?.["hidden"];
        };
        const look = () => (shown() ? (window["overlayAt"] = performance.now()) : requestAnimationFrame(look));
        requestAnimationFrame(look);
    },
    peer: () => {
        const look = () => (window["done"] ? (window["overlayAt"] = performance.now()) : requestAnimationFrame(look));
        requestAnimationFrame(look);
    },
};

/**
 * States of a browser with a new profile, in which nothing is cached, by the seconds that it idles on about:blank before
 * the navigation. One that was just started is still busy with itself, which costs either side the same; a visitor's is not.
 */
export const STATES = { "just started": 0, "at rest": 5 };

/**
 * @typedef {object} Visit
 * @property {number[]} milliseconds From navigation to the first overlay.
 * @property {number} bytes After gzip, of the last time.
 */

/**
 * @param {{url: string, sent: import("./server.mjs").Sent[]}} server
 * @param {object} question
 * @param {Record<"ours" | "peer", "auto" | "cpu" | "webgpu">} question.devices
 * @param {number} question.rest Seconds on about:blank before.
 * @param {boolean} question.emulated
 * @param {"ours" | "peer"} question.who
 * @returns {Promise<{milliseconds: number, bytes: number}>} `bytes` after gzip.
 */
async function visit(server, { devices, rest, emulated, who }) {
    const address = {
        ours: `${server.url}/index.html?device=${devices.ours}&sample=chelsea.jpg`,
        peer: `${server.url}/bench/peer.html?device=${devices.peer}&model=efficientnet-lite0-int8.onnx`,
    }[who];
    const browser = await launch(emulated);
    try {
        const page = await browser.newPage();
        page.setDefaultTimeout(600_000);
        await page.addInitScript(WATCHES[who]);
        await new Promise((resolve) => setTimeout(resolve, 1000 * rest));
        const from = server.sent.length;
        await page.goto(address);
        await page.waitForFunction(() => window["overlayAt"] !== undefined);
        const [overlayAt, begin] = await page.evaluate(() => [window["overlayAt"], performance.timeOrigin]);
        const come = server.sent.slice(from).filter(({ at }) => at <= begin + overlayAt);
        return { milliseconds: overlayAt, bytes: await gzipped(come.map(({ file }) => file)) };
    } catch (error) {
        throw new Error(`${who}: ${error.message}`, { cause: error });
    } finally {
        await browser.close();
    }
}

/**
 * @param {{url: string, sent: import("./server.mjs").Sent[]}} server
 * @param {object} question
 * @param {Record<"ours" | "peer", "auto" | "cpu" | "webgpu">} question.devices
 * @param {boolean} question.emulated
 * @param {number} question.times
 * @param {string[]} question.states
 * @returns {Promise<Record<string, Record<"ours" | "peer", Visit>>>} By state.
 */
export async function cold(server, { devices, emulated, times, states }) {
    const visits = () => ({ ours: { milliseconds: [], bytes: 0 }, peer: { milliseconds: [], bytes: 0 } });
    const taken = Object.fromEntries(states.map((state) => [state, visits()]));
    for (let time = 0; time < times; time++) {
        for (const state of states) {
            for (const who of /** @type {const} */ (["ours", "peer"])) {
                const { milliseconds, bytes } = await visit(server, { devices, rest: STATES[state], emulated, who });
                taken[state][who].milliseconds.push(milliseconds);
                taken[state][who].bytes = bytes;
            }
        }
    }
    return taken;
}
