/**
 * The parts of the page and where they stand. Each gets a root and what it is to show; none knows another.
 *
 * @module
 */

import { classLanguage, shortName, topClasses } from "../evidence/classes.js";
import { decisionOf } from "../evidence/decision.js";
import { MARKS, countable } from "../evidence/grid.js";
import { fileOf } from "../engine/development.js";
import { WHOLE } from "../evidence/zoom.js";
import { fetchTools, language, languageOf, t, tOr } from "../text/index.js";
import { stepUnderWay } from "../text/numbers.js";
import { TOOLS } from "../tools/index.js";
import { answerNote } from "../ui/answer-note.js";
import { AnswerPanel } from "../ui/answer.js";
import { button, make, newLabel, setText } from "../ui/dom.js";
import { Filmstrip } from "../ui/filmstrip.js";
import { isJson, isLesson, setUpIntake } from "../ui/intake.js";
import { copyLink } from "../ui/share.js";
import { Stage } from "../ui/stage.js";
import { Status, badgeText } from "../ui/status.js";
import { Toolbar } from "../ui/toolbar.js";
import { TopBar } from "../ui/topbar.js";
import { domainOf, variantOf } from "../engine/shipped.js";
import { PLACES } from "./catalogue.js";
import { untold } from "../evidence/untold.js";
import { hides, isFrame, withZoom } from "./state.js";

/** @typedef {import("./page.js").Page} Page */
/** @typedef {import("./view.js").PageView} PageView */
/** @typedef {import("../engine/protocol.js").Loaded} Loaded */

/**
 * @typedef {object} Shown
 * @property {PageView} view
 * @property {import("../ui/stage.js").Gesture} gesture
 * @property {import("../ui/stage.js").Outline | null} outline Around what the open tool has put onto the picture.
 * @property {boolean} coloured Whether the picture has its colours, whatever the settings say.
 * @property {import("../engine/protocol.js").Painted | null} colourBar
 * @property {boolean} unseen
 * @property {boolean} settled
 * @property {import("./answers.js").Answer<Loaded> | null} loaded
 * @property {import("./catalogue.js").Domain[]} domains
 * @property {(picture: string | null) => string} nameOf
 * @property {(picture: string) => {card: import("../engine/protocol.js").ModelCard, explained: import("../engine/protocol.js").Explained} | null} said
 * @property {(picture: string) => OfMany | null} many
 */

/**
 * One of many pictures in the strip.
 * @typedef {object} OfMany
 * @property {Blob | null} image Small, with its map, once there is an answer.
 * @property {boolean} failed
 * @property {boolean} old Whether what is known of it is not of the settings in use.
 */

/** Stands among the pictures, since it is one. */
const CAMERA_TOOL = "camera";
/** Stands under them, since it is about all of them. */
const MANY_TOOL = "many";
/** Is offered where there is something to choose. */
const WINDOW_TOOL = "window";
const SLOTS = [0, 1];
const ZOOM_STEP = 1.5;
/** Above this number of classes there are some to search for. */
const LISTED = 5;

export class Layout {
    #page;
    #abort = new AbortController();
    #top;
    #answer;
    #filmstrip;
    #toolbar;
    /** @type {Stage[]} */
    #stages;
    #stagesRoot = element("stages");
    #invitation = make("div", { className: "invitation" });
    #again;
    #notice = make("p", { className: "notice", attributes: { role: "note" } });
    #warning = make("p", { className: "warning", attributes: { role: "note" } });
    #credit = make("p", { className: "credit" });
    #sees = make("p", { className: "sees" });
    /** What was done to the picture's values. */
    #notes = make("p", { className: "notes", attributes: { hidden: true } });
    /** Says it, once there is something to say. @type {typeof import("../ui/notes.js") | null} */
    #saying = null;
    #badge = make("p", { className: "badge" });
    #panes = make("div", { className: "panes" });
    /** Where one picture ends and the other begins. @type {import("../ui/swipe.js").Swipe | null} */
    #swipe = null;
    #legend = make("p", { className: "mini-legend" });
    #searchRoot = make("div");
    /** @type {import("../ui/search.js").Search | null} */
    #search = null;
    /** @type {import("../ui/settings.js").Settings | null} */
    #settings = null;
    /** @type {import("../ui/about.js").About | null} */
    #about = null;
    /** @type {import("../ui/help.js").Help | null} */
    #help = null;
    /** @type {import("../ui/kept.js").Kept | null} */
    #kept = null;
    /** @type {import("../tools/lesson/menu.js").Menu | null} */
    #lessons = null;
    /** The lesson that is played. @type {HTMLElement | null} */
    #lesson = null;
    /** The picture before, where another model was chosen that it was not shown to. @type {string | null} */
    #before = null;

