import assert from "node:assert/strict";
import { test } from "node:test";
import { firstModel, keepsPicture } from "../../web/page/catalogue.js";
import { figureTables } from "../../web/evidence/figures.js";

const model = (id, domain, samples = domain) => ({ id, domain, samples });
const models = [model("cats", "everyday"), model("eyes-dense", "fundus"), model("eyes-sparse", "fundus")];
const catalogue = { domains: [{ id: "everyday" }, { id: "fundus" }], models };

test("a link names a model, or a sample whose model is taken, or neither", () => {
    const first = (wanted, samples) => firstModel(catalogue, wanted, samples)?.id;
    assert.equal(first(null, undefined), "cats");
    assert.equal(first("eyes-sparse", undefined), "eyes-sparse");
    assert.equal(first(null, "fundus"), "eyes-dense");
    assert.equal(first("cats", "fundus"), "cats");
    assert.equal(first("nobody", "fundus"), undefined);
});

test("a picture stays between variants, and goes to no model for other things unasked", () => {
    const shipped = models.map((model) => ({ id: model.id, model, own: false }));
    const [cats, dense, sparse] = shipped;
    const own = { id: "1", model: { title: "mine", blob: null }, own: true };
    assert.equal(keepsPicture(dense, sparse, true), true);
    assert.equal(keepsPicture(cats, cats, false), true);
    assert.equal(keepsPicture(cats, dense, true), false);
    assert.equal(keepsPicture(dense, cats, false), false);
    assert.equal(keepsPicture(cats, own, false), true);
    assert.equal(keepsPicture(cats, own, true), false);
    assert.equal(keepsPicture(own, dense, true), false);
    assert.equal(keepsPicture(own, cats, false), false);
});

test("figures become one table per data set, with their intervals beside them", () => {
    const on = (measured_on, name, value) => ({ name, value, measured_on });
    const tables = figureTables([
        on("test part", "pictures", 103),
        on("test part", "AUC", 0.91234),
        on("test part", "AUC, lower end of its 95 % interval", 0.88),
        on("test part", "AUC, upper end of its 95 % interval", 0.941),
        on("another", "AUC", 0.7),
    ]);
    assert.deepEqual(tables, [
        {
            measuredOn: "test part",
            rows: [
                { name: "pictures", value: "103", interval: "" },
                { name: "AUC", value: "0.912", interval: "0.88 to 0.941 (95 %)" },
            ],
        },
        { measuredOn: "another", rows: [{ name: "AUC", value: "0.7", interval: "" }] },
    ]);
});
