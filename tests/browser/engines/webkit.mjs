/** WebKit as in GNOME's browser: WebKitGTK's own small browser, by W3C WebDriver, on a screen that nobody sees. */

import { createServer } from "node:net";
import path from "node:path";
import { PATIENCE } from "../harness.mjs";
import { folder, inTime, mouse, newFile, pause, start, typed } from "./remote.mjs";

/** Ending of a file that is still being saved. */
const UNFINISHED = ".wkdownload";

/** @returns {Promise<import("./index.mjs").Driver>} */
export async function webkit() {
    const home = await folder();
    const program = process.env.SOFTCAM_WEBKIT ?? "WebKitWebDriver";
    const port = await freePort();
    const parameters = ["-a", "-s", "-screen 0 1400x1100x24", program, `--port=${port}`];
    // Layers that a graphics card would put together take most of a processor's time, and nothing here looks at them.
    const environment = { WEBKIT_DISABLE_COMPOSITING_MODE: "1" };
    const server = start("xvfb-run", parameters, { home: home.path, environment, advice: "install xvfb" });
    const at = `http://127.0.0.1:${port}`;
    let session = "";
    const close = async () => {
        await (session && ask("DELETE", session).catch(() => {}));
        await server.stop();
        await home.remove();
    };
    try {
        await Promise.race([listens(`${at}/status`), server.failed]);
        const made = await ask("POST", `${at}/session`, { capabilities: { alwaysMatch: { browserName: "MiniBrowser" } } });
        session = `${at}/session/${made.sessionId}`;
        await ask("POST", `${session}/timeouts`, { script: PATIENCE, pageLoad: PATIENCE });
        await ask("POST", `${session}/window/rect`, { width: 1280, height: 940 });
        return { ...driver(session, home.path), version: `WebKitGTK ${made.capabilities.browserVersion}`, close };
    } catch (error) {
        await close();
        throw error;
    }
}

/**
 * @param {string} session Its address.
 * @param {string} downloads
 */
function driver(session, downloads) {
    const act = (/** @type {object[]} */ actions) => ask("POST", `${session}/actions`, { actions });
    const run = "const done = arguments[arguments.length - 1]; EXPRESSION.then((value) => done([value]), (error) => done(String(error)));";
    return {
        // WebDriver tells nothing of a page's console.
        errors: [],
        open: (url) => ask("POST", `${session}/url`, { url }),
        reload: () => ask("POST", `${session}/refresh`, {}),
        async evaluate(expression) {
            const answer = await ask("POST", `${session}/execute/async`, { script: run.replace("EXPRESSION", () => expression), args: [] });
            if (!Array.isArray(answer)) {
                throw new Error(answer);
            }
            return answer[0];
        },
        moveTo: (x, y) => act(mouse.move(x, y)),
        click: (x, y) => act(mouse.click(x, y)),
        press: (key) => act(typed(key)),
        async choose(selector, files) {
            const found = await ask("POST", `${session}/element`, { using: "css selector", value: selector });
            await ask("POST", `${session}/element/${Object.values(found)[0]}/value`, { text: files.join("\n") });
        },
        async saved(act) {
            return newFile(downloads, UNFINISHED, act);
        },
        picture: async () => Buffer.from(await ask("GET", `${session}/screenshot`), "base64"),
    };
}

/** One command of WebDriver. @param {string} method @param {string} url @param {object} [body] @returns {Promise<any>} */
async function ask(method, url, body) {
    const response = await inTime(fetch(url, { method, body: body && JSON.stringify(body) }), `${method} ${url}`);
    const { value } = await response.json();
    if (!response.ok) {
        throw new Error(`${method} ${new URL(url).pathname}: ${value.error}: ${value.message}`);
    }
    return value;
}

/** @param {string} url */
async function listens(url) {
    const end = Date.now() + PATIENCE;
    while (!(await fetch(url).catch(() => null))) {
        if (Date.now() > end) {
            throw new Error("WebKit's driver does not answer");
        }
        await pause(50);
    }
}

/** @returns {Promise<number>} */
async function freePort() {
    const server = createServer();
    await new Promise((/** @type {(value: void) => void} */ resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
    await new Promise((resolve) => server.close(resolve));
    return port;
}
