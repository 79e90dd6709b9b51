/** Headless Chromium. */

import { chromium } from "playwright-core";

const QUIET = ["--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
/** Linux offers WebGPU only on request; the rest is a browser that nobody has configured. */
const WEBGPU = ["--enable-unsafe-webgpu"];
const ON_GPU = ["--enable-features=Vulkan"];
const EMULATED = ["--use-webgpu-adapter=swiftshader"];
const PATIENCE = 1_200_000;

/**
 * A browser that has seen nothing: its profile, and with it the cache of compiled shaders, is new each time.
 * @param {boolean} emulated Whether WebGPU is to be emulated on the CPU.
 */
export function launch(emulated) {
    return chromium.launch({
        executablePath: process.env.SOFTCAM_CHROMIUM ?? "/usr/bin/chromium",
        headless: true,
        args: [...QUIET, ...WEBGPU, ...(emulated ? EMULATED : ON_GPU)],
    });
}

/**
 * @param {string} url Of the benchmark's server.
 * @returns {Promise<import("./host.mjs").Host>}
 */
export async function openChromium(url) {
    const ask = async (emulated) => {
        const browser = await launch(emulated);
        try {
            const page = await browser.newPage();
            await page.goto(`${url}/bench/index.html`);
            const adapter = await page.evaluate(async () => {
                const { askAdapter } = await import("/bench/hosts/adapter.mjs");
                return askAdapter(navigator["gpu"]);
            });
            return { adapter, version: browser.version() };
        } finally {
            await browser.close();
        }
    };
    // Where there is a GPU, it is used as it comes; emulation is for machines without one.
    const asIs = await ask(false);
    const emulated = asIs.adapter === null || asIs.adapter.software;
    const { adapter, version } = emulated ? await ask(true) : asIs;

    /** `measure` of a module of the benchmark, in a browser of its own, which `observe` may look at before it ends. */
    const inPage = async (module, question, observe = async () => undefined) => {
        const browser = await launch(emulated);
        try {
            const page = await browser.newPage();
            page.setDefaultTimeout(PATIENCE);
            await page.goto(`${url}/bench/index.html`);
            const outcome = await page.evaluate(async ([module, question]) => (await import(module)).measure(question), [module, question]);
            await observe();
            return outcome;
        } finally {
            await browser.close();
        }
    };

    return {
        name: "chromium",
        version: `Chromium ${version}`,
        adapter,
        emulated,
        measure: (question, observe) => inPage("/bench/measure/page.mjs", question, observe),
        ceilings: (question) => inPage("/bench/roofline/page.mjs", question),
    };
}
