/**
 * What went over the network since the page was opened, and what there is to know about this browser for whoever looks into
 * a fault. Fetched when it is opened.
 *
 * @module
 */

import { allRequests } from "../engine/requests.js";
import { t } from "../text/index.js";
import { megabytes } from "../text/numbers.js";
import { Copied } from "./copy.js";
import { button, make } from "./dom.js";
import { VERSION } from "./version.js";

/**
 * @typedef {object} Diagnosed
 * @property {import("../engine/protocol.js").Loaded | null} loaded The model in use.
 * @property {string} model Its identifier.
 * @property {import("../engine/protocol.js").Explained | null} explained
 * @property {number | null} size Side of the network's input.
 * @property {string} language
 * @property {Published | null} published Nothing of a page that was not published.
 */

/**
 * What a published page knows of itself.
 * @typedef {object} Published
 * @property {string | null} release What the site has, where that was asked.
 * @property {string} kept Whether the browser keeps it, or why not.
 */

/**
 * @typedef {object} Requested
 * @property {string} url
 * @property {number} at Milliseconds after the page was opened.
 * @property {number} bytes That came over the network, headers included; 0 where the browser does not say.
 * @property {boolean} cached Whether the browser had it already.
 */

export class Trust {
    #diagnosed;
    #list = make("ol", { className: "requests" });
    #summary = make("p", { className: "requests-sum" });
    /** Of the graphics adapter, once it was asked for. @type {Promise<object | null> | null} */
    #adapter = null;
    #copied = new Copied(t("trust.diagnostics"), { className: "diagnostics", rows: 8 });

    /**
     * @param {HTMLElement} root
     * @param {() => Diagnosed} diagnosed What there is to know now.
     */
    constructor(root, diagnosed) {
        this.#diagnosed = diagnosed;
        const copy = button(t("trust.copy"), () => void this.#copy(), { className: "copy-diagnostics" });
        root.append(
            this.#summary,
            this.#list,
            make("p", { text: t("trust.check") }),
            make("p", { className: "row" }, [copy]),
            make("p", { className: "hint", text: t("trust.diagnostics-are") }),
            this.#copied.note,
            this.#copied.text,
        );
    }

    async #copy() {
        const adapter = (await this.#adapter) ?? null;
        await this.#copied.copy(diagnostics(this.#diagnosed(), adapter), t("trust.copied"));
    }

    show() {
        // Browsers let a page write to the clipboard soon after a click only: it is known by then.
        this.#adapter ??= askAdapter();
        const requests = requestsSoFar();
        const foreign = requests.filter(({ url }) => new URL(url).origin !== location.origin);
        const bytes = requests.reduce((sum, request) => sum + request.bytes, 0);
        this.#summary.textContent = [
            t("trust.sum", { count: requests.length, bytes: megabytes(bytes) }),
            foreign.length === 0 ? t("trust.own-site", { site: location.host }) : t("trust.other-sites", { count: foreign.length }),
            ...(navigator.serviceWorker?.controller ? [t("trust.kept")] : []),
        ].join(" ");
        this.#list.replaceChildren(
            ...requests.map(({ url, at, bytes, cached }) =>
                make("li", {}, [
                    make("code", { text: nameOf(url) }),
                    ` ${t(cached ? "trust.cached" : "trust.took", { seconds: (at / 1000).toFixed(1), kilobytes: Math.ceil(bytes / 1000) })}`,
                ]),
            ),
        );
    }
}

/** Those of the page and of its workers, in order. @returns {Requested[]} */
export function requestsSoFar() {
    const document = /** @type {PerformanceResourceTiming[]} */ (performance.getEntriesByType("navigation"));
    return [{ origin: performance.timeOrigin, entries: document }, ...allRequests()]
        .flatMap(({ origin, entries }) => entries.map((entry) => requested(entry, origin)))
        .filter(({ url }) => url.startsWith("http"))
        .sort((a, b) => a.at - b.at);
}

/**
 * @param {import("../engine/protocol.js").RequestEntry} entry
 * @param {number} origin Of its clock.
 * @returns {Requested}
 */
function requested({ name, startTime, transferSize, encodedBodySize }, origin) {
    const cached = transferSize === 0 && encodedBodySize > 0;
    return { url: name.split("#")[0], at: startTime + origin - performance.timeOrigin, bytes: transferSize, cached };
}

/** Within the page's own site, without that. @param {string} url */
function nameOf(url) {
    const base = new URL(".", document.baseURI).href;
    return url.startsWith(base) ? url.slice(base.length) || "./" : url;
}

/** Of an adapter's limits, those that decide whether a network fits. */
const LIMITS = [
    "maxBufferSize",
    "maxStorageBufferBindingSize",
    "maxStorageBuffersPerShaderStage",
    "maxComputeWorkgroupStorageSize",
    "maxComputeInvocationsPerWorkgroup",
    "maxComputeWorkgroupsPerDimension",
];

/** What there is to know of the graphics adapter, whether the engine uses it or not. */
async function askAdapter() {
    const { gpu } = /** @type {any} */ (navigator);
    const adapter = await gpu?.requestAdapter({ powerPreference: "high-performance" }).catch(() => null);
    if (!adapter) {
        return null;
    }
    const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info ?? {};
    return {
        info: { vendor, architecture, device, description, isFallbackAdapter },
        timestamps: adapter.features.has("timestamp-query"),
        limits: Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]])),
    };
}

/** The folder that this code came in has its hash in its name, where it was published. */
const CODE = import.meta.url.match(/-([0-9a-f]{16})\//)?.[1] ?? null;

/**
 * As JSON: nothing of the picture, nothing of its name.
 * @param {Diagnosed} known
 * @param {object | null} adapter
 */
function diagnostics({ loaded, model, explained, size, language, published }, adapter) {
    const { device } = loaded ?? {};
    return JSON.stringify(
        {
            softcam: VERSION,
            code: CODE,
            published,
            model,
            input: size,
            device,
            milliseconds: explained?.milliseconds ?? null,
            format: explained?.format ?? null,
            language,
            browser: navigator.userAgent,
            cores: navigator.hardwareConcurrency,
            gigabytes: /** @type {any} */ (navigator).deviceMemory ?? null,
            screen: [innerWidth, innerHeight, devicePixelRatio],
            secureContext: isSecureContext,
            isolated: globalThis.crossOriginIsolated ?? false,
            webgpu: "gpu" in navigator,
            adapter,
            requests: requestsSoFar().length,
        },
        null,
        2,
    );
}
