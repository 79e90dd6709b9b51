/**
 * The page: from every change of the state to what is asked of the engine, and from every answer to what is shown.
 *
 * @module
 */

import { EngineError, Superseded } from "../engine/connection.js";
import { Engine } from "../engine/engine.js";
import { STOPPED_TWICE, stoppedAgain } from "../engine/refusals.js";
import { excludeEachOther, topClasses } from "../evidence/classes.js";
import { countable, samePlace } from "../evidence/grid.js";
import { answerFor, cardFor, loadedFor } from "../evidence/population.js";
import { sentenceOf } from "../ui/answer.js";
import { fetchTools, language, speak, t, tOr } from "../text/index.js";
import { TOOLS } from "../tools/index.js";
import { METHODS } from "../tools/methods.js";
import { kept, leftOut } from "./address.js";
import { Answers } from "./answers.js";
import { domainOf, variantOf } from "../engine/shipped.js";
import { PLACES, inDomain, keepsPicture } from "./catalogue.js";
import { Layout } from "./layout.js";
import { reloadIfOutdated } from "./outdated.js";
import { packed } from "./packed.js";
import {
    anywayKey,
    answerKey,
    hides,
    isFrame,
    lookedAt,
    panesOf,
    withChoice,
    withLesson,
    withModel,
    withPicture,
    withPlace,
    withPopulation,
    withTool,
    withView,
    withZoom,
} from "./state.js";
import { evidenceKey, pageView, pictureKey, withAnswer, withInput } from "./view.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Pane} Pane */
/** @typedef {import("./view.js").Solved} Solved */
/** @typedef {import("./view.js").PageView} PageView */
/** @typedef {import("./shelf.js").Entry} Entry */
/** @typedef {import("../engine/protocol.js").Failure} Failure */
/** @typedef {import("../engine/protocol.js").Painted} Painted */
/** @typedef {import("../tools/index.js").Panel} Panel */

/**
 * @typedef {object} Given
 * @property {import("./store.js").Store} store
 * @property {import("./shelf.js").Shelf} shelf
 * @property {import("./pictures.js").Pictures} pictures
 * @property {import("./catalogue.js").Domain[]} domains
 * @property {import("../engine/protocol.js").Assets} assets
 * @property {(parameters: URLSearchParams) => State} read What a link shows.
 * @property {import("./known.js").Known} known What a link may name.
 */