    /** @param {Page} page */
    constructor(page) {
        this.#page = page;
        document.documentElement.lang = page.state.language;
        document.title = t("page.title");
        this.status = new Status(element("status"));
        this.#top = new TopBar(element("top"), {
            tab: (id) => page.chooseTab(id),
            variant: (id) => {
                const entry = page.shelf.find(id);
                if (entry) {
                    void page.chooseModel(entry);
                }
            },
            language: (language) => void page.speak(language),
            share: () => void this.#share(),
            save: () => void this.#save(),
            open: (which, panel) => void this.#open(which, panel),
        });
        this.#answer = new AnswerPanel(element("answer"), {
            choose: (choice) => page.choose(choice),
            population: (name) => page.choosePopulation(name),
            anyway: () => page.anyway(),
            several: (several) => void this.#several(several),
            ask: (id) => {
                const entry = page.shelf.find(id);
                if (entry) {
                    void page.chooseModel(entry, true);
                }
            },
        });
        element("answer").append(this.#searchRoot, this.#notes, this.#credit, this.#sees, this.#badge);
        this.#filmstrip = new Filmstrip(element("filmstrip"), {
            choose: (id) => page.choosePicture(id),
            add: (files) => take(files.map((file) => ({ file, entry: null }))),
            camera: () => page.toggleTool(CAMERA_TOOL),
            unshown: (id) => {
                page.pictures.isUnshown(id);
                page.refresh();
            },
        });
        this.#toolbar = new Toolbar(element("toolbar"), Object.keys(TOOLS).filter((tool) => tool !== CAMERA_TOOL && tool !== MANY_TOOL), {
            tool: (tool) => page.toggleTool(tool),
            zoom: (way) => this.#zoom(way),
            grid: () => page.look({ grid: !page.state.view.grid }, false),
            lens: () => page.look({ lens: !page.state.view.lens }, false),
        });
        const help = make("p", { className: "visually-hidden", text: t("stage.help"), attributes: { id: newLabel() } });
        this.#stages = SLOTS.map((slot) => {
            const root = make("div", { attributes: { "aria-describedby": help.id, "aria-roledescription": t("stage.role") } });
            return new Stage(root, {
                draw: (part, width, height, photo, coarse) => page.draw(slot, part, { width, height, photo, coarse }),
                magnify: (part, width, height) => page.magnify(slot, part, width, height),
                cursor: (cell, unseen, held) => page.point(cell, unseen, held, slot),
                zoom: (zoom) => page.zoom(zoom),
                lens: (lens) => page.look({ lens }, false),
                select: (cells, done) => page.select(cells, done),
                put: (phase, point) => page.put(phase, point),
            });
        });
        this.#again = button("", () => this.#before && page.choosePicture(this.#before), { className: "again" });
        this.#invitation.append(
            make("p", { text: t(matchMedia("(pointer: coarse)").matches ? "stage.invitation-touch" : "stage.invitation") }),
            make("p", { className: "row" }, [button(t("film.pick"), () => this.#filmstrip.pick(), { className: "pick-here" })]),
            make("p", {}, [this.#again]),
        );
        this.#notice.hidden = this.#warning.hidden = true;
        this.#panes.append(...this.#stages.map((stage) => stage.root));
        this.#stagesRoot.replaceChildren(
            this.#notice,
            this.#warning,
            this.#panes,
            this.#invitation,
            this.#legend,
            help,
        );
        element("foot").replaceChildren(
            make("p", {}, [make("strong", { text: t("foot.demo") }), ` ${t("foot.advice")}`]),
            make("p", { className: "privacy", text: t("foot.privacy") }),
            this.#trustPart(),
        );
        element("skip").textContent = t("page.skip");
        for (const [part, name] of [["status", t("page.status")], ["show", t("page.show")], ["answer", t("page.answer")]]) {
            element(part).setAttribute("aria-label", name);
        }
        const take = setUpIntake(
            this.#stagesRoot,
            {
                pictures: (dropped, start) => page.addPictures(dropped, start),
                model: (files) => this.#openFiles(files),
                lesson: (file, dropped) => void this.#openLesson(file, dropped),
                nothing: (message, advice) => this.status.fail({ fault: "image", message, advice }),
            },
            this.#abort.signal,
        );
    }

    /** A root for how far it is with many pictures, under the strip. */
    manyRoot() {
        const root = make("div", { className: "many-row" });
        element("filmstrip").append(root);
        return root;
    }

    /** A root for the lesson that is played, above the answer. @param {boolean} wanted */
    lessonRoot(wanted) {
        if (!wanted) {
            this.#lesson?.remove();
            this.#lesson = null;
            return null;
        }
        if (!this.#lesson) {
            this.#lesson = make("section", { className: "lesson" });
            element("answer").prepend(this.#lesson);
        }
        return this.#lesson;
    }

    /** What left this machine; fetched when it is opened. */
    #trustPart() {
        const root = make("div");
        const part = make("details", { className: "trust" }, [make("summary", { text: t("foot.trust") }), root]);
        /** @type {import("../ui/trust.js").Trust | null} */
        let trust = null;
        part.addEventListener("toggle", async () => {
            if (!part.open) {
                return;
            }
            try {
                const [{ Trust }] = await Promise.all([import("../ui/trust.js"), fetchTools()]);
                trust ??= new Trust(root, () => this.#diagnosed());
                trust.show();
            } catch (error) {
                this.#page.notLoaded(error);
            }
        });
        return part;
    }

    /** @returns {import("../ui/trust.js").Diagnosed} */
    #diagnosed() {
        const { state, view } = this.#page;
        const { loaded, explained, pane } = view?.panes[0].solved ?? {};
        return {
            loaded: loaded ?? null,
            model: state.pane.model,
            explained: explained ?? null,
            size: pane?.size ?? null,
            language: state.language,
            published: this.#page.offline?.published ?? null,
        };
    }

    /** Ends it, where the page is made anew in another language. */
    close() {
        this.#abort.abort();
        this.#stages.forEach((stage) => stage.close());
    }

    get layers() {
        return { stages: this.#stages.map(({ layers }) => layers), colourBar: this.#answer.colourBar };
    }

    /** What the answer says first. */
    get headline() {
        return this.#answer.headline;
    }

    focusStage() {
        this.#stages[0].focus();
    }

    /** An empty root for a tool's panel; nothing where none is open. @param {string | null} tool */
    toolRoot(tool) {
        const last = toolPanel();
        if (last?.contains(document.activeElement)) {
            // Back to where it was opened.
            openerOf(last.dataset.tool)?.focus({ preventScroll: true });
        }
        last?.remove();
        if (tool === null) {
            return null;
        }
        const key = /** @type {import("../text/index.js").Key} */ (`tool.${tool}`);
        const label = make("h2", { text: t(key), attributes: { id: newLabel() } });
        const root = make("div", { className: "tool-body" });
        const close = button("\u00d7", () => this.#page.toggleTool(tool), { className: "sign", attributes: { "aria-label": t("tool.close") } });
        const panel = make("section", { className: "tool-panel", attributes: { "aria-labelledby": label.id, "data-tool": tool, tabindex: -1 } }, [
            make("header", {}, [label, close]),
            root,
        ]);
        panel.addEventListener("keydown", (event) => {
            // Unless something in it has ended at this key.
            if (event.key === "Escape" && !event.defaultPrevented) {
                this.#page.toggleTool(tool);
            }
        });
        const { parent, before } = this.#answer.gap;
        parent.insertBefore(panel, before);
        return root;
    }

    /**
     * Brings the tool that was opened into sight, below the picture where that stands above it, and the keyboard's focus to it,
     * unless that has moved on from the button that opened it.
     */
    revealTool() {
        const narrow = matchMedia("(max-width: 56rem)").matches;
        const panel = toolPanel();
        panel?.scrollIntoView({ block: narrow ? "start" : "nearest" });
        if (panel && (document.activeElement === document.body || document.activeElement === openerOf(panel.dataset.tool))) {
            panel.focus({ preventScroll: true });
        }
    }

    /** @param {Shown} shown */
    show(shown) {
        const { view, settled } = shown;
        const { state, panes } = view;
        const [first] = panes;
        const arrangement = panes.length > 1 ? arrangementOf(view) : "one";
        document.body.classList.toggle("two", panes.length > 1 && arrangement !== "difference");
        document.body.classList.toggle("withheld", first.answer?.withheld === true);
        document.body.classList.toggle("explained", first.answer !== null);
        document.body.classList.toggle("taught", state.lesson !== null);
        document.body.classList.toggle("fixed", hides(state, "settings"));
        const [told, mapped, summed] = [!hides(state, "answer"), !hides(state, "answer", "map"), !hides(state, "sum")];
        this.#stagesRoot.dataset.arrangement = arrangement;
        this.#showSwipe(arrangement === "swipe" ? state.swipe : null);
        this.#showTop(shown);
        this.#showStages(shown);
        this.#answer.show({
            answer: told ? first.answer : null,
            mapped,
            summed,
            covered: coveredText(state),
            cursor: state.lesson?.marking ? null : state.cursor,
            unseen: shown.unseen,
            selection: state.selection,
            colourBar: shown.colourBar,
            others: first.answer?.withheld && !hides(state, "settings") ? this.#others(shown) : [],
            scans: this.#mayBeScan(first) && !state.lesson ? this.#others(shown, true) : [],
            variants: this.#variants(),
            asksActivation: this.#page.notes.model === this.#page.entry.id && this.#page.notes.asksActivation,
            first: panes.length > 1 ? t(view.difference ? "answer.of-first-difference" : "answer.of-first", { name: first.caption }) : null,
        });
        // Tools, saved pictures and what is searched for would say all of it.
        const possible = first.answer !== null && !first.answer.withheld && mapped && summed;
        const shownPicture = first.solved?.pane.picture ?? null;
        this.#toolbar.offer(WINDOW_TOOL, this.#hasWindow(first) && !hides(state, "settings"));
        this.#toolbar.show(state.tool, possible, state.zoom.scale, state.view);
        this.#showNotes(first, shownPicture);
        this.#top.offerSaving(possible);
        this.#filmstrip.show(this.#frames(shown), settled);
        this.#filmstrip.offerCamera(!this.#judges(shown), state.tool === CAMERA_TOOL);
        // Whoever hears the page instead of seeing it hears nothing of frames that pass.
        element("answer").setAttribute("aria-busy", String(isFrame(first.solved?.pane.picture ?? null) && state.tools.camera?.frozen !== true));
        this.#showCredit(shown);
        const [names] = [possible && first.answer && first.answer.card.classes.length > LISTED ? first.answer.card.classes : []];
        this.#showSearch(names, settled);
        this.#settings?.show(this.#settingsShown(shown));
        this.#about?.show(this.#aboutShown(shown));
        this.#lessons?.show(state);
    }

    /** @param {Shown} shown */
    #showTop({ view: { state }, domains }) {
        const { shelf, entry } = this.#page;
        const here = domainOf(entry);
        const tabs = domains
            // What is flawed on purpose is met in its lesson and by links, and not by trying tabs.
            .filter(({ id, flawed }) => (!flawed || id === here) && shelf.entries.some((candidate) => domainOf(candidate) === id))
            .map(({ id, title }) => ({ id, title, chosen: id === here }));
        const own = shelf.entries
            .filter((candidate) => candidate.own)
            .map(({ id, model }) => ({ id, title: t("top.yours", { title: model.title }), chosen: id === entry.id }));
        const variants = shelf.entries
            .filter((candidate) => here !== null && domainOf(candidate) === here)
            .map((candidate) => ({ id: candidate.id, title: variantOf(candidate) ?? "", chosen: candidate.id === entry.id }));
        this.#top.show({ tabs: [...tabs, ...own], variants, language: state.language });
    }

    /** @param {Shown} shown */
    #showStages({ view, gesture, outline, coloured, loaded, domains, nameOf }) {
        const { state, panes } = view;
        const [first] = panes;
        const { answer } = first;
        const { lesson } = state;
        const mapHidden = hides(state, "map");
        const notice = this.#judges({ loaded, domains }) || answer?.notice ? t("notice.teaching") : null;
        this.#notice.hidden = notice === null;
        setText(this.#notice, notice ?? "");
        const warning = panes.map((pane) => (pane.answer && !pane.answer.withheld ? pane.answer.warning : null)).find(Boolean) ?? null;
        // That a picture is unlike the others is an answer, too; over a map, it is said all the same.
        this.#warning.hidden = warning === null || (mapHidden && hides(state, "answer"));
        setText(this.#warning, warning ?? "");
        const { picture } = state.pane;
        if (picture !== null) {
            this.#before = picture;
        }
        this.#invitation.hidden = first.solved !== null || (picture !== null && first.busy !== null);
        this.#again.hidden = this.#before === null || !this.#page.pictures.has(this.#before);
        setText(this.#again, t("stage.again", { name: nameOf(this.#before) }));
        this.#legend.hidden = !answer || answer.withheld || mapHidden;
        this.#legend.replaceChildren(...legendOf(view).map((colours) => make("span", { className: "colours" }, colours.map((colour) => make("span", colour)))));
        for (const slot of SLOTS) {
            const stage = this.#stages[slot];
            const pane = panes[slot];
            const keys = pane ? this.#page.keys(view, slot) : null;
            const arrangement = arrangementOf(view);
            const hidden = !pane || (slot === 1 && arrangement === "difference");
            stage.root.hidden = hidden || (slot === 0 && !this.#invitation.hidden);
            if (hidden || !pane.solved || !pane.answer || !keys) {
                stage.show(null, pane?.busy ?? null);
                continue;
            }
            const shownMap = slot === 0 && view.difference ? view.difference : pane.answer.map;
            const swipe = panes.length > 1 && arrangement === "swipe";
            // Chosen cells are cells of the first map.
            const chooses = (slot === 0 || sameCells(first.answer?.map, shownMap)) && !mapHidden;
            const marks = { ...MARKS, placement: pane.solved.explained.placement };
            // What is on show until the lesson's picture is there is not to be marked.
            const marking = slot === 0 && !pane.busy ? (lesson?.marking ?? null) : null;
            const boxes = lesson?.boxes ? (this.#page.pictures.sample(pane.solved.pane.picture)?.boxes ?? []) : [];
            stage.show({
                picture: keys.picture,
                evidence: keys.evidence,
                photo: pane.solved.explained.placement.photo,
                grid: marking ? marks : pane.answer.withheld || mapHidden ? null : shownMap,
                zoom: state.zoom,
                cursor: slot === 0 ? state.cursor : view.cursorBeside,
                selection: marking ? (lesson?.marks ?? []) : chooses ? state.selection : null,
                marked: !marking && !pane.busy && lesson && lesson.marks.length > 0 ? { grid: marks, cells: lesson.marks } : null,
                boxes,
                lens: state.view.lens,
                lines: marking !== null || (state.view.grid && countable(shownMap) && !mapHidden),
                gesture: marking ?? gesture,
                outline,
                opacity: state.view.opacity,
                grey: state.view.grey && !pane.answer.withheld && !mapHidden && !coloured,
                label: hides(state, "answer", "map") ? t("stage.hidden") : this.#label(pane, nameOf),
                caption: swipe && covered(slot, state.swipe) ? null : panes.length > 1 ? (slot === 0 && view.difference ? t("compare.less", { first: pane.caption, second: panes[1].caption }) : pane.caption) : pane.caption || null,
                busy: busyText(pane) ?? (arrangement === "difference" && panes[1] ? busyText(panes[1]) : null),
                clip: swipe ? (slot === 0 ? { from: 0, to: state.swipe } : { from: state.swipe, to: 1 }) : null,
            });
        }
    }

    /**
     * Whether the model judges people's health; until its card is there, the list of models says so.
     * @param {Pick<Shown, "loaded" | "domains">} shown
     */
    #judges({ loaded, domains }) {
        const domain = domains.find(({ id }) => id === domainOf(this.#page.entry));
        return (loaded?.status === "done" ? loaded.value.card.medical : domain?.medical) ?? false;
    }

    /** The handle between two pictures that lie on each other. @param {number | null} share Nothing where they do not. */
    #showSwipe(share) {
        if (this.#swipe) {
            this.#swipe.show(share);
        } else if (share !== null) {
            import("../ui/swipe.js").then(
                ({ Swipe }) => {
                    if (!this.#swipe) {
                        this.#swipe = new Swipe((to) => this.#page.change((state) => ({ ...state, swipe: to }), "part"));
                        this.#panes.append(this.#swipe.root);
                    }
                    this.#page.refresh();
                },
                (error) => this.#page.notLoaded(error),
            );
        }
    }

    /**
     * @param {import("./view.js").PaneView} pane
     * @param {(picture: string | null) => string} nameOf
     */
    #label({ solved, answer }, nameOf) {
        const name = nameOf(solved?.pane.picture ?? null);
        if (!answer || answer.withheld) {
            return t("stage.withheld", { name });
        }
        const label = t("stage.label", { picture: name, name: answer.name });
        return answer.warning ? `${label}. ${answer.warning}` : label;
    }

    /** Whether a picture has more greys than are shown, or several frames. @param {import("./view.js").PaneView} pane */
    #hasWindow({ solved }) {
        const kind = this.#page.pictures.kind(solved?.pane.picture ?? null);
        return kind === "film" || kind === "grey16" || (solved?.explained.notes.some(({ kind }) => kind === "bits") ?? false);
    }

    /**
     * What was done to the values of the picture on show.
     * @param {import("./view.js").PaneView} pane
     * @param {string | null} picture
     */
    #showNotes(pane, picture) {
        const notes = pane.solved && picture ? [...this.#page.pictures.notes(picture), ...pane.solved.explained.notes] : [];
        this.#notes.hidden = notes.length === 0 || !this.#saying;
        if (notes.length > 0 && !this.#saying) {
            Promise.all([import("../ui/notes.js"), fetchTools()]).then(
                ([saying]) => {
                    this.#saying = saying;
                    this.#page.refresh();
                },
                () => {},
            );
        } else if (this.#saying) {
            setText(this.#notes, this.#saying.noteText(notes));
        }
    }

    /** Whether a picture without colour was given to a model of this page that knows no X-rays. @param {import("./view.js").PaneView} pane */
    #mayBeScan({ answer, solved }) {
        const unchanged = solved !== null && solved.pane.edits.length === 0 && !isFrame(solved.pane.picture);
        return unchanged && answer !== null && answer.explained.grey && !answer.card.medical && domainOf(this.#page.entry) !== null;
    }

    /** Names of the variants of the model in use, itself included; none where it has no other. */
    #variants() {
        const { entry, shelf } = this.#page;
        const domain = domainOf(entry);
        const variants = domain === null ? [] : shelf.entries.filter((other) => domainOf(other) === domain);
        return variants.length > 1 ? variants.map((variant) => variantOf(variant) ?? "") : [];
    }

    /**
     * Models that ship with the page and look at other things, one per domain.
     * @param {Shown} shown
     * @param {boolean} [medical] Only those that judge people's health.
     */
    #others({ domains }, medical = false) {
        const here = domainOf(this.#page.entry);
        return domains
            .filter((domain) => domain.id !== here && !domain.flawed && (!medical || domain.medical))
            .flatMap(({ id, title }) => {
                const entry = this.#page.shelf.entries.find((candidate) => domainOf(candidate) === id);
                return entry ? [{ title: tOr(`domain:${id}`, title), id: entry.id }] : [];
            });
    }

    /** @param {Shown} shown */
    #frames({ view: { state }, said, many }) {
        const { pictures, entry } = this.#page;
        const [told, mapped] = [!hides(state, "answer"), !hides(state, "answer", "map")];
        const samples = "samples" in entry.model ? pictures.samples(entry.model.samples) : [];
        const frames = samples.map((sample) => ({
            id: `sample:${sample.file}`,
            title: sample.title,
            brief: !told,
            image: PLACES.samples + sample.thumbnail,
            ...noteOf(told ? said(`sample:${sample.file}`) : null, sample.seen ? t(sample.seen === "film" ? "film.seen-film" : "film.seen") : null),
            chosen: state.pane.picture === `sample:${sample.file}`,
            own: false,
        }));
        const here = fileOf(state.pane.picture);
        const own = pictures.own.map(({ id, name, file, small, unshown }) => {
            const one = many(id);
            const more = one?.failed ? t("film.failed") : one?.old ? t("film.old") : null;
            const alone = small ?? (file instanceof Blob && !unshown ? file : null);
            return {
                id,
                title: name,
                // Of many, none is drawn before it is explained: each would be decoded for it.
                image: one ? (mapped ? one.image : null) : alone,
                ...noteOf(told && !one?.failed ? said(here === id ? (state.pane.picture ?? id) : id) : null, told ? more : null),
                chosen: here === id,
                own: true,
            };
        });
        return [...own, ...frames];
    }

    /** @param {Shown} shown */
    #showCredit({ view: { panes, state }, loaded }) {
        // The name of a file tells what a film shows, and a note what was done to it: not before a lesson's step is answered.
        const pieces = this.#credits(panes, !hides(state, "answer") && state.lesson?.told !== false);
        // Text alone would lose in which language its parts are.
        if (this.#credit.textContent !== textOf(pieces)) {
            this.#credit.replaceChildren(...pieces.map(({ text, foreign }) => make("span", { text, attributes: { lang: foreign ? "en" : null } })));
        }
        const { answer, solved } = panes[0];
        this.#sees.hidden = !answer || answer.withheld || hides(state, "map");
        setText(this.#sees, answer ? t("answer.sees", { rows: answer.map.rows, columns: answer.map.columns }) : "");
        const device = loaded?.status === "done" ? loaded.value.device : null;
        // A film reaches the engine as another file.
        const format = this.#page.pictures.told(solved?.pane.picture ?? null)?.about.format;
        const explained = answer && format ? { ...answer.explained, format } : (answer?.explained ?? null);
        setText(this.#badge, device ? badgeText(device, explained, solved?.pane.size ?? 0) : t("badge.starting"));
        this.#badge.dataset.device = device?.kind ?? "";
    }

    /**
     * Whose pictures are on show, each once.
     * @param {import("./view.js").PaneView[]} panes
     * @param {boolean} [labelled] Whether it may be said what they show.
     */
    #credits(panes, labelled = true) {
        const { pictures, shelf } = this.#page;
        const seen = new Set();
        return panes.flatMap(({ solved }) => {
            const sample = pictures.sample(solved?.pane.picture ?? null);
            const credit = pictures.credit(solved?.pane.picture ?? null);
            if (solved && credit && !seen.has(credit)) {
                seen.add(credit);
                return [{ text: `${seen.size > 1 ? " " : ""}${pictures.name(solved.pane.picture)}: ${credit}`, foreign: false }];
            }
            if (!solved || !sample) {
                return [];
            }
            const model = shelf.find(solved.pane.model)?.model;
            const trained = model !== undefined && "samples" in model && pictures.samples(model.samples).includes(sample);
            const pieces = creditPieces(labelled ? sample : untold(sample), trained);
            // Without what tells them apart, two pictures may have the same credit.
            if (seen.has(textOf(pieces))) {
                return [];
            }
            seen.add(textOf(pieces));
            return [...(seen.size > 1 ? [{ text: " ", foreign: false }] : []), ...pieces];
        });
    }

    /**
     * @param {string[]} names
     * @param {boolean} settled
     */
    #showSearch(names, settled) {
        if (this.#search) {
            this.#search.show(names);
        } else if (settled && names.length > 0) {
            import("../ui/search.js").then(
                ({ Search }) => {
                    this.#search ??= new Search(this.#searchRoot, (index) => {
                        this.#page.whyNot(index);
                        this.#answer.reveal();
                    });
                    this.#page.refresh();
                },
                () => {},
            );
        }
    }

    /** @param {"in" | "out" | "whole"} way */
    #zoom(way) {
        const { zoom } = this.#page.state;
        const scale = zoom.scale * (way === "in" ? ZOOM_STEP : 1 / ZOOM_STEP);
        this.#page.change((state) => withZoom(state, way === "whole" ? WHOLE : { ...zoom, scale }), "part");
    }

    /**
     * @param {"settings" | "about" | "help" | "lessons"} which
     * @param {HTMLElement} panel
     */
    async #open(which, panel) {
        const page = this.#page;
        try {
            if (which === "settings" && !this.#settings) {
                const { Settings } = await import("../ui/settings.js");
                this.#settings ??= new Settings(panel, {
                    view: (view, part) => page.look(view, part),
                    pane: (pane) => page.change((state) => ({ ...state, pane: { ...state.pane, ...pane, edits: [] } })),
                    device: (device) => page.change((state) => ({ ...state, device })),
                });
            } else if (which === "help" && !this.#help) {
                const [{ Help }] = await Promise.all([import("../ui/help.js"), fetchTools()]);
                this.#help ??= new Help(panel, () => {
                    panel.hidePopover();
                    page.guide?.start();
                });
            } else if (which === "about" && !this.#about) {
                const { About } = await import("../ui/about.js");
                this.#about ??= new About(panel, {
                    open: (files) => void this.#openModel(files),
                    remember: (keep) => void this.#remember(keep),
                    remove: () => void this.#ownModels().then((own) => own?.remove()),
                    several: (several) => void this.#several(several),
                });
            }
            if (which === "lessons") {
                const [{ Menu }, library] = await Promise.all([import("../tools/lesson/menu.js"), page.library()]);
                this.#lessons ??= new Menu(panel, page, library);
            }
            if (which === "about" && page.offline && this.#about) {
                const [{ Kept }] = await Promise.all([import("../ui/kept.js"), fetchTools()]);
                this.#kept ??= new Kept(this.#about.offline, page.offline, () => this.#shippedModels());
                void this.#kept.show();
            }
        } catch (error) {
            page.notLoaded(error);
        }
        page.refresh();
    }

    /** The models of the site, each with the files that it takes to try it. */
    #shippedModels() {
        const { shelf, pictures, domains } = this.#page;
        return shelf.entries.flatMap(({ model }) => {
            if (!("file" in model)) {
                return [];
            }
            const domain = domains.find(({ id }) => id === model.domain)?.title ?? model.domain;
            const name = [tOr(`domain:${model.domain}`, domain), tOr(`variant:${model.variant}`, model.variant)].join(", ");
            const samples = pictures.samples(model.samples).map(({ file }) => PLACES.samples + file);
            return [{ name, file: PLACES.models + model.file, samples }];
        });
    }

    async #ownModels() {
        const own = await import("./own-models.js").catch((error) => this.#page.notLoaded(error));
        return own && new own.OwnModels(this.#page);
    }

    /**
     * The shelf is told before anything is waited for: the page may be drawn meanwhile.
     * @param {boolean} keep Whether this device remembers the model in use.
     */
    async #remember(keep) {
        const { entry, shelf } = this.#page;
        try {
            await (keep ? shelf.remember(entry) : shelf.forget(entry));
        } catch (error) {
            (await this.#ownModels())?.notStored(keep, error);
        }
        this.#page.refresh();
    }

    /** @param {boolean} several Whether several classes of the model in use may be right at once. */
    async #several(several) {
        await (await this.#ownModels())?.several(several);
    }

    /**
     * A model, or a lesson: that is a file of its own, without a model that it would describe.
     * @param {File[]} files
     * @returns {Promise<boolean>} Whether it is no reason to wait with pictures that came along.
     */
    async #openFiles(files) {
        const [file] = files;
        const describes = files.length === 1 && this.#page.entry.own && (await describesModel(file));
        if (!describes && files.length === 1 && isJson(file.name)) {
            await this.#page.openLesson(file);
            return true;
        }
        return this.#openModel(files);
    }

    /** A lesson with its pictures; where it is none, the pictures are pictures. @param {File} file @param {import("../ui/intake.js").Dropped[]} dropped */
    async #openLesson(file, dropped) {
        if (!(await this.#page.openLesson(file, dropped))) {
            this.#page.addPictures(dropped, true, true);
        }
    }

    /** @param {File[]} files */
    async #openModel(files) {
        const own = await this.#ownModels();
        return own ? own.open(files) : false;
    }

    async #share() {
        const address = this.#page.shared();
        try {
            const { panes: [first, ...others] = [], state } = this.#page.view ?? {};
            // With a link goes what the network says, and of which class a picture is, unless a lesson hides that.
            const told = state === undefined || !hides(state, "answer", "map");
            const sample = this.#page.pictures.sample(first?.solved?.pane.picture ?? null);
            const name = sample && tOr(`sample:${sample.title}`, sample.title);
            await copyLink(address, told && first ? first : null, name, first ? textOf(this.#credits([first, ...others])) : "");
            this.status.say(t("share.copied"));
        } catch {
            this.status.say(t("share.by-hand", { address }));
        }
    }

    async #save() {
        const saving = await import("../ui/save.js").catch((error) => this.#page.notLoaded(error));
        const view = this.#page.view;
        const { answer, solved } = view?.panes[0] ?? {};
        if (saving && !saving.canBeRead()) {
            this.#page.status.fail({ fault: "device", message: t("save.blocked"), advice: t("save.screenshot") });
        } else if (saving && view && answer && solved && !answer.withheld) {
            await saving.savePng(view, this.layers, textOf(this.#credits(view.panes)));
        }
    }

    /** @param {Shown} shown */
    #settingsShown({ view: { state, panes }, loaded }) {
        const { solved, answer } = panes[0];
        const device = loaded?.status === "done" ? loaded.value.device : null;
        const size = solved?.pane.size ?? null;
        return {
            state,
            card: loaded?.status === "done" ? loaded.value.card : null,
            size,
            placement: answer?.explained.placement ?? null,
            fit: solved?.pane.fit ?? null,
            limit: answer?.limit ?? null,
            badge: device ? badgeText(device, answer?.explained ?? null, size ?? 0) : t("badge.starting"),
            device,
        };
    }

    /** @param {Shown} shown */
    #aboutShown({ loaded }) {
        const { entry, notes } = this.#page;
        return {
            card: loaded?.status === "done" ? loaded.value.card : null,
            description: "description" in entry.model ? tOr(`model:${entry.id}`, entry.model.description) : "",
            descriptionLanguage: languageOf(`model:${entry.id}`),
            notes: notes.model === entry.id ? notes.notes : [],
            own: entry.own ? { remembered: entry.remembered } : null,
        };
    }
}

