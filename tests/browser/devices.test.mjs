/**
 * Both devices: the same numbers on each, and the right choice between them whatever the browser offers.
 *
 * WebGPU runs on SwiftShader, Chromium's emulation on the CPU: right for correctness, silent about speed.
 */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { before, describe, test } from "node:test";
import { ask, fixture, largestDifference, range, startEngine } from "./fixtures.mjs";
import { choose, contextAsIf, drop, openPage, root, startSite, whenExplained, whenReady } from "./harness.mjs";

const site = startSite();
const BADGE = ".answer .badge";
let fixtures;
before(async () => {
    fixtures = await Promise.all(["chelsea-224", "coffee-97"].map(fixture));
});

/** A page whose worker first runs `prelude`, as if the browser were another one. */
async function open(query, prelude = "") {
    return openPage(site.browser, site.url + query, { context: await contextAsIf(site.browser, prelude) });
}

describe("the same numbers everywhere", () => {
    /** The page's engine on a device, on all fixtures. */
    async function answers(device, model) {
        const { page, context } = await openPage(site.browser, `${site.url}?device=cpu`);
        if (model) {
            await context.route(`**/web/models/${model.file}`, (route) => route.fulfill({ path: model.path }));
        }
        const answer = await ask(page, { device, pictures: fixtures, model });
        await context.close();
        assert.equal(answer.device.kind, device);
        return answer.answers;
    }

    function compare(got, kind) {
        fixtures.forEach((expected, index) => {
            const { logits, maps } = got[index];
            const worst = {
                logits: largestDifference(logits, expected[kind].logits),
                cells: largestDifference(maps, expected[kind].maps),
            };
            console.log(`${expected.size} px, ${kind}: logits off by ${worst.logits.toExponential(1)}, cells by ${worst.cells.toExponential(1)}`);
            assert.ok(worst.logits < 1e-3 && worst.cells < 1e-3, JSON.stringify(worst));
            const cells = maps.length / logits.length;
            logits.forEach((logit, index) => {
                const map = maps.slice(index * cells, (index + 1) * cells);
                const mean = map.reduce((sum, value) => sum + value, 0) / cells;
                assert.ok(Math.abs(mean - logit) < 1e-4, `class ${index}: ${mean} is not ${logit}`);
            });
        });
    }

    let onCpu;
    let onWebGpu;
    test("int8 on the CPU equals onnxruntime", async () => {
        onCpu = await answers("cpu");
        compare(onCpu, "int8");
    });
    test("int8 on WebGPU equals onnxruntime", async () => {
        onWebGpu = await answers("webgpu");
        compare(onWebGpu, "int8");
    });
    test("WebGPU equals the CPU", () => {
        onCpu.forEach(({ maps }, index) => {
            const share = largestDifference(maps, onWebGpu[index].maps) / range(maps);
            console.log(`${fixtures[index].size} px: off by ${share.toExponential(1)} of the range`);
            assert.ok(share < 1e-3, `${share} of the range`);
        });
    });

    test("pictures with covered parts are answered several at once on WebGPU, one by one on the CPU, and alike", async () => {
        const picture = (await readFile(path.join(root, "web/samples/chelsea.jpg"))).toString("base64");
        const { models } = JSON.parse(await readFile(path.join(root, "web/models/index.json"), "utf8"));
        const small = models.find(({ id }) => id === "marker-none");
        const { page, context } = await openPage(site.browser, `${site.url}?device=cpu`);
        const told = {};
        for (const device of ["cpu", "webgpu"]) {
            const started = await startEngine(page, { device, model: small });
            told[device] = await page.evaluate(
                async ([{ engine, device, photos }, base64]) => {
                    const { buffer } = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
                    const looked = { photo: "picture", size: 160, fit: "stretch", edits: [{ kind: "brightness", by: 0.1 }] };
                    const masks = [[0], [5, 6], [24], [48, 47], [3]].map((cells) => ({ kind: "mask", rows: 7, columns: 7, cells, fill: "mean" }));
                    const of = { model: "0", shuffled: 0 };
                    const listOf = ({ logits, novelty }) => ({ logits: [...logits], novelty });
                    photos.set("picture", buffer);
                    const answers = (await engine.answers(of, looked, masks)).map(listOf);
                    const alone = [];
                    for (const mask of masks) {
                        alone.push(listOf(await engine.explain(of, { ...looked, edits: [...looked.edits, mask] })));
                    }
                    engine.stop();
                    return { kind: device.kind, answers, alone };
                },
                [started, picture],
            );
            assert.equal(told[device].kind, device);
        }
        assert.equal(told.cpu.answers.length, 1);
        assert.equal(told.webgpu.answers.length, 5);
        for (const { answers, alone } of Object.values(told)) {
            answers.forEach(({ logits, novelty }, index) => {
                assert.ok(largestDifference(logits, alone[index].logits) < 1e-4 * range(logits), `${index}: ${logits} and ${alone[index].logits}`);
                assert.ok(Math.abs(novelty.score - alone[index].novelty.score) < 1e-3 * novelty.score, `${index}: ${novelty.score}`);
            });
        }
        told.cpu.alone.forEach(({ logits }, index) => assert.ok(largestDifference(logits, told.webgpu.answers[index].logits) < 1e-3 * range(logits)));
        assert.notDeepEqual(told.webgpu.answers[0].logits, told.webgpu.answers[2].logits, "what is covered matters");
        await context.close();
    });

    test("on WebGPU every kernel is translated before the weights come, and photos that are explained together are explained as one by one", async () => {
        const { page, context } = await openPage(site.browser, `${site.url}?device=cpu`);
        const told = await page.evaluate(async () => {
            let translated = 0;
            const { createComputePipeline } = GPUDevice.prototype;
            GPUDevice.prototype.createComputePipeline = function (descriptor) {
                translated++;
                return createComputePipeline.call(this, descriptor);
            };
            const bytesOf = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
            const softcam = await import("/pkg/softcam_web.js");
            await softcam.default({ module_or_path: "/pkg/softcam_web_bg.wasm" });
            const engine = await softcam.Engine.onWebGpu(true);
            const before = translated;
            const model = await engine.load(await bytesOf("/web/models/efficientnet-lite0.safetensors"));
            const names = ["chelsea.jpg", "coffee.jpg"];
            const photos = async () => (await Promise.all(names.map((name) => bytesOf(`/web/samples/${name}`)))).map((bytes) => softcam.Photo.decode(bytes));
            const valuesOf = (explanation) => ({ logits: [...explanation.logits()], maps: [...explanation.maps()] });
            const together = (await model.explainMany(await photos(), 96, "stretch", undefined)).map(valuesOf);
            const after = translated;
            const apart = [];
            for (const photo of await photos()) {
                apart.push(valuesOf(await model.explain(photo, 96, "stretch", false, false, undefined)));
            }
            return { passed: model.test().passed, before, after, together, apart };
        });
        assert.ok(told.passed);
        assert.ok(told.before > 10, `${told.before} pipelines`);
        assert.equal(told.after, told.before);
        told.together.forEach(({ logits, maps }, index) => {
            const alone = told.apart[index];
            assert.ok(largestDifference(logits, alone.logits) < 1e-4 * range(logits));
            assert.ok(largestDifference(maps, alone.maps) < 1e-4 * range(maps));
        });
        assert.ok(largestDifference(told.together[0].logits, told.together[1].logits) > 1, "two photos, two answers");
        await context.close();
    });

    const file = process.env.SOFTCAM_FLOAT_MODEL;
    for (const device of ["cpu", "webgpu"]) {
        const skip = file ? false : "SOFTCAM_FLOAT_MODEL names no float model";
        test(`the float network on ${device} equals onnxruntime`, { skip }, async () => {
            const bytes = await readFile(file);
            const sha256 = createHash("sha256").update(bytes).digest("hex");
            const model = { file: "float32.safetensors", path: file, bytes: bytes.length, sha256, title: "float" };
            compare(await answers(device, model), "float");
        });
    }
});

