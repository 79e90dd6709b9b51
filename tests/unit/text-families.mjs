/**
 * Families of messages whose keys the code puts together: for each, as the code has it with `*` in place of what is put in,
 * all that can be put in. Where something else comes to be put in, or nothing does any more, it is to be said here.
 */

import { SHAPES } from "../../web/engine/patches.js";
import { MODES, SLIDERS } from "../../web/tools/break/board.js";
import { KINDS as COMPARED } from "../../web/tools/compare/pairs.js";
import { TOOLS } from "../../web/tools/index.js";
import { FILLS, WAYS } from "../../web/tools/mask/effect.js";
import { METHODS } from "../../web/tools/methods.js";
import { KINDS as CURVES } from "../../web/tools/methods/curves.js";
import { GROUPS, OFFERED } from "../../web/tools/methods/list.js";
import { NAMES as NUDGES } from "../../web/tools/nudge/changes.js";
import { FILLS as SWEPT } from "../../web/tools/sweep/tiles.js";

const POINTERS = ["evidence", "sum", "classes", "tools", "own"];
/** Words of the trade that are explained where they stand. */
const TERMS = ["logit", "evidence", "cell", "temperature", "dense", "sparse"];
const TASKS_WITH_BUTTON = ["think", "write", "choice", "mark"];

/** @type {Record<string, readonly (string | readonly string[])[]>} Where two things are put in, pairs of them. */
export const FAMILIES = {
    "preparing.*": ["device", "device-test", "model-test"],
    "tool.*": Object.keys(TOOLS),
    "tool.*.hint": Object.keys(TOOLS),
    "method.*": ["evidence", ...Object.keys(METHODS)],
    "term.*": TERMS,
    "term.*.means": TERMS,
    "offline.not.*": ["unsupported", "insecure", "withdrawn", "refused", "missing"],
    "zoom.*": ["in", "out", "whole"],
    "view.*": ["fade", "smooth", "contours", "grey", "grid"],
    "device.*": ["auto", "webgpu", "cpu"],
    "fit.*": ["centre-square", "pad", "stretch", "disc"],
    "keys.*": [
        ...["strip", "pictures", "move", "hold", "remove"],
        ...["picture", "camera", "tool", "anywhere"],
        ...["cells", "choose-box", "choose", "zoom", "lens", "leave", "freeze", "close-tool", "undo", "paste", "help"],
    ],
    "key.*": ["arrows", "home", "end", "delete", "shift-arrows", "space", "escape", "back", "paste"],
    "tour.*": POINTERS,
    "tour.*.text": POINTERS,
    "top.*": ["settings", "about", "help", "lessons"],
    "answer.covered.*": ["answer", "map", "sum"],
    "where.*": ["top-left", "top", "top-right", "left", "middle", "right", "bottom-left", "bottom", "bottom-right", "sides", "ends", "spread"],
    // What crates/softcam/src/preprocess/note.rs has, and what the browser opened; windows and frames are named whole.
    "note.*": ["bits", "profile", "gamma", "profile-damaged", "profile-foreign", "profile-table", "table", "content", "inverted", "padding", "square", "not-square", "browser"],
    "nudge.*": NUDGES,
    // What crates/softcam/src/novelty/counterpart.rs has.
    "unlike.counterpart:*": ["negative", "half-turn", "right-turn", "left-turn"],
    "window.*": ["frame", "centre", "width"],
    "together.*": ["all", "samples", "own"],
    "fill.*": SWEPT,
    "sweep.*": ["agree", "strong", "partly", "differ"],
    "break.mode.*": MODES,
    "break.hint.*": MODES,
    "break.shape.*": SHAPES,
    "break.piece.*": ["x", "y", "side"],
    "break.*": Object.keys(SLIDERS),
    "bars.*": ["sorted", "waterfall", "first", "second", "difference"],
    "bars.*.what": ["sorted", "waterfall"],
    "methods.group.*": GROUPS.map(({ name }) => name),
    "methods.does.*": OFFERED,
    "methods.set.*": ["layer", "steps", "baseline", "samples", "noise", "masks", "patch", "stride"],
    "methods.*.*": [["baseline", "mean"], ["baseline", "black"], ["baseline", "blur"], ["patch", "cell"], ["stride", "half"], ["stride", "whole"]],
    "methods.adds.*": ["contributes", "clipped", "occlusion", "nothing"],
    "methods.pointed.*": ["logit", "none"],
    "methods.scale.*": ["like", "logit", "none"],
    "methods.curve.*": ["none", ...CURVES],
    "methods.curve.means.*": CURVES,
    "methods.curve.label.*": CURVES,
    "methods.verdict.*": CURVES,
    "methods.verdict.tie.*": CURVES,
    "methods.verdict.unsaid.*": CURVES,
    "compare.*": [...COMPARED, "side", "swipe", "difference"],
    "camera.trouble.*": ["insecure", "unreadable", "denied", "none", "busy", "other", "hidden", "ended"],
    "teach.obstacle.*": ["unnamed", "few-classes"],
    "mask.way.*": WAYS,
    "mask.fill.*": FILLS,
    "mask.why.*": ["alone", "none", "opposite", "agree", "smaller", "larger"],
    "lesson.*": ["sheet", "class"],
    "lesson.*.go": TASKS_WITH_BUTTON,
    "lesson.hint.*": ["too-many", "nearly", "too-few", "outside", "other-class", "rather", "changes", "stays", "wrong-for", "wrong-against", "stronger", "few-classes"],
    "lesson.code.*": ["none", "letter", "check", "version", "lesson", "short"],
    "lesson.hide.*": ["answer", "map", "sum", "settings"],
    "lesson.make.*": ["up", "down", "remove"],
    "lesson.make.question-usual.*": ["think", "write", "choice", "mark", "mask"],
    "lesson.make.asks.*": ["think", "write", "choice", "mark", "mask", "look"],
    // tests/unit/lesson-files.test.mjs tries each.
    "lesson.fault.*": [
        ...["ends", "more", "sign", "deep", "value", "name", "twice"],
        ...["type", "const", "enum", "missing", "unknown", "count", "empty", "long", "pattern", "range"],
        ...["parameter", "no-such", "not-json", "no-page", "no-option", "no-value", "no-limit", "least-above", "no-part", "shows-map", "needs-map", "needs-tool"],
        ...["file-or-data", "no-file", "no-picture", "too-much", "ignored", "hidden-forever"],
    ],
};

