/**
 * The page and the command line are asked the same question, and give the same answer: also about a picture of which cells
 * were masked or which was nudged, with the edits that the page's address carries.
 */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { drop, openPage, root, startSite, whenExplained } from "./harness.mjs";
import { askIndependently, hash } from "./independent.mjs";

const site = startSite();
const run = promisify(execFile);

/** `softcam explain` with the features that the native tests built, so that nothing is built anew. */
async function explain(sample, model, ...more) {
    const { stdout } = await run(
        "cargo",
        [
            ...["run", "--quiet", "--locked", "--bin", "softcam", "--features", "softcam-cli/wgpu", "--"],
            ...["explain", path.join(root, "web/samples", sample), "--json", "--all-maps"],
            ...["--model", path.join(root, `web/models/${model}.safetensors`), ...more],
        ],
        { cwd: root, maxBuffer: 1 << 28 },
    );
    return JSON.parse(stdout);
}

/** At most so far apart, as a share of the range: float sums in another order. */
function close(actual, expected) {
    assert.equal(actual.length, expected.length);
    const range = Math.max(...expected) - Math.min(...expected);
    const largest = actual.reduce((most, value, index) => Math.max(most, Math.abs(value - expected[index])), 0);
    assert.ok(largest <= 1e-4 * range, `${largest} of ${range}`);
}

describe("page and command line", () => {
    const sample = "chest/nih-00002275_018.jpg";
    const model = "chest-sparse";

    test("a masked picture, with the edits of the page's address", async () => {
        const { page, context } = await openPage(site.browser, `${site.url}?device=cpu#device=cpu&model=${model}&sample=${sample}&tool=mask`);
        await whenExplained(page);
        const stage = await page.locator(".stage").first().boundingBox();
        await page.mouse.move(stage.x + stage.width * 0.4, stage.y + stage.height * 0.5);
        await page.mouse.down();
        await page.mouse.move(stage.x + stage.width * 0.55, stage.y + stage.height * 0.75, { steps: 4 });
        await page.mouse.up();
        await page.locator(".tool-panel button", { hasText: "ask the network again" }).click();
        await page.waitForFunction(() => document.querySelectorAll(".stage[data-drawn]:not([hidden])").length === 2);
        await page.waitForFunction(() => location.hash.includes("beside"));
        const { edits } = JSON.parse((await hash(page)).get("beside"));
        assert.equal(edits[0].kind, "mask");
        assert.ok(edits[0].cells.length > 1);

        const there = await explain(sample, model, "--edits", JSON.stringify(edits));
        const here = await askIndependently(page, { model, sample, edits });
        close(here.maps.flat(), there.maps);
        close(here.logits, there.logits);
        // What the page's table says of the run.
        const rows = await page.locator(".tool-panel table tr").allTextContents();
        const shown = there.logits[1] - there.logits[0];
        const text = `${shown < 0 ? "\u2212" : "+"}${Math.abs(shown).toFixed(2)}`;
        assert.ok(rows.some((row) => row.includes(text)), `${text} in ${rows.join(" | ")}`);
        const before = await askIndependently(page, { model, sample });
        close(before.logits, there.before.logits);
        await context.close();
    });

    test("every kind of change", async () => {
        const { page, context } = await openPage(site.browser, `${site.url}?device=cpu`);
        await whenExplained(page);
        const edits = [
            { kind: "turn", degrees: 7 },
            { kind: "shift", x: 0.03, y: -0.02 },
            { kind: "zoom", factor: 1.1 },
            { kind: "brightness", by: 0.05 },
            { kind: "contrast", factor: 1.2 },
            { kind: "blur", sigma: 0.01 },
            { kind: "noise", sigma: 0.02, seed: 3 },
            { kind: "jpeg", quality: 70 },
            { kind: "mask", rows: 7, columns: 7, cells: [24, 25], fill: "noise", keep: false },
        ];
        const there = await explain("coffee.jpg", "efficientnet-lite0", "--edits", JSON.stringify(edits));
        const here = await askIndependently(page, { model: "efficientnet-lite0", sample: "coffee.jpg", edits });
        close(here.logits, there.logits);
        await context.close();
    });

    test("what the page withholds, the command line withholds", async () => {
        const { page, context } = await openPage(site.browser, `${site.url}?device=cpu#device=cpu&model=${model}`);
        await whenExplained(page);
        await drop(page, path.join(root, "web/samples/coffee.jpg"));
        await page.locator(".unlike button").first().waitFor();
        const there = await explain("coffee.jpg", model);
        assert.equal(there.withheld, true);
        assert.equal(there.maps, undefined);
        assert.equal(there.logits, undefined);
        assert.match(there.notice, /Not a diagnosis/);
        await context.close();
    });
});
