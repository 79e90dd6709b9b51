/** Where a picture is, of which only an address was dropped. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { addressIn, pictureIn } from "../../web/ui/linked.js";

const href = (html, list = "") => addressIn({ html, list })?.href ?? null;

test("the picture of a link counts, and not where the link leads", () => {
    assert.equal(href('<a href="https://a.org/page"><img class="x" src="https://a.org/cat.jpg?w=1&amp;h=2"></a>', "https://a.org/page"), "https://a.org/cat.jpg?w=1&h=2");
    assert.equal(href("<IMG SRC='https://a.org/it&#39;s.png'>"), "https://a.org/it's.png");
    assert.equal(href('<img data-src="https://a.org/later.jpg" src="https://a.org/now.jpg">'), "https://a.org/now.jpg");
});

test("without a picture it is the first address of the list; comments are none", () => {
    assert.equal(href("<b>bold</b>", "# a picture\r\nhttps://a.org/cat.jpg\r\nhttps://a.org/dog.jpg"), "https://a.org/cat.jpg");
    assert.equal(href('<img src="cat.jpg">', "https://a.org/cat.jpg"), "https://a.org/cat.jpg", "relative to a page that nobody knows");
    assert.equal(href("", "no address"), null);
    assert.equal(href(""), null);
});

test("a picture within the address is taken from it; what is no picture is not", async () => {
    const { file } = await pictureIn({ html: "", list: "data:image/png;base64,iVBORw%3D%3D" });
    assert.deepEqual([file.name, file.type, [...new Uint8Array(await file.arrayBuffer())]], ["picture", "image/png", [0x89, 0x50, 0x4e, 0x47]]);
    for (const list of ["data:text/html;base64,PGI+", "data:image/png;base64,%", "data:image/svg+xml,<svg/>", "file:///etc/passwd", "blob:https://a.org/1"]) {
        assert.equal(await pictureIn({ html: "", list }), null, list);
    }
});

test("another site is named, and not asked", async () => {
    globalThis.location = { origin: "https://here.org" };
    let asked = [];
    globalThis.fetch = async (address) => {
        asked.push(String(address));
        return new Response("x", { headers: { "content-type": address.pathname.endsWith(".jpg") ? "image/jpeg" : "text/html" } });
    };
    assert.deepEqual(await pictureIn({ html: "", list: "https://there.org:8080/cat.jpg" }), { elsewhere: "there.org:8080" });
    assert.deepEqual(asked, []);
    const { file } = await pictureIn({ html: "", list: "https://here.org/a/cat.jpg?x" });
    assert.deepEqual([file.name, file.type], ["cat.jpg", "image/jpeg"]);
    assert.deepEqual(await pictureIn({ html: "", list: "https://here.org/a/page" }), { failed: "page" });
    assert.deepEqual(asked, ["https://here.org/a/cat.jpg?x", "https://here.org/a/page"]);
});