/**
 * Whether a file says something about a model, and is no lesson.
 * @param {File} file
 */
async function describesModel(file) {
    if (!isJson(file.name)) {
        return /\.(txt|csv|tsv)$/i.test(file.name);
    }
    const text = await file.text().catch(() => "");
    return !isLesson(text);
}

/** @typedef {{className: string, text: string}} Colour */

/**
 * What the colours mean, once for all pictures that are read alike: of one class over another, they are the two.
 * @param {PageView} view
 * @returns {Colour[][]}
 */
function legendOf({ difference, panes, state }) {
    const [first, second] = panes;
    if (difference) {
        return [forAndAgainst([first, second].map(({ caption }) => t("legend.more", { name: caption })))];
    }
    const { card, choice } = first.answer ?? {};
    const alike = panes.every(({ answer }) => JSON.stringify(answer?.choice) === JSON.stringify(choice));
    const two = card && choice && choice.against !== null && card.classes.length > 2 && alike && !hides(state, "answer");
    const speaks = two
        ? [choice.shown, choice.against].map((index) => t("legend.class", { name: shortName(card.classes[Number(index)]) }))
        : [t("legend.for"), t("legend.against")];
    const readings = panes.map(({ solved }) => solved?.map?.reading ?? "signed");
    const differ = readings.some((reading) => reading !== readings[0]);
    return panes.flatMap(({ caption }, index) => {
        if (readings.indexOf(readings[index]) !== index) {
            return [];
        }
        const colours = coloursOf(readings[index], speaks);
        return [differ ? colours.map((colour, at) => (at === 0 ? { ...colour, text: `${caption}: ${colour.text}` } : colour)) : colours];
    });
}

