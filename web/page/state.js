/**
 * The page's state: one plain object that says all of what is shown. What a visitor does makes a new one; nothing else
 * decides what is on show. Pure functions.
 *
 * @module
 */

import { fileOf } from "../engine/development.js";
import { WHOLE, boundedZoom } from "../evidence/zoom.js";

/** @typedef {import("../evidence/classes.js").Choice} Choice */
/** @typedef {import("../evidence/grid.js").Cell} Cell */
/** @typedef {import("../engine/protocol.js").FitRule} FitRule */
/** @typedef {import("../engine/protocol.js").Edit} Edit */
/** @typedef {import("../engine/protocol.js").DevicePreference} DevicePreference */

/**
 * What one picture on the stage is: which network is asked about which picture, and which map of the answer is shown.
 * @typedef {object} Pane
 * @property {string} model Identifier.
 * @property {string | null} picture Identifier: `sample:FILE`, or `own:N` of the visitor's own, of a film with how it is shown.
 * @property {number | null} size Side of the network's input in pixels; else what the model's card recommends.
 * @property {FitRule | null} fit How the picture becomes a square; else what the card recommends.
 * @property {Edit[]} edits What is changed about the picture before the network sees it.
 * @property {number} shuffled How many of the model's last layers have shuffled weights.
 * @property {Choice | null} choice Which class; else what the model says.
 * @property {string} method What explains: `evidence`, or a method that a tool brings.
 * @property {string | null} population Whose threshold and temperature, by the card's name for it; else what is known of the sample, else the card's default.
 * @property {string} options How that method is to do it, in its own words; empty where it has no choice.
 */

/**
 * How it is looked at.
 * @typedef {object} View
 * @property {number} opacity Of the evidence, 0 to 1.
 * @property {boolean} smooth Interpolate between cells, for display only.
 * @property {boolean} contours
 * @property {boolean} grey The photo without its colours.
 * @property {boolean} fade Weak evidence is transparent; else both colours are even.
 * @property {boolean} grid Show the cells.
 * @property {boolean} lens A magnifying glass over the photo.
 * @property {number | null} limit End of the colour scale where it is kept from picture to picture.
 */

/** @typedef {import("../evidence/zoom.js").Zoom} Zoom */

/** @typedef {"side" | "swipe" | "difference"} Arrangement */

/** What a lesson may keep from sight: what the network says, where its evidence lies, what the cells add up to, and what changes what is on show. @typedef {"answer" | "map" | "sum" | "settings"} Hidden */

/**
 * An answer of a visitor to a step of a lesson.
 * @typedef {object} LessonAnswer
 * @property {number} [chosen] Which option.
 * @property {number[]} [marks] Cells of the grid that people mark on.
 * @property {string} [text] What was written: it is in the history of this browser, and in no code.
 * @property {boolean} [done] What was to be done on the page is done.
 * @property {boolean} [skipped]
 * @property {boolean} [read] Of a task that was skipped: what is said once it is done is to be read all the same.
 * @property {Pick<State, "pane" | "beside" | "view" | "tools" | "selection" | "cursor" | "held">} [shown] What was on show when it
 *     was done on the page.
 */

/**
 * What texts of a step say of a picture, and of a second one.
 * @typedef {{class: string, probability: number, logit: number, for: number, against: number, cells: number, half: number, gap?: number,
 *     likeness?: number | null}} Numbers `gap`: from the logit to what the map adds up to; `likeness`: to the first picture's map.
 * @typedef {{first: Numbers | null, second: Numbers | null}} LessonNumbers
 */

/**
 * Where a visitor is in a lesson.
 * @typedef {object} LessonPlace
 * @property {string} id Of a lesson of this page, `own-…` of a file that was dropped, or `link`: then the link itself is the lesson.
 * @property {number} step From 0; one beyond the last is the end.
 * @property {number} of How many steps there are; 0 while that is not known.
 * @property {boolean} begun Whether the page is as this step wants it.
 * @property {Record<string, LessonAnswer>} answers By step.
 * @property {number[]} marks What is marked in this step: cells of the grid that people mark on.
 * @property {"box" | "paint" | "pick" | null} marking How cells are being marked; nothing where they are not.
 * @property {boolean} boxes Whether the radiologists' boxes are on show.
 * @property {boolean} told Whether it may be said what the picture shows: all that the lesson asks about it is answered.
 * @property {Record<string, {text: LessonNumbers | null, then: LessonNumbers | null}>} numbers Of what each step put on show, and of
 *     what was on show once it was done: its texts keep them, whatever is looked at later.
 * @property {{ask: string, mark: boolean} | null} link What a lesson that is a link asks, and whether it wants marks first.
 */

