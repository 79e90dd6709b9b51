/** What a visitor does and sees, whichever engine the browser has. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { PATIENCE } from "../harness.mjs";
import { pause } from "./remote.mjs";

export class Visitor {
    #driver;

    /** @param {import("./index.mjs").Driver} driver */
    constructor(driver) {
        this.#driver = driver;
    }

    /** Asks the page: the value of a function that runs there. @param {Function} asked @param {...any} given */
    async ask(asked, ...given) {
        return JSON.parse(await this.#driver.evaluate(`(async () => JSON.stringify((await (${asked})(...${JSON.stringify(given)})) ?? null))()`));
    }

    /** Waits until what is asked is so. @param {Function} asked @param {...any} given */
    async until(asked, ...given) {
        const end = Date.now() + PATIENCE;
        while (!(await this.ask(asked, ...given))) {
            assert.ok(Date.now() < end, `waited in vain for ${asked}`);
            await pause(100);
        }
    }

    /** @param {string} selector */
    async text(selector) {
        return this.ask((wanted) => document.querySelector(wanted)?.textContent, selector);
    }

    /** Waits until nothing is being explained and a map is on show. */
    async whenExplained() {
        await this.until(() => {
            const stages = Array.from(document.querySelectorAll(".stage")).filter((stage) => !stage.hidden);
            return stages.length > 0 && stages.every((stage) => stage.hasAttribute("data-drawn") && stage.querySelector(".busy").hidden);
        });
    }

    /** Waits until the evidence for such a class is on show. @param {RegExp} pattern */
    async whenTitled(pattern) {
        await this.until((source) => new RegExp(source).test(document.querySelector(".ledger-title").textContent), pattern.source);
        await this.whenExplained();
    }

    /**
     * Where something is that can be seen and hit there.
     * @param {string} selector
     * @param {{x: number, y: number}} at Share of its width and height.
     */
    async #spot(selector, at) {
        const spot = () =>
            this.ask(
                (wanted, { x, y }) => {
                    const element = document.querySelector(wanted);
                    element?.scrollIntoView({ block: "nearest", behavior: "instant" });
                    const { left, top, width, height } = element?.getBoundingClientRect() ?? { left: 0, top: 0, width: 0, height: 0 };
                    const place = [left + x * width, top + y * height];
                    const there = document.elementFromPoint(...place);
                    return there && (element.contains(there) || there.contains(element)) ? place : null;
                },
                selector,
                at,
            );
        const end = Date.now() + PATIENCE;
        for (let before = null; ; ) {
            const now = await spot();
            // What still moves is not hit yet.
            if (now && String(now) === String(before)) {
                return now;
            }
            assert.ok(Date.now() < end, `${selector} cannot be reached`);
            before = now;
            await pause(50);
        }
    }

    /** @param {string} selector @param {{x: number, y: number}} [at] */
    async pointAt(selector, at = { x: 0.5, y: 0.5 }) {
        const [x, y] = await this.#spot(selector, at);
        await this.#driver.moveTo(x, y);
    }

    /** @param {string} selector @param {{x: number, y: number}} [at] */
    async click(selector, at = { x: 0.5, y: 0.5 }) {
        const [x, y] = await this.#spot(selector, at);
        await this.#driver.click(x, y);
    }

    /** @param {string} text */
    async type(text) {
        for (const letter of text) {
            await this.#driver.press(letter);
        }
    }

    /** @param {string} file Dropped on the page, as the operating system would hand it over. */
    async drop(file) {
        const base64 = (await readFile(file)).toString("base64");
        await this.ask(
            (encoded, name) => {
                const dataTransfer = new DataTransfer();
                dataTransfer.items.add(new File([Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0))], name));
                document.querySelector("#stages").dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
            },
            base64,
            path.basename(file),
        );
    }

    /** The numbers of the line on what all cells add up to. */
    async sum() {
        const text = await this.text(".sum");
        const [, sum, logit] = text.replaceAll("\u2212", "-").match(/: ([+-]?[\d.]+) = (?:logit|difference of the logits) ([+-]?[\d.]+)/) ?? assert.fail(text);
        return { sum: Number(sum), logit: Number(logit) };
    }

    /** All that is said of the picture on show, to the last digit. */
    async answer() {
        return this.ask(() => [".headline", ".sub", ".ledger-title", ".sides", ".sum"].map((part) => document.querySelector(part).textContent).concat(
            Array.from(document.querySelectorAll(".classes label"), (label) => label.textContent),
        ));
    }
}
