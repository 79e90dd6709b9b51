/**
 * What the camera makes of the state: which picture it stands in for, and when it ends. Pure functions.
 *
 * @module
 */

import { CAMERA, withSettings, withoutTrials } from "../../page/state.js";

/** @typedef {import("../../page/state.js").State} State */

/**
 * What the tool keeps.
 * @typedef {object} Settings
 * @property {string | null} before The picture that comes back when the camera is off.
 * @property {boolean} on Whether the camera is on.
 * @property {boolean} frozen Whether its last frame stays.
 */

/** @param {State} state @returns {Settings} */
export function settingsOf({ tools: { camera = {} } }) {
    const { before, on, frozen } = camera;
    return { before: typeof before === "string" ? before : null, on: on === true, frozen: frozen === true };
}

/** Whether what is on show comes from the camera. @param {State} state */
export function isLive({ pane }) {
    return pane.picture === CAMERA;
}

/**
 * The camera has its first frame: from now on, the picture is whatever it sees.
 * @param {State} state
 * @returns {State}
 */
export function withCamera(state) {
    const before = isLive(state) ? settingsOf(state).before : state.pane.picture;
    const plain = withoutTrials(state);
    const pane = { ...plain.pane, picture: CAMERA, choice: isLive(state) ? state.pane.choice : null };
    return withSettings({ ...plain, pane }, "camera", { before, on: true, frozen: false });
}

/**
 * @param {State} state
 * @param {boolean} frozen
 */
export function withFrozen(state, frozen) {
    return withSettings(state, "camera", { frozen });
}

/**
 * The camera is off. A frozen frame stays; a live one goes, and the picture before is back.
 * @param {State} state
 * @returns {State}
 */
export function withoutCamera(state) {
    const { before, frozen } = settingsOf(state);
    if (isLive(state) && frozen) {
        return withSettings(state, "camera", { on: false });
    }
    const pane = isLive(state) ? { ...state.pane, picture: before, choice: null } : state.pane;
    return withSettings({ ...state, pane }, "camera", { on: false, frozen: false });
}

/**
 * The frozen frame has become a picture of the visitor's own.
 * @param {State} state
 * @param {string} picture
 * @returns {State}
 */
export function withKept(state, picture) {
    const pane = { ...state.pane, picture };
    return withSettings({ ...state, pane, tool: null }, "camera", { on: false, frozen: false });
}