/**
 * @typedef {object} State
 * @property {Pane} pane
 * @property {Partial<Pane> | null} beside In what a second picture beside it differs.
 * @property {Arrangement} arrangement Of the two.
 * @property {number} swipe Where the one ends and the other begins, 0 to 1.
 * @property {View} view
 * @property {Zoom} zoom
 * @property {Cell | null} cursor The cell that is read.
 * @property {Cell | null} cursorBeside The cell that was pointed at in the picture beside, whose cells may be smaller.
 * @property {boolean} held Whether that is so also when the pointer leaves; only then it is part of a link.
 * @property {number[]} selection Cells, by index.
 * @property {string | null} tool The tool that is open.
 * @property {Record<string, Record<string, any>>} tools What each tool keeps: plain values.
 * @property {DevicePreference} device
 * @property {string} language
 * @property {LessonPlace | null} lesson
 * @property {Record<string, Pick<LessonPlace, "step" | "of" | "answers" | "numbers">>} left Lessons that were left, by id: whoever opens
 *     one again goes on where they were.
 * @property {Hidden[]} hidden What the lesson keeps from sight for now.
 * @property {string[]} anyway Keys of flagged pictures whose answer the visitor wants all the same; never in a link.
 */

/** The picture that a camera sees, whichever frame of it that is. */
export const CAMERA = "camera:live";

/** Whether a picture is the camera's, or one of its frames. @param {string | null} picture */
export function isFrame(picture) {
    return picture?.startsWith("camera:") ?? false;
}

/** @type {View} */
export const VIEW = { opacity: 0.9, smooth: true, contours: true, grey: true, fade: true, grid: false, lens: false, limit: null };

/**
 * @param {string} model
 * @param {string | null} picture
 * @returns {State}
 */
export function initialState(model, picture) {
    return {
        pane: { model, picture, size: null, fit: null, edits: [], shuffled: 0, choice: null, method: "evidence", population: null, options: "" },
        beside: null,
        arrangement: "side",
        swipe: 0.5,
        view: VIEW,
        zoom: WHOLE,
        cursor: null,
        cursorBeside: null,
        held: false,
        selection: [],
        tool: null,
        tools: {},
        device: "auto",
        language: "en",
        lesson: null,
        left: {},
        hidden: [],
        anyway: [],
    };
}

/**
 * The panes on show, the base first.
 * @param {State} state
 * @returns {Pane[]}
 */
export function panesOf({ pane, beside }) {
    return beside ? [pane, { ...pane, ...beside }] : [pane];
}

/**
 * What a pane's answer depends on, as a key: panes with the same key have the same answer, whichever map of it they show.
 * @param {Pane} pane
 */
export function answerKey({ model, picture, size, fit, edits, shuffled }) {
    return JSON.stringify([model, picture, size, fit, edits, shuffled]);
}

/**
 * The picture of a pane as the engine is asked about it.
 * @param {Pane} pane With picture, size and fit.
 * @returns {import("../engine/engine.js").Looked}
 */
export function lookedAt({ picture, size, fit, edits }) {
    const looked = { photo: picture ?? "", size: size ?? 0, fit: fit ?? /** @type {const} */ ("centre-square"), edits };
    return isFrame(picture) ? { ...looked, passing: true } : looked;
}

/**
 * What makes a picture one of its own for the question whether it is unlike those that the model knows.
 * @param {Pane} pane
 */
export function anywayKey({ model, picture }) {
    return `${model} ${isFrame(picture) ? CAMERA : fileOf(picture)}`;
}

/**
 * Another picture: whatever belonged to the one before goes with it.
 * @param {State} state
 * @param {string} picture
 * @returns {State}
 */
export function withPicture(state, picture) {
    if (picture === state.pane.picture && !state.beside) {
        return state;
    }
    const pane = { ...state.pane, picture, edits: [], choice: null };
    return { ...withoutTrials(state), pane, beside: compared(state, pane), zoom: WHOLE, lesson: withoutMarks(state) };
}

/**
 * The same picture in another way: another frame of a film, or another window on its greys. What was tried on it stays.
 * @param {State} state
 * @param {string} picture
 * @returns {State}
 */
export function withDevelopment(state, picture) {
    return { ...state, pane: { ...state.pane, picture } };
}

/** Marks are of one picture. @param {State} state */
function withoutMarks({ lesson }) {
    return lesson && { ...lesson, marks: [] };
}

/**
 * Another model.
 * @param {State} state
 * @param {string} model
 * @param {{picture: string | null, sameQuestion: boolean}} change `picture` that it is shown; `sameQuestion` says whether
 *     the two models tell the same classes apart, so that what was chosen for one holds for the other.
 * @returns {State}
 */
export function withModel(state, model, { picture, sameQuestion }) {
    const { choice, size, fit, population } = state.pane;
    const kept = sameQuestion ? { choice, size, fit, population } : { choice: null, size: null, fit: null, population: null };
    const same = picture === state.pane.picture;
    const pane = { ...state.pane, ...kept, model, picture, edits: [], shuffled: 0 };
    return {
        ...withoutTrials(state),
        pane,
        beside: sameQuestion && same ? compared(state, pane) : null,
        zoom: same ? state.zoom : WHOLE,
        lesson: same ? state.lesson : withoutMarks(state),
        view: sameQuestion ? state.view : { ...state.view, limit: null },
    };
}