/** @param {string[]} texts @returns {Colour[]} */
function forAndAgainst([speaksFor, against]) {
    return [
        { className: "for", text: speaksFor },
        { className: "against", text: against },
    ];
}

/**
 * @param {import("../engine/protocol.js").Reading} reading
 * @param {string[]} speaks What a signed map's colours say.
 * @returns {Colour[]}
 */
function coloursOf(reading, speaks) {
    switch (reading) {
        case "signed":
            return forAndAgainst(speaks);
        case "important":
            return [
                { className: "for", text: t("legend.important") },
                { className: "none", text: t("legend.unimportant") },
            ];
        default:
            return [
                { className: "for", text: t("legend.high") },
                { className: reading === "random" ? "against" : "none", text: t("legend.low") },
                { className: "nothing", text: t("legend.control") },
            ];
    }
}

/** What is said in place of what a lesson hides. @param {import("./state.js").State} state */
function coveredText(state) {
    const what = /** @type {const} */ (["answer", "map", "sum"]).find((each) => hides(state, each));
    return what ? t(`answer.covered.${what}`) : null;
}

/** The tool that is open. @returns {HTMLElement | null} */
function toolPanel() {
    return document.querySelector(".tool-panel");
}

/** The button that opens a tool. @param {string | undefined} tool @returns {HTMLElement | null} */
function openerOf(tool) {
    return document.querySelector(`button[data-tool="${CSS.escape(tool ?? "")}"]`);
}

