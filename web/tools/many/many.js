/**
 * Many pictures: what became of them, and saving all of it as one archive.
 *
 * @module
 */

import { EngineError, Superseded } from "../../engine/connection.js";
import { canBeRead } from "../../engine/canvas.js";
import { decisionOf } from "../../evidence/decision.js";
import { answerFor, cardFor } from "../../evidence/population.js";
import { t } from "../../text/index.js";
import { button, make, setText } from "../../ui/dom.js";
import { download } from "../../ui/save.js";
import { failureText } from "../../ui/status.js";
import { exportZip } from "./export.js";
import { sentence } from "./row.js";
import { TooLarge } from "./zip.js";

/** @typedef {import("../index.js").Context} Context */
/** @typedef {import("../index.js").PageView} PageView */

/** Names listed at most; the table has all. */
const LISTED = 200;

class Many {
    #context;
    #nothing = make("p", { text: t("many.none") });
    #says = make("p", { className: "many-summary" });
    #notice = make("p", { className: "notice-text", text: t("notice.teaching") });
    #verdicts = make("p");
    #failed = list(t("many.failed-list"));
    #left = list(t("many.left-list"));
    #maps = check(t("many.save-maps"), true);
    #overlays = check(t("many.save-overlays"), false);
    #save;
    #bar = make("progress", { attributes: { "aria-label": t("many.saving-progress") } });
    #saved = make("p", { className: "hint", attributes: { role: "status" } });
    #lesson;
    #clear;
    #body;
    /** @type {AbortController | null} */
    #saving = null;
    /** @type {PageView | null} */
    #view = null;

    /**
     * @param {HTMLElement} root
     * @param {Context} context
     */
    constructor(root, context) {
        this.#context = context;
        this.#save = button(t("many.save"), () => void this.#saveOrStop(), { className: "many-save" });
        this.#clear = button(t("many.clear"), () => this.#context.many()?.clear(), { className: "many-clear" });
        this.#lesson = button(t("lesson.make"), () => this.#context.makeLesson(), { className: "many-lesson" });
        this.#bar.hidden = true;
        const saving = make("fieldset", {}, [
            make("legend", { text: t("many.save-legend") }),
            make("p", { className: "hint", text: t("many.save-hint") }),
            this.#maps.label,
            this.#overlays.label,
            make("div", { className: "row" }, [this.#save, this.#bar]),
            this.#saved,
        ]);
        this.#body = make("div", { className: "many-body" }, [this.#notice, this.#says, this.#verdicts, this.#failed.root, this.#left.root, saving, make("div", { className: "row" }, [this.#lesson, this.#clear])]);
        root.append(this.#nothing, this.#body);
    }

    /** @param {PageView} view */
    show(view) {
        this.#view = view;
        const batch = this.#context.many()?.batch;
        const there = batch !== undefined && batch.queue.entries.length + batch.left.length > 0;
        this.#nothing.hidden = there;
        this.#body.hidden = !there;
        if (!there) {
            return;
        }
        const { queue } = batch;
        setText(this.#says, sentence(queue));
        const current = queue.entries.filter((entry) => !queue.isOld(entry));
        const answers = current.flatMap(({ id, state, answer }) => (state === "done" && answer ? [{ id, answer }] : []));
        const { population } = view.state.pane;
        this.#notice.hidden = !answers.some(({ answer }) => answer.card.medical);
        const unlike = answers.filter(({ answer }) => answer.novelty?.flagged).length;
        const decisions = answers.flatMap(({ id, answer }) => {
            const card = cardFor(answer.card, population);
            const decision = batch.withheld(id) ? null : decisionOf(card, answerFor(/** @type {any} */ (answer), card).probabilities);
            return decision ? [decision.yes] : [];
        });
        const yes = decisions.filter(Boolean).length;
        const parts = [
            decisions.length > 0 ? t("many.decisions", { yes, no: decisions.length - yes }) : null,
            unlike > 0 ? t("many.unlike", { count: unlike }) : null,
        ];
        setText(this.#verdicts, parts.filter(Boolean).join(" "));
        const failures = current.flatMap(({ id, state, failure }) => (state === "failed" && failure ? [{ name: batch.names.get(id) ?? "", failure }] : []));
        this.#failed.show(failures);
        this.#left.show(batch.left);
        this.#save.disabled = answers.length + failures.length === 0;
    }

    close() {
        this.#saving?.abort();
    }

    async #saveOrStop() {
        const many = this.#context.many();
        if (this.#saving || !many) {
            this.#saving?.abort();
            return;
        }
        const saving = new AbortController();
        this.#saving = saving;
        setText(this.#save, t("many.save-stop"));
        setText(this.#saved, "");
        this.#bar.hidden = false;
        this.#bar.removeAttribute("value");
        const readable = canBeRead();
        const wish = { maps: this.#maps.input.checked, overlays: this.#overlays.input.checked && readable };
        if (this.#overlays.input.checked && !readable) {
            this.#context.say({ fault: "device", message: t("save.blocked"), advice: t("save.screenshot") });
        }
        try {
            const zip = await exportZip(many.batch, many.lent, wish, saving.signal, (done, total) => {
                this.#bar.max = Math.max(1, total);
                this.#bar.value = done;
            });
            if (zip) {
                download(zip, "softcam-results.zip");
                setText(this.#saved, t("many.saved"));
            }
        } catch (error) {
            if (error instanceof TooLarge) {
                this.#context.say({ fault: "request", message: t("many.too-large"), advice: t("many.save-less") });
            } else if (error instanceof EngineError || error instanceof Superseded) {
                this.#context.fail(error);
            } else {
                const reason = error instanceof Error ? error.message : String(error);
                this.#context.say({ fault: "request", message: t("many.not-saved", { reason }), advice: t("many.save-less") });
            }
        } finally {
            this.#saving = null;
            this.#bar.hidden = true;
            setText(this.#save, t("many.save"));
            if (this.#view) {
                this.show(this.#view);
            }
        }
    }
}

/**
 * Pictures with a reason each, folded.
 * @param {string} title
 */
function list(title) {
    const count = make("span");
    const items = make("ul", { className: "many-list" });
    const root = make("details", { className: "many-reasons" }, [make("summary", {}, [`${title} `, count]), items]);
    let made = "";
    return {
        root,
        /** @param {readonly {name: string, failure: import("../../engine/protocol.js").Failure}[]} entries */
        show(entries) {
            root.hidden = entries.length === 0;
            const next = JSON.stringify(entries);
            if (next === made) {
                return;
            }
            made = next;
            setText(count, `(${entries.length})`);
            const shown = entries.slice(0, LISTED).map(({ name, failure }) => make("li", {}, [make("strong", { text: name }), ` ${failureText(failure)}`]));
            const more = entries.length > LISTED ? [make("li", { text: t("many.more", { count: entries.length - LISTED }) })] : [];
            items.replaceChildren(...shown, ...more);
        },
    };
}

/**
 * @param {string} text
 * @param {boolean} checked
 */
function check(text, checked) {
    const input = make("input", { attributes: { type: "checkbox" } });
    input.checked = checked;
    return { input, label: make("label", { className: "check" }, [input, text]) };
}

/** @type {import("../index.js").Tool} */
export default { open: (root, context) => new Many(root, context) };
