import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseDevice } from "../../web/engine/worker/gpu.js";

const adapter = (features, info) => ({ features: new Set(features), info });
const browser = (answer) => ({ gpu: { requestAdapter: async () => answer } });
const real = adapter(["timestamp-query"], { vendor: "intel", architecture: "gen-12lp" });

test("a real adapter with timestamp queries is taken and named", async () => {
    assert.deepEqual(await chooseDevice("auto", browser(real)), { kind: "webgpu", name: "intel gen-12lp", reason: "" });
});

test("the CPU is taken without a word where it was asked for", async () => {
    const { kind, name, reason, code } = await chooseDevice("cpu", browser(real));
    assert.deepEqual([kind, name, reason, code], ["cpu", "CPU", "", undefined]);
});

test("every reason against WebGPU is said", async () => {
    const cases = [
        [{}, /no WebGPU/, "no-webgpu"],
        [browser(null), /no graphics adapter/, "no-adapter"],
        [browser(adapter([], { vendor: "intel" })), /timestamp/, "no-timestamps"],
        [{ gpu: { requestAdapter: () => Promise.reject(new Error("blocked")) } }, /blocked/, "adapter-unasked"],
    ];
    for (const [offered, reason, code] of cases) {
        for (const preference of ["auto", "webgpu"]) {
            const choice = await chooseDevice(preference, offered);
            assert.equal(choice.kind, "cpu");
            assert.match(choice.reason, reason);
            assert.equal(choice.code, code, "so that another language can say it");
        }
    }
});

test("a software adapter is used only on request", async () => {
    const emulated = [
        adapter(["timestamp-query"], { vendor: "google", architecture: "swiftshader" }),
        adapter(["timestamp-query"], { description: "llvmpipe (LLVM 19)" }),
        adapter(["timestamp-query"], { vendor: "x", isFallbackAdapter: true }),
    ];
    for (const software of emulated) {
        const automatic = await chooseDevice("auto", browser(software));
        assert.equal(automatic.kind, "cpu");
        assert.match(automatic.reason, /software/);
        assert.equal((await chooseDevice("webgpu", browser(software))).kind, "webgpu");
    }
});

test("where data is to be saved, WebGPU and its larger module are taken only on request", async () => {
    const saving = { ...browser(real), connection: { saveData: true } };
    const automatic = await chooseDevice("auto", saving);
    assert.equal(automatic.kind, "cpu");
    assert.match(automatic.reason, /save data/);
    assert.equal((await chooseDevice("webgpu", saving)).kind, "webgpu");
    assert.equal((await chooseDevice("auto", { ...saving, connection: { saveData: false } })).kind, "webgpu");
});