export class Page {
    #store;
    #shelf;
    #pictures;
    #domains;
    #read;
    #known;
    engine;
    #answers;
    /** @type {Layout} */
    #layout;
    /** Pictures of which a small one was drawn, or could not be. @type {Set<string>} */
    #small = new Set();
    /** What was shown last in each pane, until what is wanted is there. @type {(Solved | null)[]} */
    #last = [];
    /** The base pane of the state that was shown last. @type {Pane | null} */
    #good = null;
    /** The device that the engine was started for. */
    #device;
    /** What the panels were made in. */
    #language;
    /** Whether nothing starts by itself any more. */
    #stopped = false;
    #scheduled = false;
    /** @type {PageView | null} */
    #view = null;
    /** By fade and dark. @type {Map<string, Painted | null>} */
    #bars = new Map();
    #announced = "";
    /** Whether the pointer is on what the network did not see. */
    #unseen = false;
    /** Whether cells are being chosen by a drag that is under way. */
    #selecting = false;
    /** The tool whose panel is open. @type {{name: string, tool: import("../tools/index.js").Tool | null, panel: Panel | null} | null} */
    #open = null;
    /** The lesson that is played. @type {{panel: Panel | null} | null} */
    #lesson = null;
    /** Lessons, once somebody has asked for them. @type {Promise<import("../tools/lesson/library.js").Library> | null} */
    #library = null;
    /** The lesson that was last played while it is being made, and whether it was opened in no other way. @type {{id: string, only: boolean} | null} */
    #previewed = null;
    /** What a teacher makes. @type {import("../tools/lesson/maker.js").Maker | null} */
    #maker = null;
    /** Whether there may be what is stored nowhere: classes that are taught, a lesson from a file or in the making. */
    #unstored = false;
    /** Many pictures at once, where there are. @type {import("../tools/many/controller.js").Controller | null} */
    #many = null;
    /** Whether a visitor has opened a tool that is not in sight yet. */
    #reveals = false;
    /** Whether progress of a model is on show. */
    #loading = false;
    /** What there is to know about the model that was opened last. @type {{model: string, notes: string[], asksActivation: boolean}} */
    notes = { model: "", notes: [], asksActivation: false };
    /** Whether the first picture is on show, or will not be: from then on, nothing is in its way. */
    #settled = false;
    /** Told when that is so. */
    #tellSettled = () => {};
    /** @type {Promise<void>} */
    settled = new Promise((resolve) => (this.#tellSettled = resolve));
    /** What the browser keeps of the page; only a published one is kept. @type {import("./offline.js").Offline | null} */
    offline = null;
    /** Who shows newcomers around. @type {import("./guide.js").Guide | null} */
    guide = null;

    /** @param {Given} given */
    constructor({ store, shelf, pictures, domains, assets, read, known }) {
        this.#read = read;
        this.#known = known;
        this.#store = store;
        this.#shelf = shelf;
        this.#pictures = pictures;
        this.#domains = domains;
        const { state } = store;
        this.#device = state.device;
        this.#language = state.language;
        const sources = {
            model: (/** @type {string} */ id) => this.#entry(id).model,
            photo: (/** @type {string} */ id) => pictures.bytes(id),
        };
        this.engine = new Engine(assets, sources, state.pane.model, state.device, {
            loading: (bytes, total) => {
                this.#loading = true;
                this.#layout.status.loading(bytes, total);
            },
            preparing: (what) => {
                this.#loading = true;
                this.#layout.status.preparing(t(`preparing.${what}`));
            },
            ready: (model, loaded) => {
                this.#stopped = false;
                this.#layout.status.done();
                this.#answers.ready(model, loaded);
            },
            moved: (device, milliseconds) => {
                const shown = this.#last[0];
                this.#answers.moved(device, milliseconds, shown && answerKey(shown.pane));
            },
            broken: (failure, restarting) => this.#broken(failure, restarting),
        });
        this.#answers = new Answers(this.engine, () => this.#schedule());
        this.#layout = this.#newLayout();
        store.listen(() => this.#schedule());
        this.#schedule();
    }

    get state() {
        return this.#store.state;
    }

    get view() {
        return this.#view;
    }

    get shelf() {
        return this.#shelf;
    }

    get pictures() {
        return this.#pictures;
    }

    get domains() {
        return this.#domains;
    }

    get status() {
        return this.#layout.status;
    }

    /** What is drawn now, for a saved picture. */
    get layers() {
        return this.#layout.layers;
    }

    /** @param {string} id */
    #entry(id) {
        return this.#shelf.find(id) ?? this.#shelf.entries[0];
    }

    get entry() {
        return this.#entry(this.state.pane.model);
    }

    /**
     * What a visitor does. An alert about what went before has had its time.
     * @param {(state: State) => State} change
     * @param {import("./store.js").Kind} [kind]
     */
    change(change, kind) {
        this.status.clear();
        this.#store.change(change, kind);
    }

    /** @param {string} picture */
    choosePicture(picture) {
        // What was chosen for another picture does not hold for one whose population is known.
        const known = this.#pictures.sample(picture)?.population !== undefined;
        this.change((state) => (known ? withPopulation(withPicture(state, picture), null) : withPicture(state, picture)));
    }

    /**
     * Pictures of the visitor's own, folders and archives among them: all join the strip, the first is shown, and where there
     * are several, each is explained in turn.
     * @param {import("../ui/intake.js").Dropped[]} dropped
     * @param {boolean} [start] Whether they are explained at once.
     * @param {boolean} [quietly] What was said before is to stay.
     */
    addPictures(dropped, start = true, quietly = !start) {
        const [{ file, entry }] = dropped;
        const one = dropped.length === 1 && file && !entry?.isDirectory && !/\.zip$/i.test(file.name);
        if (one && start && !this.#many?.batch.queue.entries.length) {
            const picture = this.#pictures.add(file);
            if (!quietly) {
                this.status.clear();
            }
            this.#present(picture);
        } else {
            void this.#addMany(dropped, start, quietly);
        }
    }

    /** Shows a picture that came, unless a lesson wants its own on show: what is asked and marked is about that. @param {string} picture */
    #present(picture) {
        if (hides(this.state, "settings")) {
            this.status.say(t("lesson.kept-own"));
            this.#schedule();
        } else {
            this.#store.change((state) => withPicture(state, picture));
        }
    }

    /** @param {import("../ui/intake.js").Dropped[]} dropped @param {boolean} start @param {boolean} quietly */
    async #addMany(dropped, start, quietly) {
        if (!quietly) {
            this.status.clear();
        }
        // What was dropped is there only as long as nothing is waited for.
        const held = dropped.map(({ file, entry }) => ({ file, entry }));
        try {
            const [many, { picturesIn }] = await Promise.all([this.#fetchMany(), import("../tools/many/dropped.js")]);
            this.status.preparing(t("many.reading"));
            const gathered = await picturesIn(held).finally(() => this.status.done());
            const lesson = quietly ? "none" : await this.#lessonAmong(gathered);
            if (lesson === "played") {
                return;
            }
            const count = many.batch.add(gathered, start);
            if (count === 0 && lesson === "none") {
                const [reason] = gathered.left;
                const failure = reason?.failure ?? { fault: /** @type {const} */ ("image"), message: t("many.empty"), advice: t("many.empty-advice") };
                this.status.fail(failure, { what: reason ? `${reason.name}:` : null });
            }
        } catch (error) {
            this.notLoaded(error);
        }
    }

    /**
     * Plays the lesson of a folder or an archive.
     * @param {import("../tools/many/dropped.js").Gathered} gathered
     * @returns {Promise<"played" | "refused" | "none">} Why one is refused is said; its pictures are pictures then.
     */
    async #lessonAmong({ found, texts }) {
        if (texts.length === 0) {
            return "none";
        }
        const { besideOf, lessonsIn, several } = await import("../tools/lesson/dropped.js");
        const { lessons, unread } = await lessonsIn(texts);
        if (lessons.length > 1) {
            this.status.fail(several(lessons));
            return "refused";
        }
        for (const { name, text } of lessons) {
            return (await this.#openLesson({ name, text: async () => text }, besideOf(found, name))) ? "played" : "refused";
        }
        for (const { name, failure } of unread.slice(0, 1)) {
            this.status.fail(failure, { what: `${name}:` });
        }
        return unread.length > 0 ? "refused" : "none";
    }

    /** What takes care of many pictures, fetched when they first come. */
    async #fetchMany() {
        const [{ Controller }] = await Promise.all([import("../tools/many/controller.js"), fetchTools()]);
        if (!this.#many) {
            this.#many = new Controller(this.#lent(), () => this.entry.model);
            this.#mountMany();
        }
        return this.#many;
    }

    #mountMany() {
        this.#many?.mount(this.#layout.manyRoot(), () => this.toggleTool("many"), () => void this.makeLesson());
    }