/**
 * Without anything that was tried on the picture: no second pane, no selection, no cell.
 * @param {State} state
 * @returns {State}
 */
export function withoutTrials(state) {
    const pane = { ...state.pane, edits: [], shuffled: 0, method: "evidence", options: "" };
    return { ...state, pane, beside: null, cursor: null, cursorBeside: null, held: false, selection: [] };
}

/**
 * What is compared stays so from picture to picture; what was tried on one does not.
 * @param {State} state
 * @param {Pane} next
 * @returns {State["beside"]} Nothing where there is no difference any more.
 */
function compared({ tool, beside }, next) {
    if (!comparing(tool) || !beside) {
        return null;
    }
    const differs = Object.entries(beside).some(([name, value]) => JSON.stringify(value) !== JSON.stringify(next[/** @type {keyof Pane} */ (name)]));
    return differs ? beside : null;
}

/** Whether two pictures are a comparison in this tool, not something that was tried on one. @param {string | null} tool */
function comparing(tool) {
    return tool === "compare" || tool === "ledger" || tool === "methods";
}

/**
 * @param {State} state
 * @param {Choice | null} choice
 * @returns {State}
 */
export function withChoice(state, choice) {
    return { ...state, pane: { ...state.pane, choice } };
}

/**
 * @param {State} state
 * @param {string | null} population
 * @returns {State}
 */
export function withPopulation(state, population) {
    return { ...state, pane: { ...state.pane, population } };
}

/**
 * @param {State} state
 * @param {Partial<View>} view
 * @returns {State}
 */
export function withView(state, view) {
    return { ...state, view: { ...state.view, ...view } };
}

/**
 * Opens a tool, or closes it where it is open; what the last one tried goes with it. The ledger shows what is compared.
 * @param {State} state
 * @param {string | null} tool
 * @returns {State}
 */
export function withTool(state, tool) {
    const next = tool === state.tool ? null : tool;
    const { cursor, held, selection } = state;
    if (state.tool === "break") {
        // It has the two pictures in an arrangement of its own.
        return { ...withoutTrials(state), cursor, held, selection, tool: next, arrangement: "side", swipe: 0.5 };
    }
    if (comparing(state.tool) && comparing(next)) {
        return { ...state, tool: next };
    }
    return { ...withoutTrials(state), cursor, held, selection, tool: next };
}

/**
 * What a tool keeps.
 * @param {State} state
 * @param {string} tool
 * @param {Record<string, any>} values
 * @returns {State}
 */
export function withSettings(state, tool, values) {
    return { ...state, tools: { ...state.tools, [tool]: { ...state.tools[tool], ...values } } };
}

/**
 * Another part of the photo, as large as there is.
 * @param {State} state
 * @param {Zoom} zoom
 * @returns {State}
 */
export function withZoom(state, zoom) {
    return { ...state, zoom: boundedZoom(zoom) };
}

/** Whether a lesson keeps any of this from sight. @param {State} state @param {...Hidden} what */
export function hides({ hidden }, ...what) {
    return what.some((each) => hidden.includes(each));
}

/**
 * A lesson, where it was left, or at one of its steps. What was answered so far stays.
 * @param {State} state
 * @param {string | null} id Nothing: no lesson, and nothing hidden.
 * @param {number} [step]
 * @returns {State}
 */
export function withLesson(state, id, step) {
    const { lesson } = state;
    const left = lesson && lesson.id !== id ? withLeft(state.left, lesson) : state.left;
    if (id === null) {
        return { ...state, lesson: null, left, hidden: [] };
    }
    const before = lesson?.id === id ? lesson : left[id];
    const { answers, numbers, of } = before ?? { answers: {}, numbers: {}, of: 0 };
    const link = lesson?.id === id ? lesson.link : null;
    const at = step ?? before?.step ?? 0;
    return { ...state, left, lesson: { id, step: at, of, begun: false, answers, marks: [], marking: null, boxes: false, told: false, numbers, link } };
}

/** A lesson that a link is has nothing to go on with once it is left. @param {State["left"]} left @param {LessonPlace} lesson */
function withLeft(left, { id, step, of, answers, numbers }) {
    const { [id]: _, ...others } = left;
    return id === "link" || (step === 0 && Object.keys(answers).length === 0) ? others : { ...others, [id]: { step, of, answers, numbers } };
}

/**
 * @param {State} state With a lesson.
 * @param {Partial<LessonPlace>} place
 * @returns {State}
 */
export function withPlace(state, place) {
    return state.lesson ? { ...state, lesson: { ...state.lesson, ...place } } : state;
}

/**
 * The page as a step of a lesson wants it: what is on show is that of another state, whoever looks at it stays who they are.
 * @param {State} state
 * @param {State} shown
 * @returns {State}
 */
export function withShown(state, shown) {
    const { device, language, lesson, left, hidden, anyway } = state;
    return { ...shown, device, language, lesson, left, hidden, anyway };
}
