/** One side in a worker of the page, as it runs on a page. Without an import of its own: it is started as a classic script too. */

/** @type {import("./ours.mjs").Side} */
let side;

const files = {
    locate: (path) => new URL(path, location.origin).href,
    read: async (path) => {
        const response = await fetch(path);
        if (!response.ok) {
            throw new Error(`${path}: status ${response.status}`);
        }
        return new Uint8Array(await response.arrayBuffer());
    },
};

async function open({ who, question }) {
    const { open } = await import(`./${who}.mjs`);
    side = await open(question, files);
    return side.times;
}

const answers = { open, run: () => side.run(), batch: ({ count }) => side.batch?.(count) };

addEventListener("message", async ({ data }) => {
    try {
        postMessage(await answers[data.type](data));
    } catch (error) {
        postMessage({ error: String(error?.message ?? error) });
    }
});
