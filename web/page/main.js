/**
 * Starts the page: brings together what is on its way and the state that the address names.
 *
 * @module
 */

import { watchRequests } from "../engine/requests.js";
import { bestLanguage, speak, t } from "../text/index.js";
import { TOOLS } from "../tools/index.js";
import { METHODS } from "../tools/methods.js";
import { fromParameters } from "./address.js";
import * as headStart from "./head-start.js";
import { hadOwnLesson, placesIn, restored, withAnswers, withKnown } from "./known.js";
import { reloadIfOutdated } from "./outdated.js";
import { unpacked } from "./packed.js";
import { Page } from "./page.js";
import { Pictures } from "./pictures.js";
import { Shelf } from "./shelf.js";
import { Store } from "./store.js";

watchRequests();

async function main() {
    const { catalogue, sets, model, known: linked, picture } = await headStart.offer;
    const language = bestLanguage(navigator.languages);
    await speak(bestLanguage([headStart.parameters.get("lang") ?? "", language]));
    const shelf = new Shelf(catalogue.models);
    const pictures = new Pictures(sets, headStart.assets);
    if (picture) {
        pictures.expect(picture.sample.file, picture.response);
    }
    const known = {
        model: (/** @type {string} */ id) => shelf.find(id) !== null,
        picture: (/** @type {string} */ id) => pictures.has(id),
        tool: (/** @type {string} */ name) => Object.hasOwn(TOOLS, name),
        method: (/** @type {string} */ name) => Object.hasOwn(METHODS, name),
    };
    const read = (/** @type {URLSearchParams} */ given) => {
        const parameters = unpacked(given);
        const id = shelf.find(parameters.get("model") ?? "")?.id ?? model.id;
        const sample = `sample:${parameters.get("sample")}`;
        const first = picture ? `sample:${picture.sample.file}` : null;
        const state = fromParameters(parameters, id, pictures.has(sample) ? sample : first, language);
        return withKnown({ ...state, language: bestLanguage([state.language, language]) }, known);
    };
    const reloaded = history.state?.pane?.picture?.startsWith("own:");
    const lessonGone = hadOwnLesson(history.state);
    const linkedTo = read(headStart.parameters);
    const before = restored(history.state, known);
    const left = placesIn(history.state, known);
    // What was answered and what is on show in a lesson is in no address, but a page that is loaded anew still has it.
    const goesOn = before?.lesson && before.lesson.id === linkedTo.lesson?.id && before.lesson.step === linkedTo.lesson.step;
    const store = new Store({ ...(goesOn ? before : withAnswers(linkedTo, left)), left }, window, language);
    const page = new Page({ store, shelf, pictures, domains: catalogue.domains, assets: headStart.assets, read, known });
    page.engine.follow(headStart.worker);
    addEventListener("popstate", ({ state }) => {
        // What the visitor dropped is still at hand; a link that was typed has no state of its own.
        const there = restored(state, known);
        // An address that was typed has no state: what was answered on this page is answered still.
        const kept = placesIn(state ?? store.state, known);
        const next = there ?? { ...withAnswers(read(new URLSearchParams(location.hash.slice(1))), kept), left: kept };
        void speak(next.language).then(() => {
            store.restore(next);
            if (!there && hadOwnLesson(state)) {
                page.status.say(t("page.lesson-gone"));
            }
        });
    });
    void shelf.recall().then(() => page.refresh());
    // A link shows what somebody wants to be seen; whoever comes without one is shown around.
    const plain = headStart.parameters.size === 0;
    void page.settled.then(() => import("./guide.js")).then(
        ({ Guide }) => {
            page.guide = new Guide(page);
            if (plain) {
                page.guide.greet();
            }
        },
        () => {},
    );
    // As published by `cargo xtask dist`.
    if (document.querySelector('link[rel="manifest"]')) {
        void page.settled.then(() => import("./offline.js")).then(({ Offline }) => page.keptBy(new Offline()), () => {});
    }
    if (reloaded || lessonGone) {
        page.status.say(t(lessonGone ? "page.lesson-gone" : "page.reloaded"));
    }
    if (!linked) {
        const name = headStart.parameters.get("model") ?? "";
        page.status.fail({ fault: "request", message: t("link.no-model", { name }), advice: t("link.another") });
    }
}

main().catch((error) => {
    void reloadIfOutdated();
    // The panels may not be there yet, so this needs none of them.
    const alert = document.createElement("p");
    alert.className = "alert";
    alert.setAttribute("role", "alert");
    const again = document.createElement("button");
    again.type = "button";
    again.textContent = t("alert.again");
    again.addEventListener("click", () => location.reload());
    alert.append(t("page.not-started", { reason: error instanceof Error ? error.message : String(error) }), " ", again);
    document.getElementById("status")?.replaceChildren(alert);
});
