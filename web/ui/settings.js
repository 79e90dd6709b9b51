/**
 * How the picture is looked at, and how it is run: fetched when it is opened.
 *
 * @module
 */

import { sidesFor, workOf } from "../evidence/sizes.js";
import { t, tOr } from "../text/index.js";
import { local } from "../text/numbers.js";
import { make, replaceKeeping } from "./dom.js";

/** @typedef {import("../page/state.js").State} State */
/** @typedef {import("../engine/protocol.js").ModelCard} ModelCard */

/**
 * @typedef {object} Shown
 * @property {State} state
 * @property {ModelCard | null} card
 * @property {number | null} size In use.
 * @property {import("../engine/protocol.js").Placement | null} placement Where the network looks.
 * @property {import("../engine/protocol.js").FitRule | null} fit In use.
 * @property {number | null} limit End of the colour scale in use.
 * @property {string} badge
 * @property {import("../engine/protocol.js").DeviceReport | null} device
 */

/**
 * @typedef {object} Handlers
 * @property {(view: Partial<import("../page/state.js").View>, part: boolean) => void} view
 * @property {(pane: Partial<import("../page/state.js").Pane>) => void} pane
 * @property {(device: import("../engine/protocol.js").DevicePreference) => void} device
 */

const FITS = /** @type {const} */ (["centre-square", "pad", "stretch", "disc"]);
const SWITCHES = /** @type {const} */ (["fade", "smooth", "contours", "grey", "grid"]);

export class Settings {
    #opacity = make("input", { attributes: { type: "range", min: 0, max: 100, class: "opacity" } });
    #opacityValue = make("output");
    /** @type {Map<string, HTMLInputElement>} */
    #switches = new Map();
    #lock = make("input", { className: "lock", attributes: { type: "checkbox" } });
    #size = make("select", { className: "size" });
    #fit = make("select", { className: "fit" });
    #device = make("select", { className: "device" });
    #badge = make("p", { className: "badge" });
    /** @type {Shown | null} */
    #shown = null;

    /**
     * @param {HTMLElement} root
     * @param {Handlers} handlers
     */
    constructor(root, handlers) {
        this.#opacity.addEventListener("input", () => handlers.view({ opacity: Number(this.#opacity.value) / 100 }, true));
        const checks = SWITCHES.map((name) => {
            const box = make("input", { className: name, attributes: { type: "checkbox" } });
            box.addEventListener("change", () => handlers.view({ [name]: box.checked }, false));
            this.#switches.set(name, box);
            return make("label", { className: "check" }, [box, t(`view.${name}`)]);
        });
        this.#lock.addEventListener("change", () => handlers.view({ limit: this.#lock.checked ? (this.#shown?.limit ?? null) : null }, false));
        this.#size.addEventListener("change", () => handlers.pane({ size: Number(this.#size.value) }));
        this.#fit.addEventListener("change", () => handlers.pane({ fit: /** @type {any} */ (this.#fit.value) }));
        this.#device.addEventListener("change", () => handlers.device(/** @type {any} */ (this.#device.value)));
        this.#device.append(
            ...(/** @type {const} */ (["auto", "webgpu", "cpu"])).map((device) =>
                make("option", { text: t(`device.${device}`), attributes: { value: device } }),
            ),
        );
        root.replaceChildren(
            make("fieldset", { className: "view" }, [
                make("legend", { text: t("view.legend") }),
                make("label", {}, [t("view.opacity"), this.#opacity, this.#opacityValue]),
                ...checks,
                make("label", { className: "check" }, [this.#lock, t("view.lock")]),
            ]),
            make("fieldset", { className: "run" }, [
                make("legend", { text: t("run.legend") }),
                make("label", {}, [t("run.size"), this.#size]),
                make("label", {}, [t("run.fit"), this.#fit]),
                make("label", {}, [t("run.device"), this.#device]),
                this.#badge,
            ]),
        );
    }

    /** @param {Shown} shown */
    show(shown) {
        this.#shown = shown;
        const { state, card, size, placement, fit, badge, device } = shown;
        const percent = Math.round(100 * state.view.opacity);
        this.#opacity.value = String(percent);
        this.#opacityValue.value = `${percent} %`;
        for (const [name, box] of this.#switches) {
            box.checked = /** @type {any} */ (state.view)[name];
        }
        this.#lock.checked = state.view.limit !== null;
        this.#size.disabled = this.#fit.disabled = card === null;
        if (card) {
            replaceKeeping(
                this.#size,
                sidesFor(card, placement, size).map((side) => make("option", { text: sideText(card, side), attributes: { value: side } })),
            );
            this.#size.value = String(size);
            // A fundus photograph's disc is nothing that a photo of a cat has.
            const fits = FITS.filter((name) => name !== "disc" || card.input.fit === "disc");
            replaceKeeping(
                this.#fit,
                fits.map((name) => make("option", { text: t(`fit.${name}`), attributes: { value: name } })),
            );
            this.#fit.value = fit ?? card.input.fit;
        }
        this.#device.value = state.device;
        this.#badge.textContent = badge;
        this.#badge.dataset.device = device?.kind ?? "";
        this.#badge.title = device ? tOr("badge.deviation", "", { value: device.deviation.toExponential(0) }) : "";
    }
}

/**
 * A side, and by how much longer it takes than the usual one.
 * @param {ModelCard} card
 * @param {number} side
 */
function sideText(card, side) {
    if (side === card.input.size) {
        return t("run.as-trained", { size: side });
    }
    const work = workOf(card, side);
    return work > 1 ? t("run.slower", { size: side, times: local(work.toFixed(1)) }) : t("pixels", { size: side });
}
