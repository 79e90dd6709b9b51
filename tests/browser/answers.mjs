/**
 * What the page's engine answers, asked by the test itself: a second engine in the same browser, with the same files.
 */

/**
 * @param {import("playwright-core").Page} page
 * @param {{model: string, picture: string, size?: number}[]} panes `picture` is the file of a sample.
 * @returns {Promise<{logits: number[], probabilities: number[], maps: number[], rows: number, columns: number,
 *     placement: any, flagged: boolean}[]>} In order; size and fit are those of the model's card, where nothing is said.
 */
export function askEngine(page, panes) {
    return page.evaluate(async (wanted) => {
        const at = (path) => new URL(path, document.baseURI).href;
        const { Engine } = await import(at("web/engine/engine.js"));
        const { models } = await (await fetch("web/models/index.json")).json();
        const assets = { wasm: at("pkg/"), worker: at("web/engine/worker/"), models: at("web/models/") };
        const sources = {
            model: (id) => models.find((model) => model.id === id),
            photo: async (file) => (await fetch(`web/samples/${file}`)).arrayBuffer(),
        };
        const engine = await new Promise((resolve, reject) => {
            const made = new Engine(assets, sources, wanted[0].model, "cpu", {
                loading() {},
                preparing() {},
                moved() {},
                ready: () => resolve(made),
                broken: (failure) => reject(new Error(failure.message)),
            });
            made.start();
        });
        const answers = [];
        for (const { model, picture, size } of wanted) {
            const { card } = await engine.load(model);
            const looked = { photo: picture, size: size ?? card.input.size, fit: card.input.fit, edits: [] };
            const { logits, probabilities, maps, rows, columns, placement, novelty } = await engine.explain({ model, shuffled: 0 }, looked);
            const plain = { logits: [...logits], probabilities: [...probabilities], maps: [...maps], rows, columns, placement };
            answers.push({ ...plain, flagged: novelty?.flagged === true });
        }
        engine.stop();
        return answers;
    }, panes);
}

/**
 * The map of a choice.
 * @param {{maps: number[], rows: number, columns: number}} answer
 * @param {number} shown
 * @param {number | null} [against]
 */
export function mapFrom({ maps, rows, columns }, shown, against = null) {
    const cells = rows * columns;
    const map = maps.slice(shown * cells, (shown + 1) * cells);
    return against === null ? map : map.map((value, cell) => Math.fround(value - maps[against * cells + cell]));
}

/** A number as the page writes it. @param {string | null} text */
export function numberIn(text) {
    return Number((text ?? "").replaceAll("\u2212", "-").match(/[-+]?\d+(?:\.\d+)?/)?.[0] ?? NaN);
}
