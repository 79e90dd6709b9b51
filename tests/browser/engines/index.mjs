/**
 * The engines that browsers are made of, behind one small interface: what a test of the page's main job needs, and no more.
 * A driver knows how one engine is told to do it; what a visitor does with it stands in visitor.mjs.
 */

import { chromium } from "./chromium.mjs";
import { firefox } from "./firefox.mjs";
import { webkit } from "./webkit.mjs";

/**
 * @typedef {object} Driver A browser with one page, in a window of about 1280 x 900 pixels and a profile of its own.
 * @property {string} version The engine's name and version.
 * @property {string[]} errors What the page said on its console as an error; an engine that cannot tell leaves it empty.
 * @property {(url: string) => Promise<void>} open
 * @property {() => Promise<void>} reload
 * @property {(expression: string) => Promise<string>} evaluate Of a promise of a text, in the page.
 * @property {(x: number, y: number) => Promise<void>} moveTo The mouse, in pixels of the window's content.
 * @property {(x: number, y: number) => Promise<void>} click
 * @property {(key: string) => Promise<void>} press A letter, or a key by its name in KeyboardEvent.key.
 * @property {(selector: string, files: string[]) => Promise<void>} choose Files, in a field for them.
 * @property {(act: () => Promise<void>) => Promise<{name: string, bytes: Buffer}>} saved What is downloaded by what `act` does.
 * @property {() => Promise<Buffer>} picture PNG of what is in the window.
 * @property {() => Promise<void>} close
 */

/** How each is started. @type {Record<string, () => Promise<Driver>>} */
const ALL = { chromium, firefox, webkit };

/** Those to be tried: all, unless SOFTCAM_ENGINES names some. */
export const ENGINES = (process.env.SOFTCAM_ENGINES ?? Object.keys(ALL).join()).split(",").map((name) => {
    if (!Object.hasOwn(ALL, name)) {
        throw new Error(`there is no engine "${name}"; there are ${Object.keys(ALL).join(", ")}`);
    }
    return { name, start: ALL[name] };
});
