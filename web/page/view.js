/**
 * From the state, and the answers that there are, to everything that is on show: one function, and nothing else decides.
 *
 * @module
 */

import { choiceName, knownChoice, defaultChoice } from "../evidence/classes.js";
import { cellBeside } from "../evidence/grid.js";
import { scaleOf } from "../evidence/scale.js";
import { difference } from "../evidence/sums.js";
import { answerView } from "../evidence/view.js";
import { t } from "../text/index.js";
import { anywayKey, answerKey, hides, isFrame, panesOf } from "./state.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Pane} Pane */
/** @typedef {import("../evidence/view.js").AnswerView} AnswerView */
/** @typedef {import("../engine/protocol.js").EvidenceMap} EvidenceMap */
/** @typedef {import("../engine/protocol.js").Explained} Explained */
/** @typedef {import("../engine/protocol.js").Loaded} Loaded */
/** @typedef {import("../engine/protocol.js").Failure} Failure */
/** @typedef {import("../engine/protocol.js").ModelCard} ModelCard */

/**
 * A pane whose every choice is made, with its answer.
 * @typedef {object} Solved
 * @property {Pane} pane With size, fit and choice.
 * @property {Loaded} loaded
 * @property {Explained} explained
 * @property {Omit<EvidenceMap, "limit"> | null} map Another method's, where that is shown.
 */

/**
 * One picture on the stage.
 * @typedef {object} PaneView
 * @property {Solved | null} solved What is on show; nothing while there is no first answer.
 * @property {AnswerView | null} answer Of that.
 * @property {string | null} busy What is being waited for, as a sentence.
 * @property {{done: number, total: number} | null} progress
 * @property {string} caption In what it differs from the one beside it, or from the picture and network as they are; empty
 *     where it does not.
 */

/**
 * @typedef {object} PageView
 * @property {State} state
 * @property {PaneView[]} panes The base first.
 * @property {import("../evidence/grid.js").Cell | null} cursorBeside The cell of the second's map at the place of the cursor.
 * @property {EvidenceMap | null} difference The first's map less the second's, where that is shown and both have the
 *     same cells.
 * @property {string | null} notSubtracted Why there is none, although it was asked for.
 */

/**
 * What the pane says once all its choices are made.
 * @param {Pane} pane
 * @param {ModelCard} card
 * @returns {Pane}
 */
export function withInput(pane, { input }) {
    return { ...pane, size: pane.size ?? input.size, fit: pane.fit ?? input.fit };
}

/**
 * @param {Pane} pane
 * @param {ModelCard} card
 * @param {Explained} explained
 * @returns {Pane}
 */
export function withAnswer(pane, card, explained) {
    return { ...pane, choice: knownChoice(pane.choice, card.classes.length) ?? defaultChoice(card, explained.logits) };
}

/**
 * @param {State} state
 * @param {{solved: Solved | null, busy: string | null, progress: PaneView["progress"]}[]} given One per pane.
 * @param {(picture: string | null) => string} nameOf A picture.
 * @param {(model: string) => string} [nameOfModel] In a word or two, beside others.
 * @returns {PageView}
 */
export function pageView(state, given, nameOf, nameOfModel = (model) => model) {
    const views = given.map(({ solved, busy, progress }, index) => ({
        solved,
        busy,
        progress,
        answer: solved && viewOf(state, solved, null),
        caption: state.beside ? captionOf(state, index, solved, given, { nameOf, nameOfModel }) : (cameraCaption(state, solved) ?? changesOf(pane(solved, state))),
    }));
    // Two pictures are read on one scale.
    const alike = views.length < 2 || views.every(({ answer }) => answer?.method === views[0].answer?.method);
    const limit = keptLimit(state, views[0].answer?.method) ?? Math.max(...views.map(({ answer }) => answer?.map.limit ?? 0));
    const panes = withheldTogether(
        views.map((view) => (view.answer && alike && view.solved ? { ...view, answer: viewOf(state, view.solved, limit) } : view)),
    );
    const [a, b] = panes.map(({ answer }) => answer?.map);
    const subtracts = state.beside !== null && state.arrangement === "difference" && a && b && given.every(({ busy }) => !busy);
    const samePhoto = given.length > 1 && given[0].solved?.pane.picture === given[1].solved?.pane.picture;
    const why = subtracts ? (alike ? notAlike(panes, a, b, samePhoto) : "compare.other-units") : null;
    const values = subtracts && !why ? difference(a.values, b.values) : null;
    const total = values && a && b && a.total !== null && b.total !== null ? a.total - b.total : null;
    return {
        state,
        panes,
        cursorBeside: a && b ? cellBeside(a, b, state.cursor, state.cursorBeside, samePhoto) : null,
        difference: values && a ? { ...a, values, total, limit: scaleOf(values) } : null,
        notSubtracted: why && t(why),
    };
}

/**
 * What is tried on a picture whose answer is withheld is withheld as well: shuffled weights find everything familiar.
 * @param {PaneView[]} panes
 * @returns {PaneView[]}
 */
function withheldTogether(panes) {
    const [first] = panes;
    const of = first.answer?.withheld && first.solved ? anywayKey(first.solved.pane) : null;
    return panes.map((pane) => {
        const { answer, solved } = pane;
        return answer && solved && anywayKey(solved.pane) === of ? { ...pane, answer: { ...answer, withheld: true } } : pane;
    });
}

