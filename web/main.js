/**
 * The page: brings its parts together and starts the engine.
 *
 * @module
 */

import { domainOf } from "./catalogue.js";
import { Engine } from "./engine.js";
import { Explaining } from "./explaining.js";
import * as headStart from "./head-start.js";
import { ModelControl } from "./model-control.js";
import { Shelf } from "./shelf.js";
import { ClassList } from "./ui/classes.js";
import { Controls } from "./ui/controls.js";
import { byId } from "./ui/dom.js";
import { showGallery } from "./ui/gallery.js";
import { setUpIntake } from "./ui/intake.js";
import { LedgerPanel } from "./ui/ledger-panel.js";
import { showNotice } from "./ui/notice.js";
import { Stage } from "./ui/stage.js";
import * as status from "./ui/status.js";

/** @typedef {import("./protocol.js").Loaded} Loaded */
/** @typedef {import("./ui/gallery.js").Sample} Sample */

async function main() {
    const { catalogue, sets, model, known, picture } = await headStart.offer;
    const { parameters } = headStart;
    const shelf = new Shelf(catalogue.models);
    const first = shelf.find(model.id) ?? shelf.entries[0];

    const controls = new Controls({
        look: () => stage.setLook(controls.look),
        draw: act(() => explaining.redraw()),
        run: act(() => explaining.again()),
        device: act(() => restart(controls.device)),
    });
    if (parameters.has("device")) {
        controls.device = headStart.device;
    }
    const ledger = new LedgerPanel();
    const stage = new Stage((cell, unseen) => ledger.read(cell, unseen ? controls.fitName : null));
    const classes = new ClassList(act((chosen, over) => explaining.choose(chosen, over)));

    let settle = () => {};
    /** The picture that the link names is on show, or will not be. @type {Promise<void>} */
    const settled = new Promise((resolve) => (settle = resolve));
    if (!picture) {
        settle();
    }
    /** Nothing will start by itself any more. */
    let stopped = false;
    /** Whether the model that starts may explain what waits or is on show: it is the one before, or a variant of it. */
    let keepsPicture = true;
    const engine = new Engine(headStart.assets, first.model, controls.device, {
        loading: status.showLoading,
        preparing: status.showPreparing,
        converting: status.showConverting,
        ready({ card, device, colourBar }) {
            ledger.setColourBar(colourBar);
            explaining.ready(use({ card, device }), keepsPicture);
            keepsPicture = true;
        },
        moved(device, milliseconds) {
            if (inUse) {
                // The very same object, so that it holds for whatever it has explained.
                inUse.device = device;
                explaining.moved(inUse, milliseconds);
            }
        },
        broken(failure, restarting) {
            settle();
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
        onSettled: settle,
        others: () => models.others(),
    });
    /** What is in use while another model is on its way. @type {Loaded | null} */
    let inUse = null;
    /** Of the model in use, also while the engine starts again. @type {import("./protocol.js").ModelCard | null} */
    let card = null;
    /** Name of the set of samples that is offered. */
    let gallery = "";
    const models = new ModelControl(shelf, catalogue.domains, engine, first, {
        changing: () => explaining.hold(),
        loaded: (loaded, keeps) => explaining.begin(use(loaded), keeps),
        failed: () => (inUse ? explaining.release(inUse) : explaining.awaitStart()),
        lost: () => explaining.awaitStart(),
        startWith(entry, keeps) {
            explaining.awaitStart();
            stopped = false;
            keepsPicture = keeps;
            status.showRestart(true);
            engine.startWith(entry.model);
        },
        chosen: showAround,
    });

    /** @param {import("./protocol.js").DevicePreference} device */
    function restart(device) {
        stopped = false;
        explaining.pause();
        status.showRestart(true);
        engine.start(device);
    }

    /**
     * What goes with a model and needs none of its weights: gallery, address, and the notice until its card is there.
     * @param {import("./shelf.js").Entry} entry
     */
    function showAround(entry) {
        const domain = catalogue.domains.find(({ id }) => id === domainOf(entry));
        if (domain && !card) {
            showNotice(domain.medical ?? false);
        }
        if ("samples" in entry.model && gallery !== entry.model.samples) {
            gallery = entry.model.samples;
            showGallery(sets[gallery] ?? [], (sample) => void openSample(sample), settled);
        }
        // A link to the model, for whoever wants to share it.
        const address = new URL(location.href);
        address.searchParams.delete("model");
        if (!entry.own && entry.id !== catalogue.models[0].id) {
            address.searchParams.set("model", entry.id);
        }
        if (!sets[gallery]?.some(({ file }) => file === parameters.get("sample"))) {
            address.searchParams.delete("sample");
        }
        history.replaceState(null, "", address);
    }

    /** What is needed only once somebody looks closer, and so not before the first picture. */
    const later = { card: () => import("./ui/card.js"), save: () => import("./ui/save.js") };
    void settled.then(() => later.save().catch(() => {}));
    // Where it could not be had before, nobody missed it until now.
    byId("card", HTMLDetailsElement).addEventListener("toggle", () => {
        if (card && !byId("card-body", HTMLElement).hasChildNodes()) {
            void describe(card).catch(notLoaded);
        }
    });

    /** @param {import("./protocol.js").ModelCard} described */
    async function describe(described) {
        const { showCard } = await later.card();
        if (described === card) {
            showCard(described);
        }
    }

    /** Saves what is on show by the time that it can be saved, which may be more than was at the click. */
    async function save() {
        const saving = await later.save().catch(notLoaded);
        const { caption } = explaining;
        if (saving && caption) {
            await saving.savePng(stage.layers, controls.look, caption, ledger.colourBar);
        }
    }

    /**
     * A model on a device is ready: the one before, after a restart, or another one.
     * @param {Loaded} loaded
     * @returns {Loaded} With the very same card as before a restart, so that what was chosen holds.
     */
    function use(loaded) {
        const sameNetwork = JSON.stringify(loaded.card) === JSON.stringify(card);
        if (!sameNetwork || !card) {
            // A restart, on the other hand, leaves the visitor's choices as they are.
            card = loaded.card;
            classes.setNames(card.classes);
            const described = card;
            // No other model's card beside this one's answers, however long its own takes.
            byId("card-body", HTMLElement).replaceChildren();
            void settled.then(() => describe(described)).catch(() => {});
            showNotice(card.medical ?? false);
            controls.offer(card.input, Number(parameters.get("size")));
        }
        status.hideProgress();
        status.showBadge(loaded.device, null, card.input.size);
        inUse = { card, device: loaded.device };
        return inUse;
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
        const chosenAt = explaining.changes;
        status.clearFailure();
        classes.clearSearch();
        status.showBusy("Opening \u2026");
        try {
            const bytes = await (await fetchFile()).arrayBuffer();
            if (choice === choices) {
                explaining.explain({ bytes, sample, chosenAt });
            }
        } catch (error) {
            if (choice === choices) {
                status.showBusy(null);
                status.showFailure(toFailure(error));
                settle();
            }
        }
    }

    const openFile = (/** @type {Blob} */ file) =>
        open(async () => file, null, () => ({
            fault: "image",
            message: "The file could not be read.",
            advice: "Check that it still exists, then try again.",
        }));

    const openSample = (/** @type {Sample} */ sample, arriving = headStart.fetchSample(sample)) =>
        open(
            async () => {
                const response = await arriving;
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
    byId("save", HTMLButtonElement).addEventListener("click", () => void save());
    if (controls.device === headStart.device) {
        engine.follow(headStart.worker);
    } else {
        // The browser has kept what was chosen before the page was loaded anew.
        headStart.worker.close();
        engine.start();
    }

    if (picture) {
        await openSample(picture.sample, picture.response);
    }
    if (!known) {
        const message = `This page has no model with the name ${parameters.get("model")}.`;
        status.showFailure({ fault: "request", message, advice: "Another one is in use; choose under Model." });
    }
}

/** @param {unknown} error */
function notLoaded(error) {
    const message = `A part of the page could not be loaded (${error instanceof Error ? error.message : error}).`;
    status.showFailure({ fault: "network", message, advice: "Check the connection, then reload the page." });
    return null;
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