/** Families of texts that the data has in English, so that other languages alone have messages for them. */
export const OF_DATA = ["domain", "variant", "model", "sample", "label", "note", "class", "population", "figure", "error", "advice", "device"];

/**
 * Of the thousand classes of everyday things, those that have names in every language: what the page's pictures are most likely
 * said to be, what lessons show, what is to be made of a picture. The others stay in English.
 */
export const EVERYDAY = [
    "espresso",
    "cup",
    "consomme",
    "coffee mug",
    "chocolate sauce, chocolate syrup",
    "Egyptian cat",
    "tiger cat",
    "tabby, tabby cat",
    "lynx, catamount",
    "window screen",
    "missile",
    "projectile, missile",
    "drilling platform, offshore rig",
    "space shuttle",
    "crane (machine)",
    "bobsled, bobsleigh, bob",
    "football helmet",
    "go-kart",
    "barbell",
    "lifeboat",
    "daisy",
    "mushroom",
    "bee",
    "pot, flowerpot",
    "hen-of-the-woods, hen of the woods, Polyporus frondosus, Grifola frondosa",
    "palace",
    "bell cote, bell cot",
    "monastery",
    "castle",
    "lakeside, lakeshore",
    "bubble",
    "nematode, nematode worm, roundworm",
    "flatworm, platyhelminth",
    "jellyfish",
    "balloon",
    "lampshade, lamp shade",
    "jack-o'-lantern",
    "tick",
    "chambered nautilus, pearly nautilus, nautilus",
    "teapot",
    "banana",
    "goldfish, Carassius auratus",
];

/** What cards of this project call the populations that they tell apart: none that is shipped does. */
export const POPULATIONS = ["children", "adults"];

/** Keys of a family. @param {string} family @param {readonly (string | readonly string[])[]} values */
export function keysOf(family, values) {
    return values.map((value) => [value].flat().reduce((key, part) => key.replace("*", part), family));
}
