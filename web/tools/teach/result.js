/**
 * What was learnt, and what it is worth: accuracy with its interval, who was called what, and what to beware of.
 *
 * @module
 */

import { t } from "../../text/index.js";
import { percent } from "../../text/numbers.js";
import { button, make } from "../../ui/dom.js";

/** @typedef {import("./course.js").Learnt} Learnt */

export class Result {
    #head = make("p", { className: "teach-accuracy", attributes: { role: "status" } });
    #body = make("div", { className: "teach-report" });
    #shown = "";

    /** @param {{save: () => void, use: () => void, camera: () => void}} handlers */
    constructor({ save, use, camera }) {
        this.use = button(t("teach.use"), use, { className: "teach-use" });
        const ways = [this.use, button(t("teach.live"), camera, { className: "teach-live" }), button(t("teach.save"), save, { className: "teach-save" })];
        this.root = make("section", { className: "teach-result", attributes: { "aria-label": t("teach.result") } }, [
            this.#head,
            make("div", { className: "row" }, ways),
            this.#body,
        ]);
    }

    /**
     * @param {Learnt} learnt
     * @param {boolean} current Whether that is what the book says.
     * @param {boolean} used Whether the page uses this model.
     * @param {(lesson: number) => string} nameOf A picture's.
     */
    show(learnt, current, used, nameOf) {
        this.use.hidden = used;
        const key = JSON.stringify([learnt.model, current]);
        if (key === this.#shown) {
            return;
        }
        this.#shown = key;
        const { report, names } = learnt;
        const { accuracy } = report;
        const total = report.pictures.reduce((sum, count) => sum + count, 0);
        this.#head.textContent = accuracy
            ? t("teach.accuracy", { share: percent(accuracy.share), low: percent(accuracy.low), high: percent(accuracy.high), right: accuracy.right, total })
            : t("teach.not-measured");
        const warnings = report.warnings.map((warning) => make("li", { text: warningText(warning, names, (index) => nameOf(learnt.lessons[index])) }));
        this.#body.replaceChildren(
            ...(current ? [] : [make("p", { className: "teach-stale", text: t("teach.stale") })]),
            ...(warnings.length > 0 ? [make("ul", { className: "teach-warnings" }, warnings)] : []),
            ...(accuracy ? [confusion(names, report.confusion)] : []),
            make("p", { className: "hint", text: accuracy ? t("teach.how-measured", { folds: accuracy.folds, independent: accuracy.independent }) : t("teach.measure-how") }),
            make("p", { className: "hint", text: t("teach.any-picture") }),
        );
    }
}

/**
 * @param {string[]} names
 * @param {number[][]} counts `[class][called]`.
 */
function confusion(names, counts) {
    const head = make("tr", {}, [make("td"), ...names.map((name) => make("th", { text: name, attributes: { scope: "col" } }))]);
    const rows = counts.map((row, index) =>
        make("tr", {}, [
            make("th", { text: names[index], attributes: { scope: "row" } }),
            ...row.map((count, called) => make("td", { className: called === index ? "right" : count > 0 ? "wrong" : "", text: String(count) })),
        ]),
    );
    const table = make("table", { className: "teach-confusion" }, [make("caption", { text: t("teach.confusion") }), make("thead", {}, [head]), make("tbody", {}, rows)]);
    return make("div", { className: "teach-scroll", attributes: { tabindex: 0, role: "region", "aria-label": t("teach.confusion") } }, [table]);
}

/**
 * @param {import("../../../pkg/softcam_methods.js").TeachingWarning} warning
 * @param {string[]} names
 * @param {(index: number) => string} picture
 */
export function warningText(warning, names, picture) {
    switch (warning.kind) {
        case "few":
            return t("teach.warning.few", { name: names[warning.class], count: warning.count });
        case "one-burst":
            return t("teach.warning.one-burst", { name: names[warning.class] });
        case "one-sided":
            return t("teach.warning.one-sided", { most: names[warning.most], fewest: names[warning.fewest] });
        case "contradiction":
            return t("teach.warning.contradiction", { first: picture(warning.first), second: picture(warning.second) });
        case "alike":
            return t("teach.warning.alike", { count: warning.pictures.length, pictures: warning.pictures.map(picture).join(", ") });
    }
}