    /** @returns {Omit<import("../tools/many/batch.js").Lent, "subject">} */
    #lent() {
        return {
            engine: this.engine,
            pictures: this.#pictures,
            asked: () => this.#asked(),
            answered: (pane) => {
                const answer = this.#answers.answered(pane);
                return answer?.status === "done" && answer.value.maps.length > 0 ? answer.value : null;
            },
            anyway: (picture) => this.state.anyway.includes(anywayKey({ ...this.state.pane, picture })),
            present: (picture) => this.#present(picture),
            leave: () => {
                if (!this.#pictures.has(this.state.pane.picture)) {
                    const [first] = this.#choices().samples;
                    this.#store.change((state) => (first ? withPicture(state, first) : { ...state, pane: { ...state.pane, picture: null } }));
                }
            },
            viewOf: (solved) => pageView({ ...this.state, beside: null }, [{ solved, busy: null, progress: null }], (picture) => this.#nameOf(picture), (model) => this.#nameOfModel(model)),
            colourBar: (dark) => this.engine.ask("colourBar", { fade: this.state.view.fade, dark }),
            look: () => this.state.view,
            announce: (text) => this.status.announce(text),
            fail: (error) => this.fail(error),
            refresh: () => this.#schedule(),
        };
    }

    /** How a picture that nothing was tried on is asked about now. */
    #asked() {
        const { pane } = this.state;
        const model = this.#answers.model(pane.model);
        if (model?.status !== "done") {
            return null;
        }
        const plain = { ...pane, edits: [], shuffled: 0, choice: null, method: "evidence", options: "" };
        return { pane: withInput(plain, model.value.card), loaded: model.value };
    }

    /** @param {import("../evidence/classes.js").Choice} choice */
    choose(choice) {
        this.change((state) => withChoice(state, choice));
    }

    /** Whose threshold and temperature count, by the card's name for it. @param {string} name */
    choosePopulation(name) {
        this.change((state) => withPopulation(state, name));
    }

    /** A class that was searched for: why not that one? What the evidence says for it over what is shown. @param {number} index */
    whyNot(index) {
        const answer = this.#view?.panes[0].answer;
        const top = answer ? topClasses(answer.explained.logits, 1)[0] : index;
        const against = top === index || (answer && !excludeEachOther(answer.card)) ? null : top;
        this.choose({ shown: index, against });
    }

    /** The visitor wants the answer to a picture that is unlike those that the model knows. */
    anyway() {
        this.change((state) => ({ ...state, anyway: [...state.anyway, anywayKey(state.pane)] }), "part");
        this.#layout.focusStage();
    }

    /** @param {string} tab A domain, or a model of the visitor's own. */
    chooseTab(tab) {
        const entry = inDomain(this.#shelf.entries, tab, this.entry) ?? this.#shelf.find(tab);
        if (entry) {
            void this.chooseModel(entry);
        }
    }

    /**
     * Changes the model. A picture goes along between models that answer the same question, or if the visitor asks so.
     * @param {Entry} entry
     * @param {boolean} [asked]
     */
    async chooseModel(entry, asked = false) {
        const before = this.entry;
        let medical = false;
        if (entry.own) {
            medical = (await this.#loaded(entry.id))?.card.medical ?? false;
        }
        const keeps = asked || keepsPicture(before, entry, medical);
        const [first] = "samples" in entry.model ? this.#pictures.samples(entry.model.samples) : [];
        const picture = keeps ? this.state.pane.picture : first ? `sample:${first.file}` : null;
        const sameQuestion = !entry.own && !before.own && domainOf(entry) === domainOf(before);
        this.change((state) => withModel(state, entry.id, { picture, sameQuestion }));
    }

    /** A model once it has loaded; nothing where it cannot. @param {string} id */
    async #loaded(id) {
        try {
            const loaded = await this.engine.load(id);
            this.#answers.ready(id, loaded);
            return loaded;
        } catch {
            // Asked once more, and reported, when it is to explain something.
            return null;
        }
    }

    /** The model is gone from the shelf: the first one takes its place. @param {string} id */
    forgetModel(id) {
        if (this.state.pane.model === id) {
            void this.chooseModel(this.#shelf.entries[0]);
        }
        this.#schedule();
    }

    /** Something beside the state has changed that the panels show. */
    refresh() {
        this.#schedule();
    }

    /** Speaks another language from now on. @param {string} language */
    async speak(language) {
        try {
            await speak(language);
            this.change((state) => ({ ...state, language }));
        } catch (error) {
            this.notLoaded(error);
        }
    }

    /** A link to what is on show, as far as a link can carry it. */
    address() {
        this.#store.flush();
        return this.#store.link;
    }

    /** The same as visitors share it. */
    shared() {
        this.#store.flush();
        return this.#store.shared;
    }

    /** A link so that it is not read at a glance. @param {string} link */
    packed(link) {
        const url = new URL(link);
        url.hash = packed(url.hash.slice(1));
        return url.href;
    }

    /** What of that no link can carry. @param {State} state */
    leftOut(state) {
        return leftOut(state);
    }

    /** @param {string} tool */
    toggleTool(tool) {
        this.#reveals = this.state.tool !== tool;
        this.change((state) => withTool(state, tool));
    }

    /** @param {Failure} failure @param {boolean} restarting */
    #broken(failure, restarting) {
        const { model } = this.state.pane;
        if (failure.fault !== "device" && this.engine.model !== model) {
            // What cannot be had is not wanted any more.
            this.#answers.pause();
            this.engine.startWith(model);
            return;
        }
        this.#stopped = !restarting;
        this.status.done();
        const struck = this.#struck();
        this.#answers.pause();
        if (restarting) {
            this.#device = "cpu";
            this.#store.change((state) => ({ ...state, device: "cpu" }), "part");
        }
        const stopped = failure.code === "engine-stopped";
        const said = !stopped ? failure : struck?.again ? STOPPED_TWICE : restarting ? failure : stoppedAgain(String(failure.values?.reason ?? ""));
        const what = stopped && struck ? `${this.#nameOf(struck.id)}:` : null;
        this.status.fail(said, { what, again: this.#stopped ? () => this.#restart() : null });
        if (this.#stopped) {
            this.#settle();
        }
    }

    /** The picture that the engine was asked about: it may be why it stopped. @returns {{id: string, again: boolean} | null} */
    #struck() {
        const waits = panesOf(this.state).find((pane) => pane.picture !== null && this.#answers.answered(this.#withInput(pane))?.status === "waiting");
        // What is said where it is so again says the answer itself.
        return waits?.picture ? { id: waits.picture, again: false } : (this.#many?.batch.queue.atWork ?? null);
    }

    #restart() {
        this.status.clear(true);
        this.#stopped = false;
        this.#answers.pause();
        this.engine.start(this.#device);
    }

    #schedule() {
        if (!this.#scheduled) {
            this.#scheduled = true;
            queueMicrotask(() => {
                this.#scheduled = false;
                this.#render();
            });
        }
    }

    #render() {
        const { state } = this;
        if (state.language !== this.#language) {
            this.#language = state.language;
            this.#open?.panel?.close?.();
            this.#open = null;
            this.#lesson = null;
            this.#announced = "";
            this.#layout.close();
            this.#layout = this.#newLayout();
            this.#mountMany();
            this.guide?.retell();
            this.status.done();
        }
        if (state.device !== this.#device) {
            this.#device = state.device;
            this.#restart();
        }
        if (this.#stopped && !this.engine.running && this.#good?.model !== state.pane.model && this.#asksAnew(state)) {
            this.#stopped = false;
            this.status.clear(true);
            this.engine.startWith(state.pane.model);
        }
        const panes = panesOf(state).map((pane) => {
            const picture = this.#pictures.now(pane.picture);
            return picture === pane.picture ? pane : { ...pane, picture };
        });
        const given = this.#solve(panes);
        if (!given) {
            // A failure has changed the state; its own turn comes.
            return;
        }
        const view = pageView(state, given, (picture) => this.#nameOf(picture), (model) => this.#nameOfModel(model));
        this.#view = view;
        this.#show(view);
    }

    /** What the engine was last started for, in vain. @type {Pane | null} */
    #tried = null;

    /** @param {State} state */
    #asksAnew({ pane }) {
        const tried = this.#tried;
        const anew = tried !== null && (tried.model !== pane.model || tried.picture !== pane.picture);
        this.#tried = pane;
        return anew;
    }

    /** @param {string | null} picture */
    #nameOf(picture) {
        if (isFrame(picture)) {
            return t("camera.name");
        }
        const name = this.#pictures.name(picture);
        return this.#pictures.sample(picture) ? tOr(`sample:${name}`, name) : name;
    }

    /** What sets a model apart from the others of its question. @param {string} id */
    #nameOfModel(id) {
        const entry = this.#entry(id);
        const variant = variantOf(entry);
        return variant ? tOr(`variant:${variant}`, variant) : entry.model.title;
    }

    /**
     * Asks for what the panes need, and finds what there is to show of them by now.
     * @param {Pane[]} panes
     */
    #solve(panes) {
        const known = panes.map((pane) => {
            const model = this.#answers.model(pane.model);
            const loaded = model?.status === "done" ? loadedFor(model.value, this.#pictures.population(pane)) : null;
            const input = loaded && pane.picture !== null && this.#pictures.has(pane.picture) ? withInput(pane, loaded.card) : null;
            const answer = input && this.#answers.explained(input);
            const explained = answer?.status === "done" && loaded ? answerFor(answer.value, loaded.card) : null;
            const chosen = loaded && input && explained && withAnswer(input, loaded.card, explained);
            const failed = [model, answer].find((answer) => answer?.status === "failed");
            return { pane, loaded, input, explained, chosen, failure: failed?.status === "failed" ? failed.failure : null };
        });
        const [first, second] = known;
        if (second?.chosen && first.chosen && first.loaded && second.loaded && !second.pane.choice) {
            // Two pictures show the same class, unless something else was said, where both know the same classes.
            const [a, b] = [first.loaded.card.classes, second.loaded.card.classes];
            const same = a === b || (a.length === b.length && a.every((name, index) => name === b[index]));
            second.chosen = same ? { ...second.chosen, choice: first.chosen.choice } : second.chosen;
        }
        if (this.#loading && known.every(({ loaded }) => loaded)) {
            this.#loading = false;
            this.status.done();
        }
        this.#answers.wantModels(panes.map(({ model }) => model));
        this.#answers.wantExplained(known.flatMap(({ input, failure }) => (input && !failure ? [input] : [])));
        const withheld = (/** @type {import("../engine/protocol.js").Explained | null} */ explained, /** @type {Pane} */ pane) =>
            explained?.novelty?.flagged && !this.state.anyway.includes(anywayKey(pane));
        this.#answers.wantMaps(
            known.flatMap(({ chosen, explained }) => {
                // What is not to be shown need not be made.
                const load = chosen && !withheld(explained, chosen) && METHODS[chosen.method];
                return load && explained
                    ? [{ pane: chosen, explained, run: async (question) => (await load()).default.run(question) }]
                    : [];
            }),
        );
        const given = known.map(({ pane, loaded, explained, chosen, failure }, slot) => {
            const map = chosen && chosen.method in METHODS ? this.#answers.map(chosen) : null;
            const waits = map !== null && map.status === "waiting";
            const mapped = !chosen || !(chosen.method in METHODS) || withheld(explained, chosen) || map?.status === "done";
            const complete = loaded && explained && chosen && mapped;
            const solved = complete
                ? { pane: chosen, loaded, explained, map: map?.status === "done" ? map.value : null }
                : null;
            const broke = failure ?? (map?.status === "failed" ? map.failure : null);
            // What was there stays until what is wanted is complete.
            const shown = solved ?? (pane.picture === null ? null : (this.#last[slot] ?? null));
            const passes = isFrame(pane.picture) && isFrame(shown?.pane.picture ?? null);
            const busy = solved || passes || pane.picture === null || this.#stopped ? null : loaded ? t("busy.explaining") : t("busy.loading");
            return { solved: shown, fresh: solved !== null, busy, progress: waits ? map.progress : null, broke };
        });
        const at = given.findIndex(({ broke }) => broke !== null);
        if (at >= 0) {
            this.#failed(panes[at], at, /** @type {Failure} */ (given[at].broke));
            return null;
        }
        this.#last = given.map(({ solved }) => solved);
        if (given[0].fresh) {
            if (this.#good?.picture !== this.state.pane.picture) {
                this.status.moved();
            }
            this.#good = this.state.pane;
        }
        if (panes[0].picture === null) {
            this.#settle();
        }
        return given;
    }

    /**
     * What cannot be had is said, and what was on show before is the state again.
     * @param {Pane} pane
     * @param {number} slot
     * @param {Failure} failure
     */
    #failed(pane, slot, failure) {
        const name = this.#nameOf(pane.picture);
        const good = this.#good;
        const still = good?.picture && good !== pane ? t("alert.still", { name: this.#nameOf(good.picture) }) : null;
        const ofPicture = failure.fault === "image" || failure.code === STOPPED_TWICE.code;
        const what = ofPicture && name ? `${name}:` : null;
        this.#answers.forget(this.#withInput(pane));
        this.status.done();
        this.status.fail(failure, { what, still: slot === 0 ? still : null });
        const own = slot === 0 && pane.picture?.startsWith("own:") && ofPicture ? pane.picture : null;
        if (own && !this.#many?.batch.failed(own, failure) && failure.fault === "image") {
            this.#pictures.remove(own);
        }
        const instead = isFrame(pane.picture) ? { ...pane, picture: null } : good && JSON.stringify(good) !== JSON.stringify(pane) ? good : fallback(pane, failure);
        this.#store.change(
            (state) => (slot === 0 ? { ...state, pane: instead, beside: null } : { ...state, beside: null }),
            "part",
        );
        this.#settle();
    }

    /** @param {Pane} pane */
    #withInput(pane) {
        const model = this.#answers.model(pane.model);
        return model?.status === "done" ? withInput(pane, model.value.card) : pane;
    }

    /** @param {PageView} view */
    #show(view) {
        const { state, panes } = view;
        const [{ answer, solved }] = panes;
        // A tool would say what a lesson hides.
        this.#showTool(hides(state, "answer", "map", "sum") ? null : state.tool);
        this.#showLesson(view);
        this.#layout.show({
            view,
            gesture: this.#lesson?.panel?.gesture ?? this.#open?.panel?.gesture ?? this.#open?.tool?.gesture?.(state.tools[state.tool ?? ""] ?? {}) ?? "move",
            outline: this.#open?.panel?.outline?.() ?? null,
            coloured: this.#open?.tool?.coloured === true,
            colourBar: answer && !answer.withheld ? this.#bar(state.view.fade, answer.explained.dark) : null,
            unseen: this.#unseen,
            settled: this.#settled,
            loaded: this.#answers.model(state.pane.model),
            domains: this.#domains,
            nameOf: (picture) => this.#nameOf(picture),
            said: (picture) => this.#said(picture),
            many: (picture) => this.#ofMany(picture),
        });
        this.#many?.show(view, !hides(state, "answer"));
        void this.#drawSmall(solved);
        this.#open?.panel?.show(view);
        if (this.#reveals && this.#open?.panel) {
            this.#reveals = false;
            this.#layout.revealTool();
        }
        // Frames pass too fast for that.
        if (answer && solved && !isFrame(solved.pane.picture) && !hides(state, "answer", "map")) {
            const said = answer.withheld ? t("unlike.title") : `${this.#nameOf(solved.pane.picture)}: ${this.#layout.headline.replace(/\.$/, "")}. ${sentenceOf(answer)}`;
            if (said !== this.#announced) {
                this.#announced = said;
                this.status.announce(said);
            }
        } else if (hides(state, "answer", "map") && this.#announced !== "") {
            // What was said of it before, or of another picture, must not stay for a screen reader to find.
            this.#announced = "";
            this.status.announce("");
        }
    }

    /**
     * Draws a small picture for the strip of what the browser does not show.
     * @param {Solved | null} solved
     */
    async #drawSmall(solved) {
        const picture = solved?.pane.picture ?? null;
        // After the large one. What is in vain once is not tried again.
        if (!solved || picture === null || !this.#settled || this.#small.has(picture) || !this.#pictures.lacksSmall(picture)) {
            return;
        }
        this.#small.add(picture);
        const { width, height } = solved.explained.placement.photo;
        const side = Math.min(width, height);
        const part = { x: (width - side) / 2, y: (height - side) / 2, width: side, height: side };
        const style = { limit: 1, smooth: false, contours: false, fade: false, dark: false };
        try {
            const looked = lookedAt({ ...solved.pane, edits: [] });
            const [{ photo }, { bitmap }] = await Promise.all([
                this.engine.draw({ looked, map: null, style, part, width: SMALL, height: SMALL }),
                import("../engine/bitmap.js"),
            ]);
            if (photo) {
                this.#pictures.keepSmall(picture, new Blob([bitmap(photo.pixels, photo.width, photo.height)], { type: "image/bmp" }));
                this.#schedule();
            }
        } catch {
            // The strip has its name all the same.
        }
    }

    /** What the model in use said of a picture, where it was asked. @param {string} picture */
    #said(picture) {
        const model = this.#answers.model(this.state.pane.model);
        const pane = { ...this.state.pane, picture, edits: [], shuffled: 0 };
        const answer = model?.status === "done" ? this.#answers.answered(withInput(pane, model.value.card)) : null;
        if (answer?.status === "done" && model?.status === "done") {
            const card = cardFor(model.value.card, this.#pictures.population(pane));
            return { card, explained: answerFor(answer.value, card) };
        }
        const kept = this.#many?.batch.answer(picture);
        if (!kept) {
            return null;
        }
        const card = cardFor(kept.card, this.#pictures.population(pane));
        return { card, explained: answerFor({ ...kept, maps: NO_MAPS }, card) };
    }

    /** What there is to show of one of many pictures. @param {string} picture @returns {import("./layout.js").OfMany | null} */
    #ofMany(picture) {
        const batch = this.#many?.batch;
        const entry = batch?.queue.find(picture);
        if (!batch || !entry) {
            return null;
        }
        const old = batch.queue.isOld(entry);
        return { image: entry.answer?.image ?? null, failed: entry.state === "failed" && !old, old };
    }

    /**
     * The colour bar as it is with what is on show.
     * @param {boolean} fade
     * @param {boolean} dark
     */
    #bar(fade, dark) {
        const key = `${fade} ${dark}`;
        // After the first picture, which the engine is to draw at once.
        if (this.#settled && !this.#bars.has(key)) {
            this.#bars.set(key, null);
            this.engine
                .ask("colourBar", { fade, dark })
                .then((bar) => this.#bars.set(key, bar))
                .catch(() => this.#bars.delete(key))
                .finally(() => this.#schedule());
        }
        return this.#bars.get(key) ?? null;
    }

    /** Opens the panel of the tool that the state names. @param {string | null} name */
    #showTool(name) {
        if (this.#open?.name === name || (!this.#open && name === null)) {
            return;
        }
        this.#open?.panel?.close?.();
        this.#open = null;
        const root = this.#layout.toolRoot(name);
        const load = name === null ? null : TOOLS[name];
        if (name === null || !load || !root) {
            return;
        }
        const open = { name, tool: /** @type {import("../tools/index.js").Tool | null} */ (null), panel: /** @type {Panel | null} */ (null) };
        this.#open = open;
        Promise.all([load(), fetchTools()]).then(
            ([{ default: tool }]) => {
                if (this.#open === open) {
                    open.tool = tool;
                    open.panel = tool.open(root, this.#context());
                    this.#unstored ||= name === "teach";
                    if (tool.begin && !this.state.beside) {
                        this.#store.change(tool.begin, "part");
                    }
                    this.#schedule();
                }
            },
            (error) => {
                this.notLoaded(error);
                if (this.#open === open) {
                    // An empty panel is of no use to anybody.
                    this.#store.change((state) => ({ ...state, tool: null }), "part");
                }
            },
        );
    }

    /** Plays the lesson that the state names. @param {PageView} view */
    #showLesson(view) {
        if (!this.state.lesson) {
            this.#lesson?.panel?.close?.();
            this.#lesson = null;
            this.#layout.lessonRoot(false);
            return;
        }
        if (this.#lesson) {
            this.#lesson.panel?.show(view);
            return;
        }
        const lesson = { panel: /** @type {Panel | null} */ (null) };
        this.#lesson = lesson;
        Promise.all([import("../tools/lesson/player.js"), this.library()]).then(
            ([{ Player }, library]) => {
                const root = this.#layout.lessonRoot(true);
                if (this.#lesson === lesson && root) {
                    lesson.panel = new Player(root, this.#context(), library);
                    this.#schedule();
                }
            },
            (error) => {
                this.notLoaded(error);
                this.#store.change((state) => withLesson(state, null), "part");
            },
        );
    }

    /** Address of a sample, small. @param {import("./pictures.js").Sample} sample */
    thumbnail({ thumbnail }) {
        return PLACES.samples + thumbnail;
    }

    /** The lessons that there are, and what the page knows that they may name. */
    library() {
        this.#library ??= Promise.all([import("../tools/lesson/library.js"), fetchTools()]).then(
            ([{ Library }]) => new Library((file) => textOf(PLACES.lessons + file), this.#read, { ...this.#known, kept }),
        );
        this.#library.catch(() => (this.#library = null));
        return this.#library;
    }

    /**
     * Opens what a teacher makes of pictures, or a lesson of theirs again. What they wrote stays, whatever else they look at.
     * @param {string} [id] Of the lesson.
     */
    async makeLesson(id) {
        try {
            const [{ Maker }, library] = await Promise.all([import("../tools/lesson/maker.js"), this.library()]);
            const lesson = id === undefined ? null : await library.lesson(id);
            if (!this.#maker || this.#maker.language !== language()) {
                const maker = new Maker(this, library);
                if (this.#maker) {
                    maker.takeOver(this.#maker);
                }
                this.#maker = maker;
                this.#unstored = true;
            }
            if (id !== undefined && lesson) {
                this.#wantLesson(id);
                this.#maker.edit(id, lesson);
            } else {
                this.#maker.open();
            }
        } catch (error) {
            this.notLoaded(error);
        }
    }

    /** Plays a lesson that is being made; from it a way leads back to where it is made. @param {File} file */
    async previewLesson(file) {
        const opened = (await this.library().catch(() => null))?.own ?? [];
        const before = this.#previewed;
        if (await this.openLesson(file)) {
            const id = this.state.lesson?.id ?? "";
            const again = before?.id === id;
            if (before?.only && !again) {
                await this.#forgetLesson(before.id);
            }
            this.#previewed = { id, only: again ? before.only : !opened.includes(id) };
            this.#schedule();
        }
    }

    /** What was tried before it was changed is nobody's lesson. @param {string} id */
    async #forgetLesson(id) {
        const [library, { lessonPicture }] = await Promise.all([this.library(), import("../tools/lesson/library.js")]);
        library.remove(id);
        this.#pictures.removeTaught(lessonPicture(id, ""));
        this.#store.change((state) => {
            const { [id]: _, ...left } = state.left;
            return { ...state, left };
        }, "part");
    }

    /** Somebody wants a lesson for its own sake, that may have been tried before. @param {string} id */
    #wantLesson(id) {
        if (this.#previewed?.id === id) {
            this.#previewed = { id, only: false };
        }
    }

    /**
     * Opens a file that is no model: a lesson.
     * @param {File} file
     * @param {import("../ui/intake.js").Dropped[]} [dropped] What came with it.
     * @returns {Promise<boolean>} Whether it is one; where it is not, that is said.
     */
    async openLesson(file, dropped = []) {
        try {
            const [{ besideOf }, { picturesIn }] = await Promise.all([import("../tools/lesson/dropped.js"), import("../tools/many/dropped.js")]);
            const { found } = await picturesIn(dropped);
            return await this.#openLesson(file, besideOf(found, file.name));
        } catch (error) {
            this.notLoaded(error);
            return false;
        }
    }

    /**
     * @param {Pick<File, "name" | "text">} file
     * @param {import("../tools/lesson/dropped.js").Beside} beside The files that came with it.
     */
    async #openLesson(file, beside) {
        this.#unstored = true;
        try {
            const [library, { lessonPicture, refusal }] = await Promise.all([this.library(), import("../tools/lesson/library.js")]);
            const { id, pictures, faults } = await library.add(await file.text(), beside);
            if (id !== null) {
                this.#wantLesson(id);
                this.#pictures.addTaught(pictures.map(({ name, title, ...picture }) => ({ ...picture, id: lessonPicture(id, name), name: title })));
                this.change((state) => withLesson(state, id));
                return true;
            }
            this.status.fail(refusal(file.name, faults));
        } catch (error) {
            this.notLoaded(error);
        }
        return false;
    }

    /** @returns {import("../tools/index.js").Context} */
    #context() {
        return {
            change: (change, kind) => this.change(change, kind),
            engine: this.engine,
            explain: (pane, options) => this.engine.explain({ model: pane.model, shuffled: pane.shuffled }, lookedAt(pane), options),
            pictures: this.#pictures,
            announce: (text) => this.status.announce(text),
            note: (text) => this.status.say(text),
            fail: (error) => this.fail(error),
            say: (failure) => this.status.fail(failure),
            notLoaded: (error) => this.notLoaded(error),
            choices: () => this.#choices(),
            everyday: () => this.#shelf.entries[0].id,
            adopt: async (model, before) => {
                const own = await import("./own-models.js").catch((error) => this.notLoaded(error));
                return own && new own.OwnModels(this).adopt(model, before);
            },
            choosePicture: (picture) => this.choosePicture(picture),
            refresh: () => this.#schedule(),
            many: () => this.#many,
            makeLesson: () => void this.makeLesson(),
            isPreview: (lesson) => lesson === this.#previewed?.id,
        };
    }

    #choices() {
        const { entry } = this;
        const samples = "samples" in entry.model ? this.#pictures.samples(entry.model.samples) : [];
        return {
            samples: samples.map(({ file }) => `sample:${file}`),
            own: this.#pictures.own.map(({ id }) => id),
            models: this.#shelf.entries.map((other) => ({
                id: other.id,
                name: this.#nameOfModel(other.id),
                title: "variant" in other.model ? `${other.model.title} (${tOr(`variant:${other.model.variant}`, other.model.variant)})` : other.model.title,
                sameQuestion: domainOf(other) !== null && domainOf(other) === domainOf(entry),
                taught: other.taught === true,
            })),
        };
    }

    /**
     * Draws a part of a pane. Nothing where it was given up, or cannot be had.
     * @param {number} slot
     * @param {import("../engine/protocol.js").Rect} part
     * @param {{width: number, height: number, photo: boolean, coarse: boolean}} wish
     */
    async draw(slot, part, { width, height, photo, coarse }) {
        const view = this.#view;
        const pane = view?.panes[slot];
        if (!view || !pane?.solved || !pane.answer) {
            return null;
        }
        const { solved, answer } = pane;
        const { smooth, contours, fade } = view.state.view;
        const looked = photo ? lookedAt(solved.pane) : null;
        const shown = slot === 0 && view.difference ? view.difference : answer.map;
        const limit = slot === 0 && view.difference ? view.difference.limit : answer.limit;
        const { values, rows, columns, placement } = shown;
        const map = answer.withheld || hides(view.state, "map") ? null : { values, rows, columns, placement };
        const style = { limit, smooth, contours: contours && !coarse && countable(shown), fade, dark: answer.explained.dark };
        try {
            const drawn = await this.engine.draw({ looked, map, style, part, width, height });
            if (slot === 0 && !coarse) {
                this.#settle();
            }
            return drawn;
        } catch (error) {
            this.fail(error);
            return null;
        }
    }

    /**
     * Draws a part of a pane's photo as it is, for a magnifying glass.
     * @param {number} slot
     * @param {import("../engine/protocol.js").Rect} part
     * @param {number} width
     * @param {number} height
     */
    async magnify(slot, part, width, height) {
        const { solved } = this.#view?.panes[slot] ?? {};
        if (!solved) {
            return null;
        }
        const looked = lookedAt(solved.pane);
        const style = { limit: 1, smooth: false, contours: false, fade: false, dark: false };
        try {
            return (await this.engine.draw({ looked, map: null, style, part, width, height })).photo;
        } catch (error) {
            this.fail(error);
            return null;
        }
    }

    /** The keys of what a pane shows. @param {PageView} view @param {number} slot */
    keys(view, slot) {
        const { solved, answer } = view.panes[slot];
        if (!solved || !answer) {
            return null;
        }
        const evidence = answer.withheld || hides(view.state, "map") ? null : `${evidenceKey(view.state, solved, answer.limit)} ${slot === 0 && view.difference ? JSON.stringify([view.panes[1].solved?.pane, view.difference.limit]) : ""}`;
        return { picture: pictureKey(solved), evidence };
    }

    /**
     * @param {import("../evidence/grid.js").Cell | null} cell
     * @param {boolean} unseen
     * @param {boolean} held
     * @param {number} slot Whose map the cell is one of.
     */
    point(cell, unseen, held, slot) {
        const { cursor, cursorBeside } = this.state;
        const at = slot === 0 ? cell : this.#inFirst(cell);
        const pointed = slot === 0 ? null : cell;
        const alike = (/** @type {import("../evidence/grid.js").Cell | null} */ a, /** @type {import("../evidence/grid.js").Cell | null} */ b) =>
            a?.row === b?.row && a?.column === b?.column;
        if (!alike(at, cursor) || !alike(pointed, cursorBeside) || unseen !== this.#unseen) {
            this.#unseen = unseen;
            this.#store.change((state) => ({ ...state, cursor: at, cursorBeside: pointed, held }), "part");
            this.#schedule();
        }
    }

    /** The cell of the first map at the place of one of the second's. @param {import("../evidence/grid.js").Cell | null} cell */
    #inFirst(cell) {
        const [a, b] = this.#view?.panes ?? [];
        const samePhoto = a?.solved?.pane.picture === b?.solved?.pane.picture;
        return cell && a?.answer && b?.answer ? samePlace(b.answer.map, cell, a.answer.map, samePhoto) : null;
    }

    /** @param {import("./state.js").Zoom} zoom */
    zoom(zoom) {
        this.#store.change((state) => withZoom(state, zoom), "part");
    }

    /**
     * A drag is one step, from its first cell on: going back undoes all of it.
     * @param {number[]} cells
     * @param {boolean} done
     */
    select(cells, done) {
        const kind = this.#selecting ? "part" : "step";
        this.#selecting = !done;
        this.#store.change((state) => (state.lesson?.marking ? withPlace(state, { marks: cells }) : { ...state, selection: cells }), kind);
        if (done) {
            this.#store.flush();
        }
    }

    /**
     * Puts something onto the picture, where the open tool does so.
     * @param {import("../ui/stage.js").Phase} phase
     * @param {{x: number, y: number}} point In pixels of the photo.
     */
    put(phase, point) {
        this.#open?.panel?.put?.(phase, point);
        if (phase === "up") {
            this.#store.flush();
        }
    }

    /** @param {Partial<import("./state.js").View>} view @param {boolean} part */
    look(view, part) {
        this.change((state) => withView(state, view), part ? "part" : "step");
    }

    /** @param {import("./offline.js").Offline} offline What keeps the page. */
    keptBy(offline) {
        this.offline = offline;
    }

    /** A failure is shown. @param {Failure} failure */
    #heard({ fault, code }) {
        if (fault !== "network" && code !== "engine-did-not-run") {
            return;
        }
        // What the site does not have any more may have gone with an old version.
        this.offline?.look();
        const own = this.#pictures.own.length > 0 || this.#shelf.entries.some(({ own, remembered }) => own && !remembered);
        if (!own && !this.#unstored) {
            void reloadIfOutdated();
        }
    }

    #newLayout() {
        const layout = new Layout(this);
        layout.status.heard = (failure) => this.#heard(failure);
        return layout;
    }

    /** Shows a failure; a question that was given up is none. @param {unknown} error */
    fail(error) {
        if (error instanceof Superseded) {
            return;
        }
        if (!(error instanceof EngineError)) {
            throw error;
        }
        this.status.fail(error.failure);
    }

    /** A part of the page that is fetched when it is needed could not be. @param {unknown} error */
    notLoaded(error) {
        const reason = error instanceof Error ? error.message : String(error);
        this.status.fail({ fault: "network", message: t("part.not-loaded", { reason }), advice: t("part.advice") });
        return null;
    }

    #settle() {
        if (!this.#settled) {
            this.#settled = true;
            this.#tellSettled();
            this.#schedule();
        }
    }
}

/** Side in pixels of a small picture: twice what the strip shows, for dense screens. */
const SMALL = 144;

/** In place of maps that are not at hand. */
const NO_MAPS = new Float32Array();

/** @param {string} place */
async function textOf(place) {
    const response = await fetch(place, { credentials: "omit" });
    if (!response.ok) {
        throw new Error(`${place}: status ${response.status}`);
    }
    return response.text();
}

/**
 * What to show where nothing was shown before that could stay: of a link that asks for what cannot be, the picture as it
 * is; else none.
 * @param {Pane} pane
 * @param {Failure} failure
 * @returns {Pane}
 */
function fallback(pane, { fault }) {
    /** @type {Pane} */
    const plain = { ...pane, size: null, fit: null, edits: [], shuffled: 0, method: "evidence", options: "" };
    const asksLess = (fault === "request" || pane.method !== plain.method) && JSON.stringify(plain) !== JSON.stringify(pane);
    return asksLess ? plain : { ...plain, picture: null };
}