/** Whether next to nothing is on show of one of two pictures that lie on each other. @param {number} slot @param {number} swipe */
function covered(slot, swipe) {
    return (slot === 0 ? swipe : 1 - swipe) < 0.05;
}

/** How two pictures stand: beside each other where one cannot be taken from the other. @param {PageView} view */
function arrangementOf({ state, notSubtracted }) {
    return notSubtracted ? "side" : state.arrangement;
}

/**
 * @param {import("../evidence/grid.js").Grid | undefined} a
 * @param {import("../evidence/grid.js").Grid} b
 */
function sameCells(a, b) {
    return a?.rows === b.rows && a.columns === b.columns;
}

/** What waits, with how far it is. @param {import("./view.js").PaneView} pane */
function busyText({ busy, progress }) {
    return busy && progress ? `${busy} ${stepUnderWay(progress)} / ${progress.total}` : busy;
}

/**
 * What stands under a small picture.
 * @param {{card: import("../engine/protocol.js").ModelCard, explained: import("../engine/protocol.js").Explained} | null} said
 * @param {string | null} more
 * @returns {{note: string | null, noteLanguage: string | null}}
 */
function noteOf(said, more) {
    const answer = said ? answerNote(said) : null;
    const note = [answer, more].filter(Boolean).join(", ") || null;
    const named = said && !said.explained.novelty?.flagged && !decisionOf(said.card, said.explained.probabilities);
    return { note, noteLanguage: named ? classLanguage(said.card.classes[topClasses(said.explained.logits, 1)[0]]) : null };
}

