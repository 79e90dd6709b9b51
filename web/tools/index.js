/**
 * The tools and the methods of explanation that there are. A further one is a file here and a line in one of these lists;
 * each is fetched when it is first used.
 *
 * @module
 */

/** @typedef {import("../page/state.js").State} State */
/** @typedef {import("../page/view.js").PageView} PageView */
/** @typedef {import("../page/store.js").Kind} Kind */

/**
 * What a tool may do: read what is shown, change the state, and ask the engine questions of its own.
 * @typedef {object} Context
 * @property {(change: (state: State) => State, kind?: Kind) => void} change
 * @property {import("../engine/engine.js").Engine} engine
 * @property {(pane: import("../page/state.js").Pane, options?: {signal?: AbortSignal, lean?: boolean}) => Promise<import("../engine/protocol.js").Explained>} explain
 *     A pane with size and fit.
 * @property {import("../page/pictures.js").Pictures} pictures
 * @property {(text: string) => void} announce Says something to a screen reader.
 * @property {(text: string) => void} note Says something that is no failure, wherever the page is scrolled to, for a while.
 * @property {(error: unknown) => void} fail Shows a failure; one that was given up is none.
 * @property {(failure: import("../engine/protocol.js").Failure) => void} say Shows a failure that has its words already.
 * @property {(error: unknown) => void} notLoaded A part of the page that is fetched when it is needed could not be.
 * @property {() => {samples: string[], own: string[], models: {id: string, name: string, title: string, sameQuestion: boolean, taught: boolean}[]}} choices
 *     Pictures and models to choose from; `name` sets a model apart from the others of its question; `taught` says whether it was
 *     learnt on this page.
 * @property {() => string} everyday Identifier of the model that a visitor without a wish gets.
 * @property {(model: {title: string, blob: Blob}, before: string | null) => Promise<string | null>} adopt Puts a model that was
 *     made here onto the shelf in place of an earlier one, and uses it for the picture on show: its identifier, or nothing where
 *     that failed and was said.
 * @property {(picture: string) => void} choosePicture
 * @property {() => void} refresh Something beside the state has changed that is on show.
 * @property {() => import("./many/controller.js").Controller | null} many Many pictures at once, where there are.
 * @property {() => void} makeLesson Opens what a teacher makes a lesson with.
 * @property {(lesson: string) => boolean} isPreview Whether a lesson is played while it is being made.
 */

/**
 * @typedef {object} Panel
 * @property {(view: PageView) => void} show
 * @property {() => void} [close] Ends what is under way.
 * @property {import("../ui/stage.js").Gesture | null} [gesture] What a drag on the picture does, where the panel says so.
 * @property {(phase: import("../ui/stage.js").Phase, point: {x: number, y: number}) => void} [put] Puts something onto the
 *     picture, in its pixels.
 * @property {() => import("../ui/stage.js").Outline | null} [outline] Around what was put there.
 */

/**
 * @typedef {object} Tool
 * @property {(root: HTMLElement, context: Context) => Panel} open
 * @property {(settings: Record<string, any>) => import("../ui/stage.js").Gesture} [gesture] What a drag on the picture does.
 * @property {(state: State) => State} [begin] What opening it changes.
 * @property {boolean} [coloured] Whether the colours of the picture matter to it, so that they are always on show.
 */

/** @type {Record<string, () => Promise<{default: Tool}>>} In the order of the toolbar. */
export const TOOLS = {
    window: () => import("./window/window.js"),
    ledger: () => import("./ledger/ledger.js"),
    mask: () => import("./mask/mask.js"),
    sweep: () => import("./sweep/sweep.js"),
    nudge: () => import("./nudge/nudge.js"),
    sanity: () => import("./sanity/sanity.js"),
    compare: () => import("./compare/compare.js"),
    methods: () => import("./methods/methods.js"),
    together: () => import("./together/together.js"),
    break: () => import("./break/break.js"),
    teach: () => import("./teach/teach.js"),
    camera: () => import("./camera/camera.js"),
    many: () => import("./many/many.js"),
};
