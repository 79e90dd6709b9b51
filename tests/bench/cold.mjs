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
        const shown = () => document.querySelector("#canvases")?.["hidden"] === false && document.querySelector("#busy")?.["hidden"];
        const look = () => (shown() ? (window["overlayAt"] = performance.now()) : requestAnimationFrame(look));
        requestAnimationFrame(look);
    },
    peer: () => {
        const look = () => (window["done"] ? (window["overlayAt"] = performance.now()) : requestAnimationFrame(look));
        requestAnimationFrame(look);
    },
};

/**
 * @param {{url: string, sent: import("./server.mjs").Sent[]}} server
 * @param {object} question
 * @param {"cpu" | "webgpu"} question.device
 * @param {boolean} question.emulated
 * @param {number} question.times
 * @returns {Promise<Record<"ours" | "peer", {milliseconds: number[], bytes: number}>>} `bytes` after gzip, of the last time.
 */
export async function cold(server, { device, emulated, times }) {
    const addresses = {
        ours: `${server.url}/index.html?device=${device}&sample=chelsea.jpg`,
        peer: `${server.url}/bench/peer.html?device=${device}&model=efficientnet-lite0-int8.onnx`,
    };
    const taken = { ours: { milliseconds: [], bytes: 0 }, peer: { milliseconds: [], bytes: 0 } };
    for (let time = 0; time < times; time++) {
        for (const [who, address] of Object.entries(addresses)) {
            const browser = await launch(emulated);
            try {
                const page = await browser.newPage();
                page.setDefaultTimeout(600_000);
                await page.addInitScript(WATCHES[who]);
                const from = server.sent.length;
                await page.goto(address);
                await page.waitForFunction(() => window["overlayAt"] !== undefined);
                const [overlayAt, begin] = await page.evaluate(() => [window["overlayAt"], performance.timeOrigin]);
                const come = server.sent.slice(from).filter(({ at }) => at <= begin + overlayAt);
                taken[who].milliseconds.push(overlayAt);
                taken[who].bytes = await gzipped(come.map(({ file }) => file));
            } catch (error) {
                throw new Error(`${who}: ${error.message}`, { cause: error });
            } finally {
                await browser.close();
            }
        }
    }
    return taken;
}
