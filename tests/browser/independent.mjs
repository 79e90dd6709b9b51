/**
 * The engine asked without the page: what the page shows is measured against its answers.
 */

/** Cells along a side of a chest model's map. */
export const SIDE = 14;

/**
 * @param {import("playwright-core").Page} page On the site.
 * @param {{model: string, sample: string, edits?: object[], shuffled?: number, methods?: string[]}} question
 * @returns {Promise<{logits: number[], probabilities: number[], maps: number[][], rows: number, columns: number, flagged: boolean,
 *     others: Record<string, {values: number[], rows: number, columns: number}>}>} `others`: of two classes, the second over the
 *     first, by the methods that were asked for.
 */
export async function askIndependently(page, question) {
    return page.evaluate(async ({ model, sample, edits = [], shuffled = 0, methods = [] }) => {
        const folder = (path) => new URL(path, document.baseURI).href;
        const { Engine } = await import(folder("web/engine/engine.js"));
        const assets = { wasm: folder("pkg/"), worker: folder("web/engine/worker/"), models: folder("web/models/") };
        const { models } = await (await fetch("web/models/index.json")).json();
        const source = models.find(({ id }) => id === model);
        const photo = async (/** @type {string} */ id) => (await fetch(`web/samples/${id.replace("sample:", "")}`)).arrayBuffer();
        const { engine, card } = await new Promise((resolve, reject) => {
            const engine = new Engine(assets, { model: () => source, photo }, model, "cpu", {
                loading() {},
                preparing() {},
                ready: (_, { card }) => resolve({ engine, card }),
                moved() {},
                broken: reject,
            });
            engine.start();
        });
        const { size, fit } = card.input;
        const looked = { photo: sample, size, fit, edits };
        const explained = await engine.explain({ model, shuffled }, looked);
        const { logits, probabilities, maps, rows, columns, novelty } = explained;
        const others = {};
        if (methods.length > 0) {
            const { attributionOf } = await import(folder("web/tools/methods/computed.js"));
            const { optionsFrom } = await import(folder("web/tools/methods/list.js"));
            for (const method of methods) {
                const ask = { method, options: optionsFrom(method, "", { size, columns }), target: { class: 1, against: 0 } };
                const map = await attributionOf(engine).attribute({ model, shuffled }, looked, ask, { expected: logits, signal: new AbortController().signal, onProgress() {} });
                others[method] = { values: [...map.values], rows: map.rows, columns: map.columns };
            }
            attributionOf(engine).close();
        }
        engine.stop();
        const cells = rows * columns;
        const map = (index) => Array.from(maps.subarray(index * cells, (index + 1) * cells));
        return {
            logits: [...logits],
            probabilities: [...probabilities],
            maps: Array.from(logits, (_, index) => map(index)),
            rows,
            columns,
            flagged: novelty?.flagged === true,
            others,
        };
    }, question);
}

/** The one class's map less the other's. */
export const over = ({ maps }, shown, against) => maps[shown].map((value, cell) => value - maps[against][cell]);

/** A number as the page writes it. @param {string} text */
export const number = (text) => Number(text.replace("\u2212", "-").replace("%", "").trim());

/** All numbers of a sentence that have a sign. @param {string} text */
export const signedNumbers = (text) => (text.match(/[+\u2212]\d+(\.\d+)?/g) ?? []).map(number);

/** Of a view, what the address says. @param {import("playwright-core").Page} page */
export async function hash(page) {
    return new URLSearchParams((await page.evaluate(() => location.hash)).slice(1));
}

/**
 * The cells that are chosen, once there are so many of them: a finger's events arrive when the browser sees fit.
 * @param {import("playwright-core").Page} page
 * @param {number} count
 */
export async function chosenCells(page, count) {
    const start = count === 1 ? "One chosen cell " : `${count} chosen cells `;
    await page.waitForFunction(
        ([start, none]) => {
            const said = document.querySelector(".bar-selection, .mask-selection")?.textContent ?? "";
            return none ? said.startsWith("No cell") : said.startsWith(start);
        },
        [start, count === 0],
    );
    return cellsOf((await hash(page)).get("cells"));
}

/** Cells as a link writes them: 3-5,9. @param {string | null} text */
export function cellsOf(text) {
    return (text ?? "")
        .split(",")
        .filter(Boolean)
        .flatMap((part) => {
            const [from, to = from] = part.split("-").map(Number);
            return Array.from({ length: to - from + 1 }, (_, at) => from + at);
        });
}

/** Where the cell that is read lies on the screen. @param {import("playwright-core").Page} page */
export async function outlined(page) {
    const { x, y, width, height } = await page.locator(".stage:not([hidden]) .cell").first().boundingBox();
    return { x: x + width / 2, y: y + height / 2, width, height };
}

/** Reads a cell by keyboard, and says where it lies: the middle one, and so many steps down and to the right of it. */
export async function goToCell(page, down, right) {
    await page.locator(".stage").first().focus();
    await page.keyboard.press("Escape");
    await page.keyboard.press("ArrowUp");
    for (const [steps, back, forth] of [[down, "ArrowUp", "ArrowDown"], [right, "ArrowLeft", "ArrowRight"]]) {
        for (let step = 0; step < Math.abs(steps); step++) {
            await page.keyboard.press(steps < 0 ? back : forth);
        }
    }
    return outlined(page);
}