/**
 * Why one of two maps in the same units cannot be taken from the other, if it cannot.
 * @param {PaneView[]} panes
 * @param {EvidenceMap} a
 * @param {EvidenceMap} b
 * @param {boolean} samePhoto
 */
function notAlike(panes, a, b, samePhoto) {
    if (panes.some(({ answer }) => answer?.withheld)) {
        return "compare.withheld";
    }
    const [from, to] = [a.placement.region, b.placement.region];
    const moved = samePhoto && [from.x - to.x, from.y - to.y, from.width - to.width, from.height - to.height].some((by) => Math.abs(by) > 0.5);
    return a.rows !== b.rows || a.columns !== b.columns || moved ? "compare.other-cells" : null;
}

/**
 * The end of the colour scale that is kept from picture to picture: in logits, so it is the evidence's alone.
 * @param {State} state
 * @param {string | undefined} method
 */
function keptLimit({ view }, method) {
    return method === undefined || method === "evidence" ? view.limit : null;
}

/**
 * @param {State} state
 * @param {Solved} solved
 * @param {number | null} limit
 */
function viewOf(state, { pane, loaded, explained, map }, limit) {
    return answerView({
        card: loaded.card,
        explained,
        choice: pane.choice,
        anyway: state.anyway.includes(anywayKey(pane)),
        limit: limit ?? keptLimit(state, map ? pane.method : "evidence"),
        evidenceLimit: state.view.limit,
        other: map && { method: pane.method, map },
    });
}

/**
 * In what one of two pictures differs, in a few words: of what is on show, which may still be what was there before.
 * @param {State} state
 * @param {number} index
 * @param {Solved | null} solved
 * @param {readonly {solved: Solved | null}[]} given
 * @param {{nameOf: (picture: string | null) => string, nameOfModel: (model: string) => string}} names
 */
function captionOf(state, index, solved, given, { nameOf, nameOfModel }) {
    const [base, other] = panesOf(state);
    const pane = solved?.pane ?? (index === 0 ? base : other);
    const [first, second] = given.map((each) => each.solved);
    const parts = [];
    if (base.model !== other.model) {
        parts.push(nameOfModel(pane.model));
    }
    if (base.picture !== other.picture) {
        parts.push(nameOf(pane.picture));
    }
    if (base.size !== other.size && solved) {
        parts.push(t("pixels", { size: solved.pane.size ?? 0 }));
    }
    // While one of them is still asked about, or what is said is hidden, what was chosen is all there is to go by.
    const [a, b] = first && second && !hides(state, "answer") ? [first.pane.choice, second.pane.choice] : [base.choice, other.choice];
    const choice = hides(state, "answer") ? [a, b][index] : solved?.pane.choice;
    if (JSON.stringify(a) !== JSON.stringify(b) && solved && choice) {
        parts.push(choiceName(solved.loaded.card.classes, choice));
    }
    if (base.method !== other.method) {
        parts.push(t(/** @type {import("../text/index.js").Key} */ (`method.${pane.method}`)));
    }
    if (JSON.stringify(base.edits) !== JSON.stringify(other.edits)) {
        parts.push(t(pane.edits.length === 0 ? "caption.original" : "caption.changed"));
    }
    if (base.shuffled !== other.shuffled) {
        parts.push(pane.shuffled === 0 ? t("caption.trained") : t("caption.shuffled", { count: pane.shuffled }));
    }
    return parts.join(", ") || t("caption.original");
}

/** What is shown of the base pane, where it is alone. @param {Solved | null} solved @param {State} state */
function pane(solved, state) {
    return solved?.pane ?? state.pane;
}

/** That a camera is on, and whether what is on show moves. @param {State} state @param {Solved | null} solved */
function cameraCaption({ tools: { camera = {} } }, solved) {
    if (!isFrame(solved?.pane.picture ?? null)) {
        return null;
    }
    return t(camera.frozen ? (camera.on ? "caption.camera-frozen" : "caption.frozen") : "caption.camera");
}

/** What has been changed about a picture or its network, which only a link can do with a picture that is alone. @param {Pane} pane */
function changesOf({ edits, shuffled, method }) {
    const parts = [];
    if (method !== "evidence") {
        parts.push(t(/** @type {import("../text/index.js").Key} */ (`method.${method}`)));
    }
    if (edits.length > 0) {
        parts.push(t("caption.changed"));
    }
    if (shuffled > 0) {
        parts.push(t("caption.shuffled", { count: shuffled }));
    }
    return parts.join(", ");
}

/** What the photo of a pane looks like, as a key. @param {Solved} solved */
export function pictureKey({ pane: { picture, edits, size, fit } }) {
    return JSON.stringify(edits.length === 0 ? [picture] : [picture, edits, size, fit]);
}

/**
 * What is drawn over it, as a key.
 * @param {State} state
 * @param {Solved} solved
 * @param {number} limit
 */
export function evidenceKey({ view: { smooth, contours, fade } }, { pane, explained }, limit) {
    return JSON.stringify([answerKey(pane), pane.choice, pane.method, pane.options, limit, smooth, contours, fade, explained.dark]);
}