/**
 * Whose picture a sample is, in pieces: some stay in English, whatever the page speaks.
 * @param {import("./pictures.js").Sample} sample
 * @param {boolean} trained Whether the model in use is one that this sample belongs to.
 */
function creditPieces({ title, label, attribution, source, licence, note, seen, medical }, trained) {
    // That everyday models do not know it says nothing of this one.
    const name = trained || !medical ? tOr(`sample:${title}`, title) : "";
    const what = label ? t("credit.label", { name, label: tOr(`label:${label}`, label) }) : name && `${name}:`;
    const abroad = language() !== "en";
    const said = (/** @type {string} */ text) => ({ text, foreign: false });
    const quoted = (/** @type {string} */ text) => ({ text, foreign: abroad });
    const [from, after] = t("credit.from", { source: "\0" }).split("\0");
    const pieces = [said(what && `${what} `), quoted(attribution), said(`; ${from}`), quoted(source), said(`${after}; `), quoted(licence), said(".")];
    const more = [note && trained ? tOr(`note:${note}`, note) : null, seen && trained ? t(seen === "film" ? "credit.seen-film" : "credit.seen") : null];
    return [...pieces, ...more.flatMap((text) => (text ? [said(` ${text}.`)] : []))];
}

/** @param {{text: string}[]} pieces */
function textOf(pieces) {
    return pieces.map(({ text }) => text).join("");
}

/** The element of index.html that a part of the page fills. @param {string} id */
function element(id) {
    const found = document.getElementById(id);
    if (!found) {
        throw new Error(`index.html has no element ${id}`);
    }
    return found;
}
