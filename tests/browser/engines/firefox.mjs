/** Firefox, by WebDriver BiDi, which it speaks itself. */

import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import WebSocket from "ws";
import { PATIENCE } from "../harness.mjs";
import { folder, inTime, mouse, newFile, pause, start, typed } from "./remote.mjs";

/** Nothing is fetched, shown or asked that no test is about. */
const PREFERENCES = {
    "app.normandy.enabled": false,
    "app.update.disabledForTesting": true,
    "browser.aboutwelcome.enabled": false,
    "browser.download.folderList": 2,
    "browser.shell.checkDefaultBrowser": false,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": false,
    "network.captive-portal-service.enabled": false,
    "network.connectivity-service.enabled": false,
    "toolkit.telemetry.server": "",
};

/** @returns {Promise<import("./index.mjs").Driver>} */
export async function firefox() {
    const home = await folder();
    const downloads = path.join(home.path, "downloads");
    await mkdir(downloads);
    const preferences = { ...PREFERENCES, "browser.download.dir": downloads };
    const lines = Object.entries(preferences).map((pair) => `user_pref(${pair.map((part) => JSON.stringify(part)).join(", ")});\n`);
    await writeFile(path.join(home.path, "user.js"), lines.join(""));
    const program = process.env.SOFTCAM_FIREFOX ?? "firefox-esr";
    const parameters = ["--headless", "--no-remote", "--profile", home.path, "--remote-debugging-port", "0"];
    const browser = start(program, parameters, { home: home.path, advice: "install firefox-esr, or name a Firefox in SOFTCAM_FIREFOX" });
    const close = async () => {
        await browser.stop();
        await home.remove();
    };
    try {
        const session = await Promise.race([connect(browser), browser.failed]);
        const { capabilities } = await session.send("session.new", { capabilities: {} });
        await session.send("session.subscribe", { events: ["log.entryAdded"] });
        const [{ context }] = (await session.send("browsingContext.getTree")).contexts;
        await session.send("browsingContext.setViewport", { context, viewport: { width: 1280, height: 900 } });
        return { ...driver(session, context, downloads), version: `Firefox ${capabilities.browserVersion}`, close };
    } catch (error) {
        await close();
        throw error;
    }
}

/**
 * @param {Awaited<ReturnType<typeof connect>>} session
 * @param {string} context The page.
 * @param {string} downloads Folder that files are saved to.
 */
function driver({ send, on }, context, downloads) {
    /** @type {string[]} */
    const errors = [];
    on("log.entryAdded", ({ level, text }) => level === "error" && errors.push(text));
    const act = (/** @type {object[]} */ actions) => send("input.performActions", { context, actions });
    return {
        errors,
        open: (url) => send("browsingContext.navigate", { context, url, wait: "complete" }),
        reload: () => send("browsingContext.reload", { context, wait: "complete" }),
        async evaluate(expression) {
            const answer = await send("script.evaluate", { expression, target: { context }, awaitPromise: true, userActivation: false });
            if (answer.type === "exception") {
                throw new Error(answer.exceptionDetails.text);
            }
            return answer.result.value;
        },
        moveTo: (x, y) => act(mouse.move(x, y)),
        click: (x, y) => act(mouse.click(x, y)),
        press: (key) => act(typed(key)),
        async choose(selector, files) {
            const { nodes } = await send("browsingContext.locateNodes", { context, locator: { type: "css", value: selector } });
            await send("input.setFiles", { context, element: { sharedId: nodes[0].sharedId }, files });
        },
        async saved(act) {
            return newFile(downloads, ".part", act);
        },
        picture: async () => Buffer.from((await send("browsingContext.captureScreenshot", { context })).data, "base64"),
    };
}

/** A connection to a browser that has just been started, which says where it listens. @param {ReturnType<typeof start>} browser */
async function connect(browser) {
    const end = Date.now() + PATIENCE;
    let address;
    while (!(address = browser.said().match(/WebDriver BiDi listening on (ws:\S+)/)?.[1])) {
        if (Date.now() > end) {
            throw new Error(`Firefox does not say where it listens: ${browser.said()}`);
        }
        await pause(50);
    }
    const socket = new WebSocket(`${address}/session`);
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    /** @type {Map<number, (answer: any) => void>} */
    const waiting = new Map();
    /** @type {Map<string, (event: any) => void>} */
    const listeners = new Map();
    socket.on("message", (text) => {
        const message = JSON.parse(String(text));
        if (message.type === "event") {
            listeners.get(message.method)?.(message.params);
        } else {
            waiting.get(message.id)?.(message);
            waiting.delete(message.id);
        }
    });
    let last = 0;
    return {
        /** @param {string} method @param {object} [params] @returns {Promise<any>} */
        send(method, params = {}) {
            const id = ++last;
            const answer = new Promise((resolve, reject) => {
                waiting.set(id, ({ type, result, error, message }) => (type === "success" ? resolve(result) : reject(new Error(`${method}: ${error}: ${message}`))));
                socket.send(JSON.stringify({ id, method, params }));
            });
            return inTime(Promise.race([answer, browser.failed]), method);
        },
        /** One listener an event. @param {string} event @param {(params: any) => void} listener */
        on: (event, listener) => void listeners.set(event, listener),
    };
}