describe("choosing a device", () => {
    const whenBadge = (page, pattern) =>
        page.waitForFunction(([badge, source]) => new RegExp(source).test(document.querySelector(badge)?.textContent), [BADGE, pattern.source]);

    /** Opens the page, explains a photo, and hands over what the badge says. */
    async function badgeAfterExplaining(query, prelude) {
        const { page, context, errors } = await open(`${query}&sample=chelsea.jpg`, prelude);
        await whenReady(page);
        await whenExplained(page);
        const badge = page.locator(BADGE);
        const [text, device] = [await badge.textContent(), await badge.getAttribute("data-device")];
        assert.match(await page.locator(".ledger-title").textContent(), /cat/);
        await context.close();
        return { text, device, errors };
    }

    test("WebGPU runs the whole page when asked for, and the badge names the adapter", async () => {
        const { text, device } = await badgeAfterExplaining("?device=webgpu");
        assert.equal(device, "webgpu");
        assert.match(text, /WebGPU: .*swiftshader.* for 224 × 224 pixels.*self-test passed/i);
    });

    test("a software adapter is not taken for a GPU", async () => {
        const { page, context } = await open("?device=auto");
        // What there is besides the CPU is found out while the CPU gets ready, and may be known later.
        await whenBadge(page, /emulated in software/);
        assert.equal(await page.locator(BADGE).getAttribute("data-device"), "cpu");
        await context.close();
    });

    test("no WebGPU at all", async () => {
        const none = "Object.defineProperty(navigator, 'gpu', { value: undefined });";
        const { text, device } = await badgeAfterExplaining("?device=webgpu", none);
        assert.equal(device, "cpu");
        assert.match(text, /no WebGPU/);
    });

    test("WebGPU without an adapter", async () => {
        const none = "GPU.prototype.requestAdapter = async () => null;";
        const { text, device } = await badgeAfterExplaining("?device=webgpu", none);
        assert.equal(device, "cpu");
        assert.match(text, /no graphics adapter/);
    });

    test("an adapter without timestamp-query never reaches the engine", async () => {
        const without = `
            const features = Object.getOwnPropertyDescriptor(GPUAdapter.prototype, "features").get;
            Object.defineProperty(GPUAdapter.prototype, "features", {
                get() { return new Set([...features.call(this)].filter((name) => name !== "timestamp-query")); },
            });`;
        const { text, device, errors } = await badgeAfterExplaining("?device=webgpu", without);
        assert.equal(device, "cpu");
        assert.match(text, /no timestamp queries/);
        assert.deepEqual(errors, [], "nothing panicked");
    });

    test("an adapter that computes nonsense fails the self-test, and the CPU answers", async () => {
        const zeros = `
            const writeBuffer = GPUQueue.prototype.writeBuffer;
            GPUQueue.prototype.writeBuffer = function (buffer, offset, data, ...rest) {
                const large = data.byteLength > 4096;
                return writeBuffer.call(this, buffer, offset, large ? data.slice(0).fill(0) : data, ...rest);
            };`;
        const { text, device } = await badgeAfterExplaining("?device=webgpu", zeros);
        assert.equal(device, "cpu");
        assert.match(text, /run failed|failed the self-test/);
    });

    test("a device that is lost gives way to the CPU, which explains the picture anew", async () => {
        const losable = `
            const requestDevice = GPUAdapter.prototype.requestDevice;
            GPUAdapter.prototype.requestDevice = async function (...options) {
                const device = await requestDevice.apply(this, options);
                Object.defineProperty(device, "lost", { value: new Promise((lose) => (globalThis.lose = lose)) });
                return device;
            };`;
        const { page, context } = await open("?device=webgpu&sample=chelsea.jpg", losable);
        await whenReady(page);
        await whenExplained(page);
        assert.equal(await page.locator(BADGE).getAttribute("data-device"), "webgpu");
        const [worker] = page.workers();
        await worker.evaluate(() => globalThis.lose({ reason: "unknown", message: "the driver was updated" }));
        await whenBadge(page, /^CPU/);
        assert.match(await page.locator(".alert").textContent(), /driver was updated/);
        assert.equal(await page.locator(".headline").isVisible(), true, "what was on show stays meanwhile");
        await whenBadge(page, /^CPU.* for 224/);
        // Nor does a reload try it again.
        await page.waitForURL(/device=cpu/);
        await context.close();
    });

    test("the device can be changed by hand, and the picture stays", async () => {
        const { page, context } = await open("?device=cpu&sample=chelsea.jpg");
        await whenReady(page);
        await whenExplained(page);
        const value = async () => Number((await page.locator(".sum").textContent()).match(/: .([\d.]+) = /)[1]);
        const onCpu = await value();
        await choose(page, "device", "webgpu");
        await whenBadge(page, /^WebGPU.* for 224/);
        await whenExplained(page);
        // Four digits of a sum may differ in the last.
        assert.ok(Math.abs((await value()) - onCpu) < 2e-3);
        await drop(page, path.join(root, "web/samples/coffee.jpg"));
        await page.waitForFunction(() => /espresso|cup/.test(document.querySelector(".ledger-title").textContent));
        await whenExplained(page);
        assert.match(await page.locator(BADGE).textContent(), /^WebGPU.* for 224/);
        // And back.
        const onWebGpu = await value();
        await choose(page, "device", "cpu");
        await whenBadge(page, /^CPU.* for 224/);
        await whenExplained(page);
        assert.ok(Math.abs((await value()) - onWebGpu) < 2e-3);
        await context.close();
    });
});
