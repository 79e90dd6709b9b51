/**
 * The page: brings its parts together and starts the engine.
 *
 * @module
 */

import { Engine } from "./engine.js";
import { Explaining } from "./explaining.js";
import { ModelControl } from "./model-control.js";
import { Shelf } from "./shelf.js";
import { showCard } from "./ui/card.js";
import { ClassList } from "./ui/classes.js";
import { Controls } from "./ui/controls.js";
import { byId } from "./ui/dom.js";
import { setUpGallery } from "./ui/gallery.js";
import { setUpIntake } from "./ui/intake.js";
import { LedgerPanel } from "./ui/ledger-panel.js";
import { savePng } from "./ui/save.js";
import { Stage } from "./ui/stage.js";
import * as status from "./ui/status.js";

/** @typedef {import("./protocol.js").Loaded} Loaded */
/** @typedef {import("./ui/gallery.js").Sample} Sample */

/** Links may carry a device, a size and a sample; never a picture. */
const parameters = new URLSearchParams(location.search);

/**
 * @template T
 * @param {string} path
 * @returns {Promise<T>}
 */
async function json(path) {
    const response = await fetch(path, { credentials: "omit" });
    if (!response.ok) {
        throw new Error(`${path}: status ${response.status}`);
    }
    return response.json();
}

async function main() {
    /** @type {Promise<Sample[]>} */
    const samples = json("web/samples/index.json");
    const shelf = new Shelf(await json("web/models/index.json"));

    const controls = new Controls({
        look: () => stage.setLook(controls.look),
        draw: act(() => explaining.redraw()),
        run: act(() => explaining.again()),
        device: act(() => restart(controls.device)),
    });
    const device = parameters.get("device");
    if (device === "webgpu" || device === "cpu") {
        controls.device = device;
    }
    const ledger = new LedgerPanel();
    const stage = new Stage((cell, unseen) => ledger.read(cell, unseen ? controls.fitName : null));
    const classes = new ClassList(act((chosen) => explaining.choose(chosen)));

    const folder = (/** @type {string} */ path) => new URL(path, document.baseURI).href;
    const assets = { wasm: folder("pkg/"), worker: folder("web/worker/"), models: folder("web/models/") };
    /** Nothing will start by itself any more. */
    let stopped = false;
    const engine = new Engine(assets, shelf.entries[0].model, controls.device, {
        loading: status.showLoading,
        preparing: status.showPreparing,
        converting: status.showConverting,
        ready({ card, device, colourBar }) {
            ledger.setColourBar(colourBar);
            use({ card, device });
        },
        broken(failure, restarting) {
            stopped = !restarting;
            explaining.pause();
            status.hideProgress();
            if (restarting) {
                controls.device = "cpu";
            }
            status.showRestart(restarting);
            status.showFailure(failure, stopped ? () => restart(controls.device) : null);
        },
    });
    const explaining = new Explaining({
        engine,
        stage,
        ledger,
        classes,
        controls,
        onWaiting: () => stopped && restart(controls.device),
    });
    const models = new ModelControl(shelf, engine, (loaded) => use(loaded));

    /** @param {import("./protocol.js").DevicePreference} device */
    function restart(device) {
        stopped = false;
        explaining.pause();
        status.showRestart(true);
        engine.start(device);
    }

    /** Of the model in use, also while the engine starts again. @type {import("./protocol.js").ModelCard | null} */
    let card = null;

    /**
     * A model on a device is ready: the one before, after a restart, or another one.
     * @param {Loaded} loaded
     */
    function use(loaded) {
        const sameNetwork = JSON.stringify(loaded.card) === JSON.stringify(card);
        if (!sameNetwork || !card) {
            // A restart, on the other hand, leaves the visitor's choices as they are.
            card = loaded.card;
            classes.setNames(card.classes);
            showCard(card);
            controls.offer(card.input, Number(parameters.get("size")));
        }
        status.hideProgress();
        status.showBadge(loaded.device, null, card.input.size);
        explaining.begin({ card, device: loaded.device });
    }

    /** Counts pictures that were chosen, so that one that arrives late does not push aside a later one. */
    let choices = 0;

    /**
     * @param {() => Promise<Blob>} fetchFile
     * @param {Sample | null} sample
     * @param {(error: unknown) => import("./protocol.js").Failure} toFailure
     */
    async function open(fetchFile, sample, toFailure) {
        const choice = ++choices;
        status.clearFailure();
        classes.clearSearch();
        status.showBusy("Opening \u2026");
        try {
            const bytes = await (await fetchFile()).arrayBuffer();
            if (choice === choices) {
                explaining.explain({ bytes, sample });
            }
        } catch (error) {
            if (choice === choices) {
                status.showBusy(null);
                status.showFailure(toFailure(error));
            }
        }
    }

    const openFile = (/** @type {Blob} */ file) =>
        open(async () => file, null, () => ({
            fault: "image",
            message: "The file could not be read.",
            advice: "Check that it still exists, then try again.",
        }));

    const openSample = (/** @type {Sample} */ sample) =>
        open(
            async () => {
                const response = await fetch(`web/samples/${sample.file}`, { credentials: "omit" });
                if (!response.ok) {
                    throw new Error(`status ${response.status}`);
                }
                return response.blob();
            },
            sample,
            (error) => ({
                fault: "network",
                message: `The sample could not be loaded (${error instanceof Error ? error.message : error}).`,
                advice: "Check the connection, or drop a picture of your own.",
            }),
        );

    setUpIntake({
        picture: (file) => void openFile(file),
        model: (files) => void models.open(files),
        nothing: (message, advice) => status.showFailure({ fault: "image", message, advice }),
    });
    byId("save", HTMLButtonElement).addEventListener("click", () => {
        const { caption } = explaining;
        if (caption) {
            void savePng(stage.layers, controls.look, caption, ledger.colourBar);
        }
    });
    engine.start();

    const gallery = await samples;
    setUpGallery(gallery, (sample) => void openSample(sample));
    const first = gallery.find(({ file }) => file === parameters.get("sample"));
    if (first) {
        await openSample(first);
    }
}

/**
 * Something that the visitor does: an alert about what went before has had its time.
 * @template {unknown[]} T
 * @param {(...given: T) => void} action
 * @returns {(...given: T) => void}
 */
function act(action) {
    return (...given) => {
        status.clearFailure();
        action(...given);
    };
}

main().catch((error) => {
    const message = `The page could not start (${error instanceof Error ? error.message : error}).`;
    const advice = "Check the connection.";
    status.showFailure({ fault: "network", message, advice }, () => location.reload());
});
